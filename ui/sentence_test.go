package ui

import (
	"strings"
	"testing"
	"time"

	"tminus/tasks"
)

func TestSentences(t *testing.T) {
	result := func(says string) tasks.Result { return tasks.Result{Says: says} }
	until := time.Time{}.Add(15 * time.Minute)
	for _, c := range []struct {
		body tasks.Body
		want string
	}{
		{tasks.RunOpened{Run: "X-1", Change: "X", Mode: tasks.RehearsalRun}, "rehearsal of X opened as run X-1"},
		{tasks.RunOpened{Run: "X-1", Change: "X", Mode: tasks.LiveRun}, "live run of X opened as run X-1"},
		{tasks.WriterOpened{Epoch: 1, PID: 7}, "process 7 writes the journal"},
		{tasks.WriterOpened{Epoch: 2, PID: 8, From: 12, Torn: 30}, "process 8 goes on with the journal from 12; 30 bytes of a torn line set aside"},
		{tasks.ConnTaken{}, "LX took the conn"},
		{tasks.ConnTaken{From: "MY"}, "LX took the conn from MY"},
		{tasks.ConnReleased{}, "LX released the conn: read-only"},
		{tasks.TaskStarted{Task: "T4"}, "T4 started"},
		{tasks.TaskStarted{Task: "T4", From: "wait"}, "T4 goes on at wait"},
		{tasks.TaskStarted{Task: "T6", Again: true}, "T6 is verified again"},
		{tasks.Intended{Task: "T4", Step: "run-instances"}, "T4 begins run-instances"},
		{tasks.Intended{Task: "T4", Step: "run-instances", Undoes: "a"}, "T4 begins to undo run-instances"},
		{tasks.Outcome{Intent: "a", State: tasks.OutcomeOK, Result: result("13.228.4.17")}, "13.228.4.17"},
		{tasks.Outcome{Intent: "a", State: tasks.OutcomeOK, Result: tasks.Result{Made: thing("instance", "i-1")}}, "made instance i-1"},
		{tasks.Outcome{Intent: "a", State: tasks.OutcomeOK}, "a ok"},
		{tasks.Outcome{Intent: "a", State: tasks.OutcomeFailed, Error: "denied"}, "a did not happen: denied"},
		{tasks.Outcome{Intent: "a", State: tasks.OutcomeUnknown, Error: "timeout"}, "nobody knows whether a happened: timeout"},
		{tasks.Reconciled{Intent: "a", State: tasks.OutcomeFailed}, "asked the world: a did not happen"},
		{tasks.StepDone{Task: "T6", Step: "ladder", Error: "refused"}, "T6 did not pass ladder: refused"},
		{tasks.StepDone{Task: "T6", Step: "ladder", Result: tasks.Result{Verdict: tasks.Inconclusive}}, "T6 ladder: inconclusive"},
		{tasks.StepDone{Task: "T6", Step: "ladder", Result: tasks.Result{Verdict: tasks.Pass, Rows: ladder(true)}}, "T6 ladder: 6 of 6 passed"},
		{tasks.StepDone{Task: "T6", Step: "ladder"}, "T6 ladder: ok"},
		{tasks.TaskChecked{Task: "T8"}, "T8 passed its checks and waits for sign-off"},
		{tasks.TaskDone{Task: "T8", Note: "seen"}, "T8 done: seen"},
		{tasks.TaskFailed{Task: "T8", Step: "full", Reason: "500"}, "T8 failed at full: 500"},
		{tasks.TaskFailed{Task: "T8", Reason: "by hand"}, "T8 failed: by hand"},
		{tasks.TaskSkipped{Task: "T8", Reason: "later"}, "T8 skipped: later"},
		{tasks.TaskAborted{Task: "T8"}, "T8 aborted"},
		{tasks.Decided{Task: "G1", Go: true}, "G1 decided: go"},
		{tasks.Decided{Go: true, Note: "PR by phone"}, "past decide-by the run goes on: PR by phone"},
		{tasks.Decided{Task: "G1", Note: "no time"}, "G1 decided: no-go: no time"},
		{tasks.SignedOff{Task: "T8", Contact: "PR", Evidence: "mail"}, "T8 signed off for PR: mail"},
		{tasks.SignedOff{Task: "T8", Contact: "PR", How: "call", Evidence: "17:40", Head: "41:9f3c0a1b2c3d4e5f", Results: "3f9c0a1b2c3d4e5f60"}, "T8 signed off for PR (call): 17:40 · results 3f9c0a1b2c3d, journal 41:9f3c0a1b2c3d"},
		{tasks.StepDone{Task: "T8", Step: "read-only", Result: tasks.Result{Verdict: tasks.Degraded, Says: "12 of 12 checks passed, 1 degraded in 2 s"}}, "T8 read-only: 12 of 12 checks passed, 1 degraded in 2 s"},
		{tasks.StepDone{Task: "T8", Step: "read-only", Result: tasks.Result{Verdict: tasks.Degraded, Says: "slow"}}, "T8 read-only: degraded: slow"},
		{tasks.StepDone{Task: "T8", Step: "read-only", Result: tasks.Result{Verdict: tasks.Degraded, Rows: []tasks.Row{{Name: "a", Verdict: tasks.Degraded}, {Name: "b", Verdict: tasks.Pass}}}}, "T8 read-only: 1 degraded, 1 passed"},
		{tasks.Noted{Text: "hm"}, "note: hm"},
		{tasks.Noted{Task: "T4", Text: "hm"}, "T4 note: hm"},
		{tasks.RollbackStarted{Reason: "bad build", Intents: []string{"a"}}, "rolling back 1 effect: bad build"},
		{tasks.RollbackStopped{Reason: "denied"}, "the rollback stopped: denied"},
		{tasks.RollbackDone{}, "rolled back: nothing is left"},
		{tasks.RollbackDone{Left: []string{"a", "b"}}, "rolled back; left: a; b"},
		{tasks.RollbackStarted{From: "T7", Reason: "bad build", Intents: []string{"a", "b"}}, "rolling back 2 effects from T7 on: bad build"},
		{tasks.Reopened{Reason: "another image"}, "the run was reopened: another image"},
		{tasks.ConnOffered{To: "MY"}, "LX offers the conn to MY"},
		{tasks.ConnOffered{}, "LX withdrew the offer of the conn"},
		{tasks.Woke{Says: "the machine slept", Wall: 40 * time.Minute, Steady: 3 * time.Second}, "nobody has the conn any more: the machine slept (40 min by the calendar, 3 s by the steady clock)"},
		{tasks.HoldStarted{Reason: "the DBA", Until: &until}, "the plan is held: the DBA (expected to end in 15 min)"},
		{tasks.HoldStarted{Reason: "G1 was not decided by 17:15", Task: "G1"}, "the plan is held: G1 was not decided by 17:15"},
		{tasks.HoldEnded{}, "the plan goes on"},
		{tasks.HoldEnded{Note: "the DBA is here"}, "the plan goes on: the DBA is here"},
		{tasks.ByHand{Task: "T7", Note: "in the console", Facts: map[string]string{tasks.FactElasticIP: "13.228.4.17"}}, "T7 was done by hand (stated: Elastic IP 13.228.4.17): in the console"},
		{tasks.StepDone{Task: "T7", Step: tasks.StatedStep, Result: tasks.Result{Verdict: tasks.Pass}}, "T7: the world agrees with what was stated by hand"},
		{tasks.StepDone{Task: "T7", Step: tasks.StatedStep, Error: "no such address"}, "T7: what was stated by hand does not hold: no such address"},
		{tasks.StepDone{Task: "T7", Step: tasks.StatedStep, Result: tasks.Result{Verdict: tasks.Inconclusive, Says: "nothing to ask"}}, "T7: stated by hand, not verified: nothing to ask"},
		{tasks.Polled{Task: "G1", Contact: "JC", Go: true}, "G1: JC says go"},
		{tasks.Polled{Task: "G1", Contact: "JC", Note: "no"}, "G1: JC says no-go: no"},
		{tasks.Waived{Task: "T6", Step: "ladder", Reason: "as seen"}, "↷ T6 goes on without ladder, waived: as seen"},
		{tasks.Waived{Task: "T8", Contact: "PM", Reason: "nobody"}, "↷ T8 goes on without the sign-off of PM, waived: nobody"},
		{tasks.Retracted{Event: 3, Reason: "wrong"}, "took back event 3: wrong"},
		{tasks.Amended{Changes: []string{"T7.start: 17:15 → 17:30"}, Reason: "late"}, "the plan was amended (T7.start: 17:15 → 17:30): late"},
		{tasks.Released{}, "released: every task is done"},
		{tasks.Noted{Text: "\x1b[2Jgone\nnext"}, "note: ␛gone␊next"},
		{nil, "an event without a body"},
	} {
		if got := Sentence(nil, tasks.Event{By: "LX", Body: c.body}); got != c.want {
			t.Errorf("%T: %q, want %q", c.body, got, c.want)
		}
	}
}

func TestTimesInWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 ms", 31 * time.Millisecond: "31 ms", 430 * time.Millisecond: "0.4 s", 2 * time.Second: "2 s", 59 * time.Second: "59 s",
		time.Minute: "1 min", 90 * time.Second: "90 s", 12 * time.Minute: "12 min", 65 * time.Minute: "1 h 05 min", 80 * time.Hour: "3 days", -4 * time.Minute: "4 min",
	} {
		if got := about(d); got != want {
			t.Errorf("about(%v) = %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration][2]string{
		0: {"on time", "±0"}, 29 * time.Second: {"on time", "±0"}, 30 * time.Second: {"+1 min late", "+1 min"}, -2 * time.Minute: {"2 min early", "−2 min"},
		4 * time.Minute: {"+4 min late", "+4 min"}, 75 * time.Minute: {"+1 h 15 min late", "+75 min"},
	} {
		if got := lateness(d); got != want[0] {
			t.Errorf("lateness(%v) = %q, want %q", d, got, want[0])
		}
		if got := shift(d); got != want[1] {
			t.Errorf("shift(%v) = %q, want %q", d, got, want[1])
		}
	}
	for d, want := range map[time.Duration]string{12*time.Minute + 41*time.Second: "T-00:12:41", -3 * time.Second: "T+00:00:03", 26 * time.Hour: "T-26:00:00"} {
		if got := countdown(d); got != want {
			t.Errorf("countdown(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestIdentifiersAreCutInTheirMiddle(t *testing.T) {
	for n, want := range map[int]string{30: instanceID, 19: instanceID, 11: "i-0c1…47e68", 5: "i-…68", 2: "i…"} {
		if got := middle(instanceID, n); got != want {
			t.Errorf("middle(%d) = %q, want %q", n, got, want)
		}
	}
	for _, l := range wrap("the instance "+instanceID+" is gone", 16) {
		if cells(l) > 16 {
			t.Errorf("a line of %d columns: %q", cells(l), l)
		}
	}
	if got := wrap(instanceID, 11); len(got) != 1 || got[0] != "i-0c1…47e68" {
		t.Errorf("an identifier was wrapped: %q", got)
	}
	if cells(fit("日本語", 5)) != 5 {
		t.Errorf("fit: %q", fit("日本語", 5))
	}
}

func TestEveryGlyphHasAStandIn(t *testing.T) {
	marks := []mark{}
	for _, st := range []tasks.StepStatus{tasks.StepTodo, tasks.StepDoing, tasks.StepOK, tasks.StepFailed, tasks.StepUnknown, tasks.StepUndone, tasks.StepWaived, tasks.StepByHand} {
		marks = append(marks, stepMark(st))
	}
	for _, v := range []tasks.Verdict{tasks.Pass, tasks.Degraded, tasks.Fail, tasks.Inconclusive, tasks.NotTested} {
		marks = append(marks, verdictMark(v))
	}
	for _, sign := range signs() {
		marks = append(marks, mark{sign[0], sign[1], plain})
	}
	seen := map[string]string{}
	for _, m := range marks {
		if m.word == "" || cells(m.glyph) != 1 {
			t.Errorf("a state without a word or with a wide glyph: %+v", m)
		}
		if a := asciiFor(m.glyph); len(a) != 1 || a[0] > 0x7e {
			t.Errorf("%s has no stand-in: %q", m.glyph, a)
		} else if old, ok := seen[a]; ok && old != m.glyph && m.glyph != "?" && old != "?" {
			t.Errorf("%s and %s look alike in ASCII", old, m.glyph)
		}
		seen[asciiFor(m.glyph)] = m.glyph
	}
	if asciiFor("日") != "??" {
		t.Error("a wide character changes its width in ASCII")
	}
}

func TestCanvasClips(t *testing.T) {
	c := newCanvas(6, 2)
	c.put(4, 0, 10, "日本", plain) // one wide character fits
	c.put(-1, 0, 3, "x", plain)
	c.put(0, 5, 3, "x", plain)
	c.put(0, 1, 6, "日x", plain)
	c.put(1, 1, 1, "y", plain) // lands on the second half of a wide one
	if got := c.encode(newPalette(Theme{}, false), false); got != "    日\n yx" {
		t.Errorf("canvas: %q", got)
	}
	c = newCanvas(8, 1)
	c.line(0, 0, 8, row(plain.of("too long for it")).ends(plain.of("42")))
	if got := c.encode(newPalette(Theme{Mono: true}, false), false); got != "too … 42" {
		t.Errorf("line: %q", got)
	}
	if strings.Contains(c.encode(newPalette(Theme{}, false), true), "…") {
		t.Error("ASCII keeps the ellipsis")
	}
}

// TestSentencesNameStepsByTheirTitles: an id is for the journal's file, a person knows the title.
func TestSentencesNameStepsByTheirTitles(t *testing.T) {
	st := undone(t).snapshot().State
	for _, c := range []struct {
		body tasks.Body
		want string
	}{
		{tasks.Intended{Task: "T4", Step: "run-instances"}, "T4 begins “launch the instance”"},
		{tasks.Intended{Task: "T4", Step: "run-instances", Undoes: "a"}, "T4 begins to undo “launch the instance”"},
		{tasks.Outcome{Intent: "T4.run-instances.1", State: tasks.OutcomeFailed, Error: "denied"}, "“launch the instance” of T4 did not happen: denied"},
		{tasks.Outcome{Intent: "T4.run-instances.1", State: tasks.OutcomeUnknown, Error: "timeout"}, "nobody knows whether “launch the instance” of T4 happened: timeout"},
		{tasks.Reconciled{Intent: "T4.run-instances.1", State: tasks.OutcomeFailed}, "asked the world: “launch the instance” of T4 did not happen"},
		{tasks.Outcome{Intent: "undo.run-instances", State: tasks.OutcomeFailed, Error: "denied"}, "undoing “launch the instance” of T4 did not happen: denied"},
		{tasks.Outcome{Intent: "nobody's", State: tasks.OutcomeFailed}, "nobody's did not happen"},
		{tasks.StepDone{Task: "T6", Step: "ladder", Error: "refused"}, "T6 did not pass “climb the ladder to a shell”: refused"},
		{tasks.TaskFailed{Task: "T6", Step: "ladder", Reason: "refused"}, "T6 failed at “climb the ladder to a shell”: refused"},
		{tasks.TaskStarted{Task: "T4", From: "run-instances"}, "T4 goes on at “launch the instance”"},
		{tasks.TaskFailed{Task: "T6", Step: "no such step", Reason: "refused"}, "T6 failed at no such step: refused"},
	} {
		if got := Sentence(st, tasks.Event{By: "LX", Body: c.body}); got != c.want {
			t.Errorf("%T: %q, want %q", c.body, got, c.want)
		}
	}
}

// TestZoomedJournalHasEveryWord: what a pane cuts can be read in full by z.
func TestZoomedJournalHasEveryWord(t *testing.T) {
	s := undone(t).snapshot()
	p := pen{s: s, v: View{Zoom: true, Focus: Journal}, zone: s.Plan.Zone, w: 76, h: 18}
	var all strings.Builder
	for _, l := range journal(p) {
		if n := widthOf(l.spans) + widthOf(l.tail); n > p.w {
			t.Errorf("%d columns in a pane of %d: %v", n, p.w, l.spans)
		}
		for _, part := range l.spans {
			all.WriteString(part.text + " ")
		}
	}
	got := strings.Join(strings.Fields(all.String()), " ")
	for _, e := range s.State.Events {
		if want := Sentence(s.State, e); !strings.Contains(got, want) {
			t.Errorf("%q is not there", want)
		}
		for _, tr := range traces(e) {
			if !strings.Contains(got, strings.Join(strings.Fields(tr.Line), " ")) {
				t.Errorf("%q is not there", tr.Line)
			}
		}
	}
}
