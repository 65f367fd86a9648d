package ui

// cloudwatch.go: metric series. A small pane shows one line of dots a series
// with the last value; where there is room each has axes, the times, and marks
// at the moments when tasks of this run started.

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"tminus/tasks/reading"
)

func metrics(p pen) []line {
	m := p.s.Readings.Metrics
	if !m.Taken() || len(m.Series) == 0 {
		return slices.Concat(unread(p, "metrics", "metrics", firstPoints(p)), problems(p, "alarms"), alarmLines(p), usageLines(p))
	}
	lines := slices.Concat(accountProblems(p, "metrics", "alarms"), alarmLines(p), creditLines(p))
	foot := usageLines(p)
	stale := m.Stale(p.s.Now, p.s.Beat()) || p.failing("metrics")
	empty := 0
	for _, s := range m.Series {
		if len(s.Points) == 0 {
			empty++
		}
	}
	rows := (p.h - len(lines) - len(foot) - empty) / max(len(m.Series)-empty, 1) // of one series
	if empty == len(m.Series) {
		lines = append(lines, paragraph(plain.of(""), firstPoints(p), muted, p.w)...)
	}
	for _, s := range m.Series {
		switch {
		case len(s.Points) == 0:
			lines = append(lines, seriesHead(p, s, stale))
		case rows >= 5 && p.w >= 40:
			lines = append(lines, tallSeries(p, s, min(rows-2, 12), stale)...)
		case rows >= 3, rows == 2 && p.w < 60:
			lines = append(lines, seriesHead(p, s, stale))
			lines = append(lines, seriesDots(p, s, min(rows-1, 3), p.w, stale)...)
		default:
			lines = append(lines, flatSeries(p, s, stale))
		}
	}
	return append(lines, foot...)
}

func firstPoints(p pen) string {
	if c := p.comes("ec2.launch", "the first instance"); c != "" {
		return c + "; CloudWatch has points a few minutes later"
	}
	if p.s.State.Rollback.Locked() {
		return "the run was rolled back: no metrics are expected"
	}
	return "CloudWatch has the first points about five minutes after the launch"
}

// seriesHead is the name, the last value and how old it is.
func seriesHead(p pen, s reading.Series, stale bool) line {
	if len(s.Points) == 0 {
		return row(plain.of(shortLabel(p, s))).ends(muted.of("? no data"))
	}
	value, k := s.Points[len(s.Points)-1], strong
	if stale {
		k = muted
	}
	seen := p.s.Now.Sub(value.At)
	tail := []span{k.of(quantity(value.Value, s.Unit)), muted.of(" · " + about(seen))}
	if s.Period > 0 && seen > 3*s.Period {
		dot := " · "
		if p.w < 40 { // the name needs the room
			dot = " "
		}
		tail = []span{muted.of(quantity(value.Value, s.Unit)), warn.of(dot + age(seen))}
	}
	if p.w >= 60 {
		tail = append(tail, muted.of(" ago, every "+about(s.Period)+p.cadence(s)))
	}
	return row(plain.of(shortLabel(p, s))).ends(tail...)
}

// shortLabel is a label for a pane in which two long ones could not be told apart.
func shortLabel(p pen, s reading.Series) string {
	if p.w >= 40 {
		return label(s)
	}
	return strings.NewReplacer("network", "net", "status check failed", "status", "disk burst", "burst", "CPU credits", "credits", "standby", "stby").Replace(label(s))
}

// flatSeries is name, dots and last value in one line.
func flatSeries(p pen, s reading.Series, stale bool) line {
	l := seriesHead(p, s, stale)
	names := 13
	if p.w >= 60 {
		names = 21
	}
	room := p.w - names - widthOf(l.tail) - 2
	if room < 4 {
		return l
	}
	dots := seriesDots(p, s, 1, room, stale)
	return row(append([]span{plain.of(fit(shortLabel(p, s), names))}, dots[0].spans...)...).ends(l.tail...)
}

