package signal

// known.go: what is known at a moment. What is not read, not answered or too old is left
// out, and whatever rests on it is not known either.

import (
	"time"

	"tminus/tasks/reading"
)

// Moment is when readings are looked at.
type Moment struct {
	Run  time.Time     // run time
	Wall time.Time     // real time: the host is sampled in it
	Beat time.Duration // run time between two looks; a fast rehearsal reads no oftener
}

// Values is what is known, by name: a float64, a string or a bool. What is not in it is not known.
type Values map[string]any

// Known takes what is known out of the readings. statuses are the tasks', by id.
func Known(r reading.Readings, statuses map[string]string, at Moment) Values {
	v := Values{}
	for _, n := range Names() {
		if !fresh(n, r, at) {
			continue
		}
		if value := n.read(r, at); sound(value) {
			v[n.Name] = value
		}
	}
	for id, status := range statuses {
		v["task."+id] = status
	}
	return v
}

// fresh reports whether a name's sensor has spoken lately, and did not fail since. That
// EC2 does not answer is an answer to one question.
func fresh(n Name, r reading.Readings, at Moment) bool {
	failed := r.Failures[string(n.From)].Says != ""
	if n.Name == "aws.reachable" && failed {
		return true
	}
	if failed {
		return false
	}
	if n.From == FromHost {
		return r.Host.Taken() && !r.Host.Stale(at.Wall, 0)
	}
	if n.From == FromProbe {
		return r.Probe.Taken() && !r.Probe.Stale(at.Wall, 0)
	}
	stamp := r.Cloud.Stamp
	switch n.From {
	case FromAlarms:
		stamp = r.Alarms.Stamp
	case FromCheck:
		stamp = r.Preflight.Stamp
	case FromMetrics:
		stamp = r.Metrics.Stamp
	}
	return stamp.Taken() && !stamp.Stale(at.Run, at.Beat)
}
