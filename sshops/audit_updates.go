package sshops

// audit_updates.go: the security updates that wait, as the package manager knows them from its last
// look at its repositories. Nobody is made to look again: that is network and work for a host that is
// being deployed. So the age of what it knows is part of the answer.

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tminus/tasks/reading"
)

const (
	maxUpdates = 50
	// oldLists is from when on package lists say little: EC2's images look for updates once a day.
	oldLists = 7 * 24 * time.Hour
)

// pending is what a package manager says.
type pending struct {
	reading.Updates
	why     string // it is not known
	command string
}

// parseUpdates reads the answer of the manager named in its first line; the last one is its status.
func parseUpdates(answer, id string) pending {
	manager, text, _ := strings.Cut(answer, "\n")
	end := strings.LastIndex("\n"+text, "\nstatus ")
	status := ""
	if end >= 0 {
		text, status = text[:end], strings.TrimPrefix(text[end:], "status ")
	}
	var p pending
	switch manager {
	case "apt":
		p = parseApt(text)
	case "dnf", "yum":
		p = parseNotices(manager, text, id)
	case "apk":
		p = parseApkVersions(text)
	default:
		return pending{why: "no apt, dnf, yum or apk answered", command: "yum -C updateinfo list security"}
	}
	switch {
	case status == "0":
	case status == "" || status == "124":
		p.Updates, p.why = reading.Updates{}, manager+" did not come to an end in time"
	case p.Known:
		p.Updates, p.why = reading.Updates{}, manager+" ended with status "+clean(status)
	}
	return p
}

// parseApt reads lines such as
// apt/oldstable-security 2.6.2 amd64 [upgradable from: 2.6.1].
func parseApt(text string) pending {
	p := pending{command: "apt list --upgradable"}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if strings.HasPrefix(line, "Listing") {
			p.Known = true
		}
		name, suites, found := strings.Cut(line, "/")
		if !found || len(f) < 4 || !strings.HasPrefix(f[3], "[upgradable") {
			continue
		}
		p.Known = true
		p.Pending++
		suites, _, _ = strings.Cut(suites, " ")
		if strings.Contains(suites, "-security") {
			p.add(name + " " + f[1])
		}
	}
	if !p.Known {
		p.why = "apt did not list anything"
	}
	return p
}

// parseNotices reads updateinfo: ALAS-2019-1150 important/Sec. kernel-4.14.97-74.72.amzn1.x86_64.
func parseNotices(manager, text, id string) pending {
	p := pending{command: manager + " -C updateinfo list security"}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		lower := strings.ToLower(line)
		switch {
		case len(f) == 3 && (strings.HasSuffix(f[1], "Sec.") || strings.HasSuffix(f[1], "security")):
			p.add(f[2])
		case strings.HasPrefix(lower, "error"), strings.Contains(lower, "no cache"), strings.Contains(lower, "cache-only"),
			strings.Contains(lower, "cannot find a valid baseurl"), strings.Contains(lower, "you need to be root"), strings.Contains(lower, "no such command"):
			p.why = manager + ": " + clean(line)
		}
	}
	switch {
	case len(p.Security) > 0:
		p.Known, p.why = true, ""
	case p.why == "" && id == "centos":
		p.why = "the repositories of CentOS carry no security notices: none listed does not mean that none waits"
	case p.why == "":
		p.Known = true
	}
	return p
}

// parseApkVersions reads nginx-1.24.0-r15 < 1.24.0-r16. Alpine does not say which of them are security's.
func parseApkVersions(text string) pending {
	p := pending{command: "apk version -l '<'"}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "WARNING"), strings.HasPrefix(line, "ERROR"):
			p.why = "apk: " + clean(line)
		case strings.HasPrefix(line, "Installed:"):
			p.Known = true
		case len(f) >= 3 && f[1] == "<":
			p.Pending++
		}
	}
	if p.Known = p.Known && p.why == ""; !p.Known && p.why == "" {
		p.why = "apk did not list anything"
	}
	return p
}

func (p *pending) add(name string) {
	if name = clean(name); len(p.Security) < maxUpdates && !slices.Contains(p.Security, name) {
		p.Security = append(p.Security, name)
	}
	p.Known = true
}

// parseAge is how old the newest package list is by the guest's own clock; 0 = not known.
func parseAge(clock, lists string) time.Duration {
	now, err := strconv.ParseInt(clock, 10, 40)
	newest := int64(0)
	for _, field := range strings.Fields(lists) {
		if at, err := strconv.ParseInt(field, 10, 40); err == nil && at <= now {
			newest = max(newest, at)
		}
	}
	if err != nil || newest <= 0 {
		return 0
	}
	return max(time.Second, time.Duration(now-newest)*time.Second)
}

func updatesRow(p pending) finding {
	f := finding{GuestRow: reading.GuestRow{Name: "security updates", Expected: "none waits", Command: p.command}}
	if !p.Known {
		return f.unknown(p.why)
	}
	f.Verdict, f.Observed = reading.Fine, "none waits"
	var said []string
	if n := len(p.Security); n > 0 {
		f.Verdict, f.Observed = reading.Remarkable, atLeast(n, maxUpdates)+" waiting"
		said = append(said, strings.Join(p.Security[:min(n, 3)], ", ")+": apply them in a stated period, after a test")
	} else if p.command == "apk version -l '<'" && p.Pending > 0 {
		f.Verdict, f.Observed = reading.Unknown, fmt.Sprintf("%d updates waiting", p.Pending)
		said = append(said, "Alpine does not tell which are for security")
	}
	switch {
	case p.Age == 0:
		said = append(said, "the age of the package lists is not known")
	default:
		said = append(said, "by package lists of "+age(p.Age)+" ago")
	}
	if f.Verdict == reading.Fine && (p.Age == 0 || p.Age > oldLists) {
		f.Verdict = reading.Unknown // old lists know of no new update
	}
	f.Says = strings.Join(said, "; ")
	return f
}

// atLeast is a number that may be one of many more.
func atLeast(n, most int) string {
	if n >= most {
		return fmt.Sprintf("%d or more", most)
	}
	return strconv.Itoa(n)
}

// age is a duration as a person tells it.
func age(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return fmt.Sprintf("%d min", d/time.Minute)
}