// tallSeries has a head, an axis of values on the left and the dots.
func tallSeries(p pen, s reading.Series, rows int, stale bool) []line {
	lines := []line{seriesHead(p, s, stale)}
	const axis = 9
	lo, hi := bounds(s)
	for i, dots := range seriesDots(p, s, rows, p.w-axis-1, stale) {
		text := ""
		switch i {
		case 0:
			text = quantity(hi, s.Unit)
		case rows - 1:
			text = quantity(lo, s.Unit)
		}
		lines = append(lines, row(append([]span{muted.f("%*s", axis-1, atMost(text, axis-1)), faint.of(" │")}, dots.spans...)...))
	}
	return append(lines, timeAxis(p, s, axis))
}

// timeAxis names the ends of the chart's time and the tasks that started in it.
func timeAxis(p pen, s reading.Series, axis int) line {
	from := chartFrom(p, s)
	b := newBar(p.w-axis, " ", muted)
	put := func(at int, text string, k ink) {
		for i, r := range []rune(text) {
			b.set(at+i, string(r), k)
		}
	}
	first, last := from.In(p.zone).Format("15:04"), p.s.Now.In(p.zone).Format("15:04")
	put(0, first, muted)
	put(len(b)-len(last), last, muted)
	sc := newScale(from, p.s.Now, len(b)-1, p.zone)
	free := len(first) + 1
	for _, t := range p.s.Plan.Tasks {
		started := p.s.State.Tasks[t.ID].StartedAt
		at := sc.col(started)
		if started.Before(from) || at < free || at+cells(t.ID)+2 > len(b)-len(last) {
			continue
		}
		put(at, "╵"+t.ID, accent)
		free = at + cells(t.ID) + 2
	}
	return line{spans: append([]span{plain.of(fit("", axis))}, b.spans()...)}
}

func seriesDots(p pen, s reading.Series, rows, cols int, stale bool) []line {
	k := good
	if stale {
		k = muted
	}
	lo, hi := bounds(s)
	c := chart{from: chartFrom(p, s), to: p.s.Now, lo: lo, hi: hi, cols: cols, rows: rows, gap: 3 * s.Period, hold: s.Period}
	var lines []line
	for _, text := range c.draw(s.Points) {
		lines = append(lines, row(k.of(text)))
	}
	return lines
}

// chartFrom is where a chart's time begins: at most an hour back, and never before the first point.
func chartFrom(p pen, s reading.Series) time.Time {
	from := latest(s.Points[0].At, p.s.Now.Add(-time.Hour))
	return earlier(from, p.s.Now.Add(-10*time.Minute))
}

// bounds are the ends of the value axis: from zero, to a round figure above the highest.
func bounds(s reading.Series) (lo, hi float64) {
	for _, pt := range s.Points {
		hi = math.Max(hi, pt.Value)
	}
	if s.Unit == "%" && hi > 50 {
		return 0, 100
	}
	if hi <= 0 {
		return 0, 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(hi)))
	return 0, math.Ceil(hi/unit) * unit
}

// cadence says of a series of EC2 why it comes no oftener, where there is room for it.
func (p pen) cadence(s reading.Series) string {
	in := p.s.Readings.Cloud.ByRole(cmp.Or(s.Of, "primary"))
	switch {
	case in == nil, in.Monitoring == "", p.w < 80:
		return ""
	case in.Detailed:
		return " (detailed monitoring)"
	}
	return " (basic monitoring)"
}

func label(s reading.Series) string {
	if s.Label != "" {
		return s.Label
	}
	return s.Name
}

// quantity is a value with its unit.
func quantity(v float64, unit string) string {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return "?"
	case unit == "B" || unit == "Bytes":
		return byteSize(v)
	case unit == "", unit == "credits", unit == "Count":
		return fmt.Sprintf("%.4g", v)
	case v != 0 && math.Abs(v) < 10:
		return fmt.Sprintf("%.1f %s", v, unit)
	}
	return fmt.Sprintf("%.0f %s", v, unit)
}
