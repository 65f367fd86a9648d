package ui

// render.go: a snapshot and a view in, a frame out. Nothing here reads a clock,
// a file or the environment: equal arguments give equal frames, for the operator
// and for everybody who watches.

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/tasks"
)

// Render draws a frame: exactly v.Height lines of at most v.Width columns.
// Below 60×16 it says which size is needed. A nil snapshot is a run not read yet.
func Render(s *tasks.Snapshot, v View) string {
	if v.Width <= 0 || v.Height <= 0 {
		return ""
	}
	c := newCanvas(v.Width, v.Height)
	switch {
	case v.Width < minWidth || v.Height < minHeight:
		for i, l := range wrap(fmt.Sprintf("tminus needs %d×%d, this is %d×%d", minWidth, minHeight, v.Width, v.Height), v.Width) {
			c.line(0, i, v.Width, row(plain.of(l)))
		}
	case s == nil || s.State == nil || s.Plan == nil:
		c.line(1, 0, v.Width-1, row(strong.of("tminus  "), muted.of("reading the run…")))
	default:
		drawFrame(c, s, v)
	}
	return c.encode(newPalette(v.Theme, production(s)), v.Theme.ASCII)
}

// production reports a live run of a plan for production; its frame is orange.
func production(s *tasks.Snapshot) bool {
	return s != nil && s.Plan != nil && s.State != nil && s.Plan.Environment.Production && s.State.Mode == tasks.LiveRun
}

func drawFrame(c *canvas, s *tasks.Snapshot, v View) {
	a := layout(v.Width, v.Height)
	p := pen{s: s, v: v, zone: zone(v, s.Plan.Zone), w: a.header.w - 2, h: a.header.h}
	for i, l := range header(p) {
		c.line(1, i, v.Width-2, l)
	}
	if !a.wide {
		c.line(1, a.tabs.y, v.Width-2, tabs(p))
	}
	for _, at := range a.panes(v) {
		drawPane(c, p, at)
	}
	c.line(1, a.footer.y, v.Width-2, footerLine(p))
	switch {
	case v.Toast != "":
		drawNotice(c, a.footer.y, v.Toast, button)
	case s.Trouble != "":
		drawNotice(c, a.footer.y, "▲ "+s.Trouble, shout)
	}
	drawDialog(c, p)
}

// noticeRows bounds a notice: it covers what is below it.
const noticeRows = 3

// drawNotice writes a sentence over the rows that end above the footer, from edge to edge:
// what is left of a border beside it reads as part of the sentence.
func drawNotice(c *canvas, footer int, text string, k ink) {
	lines := wrap(text, c.w-4)
	if len(lines) > noticeRows {
		lines = append(lines[:noticeRows-1], atMost(strings.Join(lines[noticeRows-1:], " "), c.w-4))
	}
	for i, l := range lines {
		c.line(1, footer-len(lines)+i, c.w-2, row(k.of(" "+fit(l, c.w-4)+" ")))
	}
}

// pen is what a pane draws with: the snapshot, the view, and the room it has.
type pen struct {
	s      *tasks.Snapshot
	v      View
	zone   *time.Location
	w, h   int
	scroll int
}

// content are the lines of a pane at the pen's width. A pane that has room shows more.
func content(p pen, pane Pane) []line {
	switch pane {
	case Timeline:
		return timeline(p)
	case Task:
		return task(p)
	case Risks:
		return risks(p)
	case Instances:
		return instances(p)
	case CloudWatch:
		return metrics(p)
	case Host:
		return host(p)
	case Smoke:
		return smoke(p)
	case Journal:
		return journal(p)
	case Preflight:
		return preflight(p)
	}
	return people(p)
}

// in is the pen for a rectangle's inside.
func (p pen) in(at placed) pen {
	r := at.at.inside()
	p.w, p.h = r.w, r.h
	p.scroll = p.v.Scroll[at.pane]
	return p
}

func drawPane(c *canvas, p pen, at placed) {
	r, inner := at.at, at.at.inside()
	frame, title := faint, muted
	if at.pane == p.v.focus() {
		frame, title = accent, strong
	}
	c.frame(r, frame)
	name := fmt.Sprintf(" %d %s ", at.pane.digit(), paneTitle(p, at.pane))
	c.put(r.x+2, r.y, r.w-4, atMost(name, r.w-4)+" ", title)
	lines := content(p.in(at), at.pane)
	from := clampScroll(p.v.Scroll[at.pane], len(lines), inner.h)
	if at.pane == Timeline {
		from = keepChosen(lines, from, inner.h)
	}
	for i := 0; i < inner.h && from+i < len(lines); i++ {
		c.line(inner.x, inner.y+i, inner.w, lines[from+i])
	}
	if below := len(lines) - from - inner.h; below > 0 || from > 0 {
		more := fmt.Sprintf(" %d more ↓ ", below)
		if below <= 0 {
			more = fmt.Sprintf(" %d above ↑ ", from)
		}
		c.put(r.x+r.w-2-cells(more), r.y+r.h-1, cells(more), more, muted)
	}
}

func clampScroll(scroll, lines, height int) int {
	return max(0, min(scroll, lines-height))
}

// keepChosen moves the first visible line so far that the chosen one is in sight, with three below it.
func keepChosen(lines []line, from, height int) int {
	at := slices.IndexFunc(lines, func(l line) bool { return l.chosen })
	if at < 0 {
		return from
	}
	return clampScroll(max(min(from, at), at+4-height), len(lines), height)
}

// MaxScroll is the largest value of View.Scroll[pane] that still moves the pane, for the keys that scroll.
func MaxScroll(s *tasks.Snapshot, v View, pane Pane) int {
	if s == nil || s.State == nil || s.Plan == nil || v.Width < minWidth || v.Height < minHeight {
		return 0
	}
	p := pen{s: s, v: v, zone: zone(v, s.Plan.Zone)}
	for _, at := range layout(v.Width, v.Height).panes(v) {
		if at.pane == pane {
			return max(0, len(content(p.in(at), pane))-at.at.inside().h)
		}
	}
	return 0
}

// clock is a time of day; on another day than now it names that day.
func (p pen) clock(t time.Time) string {
	if t.IsZero() {
		return "?"
	}
	t = t.In(p.zone)
	if now := p.s.Now.In(p.zone); t.YearDay() != now.YearDay() || t.Year() != now.Year() {
		return t.Format("2 Jan 15:04")
	}
	return t.Format("15:04")
}

// times is a stretch of the clock; a day that is not today is named once.
func (p pen) times(from, to time.Time) string {
	if first, last := from.In(p.zone), to.In(p.zone); !to.IsZero() && first.YearDay() == last.YearDay() && first.Year() == last.Year() {
		return p.clock(from) + "–" + last.Format("15:04")
	}
	return p.clock(from) + "–" + p.clock(to)
}

// zoneName is the zone's abbreviation or offset now.
func (p pen) zoneName() string { return p.s.Now.In(p.zone).Format("MST") }

// since is the age of something in run time.
func (p pen) since(t time.Time) string { return age(p.s.Now.Sub(t)) }

// person is a contact's name with the initials.
func (p pen) person(id string) string {
	if c := p.s.Plan.Contact(id); c != nil {
		switch {
		case c.Open:
			return id + " " + c.Role + " (open role)"
		case c.Name != "":
			return id + " " + c.Name
		}
	}
	return id
}

// selected is the task in view.
func (p pen) selected() string { return p.v.TaskID(p.s) }
