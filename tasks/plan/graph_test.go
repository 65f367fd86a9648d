package plan_test

// graph_test.go: the dependencies of all tasks at once are those of each.

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tminus/tasks/plan"
)

// TestGraphIsWhatTheTasksSay: also where a task waits for itself, twice, for nothing known, or in a circle.
func TestGraphIsWhatTheTasksSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p plan.Plan
		ids := []string{"A", "B", "C", "D", "E"}[:rapid.IntRange(0, 5).Draw(t, "tasks")]
		for _, id := range rapid.Permutation(ids).Draw(t, "rows") {
			p.Tasks = append(p.Tasks, plan.Task{ID: id, After: rapid.SliceOfN(rapid.SampledFrom([]string{"A", "B", "C", "D", "E", ""}), 0, 6).Draw(t, "after")})
		}
		g := p.Graph()
		if order := slices.Sorted(slices.Values(g.Order)); len(order) != len(p.Tasks) || len(slices.Compact(order)) != len(p.Tasks) {
			t.Fatalf("order %v of %d tasks", g.Order, len(p.Tasks))
		}
		for i, task := range p.Tasks {
			var next []string
			for _, n := range g.Next[i] {
				next = append(next, p.Tasks[n].ID)
			}
			if diff := cmp.Diff(p.Dependents(task.ID), next); diff != "" {
				t.Fatalf("behind %s: %s", task.ID, diff)
			}
			var after, want []string
			for _, n := range g.After[i] {
				after = append(after, p.Tasks[n].ID)
			}
			for _, id := range task.After {
				if p.Task(id) != nil && !slices.Contains(want, id) {
					want = append(want, id)
				}
			}
			if diff := cmp.Diff(want, after); diff != "" {
				t.Fatalf("before %s: %s", task.ID, diff)
			}
		}
	})
}
