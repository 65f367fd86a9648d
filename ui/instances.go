package ui

// instances.go: the machines as EC2 describes them, their disks, and how closely they are
// watched. What was never observed is a question mark, not a tick.

import (
	"fmt"
	"slices"
	"strings"

	"tminus/tasks"
	"tminus/tasks/reading"
	"tminus/tasks/signal"
)

func instances(p pen) []line {
	cloud := p.s.Readings.Cloud
	if !cloud.Taken() {
		return append(unread(p, "cloud", "instances and addresses", p.comes("ec2.launch", "the first instance")), driftPart(p)...)
	}
	said := accountProblems(p, "cloud", reading.Checks, reading.Volumes, reading.Groups, reading.Addresses)
	lines := roleLines(p, "primary", cloud.ByRole("primary"))
	lines = append(lines, roleLines(p, "standby", cloud.ByRole("standby"))...)
	for i := range cloud.Instances {
		if in := &cloud.Instances[i]; in.Role != "primary" && in.Role != "standby" {
			lines = append(lines, roleLines(p, in.Role, in)...)
		}
	}
	lines = append(lines, addressLines(p, cloud)...)
	lines = append(lines, groupLines(p, cloud)...)
	drift := driftPart(p)
	if p.pastCloud() != "" {
		dim(lines)
		dim(drift)
	}
	if p.v.Zoom { // a screen of details below it
		said = append(said, driftSummary(p)...)
	}
	return slices.Concat(said, lines, drift)
}

// unread is a pane nothing was read for yet: what will come, and when.
func unread(p pen, sensor, what string, comes string) []line {
	lines := paragraph(muted.of("? "), "no "+what+" read yet", muted, p.w)
	if sensor == string(signal.FromHost) {
		lines = append(lines, problems(p, sensor)...)
	} else {
		lines = append(lines, accountProblems(p, sensor)...)
	}
	if comes != "" {
		lines = append(lines, paragraph(plain.of("  "), comes, muted, p.w)...)
	}
	return append(lines, blank())
}

// comes says which task brings something, while it has not. On the way back nothing comes.
func (p pen) comes(action, what string) string {
	if p.s.State.Rollback.Locked() {
		return ""
	}
	for _, t := range p.s.Plan.Tasks {
		if t.Action == action && !p.s.State.Tasks[t.ID].Status.Finished() {
			return what + " comes with " + t.ID + ", planned " + p.clock(t.Start.Time)
		}
	}
	return ""
}

func roleLines(p pen, role string, in *reading.Instance) []line {
	head := muted.of(fit(role, 9))
	if in == nil {
		if role == "primary" && p.s.State.Rollback.Locked() {
			return []line{row(head, muted.of("○ rolled back"))}
		}
		if p.pastCloud() != "" {
			return []line{row(head, muted.of("? not known"))}
		}
		if role == "primary" {
			return append([]line{row(head, muted.of("○ none yet"))}, paragraph(plain.of(strings.Repeat(" ", 9)), p.comes("ec2.launch", "it"), muted, p.w)...)
		}
		return []line{row(head, muted.of("○ not in place"))}
	}
	state, glyph := muted, "○"
	switch in.State {
	case "running":
		state, glyph = good, "✓"
	case "pending", "stopping", "shutting-down":
		state, glyph = live, "▶"
	}
	past := p.pastCloud()
	if past != "" { // what was seen then is no tick now
		state, glyph = muted, "?"
	}
	lines := []line{row(head, strong.of(middle(in.ID, p.w-9)))}
	add := func(spans ...span) {
		lines = append(lines, row(append([]span{plain.of("  ")}, spans...)...))
	}
	switch {
	case past != "":
		seen := in.State + ", " + past
		if cells(seen)+4 > p.w {
			seen = in.State + ", " + strings.TrimPrefix(past, "as of ")
		}
		lines = append(lines, paragraph(state.of("  "+glyph+" "), seen, muted, p.w)...)
		if in.State == "terminated" {
			return lines
		}
		return append(lines, pack(machineFacts(p, in), "  ", p.w)...)
	case in.State == "terminated":
		add(state.of(glyph + " " + in.State))
		return lines
	}
	add(state.of(glyph+" "+in.State), muted.of(" · "), checks(p, in))
	return append(lines, pack(machineFacts(p, in), "  ", p.w)...)
}

