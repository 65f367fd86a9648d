package tasks

// drift_rule.go: who may come in: each planned port, and whatever else is open.

import (
	"fmt"
	"slices"
	"strings"

	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

const closed = "closed"

// portAspects are the planned ports, one row each, with everybody who may come to it.
func portAspects(ports []plan.Port) []aspect {
	var all []aspect
	for _, p := range ports {
		a := aspect{name: portName("tcp", p.Port, p.Port), source: "ec2"}
		if slices.ContainsFunc(all, func(b aspect) bool { return b.name == a.name }) {
			continue // several rules, one row
		}
		a.want = opened(sources(ports, p.Port))
		a.got = func(m *machine) string {
			rules, known := m.rules()
			if !known {
				return ""
			}
			return opened(from(rules, func(r reading.Rule) bool { return lets(r, p.Port) }))
		}
		all = append(all, a)
	}
	return all
}

// lets reports a rule that opens a TCP port, be it with all others.
func lets(r reading.Rule, port int) bool {
	return r.Protocol == "all" || r.Protocol == "tcp" && r.From <= port && port <= r.To
}

// unplanned are the rules of an instance for which the plan has no port.
func (m *machine) unplanned(p *plan.Plan) []aspect {
	rules, _ := m.rules()
	var all []aspect
	for _, r := range rules {
		name := portName(r.Protocol, r.From, r.To)
		isThis := func(a aspect) bool { return a.name == name }
		if slices.ContainsFunc(all, isThis) || slices.ContainsFunc(portAspects(p.Environment.Instance.Ports), isThis) {
			continue
		}
		all = append(all, aspect{name: name, want: closed, source: "ec2", got: func(m *machine) string {
			rules, known := m.rules()
			if !known {
				return ""
			}
			return opened(from(rules, func(other reading.Rule) bool { return portName(other.Protocol, other.From, other.To) == name }))
		}})
	}
	return all
}

// rules are the inbound rules of all groups of the instance; known false when one of them was not read.
func (m *machine) rules() (rules []reading.Rule, known bool) {
	for _, id := range m.Groups {
		n := slices.IndexFunc(m.all.Cloud.Groups, func(g reading.Group) bool { return g.ID == id })
		if n < 0 {
			return nil, false
		}
		rules = append(rules, m.all.Cloud.Groups[n].Rules...)
	}
	return rules, len(m.Groups) > 0
}

func from(rules []reading.Rule, of func(reading.Rule) bool) []string {
	var all []string
	for _, r := range rules {
		if of(r) {
			all = append(all, r.Source)
		}
	}
	return all
}

func sources(ports []plan.Port, port int) []string {
	var all []string
	for _, p := range ports {
		if p.Port == port {
			all = append(all, p.From)
		}
	}
	return all
}

// opened is who may come in, in words that are equal for equal rules.
func opened(sources []string) string {
	if len(sources) == 0 {
		return closed
	}
	slices.Sort(sources)
	return "open from " + strings.Join(slices.Compact(sources), ", ")
}

func portName(protocol string, from, to int) string {
	switch {
	case protocol == "tcp" && from == to:
		return fmt.Sprintf("port %d", from)
	case from == 0 && to == 0:
		return "port, " + protocol
	case from == to:
		return fmt.Sprintf("port %d, %s", from, protocol)
	}
	return fmt.Sprintf("port %d-%d, %s", from, to, protocol)
}
