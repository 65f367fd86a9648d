package ui

// failing.go: a sensor that does not read, as a state of its own: in which of the ways it
// fails, since when, and what mends it. On every page the header says the worst of AWS's;
// none of them ever looks like health.

import (
	"maps"
	"slices"
	"strings"
	"time"

	"tminus/tasks"
	"tminus/tasks/reading"
	"tminus/tasks/safe"
	"tminus/tasks/signal"
)

// failureKinds are the ways to fail, the one that lasts longest without a person first.
func failureKinds() []reading.FailureKind {
	return []reading.FailureKind{reading.Expired, reading.Denied, reading.Unreachable, reading.Throttled, reading.Failed}
}

// failureMark is a way to fail. Throttling may pass by itself, and of a plain failure nobody
// knows; the others wait for a person.
func failureMark(k reading.FailureKind) mark {
	if k == reading.Throttled || k == reading.Failed {
		return mark{"▲", string(k), warn}
	}
	return mark{"▲", string(k), alarm}
}

// worstOfAWS is the worst way in which AWS's sensors fail, and which of them do; "" = none.
func worstOfAWS(s *tasks.Snapshot) (worst reading.FailureKind, sensors []string) {
	for _, kind := range failureKinds() {
		for name, f := range s.Readings.Failures {
			if f.Kind == kind && name != string(signal.FromHost) && name != string(signal.FromProbe) {
				sensors = append(sensors, name)
			}
		}
		if len(sensors) > 0 {
			slices.Sort(sensors)
			return kind, sensors
		}
	}
	return "", nil
}

// awsPiece is the header's word for what AWS does not tell us.
func awsPiece(p pen) piece {
	kind, sensors := worstOfAWS(p.s)
	if kind == "" {
		return piece{[][]span{nil}, nil}
	}
	m := failureMark(kind)
	k, edge := shout, " "
	if m.ink == warn {
		k, edge = warn, ""
	}
	form := func(words string) []span { return one(k.of(edge + m.glyph + " AWS: " + words + edge)) }
	long, more := m.word, " ("+strings.Join(sensors, ", ")+")"
	if kind == reading.Expired {
		long, more = "credentials expired", ""
		if len(mending(p.s).Mend) > 0 && !p.v.Watch {
			more = " · L signs in"
		}
	}
	return piece{[][]span{form(long + more), form(long), form(m.word)}, []int{8, 5}}
}

// mending is the worst failure that a command may mend; its Mend is nil when there is none.
func mending(s *tasks.Snapshot) reading.Failure {
	for _, kind := range failureKinds() {
		for _, name := range slices.Sorted(maps.Keys(s.Readings.Failures)) {
			if f := s.Readings.Failures[name]; f.Kind == kind && len(f.Mend) > 0 {
				return f
			}
		}
	}
	return reading.Failure{}
}

// problems are why sensors fail, each way once: its word, for how long, what happened, and
// what mends it.
func problems(p pen, sensors ...string) []line {
	var lines []line
	said := map[string]bool{}
	for _, name := range sensors {
		f := p.s.Readings.Failures[name]
		if f.Says == "" || said[f.Says] {
			continue
		}
		said[f.Says] = true
		lines = append(lines, problem(p, f)...)
	}
	return lines
}

// accountProblems are problems, or else why nobody knows who we are there.
func accountProblems(p pen, sensors ...string) []line {
	if lines := problems(p, sensors...); len(lines) > 0 {
		return lines
	}
	return problems(p, "identity")
}

func problem(p pen, f reading.Failure) []line {
	m := failureMark(f.Kind)
	head := m.word
	if since := p.s.Now.Sub(f.Since); !f.Since.IsZero() && since > 0 {
		head += " for " + about(since)
	}
	lines := paragraph(m.ink.of(m.glyph+" "), head+": "+f.Says, m.ink, p.w) // its end is what to do next
	if len(f.Mend) > 0 && !p.v.Watch {
		lines = append(lines, paragraph(accent.of("→ "), "L signs in: "+safe.Command(f.Mend), plain, p.w)...)
	}
	return lines
}

// failing reports that the sensor's last reading failed: what it read before is not of now.
func (p pen) failing(sensor string) bool { return p.s.Readings.Failures[sensor].Says != "" }

// stamped is a pane's name with the age of its readings: in which way they fail, or that
// they are stale.
func (p pen) stamped(name, sensor string, s reading.Stamp) string {
	now, beat := p.s.Now, p.s.Beat()
	if sensor == string(signal.FromHost) { // its samples are taken in real time
		now, beat = p.s.Wall, 0
	}
	old := about(s.Age(now).Truncate(time.Second))
	switch {
	case p.failing(sensor) && s.Taken():
		return name + " · " + string(p.s.Readings.Failures[sensor].Kind) + ", " + old
	case p.failing(sensor):
		return name + " · " + string(p.s.Readings.Failures[sensor].Kind)
	case !s.Taken():
		return name
	case s.Stale(now, beat):
		return name + " · stale, " + age(s.Age(now))
	case s.Age(now) < 2*time.Second:
		return name + " · now"
	}
	return name + " · " + old
}
