package cli

// live_test.go: what run refuses before anything is made, and whom it asks about a run that is unfinished.

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"tminus/examples"
	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/plan"
	"tminus/tasks/run"
	"tminus/ui"
)

// flyable is a plan without errors, as bytes and as a file.
func flyable(t *testing.T) (path string, src []byte) {
	t.Helper()
	src, err := os.ReadFile("../../tasks/check/testdata/calm.yaml")
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "plan.yaml")
	if err := os.WriteFile(path, src, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, src
}

func TestWhatMustNotBeFlownLive(t *testing.T) {
	_, calm := flyable(t)
	_, seed := examples.SCP()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	end := time.Date(2026, 9, 24, 0, 0, 0, 0, zone)
	for name, tt := range map[string]struct {
		f    Flight
		src  []byte
		now  time.Time
		want int
		says string
	}{
		"on its day":          {now: end.Add(-time.Hour)},
		"long before":         {now: end.AddDate(-1, 0, 0)},
		"its last moment":     {now: end},
		"a second late":       {now: end.Add(time.Second), want: Precondition, says: "ended at 2026-09-24 00:00 CEST: spell the new day out with --rebase, such as --rebase 2026-09-25"},
		"late, rebased":       {f: Flight{Rebase: "2026-10-01"}, now: end.Add(time.Hour)},
		"rebased into a past": {f: Flight{Rebase: "2026-09-01"}, now: end, want: Precondition, says: "ended at 2026-09-02 00:00"},
		"no day":              {f: Flight{Rebase: "tomorrow"}, now: end, want: Usage, says: "--rebase: "},
		"somebody of it":      {f: Flight{As: "AB"}, now: end},
		"a stranger":          {f: Flight{As: "ZZ"}, now: end, want: Usage, says: "--as ZZ: the plan has no such contact"},
		"with errors":         {src: seed, now: time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC), want: PlanInvalid, says: "a live run refuses a plan with errors: "},
		"no plan":             {src: []byte(broken), now: end, want: PlanInvalid},
	} {
		if tt.src == nil {
			tt.src = calm
		}
		tt.f.Plan = "plan.yaml"
		err := flyableLive(tt.f, tt.src, tt.now)
		if got := exitCode(t.Context(), err); got != tt.want || err != nil && !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: exit %d, %v; want %d, %q", name, got, err, tt.want, tt.says)
		}
	}
}

