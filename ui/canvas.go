package ui

// canvas.go: the sheet of cells a frame is drawn on. Everything is clipped
// here and nowhere else, so that no text, however long or strange, can push a
// border or leave its pane.

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// cell is one column of one row. An empty text is the second half of a wide character to its left.
type cell struct {
	text string
	ink  ink
}

// canvas is a sheet of w by h cells.
type canvas struct {
	w, h  int
	cells []cell
}

func newCanvas(w, h int) *canvas {
	c := &canvas{w: w, h: h, cells: make([]cell, w*h)}
	for i := range c.cells {
		c.cells[i].text = " "
	}
	return c
}

// put draws text from x on, within width cells, and returns how many it took.
// A wide character that does not fit is not drawn.
func (c *canvas) put(x, y, width int, text string, k ink) int {
	if y < 0 || y >= c.h || x < 0 {
		return 0
	}
	end := min(x+width, c.w)
	at := x
	for len(text) > 0 && at < end {
		cluster, n := text[:1], 1
		if text[0] >= 0x80 {
			cluster, n = ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
		}
		text = text[len(cluster):]
		if n == 0 { // a mark without a base joins what stands before it
			continue
		}
		if at+n > end {
			break
		}
		c.set(at, y, n, cluster, k)
		at += n
	}
	return at - x
}

// set puts one character of n columns, and cuts wide characters it lands on in half.
func (c *canvas) set(x, y, n int, cluster string, k ink) {
	row := c.cells[y*c.w : (y+1)*c.w]
	if row[x].text == "" && x > 0 {
		row[x-1].text = " "
	}
	if last := x + n; last < c.w && row[last].text == "" {
		row[last].text = " "
	}
	row[x] = cell{cluster, k}
	for i := 1; i < n; i++ {
		row[x+i] = cell{"", k}
	}
}

// fill blanks a rectangle.
func (c *canvas) fill(r rect, k ink) {
	for y := max(r.y, 0); y < min(r.y+r.h, c.h); y++ {
		for x := max(r.x, 0); x < min(r.x+r.w, c.w); x++ {
			c.set(x, y, 1, " ", k)
		}
	}
}

// line draws a line of spans into width cells of row y: the tail at the right
// end, the spans before it, cut with an ellipsis where they do not fit.
func (c *canvas) line(x, y, width int, l line) {
	if y < 0 || y >= c.h || width <= 0 {
		return
	}
	flag := plain
	if l.chosen {
		flag = chosen
		c.fill(rect{x, y, width, 1}, chosen)
	}
	room := width
	if tail := widthOf(l.tail); tail > 0 {
		tail = min(tail, width)
		at := x + width - tail
		for _, s := range l.tail {
			at += c.put(at, y, x+width-at, s.text, s.ink|flag)
		}
		room = width - tail - 1
	}
	at, cut := x, widthOf(l.spans) > room
	for _, s := range l.spans {
		if at >= x+room {
			break
		}
		at += c.put(at, y, x+room-at, s.text, s.ink|flag)
	}
	if cut && room > 0 {
		last := x + room - 1
		c.set(last, y, 1, "…", c.cells[y*c.w+last].ink)
	}
}

// frame draws a box with rounded corners and leaves what is inside alone.
func (c *canvas) frame(r rect, k ink) {
	if r.w < 2 || r.h < 2 {
		return
	}
	bar := strings.Repeat("─", r.w-2)
	c.put(r.x, r.y, r.w, "╭"+bar+"╮", k)
	c.put(r.x, r.y+r.h-1, r.w, "╰"+bar+"╯", k)
	for y := r.y + 1; y < r.y+r.h-1; y++ {
		c.put(r.x, y, 1, "│", k)
		c.put(r.x+r.w-1, y, 1, "│", k)
	}
}

// encode turns the cells into lines of text with colours. Blanks at a line's end are left out.
func (c *canvas) encode(colours *palette, asciiOnly bool) string {
	var b strings.Builder
	b.Grow(len(c.cells) * 2)
	for y := range c.h {
		if y > 0 {
			b.WriteByte('\n')
		}
		row := c.cells[y*c.w : (y+1)*c.w]
		for len(row) > 0 && row[len(row)-1].text == " " && !row[len(row)-1].ink.painted() {
			row = row[:len(row)-1]
		}
		encodeRow(&b, row, colours, asciiOnly)
	}
	return b.String()
}

func encodeRow(b *strings.Builder, row []cell, colours *palette, asciiOnly bool) {
	now := plain
	for _, at := range row {
		// A blank without a ground of its own looks alike in every colour: no change for it.
		unseen := at.text == " " && !at.ink.painted() && !now.painted()
		if at.ink != now && !unseen {
			if colours[now] != "" {
				b.WriteString("\x1b[m")
			}
			b.WriteString(colours[at.ink])
			now = at.ink
		}
		if asciiOnly {
			b.WriteString(asciiFor(at.text))
			continue
		}
		b.WriteString(at.text)
	}
	if colours[now] != "" {
		b.WriteString("\x1b[m")
	}
}
