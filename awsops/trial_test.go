package awsops_test

// trial_test.go: a test instance beside the day: it touches nothing of the day, says how
// the image comes up, and never stays.

import (
	"encoding/base64"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
	"tminus/tasks/reading"
)

func TestTrial(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	p := scp()
	p.Rollback.Instance, p.Rollback.Group, p.Rollback.Key = "keep", "keep", "keep" // of the day; a test instance never stays
	p.Environment.Instance.KeyPair, p.Environment.Instance.KeyFile = "team", "~/team.pem"
	f := newFlight(c, p)
	day := map[string]string{tasks.FactInstance: "i-0123456789abcdef0", tasks.FactGroup: "sg-0123456789abcdef0", tasks.FactKeyName: "team", tasks.FactPublicIP: "203.0.113.7"}
	f.facts = maps.Clone(day)
	before := w.Inventory()
	must(t, f.fly(t.Context(), "X1", a.Trial()))
	for name, v := range f.facts {
		if own := strings.HasPrefix(name, "trial."); !own && day[name] != v {
			t.Errorf("fact %s of the day is now %s", name, v)
		}
	}
	for name, v := range day {
		if f.facts[name] != v || f.facts["trial."+name] == v || f.facts["trial."+name] == "" {
			t.Errorf("fact %s: %s, of the test %s", name, f.facts[name], f.facts["trial."+name])
		}
	}
	for step, r := range f.results {
		for _, fact := range append(r.Rests, r.Drop...) {
			if !strings.HasPrefix(fact, "trial.") {
				t.Errorf("%s rests on %s of the day", step, fact)
			}
		}
	}
	now := w.Inventory()
	if len(now.Instances) != 1 || len(now.KeyPairs) != 1 || !strings.Contains(now.Instances[0].Tags, "Name=SCP Build 1.0.0 test") || !strings.Contains(now.Instances[0].Tags, "tminus:run="+f.run) {
		t.Errorf("%+v", now)
	}
	if r := f.results["X1/console"]; r.Verdict != tasks.Pass || !strings.Contains(r.Says, "host key SHA256:") || !strings.Contains(r.Says, "roll this test back") {
		t.Errorf("%+v", r)
	}
	instance := f.facts["trial."+tasks.FactInstance]
	for _, s := range a.SensorsBy(p, f.run, c.Now) {
		if s.Name != "cloud" {
			continue
		}
		var r reading.Readings
		update, err := s.Read(t.Context(), f.facts, c.Now())
		must(t, err)
		if update(&r); r.Cloud.ByRole("testing") == nil || r.Cloud.ByRole("testing").ID != instance {
			t.Errorf("the test instance is shown as %+v", r.Cloud.Instances)
		}
	}
	for _, e := range f.done {
		if words := e.step.Undo; words != nil && words.Describe(e.call).Keep != "" {
			t.Errorf("%s would be kept", e.step.ID)
		}
	}
	must(t, f.undo(t.Context()))
	if d := cmp.Diff(before.WithoutTerminated(), w.Inventory().WithoutTerminated()); d != "" {
		t.Errorf("the test left something:\n%s", d)
	}
	if d := cmp.Diff(day[tasks.FactInstance], f.facts[tasks.FactInstance]); d != "" || f.facts["trial."+tasks.FactInstance] != "" {
		t.Errorf("facts %v", f.facts)
	}
}

// TestTrialBesideTheDay: launched with the day's own instance up, it takes back nothing but itself.
func TestTrialBesideTheDay(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	must(t, f.day(t.Context(), a))
	day, made := w.Inventory(), f.done
	f.done = nil
	must(t, f.fly(t.Context(), "X1", a.Trial()))
	if len(w.Inventory().WithoutTerminated().Instances) != 2 {
		t.Errorf("%+v", w.Inventory())
	}
	must(t, f.undo(t.Context()))
	if d := cmp.Diff(day.WithoutTerminated(), w.Inventory().WithoutTerminated()); d != "" {
		t.Errorf("the day's own was touched:\n%s", d)
	}
	f.done = made
	must(t, f.undo(t.Context()))
}

// TestTrialThatDoesNotComeUp: the console says why, in a sentence with what to do.
func TestTrialThatDoesNotComeUp(t *testing.T) {
	for name, tt := range map[string]struct {
		console string
		verdict tasks.Verdict
		words   []string
	}{
		"panic": {"[    1.90] VFS: Cannot open root device\n[    1.92] Kernel panic - not syncing: VFS: Unable to mount root fs \x1b[2Jon unknown-block(0,0)\n", tasks.Fail,
			[]string{"does not come up on t2.micro", "Kernel panic - not syncing: VFS", "send that to the developers"}},
		"prompt": {"CentOS Linux 7\n\nip-172-31-0-9 login: ", tasks.Pass, []string{"a login prompt"}},
		"silent": {"booting\n", tasks.Inconclusive, []string{"8 bytes read", "roll this test back"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			w := pretend(t, c, nil)
			a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
				return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
					resp, err := next.RoundTrip(r)
					if err == nil && op == "GetConsoleOutput" {
						resp = emptied(resp, `<GetConsoleOutputResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><output>`+
							base64.StdEncoding.EncodeToString([]byte(tt.console))+`</output></GetConsoleOutputResponse>`)
					}
					return resp, err
				}}
			}, nil)
			f := newFlight(c, scp())
			err := f.fly(t.Context(), "X1", a.Trial())
			if (err == nil) != (tt.verdict == tasks.Pass) {
				t.Errorf("%v", err)
			}
			wantSays(t, f.results["X1/console"], tt.verdict, tt.words...)
			if strings.Contains(f.results["X1/console"].Says, "\x1b") {
				t.Error("an escape sequence goes on the screen")
			}
			must(t, f.undo(t.Context()))
			if left := w.Inventory().WithoutTerminated(); len(left.Instances)+len(left.KeyPairs) != 0 {
				t.Errorf("%+v", left)
			}
		})
	}
}

// TestTrialThatIsImpaired: status checks that do not come are explained by the console.
func TestTrialThatIsImpaired(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	replace := map[string]string{
		"GetConsoleOutput":       `<GetConsoleOutputResponse><output>` + base64.StdEncoding.EncodeToString([]byte("dracut-initqueue timeout - starting timeout scripts\n")) + `</output></GetConsoleOutputResponse>`,
		"DescribeInstanceStatus": `<DescribeInstanceStatusResponse><instanceStatusSet><item><systemStatus><status>ok</status></systemStatus><instanceStatus><status>impaired</status></instanceStatus></item></instanceStatusSet></DescribeInstanceStatusResponse>`,
	}
	a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
		return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err == nil && replace[op] != "" {
				resp = emptied(resp, replace[op])
			}
			return resp, err
		}}
	}, nil)
	f := newFlight(c, scp())
	wantSentence(t, f.fly(t.Context(), "X1", a.Trial()), "instance impaired", "its console says: dracut-initqueue timeout")
	if r := f.results["X1/checks"]; r.Verdict != tasks.Fail || len(r.Rows) != 2 {
		t.Errorf("%+v", r)
	}
}
