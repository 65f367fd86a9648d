package tasks

// drift_aspect.go: the rows of the configuration table: what the plan says, and where it is observed.

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// aspect is one thing that the plan may say of an instance.
type aspect struct {
	name, want string
	source     string
	got        func(*machine) string            // "" = not observed; nil = nothing observes it yet
	fits       func(observed, want string) bool // nil = they are the same words
	judged     func(*machine) Verdict           // set: whoever observed it has compared it too
}

func (a aspect) observed(m *machine) string {
	if m == nil || a.got == nil {
		return ""
	}
	return a.got(m)
}

func (a aspect) same(observed string) bool {
	if a.fits != nil {
		return a.fits(observed, a.want)
	}
	return observed == a.want
}

// aspects are all of them, in the order of the team's own table. What the day made, a key pair and
// an address, is expected of the primary only.
func aspects(p *plan.Plan, s *State, on string) []aspect {
	in := p.Environment.Instance
	keyPair, address := in.KeyPair, ""
	if on == onPrimary {
		if keyPair == "" {
			keyPair = cmp.Or(s.Facts[FactKeyPair].Value, s.Facts[FactKeyName].Value)
		}
		if s.Facts[FactAssociation].Value != "" {
			address = s.Facts[FactElasticIP].Value
		}
	}
	ec2 := func(name, want string, got func(*machine) string) aspect {
		return aspect{name: name, want: want, source: "ec2", got: got}
	}
	all := []aspect{
		ec2("platform", in.Platform, func(*machine) string { return "AWS EC2" }), // whatever EC2 describes runs there
		ec2("instance type", in.Type, func(m *machine) string { return m.Type }),
		ec2("vCPU", number(in.VCPU), func(m *machine) string { return number(m.VCPU) }),
		ec2("memory", gibibytes(in.MemoryGiB), func(m *machine) string { return gibibytes(m.MemoryGiB) }),
		ec2("instance storage", in.Storage, func(m *machine) string { return m.Storage }),
		ec2("network", in.VPC, func(m *machine) string { return m.VPC }),
		ec2("subnet", in.Subnet, func(m *machine) string { return m.Subnet }),
		ec2("AMI", in.AMI, func(m *machine) string { return m.AMI }),
	}
	all = append(all, volumeAspects(in.Volume)...)
	all = append(all, portAspects(in.Ports)...)
	all = append(all,
		ec2("IMDSv2", "required", func(m *machine) string { return m.HTTPTokens }), // as every launch of ours demands
		ec2("key pair", keyPair, func(m *machine) string { return m.KeyName }),
		monitoringAspect(p.Environment.Monitoring))
	if on == onPrimary {
		all = append(all, ec2("Elastic IP", address, (*machine).address))
	}
	return append(all, guestAspects(p.Environment.Guest)...)
}

func volumeAspects(v plan.Volume) []aspect {
	of := func(name, want string, get func(reading.Volume) string) aspect {
		return aspect{name: name, want: want, source: "ec2", got: func(m *machine) string {
			if len(m.Volumes) == 0 {
				return ""
			}
			return get(m.Volumes[0])
		}}
	}
	encrypted := yesNo(v.Encrypted)
	if v == (plan.Volume{}) {
		encrypted = "" // a plan that says nothing of the volume does not say no
	}
	return []aspect{
		of("storage size", gigabytes(v.SizeGB), func(v reading.Volume) string { return gigabytes(v.SizeGB) }),
		of("volume type", v.Type, func(v reading.Volume) string { return v.Type }),
		of("IOPS baseline", number(v.BaseIOPS), func(v reading.Volume) string { return number(v.IOPS) }),
		of("IOPS burst", number(v.BurstIOPS), func(v reading.Volume) string { return number(burst(v)) }),
		of("encrypted", encrypted, func(v reading.Volume) string { return yesNo(v.Encrypted) }),
	}
}

// burst is the most IOPS a volume reaches; 0 = not known. EC2 does not tell it: gp2 bursts to 3,000
// where its baseline, 3 for each GiB, is lower, and what is provisioned does not burst.
func burst(v reading.Volume) int {
	switch v.Type {
	case "gp2":
		return max(3000, min(3*v.SizeGB, 16000))
	case "gp3", "io1", "io2":
		return v.IOPS
	}
	return 0
}

// monitoringAspect is there if the plan counts on CloudWatch: every instance has it, each in five
// minutes or, detailed, each minute.
func monitoringAspect(named []string) aspect {
	a := aspect{name: "monitoring", source: "ec2", fits: func(observed, _ string) bool { return observed != "" },
		got: func(m *machine) string {
			switch {
			case m.Monitoring == "":
				return ""
			case m.Detailed:
				return "CloudWatch, each minute"
			}
			return "CloudWatch, each 5 min"
		}}
	if slices.ContainsFunc(named, func(s string) bool { return strings.EqualFold(s, "CloudWatch") }) {
		a.want = "CloudWatch"
	}
	return a
}

// address is the Elastic IP that serves the machine, "none", or "" when that is not known.
func (m *machine) address() string {
	if m.all.Failures[reading.Addresses].Says != "" {
		return ""
	}
	for _, a := range m.all.Cloud.Addresses {
		if a.InstanceID == m.ID {
			return a.PublicIP
		}
	}
	return "none"
}

// fromGuest is the source of what is seen from inside only, and the name of the sensor that sees it.
const fromGuest = "guest"

// guestAspects are the rows that the audit of the guest answers. It looks at the primary.
func guestAspects(g plan.Guest) []aspect {
	var all []aspect
	for _, row := range [][2]string{{reading.RowOS, g.OS}, {reading.RowWebServer, g.Nginx}, {reading.RowFramework, g.Django},
		{reading.RowLanguage, g.Python}, {reading.RowPip, g.Pip}} {
		name, want := row[0], row[1]
		all = append(all, aspect{name: name, want: want, source: fromGuest,
			got: func(m *machine) string {
				if r := m.audited(name); r != nil {
					return r.Observed
				}
				return ""
			},
			judged: func(m *machine) Verdict { return m.audited(name).verdict(want) }})
	}
	return all
}

// audited is a row of the audit; nil when this machine was not audited.
func (m *machine) audited(name string) *auditRow {
	if m.Role != onPrimary {
		return nil
	}
	return (*auditRow)(m.all.Guest.Row(name))
}

type auditRow reading.GuestRow

// verdict is the audit's, if it compared with what the plan says now.
func (r *auditRow) verdict(want string) Verdict {
	switch {
	case r == nil || r.Expected != want:
		return NotTested
	case r.Verdict == reading.Fine:
		return Pass
	case r.Verdict == reading.Drifted:
		return Fail
	}
	return NotTested
}

func gigabytes(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d GB", n)
}

func gibibytes(n float64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatFloat(n, 'f', -1, 64) + " GiB"
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
