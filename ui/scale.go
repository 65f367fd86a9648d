package ui

// scale.go: moments as columns, for the timeline and the charts' time axes.

import "time"

// scale maps a stretch of time to columns.
type scale struct {
	from, to time.Time
	cols     int
	in       *time.Location
}

func newScale(from, to time.Time, cols int, zone *time.Location) scale {
	if !to.After(from) {
		to = from.Add(time.Hour)
	}
	return scale{from, to, max(cols, 1), zone}
}

// col is the column of a moment, held inside the scale.
func (s scale) col(t time.Time) int {
	at := int(float64(t.Sub(s.from)) / float64(s.to.Sub(s.from)) * float64(s.cols))
	return max(0, min(at, s.cols-1))
}

// span is the first and the last column of a stretch; what ends on a column's edge does not reach into it.
func (s scale) span(from, to time.Time) (first, last int) {
	first = s.col(from)
	return first, max(first, s.col(to.Add(-time.Second)))
}

// ticks are round times in the zone, far enough apart for their labels.
func (s scale) ticks() []time.Time {
	step := 5
	for _, step = range []int{5, 10, 15, 30, 60, 120, 240, 360, 720, 1440} {
		if s.to.Sub(s.from) < time.Duration(step)*time.Minute*time.Duration(max(s.cols/8, 1)) {
			break
		}
	}
	every := time.Duration(step) * time.Minute
	_, offset := s.from.In(s.in).Zone()
	local := s.from.Add(time.Duration(offset) * time.Second)
	t := s.from.Add(local.Truncate(every).Sub(local))
	if t.Before(s.from) {
		t = t.Add(every)
	}
	var ticks []time.Time
	for ; !t.After(s.to) && len(ticks) < s.cols; t = t.Add(every) {
		ticks = append(ticks, t)
	}
	return ticks
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
