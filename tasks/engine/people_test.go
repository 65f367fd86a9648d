package engine

// people_test.go: what the people of a walk may do, and what may befall them.

import (
	"errors"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"tminus/tasks"
)

// steps are what may happen next. Steps that go on with the plan are drawn more often.
func (w *walker) steps() map[string]func(*rapid.T) {
	onward := func(*rapid.T) {
		if w.onward(); rapid.Bool().Draw(w.rt, "and waits") {
			w.wait(stride)
		}
	}
	mishap := func(*rapid.T) {
		f := rapid.SampledFrom([]fault{refusing, lostBefore, lostAfter, panicking}).Draw(w.rt, "fault")
		blind := rapid.IntRange(0, 2).Draw(w.rt, "eyes shut") == 2
		w.world.set(func() { w.world.fault, w.world.blind = f, w.world.blind || blind })
	}
	return map[string]func(*rapid.T){
		"onward": onward, "onward, again": onward, "onward, once more": onward, "onward and onward": onward,
		"time passes": w.pass, "more time passes": w.pass, "nap": w.nap, "another nap": w.nap,
		"conn": w.handOver, "start": func(*rapid.T) { w.send(tasks.Command{Kind: tasks.StartTask, Task: w.task()}) },
		"judge": w.judge, "waive": w.waive, "by hand": w.byHand, "hold": w.hold, "take back": w.takeBack, "abort": w.abort,
		"review":    func(*rapid.T) { w.reviews = append(w.reviews, w.seen.State.ReviewHead()) },
		"roll back": func(*rapid.T) { w.rollBack() }, "reopen": func(*rapid.T) { w.reopen() },
		"fault": mishap, "another fault": mishap,
		"slow": func(*rapid.T) {
			d := rapid.SampledFrom([]time.Duration{0, 50 * time.Millisecond, 3 * time.Second, 9 * time.Second, 20 * time.Second}).Draw(w.rt, "each way")
			w.world.set(func() { w.world.delay = d })
		},
		"blind": func(*rapid.T) {
			blind := rapid.IntRange(0, 2).Draw(w.rt, "eyes shut") == 2
			w.world.set(func() { w.world.blind = blind })
		},
		"sick":   func(*rapid.T) { w.world.set(func() { w.world.sick = true }) },
		"sicker": func(*rapid.T) { w.world.set(func() { w.world.sick = true }) },
		"break": func(*rapid.T) {
			w.breakDisk(rapid.IntRange(0, 8).Draw(w.rt, "writes"), rapid.SampledFrom([]breaking{clean, torn, unsynced}).Draw(w.rt, "leaves"))
		},
		"leave":     func(*rapid.T) { w.leave() },
		"on demand": func(*rapid.T) { w.onDemand() }, "on demand, again": func(*rapid.T) { w.onDemand() },
		"look": func(*rapid.T) { w.send(tasks.Command{Kind: tasks.LookAgain, By: w.draw("who", "AA", "ZZ", "")}) },
	}
}

func (w *walker) draw(name string, of ...string) string {
	return rapid.SampledFrom(of).Draw(w.rt, name)
}

func (w *walker) drawKind(of ...tasks.CommandKind) tasks.CommandKind {
	return rapid.SampledFrom(of).Draw(w.rt, "what")
}

func (w *walker) task() string {
	return w.draw("task", "M1", "T1", "T2", "G1", "T3", "T4", "M2", "O1", "O1", "O2")
}

// onDemand tries the mug, calls, or takes the mug back, whatever else is going on.
func (w *walker) onDemand() {
	switch s := w.seen.State; {
	case s.Tasks["O2"].Status == tasks.Active:
		w.send(tasks.Command{Kind: tasks.AttestTask, Task: "O2", Text: "called"})
	case len(s.Backwards("O1")) > 0 && rapid.IntRange(0, 2).Draw(w.rt, "takes it back") > 0:
		if len(s.Busy(w.plan)) > 0 {
			w.send(tasks.Command{Kind: tasks.AbortRunning})
		}
		w.backOut("O1")
	default:
		w.send(tasks.Command{Kind: tasks.StartTask, Task: w.draw("which", "O1", "O2")})
		w.wait(stride)
	}
}

func (w *walker) wait(d time.Duration) {
	time.Sleep(d)
	w.settle()
}

func (w *walker) pass(*rapid.T) {
	w.wait(rapid.SampledFrom([]time.Duration{10, 60, 60, 60, 1000, 1000, 20_000}).Draw(w.rt, "ms") * time.Millisecond)
}

// nap closes the lid. What is on its way arrives before or after the engine looks at its clock.
func (w *walker) nap(*rapid.T) {
	d := rapid.SampledFrom([]time.Duration{time.Second, 10 * time.Second, time.Hour, 12 * time.Hour}).Draw(w.rt, "asleep")
	w.lid.sleep(d)
	if d < 2*time.Second { // nobody notices that, unless one is added to the other
		w.wait(tick)
		return
	}
	noticed := !w.napping()
	w.world.set(func() {
		if w.world.unread = true; noticed { // two in a row are one
			w.world.naps++
		}
	})
	if rapid.Bool().Draw(w.rt, "and wakes") {
		w.wait(tick)
	}
}

// napping reports a gap that the engine has not noticed yet.
func (w *walker) napping() bool { return naps(w.seen.State.Events) < w.world.naps }

