package main

// crashpoint_flight_test.go: a stretch of a flight, from opening a run until it is over
// or dead, and the people in it, who do all they may as soon as they may.

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tminus/awsops"
	"tminus/rehearsal"
	"tminus/sshops"
	"tminus/tasks"
	"tminus/tasks/engine"
	"tminus/tasks/journal"
	"tminus/tasks/run"
	"tminus/ui/cli"
	"tminus/webops"
)

// crashSpeed is that of the pretend clock.
const crashSpeed = 3600

// way is where a flight is going.
type way string

const (
	forwards  way = "forwards"
	backwards way = "backwards"
	turning   way = "forwards, then backwards" // forwards until the first death
)

// heading is where the n-th stretch of the way goes, from 0.
func (w way) heading(n int) way {
	switch {
	case w == turning && n == 0:
		return forwards
	case w == turning:
		return backwards
	}
	return w
}

// over reports whether a run is where it was going.
func (w way) over(s *tasks.Snapshot) bool {
	st := s.State
	if w == forwards || w == wholeDay {
		return st.Released
	}
	nothing := len(st.Busy(s.Plan)) == 0 && len(st.UndoList()) == 0 && len(st.Unsettled()) == 0
	return st.Rollback.Phase == tasks.RolledBack || st.Rollback.Phase == tasks.RollbackNone && nothing
}

// stretch flies a run, wired as main wires it, until it is over or dead. An error is neither.
func stretch(t *testing.T, dir string, w way, d *doom) (over bool, err error) {
	t.Helper()
	door, err := rehearsal.Listen("127.0.0.1:0")
	if err != nil {
		return false, err
	}
	r, err := run.Load(dir)
	if err != nil {
		return false, errors.Join(err, door.Close())
	}
	world, err := openWorld(cli.Flight{Run: dir, Speed: crashSpeed, Seed: 1, Faults: d.faults}, door, r)
	if err != nil {
		return false, errors.Join(err, door.Close())
	}
	defer world.Close()
	ssh := sshops.New(sshops.Options{Dial: world.Dial, Resolve: world.Resolve, RunDir: dir})
	defer ssh.Close()
	tests, err := frozen(r)
	if err != nil {
		return false, err
	}
	web := webops.New(webops.Options{Dial: world.Dial, Suite: tests, Getenv: func(string) string { return rehearsal.Password }})
	id, secret := world.Credentials()
	aws := awsops.New(awsops.Options{Endpoint: world.url, Credentials: awsops.Static(id, secret), Region: r.Plan.Environment.Region, RunDir: dir,
		HTTP: &http.Client{Transport: doomedWire{&http.Transport{}, d}}})
	defer aws.Close()
	ctx, land := context.WithCancel(t.Context())
	defer land()
	d.land = land
	d.witness.boards()
	e, err := engine.Open(engine.Config{
		Dir: dir, Plan: r.Plan, Actions: actions(r.Plan, aws, ssh, web), Clock: world.clock, Holder: t.Name(), FS: doomedFS{journal.Disk{}, d},
		Sensors: append(aws.Sensors(r.Plan, r.Events[0].Body.(tasks.RunOpened).Run), ssh.Sensors(r.Plan)...),
	})
	if errors.Is(err, errDead) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	go e.Run(ctx) //nolint:errcheck // its error is e.Err, read below
	over, err = play(e, w, d.witness)
	land()
	<-e.Done()
	if _, _, dead := d.happened(); dead {
		return false, nil
	}
	if err = errors.Join(err, e.Err()); err == nil && !over {
		err = errors.New("the engine stopped for no reason")
	}
	return over, err
}

// play does what people would, as fast as they can, until the run is over or the engine gone.
// The witness sees the screen and hears the replies.
func play(e *engine.Engine, w way, seen *witness) (over bool, err error) {
	late := time.After(patience)
	var last *tasks.Snapshot
	for {
		select {
		case last = <-e.Snapshots().Newest():
		case <-e.Done():
			return false, nil
		case <-late:
			return false, fmt.Errorf("not %s in %s: %s", w, patience, standing(last))
		}
		seen.sees(last)
		if w.over(last) {
			return true, nil
		}
		c, ok := wish(last, w)
		if !ok {
			continue
		}
		switch err := e.Send(c); {
		case err == nil:
			seen.hears(c)
		case errors.As(err, new(tasks.Refusal)): // of a task that is still being settled: it is asked again at the next news
		case !errors.Is(err, engine.ErrJournal) && !errors.Is(err, engine.ErrStopped):
			return false, err
		}
	}
}

// wish is the first thing that people want and may, if anything.
func wish(s *tasks.Snapshot, w way) (c tasks.Command, ok bool) {
	wishes := []tasks.Command{{Kind: tasks.TakeConn}}
	switch w {
	case backwards:
		wishes = append(wishes, wayBackFrom(s, "")...)
	case wholeDay:
		wishes = append(wishes, scenes(s)...)
	default:
		wishes = append(wishes, onwards(s, "")...)
	}
	for _, c = range wishes {
		if c.By = tasks.ActorRehearsal; s.State.Allowed(s.Plan, c) == nil {
			return c, true
		}
	}
	return c, false
}

// onwards is all that could bring a run to its end, up to a task; "" = all of them.
func onwards(s *tasks.Snapshot, upTo string) (wishes []tasks.Command) {
	for _, t := range s.Plan.Tasks {
		if !s.State.Tasks[t.ID].Status.Finished() {
			wishes = append(wishes, tasks.Command{Kind: tasks.StartTask, Task: t.ID}, tasks.Command{Kind: tasks.DecideGate, Task: t.ID, Go: true, Text: "go"},
				tasks.Command{Kind: tasks.AttestTask, Task: t.ID, Text: "seen"})
			for _, who := range s.State.Missing(&t) {
				wishes = append(wishes, tasks.Command{Kind: tasks.SignOffTask, Task: t.ID, For: who, Text: "mail of " + who})
			}
		}
		if t.ID == upTo {
			break
		}
	}
	return wishes
}

// wayBackFrom takes back what a task and all after it did, "" = everything: looked at first, then confirmed.
func wayBackFrom(s *tasks.Snapshot, task string) (wishes []tasks.Command) {
	st := s.State
	if st.Rollback.Phase == tasks.RollbackRunning {
		return nil
	}
	wishes = append(wishes, tasks.Command{Kind: tasks.AbortRunning, Text: "turning back"})
	switch head := st.ReviewHead(); {
	case s.Review.Unproven(task, head) == "":
		return append(wishes, tasks.Command{Kind: tasks.RollBack, Task: task, Confirm: st.Change, Text: "a drill", Head: head})
	case s.Review == nil || s.Review.From != task || s.Review.Head != head || s.Review.Done: // not asked yet, or it could not be told
		return append(wishes, tasks.Command{Kind: tasks.ReviewRollback, Task: task})
	}
	return wishes
}

// standing is what each task of a run and its way back have come to.
func standing(s *tasks.Snapshot) string {
	if s == nil {
		return "never seen"
	}
	text := fmt.Sprintf("rollback %q %s", s.State.Rollback.Phase, s.State.Rollback.Stopped)
	for _, t := range s.Plan.Tasks {
		ts := s.State.Tasks[t.ID]
		text += fmt.Sprintf("; %s %s %s", t.ID, ts.Status, ts.Reason)
	}
	return text
}

// duplicate is a copy of a run's folder, as its owner alone may read it.
func duplicate(t *testing.T, from string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), filepath.Base(from))
	err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(dir, strings.TrimPrefix(path, from))
		if e.IsDir() {
			return os.Mkdir(to, 0o700)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(to, b, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
