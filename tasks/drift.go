package tasks

// drift.go: the plan's configuration table as a check list, on primary and standby: what was
// expected, what is observed, where from, how old. Unknown is a verdict of its own.

import (
	"slices"
	"time"

	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// DriftRow is one row of the configuration table.
type DriftRow struct {
	Name               string
	Expected, Observed string
	Source             string
	At                 time.Time // run time of the observation; zero = never
	Verdict            Verdict   // pass, fail; not tested while nothing was observed, or not lately
	On                 string    // whose row it is: primary, standby
}

// TwinRow is one thing in which primary and standby differ.
type TwinRow struct {
	Name, Primary, Standby string
}

// Drift compares the environment with the newest readings, row by row. What the plan leaves open
// nobody can drift from: it has no row. A standby has rows if the plan names one.
func Drift(p *plan.Plan, s *State, live Live) []DriftRow {
	rows := driftOf(p, s, live, onPrimary)
	if p.Environment.Standby != "" {
		rows = append(rows, driftOf(p, s, live, onStandby)...)
	}
	return rows
}

// The two sides.
const (
	onPrimary = "primary"
	onStandby = "standby"
)

func driftOf(p *plan.Plan, s *State, live Live, on string) []DriftRow {
	m := machineOf(live.Readings, on)
	all := aspects(p, s, on)
	if m != nil {
		all = append(all, m.unplanned(p)...)
	}
	var rows []DriftRow
	for _, a := range all {
		if a.want == "" {
			continue
		}
		r := DriftRow{Name: a.name, Expected: a.want, Source: a.source, On: on}
		at, lately := told(live, a.source)
		if r.Observed = a.observed(m); r.Observed != "" {
			r.At = at
		}
		switch {
		case r.Observed == "" || !lately: // what was seen then says nothing of now
		case a.judged != nil:
			r.Verdict = a.judged(m)
		case a.same(r.Observed):
			r.Verdict = Pass
		default:
			r.Verdict = Fail
		}
		rows = append(rows, r)
	}
	return rows
}

// told is when a source was asked, in run time, and whether what it said still counts. The guest is
// asked in real time: its age is kept, whatever the speed of the run.
func told(live Live, source string) (at time.Time, counts bool) {
	if source != fromGuest {
		return live.Readings.Cloud.At, lately(live)
	}
	guest := live.Readings.Guest
	counts = guest.Taken() && !guest.Stale(live.Wall, time.Second) && live.Readings.Failures[fromGuest].Says == ""
	return live.Now.Add(-guest.Age(live.Wall)), counts
}

// lately reports whether what EC2 said still counts: it was asked not long ago, and has not failed since.
func lately(live Live) bool {
	cloud := live.Readings.Cloud
	return cloud.Taken() && !cloud.Stale(live.Now, live.Beat()) && live.Readings.Failures["cloud"].Says == ""
}

// Twins are the differences between primary and standby, as far as both are observed. What the plan
// leaves open is compared too: a standby is to be the primary's mirror.
func Twins(p *plan.Plan, s *State, live Live) []TwinRow {
	one, other := machineOf(live.Readings, onPrimary), machineOf(live.Readings, onStandby)
	if one == nil || other == nil || !lately(live) {
		return nil
	}
	var rows []TwinRow
	compare := func(a aspect) {
		x, y := a.observed(one), a.observed(other)
		if seen := func(r TwinRow) bool { return r.Name == a.name }; x != "" && y != "" && x != y && !slices.ContainsFunc(rows, seen) {
			rows = append(rows, TwinRow{a.name, x, y})
		}
	}
	for _, a := range aspects(p, s, onStandby) { // what only a primary has is no difference
		compare(a)
	}
	for _, a := range append(one.unplanned(p), other.unplanned(p)...) {
		compare(a)
	}
	return rows
}

// machine is an instance with what else was read of it.
type machine struct {
	reading.Instance
	all reading.Readings
}

func machineOf(r reading.Readings, on string) *machine {
	if in := r.Cloud.ByRole(on); in != nil {
		return &machine{*in, r}
	}
	return nil
}
