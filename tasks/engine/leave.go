package engine

// leave.go: coming back to a run, and leaving it: in order, with a call still on
// its way, or by a mistake of our own.

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"tminus/tasks"
)

// How long leaving waits, in real time, for those who do not heed that they were
// told to end. What a call that is given up on did is asked of the world on resume.
const (
	lookGrace = time.Second
	sentGrace = effectTimeout + time.Second
)

// resume goes on where the journal says: tasks that were active settle their
// open intents and continue, a rollback that ran continues.
func (e *Engine) resume(ctx context.Context) {
	if e.cfg.Still {
		return
	}
	e.endHold(tasks.ActorEngine)
	if e.state.Rollback.Phase == tasks.RollbackRunning {
		e.undoNext(ctx)
		return
	}
	for t := range e.plan.All() {
		switch e.state.Tasks[t.ID].Status {
		case tasks.Active, tasks.Unsure:
			e.proceed(ctx, t.ID)
		case tasks.Checked: // the last sign-off was written, what follows from it was not
			e.accept(tasks.ActorEngine, t.ID)
		default:
			e.settleOpen(ctx, t.ID)
		}
	}
	e.release()
}

// leave waits for what is under way, records how effects ended and closes the
// journal. Looks and sensors have been told to end; one that does not is left behind.
func (e *Engine) leave(ctx context.Context) {
	defer e.owned()
	e.cfg.Desk.dismiss(errLeft, true)
	looks, sent := time.NewTimer(lookGrace), time.NewTimer(sentGrace)
	defer looks.Stop()
	defer sent.Stop()
	for patient, late := true, false; !late && (e.sent() || patient && (len(e.jobs) > 0 || e.anySensing())); {
		select {
		case r := <-e.inbox.results:
			e.settle(ctx, r)
		case <-e.inbox.progress:
		case s := <-e.inbox.readings: // cut short: nothing to show
			s.from.heard(s)
		case <-looks.C:
			patient = false
		case <-sent.C:
			late = true
		}
	}
	e.writeLive()
	if err := e.journal.Close(); err != nil && e.failure == nil {
		e.failure = fmt.Errorf("closing the journal: %w", err)
	}
}

// sent reports whether a call that changes the world is on its way.
func (e *Engine) sent() bool {
	for _, j := range e.jobs {
		if j.phase == doing || j.phase == undoing {
			return true
		}
	}
	return false
}

// owned turns a panic of the loop into an end like any other, so that the screen
// is given back and says why. Nothing more is written: the journal holds what happened.
func (e *Engine) owned() {
	p := recover()
	if p == nil {
		return
	}
	where := filepath.Join(e.cfg.Dir, "panic.txt")
	if err := os.WriteFile(where, fmt.Appendf(nil, "%v\n\n%s", p, debug.Stack()), 0o600); err != nil {
		where = err.Error()
	}
	e.failure = fmt.Errorf("the program made a mistake and stopped: %v (details: %s). The journal is whole: tminus resume goes on with the run", p, where)
}
