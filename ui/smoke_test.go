package ui

// smoke_test.go: the Smoke pane at three sizes on every kind of day, and what five seconds
// must answer: did they pass, what failed, why, what to do next.

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/exp/golden"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

func TestGoldenSmoke(t *testing.T) {
	for name, s := range smokeDays(t) {
		for _, size := range sizes() {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				golden.RequireEqual(t, frameOf(s, size[0], size[1], View{Focus: Smoke, Zoom: true})+"\n")
			})
		}
		t.Run(name+"-small", func(t *testing.T) {
			golden.RequireEqual(t, frameOf(s, 80, 24, View{Focus: Smoke})+"\n")
		})
		t.Run(name+"-beside", func(t *testing.T) { // the pane alone, as it stands beside the others
			frame := strings.Split(frameOf(s, 120, 36, View{Focus: Smoke}), "\n")
			var pane []string
			for _, l := range frame[2:21] {
				pane = append(pane, string([]rune(l)[min(60, len([]rune(l))):]))
			}
			golden.RequireEqual(t, strings.Join(pane, "\n")+"\n")
		})
	}
}

func TestGoldenSmokeTask(t *testing.T) {
	for _, name := range []string{"wrong-build", "other-results"} {
		s := smokeDays(t)[name]
		for _, size := range sizes() {
			for _, pane := range []Pane{Task, People} {
				t.Run(fmt.Sprintf("%s-%s-%dx%d", name, paneNames()[pane], size[0], size[1]), func(t *testing.T) {
					golden.RequireEqual(t, frameOf(s, size[0], size[1], View{Focus: pane, Zoom: true, Selected: "T8"})+"\n")
				})
			}
		}
	}
}

func TestSmokeFitsEverySize(t *testing.T) {
	for name, s := range smokeDays(t) {
		snap := s.snapshot()
		for h := minHeight; h <= 70; h += 3 {
			for w := minWidth + h%7; w <= 220; w += 11 {
				v := View{Width: w, Height: h, Focus: Smoke, Zoom: w%2 == 0, Actor: "LX", Watch: h%2 == 0}
				checkFrame(t, Render(snap, v), v, name)
			}
		}
		ascii := Render(snap, View{Width: 120, Height: 60, Focus: Smoke, Zoom: true, Theme: Theme{ASCII: true}})
		if at := strings.IndexFunc(ascii, func(r rune) bool { return r > 0x7e }); at >= 0 {
			t.Errorf("%s: ASCII has %q", name, ascii[at:at+8])
		}
	}
}

// smokeFrame has all of a pane's text, whatever it is wrapped to.
func smokeFrame(s *scene, width, height int, v View) string {
	v.Focus = Smoke
	text := strings.NewReplacer("│", " ", "\n", " ").Replace(frameOf(s, width, height, v))
	return strings.Join(strings.Fields(text), " ")
}

// holds looks for each of the texts.
func holds(t *testing.T, what, frame string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(frame, want) {
			t.Errorf("%s lacks %q:\n%s", what, want, frame)
		}
	}
}

func TestFiveSecondsTellWhatFailedAndWhatToDo(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {200, 60}} {
		frame := smokeFrame(wrongBuild(t), size[0], size[1], View{})
		holds(t, fmt.Sprint(size), frame, "T8 ✗ failed", "→ t runs again what failed", "✗ read-only · FAIL", "health names the build and the instance fail",
			`expected "1.0.0"`, `actual "0.9.9"`, `check build.hurl:4:1 · jsonpath "$.build"`, "it fails there as well: the application", "functional · not tested")
		if strings.Contains(frame, "✓ the home page shows") {
			t.Errorf("%v: a passed check takes the room of those that failed", size)
		}
	}
	all := smokeFrame(wrongBuild(t), 200, 60, View{Zoom: true})
	holds(t, "zoomed", all, "✓ the home page shows the application 200", "200 · 3rd try, after HTTP 200: got 503", "△ the home page is quick degraded: duration < 500: got 812 ms",
		"sha256 3f9c0a1b2c3d", "body bodies/173011-3f9c0a1b2c3d.txt in the run folder", "↷ a broken static file is told skipped, as its file says", "Whose trouble? asked from the host itself ✗ it fails there")
}

func TestWhatDoesNotFitComesAfterTheFailures(t *testing.T) {
	s := testing8(t)
	s.stageDone("read-only", tasks.Pass, s.stageRows("read-only"))
	rows := s.stageRows("functional")
	broken(rows, "logout ends it", "HTTP 302", "302", "500", "POST http://13.228.4.17/logout/", 500, "")
	s.stageDone("functional", tasks.Fail, rows)
	short := frameOf(s, 80, 24, View{Focus: Smoke, Zoom: true})
	holds(t, "zoomed and short", short, "functional · FAIL", "logout ends it  fail")
	tall := frameOf(s, 200, 60, View{Focus: Smoke, Zoom: true})
	if strings.Index(tall, "read-only ·") > strings.Index(tall, "functional ·") {
		t.Error("where everything fits, the stages stand in their order")
	}
}

