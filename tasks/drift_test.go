package tasks_test

// drift_test.go: the configuration table against a world that is as planned, that is not, and of which parts are unknown.

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// asPlanned is an instance that is all that the plan says.
func asPlanned(p *plan.Plan, role string) reading.Instance {
	e := p.Environment.Instance
	return reading.Instance{ID: "i-" + role, Role: role, State: "running", Type: e.Type, VCPU: e.VCPU, MemoryGiB: e.MemoryGiB, Storage: e.Storage, VPC: e.VPC, Subnet: "subnet-1", AMI: e.AMI,
		Groups: []string{"sg-" + role}, HTTPTokens: "required", KeyName: "scp", Monitoring: "disabled",
		Volumes: []reading.Volume{{Type: e.Volume.Type, SizeGB: e.Volume.SizeGB, IOPS: e.Volume.BaseIOPS, Encrypted: e.Volume.Encrypted}}}
}

func mirrored(d *day) tasks.Live {
	live := tasks.Live{Now: d.now, Speed: 1}
	cloud := &live.Readings.Cloud
	cloud.Stamp = reading.Stamp{At: d.now, Every: 10 * time.Second}
	for _, role := range []string{"primary", "standby"} {
		cloud.Instances = append(cloud.Instances, asPlanned(d.plan, role))
		g := reading.Group{ID: "sg-" + role}
		for _, p := range d.plan.Environment.Instance.Ports {
			g.Rules = append(g.Rules, reading.Rule{Protocol: "tcp", From: p.Port, To: p.Port, Source: p.From})
		}
		cloud.Groups = append(cloud.Groups, g)
	}
	cloud.Addresses = []reading.Address{{PublicIP: "203.0.113.7", InstanceID: "i-primary"}}
	return live
}

func mirrorDay(t *testing.T) *day {
	d := newDay(t, func(p *plan.Plan) {
		p.Environment.Standby = "i-standby"
		p.Environment.Monitoring = []string{"htop", "Cloudwatch"}
		p.Environment.Instance = plan.Instance{Platform: "AWS EC2", Type: "t2.micro", VCPU: 1, MemoryGiB: 1, Storage: "EBS only", AMI: "ami-1", VPC: "vpc-1", KeyPair: "scp",
			Volume: plan.Volume{SizeGB: 10, Type: "gp2", BaseIOPS: 100, BurstIOPS: 3000}, Ports: []plan.Port{{Port: 22, From: "192.0.2.0/24"}, {Port: 80, From: "0.0.0.0/0"}, {Port: 80, From: "::/0"}}}
		p.Environment.Guest = plan.Guest{Python: "3.6"}
	})
	d.state.Facts = map[string]tasks.Fact{tasks.FactAssociation: {Value: "eipassoc-1"}, tasks.FactElasticIP: {Value: "203.0.113.7"}}
	return d
}

// drifted is what is not as planned, "on name: expected, is observed", and how many rows are not known but the guest's.
func drifted(rows []tasks.DriftRow) (fails []string, passed, unknown int) {
	for _, r := range rows {
		switch {
		case r.Verdict == tasks.Fail:
			fails = append(fails, r.On+" "+r.Name+": "+r.Expected+", is "+r.Observed)
		case r.Verdict == tasks.Pass:
			passed++
		case r.Source != "guest":
			unknown++
		}
	}
	return fails, passed, unknown
}