// pastCloud is how old what is known of machines and addresses is, when it is not of now; "" = it is.
func (p pen) pastCloud() string {
	cloud := p.s.Readings.Cloud
	switch {
	case p.failing("cloud"), cloud.Stale(p.s.Now, p.s.Beat()):
		return "as of " + p.since(cloud.At)
	}
	return ""
}

// machineFacts are what is known of a machine, each in a few words.
func machineFacts(p pen, in *reading.Instance) [][]span {
	facts := [][]span{one(muted.of(in.Type + " · " + middle(in.Zone, max(p.w-5-cells(in.Type), 8))))}
	if in.PublicIP != "" {
		facts = append(facts, one(plain.of(in.PublicIP), muted.of(" public")))
	}
	if in.PrivateIP != "" && p.h >= 10 {
		facts = append(facts, one(plain.of(in.PrivateIP), muted.of(" private")))
	}
	if p.roomy() {
		facts = append(facts, makeFacts(in)...)
	}
	if why := p.s.Readings.Failures[reading.Volumes]; why.Says != "" {
		facts = append(facts, one(failureMark(why.Kind).ink.of("? volumes "+string(why.Kind))))
	}
	for _, v := range in.Volumes {
		disk := fmt.Sprintf("%d GB %s ", v.SizeGB, v.Type)
		facts = append(facts, one(muted.of(disk), muted.of(middle(v.ID, max(p.w-2-cells(disk), 9)))))
	}
	return facts
}

// pack writes as many facts on a line as fit.
func pack(facts [][]span, indent string, width int) []line {
	var lines []line
	for _, f := range facts {
		if n := len(lines) - 1; n >= 0 && widthOf(lines[n].spans)+3+widthOf(f) <= width {
			lines[n].spans = append(append(lines[n].spans, muted.of(" · ")), f...)
			continue
		}
		lines = append(lines, row(append([]span{plain.of(indent)}, f...)...))
	}
	return lines
}

// roomy reports a pane in which everything that is known of a machine has a place.
func (p pen) roomy() bool { return p.v.Zoom || p.h >= 18 }

// makeFacts are how closely the machine is watched, and what of it is set at its launch.
func makeFacts(in *reading.Instance) [][]span {
	watched := one(muted.of("monitoring "), plain.of("basic"), muted.of(", a point every 5 min"))
	switch {
	case in.Monitoring == "":
		watched = one(muted.of("monitoring ? not told"))
	case in.Detailed:
		watched = one(muted.of("monitoring "), plain.of("detailed"), muted.of(", a point a minute"))
	}
	facts := [][]span{watched}
	if in.Arch != "" {
		facts = append(facts, one(muted.of(in.Arch)))
	}
	if in.KeyName != "" {
		facts = append(facts, one(muted.of("key "+middle(in.KeyName, 30))))
	}
	switch in.HTTPTokens {
	case "":
	case "required":
		facts = append(facts, one(muted.of("metadata "), plain.of("IMDSv2 only"), muted.of(hops(in.HopLimit))))
	default:
		facts = append(facts, one(muted.of("metadata "), warn.of("▲ IMDSv1 allowed"), muted.of(hops(in.HopLimit))))
	}
	return facts
}

// hops is how far answers of the metadata service travel.
func hops(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return ", 1 hop"
	}
	return fmt.Sprintf(", %d hops", n)
}

// checks are the two status checks in words.
func checks(p pen, in *reading.Instance) span {
	passed := 0
	for _, c := range []string{in.SystemCheck, in.InstanceCheck} {
		switch c {
		case "ok":
			passed++
		case "impaired":
			return alarm.of("✗ impaired")
		}
	}
	if why := p.s.Readings.Failures[reading.Checks]; why.Says != "" {
		return failureMark(why.Kind).ink.of("? checks " + string(why.Kind))
	}
	if passed == 2 {
		return good.of("2/2 checks")
	}
	if in.SystemCheck == "" && in.InstanceCheck == "" {
		return muted.of("? no checks yet")
	}
	return muted.f("%d/2 checks", passed)
}

// ours reports an instance of this plan: the one this run made, or one that has a role in it.
func (p pen) ours(instance string) bool {
	for _, in := range p.s.Readings.Cloud.Instances {
		if in.ID == instance && (in.Ours || in.Role != "other") {
			return true
		}
	}
	return p.s.State.Facts[tasks.FactInstance].Value == instance
}
