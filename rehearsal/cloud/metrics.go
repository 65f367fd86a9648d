package cloud

// metrics.go: what CloudWatch would have measured on an instance and its volumes.
//
// A metric is a function of the host seed and the minute, so that a point once shown never changes and
// nothing needs storing. A point exists for each period in which the instance ran; it can be read one lateness after
// the period has ended, as at AWS: about a period for five-minute metrics, two minutes for those of one minute.

import (
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"time"
)

const (
	basicPeriod    = 5 * time.Minute
	detailedPeriod = time.Minute
	kept           = 15 * 24 * time.Hour // how far back points are looked for
)

// The namespaces that the account has metrics in.
const (
	ec2Metrics = "AWS/EC2" // of an InstanceId
	ebsMetrics = "AWS/EBS" // of a VolumeId
)

// metric is one metric of a namespace.
type metric struct {
	name    string
	unit    string
	fine    bool // one-minute periods even under basic monitoring
	coarse  bool // five-minute periods even under detailed monitoring
	once    bool // one value a period, not one a minute
	checked bool // no data until the status checks are through
	value   func(s *source, minute time.Time) float64
}

func metrics(namespace string) []metric {
	if namespace == ebsMetrics {
		return []metric{
			{name: "BurstBalance", unit: "Percent", coarse: true, once: true, value: (*source).burstBalance},
			{name: "VolumeQueueLength", unit: "Count", coarse: true, once: true, value: (*source).queueLength},
		}
	}
	zero := func(*source, time.Time) float64 { return 0 }
	return []metric{
		{name: "CPUUtilization", unit: "Percent", value: (*source).cpu},
		{name: "CPUCreditUsage", unit: "Count", coarse: true, once: true, value: (*source).creditUsage},
		{name: "CPUCreditBalance", unit: "Count", coarse: true, once: true, value: (*source).creditBalance},
		{name: "NetworkIn", unit: "Bytes", value: func(s *source, m time.Time) float64 { return s.traffic("in", m) }},
		{name: "NetworkOut", unit: "Bytes", value: func(s *source, m time.Time) float64 { return 3.1 * s.traffic("out", m) }},
		{name: "NetworkPacketsIn", unit: "Count", coarse: true, value: func(s *source, m time.Time) float64 { return math.Ceil(s.traffic("in", m) / 640) }},
		{name: "NetworkPacketsOut", unit: "Count", coarse: true, value: func(s *source, m time.Time) float64 { return math.Ceil(3.1 * s.traffic("out", m) / 1100) }},
		{name: "StatusCheckFailed", unit: "Count", fine: true, checked: true, value: zero},
		{name: "StatusCheckFailed_Instance", unit: "Count", fine: true, checked: true, value: zero},
		{name: "StatusCheckFailed_System", unit: "Count", fine: true, checked: true, value: zero},
	}
}

// source is what metrics are of: an instance, or a volume, which lives as its instance does. It remembers the credit
// balance from one period to the next.
type source struct {
	namespace string
	seed      []byte
	life      life
	machine   machine
	detail    []span // when it was monitored in detail
	credit    credit
}

// credit is a balance of CPU credits. Those given at launch are spent first, and do not count towards the most that can
// be earned.
type credit struct {
	at             time.Time // the period up to which it counts
	launch, earned float64
}

func newSource(i *instance) *source {
	m, _ := machineNamed(i.Type)
	l := i.Life
	l.Up = slices.Clone(l.Up)
	return &source{namespace: ec2Metrics, seed: i.HostSeed, life: l, machine: m, detail: slices.Clone(i.Detail)}
}

func newVolumeSource(v *volume, i *instance) *source {
	s := newSource(i)
	s.namespace, s.seed = ebsMetrics, append([]byte(v.ID), i.HostSeed...)
	return s
}

// dimension is the name of the one dimension that the source's metrics have.
func (s *source) dimension() string {
	if s.namespace == ebsMetrics {
		return "VolumeId"
	}
	return "InstanceId"
}

// period is that of a metric's point at t. Detailed monitoring counts for the five minutes in which it is switched.
func (s *source) period(m metric, t time.Time) time.Duration {
	end := t.Truncate(basicPeriod).Add(basicPeriod - time.Millisecond)
	if m.fine || !m.coarse && slices.ContainsFunc(s.detail, func(d span) bool { return !end.Before(d.From) && (d.To.IsZero() || end.Before(d.To)) }) {
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
	period := s.period(m, t)
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

// creditBalance is in credits: what is left of those given at launch, and of those earned since, at most a day's
// earnings. A stop loses them, so they are counted from the start of the present span.
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
		s.credit = credit{first, s.machine.launchCredits, 0}
	}
	for s.credit.at.Before(t) {
		c := s.credit
		used := s.creditUsage(c.at)
		given := math.Min(used, c.launch)
		earned := math.Max(c.earned+s.machine.credits/12-(used-given), 0)
		s.credit = credit{c.at.Add(basicPeriod), c.launch - given, math.Min(earned, 24*s.machine.credits)}
	}
	return math.Round(1e4*(s.credit.launch+s.credit.earned)) / 1e4
}

// burstBalance is in percent of a gp2 volume's I/O credits. Booting reads the disk; within half an hour it is full again.
func (s *source) burstBalance(t time.Time) float64 {
	up, _ := s.upAt(t)
	age := math.Max(t.Sub(up.From).Minutes(), 0)
	return math.Round(100*math.Min(100, 98.5+age/20)) / 100
}

// queueLength is how many operations waited on average.
func (s *source) queueLength(t time.Time) float64 {
	return math.Round(1e4*0.02*s.noise("queue", t)) / 1e4
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
