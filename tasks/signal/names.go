package signal

// names.go: what a condition can ask, one row a name. docs/signals.md lists the same rows.

import (
	"math"
	"slices"
	"time"

	"tminus/tasks/reading"
)

// Kind is the type of a name's value.
type Kind string

// The kinds. A number is a float64 in the name's unit.
const (
	Number Kind = "number"
	Text   Kind = "text"
	YesNo  Kind = "yes or no"
)

// Source is the sensor that a name's value comes from; it says how old the value may be.
type Source string

// The sources. What a sensor read is known until it is two and a half of its periods old.
const (
	FromHost    Source = "host"      // over SSH, every 2 s of real time
	FromCloud   Source = "cloud"     // EC2, every 10 s, every 30 s while all is calm
	FromMetrics Source = "metrics"   // CloudWatch, once a period; its newest point may be three of its own periods old
	FromAlarms  Source = "alarms"    // CloudWatch, every minute
	FromCheck   Source = "preflight" // the account against the plan, every 10 min until there is an instance
	FromProbe   Source = "probe"     // a request to the application, every 5 s of real time
	FromRun     Source = "run"       // the journal: always known
)

// Name is one thing that can be asked.
type Name struct {
	Name  string
	Kind  Kind
	Unit  string   // of a number
	Words []string // of a text: all it can be
	From  Source
	Says  string

	// read takes the value out of the readings; nil = it is not there.
	read func(reading.Readings, Moment) any
}

// Names is everything a condition can ask but the tasks, which are the plan's:
// task.T4 is the status of T4.
func Names() []Name {
	return slices.Concat(hostNames(), cloudNames(), addressNames(), metricNames(), alarmNames(), probeNames())
}

// statuses are the words of a task's status, as package tasks spells them.
func statuses() []string {
	return []string{"waiting", "active", "checked", "done", "failed", "aborted", "skipped", "unknown", "rolled back"}
}

// ofTask is the name of a task's status.
func ofTask(id string) Name {
	return Name{Name: "task." + id, Kind: Text, Words: statuses(), From: FromRun}
}

func hostNames() []Name {
	row := func(name, unit, says string, read func(reading.Host) any) Name {
		return Name{Name: name, Kind: Number, Unit: unit, From: FromHost, Says: says,
			read: func(r reading.Readings, _ Moment) any { return read(r.Host) }}
	}
	return []Name{
		row("cpu.percent", "%", "how busy the cores are, all together", func(h reading.Host) any {
			sum := 0.0
			for _, core := range h.Cores {
				sum += core
			}
			return 100 * sum / float64(len(h.Cores))
		}),
		row("memory.percent", "%", "memory in use", func(h reading.Host) any { return share(h.MemUsed, h.MemTotal) }),
		row("swap.percent", "%", "swap in use; not known without swap", func(h reading.Host) any { return share(h.SwapUsed, h.SwapTotal) }),
		row("disk.percent", "%", "use of the fullest file system", func(h reading.Host) any {
			var fullest any
			for _, d := range h.Disks {
				if used, known := share(d.Used, d.Total).(float64); known && (fullest == nil || used > fullest.(float64)) {
					fullest = used
				}
			}
			return fullest
		}),
		row("load.per_core", "", "load of the last minute, for each core", func(h reading.Host) any { return h.Load[0] / float64(len(h.Cores)) }),
		row("network.received", "B/s", "what the host receives", func(h reading.Host) any { return h.NetIn }),
		row("network.sent", "B/s", "what it sends", func(h reading.Host) any { return h.NetOut }),
		row("logins.count", "", "who is logged in", func(h reading.Host) any { return float64(len(h.Users)) }),
	}
}

// share is a part in percent; nil when there is no whole.
func share(part, whole int64) any {
	if whole <= 0 {
		return nil
	}
	return 100 * float64(part) / float64(whole)
}

func cloudNames() []Name {
	row := func(name string, kind Kind, says string, words []string, read func(reading.Cloud) any) Name {
		return Name{Name: name, Kind: kind, Words: words, From: FromCloud, Says: says,
			read: func(r reading.Readings, _ Moment) any { return read(r.Cloud) }}
	}
	of := func(role string, get func(*reading.Instance) string) func(reading.Cloud) any {
		return func(c reading.Cloud) any {
			if in := c.ByRole(role); in != nil && get(in) != "" {
				return get(in)
			}
			return nil
		}
	}
	states := []string{"pending", "running", "stopping", "stopped", "shutting-down", "terminated"}
	checks := []string{"ok", "impaired", "initializing", "insufficient-data"}
	state := func(in *reading.Instance) string { return in.State }
	return []Name{
		{Name: "aws.reachable", Kind: YesNo, From: FromCloud, Says: "EC2 answered the last time it was asked; not known when it refused, or the credentials had run out",
			read: func(r reading.Readings, _ Moment) any {
				switch r.Failures[string(FromCloud)].Kind {
				case "":
					return true
				case reading.Unreachable:
					return false
				}
				return nil
			}},
		row("instance.state", Text, "of the primary instance; not known before there is one", states, of("primary", state)),
		row("instance.status", Text, "its two status checks, the worse of them", checks, of("primary", worse)),
		row("standby.state", Text, "of the standby; not known without one", states, of("standby", state)),
		row("standby.status", Text, "its two status checks, the worse of them", checks, of("standby", worse)),
	}
}

