package tasks

// drift.go: the plan's configuration table as a check list: what was expected,
// what is observed, where from, how old. Unknown is a verdict of its own.

import (
	"fmt"
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
	Verdict            Verdict   // pass, fail; not tested while nothing was observed
}

// Drift compares the environment with the newest readings.
func Drift(p *plan.Plan, live Live) []DriftRow {
	e, cloud := p.Environment, live.Readings.Cloud
	in := cloud.ByRole("primary")
	row := func(name, want string, got func(*reading.Instance) string) DriftRow {
		r := DriftRow{Name: name, Expected: want, Source: "ec2"}
		if in != nil {
			r.Observed, r.At = got(in), cloud.At
		}
		if r.Observed != "" {
			r.Verdict = Fail
			if r.Observed == want {
				r.Verdict = Pass
			}
		}
		return r
	}
	volume := func(get func(reading.Volume) string) func(*reading.Instance) string {
		return func(i *reading.Instance) string {
			if len(i.Volumes) == 0 {
				return ""
			}
			return get(i.Volumes[0])
		}
	}
	rows := []DriftRow{
		row("instance type", e.Instance.Type, func(i *reading.Instance) string { return i.Type }),
		row("vCPU", number(e.Instance.VCPU), func(i *reading.Instance) string { return number(i.VCPU) }),
		row("network", e.Instance.VPC, func(i *reading.Instance) string { return i.VPC }),
		row("AMI", e.Instance.AMI, func(i *reading.Instance) string { return i.AMI }),
		row("storage size", gigabytes(e.Instance.Volume.SizeGB), volume(func(v reading.Volume) string { return gigabytes(v.SizeGB) })),
		row("volume type", e.Instance.Volume.Type, volume(func(v reading.Volume) string { return v.Type })),
		row("IOPS baseline", number(e.Instance.Volume.BaseIOPS), volume(func(v reading.Volume) string { return number(v.IOPS) })),
		row("encrypted", yesNo(e.Instance.Volume.Encrypted), volume(func(v reading.Volume) string { return yesNo(v.Encrypted) })),
	}
	for _, g := range [][2]string{{"operating system", e.Guest.OS}, {"web server", e.Guest.Nginx}, {"web framework", e.Guest.Django},
		{"language", e.Guest.Python}, {"pip", e.Guest.Pip}} {
		rows = append(rows, DriftRow{Name: g[0], Expected: g[1], Source: "guest"})
	}
	// What the plan leaves open nobody can drift from.
	return slices.DeleteFunc(rows, func(r DriftRow) bool { return r.Expected == "" })
}

func gigabytes(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d GB", n)
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
