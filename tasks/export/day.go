package export

// day.go: the columns of dates and times. Both ends of a task are as they happened, or else
// as planned, written only where a cell does not say so.

import (
	"strings"
	"time"

	"tminus/tasks/plan"
)

// days goes down the table: a blank date is that of the row above.
type days struct {
	*writing
	above time.Time // as written by now; zero = unknown
	style string    // of the nearest date above
	shown time.Time // the day that style stands for
}

// row writes the times of one row; its task is nil when the plan has none for it.
func (d *days) row(i int, t *plan.Task) {
	read := d.draft.Tasks[i]
	old, _ := time.Parse(moment, read.Start.Value)
	if text := d.text(i, "date"); text != "" {
		d.style, d.shown = text, old
	}
	if t == nil {
		d.date(i, read.ID.Value, old, old, Repair)
		return
	}
	began, ended := d.source.actual(t.ID)
	start, end := d.source.filed(t.ID, began), d.source.filed(t.ID, ended)
	startWhy, endWhy := Actual, Actual
	if start.IsZero() {
		start, startWhy = t.Start.Time, Repair
	}
	if end.IsZero() {
		end, endWhy = t.End.Time, Repair
	}
	d.date(i, t.ID, old, start, startWhy)
	d.clocks(i, t.ID, start, end, startWhy, endWhy)
	if endWhy == Actual && !sameDay(start, end) {
		d.leave("%s ended on %s, and the table has one date a row", t.ID, end.Format(time.DateOnly))
	}
}

// date writes the day of a row where it is another one, or would be read as another one
// because the row above has a new one.
func (d *days) date(i int, task string, old, day time.Time, why string) {
	_, dated := d.table.Columns["date"]
	text := d.text(i, "date")
	known := !old.IsZero()
	defer func() {
		if !day.IsZero() {
			d.above = day
		}
	}()
	switch {
	case !dated || day.IsZero():
		return
	case text == "" && (d.above.IsZero() || sameDay(d.above, day)):
		return
	case text == "" && isMoment(d.text(i, "start")):
		return
	case text != "" && known && sameDay(old, day):
		return
	}
	written := dateLike(d.style, d.shown, day)
	if written == "" {
		written = day.Format(time.DateOnly)
	}
	d.set(i, "date", task, written, why, nil)
}

// clocks writes the times of day of a row.
func (d *days) clocks(i int, task string, start, end time.Time, startWhy, endWhy string) {
	from, to := d.text(i, "start"), d.text(i, "end")
	if m := span.FindStringSubmatch(from); m != nil && to == "" && !isMoment(from) { // both in one cell
		first, second := d.clock(m[1], start), d.clock(m[3], end)
		why := startWhy
		if first == m[1] {
			why = endWhy
		}
		d.set(i, "start", task, first+m[2]+second, why, nil)
		return
	}
	d.set(i, "start", task, d.clock(from, start), startWhy, nil)
	style := to
	if style == "" {
		style = from
	}
	if written := d.clock(style, end); to == "" || written != style {
		d.set(i, "end", task, written, endWhy, nil)
	}
}

// clock is a time of day in the style of a cell; the cell's own text when it says so already.
func (d *days) clock(cell string, at time.Time) string {
	if isMoment(cell) && cell == at.Format(moment) {
		return cell
	}
	if minutes, ok := clockOf(cell); ok && !isMoment(cell) && minutes == at.Hour()*60+at.Minute() {
		return cell
	}
	if written := clockLike(cell, at); written != "" {
		return written
	}
	for _, column := range []string{"start", "end"} {
		for _, other := range d.column(column) {
			if written := clockLike(strings.TrimSpace(other), at); written != "" {
				return written
			}
		}
	}
	return at.Format("15:04")
}

func isMoment(s string) bool {
	_, err := time.Parse(moment, s)
	return err == nil
}
