package engine

// truth_test.go: what has to hold wherever a walk stands: between journal and world,
// between disk and screen, and in the order of events.

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/run"
)

// mark is how far journal, world and screen have come; while it stays, all is as it was checked.
type mark struct {
	bytes         int64
	calls, events int
}

// check compares journal, screen and world while nothing moves.
func (w *walker) check() {
	info, err := os.Stat(filepath.Join(w.dir, "journal.jsonl"))
	if err != nil {
		w.fail("%v", err)
	}
	now := mark{info.Size(), len(w.world.log()), len(w.seen.State.Events)}
	if w.checked == now {
		return
	}
	w.checked = now
	r := w.load()
	if n := len(w.seen.State.Events); w.left.Load() < 0 && len(r.Events) == n+1 { // the last one was written and not synced: nothing was done upon it
		r.Events = r.Events[:n]
	}
	disk := tasks.Fold(w.plan, r.Events)
	if shown := w.seen.State; !reflect.DeepEqual(disk.Clone(), shown) {
		w.fail("the disk holds %d events and tells another state than the %d that are shown", len(disk.Events), len(shown.Events))
	}
	w.checkWorld(disk)
	w.checkOrder(r)
}

// load reads the run without parsing its plan once more.
func (w *walker) load() *run.Run {
	events, err := onDisk(w.dir)
	if err != nil {
		w.fail("%v", err)
	}
	return &run.Run{Dir: w.dir, Plan: w.plan, Events: events}
}

// onDisk are the events of a run's folder.
func onDisk(dir string) ([]tasks.Event, error) {
	records, _, err := journal.Read(dir)
	if err != nil {
		return nil, err
	}
	return run.Events(records)
}

// checkWorld: each thing is accounted for by an effect, each effect that stands by a thing.
func (w *walker) checkWorld(s *tasks.State) {
	w.world.mu.Lock()
	defer w.world.mu.Unlock()
	for _, what := range w.world.wrong {
		w.fail("%s", what)
	}
	for _, call := range w.world.calls {
		if strings.HasPrefix(call, "TWICE") {
			w.fail("made twice: %v", w.world.calls)
		}
	}
	w.sum["answers lost"] += w.world.lost
	w.world.lost = 0
	may := map[string]bool{}
	for _, i := range s.Intents {
		if i.Undoes != "" || i.Undone {
			continue
		}
		may[i.Token] = may[i.Token] || i.Open() || i.State == tasks.OutcomeOK
		if _, there := w.world.things[i.Token]; i.State == tasks.OutcomeOK && !there && s.OpenUndo(i.ID) == nil {
			w.fail("the journal says %s was made, and the world does not hold it; calls %v", i.ID, w.world.calls)
		}
	}
	for token, kind := range w.world.things {
		if !may[token] {
			w.fail("the world holds a %s that no effect accounts for; calls %v", kind, w.world.calls)
		}
	}
}

