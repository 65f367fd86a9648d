package ui

// unwell_test.go: what a stranger stumbled over when things went wrong: what waits, what
// failed, what nobody knows, and what to do about it, all of it told and none of it cut.

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// frameOf is a scene as text.
func frameOf(s *scene, width, height int, v View) string {
	v.Width, v.Height, v.Actor = width, height, "LX"
	return ansi.Strip(Render(s.snapshot(), v))
}

func headOf(frame string) string { return strings.Join(strings.SplitN(frame, "\n", 3)[:2], "\n") }

// flown makes a rehearsal's scene a live run.
func (s *scene) flown() *scene {
	open := s.events[0].Body.(tasks.RunOpened)
	open.Mode = tasks.LiveRun
	s.events[0].Body = open
	return s
}

func TestAnUndoingSaysWhatItWaitsFor(t *testing.T) {
	s := undoing(t)
	s.live.Progress = map[string]string{"T4": "still in use: looking again in 20 s (3 of 9)"}
	for _, v := range []View{{Focus: Task}, {Focus: Timeline}, {Focus: Task, Selected: "T4"}} {
		for _, size := range sizes() {
			if frame := frameOf(s, size[0], size[1], v); !strings.Contains(frame, "still in use") {
				t.Errorf("pane %d at %v:\n%s", v.Focus, size, frame)
			}
		}
	}
}

func TestFaultThatIsOnIsLifted(t *testing.T) {
	d := newDesk(t, tasks.RehearsalRun)
	d.launched()
	fly(t, d, nil, func(s *seat) {
		snap := d.snapshot()
		snap.Seq, snap.Faults = snap.Seq+1, []string{"eip-taken"}
		d.slot.Put(snap)
		s.settle()
		s.keys("f")
		s.calm()
		if s.dialog().OK != "break it" {
			t.Errorf("what is off is to be %q", s.dialog().OK)
		}
		s.keys("down")
		if s.dialog().OK != "lift it" {
			t.Errorf("what is on is to be %q\n%s", s.dialog().OK, s.frame())
		}
		s.keys("tab", "enter")
		if got := d.last(); got.Kind != tasks.LiftFault || got.Text != "eip-taken" {
			t.Errorf("asked for %+v", got)
		}
	})
}

func TestExpiredWithoutACommandNamesTheWayOut(t *testing.T) {
	s := gate(t).fails(reading.Expired, "the credentials have expired", time.Minute, nil, "cloud")
	for source, want := range map[string]string{
		"environment, key AKIA…0001": "they come from the environment, key AKIA…0001; export new ones, then leave (q) and go on with tminus resume",
		"~/.aws/credentials [scp]":   "they come from ~/.aws/credentials [scp]; renew them there, then leave (q)",
		"":                           "renew them where they come from, then leave (q)",
	} {
		s.live.Readings.Identity.Source = source
		if why := whyNotSignIn(s.snapshot(), View{}); !strings.Contains(why, "no command renews them: "+want) {
			t.Errorf("%q: %s", source, why)
		}
	}
	if why := whyNotSignIn(gate(t).snapshot(), View{}); why != "no sensor fails for want of a sign-in" {
		t.Error(why)
	}
}

func TestBindingCheckIsNotOfferedToBeWaived(t *testing.T) {
	s := failed(t)
	open := s.events[0].Body.(tasks.RunOpened)
	open.Actions = actions()
	open.Actions["ssh.test"][0].Binding = true
	s.events[0].Body = open
	v := View{Actor: "LX"}
	if frame := frameOf(s, 120, 36, v); strings.Contains(frame, "W waive") {
		t.Error(frame)
	}
	if why := findKey("waive").Dead(s.snapshot(), v); !strings.Contains(why, "cannot be waived") {
		t.Error(why)
	}
}

