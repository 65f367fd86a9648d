package ui

// key_test.go: one table, many readers: none of them may differ from it.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
)

func TestKeysAreUniqueAndTold(t *testing.T) {
	ids, names := map[string]bool{}, map[string]string{}
	for _, k := range Keys(false) {
		if ids[k.ID] {
			t.Errorf("two keys %q", k.ID)
		}
		ids[k.ID] = true
		if k.Title == "" || k.Effect == "" || k.Group == "" || k.press == nil {
			t.Errorf("%s lacks a title, an effect, a group or what it does", k.ID)
		}
		for _, name := range k.Keys {
			if by := names[name]; by != "" {
				t.Errorf("%q does both %s and %s", name, by, k.ID)
			}
			names[name] = k.ID
		}
	}
	for _, id := range footerKeys() {
		if !ids[id] {
			t.Errorf("the footer names %q, which is no key", id)
		}
	}
}

// TestDeadKeysSayWhatTheEngineSays compares, in every state of a day, each acting key's
// reason with the engine's refusal of the command it would send.
func TestDeadKeysSayWhatTheEngineSays(t *testing.T) {
	wish := map[string]func(*tasks.Snapshot, View) tasks.Command{
		"gate": gateWish, "done": attestWish, "failed": wordWish(tasks.FailTask), "skip": wordWish(tasks.SkipTask),
		"note": wordWish(tasks.AddNote), "abort": runWish(tasks.AbortRunning), "rollback": runWish(tasks.RollBack), "fault": runWish(tasks.InjectFault),
		"hold": holdWish, "takeback": takeBackWish, "waive": waiveWish, "reopen": reopenWish, "again": runWish(tasks.LookAgain),
		"ssh": startOf("T6"), "address": startOf("T7"), "smoke": startOf("T8"),
	}
	d := newDesk(t, tasks.RehearsalRun)
	checkedT8(d)
	d.happen("LX", tasks.HoldStarted{Reason: "r"}, tasks.HoldEnded{}, tasks.Noted{Text: "n"}, tasks.ConnOffered{To: "MY"}, tasks.ConnOffered{},
		tasks.Woke{Says: "s"}, tasks.ConnTaken{})
	d.happen("LX", tasks.SignedOff{Task: "T8", Contact: "PM", Evidence: "mail"}, tasks.TaskFailed{Task: "T8", Reason: "late"},
		tasks.RollbackStarted{Head: 3, Reason: "r", Intents: []string{"i1"}}, tasks.RollbackStopped{Reason: "r"}, tasks.RollbackDone{})
	for n := 1; n <= len(d.events); n++ {
		s := (&desk{plan: d.plan, events: d.events[:n]}).snapshot()
		for _, actor := range []string{"", "LX", "MY"} {
			for _, selected := range append(d.plan.Order(), "") {
				v := View{Width: 120, Height: 36, Focus: Timeline, Actor: actor, Selected: selected}
				for _, k := range Keys(false) {
					command, ok := wish[k.ID]
					if !ok {
						continue
					}
					want := ""
					if err := s.State.Allowed(s.Plan, command(s, v)); err != nil {
						want = err.Error()
					}
					if got := k.Dead(s, v); got != want {
						t.Errorf("event %d, %s, %q on %q: key says %q, engine %q", n, k.ID, actor, selected, got, want)
					}
				}
				for _, h := range Hints(s, v) {
					if h.Key == "" || h.Title == "" {
						t.Errorf("event %d: an empty hint %+v", n, h)
					}
				}
			}
		}
	}
}

func startOf(id string) func(*tasks.Snapshot, View) tasks.Command {
	return func(_ *tasks.Snapshot, v View) tasks.Command {
		return tasks.Command{Kind: tasks.StartTask, By: v.Actor, Task: id}
	}
}

