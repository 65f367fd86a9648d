package ui

// smoke.go: the smoke tests stage by stage: what was asked, what came back, how
// long it took. A stage that has not run lists its checks as not tested.

import (
	"strings"

	"tminus/tasks"
	"tminus/tasks/plan"
)

func smoke(p pen) []line {
	var t *plan.Task
	for _, tasks := range [][]plan.Task{p.s.Plan.OnDemand, p.s.Plan.Tasks} { // the one with a time counts, if there is one
		for i := range tasks {
			if tasks[i].Action == "smoke.run" {
				t = &tasks[i]
			}
		}
	}
	if t == nil && len(p.s.Plan.Smoke) == 0 {
		return []line{row(muted.of("the plan has no smoke tests"))}
	}
	var lines []line
	var steps []tasks.StepState
	if t != nil {
		ts := p.s.State.Tasks[t.ID]
		steps = ts.Steps
		m := taskMark(p.s, t, ts)
		lines = append(lines, row(strong.of(t.ID+" "), m.span()).ends(muted.of(p.times(t.Start.Time, t.End.Time))))
		if ts.Reason != "" {
			lines = append(lines, paragraph(plain.of("  "), ts.Reason, m.ink, p.w)...)
		}
		lines = append(lines, blank())
	}
	drawn := map[string]bool{}
	for _, stage := range p.s.Plan.Smoke {
		st := stepOf(steps, stage.Name)
		drawn[st.ID] = true
		lines = append(lines, stageLines(stage, st, p.w)...)
	}
	for _, st := range steps {
		if !drawn[st.ID] {
			lines = append(lines, stageLines(plan.Stage{Name: st.Title}, st, p.w)...)
		}
	}
	return lines
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

func stageLines(stage plan.Stage, st tasks.StepState, width int) []line {
	m := stepMark(st.Status)
	head := row(m.ink.of(m.glyph+" "), strong.of(stage.Name), m.ink.of(" · "+m.word))
	if stage.Safe {
		head.spans = append(head.spans, muted.of(" · safe: only reads"))
	}
	if st.Says != "" && st.Status == tasks.StepOK { // why it failed stands above and in its rows
		head.spans = append(head.spans, muted.of(" · "+st.Says))
	}
	if t := took(st.Took); t != "" {
		head.tail = []span{muted.of(t)}
	}
	lines := []line{head}
	rows := st.Rows
	seen := map[string]bool{}
	names := 0
	for _, r := range rows {
		seen[r.Name] = true
		names = max(names, cells(r.Name))
	}
	for _, c := range stage.Checks {
		if !seen[c.Name] {
			rows = append(rows[:len(rows):len(rows)], tasks.Row{Name: c.Name, Says: c.Method + " " + c.Path})
			names = max(names, cells(c.Name))
		}
	}
	for _, r := range rows {
		lines = append(lines, rung(r, "  ", min(names, 34), width)...)
	}
	return append(lines, blank())
}
