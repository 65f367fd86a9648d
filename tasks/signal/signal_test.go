package signal_test

// signal_test.go: conditions judged, and what they come to with what is known.

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tminus/tasks/signal"
)

func compile(text string, after time.Duration) (*signal.Signal, error) {
	ids := []string{"T1", "T4", "G1", "T-5"}
	return signal.Compile(text, after, func(id string) bool { return slices.Contains(ids, id) }, func() []string { return ids })
}

func mustCompile(t interface{ Fatalf(string, ...any) }, text string) *signal.Signal {
	s, err := compile(text, 0)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return s
}

func TestTruth(t *testing.T) {
	known := signal.Values{"cpu.percent": 95.0, "instance.state": "stopped", "address.allocated": true, "address.associated": false, "task.T4": "failed", "task.T-5": "done"}
	for text, want := range map[string]signal.Truth{
		"cpu.percent > 90":                                   signal.True,
		"cpu.percent <= 90":                                  signal.False,
		"memory.percent > 90":                                signal.Unknown,
		"cpu.percent > 90 or memory.percent > 90":            signal.True,
		"memory.percent > 90 || cpu.percent > 90":            signal.True,
		"cpu.percent > 90 and memory.percent > 90":           signal.Unknown,
		"cpu.percent > 99 and memory.percent > 90":           signal.False,
		"cpu.percent > 99 or memory.percent > 90":            signal.Unknown,
		"not (memory.percent > 90)":                          signal.Unknown,
		"not (cpu.percent > 99 && memory.percent > 90)":      signal.True,
		"!(cpu.percent > 90)":                                signal.False,
		"cpu.percent + memory.percent > 90":                  signal.Unknown,
		"address.allocated and not address.associated":       signal.True,
		"address.associated == false":                        signal.True,
		`instance.state != "running"`:                        signal.True,
		`instance.state in ["stopped", "terminated"]`:        signal.True,
		`instance.state not in ["stopped", "terminated"]`:    signal.False,
		`standby.state not in ["stopped"]`:                   signal.Unknown,
		`task.T4 == "failed" and task["T-5"] == "done"`:      signal.True,
		`task.T1 == "done"`:                                  signal.Unknown,
		"address.allocated == address.associated":            signal.False,
		"address.allocated != (memory.percent > 90)":         signal.Unknown,
		"-cpu.percent < - 3 * 2 - 1":                         signal.True,
		"true":                                               signal.True,
		"(cpu.percent - 90) * 2 == 10":                       signal.True,
		"cpu.percent > 90 or (false and memory.percent > 1)": signal.True,
	} {
		if got := mustCompile(t, text).Truth(known); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	if got := mustCompile(t, "cpu.percent > 90").Truth(signal.Values{"cpu.percent": "a lot"}); got != signal.Unknown {
		t.Errorf("a value of another type is %s", got)
	}
}

func TestMistakes(t *testing.T) {
	for text, want := range map[string]struct {
		at      int
		message string
	}{
		"cpu.percnt > 90":                       {0, `there is no reading "cpu.percnt"`},
		"memory.percent > 9 or cpu > 90":        {22, `there is no reading "cpu"`},
		"cpu.percent.x > 90":                    {0, `there is no reading "cpu.percent.x"`},
		`task.T9 == "done"`:                     {0, `the plan has no task "T9"`},
		`task["T9"] == "done"`:                  {0, `the plan has no task "T9"`},
		`task == "done"`:                        {0, `there is no reading "task"`},
		`task.T4 == "broken"`:                   {11, `task.T4 is never "broken"`},
		`"runing" != instance.state`:            {0, `instance.state is never "runing"`},
		`instance.state in ["running", "gone"]`: {30, `instance.state is never "gone"`},
		`cpu.percent > "90"`:                    {12, "a number is compared with a text"},
		`instance.state > "ok"`:                 {0, "this is a text, and a number is needed"},
		"cpu.percent":                           {0, "this is a number, and a yes or no is needed"},
		"cpu.percent and true":                  {0, "this is a number, and a yes or no is needed"},
		"cpu.percent > ":                        {14, "the condition ends in the middle"},
		"cpu.percent = 90":                      {12, `a condition has no '='`},
		"":                                      {0, "the condition ends in the middle"},
		"not cpu.percent > 90":                  {4, "this is a number, and a yes or no is needed"},
		"1 + not true > 90":                     {4, "not stands where a number belongs"},
		"50 < cpu.percent < 90":                 {17, "a comparison is compared again"},
		"cpu.percent > 90 memory.percent > 90":  {17, `nothing joins "memory.percent" to what stands before it`},
		"(cpu.percent > 90":                     {17, "the bracket at character 1 is not closed"},
		"cpu.percent > 90)":                     {16, `nothing joins ")" to what stands before it`},
		"cpu.percent > 1.2.3":                   {14, `"1.2.3" is no number`},
		"cpu.percent > 90%":                     {16, `a condition has no '%'`},
		"cpu.percent > 90x":                     {14, `"90x" is no number`},
		"cpu.percent > 90.":                     {14, `"90." is no number`},
		`instance.state == "running`:            {18, "a text begins and does not end"},
		`instance.state == "run\\ning"`:         {18, "a text holds a \\"},
		`instance.state in "running"`:           {18, "in has no list behind it"},
		`instance.state in [1]`:                 {19, "a list holds something else than texts"},
		`instance.state in ["running"`:          {28, "the list is not closed"},
		`cpu.percent in ["running"]`:            {0, "this is a number, and a text is needed"},
		"len(instance.state) > 3":               {3, "a condition calls nothing"},
		"all(1..1000000, true)":                 {4, `"1..1000000" is no number`},
		"cpu.percent / 2 > 1":                   {12, `a condition has no '/'`},
		"cpu.percent ** 9 > 1":                  {13, "* stands where a value belongs"},
		`instance.state matches "(a+)+"`:        {15, `nothing joins "matches" to what stands before it`},
		"cpu.percent > 90 ? true : false":       {17, `a condition has no '?'`},
		"nil == cpu.percent":                    {0, `there is no reading "nil"`},
		"é > 1":                                 {0, `a condition has no 'é'`},
		strings.Repeat("(", 501):                {0, "the condition is 501 bytes long"},
	} {
		_, err := compile(text, 0)
		var wrong *signal.Mistake
		if !errors.As(err, &wrong) {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if wrong.At != want.at || !strings.HasPrefix(wrong.Message, want.message) || wrong.Expected == "" {
			t.Errorf("%s\n at %d: %s (%s)\nwant %d: %s", text, wrong.At, wrong.Message, wrong.Expected, want.at, want.message)
		}
	}
}

// TestNotKnownIsNeverBelieved: whatever stands in the place of what is not known, a
// condition that is true stays true, and one that is false stays false.
func TestNotKnownIsNeverBelieved(t *testing.T) {
	decided := 0
	rapid.Check(t, func(t *rapid.T) {
		names := []string{"cpu.percent", "memory.percent", "disk.percent", "swap.percent"}
		var text func(deep int) string
		text = func(deep int) string {
			switch n := rapid.IntRange(0, 4).Draw(t, "form"); {
			case n == 0 && deep > 0:
				return "(" + text(deep-1) + " and " + text(deep-1) + ")"
			case n == 1 && deep > 0:
				return "(" + text(deep-1) + " or " + text(deep-1) + ")"
			case n == 2 && deep > 0:
				return "not (" + text(deep-1) + ")"
			}
			return rapid.SampledFrom(names).Draw(t, "name") + rapid.SampledFrom([]string{" > ", " <= ", " == "}).Draw(t, "is") + "50"
		}
		s := mustCompile(t, text(4))
		known, full := signal.Values{}, signal.Values{}
		for _, name := range names {
			full[name] = float64(rapid.SampledFrom([]int{0, 50, 100}).Draw(t, "value"))
			if rapid.Bool().Draw(t, "known") {
				known[name] = full[name]
			}
		}
		switch told, truth := s.Truth(known), s.Truth(full); {
		case truth == signal.Unknown:
			t.Fatal("everything is known, and it is not")
		case told != signal.Unknown && told != truth:
			t.Fatalf("told %s, it is %s", told, truth)
		case told != signal.Unknown && len(known) < len(names):
			decided++
		}
	})
	if decided == 0 {
		t.Error("nothing was ever told from a part")
	}
}

func TestStandingTakesItsTime(t *testing.T) {
	s, err := compile("cpu.percent > 90", 5*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	start, now := time.Date(2019, 2, 7, 16, 0, 0, 0, time.UTC), signal.Standing{}
	busy, idle := signal.Values{"cpu.percent": 95.0}, signal.Values{"cpu.percent": 5.0}
	for _, step := range []struct {
		minute int
		known  signal.Values
		truth  signal.Truth
		since  int
		raised bool
	}{
		{0, nil, signal.Unknown, 0, false},
		{1, idle, signal.False, 1, false},
		{2, busy, signal.True, 2, false},
		{6, busy, signal.True, 2, false},
		{7, busy, signal.True, 2, true},
		{8, nil, signal.Unknown, 8, false}, // nobody sees it: it is not called over, nor still there
		{9, busy, signal.True, 9, false},
		{14, busy, signal.True, 9, true},
		{15, idle, signal.False, 15, false},
		{14, busy, signal.True, 14, false}, // the clock went back
		{13, busy, signal.True, 13, false},
	} {
		at := start.Add(time.Duration(step.minute) * time.Minute)
		now = s.Next(now, step.known, at)
		if now.Truth != step.truth || now.Raised != step.raised || !now.Since.Equal(start.Add(time.Duration(step.since)*time.Minute)) {
			t.Errorf("minute %d: %+v, want %+v", step.minute, now, step)
		}
		if (len(now.Missing) > 0) != (step.known == nil) {
			t.Errorf("minute %d: missing %v", step.minute, now.Missing)
		}
	}
	if at := mustCompile(t, "cpu.percent > 90").Next(signal.Standing{}, busy, start); !at.Raised {
		t.Errorf("without a for it is raised at once: %+v", at)
	}
}

// FuzzCompile feeds anything: a signal or a mistake inside the text, never both; and a
// signal answers whatever is known.
func FuzzCompile(f *testing.F) {
	for _, seed := range []string{"cpu.percent > 90 or memory.percent > 90", `instance.state != "running"`, `task.T4 in ["failed"]`, "((", "a.b.c", "not not true", "1 < 2 < 3", "\x00", "é > 1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := compile(text, 0)
		if err != nil {
			var wrong *signal.Mistake
			if s != nil || !errors.As(err, &wrong) || wrong.At < 0 || wrong.At > len(text) || wrong.Message == "" || wrong.Expected == "" {
				t.Fatalf("%v %v", s, err)
			}
			return
		}
		s.Truth(nil)
		at := signal.Moment{Run: time.Unix(0, 0), Wall: time.Unix(0, 0), Beat: time.Second}
		s.Truth(signal.Known(full(at), map[string]string{"T1": "done", "T4": "failed", "G1": "waiting", "T-5": "done"}, at))
	})
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		mustCompile(b, "cpu.percent > 90 or memory.percent > 90")
	}
}

func BenchmarkTruth(b *testing.B) {
	s, known := mustCompile(b, "cpu.percent > 90 or memory.percent > 90"), signal.Values{"cpu.percent": 5.0, "memory.percent": 95.0}
	for b.Loop() {
		s.Truth(known)
	}
}
