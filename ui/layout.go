package ui

// layout.go: where everything stands, as a pure function of the size. Panes
// tile the body: no gap, no overlap, at every size.

const (
	minWidth, minHeight   = 60, 16  // below this nothing is readable
	wideWidth, wideHeight = 120, 36 // from here on six panes at once
	headerRows            = 2
)

// rect is a rectangle of cells.
type rect struct{ x, y, w, h int }

// inside is what a box's border and one column of air on each side leave.
func (r rect) inside() rect { return rect{r.x + 2, r.y + 1, max(r.w-4, 0), max(r.h-2, 0)} }

// areas are the parts of a frame.
type areas struct {
	wide   bool // six panes; otherwise one below a line of tabs
	header rect
	tabs   rect // empty when wide
	body   rect
	footer rect
	// The six of a wide body; detail shows the task, or whichever later pane has the focus.
	timeline, detail, risks, instances, metrics, host rect
}

// layout divides a frame of at least minWidth by minHeight.
func layout(width, height int) areas {
	a := areas{wide: width >= wideWidth && height >= wideHeight}
	a.header = rect{0, 0, width, headerRows}
	top := headerRows
	if !a.wide {
		a.tabs = rect{0, top, width, 1}
		top++
	}
	a.footer = rect{0, height - 1, width, 1}
	a.body = rect{0, top, width, height - top - 1}
	if !a.wide {
		return a
	}
	upper := a.body.h * 3 / 5
	left := width / 2
	a.timeline = rect{0, top, left, upper}
	a.detail = rect{left, top, width - left, upper}
	lower := a.body.h - upper
	for i, r := range []*rect{&a.risks, &a.instances, &a.metrics, &a.host} {
		from, to := width*i/4, width*(i+1)/4
		*r = rect{from, top + upper, to - from, lower}
	}
	return a
}

// placed is a pane and its rectangle.
type placed struct {
	pane Pane
	at   rect
}

// panes are the panes a view sees, and where.
func (a areas) panes(v View) []placed {
	focus := v.focus()
	if !a.wide || v.Zoom {
		return []placed{{focus, a.body}}
	}
	detail := Task
	if focus >= Smoke {
		detail = focus
	}
	return []placed{{Timeline, a.timeline}, {detail, a.detail}, {Risks, a.risks},
		{Instances, a.instances}, {CloudWatch, a.metrics}, {Host, a.host}}
}

// focus is the pane with the focus; a view that names none looks at the timeline.
func (v View) focus() Pane {
	if v.Focus < Timeline || v.Focus > lastPane {
		return Timeline
	}
	return v.Focus
}
