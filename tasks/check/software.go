package check

// software.go: versions with known holes. The table knows the versions that the first
// plans use, with the day each became known: what nobody could know on the planned day is
// no reproach, and all the same a reason not to fly that plan again.

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

func softwareRules() []Rule {
	return []Rule{
		{ID: "L50", Severity: Warning, Title: "a version with a known hole, or past its end", look: superseded,
			Why:    "What is public about a version is known to whoever scans the address in its first hour.",
			Fix:    "the version that has it repaired, tested before the day",
			Source: "djangoproject.com, 11 February 2019; python.org PEP 494; nginx.org security advisories, 13 August 2019"},
	}
}

// hole is what is known about the versions of a program before one that repairs it.
type hole struct {
	program string
	fixed   [3]int // the first version without it, of the same line
	line    int    // how many numbers name the line; 0 = all that are older
	known   string // the day it became public
	what    string
}

var holes = [...]hole{
	{"django", [3]int{2, 1, 6}, 2, "2019-02-11", "CVE-2019-6975, memory exhaustion, is repaired in 2.1.6"},
	{"python", [3]int{3, 7, 0}, 0, "2021-12-23", "3.6 and older get no more security fixes"},
	{"nginx", [3]int{1, 16, 1}, 0, "2019-08-13", "CVE-2019-9511, 9513 and 9516, HTTP/2, are repaired in 1.16.1"},
}

func superseded(s *sight) {
	g := &s.plan.Environment.Guest
	for _, program := range []fact{{"django", &g.Django, false}, {"python", &g.Python, false}, {"nginx", &g.Nginx, false}} {
		v, ok := version(*program.value)
		for _, h := range holes {
			if !ok || h.program != program.key || !h.has(v) {
				continue
			}
			known, _ := time.Parse(time.DateOnly, h.known)
			when := "known since " + known.Format("2 January 2006")
			if start := s.plan.Window.Start; s.windowed() && start.Before(known) {
				when += ", after the planned day"
			}
			s.about("", program.value).say("", "%s %s: %s (%s)", program.key, clip(*program.value), h.what, when)
		}
	}
}

func (h hole) has(v [3]int) bool {
	for i := range h.line {
		if v[i] != h.fixed[i] {
			return false
		}
	}
	for i := range v {
		if v[i] != h.fixed[i] {
			return v[i] < h.fixed[i]
		}
	}
	return false
}

var numbers = regexp.MustCompile(`(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?`)

// version reads a version; an epoch before it (1:1.14.1) and a release behind it are not part of it.
func version(text string) (v [3]int, ok bool) {
	if _, behind, epoch := strings.Cut(text, ":"); epoch {
		text = behind
	}
	m := numbers.FindStringSubmatch(text)
	if m == nil {
		return v, false
	}
	for i := range v {
		v[i], _ = strconv.Atoi(m[i+1]) // "" is 0: a version of two numbers
	}
	return v, true
}