func TestDrift(t *testing.T) {
	d := mirrorDay(t)
	rows := len(tasks.Drift(d.plan, d.state, mirrored(d)))
	for _, tt := range []struct {
		name    string
		change  func(*tasks.Live, *reading.Instance)
		fails   []string
		unknown int // of the rows that EC2 could tell
	}{
		{"as planned", func(*tasks.Live, *reading.Instance) {}, nil, 0},
		{"nothing read", func(l *tasks.Live, _ *reading.Instance) { *l = tasks.Live{} }, nil, rows - 2},
		{"another type", func(_ *tasks.Live, in *reading.Instance) { in.Type = "t3.nano" }, []string{"primary instance type: t2.micro, is t3.nano"}, 0},
		{"a larger volume", func(_ *tasks.Live, in *reading.Instance) { in.Volumes[0].SizeGB = 2000 },
			[]string{"primary storage size: 10 GB, is 2000 GB", "primary IOPS burst: 3000, is 6000"}, 0},
		{"IMDSv1", func(_ *tasks.Live, in *reading.Instance) { in.HTTPTokens = "optional" }, []string{"primary IMDSv2: required, is optional"}, 0},
		{"a port closed", func(l *tasks.Live, _ *reading.Instance) {
			l.Readings.Cloud.Groups[0].Rules = l.Readings.Cloud.Groups[0].Rules[1:]
		},
			[]string{"primary port 22: open from 192.0.2.0/24, is closed"}, 0},
		{"SSH to the world", func(l *tasks.Live, _ *reading.Instance) { l.Readings.Cloud.Groups[0].Rules[0].Source = "0.0.0.0/0" },
			[]string{"primary port 22: open from 192.0.2.0/24, is open from 0.0.0.0/0"}, 0},
		{"ports nobody planned", func(l *tasks.Live, _ *reading.Instance) {
			g := &l.Readings.Cloud.Groups[1]
			g.Rules = append(g.Rules, reading.Rule{Protocol: "tcp", From: 8000, To: 8080, Source: "10.0.0.0/8"}, reading.Rule{Protocol: "all", Source: "sg-9"})
		}, []string{"standby port 22: open from 192.0.2.0/24, is open from 192.0.2.0/24, sg-9", "standby port 80: open from 0.0.0.0/0, ::/0, is open from 0.0.0.0/0, ::/0, sg-9",
			"standby port 8000-8080, tcp: closed, is open from 10.0.0.0/8", "standby port, all: closed, is open from sg-9"}, 0},
		{"a planned port in a range", func(l *tasks.Live, _ *reading.Instance) {
			l.Readings.Cloud.Groups[0].Rules[0] = reading.Rule{Protocol: "tcp", From: 0, To: 79, Source: "0.0.0.0/0"}
		}, []string{"primary port 22: open from 192.0.2.0/24, is open from 0.0.0.0/0", "primary port 0-79, tcp: closed, is open from 0.0.0.0/0"}, 0},
		{"the address elsewhere", func(l *tasks.Live, _ *reading.Instance) { l.Readings.Cloud.Addresses[0].InstanceID = "i-9" },
			[]string{"primary Elastic IP: 203.0.113.7, is none"}, 0},
		{"volumes denied", func(l *tasks.Live, in *reading.Instance) { in.Volumes = nil }, nil, 5},
		{"groups denied", func(l *tasks.Live, _ *reading.Instance) { l.Readings.Cloud.Groups = nil }, nil, 4},
		{"addresses denied", func(l *tasks.Live, _ *reading.Instance) {
			l.Readings.Cloud.Addresses = nil
			l.Readings.Failures = map[string]reading.Failure{reading.Addresses: {Kind: reading.Denied, Says: "denied"}}
		}, nil, 1},
		{"EC2 silent", func(l *tasks.Live, in *reading.Instance) {
			in.Type = "t3.nano"
			l.Readings.Failures = map[string]reading.Failure{"cloud": {Kind: reading.Unreachable, Says: "no answer"}}
		}, nil, rows - 2},
		{"read a while ago", func(l *tasks.Live, _ *reading.Instance) { l.Now = l.Now.Add(time.Minute) }, nil, rows - 2},
		{"no standby there", func(l *tasks.Live, _ *reading.Instance) { l.Readings.Cloud.Instances = l.Readings.Cloud.Instances[:1] }, nil, rows/2 - 1},
	} {
		live := mirrored(d)
		tt.change(&live, &live.Readings.Cloud.Instances[0])
		got := tasks.Drift(d.plan, d.state, live)
		fails, passed, unknown := drifted(got)
		if !slices.Equal(fails, tt.fails) || unknown != tt.unknown || passed+len(fails)+unknown != len(got)-2 {
			t.Errorf("%s: %d of %d pass, %d unknown, want %d; drifted %q, want %q", tt.name, passed, len(got), unknown, tt.unknown, fails, tt.fails)
		}
		for _, r := range got {
			if (r.Observed == "") != r.At.IsZero() || r.Verdict != tasks.NotTested && r.Observed == "" {
				t.Errorf("%s: %+v", tt.name, r)
			}
		}
	}
}

func TestDriftHoldsNobodyToWhatThePlanDoesNotSay(t *testing.T) {
	d := newDay(t, func(p *plan.Plan) { p.Environment.Instance = plan.Instance{Type: p.Environment.Instance.Type} })
	live := tasks.Live{Now: d.now}
	live.Readings.Cloud = reading.Cloud{Stamp: reading.Stamp{At: d.now}, Instances: []reading.Instance{{Role: "primary", Type: "t3.nano", AMI: "ami-1", VPC: "vpc-1", VCPU: 2, HTTPTokens: "required",
		KeyName: "other", Volumes: []reading.Volume{{Type: "gp3", SizeGB: 8, IOPS: 3000, Encrypted: true}}}}}
	fails, _, _ := drifted(tasks.Drift(d.plan, d.state, live))
	if len(fails) != 1 {
		t.Errorf("the plan says nothing but the type, yet: %q", fails)
	}
}

func TestTwins(t *testing.T) {
	d := mirrorDay(t)
	live := mirrored(d)
	if got := tasks.Twins(d.plan, d.state, live); got != nil {
		t.Errorf("they are the same: %+v", got)
	}
	one, other := &live.Readings.Cloud.Instances[0], &live.Readings.Cloud.Instances[1]
	one.Type, other.Subnet, other.Detailed, other.Volumes, other.HTTPTokens = "t3.nano", "subnet-2", true, nil, ""
	for n, r := range []reading.Rule{{Protocol: "tcp", From: 8080, To: 8080, Source: "10.0.0.0/8"}, {Protocol: "udp", From: 53, To: 53, Source: "10.0.0.0/8"}} {
		g := &live.Readings.Cloud.Groups[n]
		g.Rules = append(g.Rules, r)
	}
	want := []tasks.TwinRow{{Name: "instance type", Primary: "t3.nano", Standby: "t2.micro"}, {Name: "subnet", Primary: "subnet-1", Standby: "subnet-2"},
		{Name: "monitoring", Primary: "CloudWatch, each 5 min", Standby: "CloudWatch, each minute"},
		{Name: "port 8080", Primary: "open from 10.0.0.0/8", Standby: "closed"}, {Name: "port 53, udp", Primary: "closed", Standby: "open from 10.0.0.0/8"}}
	if diff := cmp.Diff(want, tasks.Twins(d.plan, d.state, live)); diff != "" {
		t.Errorf("what is not known of one is no difference:\n%s", diff)
	}
	live.Readings.Failures = map[string]reading.Failure{"cloud": {Kind: reading.Throttled, Says: "throttled"}}
	if got := tasks.Twins(d.plan, d.state, live); got != nil {
		t.Errorf("EC2 does not answer, and they differ: %+v", got)
	}
}
