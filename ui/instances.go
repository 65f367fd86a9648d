package ui

// instances.go: the machines as EC2 describes them, their addresses and disks,
// and the configuration table as a check list. What was never observed is a
// question mark, not a tick.

import (
	"fmt"
	"strings"
	"time"

	"tminus/tasks"
	"tminus/tasks/reading"
)

func instances(p pen) []line {
	cloud := p.s.Readings.Cloud
	if !cloud.Taken() {
		return append(unread(p, "cloud", "instances and addresses", p.comes("ec2.launch", "the first instance")), driftPart(p)...)
	}
	lines := roleLines(p, "primary", cloud.ByRole("primary"))
	lines = append(lines, roleLines(p, "standby", cloud.ByRole("standby"))...)
	for i := range cloud.Instances {
		if in := &cloud.Instances[i]; in.Role != "primary" && in.Role != "standby" {
			lines = append(lines, roleLines(p, in.Role, in)...)
		}
	}
	lines = append(lines, addressLines(p, cloud)...)
	if cloud.Stale(p.s.Now, p.s.Beat()) {
		dim(lines)
	}
	lines = append(lines, append(problem(p, "cloud"), problem(p, "identity")...)...)
	return append(lines, driftPart(p)...)
}

// unread is a pane nothing was read for yet: what will come, and when.
func unread(p pen, sensor, what string, comes string) []line {
	lines := paragraph(muted.of("? "), "no "+what+" read yet", muted, p.w)
	lines = append(lines, problem(p, sensor)...)
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

// problem is why a sensor's last reading failed.
func problem(p pen, sensor string) []line {
	why := p.s.Readings.Failures[sensor].Says
	if why == "" {
		return nil
	}
	return paragraph(warn.of("▲ "), why, warn, p.w)
}

func roleLines(p pen, role string, in *reading.Instance) []line {
	head := muted.of(fit(role, 9))
	if in == nil {
		if role == "primary" && p.s.State.Rollback.Locked() {
			return []line{row(head, muted.of("○ rolled back"))}
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
	lines := []line{row(head, strong.of(middle(in.ID, p.w-9)))}
	add := func(spans ...span) {
		lines = append(lines, row(append([]span{plain.of("  ")}, spans...)...))
	}
	if in.State == "terminated" {
		add(state.of(glyph + " " + in.State))
		return lines
	}
	add(state.of(glyph+" "+in.State), muted.of(" · "), checks(in))
	add(muted.of(in.Type + " · " + middle(in.Zone, max(p.w-5-cells(in.Type), 8))))
	if in.PublicIP != "" {
		add(plain.of(in.PublicIP), muted.of(" public"))
	}
	if in.PrivateIP != "" && p.h >= 10 {
		add(plain.of(in.PrivateIP), muted.of(" private"))
	}
	for _, v := range in.Volumes {
		disk := fmt.Sprintf("%d GB %s ", v.SizeGB, v.Type)
		add(muted.of(disk), muted.of(middle(v.ID, max(p.w-2-cells(disk), 9))))
	}
	return lines
}

// checks are the two status checks in words.
func checks(in *reading.Instance) span {
	passed := 0
	for _, c := range []string{in.SystemCheck, in.InstanceCheck} {
		switch c {
		case "ok":
			passed++
		case "impaired":
			return alarm.of("✗ impaired")
		}
	}
	if passed == 2 {
		return good.of("2/2 checks")
	}
	if in.SystemCheck == "" && in.InstanceCheck == "" {
		return muted.of("? no checks yet")
	}
	return muted.f("%d/2 checks", passed)
}

func addressLines(p pen, cloud reading.Cloud) []line {
	var lines []line
	for _, a := range cloud.Addresses {
		head := muted.of(fit("address", 9))
		switch {
		case a.InstanceID != "" && a.PublicIP == p.s.State.Facts[tasks.FactElasticIP].Value && !p.ours(a.InstanceID):
			lines = append(lines, row(head, strong.of(a.PublicIP), alarm.of(" ≠")),
				row(alarm.of("  → "+middle(a.InstanceID, p.w-4))), row(alarm.of("    not ours: it is taken")))
		case a.InstanceID != "":
			lines = append(lines, row(head, strong.of(a.PublicIP), good.of(" ✓")), row(muted.of("  → "+middle(a.InstanceID, p.w-4))))
		default:
			lines = append(lines, row(head, strong.of(a.PublicIP), warn.of(" ▲")), row(warn.of("  idle, it costs")))
		}
	}
	return lines
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

// driftPart is the configuration table: a count in a small pane, every row where there is room.
func driftPart(p pen) []line {
	if len(p.s.Drift) == 0 {
		return nil
	}
	count := map[tasks.Verdict]int{}
	for _, d := range p.s.Drift {
		count[d.Verdict]++
	}
	different := muted
	if count[tasks.Fail] > 0 {
		different = warn
	}
	head := row(muted.of(fit("drift", 9)), good.f("%d ✓", count[tasks.Pass]), different.f("  %d ≠", count[tasks.Fail]),
		muted.f("  %d ?", len(p.s.Drift)-count[tasks.Pass]-count[tasks.Fail]))
	if p.w < 70 {
		return append([]line{head}, smallDrift(p)...)
	}
	n := (p.w - 18 - 8 - 10 - 14) / 2
	lines := []line{blank(), head, row(muted.of(fit("", 2) + fit("", 18) + fit("expected", n) + fit("observed", n) + fit("source", 8) + "age"))}
	for _, d := range p.s.Drift {
		m, observed, seen := driftMark(d), d.Observed, ""
		if observed == "" {
			observed = "?"
		}
		if !d.At.IsZero() {
			seen = p.since(d.At)
		}
		lines = append(lines, row(m.ink.of(m.glyph+" "), plain.of(fit(d.Name, 18)), plain.of(fit(middle(d.Expected, n-1), n)),
			m.ink.of(fit(middle(observed, n-1), n)), muted.of(fit(d.Source, 8)), muted.of(fit(seen, 10)), m.ink.of(m.word)))
	}
	return lines
}

// smallDrift names what differs, and all rows when the pane is tall.
func smallDrift(p pen) []line {
	var lines []line
	for _, d := range p.s.Drift {
		if d.Verdict == tasks.Fail || p.h >= 20 {
			m := driftMark(d)
			lines = append(lines, row(m.ink.of("  "+m.glyph+" "), plain.of(fit(atMost(d.Name, 13), 14)), muted.of(middle(d.Expected, max(p.w-18, 8)))))
			if d.Verdict == tasks.Fail {
				lines = append(lines, row(plain.of("    is "), m.ink.of(middle(d.Observed, max(p.w-7, 8)))))
			}
		}
	}
	return lines
}

func driftMark(d tasks.DriftRow) mark {
	switch d.Verdict {
	case tasks.Pass:
		return mark{"✓", "as planned", good}
	case tasks.Fail:
		return mark{"≠", "differs", warn}
	}
	return mark{"?", "not observed", muted}
}

// stamped is a pane's name with the age of its readings, and "stale" when they are too old.
func stamped(name string, s reading.Stamp, now time.Time, beat time.Duration) string {
	switch {
	case !s.Taken():
		return name
	case s.Stale(now, beat):
		return name + " · stale, " + age(s.Age(now))
	case s.Age(now) < 2*time.Second:
		return name + " · now"
	}
	return name + " · " + about(s.Age(now).Truncate(time.Second))
}