func (w *walker) handOver(*rapid.T) {
	c := tasks.Command{Kind: w.drawKind(tasks.TakeConn, tasks.OfferConn, tasks.OfferConn, tasks.ReleaseConn, tasks.AddNote), Text: "hm"}
	who := w.draw("who", "AA", "BB", "ZZ", "")
	if c.For = who; c.Kind == tasks.TakeConn {
		c.By = who
	}
	offered := w.seen.State.Conn.Offered
	if err := w.send(c); err == nil && c.Kind == tasks.TakeConn && offered == who {
		w.sum["handed over"]++
	}
	if c.Kind == tasks.OfferConn && w.seen.State.Conn.Offered != "" && rapid.Bool().Draw(w.rt, "accepts") {
		if w.send(tasks.Command{Kind: tasks.TakeConn, By: w.seen.State.Conn.Offered}) == nil {
			w.sum["handed over"]++
		}
	}
}

// judge is what people say of a task.
func (w *walker) judge(*rapid.T) {
	c := tasks.Command{Kind: w.drawKind(tasks.AttestTask, tasks.FailTask, tasks.SkipTask, tasks.SignOffTask, tasks.DecideGate, tasks.PollGate),
		Task: w.task(), Text: "so it is", For: w.draw("for", "AA", "BB", ""), Go: rapid.Bool().Draw(w.rt, "go")}
	w.send(c)
}

// waive goes on without what could be waived now; most of what might be drawn could not be.
func (w *walker) waive(*rapid.T) {
	c := tasks.Command{Kind: tasks.Waive, Task: w.task(), For: w.draw("for", "AA", "BB", ""), Text: "we know why"}
	for t := range w.plan.All() {
		switch step, contacts := w.seen.State.Waivable(t); {
		case step != "":
			c.Task, c.For = t.ID, ""
		case len(contacts) > 0:
			c.Task, c.For = t.ID, contacts[0]
		}
	}
	w.send(c)
}

// byHand states that an action's work was done outside, and draws what the world says of it.
func (w *walker) byHand(*rapid.T) {
	says := rapid.SampledFrom([]tasks.Verdict{tasks.Pass, tasks.Inconclusive, tasks.NotTested, tasks.Fail}).Draw(w.rt, "the world says")
	w.world.set(func() { w.world.says = says })
	c := tasks.Command{Kind: tasks.AttestTask, Task: w.draw("task", "T1", "T1", "T2", "T3", "T4", "O1"), Text: "done in the kitchen"}
	if c.Task == "T1" {
		c.Facts = map[string]string{"cup.id": fmt.Sprintf("cup %d", len(w.seen.State.Events))}
	}
	w.send(c)
}

func (w *walker) hold(*rapid.T) {
	c := tasks.Command{Kind: w.drawKind(tasks.HoldPlan, tasks.HoldPlan, tasks.ResumePlan), Text: "lunch"}
	c.Until = w.seen.Now.Add(rapid.SampledFrom([]time.Duration{-time.Hour, time.Hour, 2 * time.Hour, 48 * time.Hour}).Draw(w.rt, "for"))
	if err := w.send(c); err == nil && c.Kind == tasks.HoldPlan {
		if d := c.Until.Sub(w.seen.Now); d < 0 || d > 24*time.Hour {
			w.fail("held for %v", d)
		}
	}
}

func (w *walker) takeBack(*rapid.T) {
	entry, _ := w.seen.State.Entry(w.draw("of", "", "", "M1", "T1", "T2", "G1", "T3", "T4", "M2", "O1", "O2"))
	w.send(tasks.Command{Kind: tasks.TakeBack, Event: entry.Seq, Text: "a slip"})
}

func (w *walker) abort(*rapid.T) {
	c := tasks.Command{Kind: tasks.AbortRunning}
	if rapid.Bool().Draw(w.rt, "one") {
		c.Task = w.task()
	}
	w.send(c)
}

// breakDisk lets so many more records through.
func (w *walker) breakDisk(most int, ends breaking) {
	if left := w.left.Load(); left == healthy || left > int64(most) {
		w.left.Store(int64(most))
	}
	w.ends = ends // of the next life: how its disk will break
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

// rollBack asks for everything, or for what came after a task, to be undone: with a
// review of now or an older one, or with none.
func (w *walker) rollBack() {
	from := w.draw("from", "", "", "T1", "T2", "T4", "O1", "O1")
	if rapid.IntRange(0, 3).Draw(w.rt, "looks first") > 0 {
		w.review(from)
	}
	now, reviewed := w.seen.State.ReviewHead(), w.seen.Review
	head := rapid.SampledFrom(append([]uint64{now, now}, w.reviews...)).Draw(w.rt, "review")
	err := w.send(tasks.Command{Kind: tasks.RollBack, Task: from, Confirm: "TOY1", Text: "drill", Head: head})
	if err == nil && (reviewed.Unproven(from, now) != "" || head != now) {
		w.fail("a rollback of %q was begun at %d, reviewed at %d: %+v", from, now, head, reviewed)
	}
	if head != now {
		w.sum["stale reviews"]++
	}
}

// review asks the world what a rollback would undo, and waits for its answer.
func (w *walker) review(from string) {
	if w.send(tasks.Command{Kind: tasks.ReviewRollback, Task: from}) == nil {
		w.wait(stride)
	}
}

func (w *walker) reopen() { w.send(tasks.Command{Kind: tasks.ReopenRun, Text: "once more"}) }
