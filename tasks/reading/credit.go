package reading

// credit.go: how long a burstable instance can go on as it does.
//
// A CPU credit is one vCPU busy for one minute. Every hour earns some, by the type; a balance
// that is used up leaves the instance its baseline, a tenth of a core on a t2.micro.

import (
	"math"
	"time"
)

// Runway is the credit balance of a burstable instance and where it is going.
type Runway struct {
	Known   bool
	Balance float64       // credits, when last told
	Burn    float64       // credits a minute that the balance loses; not above 0: it grows, or stays
	Left    time.Duration // from now until nothing is left, at this burn; only while it loses
}

// Grows reports a balance that loses nothing. One that is used up does not either: the
// instance is held at its baseline, and spends each credit as it is earned.
func (r Runway) Grows() bool { return r.Known && r.Burn <= 0 && !r.UsedUp() }

// UsedUp reports that the instance is held at its baseline, or will be within a minute of work.
func (r Runway) UsedUp() bool { return r.Known && r.Balance < 1 }

// burnt is over how long the present burn is measured.
const burnt = 15 * time.Minute

// Runway is how long the primary instance, of this type, has before its credits are used up. It is
// not known of a type without credits, nor when CloudWatch has nothing new to say; beat is as in Stale.
func (m Metrics) Runway(instanceType string, now time.Time, beat time.Duration) Runway {
	earns, burstable := earned(instanceType)
	balance, period, told := m.Newest("CPUCreditBalance", now)
	if !burstable || !told || !m.Taken() || m.Stale(now, beat) {
		return Runway{}
	}
	use, known := m.use(earns.vcpus, now)
	if !known {
		return Runway{}
	}
	r := Runway{Known: true, Balance: balance.Value, Burn: use - earns.hour/60}
	if r.Burn <= 0 {
		return r
	}
	minutes := math.Min(balance.Value/r.Burn, 1e6) // two years: a burn next to nothing must not overflow
	// The balance is told late: what was burnt since is gone too.
	r.Left = max(0, time.Duration(minutes*float64(time.Minute))-max(0, now.Sub(balance.At.Add(period))))
	return r
}

// use is the vCPU minutes used in a minute of late: CPUUtilization says it of all cores
// together, and CPUCreditUsage where that is missing.
func (m Metrics) use(vcpus float64, now time.Time) (float64, bool) {
	if _, _, ok := m.Newest("CPUUtilization", now); ok {
		mean, _ := m.late("CPUUtilization")
		return mean / 100 * vcpus, true
	}
	if _, _, ok := m.Newest("CPUCreditUsage", now); ok {
		mean, period := m.late("CPUCreditUsage")
		return mean / period.Minutes(), true
	}
	return 0, false
}

// Newest is the last point of a series of the primary, and the series' period. One that began more
// than three periods ago is none: CloudWatch answers at once, and may have nothing new to say.
func (m Metrics) Newest(name string, now time.Time) (Point, time.Duration, bool) {
	s := m.primary(name)
	if s == nil || len(s.Points) == 0 || s.Period <= 0 {
		return Point{}, 0, false
	}
	last := s.Points[len(s.Points)-1]
	return last, s.Period, now.Sub(last.At) <= 3*s.Period
}

// late is the mean of a series' newest points, a quarter of an hour of them.
func (m Metrics) late(name string) (mean float64, period time.Duration) {
	s, n := m.primary(name), 0
	from := s.Points[len(s.Points)-1].At.Add(-burnt)
	for _, p := range s.Points {
		if p.At.After(from) {
			mean, n = mean+p.Value, n+1
		}
	}
	return mean / float64(n), s.Period
}

func (m Metrics) primary(name string) *Series {
	for i, s := range m.Series {
		if s.Name == name && (s.Of == "" || s.Of == "primary") {
			return &m.Series[i]
		}
	}
	return nil
}

// earning is what a type earns, for all of its vCPUs together.
type earning struct{ hour, vcpus float64 }

// earned is EC2's table of CPU credits (User Guide, "Key concepts for burstable performance
// instances", read in 2026): credits an hour, and vCPUs.
func earned(instanceType string) (earning, bool) {
	e, ok := map[string]earning{
		"t2.nano": {3, 1}, "t2.micro": {6, 1}, "t2.small": {12, 1}, "t2.medium": {24, 2}, "t2.large": {36, 2}, "t2.xlarge": {54, 4}, "t2.2xlarge": {81.6, 8},
		"t3.nano": {6, 2}, "t3.micro": {12, 2}, "t3.small": {24, 2}, "t3.medium": {24, 2}, "t3.large": {36, 2}, "t3.xlarge": {96, 4}, "t3.2xlarge": {192, 8},
	}[instanceType]
	return e, ok
}
