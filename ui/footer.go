package ui

// footer.go: the keys that work now, and the tab line of a narrow frame.

import (
	"fmt"
	"strings"
)

// footerLine shows as many hints as fit; the table of keys puts the important ones first.
func footerLine(p pen) line {
	var spans []span
	used := 0
	for _, h := range Hints(p.s, p.v) {
		key, title := accent.of(h.Key), muted.of(" "+h.Title)
		need := cells(key.text) + cells(title.text)
		if used > 0 {
			need += 3
		}
		if used+need > p.w {
			break
		}
		if used > 0 {
			spans = append(spans, faint.of(" · "))
		}
		spans = append(spans, key, title)
		used += need
	}
	return line{spans: spans}
}

// paneNames are the tabs, by pane.
func paneNames() [Panes]string {
	return [Panes]string{Timeline: "Timeline", Task: "Task", Risks: "Risks", Instances: "Instances",
		CloudWatch: "CloudWatch", Host: "Host", Smoke: "Smoke", Journal: "Journal", People: "People", Preflight: "Preflight"}
}

// digit is the pane's key.
func (p Pane) digit() int { return int(p) % 10 }

// tabs names every pane, the one in view highlighted; the names shorten with the width.
func tabs(p pen) line {
	names := paneNames()
	if p.w < 96 {
		names[Timeline], names[Instances], names[CloudWatch], names[Preflight] = "Time", "Inst.", "Cloud", "Pre."
	}
	if p.w < 59 { // three letters each would be a column too many
		names[Preflight] = "Pr."
	}
	var l line
	for i, name := range names {
		if i == 0 {
			continue
		}
		if p.w < 78 {
			name = strings.TrimSuffix(name[:3], ".")
		}
		k := muted
		if Pane(i) == p.v.focus() {
			k = button
		}
		if i > 1 {
			l.spans = append(l.spans, plain.of(" "))
		}
		l.spans = append(l.spans, k.of(fmt.Sprintf("%d %s", Pane(i).digit(), name)))
	}
	return l
}

// paneTitle is the pane's name and what it shows of.
func paneTitle(p pen, pane Pane) string {
	name := paneNames()[pane]
	switch pane {
	case Timeline, Journal:
		return name + " · " + p.zoneName()
	case Task:
		switch {
		case p.ownTask():
		case p.s.State.Rollback.Locked():
			return "Rollback"
		case p.s.State.Released:
			return "Released"
		}
		if t := p.s.Plan.Task(p.selected()); t != nil {
			return t.ID + "  " + t.Title
		}
	case Risks:
		return name + " · as planned" // nothing evaluates their signals yet
	case CloudWatch:
		return p.stamped(name, "metrics", p.s.Readings.Metrics.Stamp)
	case Instances:
		return p.stamped(name, "cloud", p.s.Readings.Cloud.Stamp)
	case Preflight:
		name += preflightCounts(p.s.Readings.Preflight)
		if at := p.s.Readings.Preflight.At; launched(p.s) && !at.IsZero() {
			return name + " · before the launch, " + p.clock(at)
		}
		return p.stamped(name, "preflight", p.s.Readings.Preflight.Stamp)
	case Host:
		return p.stamped(name, "host", p.s.Readings.Host.Stamp)
	}
	return name
}
