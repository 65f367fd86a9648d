package sshops

// audit_ports.go: who listens on TCP, as ss, netstat or the kernel tell it, against the plan's ports.

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// maxListeners bounds the ports that are kept.
const maxListeners = 64

// parseListening reads ss -tln, netstat -tln, or /proc/net/tcp and tcp6. known is false when none of
// them answered.
func parseListening(text string) (all []reading.Listener, known bool) {
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		var at netip.AddrPort
		var isOne bool
		switch {
		case len(f) >= 4 && f[0] == "LISTEN": // ss: state, queues, local, peer
			at, isOne = bound(f[3])
		case len(f) >= 6 && strings.HasPrefix(f[0], "tcp") && f[5] == "LISTEN": // netstat
			at, isOne = bound(f[3])
		case len(f) >= 4 && strings.HasSuffix(f[0], ":") && f[3] == "0A": // the kernel: 0A is LISTEN
			at, isOne = kernelBound(f[1])
		default:
			known = known || len(f) > 3 && (f[0] == "State" || f[0] == "Proto" || f[0] == "sl") // a heading: it answers
			continue
		}
		if !isOne {
			continue
		}
		known = true
		l := reading.Listener{Address: at.Addr().String(), Port: int(at.Port()), Outside: !at.Addr().IsLoopback()}
		if !slices.Contains(all, l) && len(all) < maxListeners {
			all = append(all, l)
		}
	}
	slices.SortFunc(all, func(a, b reading.Listener) int {
		return cmp.Or(a.Port-b.Port, strings.Compare(a.Address, b.Address))
	})
	return all, known
}

// bound reads 0.0.0.0:22, *:22, [::]:22, :::22, 127.0.0.53%lo:53.
func bound(text string) (netip.AddrPort, bool) {
	n := strings.LastIndexByte(text, ':')
	if n < 0 {
		return netip.AddrPort{}, false
	}
	host, _, _ := strings.Cut(strings.Trim(text[:n], "[]"), "%")
	if host == "*" {
		host = "0.0.0.0"
	}
	addr, err := netip.ParseAddr(host)
	port, err2 := strconv.ParseUint(text[n+1:], 10, 16)
	return netip.AddrPortFrom(addr.Unmap(), uint16(port)), err == nil && err2 == nil && port > 0
}

// kernelBound reads 0100007F:0016: 32-bit words of the address in the machine's order, which is little
// endian on all that EC2 has.
func kernelBound(text string) (netip.AddrPort, bool) {
	host, portText, _ := strings.Cut(text, ":")
	port, err := strconv.ParseUint(portText, 16, 16)
	if err != nil || port == 0 || len(host) != 8 && len(host) != 32 {
		return netip.AddrPort{}, false
	}
	var raw []byte
	for ; len(host) > 0; host = host[8:] {
		word, err := strconv.ParseUint(host[:8], 16, 32)
		if err != nil {
			return netip.AddrPort{}, false
		}
		raw = append(raw, byte(word), byte(word>>8), byte(word>>16), byte(word>>24))
	}
	addr, _ := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(addr.Unmap(), uint16(port)), true
}

// portsRow holds what listens against what the plan opens, and SSH, which carried the question.
func portsRow(in plan.Instance, all []reading.Listener, known bool) finding {
	f := finding{GuestRow: reading.GuestRow{Name: "listening ports", Command: "ss -tln"}}
	planned := []int{}
	for _, p := range in.Ports {
		planned = append(planned, p.Port)
	}
	slices.Sort(planned)
	planned = slices.Compact(planned)
	f.Expected = numbers(planned)
	if !known {
		return f.unknown("neither ss nor netstat nor /proc/net/tcp answered")
	}
	var outside, inside, extra, missing []int
	for i := range all {
		l := &all[i]
		l.Planned = slices.Contains(planned, l.Port)
		switch {
		case !l.Outside:
			inside = append(inside, l.Port)
			continue
		case !l.Planned && l.Port != in.SSHPort:
			extra = append(extra, l.Port)
		}
		outside = append(outside, l.Port)
	}
	for _, port := range planned {
		if !slices.Contains(outside, port) {
			missing = append(missing, port)
		}
	}
	outside, inside, extra = slices.Compact(outside), slices.Compact(inside), slices.Compact(extra)
	f.Observed = numbers(outside)
	if len(inside) > 0 {
		f.Observed += "; on the machine itself " + numbers(inside)
	}
	if len(planned) == 0 {
		return f
	}
	f.Verdict = reading.Fine
	var said []string
	if len(extra) > 0 {
		said = append(said, fmt.Sprintf("%s listens on a public address and is not in the plan: stop it or plan its port", numbers(extra)))
	}
	if len(missing) > 0 {
		said = append(said, fmt.Sprintf("the plan opens %s and nobody listens there", numbers(missing)))
	}
	if len(said) > 0 {
		f.Verdict, f.Says = reading.Remarkable, strings.Join(said, "; ")
	}
	return f
}

// numbers are ports as a person reads them: "22, 80"; at most a dozen.
func numbers(ports []int) string {
	const most = 12
	var text []string
	for _, p := range ports[:min(len(ports), most)] {
		text = append(text, strconv.Itoa(p))
	}
	if len(ports) > most {
		text = append(text, fmt.Sprintf("%d more", len(ports)-most))
	}
	if len(text) == 0 {
		return "none"
	}
	return strings.Join(text, ", ")
}
