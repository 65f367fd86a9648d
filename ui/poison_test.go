package ui

// poison_test.go: a day in which every text is an attack on the screen.

import (
	"math"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// hostile is what an attacker would put into every text there is.
const hostile = "\x1b[2J\x1b]0;owned\a\x1b[31mred\r\n\tbidi\u202egnp\u2066 zero\u200bwidth \u0085 日本語テスト e\u0301\u0301\u0301\u0301\u0301\u0301 \xff\xfe \x9b1m"

func poison(s *scene) *tasks.Snapshot {
	p := s.plan.Rebase(0)
	p.Release, p.Change = hostile, hostile
	p.Environment.Region, p.Environment.Account, p.Environment.Standby = hostile, hostile, hostile
	for i := range p.Contacts {
		c := &p.Contacts[i]
		c.Name, c.Team, c.Role, c.Phone, c.Email = hostile, hostile, hostile, hostile, hostile+"@"+hostile
	}
	for i := range p.Risks {
		p.Risks[i].Description, p.Risks[i].Why, p.Risks[i].Signal, p.Risks[i].ID = hostile, hostile, hostile, hostile
	}
	for i := range p.Tasks {
		t := &p.Tasks[i]
		t.Title, t.Teams, t.Preparation, t.PostCheck = hostile, []string{hostile}, []string{hostile, hostile}, []string{hostile}
	}
	for i := range p.Smoke {
		p.Smoke[i].Name = hostile
		for j := range p.Smoke[i].Checks {
			p.Smoke[i].Checks[j].Name, p.Smoke[i].Checks[j].Path = hostile, hostile
		}
	}
	s.plan = p
	result := tasks.Result{Says: hostile, Rows: []tasks.Row{{Name: hostile, Says: hostile, Verdict: tasks.Fail}}, Trace: []tasks.Trace{{Line: hostile, RequestID: hostile, Error: hostile}}}
	s.add(hostile, tasks.ConnTaken{From: hostile}, tasks.TaskStarted{Task: "T7"}, tasks.StepDone{Task: "T7", Step: "reach", Error: hostile, Result: result},
		tasks.TaskFailed{Task: "T7", Reason: hostile, Step: hostile}, tasks.Noted{Text: hostile}, tasks.RollbackStarted{Reason: hostile, Intents: []string{"T4.run-instances.1"}}, tasks.RollbackDone{Left: []string{hostile}})
	poisonReadings(&s.live)
	p.OnDemand = []plan.Task{{ID: "A1", Title: hostile, InCharge: hostile, OnDemand: true}}
	return s.snapshot()
}

func poisonReadings(l *tasks.Live) {
	l.Trouble, l.Faults, l.Progress = hostile, []string{hostile}, map[string]string{"T7": hostile}
	r := &l.Readings
	r.Failures = map[string]reading.Failure{"cloud": {Kind: reading.Failed, Says: hostile}, "metrics": {Kind: reading.Failed, Says: hostile}, "host": {Kind: reading.Failed, Says: hostile}}
	stamp := reading.Stamp{At: l.Now.Add(-time.Second)}
	r.Failures["identity"] = reading.Failure{Kind: hostile, Says: hostile, Mend: []string{hostile, hostile}}
	r.Identity.Alias, r.Identity.Role, r.Identity.Endpoint, r.Identity.Region, r.Identity.Account = hostile, hostile, hostile, hostile, hostile
	r.Alarms = reading.Alarms{Stamp: stamp, All: []reading.Alarm{{Name: hostile, State: hostile, Condition: hostile, Says: hostile}}}
	r.Preflight = reading.Preflight{Stamp: stamp, Items: []reading.Item{{Group: hostile, Name: hostile, Verdict: hostile, Says: hostile, Next: hostile, Source: hostile}}}
	r.Cloud.Groups = []reading.Group{{ID: hostile, Name: hostile, Rules: []reading.Rule{{Protocol: hostile, Source: hostile}}}}
	l.Question = &tasks.Question{ID: hostile, Title: hostile, Detail: hostile}
	other := r.Cloud.Instances[0]
	other.Role, other.Type, other.Zone, other.AMI, other.Subnet, other.KeyName, other.Storage = "standby", hostile+"2", hostile, hostile+"2", hostile+"2", hostile+"2", hostile+"2"
	r.Cloud.Instances = append(r.Cloud.Instances, other)
	r.Usage = reading.Usage{Stamp: stamp, PerMinute: math.NaN(), PerHour: math.Inf(1)}
	in := &r.Cloud.Instances[0]
	in.Arch, in.KeyName, in.HTTPTokens, in.Monitoring = hostile, hostile, hostile, hostile
	in.ID, in.State, in.Type, in.Zone, in.PublicIP, in.PrivateIP = hostile, hostile, hostile, hostile, hostile, hostile
	in.Volumes[0].ID, in.Volumes[0].Type = hostile, hostile
	r.Cloud.Addresses = []reading.Address{{PublicIP: hostile}, {PublicIP: hostile, InstanceID: hostile}}
	for i := range r.Metrics.Series {
		r.Metrics.Series[i].Label, r.Metrics.Series[i].Unit = hostile, hostile
	}
	h := &r.Host
	h.Address, h.Users = hostile, []string{hostile}
	h.Disks[0].Mount, h.Processes[0].Command, h.Processes[0].User = hostile, hostile, hostile
}