// TestAFailedTaskRunsNothingAndIsNotPassed: neither its steps nor the countdown go on.
func TestAFailedTaskRunsNothingAndIsNotPassed(t *testing.T) {
	s := opened(t)
	s.at(0)
	s.add("LX", tasks.ConnTaken{}, tasks.TaskStarted{Task: "T4", Attempt: 1},
		tasks.TaskFailed{Task: "T4", Step: "import-key-pair", Reason: "before anything was done: denied"})
	s.at(20 * time.Minute)
	for _, size := range append(sizes(), [2]int{60, 16}) {
		frame := frameOf(s, size[0], size[1], View{Focus: Task})
		if strings.Contains(frame, "· running") || strings.Contains(frame, "▶") || strings.Contains(headOf(frame), "T-") || !strings.Contains(headOf(frame), "T4 failed") || strings.Contains(headOf(frame), "±0") {
			t.Errorf("%v:\n%s", size, frame)
		}
	}
	if frame := frameOf(s, 200, 60, View{}); !strings.Contains(frame, "T4 failed since 16:00 (20 min ago)") || !strings.Contains(frame, "(+20 min late)") {
		t.Error(headOf(frame))
	}
	s.add("LX", tasks.HoldStarted{Reason: "who may?"})
	s.at(25 * time.Minute)
	if frame := frameOf(s, 120, 36, View{}); !strings.Contains(headOf(frame), "T4 failed") || !strings.Contains(headOf(frame), "L-01:35") {
		t.Error(headOf(frame))
	}
}

func TestReviewOfAnOnDemandTaskLocksNothing(t *testing.T) {
	s := onDemand(t).snapshot()
	if words := reviewWords(s, "A1"); strings.Contains(words, "locks") || !strings.Contains(words, "then the plan goes on") {
		t.Error(words)
	}
	if words := reviewWords(s, ""); !strings.Contains(words, "The forward plan locks") {
		t.Error(words)
	}
}

// TestElsewhereIsToldBeforeAnyReading, in the header and where somebody is about to type a secret.
func TestElsewhereIsToldBeforeAnyReading(t *testing.T) {
	s := opened(t).flown()
	s.live.Readings.Identity = reading.Identity{Endpoint: "http://127.0.0.1:5000/"}
	for _, size := range append(sizes(), [2]int{60, 16}) {
		if head := headOf(frameOf(s, size[0], size[1], View{})); !strings.Contains(head, "not AWS") {
			t.Error(head)
		}
	}
	var a clerk
	d := newDesk(t, tasks.LiveRun)
	d.launched()
	fly(t, d, func(o *Options) { o.Answer = a.answer }, func(seat *seat) {
		snap := d.snapshot()
		snap.Seq, snap.Readings.Identity = snap.Seq+1, s.live.Readings.Identity
		snap.Question = &tasks.Question{ID: "q1", Title: "MFA code", Detail: "to assume the role deployer"}
		d.slot.Put(snap)
		seat.settle()
		if body := seat.dialog().Body; !strings.Contains(body, "go to 127.0.0.1:5000, not to AWS") {
			t.Errorf("%q", body)
		}
		seat.keys("esc")
	})
}

func TestWhoActsIsToldThatAWSIsNotWell(t *testing.T) {
	if words := place(expired(t).snapshot()); !strings.Contains(words, "\n▲ AWS: expired for 4 min: the credentials of profile scp have expired") {
		t.Error(words)
	}
	if words := place(gate(t).snapshot()); strings.Contains(words, "▲") {
		t.Error(words)
	}
}

// TestNarrowHeaderKeepsWhatMatters: of a bad day at 80 columns no phrase is cut in its middle.
func TestNarrowHeaderKeepsWhatMatters(t *testing.T) {
	bad := func() *scene {
		s := failed(t).flown()
		s.fails(reading.Expired, "expired", time.Minute, ssoLogin, "cloud")
		s.live.Readings.Identity = reading.Identity{Stamp: reading.Stamp{At: s.now}, Account: "999988887777", Region: "ap-southeast-1", Alias: "scp-prod", Endpoint: "http://127.0.0.1:5000"}
		s.live.Faults, s.live.Trouble = []string{"expired", "slow-network"}, "journal slow: the last write took 3.1 s"
		return s
	}
	head, _, _ := strings.Cut(frameOf(bad(), 80, 24, View{}), "\n")
	for _, want := range []string{"SCP100X0219", " PROD ", "wrong account", " not AWS ", "▲ AWS: expired", "▲ 2", "● LX"} {
		if !strings.Contains(head, want) {
			t.Errorf("%q lacks %q", head, want)
		}
	}
	s := bad()
	s.add("LX", tasks.ConnReleased{})
	if head, _, _ := strings.Cut(frameOf(s, 80, 24, View{}), "\n"); !strings.HasSuffix(strings.TrimRight(head, " "), "○ c") && !strings.HasSuffix(strings.TrimRight(head, " "), "○ read-only: c") {
		t.Errorf("cut: %q", head)
	}
	s = gate(t)
	s.live.Readings.Identity.Account = "999988887777"
	if head := headOf(frameOf(s, 120, 36, View{})); !strings.Contains(head, "wrong account 9999…7777, plan 1234…9012") {
		t.Error(head)
	}
	s = gate(t)
	s.live.Faults = []string{"expired", "slow-network"}
	for width, want := range map[int]string{200: "fault expired, slow-network", 120: " 2 faults ", 60: "SCP100X0219"} {
		if head := headOf(frameOf(s, width, 36, View{})); !strings.Contains(head, want) {
			t.Errorf("%d: %s", width, head)
		}
	}
}