func TestKeptChecksSayWhenTheyRan(t *testing.T) {
	frame := smokeFrame(mended(t), 120, 60, View{Zoom: true})
	if n := strings.Count(frame, "kept, 17:30"); n != 3 {
		t.Errorf("%d checks say that they were kept, want 3:\n%s", n, frame)
	}
	holds(t, "while they are asked again", smokeFrame(again(t), 120, 60, View{Zoom: true}), "▶ read-only · running · 3 passed", "… 1 of 6: health names",
		"○ health names the build and the instance the try before: fail")
}

func TestAFollowerIsOfferedNoKeys(t *testing.T) {
	for name, s := range smokeDays(t) {
		if frame := smokeFrame(s, 120, 36, View{Zoom: true, Watch: true}); strings.Contains(frame, "→ t ") || strings.Contains(frame, "→ g ") {
			t.Errorf("%s: %s", name, frame)
		}
	}
}

func TestTestsWithoutATaskAndATaskWithoutTests(t *testing.T) {
	s := gate(t)
	s.plan.Smoke = nil
	for i := range s.plan.Tasks {
		if s.plan.Tasks[i].ID == "T8" {
			s.plan.Tasks[i].Action = ""
		}
	}
	holds(t, "none", smokeFrame(s, 80, 24, View{}), "the plan has no smoke tests", "probe ? nothing asked yet")
	s.plan.Smoke = ofChecks()
	holds(t, "no task", smokeFrame(s, 80, 24, View{}), "no task of the plan runs these tests", "○ health GET /healthz")
}

// TestAFailureWithoutEvidenceIsToldToo: of a long result the engine keeps the exchanges of what failed only, and of what was cut none.
func TestAFailureWithoutEvidenceIsToldToo(t *testing.T) {
	s := testing8(t)
	s.stageDone("read-only", tasks.Fail, []tasks.Row{{Name: "home", Verdict: tasks.Pass}, {Name: "and 12 more", Verdict: tasks.Fail, Says: "cut"},
		{Name: "maybe", Verdict: tasks.Inconclusive, Says: "nobody knows"}})
	holds(t, "no evidence", smokeFrame(s, 120, 36, View{Zoom: true}), "and 12 more fail", "cut", "? maybe inconclusive: nobody knows", "1 failed, 1 inconclusive, 1 passed")
}

func TestTheBudgetTurnsAmberBeforeItIsSpent(t *testing.T) {
	s := running(t)
	snap := s.snapshot()
	b := bench{pen: pen{s: snap, v: View{}, w: 100, h: 30, zone: snap.Plan.Zone}, t: smokeTask(snap.Plan), ts: snap.State.Tasks["T8"]}
	doing := b.stages()[1]
	if got := b.clocked(doing)[0]; got.ink != muted || got.text != "3 s of 5 min" {
		t.Errorf("at 10×, 30 s of run time are %q", got.text)
	}
	doing.Budget.Duration = 3500 * time.Millisecond
	if got := b.clocked(doing)[0]; got.ink != warn {
		t.Errorf("%q is not amber", got.text)
	}
}

// poisonSmoke is a day whose tests, answers and acceptances are attacks.
func poisonSmoke(t *testing.T, ended bool) *tasks.Snapshot {
	s := testing8(t)
	x := tasks.Exchange{Group: hostile + " + " + hostile, At: hostile, Line: hostile, Request: hostile, Expected: hostile, Actual: hostile, Excerpt: hostile,
		Status: -1, Bytes: -1, Digest: hostile, Tries: 3, Target: hostile, Ran: s.now.Add(-time.Hour), Kept: hostile}
	rows := []tasks.Row{{Name: fromHost, Verdict: tasks.Fail, Says: hostile}}
	for _, v := range []tasks.Verdict{tasks.Pass, tasks.Degraded, tasks.Fail, tasks.Inconclusive, tasks.NotTested, hostile} {
		rows = append(rows, tasks.Row{Name: hostile, Says: hostile, Verdict: v, Exchange: &x}, tasks.Row{Name: hostile, Says: hostile, Verdict: v})
	}
	s.plan.Smoke = []plan.Stage{{Name: "read-only", Files: []string{hostile}}, {Name: hostile, Files: []string{hostile}, Checks: []plan.Check{{Name: hostile, Method: hostile, Path: hostile}}}}
	s.live.Rows, s.live.Progress = map[string][]tasks.Row{"T8": rows}, map[string]string{"T8": hostile}
	if ended {
		s.add(hostile, tasks.StepDone{Task: "T8", Step: "read-only", Error: hostile, Result: tasks.Result{Verdict: tasks.Fail, Says: hostile, Rows: rows}},
			tasks.TaskFailed{Task: "T8", Step: "read-only", Reason: hostile}, tasks.TaskChecked{Task: "T8"},
			tasks.SignedOff{Task: "T8", Contact: hostile, How: hostile, Evidence: hostile, Head: hostile, Results: hostile})
	}
	s.live.Readings.Probe = reading.Probe{}.With(hostile, time.Second, time.Second, reading.Beat{At: s.now, OK: !ended, Says: hostile, Build: hostile, Instance: hostile})
	return s.snapshot()
}

