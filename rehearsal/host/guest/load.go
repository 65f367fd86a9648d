package guest

// load.go: how busy the machine is: curves with a closed integral, and the work it is given.

import (
	"math"
	"math/rand/v2"
	"sync"
)

// hardware is what an instance type gives.
type hardware struct {
	cpus  int
	memKB int
}

func hardwareOf(instanceType string) hardware {
	switch instanceType {
	case "t2.nano":
		return hardware{1, 498_140}
	case "t2.small":
		return hardware{1, 2_042_180}
	case "t2.medium":
		return hardware{2, 4_040_220}
	case "t2.large":
		return hardware{2, 8_173_820}
	}
	return hardware{1, 1_009_140}
}

// curve is a rate per second that is never negative: a level, waves on it, and
// a burst at boot that fades.
type curve struct {
	level       float64
	waves       [2]wave
	burst, fade float64
}

type wave struct{ height, period, phase float64 }

// newCurve puts a short and a long wave of the given heights on a level.
func newCurve(dice *rand.Rand, level, short, long float64) curve {
	return curve{level: level, waves: [2]wave{
		{short, 35 + 40*dice.Float64(), 2 * math.Pi * dice.Float64()},
		{long, 400 + 900*dice.Float64(), 2 * math.Pi * dice.Float64()},
	}, fade: 1}
}

// at is the rate t seconds after boot.
func (c curve) at(t float64) float64 {
	v := c.level + c.burst*math.Exp(-t/c.fade)
	for _, w := range c.waves {
		v += w.height * (1 + math.Sin(2*math.Pi*t/w.period+w.phase)) / 2
	}
	return v
}

// sum is the integral of at from 0 to t; it never falls.
func (c curve) sum(t float64) float64 {
	v := c.level*t + c.burst*c.fade*(1-math.Exp(-t/c.fade))
	for _, w := range c.waves {
		k := 2 * math.Pi / w.period
		v += w.height / 2 * (t + (math.Cos(w.phase)-math.Cos(k*t+w.phase))/k)
	}
	return v
}

// core is one CPU: the fractions of its time that go to each kind of use. At
// their highest, with workRate on top, they stay below one: idle never falls.
type core struct{ user, system, iowait, softirq, steal curve }

func newCore(dice *rand.Rand) core {
	c := core{
		user:    newCurve(dice, 0.020, 0.030, 0.025),
		system:  newCurve(dice, 0.008, 0.006, 0.004),
		iowait:  newCurve(dice, 0.001, 0.004, 0.002),
		softirq: newCurve(dice, 0.0004, 0.0006, 0.0002),
		steal:   newCurve(dice, 0.0008, 0.002, 0.001),
	}
	c.user.burst, c.user.fade = 0.20, 25
	c.system.burst, c.system.fade = 0.08, 20
	c.iowait.burst, c.iowait.fade = 0.08, 12
	return c
}

// usage is CPU time by kind, in seconds since boot.
type usage struct{ user, system, idle, iowait, softirq, steal float64 }

func (u usage) busy() float64 { return u.user + u.system + u.softirq }

// usage of core i at t, with its part of the work done so far.
func (g *Guest) usage(i int, t float64) usage {
	c, done := g.cores[i], g.work.doneAt(t)/float64(len(g.cores))
	u := usage{
		user: c.user.sum(t) + 0.8*done, system: c.system.sum(t) + 0.2*done,
		iowait: c.iowait.sum(t), softirq: c.softirq.sum(t), steal: c.steal.sum(t),
	}
	u.idle = t - u.busy() - u.iowait - u.steal
	return u
}

func (g *Guest) total(t float64) usage {
	var all usage
	for i := range g.cores {
		u := g.usage(i, t)
		all.user, all.system, all.idle = all.user+u.user, all.system+u.system, all.idle+u.idle
		all.iowait, all.softirq, all.steal = all.iowait+u.iowait, all.softirq+u.softirq, all.steal+u.steal
	}
	return all
}

// workRate is the part of each CPU that waiting work may take.
const workRate = 0.45

// maxPending bounds, in CPU seconds, how much work waits; more is dropped, as a
// web server under siege drops requests.
const maxPending = 120

// work is what the web application was asked to do, done over time.
type work struct {
	mu            sync.Mutex
	cpus          float64
	at            float64 // uptime up to which it is accounted
	pending, done float64 // CPU seconds
	load          [3]float64
}

func (w *work) add(t, seconds float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.advance(t)
	w.pending = min(w.pending+seconds, maxPending)
}

func (w *work) doneAt(t float64) float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.advance(t)
	return w.done
}

// loadAt is what the work adds to the three load averages.
func (w *work) loadAt(t float64) [3]float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.advance(t)
	return w.load
}

// advance does what can be done until t: first a stretch of work, then rest.
// Cutting the time differently gives the same result.
func (w *work) advance(t float64) {
	if t <= w.at {
		return
	}
	rate := workRate * w.cpus
	busy := min(t-w.at, w.pending/rate)
	w.pending, w.done = w.pending-busy*rate, w.done+busy*rate
	rest := t - w.at - busy
	for i, span := range []float64{60, 300, 900} {
		kept := math.Exp(-busy / span)
		w.load[i] = (w.load[i]*kept + (1 - kept)) * math.Exp(-rest/span)
	}
	w.at = t
}

// LoadAverage is what uptime shows now, over 1, 5 and 15 minutes.
func (g *Guest) LoadAverage() [3]float64 { return g.loadavg(g.up()) }

// loadavg is the three load averages at t.
func (g *Guest) loadavg(t float64) [3]float64 {
	load := g.work.loadAt(t)
	c := g.cores[0].user
	for i, span := range []float64{60, 300, 900} {
		smooth := c.at(max(0, t-span/4))*1.5 + 0.02
		booting := 0.9 * (1 - math.Exp(-20/span)) / (1 - math.Exp(-20.0/60)) * math.Exp(-t/span)
		load[i] += smooth*(1-math.Exp(-t/span)) + booting
	}
	return load
}
