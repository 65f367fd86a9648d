package sshops

// audit_logins.go: who came in, from where, how often, and who tried.

import (
	"cmp"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"tminus/tasks/reading"
)

const (
	maxAddresses = 20
	// manyFailed is from how many refused logins an address stands out: the plan's register bans
	// who "pinged over 50 times".
	manyFailed = 50
)

// parseLogins counts what last and lastb list: user, terminal, address, dates.
func parseLogins(text string) []reading.Login {
	counts := map[string]int{}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 4 || slices.Contains([]string{"reboot", "shutdown", "runlevel", "wtmp", "btmp"}, f[0]) {
			continue
		}
		if f[1] == "begins" || strings.HasPrefix(line, " ") && f[0] == "wtmp" {
			continue
		}
		counts[source(f[2])]++
	}
	return byCount(counts)
}

// source is an address, or a name, that a login came from; "" is the console. Where last has no
// address it shows the day of the week, the terminal's name or zeros.
func source(text string) string {
	if a, err := netip.ParseAddr(strings.TrimSuffix(text, ":S.0")); err == nil {
		if a.IsUnspecified() {
			return ""
		}
		return a.Unmap().String()
	}
	if !strings.Contains(text, ".") {
		return ""
	}
	return clean(text)
}

// refused are the lines with which sshd ends an attempt; the address is the last thing before the
// port, because the name that comes before it was chosen by whoever tried.
func parseAuthLog(text string) []reading.Login {
	refused := regexp.MustCompile(`sshd(?:-session)?\[\d+\]: (?:Failed \S+ for|(?:Connection closed|Connection reset|Disconnected) (?:by|from) (?:authenticating|invalid) user) .*?(\S+) port \d+(?: ssh2)?(?:: .*)?(?: \[preauth\])?\s*$`)
	counts := map[string]int{}
	for line := range strings.Lines(text) {
		if m := refused.FindStringSubmatch(line); m != nil {
			if from := source(m[1]); from != "" {
				counts[from]++
			}
		}
	}
	return byCount(counts)
}

// byCount lists the most frequent addresses first.
func byCount(counts map[string]int) []reading.Login {
	all := make([]reading.Login, 0, len(counts))
	for address, n := range counts {
		all = append(all, reading.Login{Address: address, Count: n})
	}
	slices.SortFunc(all, func(a, b reading.Login) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(a.Address, b.Address))
	})
	return all[:min(len(all), maxAddresses)]
}

// heard splits an answer that tells first whether somebody could be asked.
func heard(answer string) (text string, known bool) {
	first, rest, _ := strings.Cut(answer, "\n")
	if first == "denied" {
		_, rest, found := strings.Cut(answer, "\nasked")
		return rest, found
	}
	return rest, first == "asked"
}

// The rows name nobody and no address: they are journaled. The screen has the reading.

func usersRow(text string, known bool) (finding, []string) {
	f := finding{GuestRow: reading.GuestRow{Name: "logged in", Command: "who", Verdict: reading.Fine}}
	if !known {
		return f.unknown("the guest has no who"), nil
	}
	users := parseUsers(text)
	f.Observed = fmt.Sprintf("%d with a terminal", len(users))
	return f, users
}

func loginsRow(text string, known bool) (finding, []reading.Login) {
	f := finding{GuestRow: reading.GuestRow{Name: "last logins", Command: "last -wi", Verdict: reading.Fine}}
	if !known {
		return f.unknown("the guest has no last"), nil
	}
	all := parseLogins(text)
	f.Observed = loginSum(all)
	return f, all
}

// failedRow takes what lastb knows and what sshd's log knows: refused keys stand in the log only.
func failedRow(btmp, log string) (finding, []reading.Login) {
	f := finding{GuestRow: reading.GuestRow{Name: "failed logins", Command: "sudo lastb -wi", Verdict: reading.Fine}}
	list, listKnown := heard(btmp)
	lines, logKnown := heard(log)
	if !listKnown && !logKnown {
		return f.unknown("not permitted: lastb and sshd's log are for root, and sudo -n does not let us"), nil
	}
	most := map[string]int{} // the same attempt may stand in both
	for _, l := range append(parseLogins(list), parseAuthLog(lines)...) {
		most[l.Address] = max(most[l.Address], l.Count)
	}
	if !listKnown || logKnown && len(parseLogins(list)) == 0 {
		f.Command = "sudo grep sshd /var/log/secure /var/log/auth.log"
	}
	all := byCount(most)
	f.Observed = loginSum(all)
	if len(all) > 0 && all[0].Count > manyFailed {
		f.Verdict, f.Says = reading.Remarkable, fmt.Sprintf("one address was refused %d times: look who it is, and ban it", all[0].Count)
	}
	return f, all
}

// loginSum is how many from how many.
func loginSum(all []reading.Login) string {
	sum := 0
	for _, l := range all {
		sum += l.Count
	}
	switch {
	case sum == 0:
		return "none"
	case len(all) == 1:
		return fmt.Sprintf("%d from 1 address", sum)
	}
	return fmt.Sprintf("%d from %d addresses", sum, len(all))
}
