package plan_test

// order_test.go: a loaded plan asked, and moved to another day.

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tminus/tasks/plan"
)

func TestFirstUnfinished(t *testing.T) {
	p := scp(t)
	if first := p.FirstUnfinished(); first == nil || first.ID != "T4" {
		t.Errorf("first unfinished is %v, want T4", first)
	}
	for i := range p.Tasks {
		p.Tasks[i].Status = "completed"
	}
	if first := p.FirstUnfinished(); first != nil {
		t.Errorf("all completed, and %s is unfinished", first.ID)
	}
}

func TestOrderOfSCP(t *testing.T) {
	want := []string{"T1", "T2", "T3", "T4", "T5", "T6", "G1", "T7", "T8"}
	if diff := cmp.Diff(want, scp(t).Order()); diff != "" {
		t.Error(diff)
	}
}

// Order holds every task once, after what it depends on, whatever the order of the file.
func TestOrderIsTopological(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "tasks")
		ids := make([]int, n)
		for i := range ids {
			ids[i] = i
		}
		var p plan.Plan
		for _, i := range rapid.Permutation(ids).Draw(t, "rows") {
			task := plan.Task{ID: string(rune('A' + i))}
			for j := range i { // only on smaller ones: no cycle
				if rapid.Bool().Draw(t, "depends") {
					task.After = append(task.After, string(rune('A'+j)))
				}
			}
			p.Tasks = append(p.Tasks, task)
		}
		seen := map[string]bool{}
		for _, id := range p.Order() {
			for _, dependency := range p.Task(id).After {
				if !seen[dependency] {
					t.Fatalf("%s comes before %s", id, dependency)
				}
			}
			seen[id] = true
		}
		if len(seen) != n || len(p.Order()) != n {
			t.Fatalf("order is %v, of %d tasks", p.Order(), n)
		}
	})
}

func TestDependents(t *testing.T) {
	p := scp(t)
	for id, want := range map[string][]string{"T1": {"T3"}, "T6": {"G1", "T7"}, "T8": nil, "T9": nil} {
		if diff := cmp.Diff(want, p.Dependents(id)); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
}

func TestRebaseMovesEveryTime(t *testing.T) {
	p := scp(t)
	p.Task("T8").Earliest = &plan.Time{Time: p.Task("T8").Start.Time}
	p.Task("G1").Deadline = &plan.Time{Time: p.Task("G1").Start.Time}
	fill(reflect.ValueOf(p).Elem())
	const shift = 7*365*24*time.Hour + 90*time.Minute
	moved := p.Rebase(shift)
	if got := moved.Window.Start.Sub(p.Window.Start.Time); got != shift {
		t.Errorf("the window's start moved by %s", got)
	}
	if got := moved.Window.End.Sub(p.Window.End.Time); got != shift {
		t.Errorf("the window's end moved by %s", got)
	}
	for i := range p.Tasks {
		was, is := p.Tasks[i], moved.Tasks[i]
		if is.Start.Sub(was.Start.Time) != shift || is.End.Sub(was.End.Time) != shift || is.Start.Location() != p.Zone {
			t.Errorf("%s: %s–%s became %s–%s", was.ID, was.Start, was.End, is.Start, is.End)
		}
		if was.Earliest != nil && is.Earliest.Sub(was.Earliest.Time) != shift {
			t.Errorf("%s: earliest %s became %s", was.ID, was.Earliest, is.Earliest)
		}
	}
	if diff := cmp.Diff(p.Hash, moved.Hash); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(p, moved.Rebase(-shift), cmp.Comparer(func(a, b *time.Location) bool { return a == b })); diff != "" {
		t.Errorf("there and back again: %s", diff)
	}
}

// Nothing the copy can write to is shared with the plan, also in fields yet to be added.
func TestRebaseSharesNothing(t *testing.T) {
	p := scp(t)
	p.Task("T8").Earliest = &plan.Time{Time: p.Task("T8").Start.Time}
	p.Task("G1").Deadline = &plan.Time{Time: p.Task("G1").Start.Time}
	fill(reflect.ValueOf(p).Elem())
	sharesNothing(t, "plan", reflect.ValueOf(*p), reflect.ValueOf(*p.Rebase(0)))
}

// fill puts one entry into every empty list and map, so that sharing would show.
func fill(v reflect.Value) {
	switch {
	case v.Type() == reflect.TypeFor[plan.Time](): // opaque
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case v.Kind() == reflect.Slice:
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case v.Kind() == reflect.Map && v.Len() == 0:
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("k"), reflect.ValueOf("v"))
	}
}

func sharesNothing(t *testing.T, path string, a, b reflect.Value) {
	t.Helper()
	switch a.Kind() {
	case reflect.Pointer:
		if a.Type() == reflect.TypeFor[*time.Location]() || a.IsNil() {
			return // nobody can write to a zone
		}
		if a.Pointer() == b.Pointer() {
			t.Errorf("%s is shared", path)
		}
	case reflect.Map:
		if a.Pointer() == b.Pointer() {
			t.Errorf("%s is shared", path)
		}
	case reflect.Slice:
		if a.Len() > 0 && a.Pointer() == b.Pointer() {
			t.Errorf("%s is shared", path)
		}
		for i := range a.Len() {
			sharesNothing(t, path+"[]", a.Index(i), b.Index(i))
		}
	case reflect.Struct:
		if a.Type() == reflect.TypeFor[plan.Time]() {
			return
		}
		for i := range a.NumField() {
			sharesNothing(t, path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))
		}
	}
}
