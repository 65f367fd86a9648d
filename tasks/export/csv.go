package export

// csv.go: the hour-by-hour table for a spreadsheet: one row a task in the order of the
// plan, every kind of time in a column of its own.

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"tminus/tasks/letters"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

// csvHeader is the columns of the CSV. New ones come behind the last; none moves or goes.
var csvHeader = [...]string{"id", "title", "teams", "in_charge", "after", "status", "planned_start", "planned_end", "forecast_start", "forecast_end",
	"actual_start", "actual_end", "late_minutes", "slack_minutes", "by", "reason"}

// CSV writes the table: UTF-8, commas, lines ended by LF. Times are RFC 3339 in the plan's
// zone, in run time; forecasts stand only where nothing actual is yet, and only of a run. A
// text that a spreadsheet would take for a formula gets an apostrophe before it.
func CSV(out io.Writer, s Source) error {
	w := csv.NewWriter(out)
	if err := w.Write(csvHeader[:]); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	for i := range s.plan.Tasks {
		if err := w.Write(s.record(&s.plan.Tasks[i])); err != nil {
			return fmt.Errorf("writing the table: %w", err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}

// record is the row of one task, in the order of csvHeader.
func (s Source) record(t *plan.Task) []string {
	var by, reason string
	if ts := s.state.Tasks[t.ID]; ts != nil {
		by, reason = ts.By, ts.Reason
	}
	row := []string{literal(t.ID), literal(t.Title), literal(strings.Join(t.Teams, ", ")), literal(t.InCharge), literal(strings.Join(t.After, ",")),
		literal(stateWord(s.status(t.ID))), s.stamp(t.Start.Time), s.stamp(t.End.Time)}
	row = append(row, s.expected(t.ID)...)
	return append(row, literal(by), literal(reason))
}

// expected is the columns of a task that only a run has: forecasts, actual times, lateness and slack.
func (s Source) expected(id string) []string {
	if !s.flown {
		return []string{"", "", "", "", "", ""}
	}
	f := s.schedule.Tasks[id]
	began, ended := s.actual(id)
	start, end := f.Start, f.End
	if f.Started {
		start = time.Time{}
	}
	if f.Ended {
		end = time.Time{}
	}
	slack := minutes(f.Slack)
	if f.Ended {
		slack = ""
	}
	return []string{s.stamp(start), s.stamp(end), s.stamp(began), s.stamp(ended), minutes(f.Late), slack}
}

// stamp is an instant with its offset; "" when there is none.
func (s Source) stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(s.zone()).Format(time.RFC3339)
}

// minutes is whole minutes, cut off towards zero.
func minutes(d time.Duration) string { return strconv.Itoa(int(d / time.Minute)) }

// literal is a text on one line that no spreadsheet computes: what begins like a formula,
// in the wide letters of East Asia too, gets an apostrophe before it.
func literal(s string) string {
	s = safe.Line(letters.OneLine(s))
	if s != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}
