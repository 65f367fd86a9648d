package tasks_test

// drift_guest_test.go: the rows of the configuration table that the audit of the guest answers.

import (
	"testing"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// audited is a mirrored world whose primary was audited three minutes ago, in real time.
func audited(d *day) tasks.Live {
	live := mirrored(d)
	live.Wall = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) // a rehearsal's clock is elsewhere
	live.Readings.Guest = reading.Guest{Stamp: reading.Stamp{At: live.Wall.Add(-3 * time.Minute), Every: 10 * time.Minute}, Rows: []reading.GuestRow{
		{Name: reading.RowOS, Expected: "Red/centos (Linux)", Observed: "Amazon Linux AMI 2018.03", Verdict: reading.Fine},
		{Name: reading.RowWebServer, Expected: "1:1.14.1-2.34", Observed: "nginx 1:1.12.1-2.34.amzn1", Verdict: reading.Drifted},
		{Name: reading.RowFramework, Expected: "2.1.5", Observed: "", Verdict: reading.Unknown},
		{Name: reading.RowLanguage, Expected: "3.6", Observed: "Python 3.6.5", Verdict: reading.Fine},
		{Name: reading.RowPip, Expected: "", Observed: "pip 9.0.3"},
	}}
	return live
}

func TestDriftOfTheGuest(t *testing.T) {
	d := mirrorDay(t)
	d.plan.Environment.Guest = plan.Guest{OS: "Red/centos (Linux)", Nginx: "1:1.14.1-2.34", Django: "2.1.5", Python: "3.6"}
	all := map[string]tasks.Verdict{reading.RowOS: tasks.Pass, reading.RowWebServer: tasks.Fail, reading.RowFramework: tasks.NotTested, reading.RowLanguage: tasks.Pass}
	none := map[string]tasks.Verdict{}
	for _, tt := range []struct {
		name   string
		change func(*tasks.Live, *plan.Plan)
		want   map[string]tasks.Verdict
	}{
		{"as read", func(*tasks.Live, *plan.Plan) {}, all},
		{"read twenty minutes ago", func(l *tasks.Live, _ *plan.Plan) { l.Wall = l.Wall.Add(17 * time.Minute) }, all},
		{"read half an hour ago", func(l *tasks.Live, _ *plan.Plan) { l.Wall = l.Wall.Add(27 * time.Minute) }, none},
		{"failing since", func(l *tasks.Live, _ *plan.Plan) {
			l.Readings.Failures = map[string]reading.Failure{"guest": {Kind: reading.Unreachable, Says: "no answer"}}
		}, none},
		{"EC2 silent", func(l *tasks.Live, _ *plan.Plan) {
			l.Readings.Failures = map[string]reading.Failure{"cloud": {Kind: reading.Unreachable, Says: "no answer"}}
		}, all},
		{"never audited", func(l *tasks.Live, _ *plan.Plan) { l.Readings.Guest = reading.Guest{} }, none},
		{"the plan amended since", func(_ *tasks.Live, p *plan.Plan) { p.Environment.Guest.Python = "3.7" },
			map[string]tasks.Verdict{reading.RowOS: tasks.Pass, reading.RowWebServer: tasks.Fail, reading.RowFramework: tasks.NotTested, reading.RowLanguage: tasks.NotTested}},
	} {
		live, p := audited(d), *d.plan
		tt.change(&live, &p)
		seen := 0
		for _, r := range tasks.Drift(&p, d.state, live) {
			if r.Source != "guest" {
				continue
			}
			seen++
			want := tt.want[r.Name]
			if r.On == "standby" { // nobody looks at it
				want = tasks.NotTested
			}
			if r.Verdict != want || (r.Observed == "") != r.At.IsZero() || r.On == "standby" && r.Observed != "" {
				t.Errorf("%s: %+v, want %q", tt.name, r, want)
			}
			if age := live.Now.Sub(r.At); r.Observed != "" && age != live.Wall.Sub(live.Readings.Guest.At) {
				t.Errorf("%s: %s is %s old", tt.name, r.Name, age)
			}
		}
		if seen != 8 {
			t.Errorf("%s: %d rows of the guest", tt.name, seen)
		}
	}
}
