package awsops_test

// sensors_hour_test.go: an hour of a rehearsal as the sensors see it: nothing there, a launch, an
// address on its way, calm, a quarter of an hour of throttling, calm again. Every request is counted at the pretend AWS.

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tminus/rehearsal/cloud"
	"tminus/tasks"
	"tminus/tasks/reading"
)

// hour is a run of sensors under a hand-driven clock, as the engine drives them.
type hour struct {
	t       *testing.T
	clock   *clock
	f       *flight
	sensors []tasks.Sensor
	next    map[string]time.Time
	step    time.Duration // of run time, a second of real time
	live    reading.Readings
	changes int // of the metrics
	url     string

	mu       sync.Mutex
	counting bool
	refuse   func(cloud.Request) *cloud.Fault
	calls    []time.Time // run time
	asked    map[string]int
}

func (h *hour) before(r cloud.Request) *cloud.Fault {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.counting {
		return nil
	}
	h.calls = append(h.calls, h.clock.Now())
	h.asked[r.Operation]++
	if h.refuse != nil {
		return h.refuse(r)
	}
	return nil
}

// tick gives every sensor its chance, as the engine does once a second of real time.
func (h *hour) tick() {
	h.mu.Lock()
	h.counting = true
	h.mu.Unlock()
	now := h.clock.Now()
	failures := maps.Clone(h.live.Failures)
	if failures == nil {
		failures = map[string]reading.Failure{}
	}
	h.live.Failures = failures
	for _, s := range h.sensors {
		if now.Before(h.next[s.Name]) {
			continue
		}
		h.next[s.Name] = now.Add(s.Every)
		update, err := s.Read(h.t.Context(), h.f.facts, now)
		if err != nil {
			h.live.Failures[s.Name] = tasks.FailureOf(err, err.Error(), h.live.Failures[s.Name], now)
			continue
		}
		delete(h.live.Failures, s.Name)
		if update != nil {
			points := last(h.live.Metrics)
			update(&h.live)
			if last(h.live.Metrics) != points {
				h.changes++
			}
		}
	}
	h.mu.Lock()
	h.counting = false
	h.mu.Unlock()
}

// last is the newest of all points.
func last(m reading.Metrics) (newest time.Time) {
	for _, s := range m.Series {
		for _, p := range s.Points {
			if p.At.After(newest) {
				newest = p.At
			}
		}
	}
	return newest
}

// until lets run time pass, to a minute of the hour.
func (h *hour) until(minute int) {
	for h.clock.Now().Before(began().Add(time.Duration(minute) * time.Minute)) {
		h.tick()
		must(h.t, h.clock.Wait(h.t.Context(), h.step))
	}
}

// most is the most calls that fall into a window, of run time.
func (h *hour) most(window time.Duration) int {
	most, from := 0, 0
	for n, at := range h.calls {
		for at.Sub(h.calls[from]) >= window {
			from++
		}
		most = max(most, n-from+1)
	}
	return most
}

// began is when the hour begins.
func began() time.Time { return newClock().Now() }

func newHour(t *testing.T, speed int) *hour {
	c := newClock()
	h := &hour{t: t, clock: c, f: newFlight(c, scp()), next: map[string]time.Time{}, step: time.Duration(speed) * time.Second, asked: map[string]int{}}
	w := pretend(t, c, func(o *cloud.Options) { o.Before = h.before })
	h.url = w.url
	real := func() time.Time { return began().Add(c.Now().Sub(began()) / time.Duration(speed)) }
	h.sensors = reach(t, w.url, nil, nil).SensorsBy(h.f.plan, h.f.run, real)
	a := reach(t, w.url, nil, nil)
	h.until(5)
	must(t, h.f.fly(t.Context(), "T4", a.Launch(h.f.plan)))
	must(t, h.f.fly(t.Context(), "T5", a.Credentials()))
	h.until(15)
	must(t, h.f.step(t.Context(), "T7", *a.Assign(h.f.plan).Step("allocate")))
	h.until(20)
	for _, s := range a.Assign(h.f.plan).Steps {
		if s.ID != "allocate" {
			must(t, h.f.step(t.Context(), "T7", s))
		}
	}
	return h
}