// addressNames ask the addresses of the account; not known where they may not be described.
func addressNames() []Name {
	row := func(name string, kind Kind, unit, says string, read func([]reading.Address) any) Name {
		return Name{Name: name, Kind: kind, Unit: unit, From: FromCloud, Says: says, read: func(r reading.Readings, _ Moment) any {
			if r.Failures[reading.Addresses].Says != "" {
				return nil
			}
			return read(r.Cloud.Addresses)
		}}
	}
	count := func(all []reading.Address, each func(reading.Address) float64) any {
		sum := 0.0
		for _, a := range all {
			if a.Orphan() {
				sum += each(a)
			}
		}
		return sum
	}
	return []Name{
		row("address.allocated", YesNo, "", "this run holds an Elastic IP", func(all []reading.Address) any {
			return slices.ContainsFunc(all, func(a reading.Address) bool { return a.Ours })
		}),
		row("address.associated", YesNo, "", "every Elastic IP of this run points to an instance; not known without one", func(all []reading.Address) any {
			ours := slices.DeleteFunc(slices.Clone(all), func(a reading.Address) bool { return !a.Ours })
			if len(ours) == 0 {
				return nil
			}
			return !slices.ContainsFunc(ours, func(a reading.Address) bool { return a.InstanceID == "" })
		}),
		row("address.orphans", Number, "", "Elastic IPs of the account that point to nothing, and cost", func(all []reading.Address) any {
			return count(all, func(reading.Address) float64 { return 1 })
		}),
		row("address.wasted", Number, "$/day", "what they cost", func(all []reading.Address) any {
			return count(all, func(a reading.Address) float64 { return a.PerDay })
		}),
	}
}

// worse is the worse of an instance's two status checks; "" when either is not known.
func worse(in *reading.Instance) string {
	for _, bad := range []string{"impaired", "", "insufficient-data", "initializing"} {
		if in.SystemCheck == bad || in.InstanceCheck == bad {
			return bad
		}
	}
	return in.InstanceCheck
}

func metricNames() []Name {
	row := func(name, unit, says, series string) Name {
		return Name{Name: name, Kind: Number, Unit: unit, From: FromMetrics, Says: says,
			read: func(r reading.Readings, at Moment) any { return newest(r.Metrics, series, at) }}
	}
	return []Name{
		row("cloudwatch.cpu", "%", "CPUUtilization, average of a period", "CPUUtilization"),
		row("cloudwatch.credits", "credits", "CPUCreditBalance", "CPUCreditBalance"),
		row("cloudwatch.received", "B", "NetworkIn, sum of a period", "NetworkIn"),
		row("cloudwatch.sent", "B", "NetworkOut, sum of a period", "NetworkOut"),
		row("cloudwatch.status_failed", "", "StatusCheckFailed: 1 when a check of the period failed, else 0", "StatusCheckFailed"),
		{Name: "credits.minutes", Kind: Number, Unit: "min", From: FromMetrics, Says: "how long the CPU credits last as they are used now; a million when none is lost", read: runway},
	}
}

// newest is the last point of the primary's series, as long as it means something.
func newest(m reading.Metrics, name string, at Moment) any {
	if p, _, ok := m.Newest(name, at.Run); ok {
		return p.Value
	}
	return nil
}

// forever is the minutes of credits of an instance that loses none.
const forever = 1e6

// runway is for how many minutes the credits of the primary last.
func runway(r reading.Readings, at Moment) any {
	in := r.Cloud.ByRole("primary")
	if in == nil {
		return nil
	}
	switch way := r.Metrics.Runway(in.Type, at.Run, at.Beat); {
	case !way.Known:
		return nil
	case way.Grows():
		return forever
	default:
		return way.Left.Minutes()
	}
}

func alarmNames() []Name {
	firing := func(state string) func(reading.Readings, Moment) any {
		return func(r reading.Readings, _ Moment) any {
			n := 0.0
			for _, a := range r.Alarms.All {
				if a.State == state {
					n++
				}
			}
			return n
		}
	}
	return []Name{
		{Name: "alarm.firing", Kind: Number, From: FromAlarms, Says: "CloudWatch alarms on this run's instances that are in ALARM", read: firing("ALARM")},
		{Name: "alarm.unsure", Kind: Number, From: FromAlarms, Says: "those that have too little data to say", read: firing("INSUFFICIENT_DATA")},
		{Name: "preflight.failed", Kind: Number, From: FromCheck, Says: "lines of the account's check list that do not fit the plan", read: func(r reading.Readings, _ Moment) any {
			n := 0.0
			for _, i := range r.Preflight.Items {
				if i.Verdict == "fail" { // as package tasks spells it
					n++
				}
			}
			return n
		}},
	}
}

func probeNames() []Name {
	row := func(name, unit, says string, read func(reading.Probe) any) Name {
		return Name{Name: name, Kind: Number, Unit: unit, From: FromProbe, Says: says,
			read: func(r reading.Readings, _ Moment) any { return read(r.Probe) }}
	}
	return []Name{
		row("probe.failing", "", "requests of the probe that failed one after the other, up to the newest: no answer, a late one, or one of another build or machine", func(p reading.Probe) any {
			n, _ := p.Failing()
			return float64(n)
		}),
		row("probe.failed", "%", "the share that failed in the last minute", func(p reading.Probe) any { return p.Failed(time.Minute) }),
		row("probe.latency", "ms", "the time of the newest answer; not known without one", func(p reading.Probe) any {
			if b, ok := p.Newest(); ok && b.Status > 0 {
				return float64(b.Took) / float64(time.Millisecond)
			}
			return nil
		}),
	}
}

// sound reports a value that means something; a share of nothing is no number.
func sound(v any) bool {
	f, number := v.(float64)
	return v != nil && (!number || !math.IsNaN(f) && !math.IsInf(f, 0))
}
