package engine

// people_test.go: what the people of a walk may do, and what may befall them; and the
// way home, which a person has to find from wherever a walk ends.

import (
	"errors"
	"strconv"
	"time"

	"pgregory.net/rapid"

	"tminus/tasks"
)

// steps are what may happen next. Steps that go on with the plan are drawn more often.
func (w *walker) steps() map[string]func(*rapid.T) {
	draw := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(w.rt, name) }
	task := func() string { return draw("task", "M1", "T1", "T2", "G1", "T3", "M2") }
	onward := func(*rapid.T) {
		if w.onward(); rapid.Bool().Draw(w.rt, "and waits") {
			time.Sleep(stride)
			w.settle()
		}
	}
	pass := func(*rapid.T) {
		d, err := time.ParseDuration(draw("for", "10ms", "60ms", "60ms", "60ms", "1s", "1s", "20s"))
		if err != nil {
			w.fail("%v", err)
		}
		time.Sleep(d)
		w.settle()
	}
	mishap := func(*rapid.T) {
		f := rapid.SampledFrom([]fault{refusing, lostBefore, lostAfter, panicking}).Draw(w.rt, "fault")
		blind := rapid.IntRange(0, 2).Draw(w.rt, "eyes shut") == 2
		w.world.set(func() { w.world.fault, w.world.blind = f, w.world.blind || blind })
	}
	return map[string]func(*rapid.T){
		"onward": onward, "onward, again": onward, "onward, once more": onward, "onward and onward": onward,
		"time passes": pass, "more time passes": pass,
		"take": func(*rapid.T) { w.send(tasks.Command{Kind: tasks.TakeConn, By: draw("who", "AA", "BB", "ZZ")}) },
		"give": func(*rapid.T) {
			w.send(tasks.Command{Kind: tasks.CommandKind(draw("what", string(tasks.ReleaseConn), string(tasks.AddNote))), Text: "hm"})
		},
		"start": func(*rapid.T) { w.send(tasks.Command{Kind: tasks.StartTask, Task: task()}) },
		"by hand": func(*rapid.T) {
			kind := draw("what", string(tasks.AttestTask), string(tasks.FailTask), string(tasks.SkipTask), string(tasks.SignOffTask), string(tasks.DecideGate))
			w.send(tasks.Command{Kind: tasks.CommandKind(kind), Task: task(), Text: "so it is", For: draw("for", "AA", "BB"), Go: rapid.Bool().Draw(w.rt, "go")})
		},
		"abort": func(*rapid.T) {
			c := tasks.Command{Kind: tasks.AbortRunning}
			if rapid.Bool().Draw(w.rt, "one") {
				c.Task = task()
			}
			if w.send(c) == nil {
				w.sum["aborts"]++
			}
		},
		"review":    func(*rapid.T) { w.reviews = append(w.reviews, w.seen.State.ReviewHead()) },
		"roll back": func(*rapid.T) { w.rollBack() },
		"fault":     mishap, "another fault": mishap,
		"slow": func(*rapid.T) {
			d := rapid.SampledFrom([]time.Duration{0, 50 * time.Millisecond, 3 * time.Second, 9 * time.Second, 20 * time.Second}).Draw(w.rt, "each way")
			w.world.set(func() { w.world.delay = d })
		},
		"blind": func(*rapid.T) {
			blind := rapid.IntRange(0, 2).Draw(w.rt, "eyes shut") == 2
			w.world.set(func() { w.world.blind = blind })
		},
		"sick": func(*rapid.T) { w.world.set(func() { w.world.sick = true }) },
		"break": func(*rapid.T) {
			w.breakDisk(rapid.IntRange(0, 8).Draw(w.rt, "writes"), rapid.Bool().Draw(w.rt, "torn"))
		},
		"leave": func(*rapid.T) { w.leave() },
	}
}

// breakDisk lets so many more records through.
func (w *walker) breakDisk(writes int, torn bool) {
	if *w.left == healthy || *w.left > writes {
		*w.left = writes
	}
	w.torn = torn // of the next life: how its disk will break
	w.send(tasks.Command{Kind: "nothing"})
}

func (w *walker) leave() {
	if err := w.stop(); err != nil && !errors.Is(err, ErrJournal) {
		w.fail("left with %v", err)
	}
	w.sum["left"]++
	w.rt.Log("left; resumed")
	w.open()
}

// rollBack asks for everything to be undone, with a review of now or an older one.
func (w *walker) rollBack() {
	now := w.seen.State.ReviewHead()
	head := rapid.SampledFrom(append([]uint64{now, now}, w.reviews...)).Draw(w.rt, "review")
	err := w.send(tasks.Command{Kind: tasks.RollBack, Confirm: "TOY1", Text: "drill", Head: head})
	if head == now {
		return
	}
	if w.sum["stale reviews"]++; err == nil {
		w.fail("a rollback reviewed at %d was begun at %d", head, now)
	}
}

// onward does what the plan wants next, and reports whether there was anything to do.
func (w *walker) onward() bool {
	s, p := w.seen.State, w.plan
	if s.Conn.Holder == "" {
		return w.send(tasks.Command{Kind: tasks.TakeConn, By: "AA"}) == nil
	}
	if s.Rollback.Phase == tasks.RollbackHalted {
		return w.send(tasks.Command{Kind: tasks.RollBack, Confirm: "TOY1", Text: "go on", Head: s.ReviewHead()}) == nil
	}
	for i := range p.Tasks {
		t := &p.Tasks[i]
		c := tasks.Command{Task: t.ID, Text: "seen " + strconv.Itoa(i), Go: true}
		switch st := s.Tasks[t.ID].Status; {
		case len(s.Blockers(t)) > 0 || st.Finished() || s.Rollback.Locked():
			continue
		case t.Gate:
			c.Kind = tasks.DecideGate
		case st == tasks.Checked && len(s.Missing(t)) > 0:
			c.Kind, c.For = tasks.SignOffTask, s.Missing(t)[0]
		case st == tasks.Active && t.Action == "":
			c.Kind = tasks.AttestTask
		case st != tasks.Active:
			c.Kind = tasks.StartTask
		default:
			continue
		}
		if w.send(c) == nil {
			return true
		}
	}
	return false
}

// goHome ends the walk: with all hazards gone, a person gets the run released or
// rolled back in a bounded number of steps, wherever it stands.
func (w *walker) goHome(back bool) {
	w.world.calm()
	if *w.left != healthy || rapid.Bool().Draw(w.rt, "by way of the door") {
		w.leave()
	}
	for range 60 {
		s := w.seen.State
		switch {
		case s.Rollback.Phase == tasks.RolledBack:
			w.sum["rolled back"]++
			w.checkRolledBack()
			return
		case s.Ended() && (!back || len(s.UndoList()) == 0):
			w.sum["released"]++
			return
		case back && s.Conn.Holder != "" && s.Rollback.Phase == tasks.RollbackNone && len(s.UndoList())+len(s.Unsettled()) > 0:
			if len(s.Busy(w.plan)) > 0 {
				w.send(tasks.Command{Kind: tasks.AbortRunning})
			}
			w.send(tasks.Command{Kind: tasks.RollBack, Confirm: "TOY1", Text: "home", Head: w.seen.State.ReviewHead()})
		default:
			w.onward()
		}
		time.Sleep(stride)
		w.settle()
	}
	w.fail("stuck (back %v): %s; rollback %+v; calls %v", back, statuses(w.seen), w.seen.State.Rollback, w.world.log())
}
