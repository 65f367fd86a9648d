package tasks_test

// fixture_test.go: journals of earlier versions, folded to the states they were folded to then.

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/run"
)

const fixtures = "testdata/journals"

// TestFoldOfKeptJournals folds each kept journal 20 times, on one processor and on four.
func TestFoldOfKeptJournals(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	dirs, err := os.ReadDir(fixtures)
	if err != nil {
		t.Fatal(err)
	}
	missing, folds := kinds(t), 0
	for _, entry := range dirs {
		dir := filepath.Join(fixtures, entry.Name())
		t.Run(entry.Name(), func(t *testing.T) {
			var first []byte
			for _, processors := range []int{1, 4} {
				runtime.GOMAXPROCS(processors)
				for range 20 {
					r, err := run.Load(dir)
					if err != nil {
						t.Fatal(err)
					}
					state := asKept(t, r.Plan, r.Events)
					if first == nil {
						first = state
						for _, e := range r.Events {
							delete(missing, e.Body.Kind())
						}
					}
					if string(state) != string(first) {
						t.Fatalf("folded once more, on %d processors, the state is another", processors)
					}
					folds++
				}
			}
			wantKept(t, filepath.Join(dir, "state.json"), first)
		})
	}
	t.Logf("figure: %d journals folded %d times on 1 and 4 processors, all to the states kept with them", len(dirs), folds)
	if len(dirs) < 3 {
		t.Errorf("only %d journals are kept", len(dirs))
	}
	for kind := range missing {
		t.Errorf("no kept journal holds a %q event", kind)
	}
}

// asKept is the state after the events as JSON, without the events themselves.
func asKept(t *testing.T, p *plan.Plan, events []tasks.Event) []byte {
	t.Helper()
	s := tasks.Fold(p, events)
	s.Events = nil
	data, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// wantKept compares a state with the kept one. TMINUS_WRITE_FIXTURES=1 writes one that is not there yet, and never another.
func wantKept(t *testing.T, file string, state []byte) {
	t.Helper()
	kept, err := os.ReadFile(file)
	if os.IsNotExist(err) && os.Getenv("TMINUS_WRITE_FIXTURES") != "" {
		kept, err = state, os.WriteFile(file, state, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := json.Unmarshal(kept, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(state, &got); err != nil {
		t.Fatal(err)
	}
	for _, d := range unlike("state", want, got) {
		t.Error(d)
	}
}

// unlike are the differences from what was kept; what the state has learnt to hold since then is not in it.
func unlike(path string, want, got any) (all []string) {
	switch want := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for key, value := range want {
			if other, found := g[key]; found {
				all = append(all, unlike(path+"."+key, value, other)...)
			} else {
				all = append(all, fmt.Sprintf("%s.%s is no longer told", path, key))
			}
		}
		return all
	case []any:
		g, _ := got.([]any)
		if len(g) != len(want) {
			return []string{fmt.Sprintf("%s has %d entries, was kept with %d", path, len(g), len(want))}
		}
		for i, value := range want {
			all = append(all, unlike(fmt.Sprintf("%s[%d]", path, i), value, g[i])...)
		}
		return all
	}
	if !reflect.DeepEqual(want, got) {
		all = append(all, fmt.Sprintf("%s is %v, was kept as %v", path, got, want))
	}
	return all
}

// TestKeptStateIsCompared: a comparison that cannot fail keeps nothing.
func TestKeptStateIsCompared(t *testing.T) {
	want := map[string]any{"a": []any{"x", map[string]any{"b": 1.0}}}
	for name, got := range map[string]any{
		"another value": map[string]any{"a": []any{"x", map[string]any{"b": 2.0}}}, "one less": map[string]any{"a": []any{"x"}},
		"a field gone": map[string]any{"c": 1.0}, "nothing": nil, "another kind": []any{}, "a list for a value": map[string]any{"a": []any{[]any{}, want}},
	} {
		if len(unlike("state", want, got)) == 0 {
			t.Errorf("%s passed", name)
		}
	}
	newer := map[string]any{"a": []any{"x", map[string]any{"b": 1.0, "new": 3.0}}, "newer": nil}
	if d := unlike("state", want, newer); len(d) > 0 {
		t.Errorf("a state that holds more is refused: %q", d)
	}
}
