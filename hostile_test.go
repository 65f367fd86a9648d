package main

// hostile_test.go: text from elsewhere that wants to be more than text. Whatever
// stands in a plan, a journal, a reading, a name of a file or a paste, the terminal
// is sent only what the cockpit itself has to say to it.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/reading"
	"tminus/tasks/run"
	"tminus/ui"
)

// flown is a run that has seen every kind of news: rolled back, from the deepest point there is.
func flown(t *testing.T) *run.Run {
	t.Helper()
	root := t.TempDir()
	inProcess(t, "rehearse", "--auto", "--speed", "3600", "--fault", "smoke-fails", "--rollback-on-failure", "--runs", root).want(t, 4, "rolled back")
	r, err := run.Load(onlyRun(t, root))
	if err != nil {
		t.Fatal(err)
	}
	at := r.Events[len(r.Events)-1]
	for _, body := range []tasks.Body{tasks.Noted{Task: "T4", Text: "a"}, tasks.SignedOff{Task: "T8", Contact: "PM", Evidence: "a"}, tasks.TaskSkipped{Task: "T8", Reason: "a"},
		tasks.TaskAborted{Task: "T7", Reason: "a"}, tasks.Reconciled{Intent: "a", State: tasks.OutcomeUnknown, Error: "a"}, tasks.RollbackStopped{Reason: "a"},
		tasks.ConnTaken{From: "a"}, tasks.TaskFailed{Task: "T6", Step: "ladder", Reason: "a"}, tasks.RollbackDone{Left: []string{"a"}}} {
		at.Seq++
		at.Body = body
		r.Events = append(r.Events, at)
	}
	return r
}

// live is what a run's folder shows beside its journal, with a word in every place.
func live(r *run.Run) tasks.Live {
	now := run.LastTime(r)
	at := reading.Stamp{At: now, Every: time.Minute}
	return tasks.Live{Now: now, Wall: now, Speed: 10, Trouble: "a", Faults: []string{"a"}, Progress: map[string]string{"T7": "a", "T4": "a"}, Readings: reading.Readings{
		Identity: reading.Identity{Stamp: at},
		Cloud: reading.Cloud{Stamp: at, Addresses: make([]reading.Address, 2),
			Instances: []reading.Instance{{Role: "primary", Ours: true, Groups: []string{"a"}, Volumes: make([]reading.Volume, 1)}, {}}},
		Metrics:  reading.Metrics{Stamp: at, Series: []reading.Series{{Period: time.Minute, Points: []reading.Point{{At: now, Value: 1}}}, {}}},
		Host:     reading.Host{Stamp: at, Cores: []float64{0.5}, Users: []string{"a"}, Disks: []reading.Disk{{Used: 1, Total: 2}}, Processes: make([]reading.Process, 3)},
		Failures: map[string]reading.Failure{"cloud": {Kind: reading.Failed, Says: "a"}, "metrics": {Kind: reading.Failed, Says: "a"}, "host": {Kind: reading.Failed, Says: "a"}, "identity": {Kind: reading.Failed, Says: "a"}},
	}}
}

// TestHostileWorldStaysText draws a run in which everything anybody ever said is an
// attack, pane after pane, through the real program, and types and pastes attacks too.
func TestHostileWorldStaysText(t *testing.T) {
	t.Parallel()
	r := flown(t)
	shown := live(r)
	var screen strings.Builder
	const frame, quiet = 60 * time.Millisecond, 420 * time.Millisecond // it takes to draw one; until a dialog takes keys
	const esc = "\x1b[27u"                                             // as terminals with the newer keyboard protocol send it: no sequence can follow from it
	synctest.Test(t, func(t *testing.T) {
		slot := tasks.NewSlot()
		all := attacks()
		var attack string
		c := ui.NewCockpit(ui.Options{Slot: slot, Actor: "LX", Bell: true, Notice: "\x1b]52;c;?\a", Faults: []string{"\x1b[3J"},
			Send: func(tasks.Command) error { return fmt.Errorf("refused: %s", attack) }})
		in, keyboard := io.Pipe()
		p := tea.NewProgram(c, tea.WithInput(in), tea.WithOutput(&screen), tea.WithWindowSize(120, 36), tea.WithFPS(20), tea.WithoutSignalHandler(),
			tea.WithEnvironment([]string{"TERM=xterm-ghostty", "COLORTERM=truecolor", "CLICOLOR_FORCE=1", "TTY_FORCE=1"}))
		ended := make(chan error, 1)
		go func() { _, err := p.Run(); ended <- err }()
		press := func(pause time.Duration, keys ...string) {
			for _, key := range keys {
				if _, err := io.WriteString(keyboard, key); err != nil {
					t.Error(err)
				}
				time.Sleep(pause)
			}
		}
		for n := 0; n*8 < len(all); n++ {
			some := all[n*8 : min(n*8+8, len(all))]
			attack = strings.Join(some, " ")
			// Bubble Tea would wait for a missing end for ever; terminals take escapes out of a paste.
			paste := "\x1b[200~" + strings.Join(slices.DeleteFunc(slices.Clone(some), func(s string) bool { return strings.HasSuffix(s, "no end") }), " ") + "\x1b[201~"
			slot.Put(attacked(t, r, shown, all, n))
			press(frame, "1", "2", "3", "4", "5", "6", "7", "8", "9", "z", "z")
			press(quiet, "?", esc, "R", esc, "c", esc, "\r", esc, "g", esc, "n", paste, "\r", esc)
		}
		press(frame, "\x03", "\x03")
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(time.Minute):
			t.Error("it does not leave")
			p.Kill()
			<-ended
		}
		keyboard.Close()
		c.Close()
		time.Sleep(20 * time.Second) // past the toasts
	})
	if drawn := strings.Count(screen.String(), "Business owner"); drawn < len(attacks())/8 {
		t.Errorf("People was drawn %d times for %d attacks", drawn, len(attacks()))
	}
	onlyText(t, "the screen", []byte(screen.String()), obeyed(), "\r\n\b\a")
}

