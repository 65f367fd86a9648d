package engine

// record.go: from an event to a snapshot. Nothing is folded, shown or acted on
// before its record is on the disk.

import (
	"cmp"
	"fmt"
	"maps"
	"time"

	"tminus/tasks"
	"tminus/tasks/run"
)

// record writes one event and folds it. After a failure it does nothing and
// reports false: the loop ends and the run is closed.
func (e *Engine) record(by string, body tasks.Body) bool {
	if e.failure != nil {
		return false
	}
	ev := tasks.Event{Wall: e.cfg.Clock.Wall(), Run: e.cfg.Clock.Now(), Steady: e.cfg.Clock.Steady(), By: by, Body: body}
	payload, err := tasks.Encode(ev)
	if err != nil {
		return e.fail(err)
	}
	rec, err := e.journal.Append(payload)
	if err != nil {
		return e.fail(err)
	}
	// What is folded is what was written: a replay must come to the same state.
	if ev, err = tasks.Decode(rec.Seq, rec.Payload); err != nil {
		return e.fail(err)
	}
	e.head = e.journal.Head()
	e.state.Apply(e.plan, ev)
	return true
}

func (e *Engine) fail(err error) bool {
	e.failure = fmt.Errorf("%w in %s: %w. Nothing more is done; make room or repair the disk, then tminus resume", ErrJournal, e.cfg.Dir, err)
	e.shown.trouble = e.failure.Error()
	return false
}

const diskFull = "the disk is full: an effect is not begun unless its outcome can be written; make room, then try again"

// How long a write may take before it is told, and before nothing is begun any more: what
// an effect did must be on the disk soon after it.
const (
	slowWrite    = time.Second
	hopelessDisk = 10 * time.Second
)

// unwritable is why an effect must not be begun: its outcome could not be written, or not in time.
func (e *Engine) unwritable() string {
	switch {
	case !e.journal.Reserve():
		return diskFull
	case e.journal.LastSync() > hopelessDisk:
		return e.slow() + ": an effect is not begun until the disk is quick again; try again then"
	}
	return ""
}

// slow is what a person is told of a slow disk; "" = it is quick.
func (e *Engine) slow() string {
	took := e.journal.LastSync()
	if took <= slowWrite {
		return ""
	}
	return fmt.Sprintf("journal slow: the last write took %.1f s", took.Seconds())
}

func (e *Engine) live() tasks.Live {
	l := tasks.Live{
		Now: e.cfg.Clock.Now(), Wall: e.cfg.Clock.Wall(), Speed: e.cfg.Clock.Speed(), Paused: e.cfg.Clock.Paused(),
		Seq: e.head.Seq, Head: e.head.Sum, Readings: e.shown.readings, Progress: maps.Clone(e.shown.progress), Rows: maps.Clone(e.shown.rows), Trouble: cmp.Or(e.shown.trouble, e.slow()),
		Review: e.reviewed(), Waking: e.waking(), Question: e.cfg.Desk.oldest(),
	}
	l.Readings.Failures = maps.Clone(e.shown.readings.Failures)
	if e.cfg.Faults != nil {
		l.Faults = e.cfg.Faults()
	}
	return l
}

func (e *Engine) snapshot() *tasks.Snapshot {
	return tasks.NewSnapshot(e.plan, e.state.Clone(), e.live())
}

func (e *Engine) publish() { e.slot.Put(e.snapshot()) }

// writeLive shows followers the clock and the readings. Its failure is told for
// as long as it lasts, not fatal: followers are not evidence.
func (e *Engine) writeLive() {
	err := run.WriteLive(e.cfg.Dir, e.live())
	switch {
	case e.failure != nil:
	case err != nil:
		e.shown.trouble = "followers see nothing new: " + sentence(err)
	default:
		e.shown.trouble = ""
	}
}
