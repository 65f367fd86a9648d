package signal_test

// known_test.go: what is known of a world that was read, and of one that was not.

import (
	"os"
	"strings"
	"testing"
	"time"

	"tminus/tasks/reading"
	"tminus/tasks/signal"
)

// full is a world of which everything is read at the moment.
func full(at signal.Moment) reading.Readings {
	stamp := func(every time.Duration) reading.Stamp { return reading.Stamp{At: at.Run, Every: every} }
	series := func(name string, v float64) reading.Series {
		return reading.Series{Name: name, Period: 5 * time.Minute, Points: []reading.Point{{At: at.Run.Add(-time.Hour), Value: -1}, {At: at.Run.Add(-10 * time.Minute), Value: v}}}
	}
	r := reading.Readings{Cloud: reading.Cloud{Stamp: stamp(10 * time.Second),
		Instances: []reading.Instance{{Role: "primary", Type: "t2.micro", State: "running", SystemCheck: "ok", InstanceCheck: "initializing"}, {Role: "standby", State: "stopped", SystemCheck: "ok", InstanceCheck: "ok"}},
		Addresses: []reading.Address{{Ours: true, InstanceID: "i-1"}, {PerDay: 0.12}, {AssociationID: "of a NAT gateway"}}},
		Metrics: reading.Metrics{Stamp: stamp(time.Minute), Series: []reading.Series{series("CPUUtilization", 12), series("CPUCreditBalance", 29), series("NetworkIn", 3),
			series("NetworkOut", 4), series("StatusCheckFailed", 0)}},
		Host: reading.Host{Cores: []float64{0.5, 1}, MemUsed: 512, MemTotal: 1024, SwapUsed: 1, SwapTotal: 4, Load: [3]float64{1, 0, 0}, NetIn: 7, NetOut: 8,
			Disks: []reading.Disk{{Used: 1, Total: 10}, {Used: 9, Total: 10}, {}}, Users: []string{"a", "b"}}}
	r.Alarms = reading.Alarms{Stamp: stamp(time.Minute), All: []reading.Alarm{{State: "ALARM"}, {State: "OK"}, {State: "INSUFFICIENT_DATA"}, {State: "ALARM"}}}
	r.Preflight = reading.Preflight{Stamp: stamp(10 * time.Minute), Items: []reading.Item{{Verdict: "pass"}, {Verdict: "fail"}, {}}}
	wall := at.Wall.Add(-5 * time.Second)
	r.Probe = r.Probe.With("http://a/", 5*time.Second, time.Second, reading.Beat{At: wall, OK: true}).
		With("http://a/", 5*time.Second, time.Second, reading.Beat{At: at.Wall, Status: 500, Took: 34 * time.Millisecond})
	r.Host.Stamp = reading.Stamp{At: at.Wall, Every: 2 * time.Second}
	return r
}

func TestKnown(t *testing.T) {
	at := signal.Moment{Run: time.Date(2019, 2, 7, 16, 0, 0, 0, time.UTC), Wall: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), Beat: time.Second}
	known := signal.Known(full(at), map[string]string{"T4": "done"}, at)
	want := signal.Values{"cpu.percent": 75.0, "memory.percent": 50.0, "swap.percent": 25.0, "disk.percent": 90.0, "load.per_core": 0.5, "network.received": 7.0, "network.sent": 8.0,
		"logins.count": 2.0, "aws.reachable": true, "instance.state": "running", "instance.status": "initializing", "standby.state": "stopped", "standby.status": "ok",
		"address.allocated": true, "address.associated": true, "address.orphans": 1.0, "cloudwatch.cpu": 12.0, "cloudwatch.credits": 29.0, "cloudwatch.received": 3.0, "cloudwatch.sent": 4.0,
		"cloudwatch.status_failed": 0.0, "credits.minutes": 1445.0, "address.wasted": 0.12, "alarm.firing": 2.0, "alarm.unsure": 1.0, "preflight.failed": 1.0,
		"probe.failing": 1.0, "probe.failed": 50.0, "probe.latency": 34.0, "task.T4": "done"}
	for name, v := range want {
		if known[name] != v {
			t.Errorf("%s is %v, want %v", name, known[name], v)
		}
	}
	if len(known) != len(want) || len(signal.Names()) != len(want)-1 {
		t.Errorf("%d known, %d names, want %d", len(known), len(signal.Names()), len(want))
	}
}

