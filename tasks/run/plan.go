package run

// plan.go: the frozen plans of a run. The first is the one it was opened with; each
// amendment adds one, named in its event with its hash. None is ever changed.

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/plan"
)

// Plan reads the plan in force: the one the run was opened with, or the newest
// amendment. It refuses a file that is not the one the journal names.
func Plan(dir string, events []tasks.Event) (*plan.Plan, error) {
	p, err := Written(dir, events)
	if err != nil {
		return nil, err
	}
	return Moved(events, p)
}

// Moved is a plan with its times moved as those of the run: to its day, or to now.
func Moved(events []tasks.Event, p *plan.Plan) (*plan.Plan, error) {
	opened, ok := events[0].Body.(tasks.RunOpened)
	switch {
	case !ok:
		return nil, fmt.Errorf("the run begins with %q instead of run.open", events[0].Body.Kind())
	case opened.Rebase != "":
		return p.RebaseTo(opened.Rebase)
	}
	return p.Rebase(opened.Shift), nil
}

// Written is the plan in force with the times its file says.
func Written(dir string, events []tasks.Event) (*plan.Plan, error) {
	if len(events) == 0 {
		return nil, fmt.Errorf("the run in %s has no first event", dir)
	}
	opened, ok := events[0].Body.(tasks.RunOpened)
	if !ok {
		return nil, fmt.Errorf("the run in %s begins with %q instead of run.open", dir, events[0].Body.Kind())
	}
	file, hash := planFile, opened.Plan
	for _, e := range events {
		if b, ok := e.Body.(tasks.Amended); ok {
			file, hash = b.File, b.To
		}
	}
	if file != filepath.Base(file) || strings.HasPrefix(file, ".") {
		return nil, fmt.Errorf("the journal in %s names %q as a plan, which is no file of the run's folder", dir, file)
	}
	path := filepath.Join(dir, file)
	src, err := readBounded(path, maxPlan)
	if err != nil {
		return nil, fmt.Errorf("reading the frozen plan: %w", err)
	}
	p, err := plan.Load(path, src)
	if err != nil {
		return nil, err
	}
	if p.Hash != hash {
		return nil, fmt.Errorf("%s is not the plan this run is flown by (its hash differs): put the frozen copy back", path)
	}
	return p, nil
}

// KeepPlan puts an amended plan into the run's folder, synced, and returns its name
// there. The event that names it comes after it, so a crash between leaves a file that
// nothing names.
func KeepPlan(dir string, events []tasks.Event, src []byte) (name string, err error) {
	n := 2 + len(slices.DeleteFunc(slices.Clone(events), func(e tasks.Event) bool { return e.Body.Kind() != tasks.Amended{}.Kind() }))
	name = fmt.Sprintf("plan-%d.yaml", n)
	if err := journal.WriteFileAtomic(filepath.Join(dir, name), src, true); err != nil {
		return "", fmt.Errorf("keeping the amended plan: %w", err)
	}
	return name, nil
}
