package reading_test

// credit_test.go: the runway of a t2.micro that earns 6 credits an hour, a tenth of one a minute.

import (
	"math"
	"testing"
	"time"

	"tminus/tasks/reading"
)

func TestRunway(t *testing.T) {
	now := time.Date(2019, 2, 7, 17, 0, 0, 0, time.UTC)
	// Points end as long before now as said, five minutes between two.
	series := func(name string, ended time.Duration, values ...float64) reading.Series {
		s := reading.Series{Name: name, Period: 5 * time.Minute}
		for i, v := range values {
			s.Points = append(s.Points, reading.Point{At: now.Add(-ended - time.Duration(len(values)-i)*s.Period), Value: v})
		}
		return s
	}
	balance := func(v float64) reading.Series { return series("CPUCreditBalance", 0, 99, v) }
	cpu := func(values ...float64) reading.Series { return series("CPUUtilization", 0, values...) }
	standby := cpu(100)
	standby.Of = "standby"
	for _, tt := range []struct {
		name   string
		of     string
		age    time.Duration // of the reading
		series []reading.Series
		known  bool
		burn   float64
		left   time.Duration
	}{
		{"nothing read", "t2.micro", 0, nil, false, 0, 0},
		{"a whole core: 30 credits last 33 minutes", "t2.micro", 0, []reading.Series{balance(27), cpu(100)}, true, 0.9, 30 * time.Minute},
		{"at the baseline it stays", "t2.micro", 0, []reading.Series{balance(27), cpu(10)}, true, 0, 0},
		{"idle it grows", "t2.micro", 0, []reading.Series{balance(27), cpu(4)}, true, -0.06, 0},
		{"none left", "t2.micro", 0, []reading.Series{balance(0), cpu(100)}, true, 0.9, 0},
		{"none left, and held at the baseline", "t2.micro", 0, []reading.Series{balance(0), cpu(10)}, true, 0, 0},
		{"the mean of a quarter of an hour", "t2.micro", 0, []reading.Series{balance(18), cpu(0, 10, 70, 100)}, true, 0.5, 36 * time.Minute},
		{"burnt since it was told", "t2.micro", 0, []reading.Series{series("CPUCreditBalance", 5*time.Minute, 27), cpu(100)}, true, 0.9, 25 * time.Minute},
		{"credits used instead of CPU", "t2.micro", 0, []reading.Series{balance(27), series("CPUCreditUsage", 0, 5)}, true, 0.9, 30 * time.Minute},
		{"a burn next to nothing", "t2.micro", 0, []reading.Series{balance(144), cpu(10.0000001)}, true, 1e-9, 1e6 * time.Minute},
		{"two cores", "t2.medium", 0, []reading.Series{balance(80), cpu(100)}, true, 1.6, 50 * time.Minute},
		{"no CPU told", "t2.micro", 0, []reading.Series{balance(27)}, false, 0, 0},
		{"no balance told", "t2.micro", 0, []reading.Series{cpu(100)}, false, 0, 0},
		{"only the standby's CPU", "t2.micro", 0, []reading.Series{balance(27), standby}, false, 0, 0},
		{"an old balance", "t2.micro", 0, []reading.Series{series("CPUCreditBalance", 11*time.Minute, 27), cpu(100)}, false, 0, 0},
		{"old CPU", "t2.micro", 0, []reading.Series{balance(27), series("CPUUtilization", 11*time.Minute, 100)}, false, 0, 0},
		{"an old reading", "t2.micro", 13 * time.Minute, []reading.Series{balance(27), cpu(100)}, false, 0, 0},
		{"a type without credits", "m5.large", 0, []reading.Series{balance(27), cpu(100)}, false, 0, 0},
	} {
		m := reading.Metrics{Series: tt.series}
		if tt.series != nil {
			m.Stamp = reading.Stamp{At: now.Add(-tt.age), Every: 5 * time.Minute}
		}
		r := m.Runway(tt.of, now, time.Second)
		usedUp := tt.known && r.Balance < 1
		if r.Known != tt.known || math.Abs(r.Burn-tt.burn) > 1e-9 || (r.Left-tt.left).Abs() > time.Second || r.UsedUp() != usedUp || r.Grows() != (tt.known && tt.burn <= 0 && !usedUp) {
			t.Errorf("%s: %+v, want burn %g and %s", tt.name, r, tt.burn, tt.left)
		}
	}
}
