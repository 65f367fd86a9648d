package signal

// names.go: what a condition can ask, one row a name. docs/signals.md lists the same rows.

import (
	"math"
	"slices"

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
	FromHost    Source = "host"    // over SSH, every 2 s of real time
	FromCloud   Source = "cloud"   // EC2, every 10 s
	FromMetrics Source = "metrics" // CloudWatch, every minute; its newest point may be three of its own periods old
	FromRun     Source = "run"     // the journal: always known
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
	return slices.Concat(hostNames(), cloudNames(), metricNames())
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
		row("address.allocated", YesNo, "this run holds an Elastic IP", nil, func(c reading.Cloud) any {
			return slices.ContainsFunc(c.Addresses, func(a reading.Address) bool { return a.Ours })
		}),
		row("address.associated", YesNo, "every Elastic IP of this run points to an instance; not known without one", nil, func(c reading.Cloud) any {
			ours := slices.DeleteFunc(slices.Clone(c.Addresses), func(a reading.Address) bool { return !a.Ours })
			if len(ours) == 0 {
				return nil
			}
			return !slices.ContainsFunc(ours, func(a reading.Address) bool { return a.InstanceID == "" })
		}),
		row("address.orphans", Number, "Elastic IPs of the account that point to nothing, and cost", nil, func(c reading.Cloud) any {
			n := 0.0
			for _, a := range c.Addresses {
				if a.InstanceID == "" {
					n++
				}
			}
			return n
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
	}
}

// newest is a series' last point, unless it is older than three of its periods: CloudWatch
// answers at once, and may have nothing new to say.
func newest(m reading.Metrics, name string, at Moment) any {
	for _, s := range m.Series {
		if s.Name != name || len(s.Points) == 0 {
			continue
		}
		last := s.Points[len(s.Points)-1]
		if s.Period <= 0 || at.Run.Sub(last.At) > 3*s.Period {
			return nil
		}
		return last.Value
	}
	return nil
}

// sound reports a value that means something; a share of nothing is no number.
func sound(v any) bool {
	f, number := v.(float64)
	return v != nil && (!number || !math.IsNaN(f) && !math.IsInf(f, 0))
}