func TestDeadKeyAnswersWithItsReason(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	fly(t, d, nil, func(s *seat) {
		s.keys("s")
		if !strings.Contains(s.frame(), "press c to take it first") {
			t.Errorf("no reason on the screen:\n%s", s.frame())
		}
		s.wait(toastFor)
		if s.c.view.Toast != "" || strings.Contains(s.frame(), "press c to take it first") {
			t.Error("the toast stays")
		}
		s.keys("s")
		s.wait(toastFor / 2)
		s.keys("R")
		s.wait(toastFor / 2)
		if s.c.view.Toast == "" {
			t.Error("the end of an older toast took the newer one away")
		}
		if len(d.got) != 0 {
			t.Errorf("a dead key asked for %v", d.kinds())
		}
	})
}

func TestWatcherCannotAct(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.upTo("T7")
	fly(t, d, func(o *Options) { o.Send = nil }, func(s *seat) {
		for _, k := range Keys(false) {
			if k.ID == "leave" || k.ID == "quit" {
				continue
			}
			s.keys(k.Keys...)
			if k.ID != "help" && k.ID != "slip" && s.dialog().Kind != NoDialog {
				t.Errorf("%s opened a dialog for a follower", k.ID)
			}
			s.keys("esc")
		}
		for _, k := range Keys(true) {
			if k.Acts {
				t.Errorf("a follower has the key %s", k.ID)
			}
		}
	})
}

func TestFooterPutsTheTaskInViewFirst(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.upTo("T7")
	hints := Hints(d.snapshot(), View{Focus: Timeline, Actor: "LX", Selected: "T7"})
	if len(hints) < 2 || hints[0] != (Hint{"enter", "start"}) || hints[1] != (Hint{"e", "elastic ip"}) {
		t.Errorf("%v", hints)
	}
}

func TestUnknownLetterOfALatinLayoutDoesNothing(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.upTo("T6")
	fly(t, d, nil, func(s *seat) {
		s.feed(tea.KeyPressMsg{Code: 'o', Text: "o", BaseCode: 's'}) // Dvorak
		if len(d.got) != 0 {
			t.Errorf("asked for %v", d.kinds())
		}
	})
}

func TestLeaving(t *testing.T) {
	tests := []struct {
		name    string
		running bool
		script  func(*seat)
		quit    bool
	}{
		{"q", false, func(s *seat) { s.keys("q") }, true},
		{"q while running asks", true, func(s *seat) { s.keys("q"); s.calm(); s.keys("enter") }, false},
		{"q while running, agreed", true, func(s *seat) { s.keys("q"); s.calm(); s.keys("tab", "enter") }, true},
		{"ctrl+c once", false, func(s *seat) { s.keys("ctrl+c") }, false},
		{"ctrl+c twice", true, func(s *seat) { s.keys("ctrl+c", "ctrl+c") }, true},
		{"ctrl+c, another key, ctrl+c", false, func(s *seat) { s.keys("ctrl+c", "j", "ctrl+c") }, false},
		{"ctrl+c, a while, ctrl+c", false, func(s *seat) { s.keys("ctrl+c"); s.wait(toastFor); s.keys("ctrl+c") }, false},
		{"ctrl+c twice in a field", false, func(s *seat) { s.keys("n"); s.write("ab"); s.keys("ctrl+c", "ctrl+c") }, true},
		{"q in a field is a letter", false, func(s *seat) { s.keys("n"); s.write("quit") }, false},
		{"ctrl+c twice while a dialog waits", false, func(s *seat) { s.keys("R", "ctrl+c", "ctrl+c") }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, tasks.RehearsalRun)
			d.launched()
			if tt.running {
				d.happen("LX", tasks.TaskStarted{Task: "T5", Attempt: 1})
			}
			fly(t, d, nil, func(s *seat) {
				tt.script(s)
				if s.quit != tt.quit {
					t.Errorf("quit %v, want %v", s.quit, tt.quit)
				}
				if strings.Contains(s.dialog().Fields[0].Input, "c") {
					t.Errorf("ctrl+c typed: %q", s.dialog().Fields[0].Input)
				}
			})
		})
	}
}