func TestSensorsOverAnHour(t *testing.T) {
	h := newHour(t, 1)
	h.until(30)
	if h.live.Cloud.Every != 30*time.Second || len(h.live.Failures) > 0 {
		t.Errorf("all is calm, and read every %s: %+v", h.live.Cloud.Every, h.live.Failures)
	}
	throttled := func(cloud.Request) *cloud.Fault {
		return &cloud.Fault{Status: 503, Code: "RequestLimitExceeded", Message: "Request limit exceeded."}
	}
	h.refuse = throttled
	before := h.asked["DescribeInstances"]
	h.until(45)
	during := h.asked["DescribeInstances"] - before
	f := h.live.Failures["cloud"]
	if f.Kind != reading.Throttled || !strings.Contains(f.Says, "not asked again for") || !h.live.Cloud.Stale(h.clock.Now(), time.Second) {
		t.Errorf("throttled, it says %+v, read at %s", f, h.live.Cloud.At)
	}
	if during > 10 { // after 20, 40, 80 seconds, then every two minutes
		t.Errorf("throttled for a quarter of an hour it asked %d times", during)
	}
	h.refuse = nil
	h.until(60)
	if len(h.live.Failures) > 0 || h.live.Cloud.Stale(h.clock.Now(), time.Second) || h.live.Metrics.Stale(h.clock.Now(), time.Second) || h.live.Alarms.Stale(h.clock.Now(), time.Second) {
		t.Errorf("after the throttling: %+v", h.live.Failures)
	}
	u, most := h.live.Usage, h.most(time.Minute)
	mean := float64(len(h.calls)) / 60
	t.Logf("figure: an hour of sensors at 1x: %d calls, at most %d in a minute, %.1f a minute on average, bound %.0f; shown at the end: %.1f a minute, $%.5f an hour", len(h.calls), most, mean, u.Bound, u.PerMinute, u.PerHour)
	t.Logf("figure: %d GetMetricData requests in the hour; the data changed %d times; %d rounds of DescribeInstances, %d of them in 15 min of throttling", h.asked["GetMetricData"], h.changes, h.asked["DescribeInstances"], during)
	if float64(most) > u.Bound || mean > 40 || u.PerMinute <= 0 || u.PerMinute > u.Bound {
		t.Errorf("the bound of %.0f calls a minute does not hold, or what is shown is wrong: %+v", u.Bound, u)
	}
	// One question may come before the first point can be read, and each throttled one was none.
	if answered := h.asked["GetMetricData"]; h.changes < 5 || answered > 12+during {
		t.Errorf("%d GetMetricData for %d changes", answered, h.changes)
	}
	if u.PerHour < 0.0005 || u.PerHour > 0.001 {
		t.Errorf("six series each five minutes cost $0.00072 an hour, not %g", u.PerHour)
	}
}

// TestSensorsAskNoOftenerThanTheDataChanges: without throttling every question but the first two brings a new point.
func TestSensorsAskNoOftenerThanTheDataChanges(t *testing.T) {
	h := newHour(t, 1)
	h.until(120)
	asked := h.asked["GetMetricData"]
	t.Logf("figure: two hours at 1x with basic monitoring: %d GetMetricData requests, the data changed %d times", asked, h.changes)
	if asked > h.changes+2 || h.changes < 20 {
		t.Errorf("%d questions for %d changes", asked, h.changes)
	}
	for _, s := range h.live.Metrics.Series {
		for n := 1; n < len(s.Points); n++ {
			if gap := s.Points[n].At.Sub(s.Points[n-1].At); gap != s.Period {
				t.Errorf("%s has a gap of %s at %s", s.Name, gap, s.Points[n].At)
			}
		}
	}
}

// TestSensorsAtSpeed: at 600x a minute of run time takes a tenth of a second, and the bound of real time holds.
func TestSensorsAtSpeed(t *testing.T) {
	const speed = 600
	h := newHour(t, speed)
	h.until(600)
	most := h.most(speed * time.Minute)
	t.Logf("figure: ten hours of sensors at 600x, a minute of real time: %d calls, at most %d in a real minute, bound 560", len(h.calls), most)
	if most > 560 {
		t.Errorf("%d calls in a minute of real time", most)
	}
	if age := h.clock.Now().Sub(h.live.Cloud.At); age > 25*time.Minute {
		t.Errorf("the cloud was read %s ago, more than two and a half beats", age)
	}
}