// TestKnownOnlyWhatIsRead takes one thing away at a time.
func TestKnownOnlyWhatIsRead(t *testing.T) {
	at := signal.Moment{Run: time.Date(2019, 2, 7, 16, 0, 0, 0, time.UTC), Wall: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), Beat: time.Second}
	all := len(signal.Names())
	for what, tt := range map[string]struct {
		change func(*reading.Readings, *signal.Moment)
		gone   string // names that begin so are not known; "" = one is not known
		left   int
	}{
		"nothing":             {func(r *reading.Readings, _ *signal.Moment) { *r = reading.Readings{} }, "", 0},
		"no host":             {func(r *reading.Readings, _ *signal.Moment) { r.Host = reading.Host{} }, "cpu.", all - 8},
		"host of a while ago": {func(_ *reading.Readings, at *signal.Moment) { at.Wall = at.Wall.Add(6 * time.Second) }, "memory.", all - 8},
		"host of just now":    {func(_ *reading.Readings, at *signal.Moment) { at.Wall = at.Wall.Add(5 * time.Second) }, "-", all},
		"host failed": {func(r *reading.Readings, _ *signal.Moment) {
			r.Failures = map[string]reading.Failure{"host": {Kind: reading.Failed, Says: "no route"}}
		}, "load.", all - 8},
		"EC2 of a while ago": {func(_ *reading.Readings, at *signal.Moment) { at.Run = at.Run.Add(26 * time.Second) }, "instance.", all - 9},
		"EC2 on a fast clock": {func(_ *reading.Readings, at *signal.Moment) {
			at.Run, at.Beat = at.Run.Add(26*time.Second), time.Minute
		}, "-", all},
		"EC2 failed": {func(r *reading.Readings, _ *signal.Moment) {
			r.Failures = map[string]reading.Failure{"cloud": {Kind: reading.Failed, Says: "denied"}}
		}, "address.", all - 9},
		"no metric points":       {func(r *reading.Readings, _ *signal.Moment) { r.Metrics.Series = nil }, "cloudwatch.", all - 6},
		"metric points long ago": {func(_ *reading.Readings, at *signal.Moment) { at.Run, at.Beat = at.Run.Add(6*time.Minute), time.Hour }, "cloudwatch.", all - 6},
		"addresses denied": {func(r *reading.Readings, _ *signal.Moment) {
			r.Failures = map[string]reading.Failure{reading.Addresses: {Kind: reading.Denied, Says: "denied"}}
		}, "address.", all - 4},
		"alarms throttled": {func(r *reading.Readings, _ *signal.Moment) {
			r.Failures = map[string]reading.Failure{"alarms": {Kind: reading.Throttled, Says: "throttled"}}
		}, "alarm.", all - 2},
		"alarms of a while ago": {func(r *reading.Readings, at *signal.Moment) { r.Alarms.At = at.Run.Add(-3 * time.Minute) }, "alarm.", all - 2},
		"no preflight":          {func(r *reading.Readings, _ *signal.Moment) { r.Preflight = reading.Preflight{} }, "preflight.", all - 1},
		"no primary":            {func(r *reading.Readings, _ *signal.Moment) { r.Cloud.Instances = r.Cloud.Instances[1:] }, "instance.", all - 3},
		"no check yet":          {func(r *reading.Readings, _ *signal.Moment) { r.Cloud.Instances[0].SystemCheck = "" }, "instance.status", all - 1},
		"no probe":              {func(r *reading.Readings, _ *signal.Moment) { r.Probe = reading.Probe{} }, "probe.", all - 3},
		"probe of a while ago":  {func(_ *reading.Readings, at *signal.Moment) { at.Wall = at.Wall.Add(13 * time.Second) }, "probe.", all - 11},
		"probe without an answer": {func(r *reading.Readings, at *signal.Moment) {
			r.Probe = r.Probe.With("http://a/", 5*time.Second, time.Second, reading.Beat{At: at.Wall})
		}, "probe.latency", all - 1},
		"no swap":            {func(r *reading.Readings, _ *signal.Moment) { r.Host.SwapTotal = 0 }, "swap.", all - 1},
		"no core":            {func(r *reading.Readings, _ *signal.Moment) { r.Host.Cores = nil }, "cpu.", all - 2},
		"no address of ours": {func(r *reading.Readings, _ *signal.Moment) { r.Cloud.Addresses[0].Ours = false }, "address.associated", all - 1},
	} {
		r, then := full(at), at
		tt.change(&r, &then)
		known := signal.Known(r, nil, then)
		if len(known) != tt.left {
			t.Errorf("%s: %d known, want %d: %v", what, len(known), tt.left, known)
		}
		for name := range known {
			if tt.gone != "" && strings.HasPrefix(name, tt.gone) {
				t.Errorf("%s, and %s is known", what, name)
			}
		}
	}
	for kind, want := range map[reading.FailureKind]any{reading.Unreachable: false, reading.Denied: nil, reading.Expired: nil, reading.Throttled: nil, reading.Failed: nil} {
		r := full(at)
		r.Failures = map[string]reading.Failure{"cloud": {Kind: kind, Says: "no"}}
		if got := signal.Known(r, nil, at)["aws.reachable"]; got != want {
			t.Errorf("EC2 is %s: reachable is %v, want %v", kind, got, want)
		}
	}
}

// TestTheNamesAreWrittenDown holds docs/signals.md against the names.
func TestTheNamesAreWrittenDown(t *testing.T) {
	page, err := os.ReadFile("../../docs/signals.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, n := range signal.Names() {
		what := string(n.Kind)
		switch {
		case n.Kind == signal.Number && n.Unit != "":
			what += ", " + n.Unit
		case n.Words != nil:
			what = strings.Join(n.Words, ", ")
		}
		row := "| `" + n.Name + "` | " + what + " | " + string(n.From) + " | " + n.Says + " |\n"
		if !strings.Contains(string(page), row) {
			t.Errorf("docs/signals.md lacks: %s", row)
		}
		rows++
	}
	if rows < 20 {
		t.Errorf("only %d names", rows)
	}
}