func TestHostileTestsStayText(t *testing.T) {
	for _, ended := range []bool{false, true} {
		s := poisonSmoke(t, ended)
		for _, pane := range []Pane{Smoke, Task, People, Journal} {
			for _, size := range append(sizes(), [2]int{60, 16}) {
				for _, zoom := range []bool{false, true} {
					v := View{Width: size[0], Height: size[1], Focus: pane, Zoom: zoom, Selected: "T8"}
					frame := Render(s, v)
					checkFrame(t, frame, v, "hostile tests")
					for _, r := range sgrOnly.ReplaceAllString(frame, "") {
						if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
							t.Fatalf("pane %d: %U reached the screen", pane, r)
						}
					}
				}
			}
		}
	}
}

func TestDegradedIsAmberAndAWordEverywhere(t *testing.T) {
	s := degradedDay(t)
	s.sign("PM", "e-mail", "mail of 17:40")
	s.sign("PR", "call", "17:41")
	s.add("LX", tasks.TaskDone{Task: "T8"})
	for _, v := range []View{{Focus: Timeline, Zoom: true}, {Focus: Task, Selected: "T8", Zoom: true}, {Focus: Smoke, Zoom: true}, {Focus: Journal, Zoom: true}} {
		if frame := frameOf(s, 120, 36, v); !strings.Contains(frame, "degraded") {
			t.Errorf("pane %d:\n%s", v.Focus, frame)
		}
	}
	if frame := frameOf(s, 120, 36, View{Focus: Timeline, Zoom: true}); !strings.Contains(frame, "T8    ✓ done") || !strings.Contains(frame, "△ degraded") {
		t.Errorf("done stays done, with an amber word beside it:\n%s", frame)
	}
	for _, sp := range rung(tasks.Row{Name: "home", Verdict: tasks.Degraded, Says: "slow"}, "", 6, 0)[0].spans {
		if sp.ink == good || sp.ink == alarm {
			t.Errorf("%q is neither amber nor plain", sp.text)
		}
	}
}

func TestOtherEndsOfAStage(t *testing.T) {
	for name, tt := range map[string]struct {
		day   func(*scene)
		wants []string
	}{
		"aborted": {func(s *scene) { s.add("LX", tasks.TaskAborted{Task: "T8", Reason: "the vendor is on the phone"}) },
			[]string{"T8 ■ aborted", "◌ read-only · not tested", "the vendor is on the phone", "→ t goes on where it was broken off"}},
		"held": {func(s *scene) {
			s.stageDone("read-only", tasks.Fail, s.stageRows("read-only"))
			s.add("LX", tasks.HoldStarted{Reason: "the DBA"})
		}, []string{"→ the plan is held: H resumes it, then t runs the tests"}},
		"nothing to test": {func(s *scene) {
			s.add("tminus", tasks.StepDone{Task: "T8", Step: "read-only", Error: "not tested: no checks", Result: tasks.Result{Says: "not tested: no checks"}},
				tasks.TaskFailed{Task: "T8", Step: "read-only", Reason: "not tested: no checks"})
		}, []string{"◌ read-only · not tested", "not tested: no checks"}},
		"waived": {func(s *scene) {
			s.stageDone("read-only", tasks.Fail, s.stageRows("read-only"))
			s.add("LX", tasks.Waived{Task: "T8", Step: "read-only", Reason: "JC agrees"})
		}, []string{"↷ read-only · waived", "→ t goes on without what was waived"}},
		"waived and signed": {func(s *scene) {
			rows := s.stageRows("read-only")
			breakBuild(rows)
			s.stageDone("read-only", tasks.Fail, rows)
			s.add("LX", tasks.Waived{Task: "T8", Step: "read-only", Reason: "JC agrees"}, tasks.TaskChecked{Task: "T8"})
		}, []string{"↷ read-only · waived", "1 failed, 11 passed", "Waived ↷ ", "JC agrees"}},
		"a page that is no JSON": {func(s *scene) {
			probed(s, nil)
			beats := s.live.Readings.Probe.Beats
			beats[len(beats)-1].Build = ""
		}, []string{"120 of 120 in 10 min · the planned build and instance"}},
	} {
		s := testing8(t)
		tt.day(s)
		holds(t, name, smokeFrame(s, 120, 60, View{Zoom: true}), tt.wants...)
		if name == "waived and signed" {
			snap := s.snapshot()
			holds(t, "what is signed", signingWords(snap, "T8"), "↷ read-only: waived, 1 failed, 11 passed", "○ functional: to do")
		}
	}
}
