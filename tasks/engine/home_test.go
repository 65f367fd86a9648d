package engine

// home_test.go: the way home, which a person has to find from wherever a walk ends.

import (
	"strconv"

	"pgregory.net/rapid"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// onward does what the plan wants next, and reports whether there was anything to do.
func (w *walker) onward() bool {
	s, p := w.seen.State, w.plan
	switch {
	case s.Conn.Holder == "":
		return w.send(tasks.Command{Kind: tasks.TakeConn, By: "AA"}) == nil
	case s.Rollback.Phase == tasks.RollbackHalted:
		return w.backOut(s.Rollback.From)
	case s.Hold.On() && !s.Rollback.Locked():
		return w.send(tasks.Command{Kind: tasks.ResumePlan, Text: "lunch is over"}) == nil
	}
	for i := range p.Tasks {
		t := &p.Tasks[i]
		if len(s.Blockers(t)) > 0 || s.Tasks[t.ID].Status.Finished() || s.Rollback.Locked() {
			continue
		}
		c := w.next(t)
		if c.Task, c.Text, c.Go = t.ID, "seen "+strconv.Itoa(i), true; c.Kind != "" && w.send(c) == nil {
			return true
		}
	}
	return false
}

// next is what a task that can go on wants; a zero command when it goes on by itself.
func (w *walker) next(t *plan.Task) tasks.Command {
	s := w.seen.State
	poll := s.Poll(t)
	switch st := s.Tasks[t.ID].Status; {
	case t.Gate && !poll.Quorum() && st == tasks.Failed:
		entry, _ := s.Entry(t.ID)
		return tasks.Command{Kind: tasks.TakeBack, Event: entry.Seq}
	case t.Gate && !poll.Quorum():
		return tasks.Command{Kind: tasks.PollGate, For: append(poll.Open, poll.NoGo...)[0]}
	case t.Gate:
		return tasks.Command{Kind: tasks.DecideGate}
	case st == tasks.Checked && len(s.Missing(t)) > 0:
		return tasks.Command{Kind: tasks.SignOffTask, For: s.Missing(t)[0]}
	case st == tasks.Active && t.Action == "":
		return tasks.Command{Kind: tasks.AttestTask}
	case st != tasks.Active:
		return tasks.Command{Kind: tasks.StartTask}
	}
	return tasks.Command{}
}

// backOut reviews a rollback and begins it.
func (w *walker) backOut(from string) bool {
	w.review(from)
	return w.send(tasks.Command{Kind: tasks.RollBack, Task: from, Confirm: "TOY1", Text: "home", Head: w.seen.State.ReviewHead()}) == nil
}

// goHome ends the walk: with all hazards gone, a person gets the run released or
// rolled back in a bounded number of steps, wherever it stands; and, if they like, once
// more after that.
func (w *walker) goHome(back bool) {
	w.world.calm()
	if w.left.Load() != healthy || rapid.Bool().Draw(w.rt, "by way of the door") {
		w.leave()
	}
	for range 90 {
		if w.home(back) {
			if w.seen.State.Rollback.Phase == tasks.RolledBack && rapid.Bool().Draw(w.rt, "flies again") {
				w.reopen()
				continue
			}
			return
		}
		w.wait(stride)
	}
	w.fail("stuck (back %v): %s; rollback %+v; calls %v", back, statuses(w.seen), w.seen.State.Rollback, w.world.log())
}

// home reports a run that has come to its end, and goes a step further with one that has not.
func (w *walker) home(back bool) bool {
	s := w.seen.State
	rest := len(s.UndoList())+len(s.Unsettled()) > 0
	switch {
	case s.Rollback.Phase == tasks.RolledBack && s.Rollback.From == "":
		w.sum["rolled back"]++
		w.checkRolledBack()
		return true
	case s.Rollback.Phase == tasks.RolledBack && !(back && rest):
		return true
	case s.Ended() && (!back || !rest):
		w.sum["released"]++
		return true
	case back && s.Conn.Holder != "" && rest && (s.Rollback.Phase == tasks.RollbackNone || s.Rollback.Phase == tasks.RolledBack):
		if len(s.Busy(w.plan)) > 0 {
			w.send(tasks.Command{Kind: tasks.AbortRunning})
		}
		from := w.draw("home by way of", "", "T2", "T4", "O1")
		if len(s.Backwards(from)) == 0 || s.Rollback.Phase == tasks.RolledBack {
			from = ""
		}
		w.backOut(from)
	default:
		w.onward()
	}
	return false
}
