package ui

// chart.go: a series as braille dots, two by four in every column. Where data
// is missing nothing is drawn: a line across a gap would invent it.

import (
	"math"
	"time"

	"tminus/tasks/reading"
)

// chart is the geometry of one series.
type chart struct {
	from, to   time.Time
	lo, hi     float64
	cols, rows int
	gap        time.Duration // points further apart are not joined
	hold       time.Duration // how long the last point stands: its own period
}

// spark returns one row of blocks, eight heights each: more than dots tell in a single row.
func (c chart) spark(points []reading.Point) string {
	text := make([]rune, c.cols)
	for i := range text {
		text[i] = ' '
		if v, known := c.value(points, c.at(float64(i), c.cols)); known {
			c := c
			c.rows = 2 // eight heights
			text[i] = '▁' + rune(c.height(v))
		}
	}
	return string(text)
}

// at is the moment in the middle of the i-th of n parts.
func (c chart) at(i float64, n int) time.Time {
	return c.from.Add(time.Duration(float64(c.to.Sub(c.from)) * (i + 0.5) / float64(n)))
}

// draw returns rows of cols characters, the highest values on top.
func (c chart) draw(points []reading.Point) []string {
	if c.rows == 1 {
		return []string{c.spark(points)}
	}
	dots := make([]byte, c.cols*c.rows)
	before, joined := 0, false
	for x := range c.cols * 2 {
		v, known := c.value(points, c.at(float64(x), c.cols*2))
		if !known {
			joined = false
			continue
		}
		y := c.height(v)
		low, high := y, y
		switch { // a steep step is drawn through, so that it stays a line
		case joined && before > y:
			high = max(y, before-1)
		case joined && before < y:
			low = min(y, before+1)
		}
		for ; low <= high; low++ {
			c.dot(dots, x, low)
		}
		before, joined = y, true
	}
	lines := make([]string, c.rows)
	for r := range lines {
		text := make([]rune, c.cols)
		for i := range text {
			text[i] = 0x2800 + rune(dots[r*c.cols+i])
			if text[i] == 0x2800 {
				text[i] = ' '
			}
		}
		lines[r] = string(text)
	}
	return lines
}

// value is the series at a moment, between its neighbours; unknown outside it and inside a gap.
func (c chart) value(points []reading.Point, at time.Time) (float64, bool) {
	for i, p := range points {
		if p.At.Before(at) {
			continue
		}
		if i == 0 {
			return p.Value, p.At.Sub(at) <= c.to.Sub(c.from)/time.Duration(c.cols)
		}
		prev := points[i-1]
		width := p.At.Sub(prev.At)
		if c.gap > 0 && width > c.gap {
			return 0, false
		}
		share := float64(at.Sub(prev.At)) / float64(width)
		return prev.Value + (p.Value-prev.Value)*share, true
	}
	if n := len(points); n > 0 && at.Sub(points[n-1].At) <= c.hold {
		return points[n-1].Value, true
	}
	return 0, false
}

// height is the dot row of a value, 0 at the bottom.
func (c chart) height(v float64) int {
	top := c.rows*4 - 1
	share := (v - c.lo) / (c.hi - c.lo)
	if math.IsNaN(share) {
		return 0
	}
	return max(0, min(int(math.Round(share*float64(top))), top))
}

func (c chart) dot(dots []byte, x, y int) {
	const left, right = "\x40\x04\x02\x01", "\x80\x20\x10\x08" // braille bits, bottom to top
	bits := left
	if x%2 == 1 {
		bits = right
	}
	dots[(c.rows-1-y/4)*c.cols+x/2] |= bits[y%4]
}