// attacked is the run as a screen would see it, had everybody who speaks in it said one of
// the texts: another one and at another moment for each n, with LX at the conn every other time.
func attacked(t *testing.T, r *run.Run, shown tasks.Live, texts []string, n int) *tasks.Snapshot {
	said, keep := n*8, links()
	word := func() string { said++; return texts[said%len(texts)] }
	if n%2 == 0 {
		keep = append(keep, "By")
	}
	p := r.Plan.Rebase(0)
	poison(reflect.ValueOf(p), word, keep...)
	events := slices.Clone(r.Events[:3+n*23%(len(r.Events)-3)])
	for i, e := range events {
		events[i] = copied(t, e)
		events[i].By = "LX"
		poison(reflect.ValueOf(&events[i]), word, keep...)
	}
	data, err := json.Marshal(shown)
	if err == nil {
		shown = tasks.Live{}
		err = json.Unmarshal(data, &shown)
	}
	if err != nil {
		t.Error(err)
	}
	poison(reflect.ValueOf(&shown), word, keep...)
	shown.Readings.Cloud.Instances[0].Role = "primary"
	shown.Seq = uint64(n + 1) // newer than the one before: a screen shows no older one
	return tasks.NewSnapshot(p, tasks.Fold(p, events), shown)
}

// TestHostileFolderStaysText follows a run whose folder an attacker has written: every
// string of its journal and of its live.json, once with and once without a sound story.
func TestHostileFolderStaysText(t *testing.T) {
	t.Parallel()
	r := flown(t)
	for name, keep := range map[string][]string{"a story": links(), "no story": {"Mode", "Plan", "Run", "Rebase"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := filepath.Join(t.TempDir(), "runs")
			written(t, root, r, keep)
			for _, args := range [][]string{{"watch", "--runs", root}, {"verify", "SCP100X0219-1", "--runs", root}, {"resume", "--auto", "--runs", root}} {
				e := finish(t, tminus(t, args...))
				onlyText(t, "stdout of "+args[0], []byte(e.out), nil, "\n")
				onlyText(t, "stderr of "+args[0], []byte(e.err), nil, "\n")
				if args[0] == "watch" && strings.Count(e.out, "\n") < len(r.Events) {
					t.Errorf("%d events watched, of %d; exit %d: %s", strings.Count(e.out, "\n"), len(r.Events), e.code, e.err)
				}
			}
			s := newScreen(t, 120, 36, tminus(t, "watch", "--runs", root))
			s.sees("Timeline")
			for _, pane := range []string{"8 Journal", "4 Instances", "9 People"} {
				s.press(pane[:1])
				s.sees(pane)
			}
			s.press("q")
			s.ends(0)
			onlyText(t, "the terminal", s.wrote(), obeyed(), "\r\n\b\a\t")
		})
	}
}

// written makes the folder of a run whose journal and live.json are full of attacks; the journal itself holds printable ASCII only.
func written(t *testing.T, root string, r *run.Run, keep []string) {
	t.Helper()
	said, all := 0, attacks()
	word := func() string { said++; return all[said%len(all)] }
	src, err := os.ReadFile(filepath.Join(r.Dir, "plan.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	dir, err := run.Create(root, r.Plan.Change, src, nil, func(string) tasks.Event {
		first := copied(t, r.Events[0])
		poison(reflect.ValueOf(&first), word, append(keep, "Plan", "Run")...)
		return first
	})
	if err != nil {
		t.Fatal(err)
	}
	j, _, _, err := journal.Open(dir, journal.Options{Holder: "an attacker \x1b[3J"})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Events[1:] {
		e = copied(t, e)
		poison(reflect.ValueOf(&e), word, keep...)
		payload, err := tasks.Encode(e)
		if err == nil {
			_, err = j.Append(payload)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	shown := live(r)
	poison(reflect.ValueOf(&shown), word, keep...)
	shown.Trouble, shown.Seq, shown.Wall = "stuck \x1b]52;c;?\a\n\x1b[3J", uint64(len(r.Events)), time.Now()
	if err := errors.Join(j.Close(), run.WriteLive(dir, shown)); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(filepath.Join(dir, "journal.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if at := bytes.IndexFunc(kept, func(r rune) bool { return r != '\n' && (r < ' ' || r > '~') }); at >= 0 {
		t.Errorf("the journal holds %q", kept[at])
	}
}

// copied is an event through the journal's form and back: nothing of the original can be changed by it.
func copied(t *testing.T, e tasks.Event) tasks.Event {
	payload, err := tasks.Encode(e)
	if err == nil {
		e, err = tasks.Decode(e.Seq, payload)
	}
	if err != nil {
		t.Error(err)
	}
	return e
}
