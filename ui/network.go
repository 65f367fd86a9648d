package ui

// network.go: what leads to the machines: the Elastic IPs of the account, those that point
// to nothing with what they cost, and the security groups with who may come in.

import (
	"fmt"

	"tminus/tasks"
	"tminus/tasks/reading"
)

func addressLines(p pen, cloud reading.Cloud) []line {
	var lines []line
	if why := p.s.Readings.Failures[reading.Addresses]; why.Says != "" {
		lines = append(lines, row(muted.of(fit("address", 9)), failureMark(why.Kind).ink.of("? "+string(why.Kind))))
	}
	for _, a := range cloud.Addresses {
		head := muted.of(fit("address", 9))
		switch {
		case a.InstanceID != "" && a.PublicIP == p.s.State.Facts[tasks.FactElasticIP].Value && !p.ours(a.InstanceID):
			lines = append(lines, row(head, strong.of(a.PublicIP), alarm.of(" ≠")),
				row(alarm.of("  → "+middle(a.InstanceID, p.w-4))), row(alarm.of("    not ours: it is taken")))
		case a.InstanceID != "":
			is := good.of(" ✓")
			if p.pastCloud() != "" {
				is = muted.of(" ?")
			}
			lines = append(lines, row(head, strong.of(a.PublicIP), is), row(muted.of("  → "+middle(a.InstanceID, p.w-4))))
		default:
			lines = append(lines, row(head, strong.of(a.PublicIP), warn.of(" ▲")), row(warn.of("  idle, "+perDay(a.PerDay)), notOurs(p, a)))
		}
	}
	return lines
}

// perDay is what an address costs, used or not.
func perDay(dollars float64) string {
	if dollars <= 0 {
		return "it costs"
	}
	return fmt.Sprintf("$%.2f a day", dollars)
}

// notOurs says that an address belongs to somebody else in the account, where there is room.
func notOurs(p pen, a reading.Address) span {
	if a.Ours || p.w < 40 {
		return plain.of("")
	}
	return muted.of(" · not of this run")
}

// groupLines are the security groups with their rules, where everything is shown.
func groupLines(p pen, cloud reading.Cloud) []line {
	if !p.roomy() {
		return nil
	}
	var lines []line
	if why := p.s.Readings.Failures[reading.Groups]; why.Says != "" {
		lines = append(lines, row(muted.of(fit("group", 9)), failureMark(why.Kind).ink.of("? "+string(why.Kind))))
	}
	for _, g := range cloud.Groups {
		head := []span{muted.of(fit("group", 9)), strong.of(middle(g.ID, max(p.w-9, 9)))}
		if room := p.w - widthOf(head) - 1; room >= 12 {
			head = append(head, muted.of(" "+middle(g.Name, room)))
		}
		lines = append(lines, row(head...))
		if len(g.Rules) == 0 {
			lines = append(lines, row(muted.of("  nobody may come in")))
		}
		for _, r := range g.Rules {
			lines = append(lines, row(plain.of("  "+fit(ports(r), 12)), muted.of(" from "), plain.of(middle(r.Source, max(p.w-20, 9)))))
		}
	}
	return lines
}

// ports are what a rule opens: "tcp 22", "udp 60000–61000", "all".
func ports(r reading.Rule) string {
	switch {
	case r.From == 0 && r.To == 0:
		return r.Protocol
	case r.From == r.To:
		return fmt.Sprintf("%s %d", r.Protocol, r.From)
	}
	return fmt.Sprintf("%s %d–%d", r.Protocol, r.From, r.To)
}
