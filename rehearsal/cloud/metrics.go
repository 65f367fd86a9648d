package cloud

// metrics.go: what CloudWatch would have measured on an instance.
//
// A metric is a function of the instance's host seed and the minute, so that a point once shown never changes and
// nothing needs storing. A point exists for each period in which the instance ran; it can be read one lateness after
// the period has ended, as at AWS: about a period for five-minute metrics, two minutes for those of one minute.

import (
	"hash/fnv"
	"math"
	"strconv"
	"time"
)

const (
	basicPeriod    = 5 * time.Minute
	detailedPeriod = time.Minute
	kept           = 15 * 24 * time.Hour // how far back points are looked for
)

// metric is one metric of AWS/EC2.
type metric struct {
	name    string
	fine    bool // one-minute periods even under basic monitoring
	coarse  bool // five-minute periods even under detailed monitoring
	once    bool // one value a period, not one a minute
	checked bool // no data until the status checks are through
	value   func(s *source, minute time.Time) float64
}

func metrics() []metric {
	zero := func(*source, time.Time) float64 { return 0 }
	return []metric{
		{name: "CPUUtilization", value: (*source).cpu},
		{name: "CPUCreditUsage", coarse: true, once: true, value: (*source).creditUsage},
		{name: "CPUCreditBalance", coarse: true, once: true, value: (*source).creditBalance},
		{name: "NetworkIn", value: func(s *source, m time.Time) float64 { return s.traffic("in", m) }},
		{name: "NetworkOut", value: func(s *source, m time.Time) float64 { return 3.1 * s.traffic("out", m) }},
		{name: "NetworkPacketsIn", coarse: true, value: func(s *source, m time.Time) float64 { return math.Ceil(s.traffic("in", m) / 640) }},
		{name: "NetworkPacketsOut", coarse: true, value: func(s *source, m time.Time) float64 { return math.Ceil(3.1 * s.traffic("out", m) / 1100) }},
		{name: "StatusCheckFailed", fine: true, checked: true, value: zero},
		{name: "StatusCheckFailed_Instance", fine: true, checked: true, value: zero},
		{name: "StatusCheckFailed_System", fine: true, checked: true, value: zero},
	}
}

// source is an instance seen as a source of metrics. It remembers the credit balance from one period to the next.
type source struct {
	id      string
	seed    []byte
	life    life
	machine machine
	detail  bool
	credit  credit
}

type credit struct {
	at      time.Time // the period up to which balance counts
	balance float64
}

func newSource(i *instance) *source {
	m, _ := machineNamed(i.Type)
	l := i.Life
	l.Up = append([]span(nil), l.Up...)
	return &source{id: i.ID, seed: i.HostSeed, life: l, machine: m, detail: i.Options.Monitored}
}

func (s *source) period(m metric) time.Duration {
	if m.fine || s.detail && !m.coarse {
		return detailedPeriod
	}
	return basicPeriod
}

// known reports whether the point of the period that starts at t can be read at now.
func known(t time.Time, period time.Duration, now time.Time) bool {
	late := 2 * time.Minute
	if period == basicPeriod {
		late = basicPeriod
	}
	return !now.Before(t.Add(period + late))
}

// sample is what one or more periods add up to.
type sample struct {
	sum, low, high float64
	n              int
}

func (a sample) with(b sample) sample {
	switch {
	case a.n == 0:
		return b
	case b.n == 0:
		return a
	default:
		return sample{a.sum + b.sum, min(a.low, b.low), max(a.high, b.high), a.n + b.n}
	}
}

// measure returns the sample of a metric in the period that starts at t; its n is 0 if there is none.
func (s *source) measure(m metric, t time.Time) sample {
	var out sample
	period := s.period(m)
	for minute := t; minute.Before(t.Add(period)); minute = minute.Add(time.Minute) {
		up, ok := s.upAt(minute)
		if !ok || m.checked && minute.Before(up.From.Add(s.life.Checks)) {
			continue
		}
		v := m.value(s, minute)
		out = out.with(sample{v, v, v, 1})
		if m.once {
			break
		}
	}
	return out
}

// upAt returns the span of running that a minute belongs to. The last part of a minute counts.
func (s *source) upAt(minute time.Time) (span, bool) {
	end := minute.Add(time.Minute - time.Millisecond)
	for _, u := range s.life.Up {
		if !end.Before(u.From) && (u.To.IsZero() || minute.Before(u.To)) {
			return u, true
		}
	}
	return span{}, false
}

// cpu is in percent: busy while booting, then quiet with a slow swell and now and then a job.
func (s *source) cpu(minute time.Time) float64 {
	up, _ := s.upAt(minute)
	age := minute.Sub(up.From).Minutes()
	swell := 1.2 * math.Sin(2*math.Pi*float64(minute.Unix()%5400)/5400)
	v := 3 + swell + 2*s.noise("cpu", minute)
	if age < 4 {
		v += 60 * math.Exp(-math.Max(age, 0)/1.5)
	}
	if s.noise("job", minute.Truncate(3*time.Minute)) > 0.93 {
		v += 9 + 8*s.noise("job-size", minute)
	}
	return math.Round(100*math.Min(v, 100)) / 100
}

// creditUsage is in credits for the five minutes at t: one credit is one vCPU for one minute.
func (s *source) creditUsage(t time.Time) float64 {
	sum := 0.0
	for k := range 5 {
		if minute := t.Add(time.Duration(k) * time.Minute); s.upNow(minute) {
			sum += s.cpu(minute) / 100 * float64(s.machine.vcpus)
		}
	}
	return math.Round(1e4*sum) / 1e4
}

func (s *source) upNow(minute time.Time) bool { _, ok := s.upAt(minute); return ok }

// creditBalance is in credits: launch credits, what an hour earns, less what is used; never more than a day's
// earnings. A stop loses it, so it is counted from the start of the present span.
func (s *source) creditBalance(t time.Time) float64 {
	up, ok := s.upAt(t)
	if !ok {
		return 0
	}
	first := up.From.Truncate(basicPeriod)
	if t.Sub(first) > kept {
		first = t.Add(-kept)
	}
	if s.credit.at.Before(first) || s.credit.at.After(t) {
		s.credit = credit{first, s.machine.launchCredits}
	}
	for s.credit.at.Before(t) {
		b := s.credit.balance + s.machine.credits/12 - s.creditUsage(s.credit.at)
		s.credit = credit{s.credit.at.Add(basicPeriod), math.Min(math.Max(b, 0), s.machine.launchCredits+24*s.machine.credits)}
	}
	return math.Round(1e4*s.credit.balance) / 1e4
}

// traffic is in bytes a minute.
func (s *source) traffic(direction string, minute time.Time) float64 {
	up, _ := s.upAt(minute)
	v := 4000 + 9000*s.noise(direction, minute) + 1500*math.Sin(2*math.Pi*float64(minute.Unix()%3600)/3600)
	if minute.Sub(up.From) < 3*time.Minute {
		v += 180000 // packages and clocks are fetched after boot
	}
	return math.Round(v)
}

// noise is a number in [0, 1) that belongs to the instance, the purpose and the minute.
func (s *source) noise(purpose string, minute time.Time) float64 {
	h := fnv.New64a()
	h.Write(s.seed)
	h.Write([]byte(purpose))
	h.Write(strconv.AppendInt(nil, minute.Unix()/60, 10))
	x := h.Sum64()
	x ^= x >> 33 // the last bytes of FNV reach the high bits only after mixing
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return float64(x>>11) / (1 << 53)
}