func TestHelpFiltersAndRuns(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.upTo("T6")
	fly(t, d, nil, func(s *seat) {
		s.keys("?")
		for _, k := range Keys(false) {
			if !strings.Contains(s.dialog().List, k.Effect) {
				t.Errorf("the help lacks %s", k.ID)
			}
		}
		s.keys("/")
		s.write("rung")
		if k, ok := s.c.markedKey(); !ok || k.ID != "ssh" || strings.Contains(s.dialog().List, "Elastic") {
			t.Errorf("filter:\n%s", s.dialog().List)
		}
		s.write("qqq")
		s.keys("enter")
		if s.dialog().Kind != Help {
			t.Error("enter on nothing closed the help")
		}
		s.keys("backspace", "backspace", "backspace", "enter")
		if d.last().Kind != tasks.StartTask || d.last().Task != "T6" {
			t.Errorf("enter asked for %+v", d.last())
		}
		s.keys("?", "end", "up", "esc")
		if s.dialog().Kind != NoDialog {
			t.Error("esc does not close the help")
		}
	})
}

func TestMovingAround(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.launched()
	fly(t, d, nil, func(s *seat) {
		step := func(key string, ok func(View) bool) {
			t.Helper()
			s.keys(key)
			if !ok(s.c.view) {
				t.Errorf("after %s: %+v", key, s.c.view)
			}
		}
		step("home", func(v View) bool { return v.Selected == "T1" })
		step("up", func(v View) bool { return v.Selected == "T1" })
		step("down", func(v View) bool { return v.Selected == "T2" })
		step("end", func(v View) bool { return v.Selected == "X2" }) // on demand, below the day
		step("up", func(v View) bool { return v.Selected == "X1" })
		step("up", func(v View) bool { return v.Selected == "T8" })
		step("enter", func(v View) bool { return v.Focus == Task })
		step("enter", func(v View) bool { return v.Zoom })
		step("tab", func(v View) bool { return v.Focus == Risks })
		step("shift+tab", func(v View) bool { return v.Focus == Task })
		step("9", func(v View) bool { return v.Focus == People })
		step("tab", func(v View) bool { return v.Focus == Preflight })
		step("tab", func(v View) bool { return v.Focus == Timeline })
		step("shift+tab", func(v View) bool { return v.Focus == Preflight })
		step("0", func(v View) bool { return v.Focus == Preflight })
		step("9", func(v View) bool { return v.Focus == People })
		step("pgup", func(v View) bool { return v.Scroll[People] == 0 })
		step("end", func(v View) bool { return v.Scroll[People] == MaxScroll(s.c.snap, v, People) })
		step("Z", func(v View) bool { return v.Zone == LocalZone })
		step("Z", func(v View) bool { return v.Zone == UTCZone })
		step("Z", func(v View) bool { return v.Zone == PlanZone })
		step("esc", func(v View) bool { return !v.Zoom && v.Focus == People })
		step("esc", func(v View) bool { return v.Focus == Timeline && v.Selected == "T8" })
		step("esc", func(v View) bool { return v.Selected == "" })
		step("ctrl+l", func(View) bool { return len(s.other) > 0 && strings.Contains(s.other[len(s.other)-1], "clearScreen") })
	})
}

// TestDocumentedKeys keeps docs/keys.md equal to the table; TMINUS_WRITE_DOCS=1 writes it.
func TestDocumentedKeys(t *testing.T) {
	file := filepath.Join("..", "docs", "keys.md")
	if os.Getenv("TMINUS_WRITE_DOCS") != "" {
		if err := os.WriteFile(file, []byte(KeysMarkdown()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	doc, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(doc) != KeysMarkdown() {
		t.Error("docs/keys.md is not what the table of keys says: TMINUS_WRITE_DOCS=1 go test ./ui -run TestDocumentedKeys")
	}
}