// TestSensorsDegradeByPart: what these credentials may not see is named and not known; the rest is shown.
func TestSensorsDegradeByPart(t *testing.T) {
	for operation, part := range map[string]string{"DescribeVolumes": reading.Volumes, "DescribeSecurityGroups": reading.Groups, "DescribeAddresses": reading.Addresses,
		"DescribeInstanceStatus": reading.Checks, "DescribeInstanceTypes": "instance types", "DescribeAlarms": "alarms", "GetMetricData": "metrics", "DescribeInstances": "cloud"} {
		t.Run(operation, func(t *testing.T) {
			h := newHour(t, 1)
			h.refuse = func(r cloud.Request) *cloud.Fault {
				if r.Operation == operation {
					return &cloud.Fault{Status: 403, Code: "UnauthorizedOperation", Message: "You are not authorized to perform this operation."}
				}
				return nil
			}
			h.sensors = reach(t, h.url, nil, nil).SensorsBy(h.f.plan, h.f.run, h.clock.Now)
			h.live, h.next = reading.Readings{}, map[string]time.Time{}
			before := h.asked[operation]
			h.until(24)
			kinds := map[string]reading.FailureKind{}
			for name, f := range h.live.Failures {
				kinds[name] = f.Kind
			}
			if len(kinds) != 1 || kinds[part] != reading.Denied || !strings.Contains(h.live.Failures[part].Says, strings.TrimPrefix(operation, "Get")) {
				t.Errorf("failures: %+v", h.live.Failures)
			}
			if n := h.asked[operation] - before; strings.HasPrefix(part, "s") && n != 1 || part == reading.Volumes && n != 1 {
				t.Errorf("what is denied was asked for %d times in four minutes", n)
			}
			in := h.live.Cloud.ByRole("primary")
			if part == "cloud" {
				if in != nil || h.live.Cloud.Taken() {
					t.Errorf("instances that may not be seen are shown: %+v", in)
				}
				return
			}
			known := map[string]bool{reading.Volumes: len(in.Volumes) == 1, reading.Groups: len(h.live.Cloud.Groups) == 1, reading.Addresses: len(h.live.Cloud.Addresses) == 1,
				reading.Checks: in.SystemCheck == "ok", "instance types": in.MemoryGiB == 1, "alarms": h.live.Alarms.Taken(), "metrics": h.live.Metrics.Taken()}
			for name, ok := range known {
				if ok == (name == part) {
					t.Errorf("%s is known: %v", name, ok)
				}
			}
			for _, row := range tasks.Drift(h.f.plan, &tasks.State{}, tasks.Live{Now: h.clock.Now(), Speed: 1, Readings: h.live}) {
				if part == reading.Volumes && slices.Contains([]string{"storage size", "volume type"}, row.Name) && row.Verdict != tasks.NotTested {
					t.Errorf("volumes are not known, and %s is %q", row.Name, row.Verdict)
				}
				if row.Name == "instance type" && row.Verdict != tasks.Pass {
					t.Errorf("the type is known, and is %q", row.Verdict)
				}
			}
		})
	}
}

// TestSensorsOutlastAPart: a part that does not answer is not known, told under its own name and asked for again
// with each round; the rest goes on.
func TestSensorsOutlastAPart(t *testing.T) {
	for name, fault := range map[string]*cloud.Fault{"broken": {Status: 500, Code: "InternalError", Message: "An internal error has occurred"}, "silent": {Drop: true}} {
		t.Run(name, func(t *testing.T) {
			h := newHour(t, 1)
			h.refuse = func(r cloud.Request) *cloud.Fault {
				if r.Operation == "DescribeVolumes" {
					return fault
				}
				return nil
			}
			before := h.asked["DescribeVolumes"]
			h.until(24)
			f, in := h.live.Failures[reading.Volumes], h.live.Cloud.ByRole("primary")
			if len(h.live.Failures) != 1 || f.Kind != reading.Unreachable || !strings.Contains(f.Says, "DescribeVolumes") || h.asked["DescribeVolumes"]-before < 5 {
				t.Errorf("asked %d times: %+v", h.asked["DescribeVolumes"]-before, h.live.Failures)
			}
			if h.live.Cloud.Stale(h.clock.Now(), time.Second) || in == nil || in.SystemCheck != "ok" || len(in.Volumes) != 0 || len(h.live.Cloud.Addresses) != 1 {
				t.Errorf("the rest is not known either: %+v", in)
			}
			h.refuse = nil
			if h.until(26); len(h.live.Failures) != 0 || len(h.live.Cloud.ByRole("primary").Volumes) != 1 {
				t.Errorf("after that: %+v", h.live.Failures)
			}
		})
	}
}
