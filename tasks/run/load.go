package run

// load.go: reading a run's folder. Nothing here takes the lock.

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/plan"
)

// Run is a run as its folder tells it.
type Run struct {
	Dir    string
	Plan   *plan.Plan // frozen; times shifted as the run was opened
	Events []tasks.Event
	Tail   journal.Tail // a torn tail that was ignored
}

// maxPlan and maxLive bound what is read back, in bytes.
const (
	maxPlan = 4 << 20
	maxLive = 8 << 20
)

// Load reads a run and verifies its journal and its plan's hash.
func Load(dir string) (*Run, error) {
	records, tail, err := journal.Read(dir)
	if err != nil {
		return nil, fmt.Errorf("reading the run in %s: %w", dir, err)
	}
	events, err := Events(records)
	if err != nil {
		return nil, fmt.Errorf("reading the run in %s: %w", dir, err)
	}
	p, err := Plan(dir, events)
	if err != nil {
		return nil, err
	}
	return &Run{Dir: dir, Plan: p, Events: events, Tail: tail}, nil
}

// Events decodes journal records.
func Events(records []journal.Record) ([]tasks.Event, error) {
	events := make([]tasks.Event, 0, len(records))
	for _, r := range records {
		e, err := tasks.Decode(r.Seq, r.Payload)
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

// Plan reads the frozen plan of a run and refuses one that is not the plan the
// run was opened with.
func Plan(dir string, events []tasks.Event) (*plan.Plan, error) {
	if len(events) == 0 {
		return nil, fmt.Errorf("the run in %s has no first event", dir)
	}
	opened, ok := events[0].Body.(tasks.RunOpened)
	if !ok {
		return nil, fmt.Errorf("the run in %s begins with %q instead of run.open", dir, events[0].Body.Kind())
	}
	path := filepath.Join(dir, planFile)
	src, err := readBounded(path, maxPlan)
	if err != nil {
		return nil, fmt.Errorf("reading the frozen plan: %w", err)
	}
	p, err := plan.Load(path, src)
	if err != nil {
		return nil, err
	}
	if p.Hash != opened.Plan {
		return nil, fmt.Errorf("%s is not the plan this run was opened with (its hash differs): put the frozen copy back", path)
	}
	return p.Rebase(opened.Shift), nil
}

// Live reads the newest live.json; a zero Live when there is none yet.
func Live(dir string) (tasks.Live, error) {
	var live tasks.Live
	data, err := readBounded(filepath.Join(dir, liveFile), maxLive)
	if errors.Is(err, os.ErrNotExist) {
		return live, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &live)
	}
	if err != nil {
		return tasks.Live{}, fmt.Errorf("reading live.json: %w", err)
	}
	return live, nil
}

const liveFile = "live.json"

// WriteLive replaces live.json. It is not synced: it is never evidence.
func WriteLive(dir string, live tasks.Live) error {
	data, err := json.Marshal(live)
	if err != nil {
		return fmt.Errorf("writing live.json: %w", err)
	}
	return journal.WriteFileAtomic(filepath.Join(dir, liveFile), data, false)
}

// LastTime is the newest run time that the run's files tell: what its clock goes on from.
func LastTime(r *Run) time.Time {
	last := r.Events[len(r.Events)-1].Run
	if live, err := Live(r.Dir); err == nil && live.Now.After(last) {
		last = live.Now
	}
	return last
}

func readBounded(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s is larger than %d MiB", path, limit>>20)
	}
	return data, err
}
