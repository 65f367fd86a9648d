package engine

// engine_test.go: one flight from first command to the end, and what may go wrong on it.

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/run"
)

// flyOn plays the people until the run has ended.
func flyOn(t *testing.T, e *Engine) {
	t.Helper()
	s := until(t, e, "the first snapshot", func(*tasks.Snapshot) bool { return true })
	for !s.State.Released {
		st := s.State
		switch {
		case st.Conn.Holder != "AA":
			must(t, e, tasks.Command{Kind: tasks.TakeConn})
		case st.Tasks["M1"].Status == tasks.Waiting:
			must(t, e, tasks.Command{Kind: tasks.StartTask, Task: "M1"})
		case st.Tasks["M1"].Status == tasks.Active:
			must(t, e, tasks.Command{Kind: tasks.AttestTask, Task: "M1", Text: "agreed"})
		case st.Ready(s.Plan.Task("T1")) || st.Tasks["T1"].Status == tasks.Failed:
			must(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T1"})
		case st.Ready(s.Plan.Task("G1")):
			must(t, e, tasks.Command{Kind: tasks.DecideGate, Task: "G1", Go: true})
		case st.Ready(s.Plan.Task("T2")):
			must(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T2"})
		case st.Tasks["T2"].Status == tasks.Checked:
			must(t, e, tasks.Command{Kind: tasks.SignOffTask, Task: "T2", For: "BB", Text: "mail of 16:40"})
		}
		n := len(st.Events)
		s = until(t, e, "the next event", func(s *tasks.Snapshot) bool { return len(s.State.Events) > n || s.State.Released })
	}
}

func TestWholeFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		e, stop := f.open(nil)
		flyOn(t, e)
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if got := w.log(); !slices.Equal(got, []string{"do cup", "do jug", "do pot"}) {
			t.Errorf("calls: %v", got)
		}
		r, err := run.Load(f.dir)
		if err != nil {
			t.Fatal(err)
		}
		if !tasks.Fold(r.Plan, r.Events).Released {
			t.Error("the journal does not tell that the run was released")
		}
	})
}

func TestIntentIsOnDiskBeforeTheEffect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		w.refuse = func(call string) error {
			kind, _ := strings.CutPrefix(call, "do ")
			records, _, err := journal.Read(f.dir)
			if err != nil {
				return err
			}
			last, err := tasks.Decode(records[len(records)-1].Seq, records[len(records)-1].Payload)
			if i, ok := last.Body.(tasks.Intended); err != nil || !ok || i.Step != kind {
				t.Errorf("%s was done while the newest record on disk is %T", kind, last.Body)
			}
			return nil
		}
		e, stop := f.open(nil)
		toT1(t, e)
		until(t, e, "T1 done", status("T1", tasks.Done))
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestLostAnswers(t *testing.T) {
	lost := tasks.Unknown(errors.New("connection reset"))
	for name, breakIt := range map[string]func(w *toy, fail func(string) error){
		"after it happened":  func(w *toy, fail func(string) error) { w.answer = fail },
		"before it happened": func(w *toy, fail func(string) error) { w.refuse = fail },
	} {
		for _, kind := range []string{"cup", "jug", "pot"} {
			t.Run(kind+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newToy()
					f := newFlight(t, w)
					once := true
					breakIt(w, func(call string) error {
						if call == "do "+kind && once {
							once = false
							return lost
						}
						return nil
					})
					e, stop := f.open(nil)
					flyOn(t, e)
					if err := stop(); err != nil {
						t.Fatal(err)
					}
					if got := w.kinds(); !slices.Equal(got, []string{"cup", "jug", "pot"}) {
						t.Errorf("the world holds %v", got)
					}
					if log := w.log(); slices.Contains(log, "TWICE "+kind) || !slices.Contains(log, "find "+kind) {
						t.Errorf("calls: %v", log)
					}
				})
			})
		}
	}
}

func TestRetryGoesOnAtTheFailedStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		once := true
		w.refuse = func(call string) error {
			if call == "do jug" && once {
				once = false
				return errors.New("no clay left")
			}
			return nil
		}
		e, stop := f.open(nil)
		toT1(t, e)
		s := until(t, e, "T1 failed", status("T1", tasks.Failed))
		if r := s.State.Tasks["T1"].Reason; r != "no clay left" {
			t.Errorf("reason %q", r)
		}
		must(t, e, tasks.Command{Kind: tasks.StartTask, Task: "T1"})
		until(t, e, "T1 done", status("T1", tasks.Done))
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if got := w.log(); !slices.Equal(got, []string{"do cup", "do jug", "do jug", "do pot"}) {
			t.Errorf("calls: %v", got)
		}
	})
}

func TestAbortWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		w.block = make(chan struct{})
		f := newFlight(t, w)
		e, stop := f.open(nil)
		toT1(t, e)
		until(t, e, "the look", func(s *tasks.Snapshot) bool { return s.State.Tasks["T1"].Steps[1].Status == tasks.StepDoing })
		must(t, e, tasks.Command{Kind: tasks.AbortRunning, Text: "enough"})
		s := until(t, e, "T1 aborted", status("T1", tasks.Aborted))
		if got := s.State.Tasks["T1"].Steps[1].Status; got != tasks.StepTodo {
			t.Errorf("the look that was cut short is %s", got)
		}
		synctest.Wait()
		if got := w.log(); !slices.Equal(got, []string{"do cup"}) {
			t.Errorf("something started after the abort: %v", got)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAbortLetsASentCallAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newToy()
		f := newFlight(t, w)
		sent, goOn := make(chan struct{}), make(chan struct{})
		w.answer = func(call string) error {
			if call == "do cup" {
				close(sent)
				<-goOn
			}
			return nil
		}
		e, stop := f.open(nil)
		toT1(t, e)
		<-sent
		must(t, e, tasks.Command{Kind: tasks.AbortRunning})
		s := until(t, e, "T1 aborted", status("T1", tasks.Aborted))
		if s.Progress["T1"] == "" {
			t.Error("nothing tells that a sent call is still running")
		}
		close(goOn)
		s = until(t, e, "the outcome", func(s *tasks.Snapshot) bool { return s.State.Intents[0].State == tasks.OutcomeOK })
		if got := s.State.Tasks["T1"].Status; got != tasks.Aborted {
			t.Errorf("T1 is %s after the answer came", got)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if got := w.log(); !slices.Equal(got, []string{"do cup"}) {
			t.Errorf("calls: %v", got)
		}
	})
}

func TestRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlight(t, newToy())
		e, stop := f.open(nil)
		for _, c := range []struct {
			command tasks.Command
			says    string
		}{
			{tasks.Command{Kind: tasks.StartTask, Task: "M1", By: "AA"}, "nobody has the conn"},
			{tasks.Command{Kind: tasks.TakeConn, By: "ZZ"}, "not among the plan's contacts"},
			{tasks.Command{Kind: tasks.TakeConn, By: "AA"}, ""},
			{tasks.Command{Kind: tasks.StartTask, Task: "M1", By: "BB"}, "AA has the conn"},
			{tasks.Command{Kind: tasks.StartTask, Task: "T1", By: "AA"}, "T1 waits for M1"},
			{tasks.Command{Kind: tasks.StartTask, Task: "G1", By: "AA"}, "is a gate"},
			{tasks.Command{Kind: tasks.SkipTask, Task: "G1", Text: "no time", By: "AA"}, "never skipped"},
			{tasks.Command{Kind: tasks.AbortRunning, By: "AA"}, "nothing is running"},
			{tasks.Command{Kind: tasks.RollBack, By: "AA"}, "changed nothing"},
			{tasks.Command{Kind: "dance", Task: "M1", By: "AA"}, "no command"},
		} {
			err := e.Send(c.command)
			if (err == nil) != (c.says == "") || (err != nil && !strings.Contains(err.Error(), c.says)) {
				t.Errorf("%s %s: %v, want %q", c.command.Kind, c.command.Task, err, c.says)
			}
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if err := e.Send(tasks.Command{Kind: tasks.AddNote}); !errors.Is(err, ErrStopped) {
			t.Errorf("a command after the end: %v", err)
		}
	})
}

func TestSecondWriterIsRefusedByName(t *testing.T) {
	f := newFlight(t, newToy())
	_, stop := f.open(nil)
	defer stop()
	var locked *journal.LockedError
	if _, err := Open(Config{Dir: f.dir}); !errors.As(err, &locked) || !strings.Contains(err.Error(), "the test") {
		t.Fatalf("got %v", err)
	}
}