// checkOrder folds the journal event by event and looks for what must not follow what.
func (w *walker) checkOrder(r *run.Run) {
	s := tasks.NewState(r.Plan)
	stopped := map[string]bool{} // aborted, and nobody has started it since
	for n, e := range r.Events {
		if e.Seq != uint64(n+1) || n > 0 && e.Run.Before(r.Events[n-1].Run) {
			w.fail("event %d has number %d and run time %v after %v", n+1, e.Seq, e.Run, r.Events[max(0, n-1)].Run)
		}
		id, forward := forwards(e.Body)
		aside := s.Tasks[id] != nil && s.Tasks[id].OnDemand
		again := s.Released && s.Tasks[id] != nil && (aside || s.ReadsOnly(r.Plan.Task(id))) // what only looks may be verified after the release
		if forward && (s.Rollback.Locked() || s.Released && !again) {
			w.fail("event %d, %s of %s, goes on with a plan that is released or locked", e.Seq, e.Body.Kind(), id)
		}
		switch b := e.Body.(type) {
		case tasks.ByHand:
			stopped[id] = false
		case tasks.TaskStarted:
			if s.Hold.On() && !aside && !b.Again && s.Tasks[id].Status != tasks.Unsure { // that one runs, and the world is only asked again
				w.fail("event %d: %s was started while the plan was held", e.Seq, id)
			}
			if stopped[id] = false; e.By == tasks.ActorEngine || len(s.Blockers(r.Plan.Task(id))) > 0 {
				w.fail("event %d: %s was started by %s before %v", e.Seq, id, e.By, s.Blockers(r.Plan.Task(id)))
			}
		case tasks.TaskAborted:
			stopped[b.Task] = true
		case tasks.TaskSkipped:
		case tasks.RollbackStarted:
			stopped[rollbackJob] = false
		case tasks.RollbackStopped:
			stopped[rollbackJob] = true
		case tasks.Intended:
			if s.Conn.Holder == "" {
				w.fail("event %d: %s was intended while nobody had the conn", e.Seq, b.ID)
			}
			if b.Undoes != "" && stopped[rollbackJob] {
				w.fail("event %d: %s was begun after the rollback had stopped", e.Seq, b.ID)
			}
		}
		if forward && stopped[id] && e.Body.Kind() != (tasks.TaskSkipped{}).Kind() {
			w.fail("event %d: %s of %s after its abort", e.Seq, e.Body.Kind(), id)
		}
		s.Apply(r.Plan, e)
		if done, ok := e.Body.(tasks.RollbackDone); ok && !s.Rollback.Locked() { // of a task on demand, which waits again
			w.sum["taken back on demand"]++
			maps.DeleteFunc(stopped, func(id string, _ bool) bool { return id != rollbackJob && s.Tasks[id].Status == tasks.Waiting })
			if ids := w.standing(s, "O1"); len(ids) > 0 {
				w.fail("event %d: O1 was taken back, told %v is left, and %v stands", e.Seq, done.Left, ids)
			}
		}
		if _, reopened := e.Body.(tasks.Reopened); reopened {
			maps.DeleteFunc(stopped, func(id string, _ bool) bool { return id == rollbackJob || s.Tasks[id].Status == tasks.Waiting })
		}
		if ts := s.Tasks[id]; ts != nil && ts.Status == tasks.Done && len(s.Missing(r.Plan.Task(id))) > 0 {
			w.fail("event %d: %s is done without the sign-off of %v", e.Seq, id, s.Missing(r.Plan.Task(id)))
		}
	}
}

// standing are the effects of a task that the journal says stand.
func (w *walker) standing(s *tasks.State, id string) (ids []string) {
	for _, i := range s.Backwards(id) {
		ids = append(ids, i.ID)
	}
	return ids
}

// forwards reports an event that goes on with a task of the plan.
func forwards(b tasks.Body) (task string, forward bool) {
	switch b := b.(type) {
	case tasks.TaskStarted:
		return b.Task, true
	case tasks.Intended:
		return b.Task, b.Undoes == ""
	case tasks.StepDone:
		return b.Task, true
	case tasks.TaskChecked:
		return b.Task, true
	case tasks.TaskDone:
		return b.Task, true
	case tasks.TaskFailed:
		return b.Task, true
	case tasks.TaskSkipped:
		return b.Task, true
	case tasks.TaskAborted:
		return b.Task, false
	case tasks.Decided:
		return b.Task, true
	case tasks.SignedOff:
		return b.Task, true
	case tasks.ByHand:
		return b.Task, true
	case tasks.Polled:
		return b.Task, true
	case tasks.Waived:
		return b.Task, true
	}
	return "", false
}

// checkRolledBack: what is left is what the plan keeps, and the journal names it.
func (w *walker) checkRolledBack() {
	told := strings.Join(w.seen.State.Rollback.Left, "; ")
	for token, kind := range w.world.things {
		switch {
		case kind != keptKind && kind != loneKind:
			w.fail("rolled back, and a %s is left; told: %s", kind, told)
		case kind == keptKind && !strings.Contains(told, token):
			w.fail("rolled back, and nobody is told that the bowl is left: %q", told)
		}
	}
}
