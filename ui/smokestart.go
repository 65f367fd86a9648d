package ui

// smokestart.go: what the key of the smoke tests does now, and what is said before they begin:
// which stages write, and what of an earlier try is not asked again.

import (
	"strings"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// smokeLabel is what t does: begin, or ask again what failed.
func smokeLabel(s *tasks.Snapshot, v View) string {
	t := taskOf(s, v, "smoke.run")
	switch {
	case t == nil || !stopped(s.State.Tasks[t.ID]):
		return "smoke tests"
	case s.State.Tasks[t.ID].Status == tasks.Aborted || excusedFrom(s.State.Tasks[t.ID]):
		return "go on testing"
	}
	return "failed tests again"
}

// stopped reports a task that did not come to its end, and may be gone on with.
func stopped(ts *tasks.TaskState) bool {
	return ts.Status == tasks.Failed || ts.Status == tasks.Aborted
}

// writing names the stages of a task's smoke tests that change the application.
func writing(p *plan.Plan, t *plan.Task) []string {
	var stages []string
	for _, stage := range p.Smoke {
		if !stage.ReadsOnly() && t.Action == "smoke.run" {
			stages = append(stages, stage.Name)
		}
	}
	return stages
}

// smokeWords says that those stages cannot be undone.
func smokeWords(stages []string) string {
	if len(stages) == 0 {
		return ""
	}
	return "\n" + strings.Join(stages, ", ") + ": writes to the application, and nothing undoes that"
}

// keptWords says of smoke tests that are gone on with what is not asked again.
func keptWords(t *plan.Task, ts *tasks.TaskState) string {
	if t.Action != "smoke.run" || !stopped(ts) {
		return ""
	}
	return "\nFiles whose checks all passed are kept with their time, if address, instance and build are still the same; the others are run again."
}