// begun makes an unfinished run of the plan.
func begun(t *testing.T, root string, src []byte, mode tasks.Mode) string {
	t.Helper()
	p, err := plan.Load("plan.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	at := p.Window.Start.UTC()
	dir, err := run.Create(root, p.Change, src, nil, func(id string) tasks.Event {
		return tasks.Event{Wall: at, Run: at, By: tasks.ActorEngine, Body: tasks.RunOpened{Run: id, Change: p.Change, Plan: p.Hash, Mode: mode}}
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// started is what a command line of run began, and how it ended.
type started struct {
	run, resume []Flight
	exit        int
	said        string
}

// launch runs tminus at a terminal where somebody presses a key when asked; "" = nobody is asked.
func launch(t *testing.T, press string, args ...string) started {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer tty.Close()
	var s started
	note := func(to *[]Flight) func(context.Context, Flight, Pilot) error {
		return func(_ context.Context, f Flight, _ Pilot) error { *to = append(*to, f); return nil }
	}
	var complaints bytes.Buffer
	done := make(chan int, 1)
	go func() {
		done <- Execute(t.Context(), Program{Run: note(&s.run), Resume: note(&s.resume)}, args, Stdio{In: tty, Out: tty, Err: &complaints})
	}()
	if press != "" {
		s.said = read(t, master, "q = leave")
		if _, err := master.WriteString(press); err != nil {
			t.Fatal(err)
		}
	}
	s.exit = <-done
	s.said += complaints.String()
	return s
}

func TestRunBegins(t *testing.T) {
	path, src := flyable(t)
	root, day := t.TempDir(), time.Now().AddDate(0, 0, 3).Format(time.DateOnly)
	begun(t, root, src, tasks.RehearsalRun) // in nobody's way
	s := launch(t, "", "run", path, "--runs", root, "--rebase", day, "--as", "AB", "--profile", "scp", "--region", "eu-central-1", "--ascii")
	if s.exit != OK || len(s.run) != 1 || len(s.resume) != 0 {
		t.Fatalf("%+v", s)
	}
	f := s.run[0]
	if f.Plan != path || f.Root != root || f.Rebase != day || f.As != "AB" || f.Profile != "scp" || f.Region != "eu-central-1" || !f.ASCII || f.Speed != 1 || f.Auto || f.Run != "" {
		t.Errorf("it is flown as %+v", f)
	}
	for _, flag := range []string{"--auto", "--speed=10", "--fault=rain", "--seed=1"} { // of a rehearsal
		if s := launch(t, "", "run", path, "--runs", root, "--rebase", day, flag); s.exit != Usage || len(s.run) > 0 {
			t.Errorf("%s: %+v", flag, s)
		}
	}
}

func TestUnfinishedLiveRunIsAskedAbout(t *testing.T) {
	path, src := flyable(t)
	root, day := t.TempDir(), time.Now().AddDate(0, 0, 3).Format(time.DateOnly)
	dir := begun(t, root, src, tasks.LiveRun)
	line := []string{"run", path, "--runs", root, "--rebase", day, "--as", "AB"}
	for key, want := range map[string]struct {
		run, resume, exit int
	}{"\r": {0, 1, OK}, "n": {1, 0, OK}, "q": {0, 0, WasAborted}, "\x03": {0, 0, WasAborted}} {
		s := launch(t, key, line...)
		if len(s.run) != want.run || len(s.resume) != want.resume || s.exit != want.exit || !strings.Contains(s.said, "SHOP1X0926-1") {
			t.Errorf("%q: %+v", key, s)
		}
		if want.resume == 1 && (s.resume[0].Run != dir || s.resume[0].As != "AB") {
			t.Errorf("it goes on with %+v", s.resume[0])
		}
	}
	exit, f, _, complaints := execute(t, nil, line...)
	if exit != Usage || f.Plan != "" || !strings.Contains(complaints, "needs a terminal") {
		t.Errorf("without a terminal: exit %d, %+v, %s", exit, f, complaints)
	}
	_, err := unfinishedLive(t.Context(), Flight{Plan: path, Root: root}, src, Stdio{In: strings.NewReader(""), Out: new(bytes.Buffer)})
	if exitCode(t.Context(), err) != Precondition || !strings.Contains(err.Error(), "tminus resume SHOP1X0926-1") {
		t.Errorf("nobody can be asked: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "journal.jsonl"), []byte("not a journal\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s := launch(t, "", line...); s.exit == OK || len(s.run)+len(s.resume) > 0 {
		t.Errorf("a run that cannot be read: %+v", s)
	}
}

// TestUnfinishedLiveRunOfSomebodyElse: whoever goes on with what is being flown is offered to watch it.
func TestUnfinishedLiveRunOfSomebodyElse(t *testing.T) {
	path, src := flyable(t)
	root, day := t.TempDir(), time.Now().AddDate(0, 0, 3).Format(time.DateOnly)
	dir := begun(t, root, src, tasks.LiveRun)
	for key, want := range map[string]struct {
		watched string
		exit    int
		says    string
	}{"\r": {dir, OK, ""}, "q": {"", Precondition, "the run is held by LX on desk: end that one first, or follow it with tminus watch SHOP1X0926-1 --runs " + root}} {
		master, tty, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		var watched string
		var complaints bytes.Buffer
		p := Program{
			Resume: func(context.Context, Flight, Pilot) error { return &journal.LockedError{Holder: "LX on desk"} },
			Watch:  func(_ context.Context, dir string, _ ui.Theme) error { watched = dir; return nil },
		}
		done := make(chan int, 1)
		go func() {
			done <- Execute(t.Context(), p, []string{"run", path, "--runs", root, "--rebase", day}, Stdio{In: tty, Out: tty, Err: &complaints})
		}()
		for _, ask := range []struct{ says, key string }{{"q = leave", "\r"}, {"SHOP1X0926-1: LX on desk has it. Watch it instead? enter = watch, q = leave", key}} {
			read(t, master, ask.says)
			if _, err := master.WriteString(ask.key); err != nil {
				t.Fatal(err)
			}
		}
		if exit := <-done; exit != want.exit || watched != want.watched || !strings.Contains(complaints.String(), want.says) {
			t.Errorf("%q: exit %d, watched %q, %s", key, exit, watched, complaints.String())
		}
		_, _ = tty.Close(), master.Close()
	}
}
