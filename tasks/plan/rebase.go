package plan

// rebase.go: a loaded plan copied, and moved to another day.

import (
	"maps"
	"slices"
	"time"
)

// Rebase returns a deep copy of the plan whose window and tasks all lie shift later (or
// earlier). Lengths and gaps stay exact: shift counts elapsed time, also across a change
// of the clocks. Zone and Hash stay: it is the same file, flown on another day.
func (p *Plan) Rebase(shift time.Duration) *Plan {
	moved := p.clone()
	moved.Window.Start = p.Window.Start.later(shift)
	moved.Window.End = p.Window.End.later(shift)
	for i := range moved.Tasks {
		t := &moved.Tasks[i]
		t.Start, t.End = t.Start.later(shift), t.End.later(shift)
		if t.Earliest != nil {
			*t.Earliest = t.Earliest.later(shift)
		}
		if t.Deadline != nil {
			*t.Deadline = t.Deadline.later(shift)
		}
	}
	return moved
}

func (t Time) later(shift time.Duration) Time { return Time{t.Add(shift)} }

// clone copies the plan and everything it holds but the zone, which nobody can write to.
func (p *Plan) clone() *Plan {
	c := *p
	c.Contacts, c.Waivers, c.Notes = slices.Clone(p.Contacts), slices.Clone(p.Waivers), slices.Clone(p.Notes)
	c.Environment.Monitoring = slices.Clone(p.Environment.Monitoring)
	c.Environment.Instance.Ports = slices.Clone(p.Environment.Instance.Ports)
	c.Environment.Application.Hosts = slices.Clone(p.Environment.Application.Hosts)
	c.Testing.Variables, c.Testing.Secrets = maps.Clone(p.Testing.Variables), maps.Clone(p.Testing.Secrets)
	c.Risks, c.Smoke = slices.Clone(p.Risks), slices.Clone(p.Smoke)
	c.Tasks, c.OnDemand = slices.Clone(p.Tasks), slices.Clone(p.OnDemand)
	for i := range c.Risks {
		c.Risks[i].Treatments = slices.Clone(c.Risks[i].Treatments)
	}
	for t := range c.All() {
		if t.Earliest != nil {
			t.Earliest = &Time{t.Earliest.Time}
		}
		if t.Deadline != nil {
			t.Deadline = &Time{t.Deadline.Time}
		}
		t.Teams, t.After, t.SignOff, t.Poll = slices.Clone(t.Teams), slices.Clone(t.After), slices.Clone(t.SignOff), slices.Clone(t.Poll)
		t.Preparation, t.PostCheck = slices.Clone(t.Preparation), slices.Clone(t.PostCheck)
		t.Params = maps.Clone(t.Params)
	}
	for i := range c.Smoke {
		c.Smoke[i].Checks, c.Smoke[i].Files = slices.Clone(c.Smoke[i].Checks), slices.Clone(c.Smoke[i].Files)
		for j := range c.Smoke[i].Checks {
			check := &c.Smoke[i].Checks[j]
			check.Form, check.Capture = maps.Clone(check.Form), maps.Clone(check.Capture)
		}
	}
	return &c
}
