package ui

// footer.go: the keys that work now, and the tab line of a narrow frame.

import "fmt"

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
		CloudWatch: "CloudWatch", Host: "Host", Smoke: "Smoke", Journal: "Journal", People: "People"}
}

// tabs names every pane, the one in view highlighted; the names shorten with the width.
func tabs(p pen) line {
	names := paneNames()
	if p.w < 84 {
		names[Instances], names[CloudWatch] = "Inst.", "CloudW."
	}
	var l line
	for i, name := range names {
		if i == 0 {
			continue
		}
		if p.w < 77 {
			name = name[:3]
		}
		k := muted
		if Pane(i) == p.v.focus() {
			k = button
		}
		if i > 1 {
			l.spans = append(l.spans, plain.of(" "))
		}
		l.spans = append(l.spans, k.of(fmt.Sprintf("%d %s", i, name)))
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
		return stamped(name, p.s.Readings.Metrics.Stamp, p.s.Now, p.s.Beat())
	case Instances:
		return stamped(name, p.s.Readings.Cloud.Stamp, p.s.Now, p.s.Beat())
	case Host:
		return stamped(name, p.s.Readings.Host.Stamp, p.s.Wall, 0)
	}
	return name
}
