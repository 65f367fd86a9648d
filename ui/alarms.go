package ui

// alarms.go: what stands beside the series of the CloudWatch pane: the alarms with their
// state in words, how long the CPU credits last, and what all the looking costs.

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/tasks/reading"
)

// alarmStates are CloudWatch's words for a state and how they are shown, the gravest first.
func alarmStates() []struct {
	state string
	mark  mark
} {
	return []struct {
		state string
		mark  mark
	}{{"ALARM", mark{"✗", "ALARM", alarm}}, {"INSUFFICIENT_DATA", mark{"?", "no data yet", warn}}, {"OK", mark{"✓", "OK", good}}}
}

func alarmMark(state string) mark {
	for _, s := range alarmStates() {
		if s.state == state {
			return s.mark
		}
	}
	return mark{"?", cmp.Or(strings.ToLower(state), "unknown"), muted}
}

// alarmLines are the alarms: a count and those that ring in a small pane, each with its
// condition where there is room.
func alarmLines(p pen) []line {
	a := p.s.Readings.Alarms
	if !a.Taken() || len(a.All) == 0 {
		return nil
	}
	lines := alarmCount(p, a.All)
	for _, al := range byState(a.All) {
		if p.w >= 60 {
			lines = append(lines, alarmRow(p, al))
		} else if al.State == "ALARM" {
			lines = append(lines, row(alarm.of("✗ "), plain.of(middle(al.Name, p.w-2))))
		}
	}
	if a.Stale(p.s.Now, p.s.Beat()) || p.failing("alarms") {
		dim(lines)
	}
	return lines
}

// alarmCount says how many are in which state.
func alarmCount(p pen, all []reading.Alarm) []line {
	var facts [][]span
	for _, s := range alarmStates() {
		n := 0
		for _, al := range all {
			if al.State == s.state {
				n++
			}
		}
		if n > 0 {
			facts = append(facts, one(s.mark.ink.f("%s %d %s", s.mark.glyph, n, s.mark.word)))
		}
	}
	if len(facts) > 0 {
		facts[0] = append(one(muted.of("alarms ")), facts[0]...)
	}
	return pack(facts, "", p.w)
}

// alarmRow is one alarm: state, condition or name, whether anybody hears it, since when.
func alarmRow(p pen, al reading.Alarm) line {
	m := alarmMark(al.State)
	l := row(m.ink.of("  "+fit(m.glyph+" "+m.word, 14)), plain.of(cmp.Or(al.Condition, al.Name)))
	if p.w >= 100 && al.Condition != "" {
		l.spans = append(l.spans, muted.of("  "+middle(al.Name, 40)))
	}
	if al.Silent {
		l.tail = append(l.tail, warn.of("silent: nobody is told"), plain.of("  "))
	}
	if !al.Since.IsZero() {
		l.tail = append(l.tail, muted.of("for "+about(p.s.Now.Sub(al.Since))))
	}
	return l
}

// byState is what rings first, then what has no data, in the order of the names.
func byState(all []reading.Alarm) []reading.Alarm {
	sorted := slices.Clone(all)
	rank := func(al reading.Alarm) int {
		for i, s := range alarmStates() {
			if s.state == al.State {
				return i
			}
		}
		return 1
	}
	slices.SortStableFunc(sorted, func(a, b reading.Alarm) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(a.Name, b.Name))
	})
	return sorted
}

// soonUsedUp is when the end of the credits is worth a warning.
const soonUsedUp = 2 * time.Hour

// creditLines say how long a burstable instance can go on as it does; in a small pane only
// when it is not long any more.
func creditLines(p pen) []line {
	in := p.s.Readings.Cloud.ByRole("primary")
	if in == nil || p.failing("metrics") {
		return nil
	}
	r := p.s.Readings.Metrics.Runway(in.Type, p.s.Now, p.s.Beat())
	switch {
	case r.UsedUp():
		return paragraph(alarm.of("▲ "), "CPU credits are used up: the machine is held at its baseline", alarm, p.w)
	case !r.Known, p.w < 60 && (r.Grows() || r.Left >= soonUsedUp):
		return nil
	case r.Grows():
		return []line{row(muted.of("credits "), good.of("✓"), muted.of(" they do not run out at this burn"))}
	}
	k := muted
	if r.Left < soonUsedUp {
		k = warn
	}
	text := "credits last ~" + about(r.Left) + " at this burn"
	if cells(text) > p.w {
		text = "credits last ~" + about(r.Left)
	}
	return []line{row(k.of(text))}
}

// usageLines are what the sensors cost: calls, and dollars.
func usageLines(p pen) []line {
	u := p.s.Readings.Usage
	if !u.Taken() {
		return nil
	}
	long := fmt.Sprintf("%.0f calls/min of at most %.0f · ≈ $%.3f an hour", u.PerMinute, u.Bound, u.PerHour)
	if cells(long) > p.w {
		long = fmt.Sprintf("%.0f calls/min · ≈ $%.3f/h", u.PerMinute, u.PerHour)
	}
	return []line{row(muted.of(long))}
}
