package engine

// pretend_test.go: the pretend world is broken and mended on demand; what is known before any
// sensor has read is shown from the first frame; an undoing says what it waits for.

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/tasks"
	"tminus/tasks/reading"
)

func TestFaultIsInjectedAndLifted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlight(t, newToy())
		var on []string
		f.config = func(c *Config) {
			c.Inject = func(name string) error { on = append(on, name); return nil }
			c.Lift = func(name string) error {
				if !slices.Contains(on, name) {
					return errors.New("there is no fault " + name)
				}
				on = nil
				return nil
			}
			c.Faults = func() []string { return slices.Clone(on) }
		}
		e, stop := f.open(nil)
		refused(t, e, tasks.Command{Kind: tasks.LiftFault, Text: "expired"}, "there is no fault expired")
		must(t, e, tasks.Command{Kind: tasks.InjectFault, Text: "expired"})
		until(t, e, "the fault", func(s *tasks.Snapshot) bool { return slices.Equal(s.Faults, []string{"expired"}) })
		must(t, e, tasks.Command{Kind: tasks.LiftFault, Text: "expired"})
		s := until(t, e, "no fault", func(s *tasks.Snapshot) bool { return len(s.Faults) == 0 })
		last := s.State.Events[len(s.State.Events)-1]
		if note, _ := last.Body.(tasks.Noted); last.By != tasks.ActorEngine || note.Text != "fault lifted by AA: expired" {
			t.Errorf("journaled: %+v", last)
		}
		left(t, stop)
	})
}

func TestWithoutAPretendWorldNothingIsLifted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlight(t, newToy())
		e, stop := f.open(nil)
		refused(t, e, tasks.Command{Kind: tasks.LiftFault, Text: "expired"}, "no pretend world in which a fault could be lifted")
		refused(t, e, tasks.Command{Kind: tasks.InjectFault, Text: "expired"}, "no pretend world in which a fault could be injected")
		left(t, stop)
	})
}

func TestWhatIsKnownBeforeAnyReadingIsShownAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlight(t, newToy())
		known := reading.Identity{Endpoint: "http://127.0.0.1:5000", Source: "environment"}
		f.config = func(c *Config) { c.Readings = reading.Readings{Identity: known} }
		e, stop := f.open(nil)
		if s := until(t, e, "the first frame", func(*tasks.Snapshot) bool { return true }); s.Readings.Identity != known || s.Readings.Identity.Taken() {
			t.Errorf("identity %+v", s.Readings.Identity)
		}
		left(t, stop)
	})
}

// TestAnUndoingSaysWhatItWaitsFor under its task, and nothing once it has ended.
func TestAnUndoingSaysWhatItWaitsFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlight(t, newToy())
		for i := range f.actions[0].Steps {
			undo := f.actions[0].Steps[i].Undo
			if undo == nil {
				continue
			}
			do := undo.Do
			undo.Do = func(ctx context.Context, c tasks.Call) (tasks.Result, error) {
				c.Progress("still there: looking again in 20 s")
				if err := c.Wait(ctx, 20*time.Minute); err != nil {
					return tasks.Result{}, err
				}
				return do(ctx, c)
			}
		}
		e, stop := f.open(nil)
		toT1(t, e)
		until(t, e, "T1 done", status("T1", tasks.Done))
		must(t, e, rollBackNow(t, e))
		until(t, e, "the wait", func(s *tasks.Snapshot) bool { return strings.Contains(s.Progress["T1"], "looking again") })
		if s := until(t, e, "rolled back", rolledBack); s.Progress["T1"] != "" {
			t.Errorf("it is over and says %q", s.Progress["T1"])
		}
		left(t, stop)
	})
}
