package sshops

// paths_verdict.go: what the three ways together say: application, security group,
// address, or you.

import (
	"fmt"
	"strings"

	"tminus/tasks"
)

// insideAnswer reads what the host answered to insideCommand: how the way ended, and
// with which program it looked.
func insideAnswer(out string) (outcome, string) {
	var program, code string
	for line := range strings.Lines(out) {
		if rest, found := strings.CutPrefix(strings.TrimSpace(line), "path "); found {
			program, code, _ = strings.Cut(rest, " ")
		}
	}
	switch program + " " + code {
	case "curl 7", "bash 1":
		return pathRefused, program
	case "curl 28", "bash 124", "bash 143", "wget 124", "wget 143": // busybox's timeout tells of the signal
		return pathSilent, program
	case "curl 0", "curl 1", "curl 8", "curl 18", "curl 22", "curl 52", "curl 56", "bash 0", "wget 0", "wget 8":
		return pathOpen, program
	case "wget 1", "wget 4": // busybox's wget says 1 to everything
		low := strings.ToLower(out)
		switch {
		case strings.Contains(low, "refused"):
			return pathRefused, program
		case strings.Contains(low, "timed out"), strings.Contains(low, "timeout"):
			return pathSilent, program
		case strings.Contains(low, "server returned error"), strings.Contains(low, "http/1."):
			return pathOpen, program
		}
	case "none 0":
		return pathUntried, "the host has neither curl nor bash nor wget"
	}
	return pathUntried, "the host's answer is not understood: " + clean(out)
}

// blame is whose trouble it is.
type blame struct {
	verdict tasks.Verdict
	who     string
	says    string
	next    string
}

// blame weighs the ways, the surest sign first.
func (w routes) blame() blame {
	at := fmt.Sprintf("port %d", w.port)
	in, out := w.address, w.own
	if in.addr == "" {
		in, out = w.own, route{} // before there is an Elastic IP
	}
	switch {
	case in.ssh == pathElsewhere || out.ssh == pathElsewhere:
		return blame{tasks.Fail, "address", "another machine answers at it", "find out who moved the address, then associate it again; log in nowhere before"}
	case w.reference != pathUntried && w.reference != pathOpen:
		return blame{tasks.Inconclusive, "you", "nothing answers from here, not even AWS", "check this machine's network, VPN and proxy; then try again"}
	case in.app == pathOpen && in.ssh == pathOpen && (w.local == pathOpen || w.local == pathUntried):
		return blame{tasks.Pass, "", "every way leads to the application", ""}
	case w.local == pathRefused || w.local == pathSilent:
		return blame{tasks.Fail, "application", "on the host itself " + at + " is " + string(w.local), "read the application's log and restart its service"}
	case w.local == pathOpen && w.private == pathRefused:
		return blame{tasks.Fail, "application", "it listens on 127.0.0.1 and not on the private address", "let it listen on 0.0.0.0 (nginx: listen)"}
	case w.local == pathOpen && out.app == pathOpen:
		return blame{tasks.Fail, "address", "the instance answers at its own address and not at the Elastic IP", "look what the Elastic IP is associated with; a new association takes a minute"}
	case w.local == pathOpen && in.app == pathRefused:
		return blame{tasks.Fail, "security group", "the host answers itself and somebody refuses us " + at + " on the way", "look at the host's own firewall (iptables, firewalld), then at the security group"}
	case w.local == pathOpen:
		return blame{tasks.Fail, "security group", "the host answers itself, and from here " + at + " is " + string(in.app), "compare the inbound rules of the security group and the network ACL with the plan"}
	}
	return w.outside(in, at)
}

// outside weighs what can be seen when nobody could log in to ask the host.
func (w routes) outside(in route, at string) blame {
	switch {
	case in.app == pathOpen:
		return blame{tasks.Inconclusive, "", "something answers on " + at + ", and whether it is this host cannot be told without a login", "run the SSH test first"}
	case in.app == pathRefused:
		return blame{tasks.Inconclusive, "application", "the security group lets us in and nothing listens on " + at, "run the SSH test first; then read the application's log"}
	case in.deaf() && w.reference == pathUntried:
		return blame{tasks.Inconclusive, "security group or you", "nothing comes back from " + clean(in.addr), "try another network; then compare the security group with the plan and read the status checks"}
	case in.deaf():
		return blame{tasks.Inconclusive, "security group", "AWS answers from here and " + clean(in.addr) + " does not, so its group drops us or the instance is down", "compare the inbound rules with the plan and read the status checks"}
	}
	return blame{tasks.Inconclusive, "", "the host cannot be asked", "run the SSH test first: " + in.says}
}

// result is the verdict with a row for each way.
func (w routes) result() tasks.Result {
	b := w.blame()
	r := tasks.Result{Verdict: b.verdict, Rests: []string{tasks.FactInstance, tasks.FactPublicIP, tasks.FactElasticIP, tasks.FactHostKey, tasks.FactHostPrints}}
	r.Says = b.says
	if b.who != "" {
		r.Says = b.who + ": " + b.says
	}
	if b.next != "" {
		r.Says += "; " + b.next
	}
	r.Rows = append(r.Rows, w.inside())
	for _, to := range []route{w.own, w.address} {
		r.Rows = append(r.Rows, to.row(w.port))
	}
	if w.reference != pathUntried {
		r.Rows = append(r.Rows, tasks.Row{Name: "this machine", Verdict: verdictOf(w.reference), Says: "AWS is " + string(w.reference) + " from here"})
	}
	return r
}

// inside is the way that begins and ends on the host.
func (w routes) inside() tasks.Row {
	row := tasks.Row{Name: "on the host", Verdict: verdictOf(w.local), Says: w.how}
	switch {
	case w.how == "":
		row.Says = "nobody could log in to look"
	case w.local != pathUntried:
		row.Says = fmt.Sprintf("port %d of 127.0.0.1 is %s (%s)", w.port, w.local, w.how)
		if w.private != pathUntried {
			row.Says += ", of the private address " + string(w.private)
		}
	}
	if w.private == pathRefused || w.private == pathSilent {
		row.Verdict = tasks.Fail
	}
	return row
}

func (w route) row(port int) tasks.Row {
	if w.addr == "" {
		return tasks.Row{Name: w.name, Says: "there is none"}
	}
	row := tasks.Row{Name: w.name, Verdict: verdictOf(w.app), Took: w.took, Says: fmt.Sprintf("%s: SSH is %s, port %d is %s", clean(w.addr), w.ssh, port, w.app)}
	if w.ssh != pathOpen {
		row.Verdict = verdictOf(w.ssh)
		row.Says += "; " + w.says
	}
	return row
}

func verdictOf(o outcome) tasks.Verdict {
	switch o {
	case pathOpen:
		return tasks.Pass
	case pathUntried:
		return tasks.NotTested
	case pathUnverified:
		return tasks.Inconclusive
	}
	return tasks.Fail
}
