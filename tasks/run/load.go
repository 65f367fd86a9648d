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
	decoding := newDecoder()
	tail, journalErr := journal.Scan(dir, decoding.add)
	events, err := decoding.events()
	if journalErr != nil { // damage comes first: what follows it was not read
		err = journalErr
	}
	if err != nil {
		return nil, fmt.Errorf("reading the run in %s: %w", dir, err)
	}
	p, err := Plan(dir, events)
	if err != nil {
		return nil, err
	}
	return &Run{Dir: dir, Plan: p, Events: events, Tail: tail}, nil
}

// Open takes the journal of a run, as journal.Open does, and decodes it. It refuses one
// that holds events of a newer build (a tasks.ErrNewerFormat): Load shows it.
func Open(dir string, opts journal.Options) (*journal.Writer, []tasks.Event, journal.Tail, error) {
	decoding := newDecoder()
	w, tail, journalErr := journal.Resume(dir, opts, decoding.add)
	events, err := decoding.events()
	if journalErr != nil {
		return nil, nil, journal.Tail{}, journalErr
	}
	if err == nil {
		err = tasks.Known(events)
	}
	if err != nil {
		return nil, nil, journal.Tail{}, errors.Join(err, w.Close())
	}
	return w, events, tail, nil
}

// Events decodes journal records.
func Events(records []journal.Record) ([]tasks.Event, error) {
	decoding := newDecoder()
	for _, r := range records {
		decoding.add(r)
	}
	return decoding.events()
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
