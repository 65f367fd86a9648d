package engine

// bound.go: what a step may say. A record holds 64 KiB and a longer one would end
// the run, so an adapter's talk is cut here, in words, before it is written. What must
// not be kept for ever, keys and whom to call, is blacked out on the way.

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/safe"
)

// The most that one result may carry. Words are bytes of one text; they are halved
// until the whole fits mostSize, as the journal will write it.
const (
	mostWords = 2 << 10
	mostRows  = 120 // a suite of smoke tests has some dozens of requests
	mostTrace = 16
	mostFacts = 24
	mostSize  = journal.MaxRecord * 3 / 4
)

func bounded(r tasks.Result) tasks.Result {
	if n := len(r.Rows) - mostRows; n > 0 {
		kept, left := telling(r.Rows, mostRows)
		r.Rows = append(kept, tasks.Row{Name: fmt.Sprintf("and %d more", n), Verdict: worst(left)})
	}
	if n := len(r.Trace) - mostTrace; n > 0 { // the first calls and the last ones tell the story
		gap := tasks.Trace{Line: fmt.Sprintf("(%d more calls)", n)}
		r.Trace = append(append(r.Trace[:mostTrace/2:mostTrace/2], gap), r.Trace[len(r.Trace)-mostTrace/2:]...)
	}
	r = reworded(r, func(s string) string { return safe.Redact(cut(s, 2*mostWords)) })
	for words := mostWords; ; words /= 2 {
		if words == mostWords/16 { // words this short tell nobody anything: rather leave out what is behind the ticks
			r = brief(r)
		}
		if c := reworded(r, func(s string) string { return cut(s, words) }); words == 1 || written(c) <= mostSize {
			return c
		}
	}
}

// telling are the rows that are kept when there are too many: what failed first of all, then remarks and what does not
// hold, each in its old order.
func telling(rows []tasks.Row, most int) (kept, left []tasks.Row) {
	checks := slices.ContainsFunc(rows, func(r tasks.Row) bool { return r.Exchange != nil })
	rank := func(r tasks.Row) int {
		switch {
		case r.Verdict == tasks.Fail:
			return 0
		case r.Exchange == nil && checks:
			return 1 // a remark among them
		case !r.Verdict.Holds():
			return 2
		}
		return 3
	}
	order := make([]int, len(rows))
	ranks := make([]int, len(rows))
	for i, r := range rows {
		order[i], ranks[i] = i, rank(r)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(ranks[a], ranks[b]) })
	chosen := map[int]bool{}
	for _, i := range order[:most] {
		chosen[i] = true
	}
	for i, r := range rows {
		if chosen[i] {
			kept = append(kept, r)
		} else {
			left = append(left, r)
		}
	}
	return kept, left
}

// brief is a copy of the result without the exchanges of rows that hold.
func brief(r tasks.Result) tasks.Result {
	r.Rows = slices.Clone(r.Rows)
	for i, row := range r.Rows {
		if row.Verdict.Holds() {
			r.Rows[i].Exchange = nil
		}
	}
	return r
}

// reworded is a copy of the result with each of its texts put through say.
func reworded(r tasks.Result, say func(string) string) tasks.Result {
	r.Says, r.Left = say(r.Says), say(r.Left)
	r.Rows, r.Trace = slices.Clone(r.Rows), slices.Clone(r.Trace)
	for i, row := range r.Rows {
		r.Rows[i].Name, r.Rows[i].Says = say(row.Name), say(row.Says)
		if row.Exchange != nil {
			x := *row.Exchange
			for _, text := range []*string{&x.Group, &x.At, &x.Line, &x.Request, &x.Expected, &x.Actual, &x.Excerpt, &x.Target} {
				*text = say(*text)
			}
			r.Rows[i].Exchange = &x
		}
	}
	for i, t := range r.Trace {
		r.Trace[i].Line, r.Trace[i].Error, r.Trace[i].RequestID = say(t.Line), say(t.Error), say(t.RequestID)
	}
	return r
}

// fitting is a list of what a record tells, as much of it as fits.
func fitting(lines []string) []string {
	size := 0
	for n, line := range lines {
		if size += written(line) + len(","); size > mostSize {
			return append(lines[:n:n], fmt.Sprintf("and %d more", len(lines)-n))
		}
	}
	return lines
}

// written is the size of a value in the journal, where all but ASCII is escaped.
func written(v any) int {
	data, err := json.Marshal(v)
	if err != nil {
		return 0 // it is told where it is encoded
	}
	size := 0
	for _, c := range string(data) {
		switch {
		case c < utf8.RuneSelf:
			size++
		case c > 0xffff:
			size += len(`\ud83d\ude00`)
		default:
			size += len(`\u00e9`)
		}
	}
	return size
}

// worst is the verdict of rows that are not shown: pass only if all of them passed.
func worst(rows []tasks.Row) tasks.Verdict {
	v := tasks.Pass
	for _, row := range rows {
		switch {
		case row.Verdict == tasks.Fail:
			return tasks.Fail
		case !row.Verdict.Holds():
			v = tasks.Inconclusive
		case row.Verdict == tasks.Degraded && v == tasks.Pass:
			v = tasks.Degraded
		}
	}
	return v
}

// overfull is why a result cannot be kept although it was cut; "" = it can.
// Facts are never cut: a shortened id would be another id.
func overfull(r tasks.Result) string {
	size := 0
	for k, v := range r.Facts {
		size += len(k) + len(v)
	}
	for _, m := range r.Made {
		size += len(m.Kind) + len(m.ID)
	}
	if len(r.Facts) > mostFacts || size > 8<<10 {
		return fmt.Sprintf("it brought %d facts of %d bytes, more than a journal record may hold", len(r.Facts), size)
	}
	return ""
}

// told refuses what a person writes when it holds what nobody may keep for ever.
func told(c tasks.Command) error {
	if what, found := safe.Secret(c.Text); found {
		return tasks.Refusal{Sentence: fmt.Sprintf("the text holds %s, and the journal would keep it for ever: say it without", what)}
	}
	if what, found := safe.Secret(c.How); found {
		return tasks.Refusal{Sentence: fmt.Sprintf("how it was given holds %s, and the journal would keep it for ever: say it without", what)}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Facts)) {
		if what, found := safe.Secret(c.Facts[name]); found {
			return tasks.Refusal{Sentence: fmt.Sprintf("%s holds %s, and the journal would keep it for ever: state it without", name, what)}
		}
	}
	return nil
}

func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "…"
}
