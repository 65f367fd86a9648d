package watch

// follow.go: from a growing journal to snapshots.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/plan"
	"tminus/tasks/run"
)

// Follower turns the folder of a run into snapshots.
type Follower struct {
	dir     string
	journal *journal.Follower
	plan    *plan.Plan
	state   *tasks.State
	held    []tasks.Event // read, but not yet announced as synced
	live    tasks.Live
	blind   error // why live.json could not be read just now
	newer   error // the journal tells more than this build knows
	slot    *tasks.Slot
}

// look is how often the folder is looked at, in real time.
const look = 250 * time.Millisecond

// silence is how old live.json may be before the follower says that nobody flies.
const silence = 5 * time.Second

// Open starts following the run in a folder.
func Open(dir string) (*Follower, error) {
	r, err := run.Load(dir)
	if err != nil {
		return nil, err
	}
	j, err := journal.Follow(dir)
	if err != nil {
		return nil, err
	}
	p, err := run.Plan(dir, r.Events[:1]) // an amendment comes with its event, once that is announced
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	f := &Follower{dir: dir, journal: j, plan: p, state: tasks.NewState(p), slot: tasks.NewSlot()}
	if err := f.read(); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return f, nil
}

// Slot delivers the newest snapshot.
func (f *Follower) Slot() *tasks.Slot { return f.slot }

// First is the snapshot as opened; it may be called until Run is.
func (f *Follower) First() *tasks.Snapshot { return f.snapshot(time.Now()) }

// Run follows until the context ends or the journal is no longer the one followed.
func (f *Follower) Run(ctx context.Context) error {
	defer f.journal.Close()
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-ticker.C:
			if err := f.read(); err != nil {
				return fmt.Errorf("following %s: %w", f.dir, err)
			}
			f.slot.Put(f.snapshot(now))
		}
	}
}

// read takes in what is new. live.json is read first: whatever it announces is
// then surely in the journal. A broken live.json ends nothing: it is no evidence.
func (f *Follower) read() error {
	live, err := run.Live(f.dir)
	if f.blind = err; err == nil {
		f.live = live
	}
	records, err := f.journal.Next()
	if err != nil {
		return err
	}
	events, err := run.Events(records)
	if err != nil {
		return err
	}
	f.held = append(f.held, events...)
	for len(f.held) > 0 && f.held[0].Seq <= f.live.Seq {
		if err := f.apply(f.held[0]); err != nil {
			return err
		}
		f.held = f.held[1:]
	}
	return nil
}

// apply takes in one event. After an amendment another file is the plan, and what
// happened is folded anew over it.
func (f *Follower) apply(e tasks.Event) error {
	if f.newer == nil {
		f.newer = tasks.Known([]tasks.Event{e})
	}
	if _, amended := e.Body.(tasks.Amended); !amended {
		f.state.Apply(f.plan, e)
		return nil
	}
	events := append(f.state.Events, e)
	p, err := run.Plan(f.dir, events)
	if err != nil {
		return err
	}
	f.plan, f.state = p, tasks.Fold(p, events)
	return nil
}

func (f *Follower) snapshot(now time.Time) *tasks.Snapshot {
	live := f.live
	if n := len(f.state.Events); live.Now.IsZero() && n > 0 {
		live.Now = f.state.Events[n-1].Run
	}
	live.Trouble = cmp.Or(f.quiet(now), live.Trouble)
	if f.newer != nil {
		live.Trouble = strings.TrimSuffix("what is shown may be wrong: "+f.newer.Error()+"; "+live.Trouble, "; ")
	}
	return tasks.NewSnapshot(f.plan, f.state.Clone(), live)
}

// quiet says that nobody flies, or that it cannot be told; "" while somebody does.
// What the journal holds beyond the announced record may never have reached the
// disk (its writer may be stuck in that very sync), so it is counted, not shown.
func (f *Follower) quiet(now time.Time) string {
	var says string
	silent := now.Sub(f.live.Wall)
	switch {
	case f.blind != nil:
		says = f.blind.Error()
	case f.state.Ended():
		return ""
	case f.live.Wall.IsZero():
		says = "nobody has flown this run yet"
	case silent > silence:
		says = fmt.Sprintf("nobody flies this run now: last heard of %s ago", silent.Round(time.Second))
	default:
		return ""
	}
	if n := len(f.held); n > 0 {
		says += fmt.Sprintf("; %d newer records are not confirmed and not shown", n)
	}
	return says
}
