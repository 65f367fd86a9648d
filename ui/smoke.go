package ui

// smoke.go: the smoke tests. Five seconds must answer: did they pass, what failed, why, and what
// to do next. So where room is short what failed is told and what passed is counted; zoomed,
// everything stands there, and of what does not fit the failures come first.

import (
	"cmp"
	"slices"
	"strings"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// fold is how much is left out.
type fold int

const (
	whole   fold = iota // nothing
	counted             // those that passed are counted
	brief               // of what failed only the first is unfolded
	bare                // a line for each that failed
)

// bench is the smoke tests as the pane draws them.
type bench struct {
	pen
	t     *plan.Task // nil = no task runs them
	ts    *tasks.TaskState
	fold  fold
	worst bool // the stages that failed or run come first, and in them the files
}

func smoke(p pen) []line {
	b := bench{pen: p, t: smokeTask(p.s.Plan), ts: &tasks.TaskState{}}
	if b.t == nil && len(p.s.Plan.Smoke) == 0 {
		return append([]line{row(muted.of("the plan has no smoke tests")), blank()}, probeLines(p)...)
	}
	if b.t != nil {
		b.ts = p.s.State.Tasks[b.t.ID]
	}
	if p.v.Zoom {
		lines := b.lines()
		if b.worst = len(lines) > p.h; b.worst {
			lines = b.lines()
		}
		return lines
	}
	if b.total().fail > 0 {
		b.fold = counted
	}
	lines := b.lines()
	for len(lines) > p.h && b.fold < bare {
		b.fold++
		lines = b.lines()
	}
	return lines
}

// smokeTask is the task that runs the tests: the one with a time, if there is one.
func smokeTask(p *plan.Plan) (t *plan.Task) {
	for _, list := range [][]plan.Task{p.OnDemand, p.Tasks} {
		for i := range list {
			if list[i].Action == "smoke.run" {
				t = &list[i]
			}
		}
	}
	return t
}

func (b bench) lines() []line {
	lines := append(b.head(), probeLines(b.pen)...)
	air := b.fold <= counted
	if air || len(lines)+6 < b.h {
		lines = append(lines, blank())
	}
	for _, s := range b.stages() {
		lines = append(lines, b.stage(s)...)
		if air && (b.fold == whole || len(b.checks(s)) > 0) {
			lines = append(lines, blank())
		}
	}
	return append(lines, b.accepted()...)
}

// stages are the plan's, each with the step that runs it; and steps of the action that the plan has no stage for.
func (b bench) stages() []stage {
	var stages []stage
	drawn := map[string]bool{}
	for _, planned := range b.s.Plan.Smoke {
		st := stepOf(b.ts.Steps, planned.Name)
		drawn[st.ID] = true
		stages = append(stages, stage{planned, st})
	}
	for _, st := range b.ts.Steps {
		if !drawn[st.ID] {
			stages = append(stages, stage{plan.Stage{Name: st.Title}, st})
		}
	}
	if b.worst {
		slices.SortStableFunc(stages, func(x, y stage) int { return cmp.Compare(b.urgency(y), b.urgency(x)) })
	}
	return stages
}

// stepOf is the step that ran a stage; the zero step when the action has none of that name.
func stepOf(steps []tasks.StepState, stage string) tasks.StepState {
	for _, st := range steps {
		if st.ID == stage || strings.Contains(st.ID, stage) || strings.Contains(st.Title, stage) {
			return st
		}
	}
	return tasks.StepState{Status: tasks.StepTodo}
}

// urgency is how soon a person wants to see a stage.
func (b bench) urgency(s stage) int {
	switch {
	case tallied(b.rows(s)).fail > 0:
		return 2
	case s.st.Status == tasks.StepDoing:
		return 1
	}
	return 0
}

// total is what came of all stages.
func (b bench) total() (t tally) {
	for _, s := range b.stages() {
		t = t.plus(tallied(b.rows(s)))
	}
	return t
}

// head is the task, how many of its checks came to what, and what can be done now.
func (b bench) head() []line {
	if b.t == nil {
		return []line{row(muted.of("no task of the plan runs these tests"))}
	}
	m := taskMark(b.s, b.t, b.ts)
	l := row(strong.of(b.t.ID+" "), m.span())
	if waits := b.s.State.Blockers(b.t); b.ts.Status == tasks.Waiting && len(waits) > 0 {
		l.spans = append(l.spans, muted.of(" for "+strings.Join(waits, ", ")))
	}
	when := "on demand"
	if !b.t.OnDemand {
		when = b.times(b.t.Start.Time, b.t.End.Time)
	}
	l.tail = []span{muted.of(when)}
	lines := []line{b.counts(l, b.total())}
	if b.ts.Reason != "" && !b.told() {
		lines = append(lines, atMostLines(paragraph(plain.of("  "), b.ts.Reason, m.ink, b.w), either(b.fold == whole, 8, 3), b.w)...)
	}
	if next := b.next(); next != "" {
		lines = append(lines, paragraph(accent.of("→ "), next, plain, b.w)...)
	}
	return lines
}

// counts puts a tally behind what a line says, in the longest form there is room for.
func (b bench) counts(l line, t tally) line {
	for _, spans := range t.forms() {
		if room := b.w - widthOf(l.spans) - widthOf(l.tail) - 4; len(spans) > 0 && widthOf(spans) <= room {
			l.spans = append(append(l.spans, muted.of(" · ")), spans...)
			break
		}
	}
	return l
}

// told reports that the checks themselves say why the task did not pass.
func (b bench) told() bool {
	return slices.ContainsFunc(b.ts.Steps, func(st tasks.StepState) bool {
		t := tallied(st.Rows)
		return st.Status == tasks.StepFailed && t.fail+t.unsure+t.untested > 0
	})
}

func (b bench) sheet() sheet {
	return sheet{pen: b.pen, t: b.t, ts: b.ts, f: b.s.Schedule.Tasks[b.t.ID], full: b.fold == whole}
}

// next is what can be done now, in words with keys: t from everywhere, what the keys of the task in view do only when that is it.
func (b bench) next() string {
	d, words := b.sheet(), ""
	view := b.selected() == b.t.ID
	again := stopped(b.ts)
	switch {
	case b.s.State.Hold.On() && !b.t.OnDemand && (again || free(b.s.State, b.t)):
		words = "the plan is held: H resumes it, then t runs the tests"
	case again && excusedFrom(b.ts):
		words = "t goes on without what was waived"
	case b.ts.Status == tasks.Aborted:
		words = either(b.w < 100, "t goes on where it was broken off", "t goes on where it was broken off, and keeps what passed")
	case again:
		words = either(b.w < 100, "t runs again what failed", "t runs again what failed, and keeps what passed")
		if view && d.waivable() {
			words += either(b.w < 100, " · W waives it", " · W waives the stage, with a reason")
		}
	case b.s.State.Ready(b.t):
		words = "t runs the tests, stage by stage"
	case b.ts.Status == tasks.Checked && view:
		words = d.nextKey()
	}
	if again && view {
		words += " · R rolls back"
	}
	return d.can(words)
}

// accepted is who accepted what the tests found, and what was waived.
func (b bench) accepted() []line {
	if b.t == nil || b.ts.Status != tasks.Checked && b.ts.Status != tasks.Done {
		return nil
	}
	d := b.sheet()
	return append(d.signOffs(), d.waivers()...)
}
