package awsops

// sensors.go: what is read again and again, for the screen. A reading is built anew each time;
// nothing published is changed.

import (
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// How often each sensor reads, in run time: cloud less while all is calm, metrics less while there
// can be no new point. Identity gets the chance each minute, and uses it when its last try failed.
const (
	everyIdentity = 5 * time.Minute
	everyCloud    = 10 * time.Second
	everyCalm     = 30 * time.Second
	everyMetrics  = time.Minute
	everyAlarms   = time.Minute
)

// Sensors are those of one run of a plan. They share one poller, which bounds and counts their calls.
func (a *Account) Sensors(p *plan.Plan, run string) []tasks.Sensor {
	return a.sensors(p, run, time.Now)
}

// sensors tells real time by a given clock.
func (a *Account) sensors(p *plan.Plan, run string, real func() time.Time) []tasks.Sensor {
	s := sensor{a, p, run, newPoller(a, real)}
	cloud, metrics := newCensus(s), newGauges(s)
	who, whoDue := sparing(tasks.Sensor{Name: "identity", Every: time.Minute, Read: s.identity}, everyIdentity)
	return []tasks.Sensor{
		s.poll.paced(who, 2, whoDue),
		s.poll.paced(tasks.Sensor{Name: "cloud", Every: everyCloud, Read: cloud.read}, 6, cloud.due),
		s.poll.paced(tasks.Sensor{Name: "metrics", Every: everyMetrics, Read: metrics.read}, 1, metrics.due),
		s.poll.paced(tasks.Sensor{Name: "alarms", Every: everyAlarms, Read: s.alarms}, 1, nil),
		s.poll.paced(tasks.Sensor{Name: "preflight", Every: everyPreflight, Read: s.preflight}, preflightCalls, nil),
	}
}

// sensor is what all readings of one run share.
type sensor struct {
	a    *Account
	p    *plan.Plan
	run  string
	poll *poller
}