func TestWhatWasSeenThenIsNoTickNow(t *testing.T) {
	for _, size := range sizes() {
		frame := frameOf(expired(t), size[0], size[1], View{Focus: Instances})
		if strings.Contains(frame, "✓ running") || !strings.Contains(frame, "? running, ") || !strings.Contains(frame, "4 min ago") {
			t.Errorf("%v:\n%s", size, frame)
		}
	}
	s := opened(t)
	s.live.Readings.Cloud = reading.Cloud{Stamp: reading.Stamp{At: s.now.Add(-4 * time.Minute), Every: 15 * time.Second}}
	s.fails(reading.Unreachable, "no answer from ec2.ap-southeast-1.amazonaws.com within 20 s: look at the network, then r looks again at once, over new connections", time.Minute, nil, "cloud")
	frame := frameOf(s, 120, 36, View{Focus: Instances})
	if strings.Contains(frame, "none yet") || !strings.Contains(frame, "? not known") || !strings.Contains(frame, "connections") {
		t.Error(frame)
	}
}

func TestPreflightTellsWhatFailedFirst(t *testing.T) {
	frame := frameOf(checked(t, true), 80, 24, View{Focus: Preflight})
	var at []int
	for _, part := range []string{"✗ image · architecture", "? quota · vCPUs", "account ✓ 2 of 2 passed", "image ✓ 2 of 3 passed"} {
		at = append(at, strings.Index(frame, part))
	}
	if at[0] < 0 || !slices.IsSorted(at) || strings.Contains(frame, "✓ shared with us") {
		t.Errorf("%v\n%s", at, frame)
	}
	s := checked(t, true)
	s.live.Readings.Preflight.Items[3].Says = strings.Repeat("arm64, and t2.micro is x86_64 ", 3)
	if frame := frameOf(s, 120, 36, View{Focus: Preflight, Zoom: true}); strings.Contains(frame, "x86_64 arm64, and t2.micro is x86_64  aws") {
		t.Errorf("the call takes the sentence's place:\n%s", frame)
	}
	s.live.Readings.Preflight.Items[3].Verdict = "not of this build"
	if frame := frameOf(s, 80, 24, View{Focus: Preflight}); !strings.Contains(frame, "image · architecture") {
		t.Errorf("an unknown verdict hides its item:\n%s", frame)
	}
}

func TestSeriesCanBeToldApartInASmallPane(t *testing.T) {
	frame := frameOf(gate(t), 120, 36, View{})
	for _, name := range []string{"net in ", "net out ", "status "} {
		if !strings.Contains(frame, "│ "+name) {
			t.Errorf("no %q:\n%s", name, frame)
		}
	}
}

// TestTrialSaysThatItCosts beside the primary, and its sheet marks effects as the dialog does.
func TestTrialSaysThatItCosts(t *testing.T) {
	s := onDemand(t)
	a1 := &s.plan.OnDemand[0]
	if words := besideWords(a1); !strings.Contains(words, "beside the primary") || !strings.Contains(words, "costs until R on A1") {
		t.Error(words)
	}
	if words := besideWords(&plan.Task{ID: "T4", Action: "ec2.launch"}); words != "" {
		t.Error(words)
	}
	if frame := frameOf(opened(t), 120, 36, View{Focus: Task}); !strings.Contains(frame, "● launch the instance") || !strings.Contains(frame, "○ wait for running") {
		t.Error(frame)
	}
}
