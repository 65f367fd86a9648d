package plan

// value.go: forms: what must be there, which words are known, what an id, a port, an
// account may look like. Forms that end up in a path, a command or a call are the strictest.

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// need reports a mandatory key that its owner lacks, or leaves empty.
func (r *reader) need(owner any, what, key string, value any) {
	if !r.sound(owner) {
		return
	}
	switch n := r.at[value]; {
	case n == nil:
		r.report(r.at[owner], Finding{Rule: missing, Message: what + " has no " + key, Expected: "the key " + key + ": it is mandatory"})
	case r.spoiled[value]:
	case n.Kind == yaml.ScalarNode && strings.TrimSpace(n.Value) == "", n.Kind != yaml.ScalarNode && len(n.Content) == 0:
		r.report(n, Finding{Rule: missing, Message: key + " of " + what + " is empty", Expected: "a value: it is mandatory"})
	}
}

// oneOf reports a text that is none of the known words. Left out, it has its default.
func (r *reader) oneOf(value *string, key string, words ...string) {
	if r.sound(value) && !slices.Contains(words, *value) {
		r.report(r.at[value], Finding{Message: "unknown " + key + " " + quoted(*value),
			Expected: "one of " + strings.Join(words, ", "), Nearest: r.guess(*value, words)})
	}
}

// form reports a text that is not written as it must be. "" is left out.
func (r *reader) form(value *string, key, expected string, fits func(string) bool) {
	if r.sound(value) && *value != "" && !fits(*value) {
		r.fault(value, key+" is "+quoted(*value), expected)
	}
}

// from reports a whole number outside its bounds. Left out, it has its default.
func (r *reader) from(low, high int, value *int, key string) {
	if r.sound(value) && (*value < low || *value > high) {
		r.fault(value, fmt.Sprintf("%s is %d", key, *value), fmt.Sprintf("%d to %d", low, high))
	}
}

func (r *reader) checkPlan() {
	p := r.plan
	r.need(p, "the plan", "release", &p.Release)
	r.need(p, "the plan", "change", &p.Change)
	r.need(p, "the plan", "timezone", &p.Timezone)
	r.need(p, "the plan", "window", &p.Window)
	r.need(p, "the plan", "tasks", &p.Tasks)
	// The change number names the run's folder and is typed to confirm a rollback.
	r.form(&p.Change, "change", "up to 40 ASCII letters, digits, - and _", func(s string) bool { return plainWord(s, 40) })
	if r.sound(&p.Window) && len(r.at[&p.Window].Content) > 0 {
		r.need(&p.Window, "window", "start", &p.Window.Start)
		r.need(&p.Window, "window", "end", &p.Window.End)
	}
	r.checkSpan("the window", &p.Window.Start, &p.Window.End)
}

func (r *reader) checkContacts() {
	for i := range r.plan.Contacts {
		c := &r.plan.Contacts[i]
		what := called("contact", c.ID, i)
		r.need(c, what, "id", &c.ID)
		switch {
		case !c.Open:
			r.need(c, what, "name", &c.Name)
		case c.Name != "":
			r.fault(&c.Open, what+" is open, and held by "+quoted(c.Name), "either a name, or open: true")
		}
	}
}

func (r *reader) checkEnvironment() {
	e := &r.plan.Environment
	r.form(&e.Account, "account", "the 12 digits of an AWS account, in quotes", isAccount)
	r.form(&e.Region, "region", "an AWS region, such as ap-southeast-1", isRegion)
	in := &e.Instance
	for _, id := range []struct {
		value       *string
		key, prefix string
	}{{&in.AMI, "ami", "ami-"}, {&in.VPC, "vpc", "vpc-"}, {&in.Subnet, "subnet", "subnet-"}} {
		r.form(id.value, id.key, id.prefix+" and 8 or 17 hexadecimal digits", func(s string) bool {
			digits, found := strings.CutPrefix(s, id.prefix)
			return found && (len(digits) == 8 || len(digits) == 17) && strings.Trim(digits, "0123456789abcdef") == ""
		})
	}
	// The user's name is an argument of ssh: it must never look like an option.
	r.form(&in.SSHUser, "ssh_user", "a Unix user name of up to 32 characters, such as ec2-user", func(s string) bool {
		return plainWord(s, 32) && s == strings.ToLower(s) && s[0] > '9'
	})
	r.from(1, 1024, &in.VCPU, "vcpu")
	r.from(1, 65536, &in.Volume.SizeGB, "size_gb")
	r.from(0, 1_000_000, &in.Volume.BaseIOPS, "iops_baseline")
	r.from(0, 1_000_000, &in.Volume.BurstIOPS, "iops_burst")
	r.from(1, 65535, &e.Application.Port, "application port")
	r.checkPorts(in.Ports)
	r.checkAccess(in)
	r.form(&e.AMIOwner, "ami_owner", "the 12 digits of an AWS account, in quotes", isAccount)
	r.checkTopic()
}

func (r *reader) checkPorts(ports []Port) {
	first := map[Port]int{}
	for i := range ports {
		p := &ports[i]
		r.need(p, "an entry of ports", "port", &p.Port)
		r.need(p, "an entry of ports", "from", &p.From)
		r.from(1, 65535, &p.Port, "port")
		if !r.sound(&p.Port) || !r.sound(&p.From) || p.From == "" {
			continue
		}
		switch cidr, err := netip.ParsePrefix(p.From); {
		case err != nil:
			r.fault(&p.From, "from is "+quoted(p.From), "a network, such as 0.0.0.0/0 or 203.0.113.7/32")
		case cidr != cidr.Masked():
			r.report(r.at[&p.From], Finding{Message: "from is " + quoted(p.From) + ", an address inside its network",
				Expected: "the network itself", Nearest: cidr.Masked().String()})
		}
		rule := Port{Port: p.Port, From: p.From}
		if line, twice := first[rule]; twice {
			r.fault(p, fmt.Sprintf("port %d from %s is given twice", p.Port, shown(p.From)), fmt.Sprintf("it once; the first is on line %d", line))
			continue
		}
		first[rule] = r.at[p].Line
	}
}

func (r *reader) checkRisks() {
	for i := range r.plan.Risks {
		risk := &r.plan.Risks[i]
		what := called("risk", risk.ID, i)
		r.need(risk, what, "id", &risk.ID)
		r.need(risk, what, "description", &risk.Description)
		r.oneOf(&risk.Likelihood, "likelihood", "low", "medium", "high")
		r.oneOf(&risk.Impact, "impact", "low", "medium", "high", "critical")
		r.from(0, 100, &risk.Priority, "priority")
		for j := range risk.Treatments {
			t := &risk.Treatments[j]
			r.need(t, "a treatment of "+what, "kind", &t.Kind)
			r.oneOf(&t.Kind, "treatment", "mitigate", "transfer", "accept", "avoid", "recover")
		}
	}
	r.checkSignals()
}

func (r *reader) checkTasks() {
	for i := range r.plan.Tasks {
		t := &r.plan.Tasks[i]
		what := called("task", t.ID, i)
		r.checkRow(what, t)
		r.need(t, what, "start", &t.Start)
		r.need(t, what, "end", &t.End)
		r.oneOf(&t.Status, "status", "not started", "completed")
		if t.Gate && t.Action != "" {
			r.fault(&t.Action, what+" is a gate with an action", "no action: a gate completes only by a person")
		}
		if t.Gate && len(t.SignOff) > 0 {
			r.fault(&t.SignOff[0], what+" is a gate with a sign-off", "no signoff: go or no-go is said once; sign-offs belong to a task")
		}
		r.checkSpan(what, &t.Start, &t.End)
		r.checkTimes(what, t)
		r.checkPoll(what, t)
	}
	r.checkOnDemand()
}

// checkRow judges what every task has, with a time or without one.
func (r *reader) checkRow(what string, t *Task) {
	r.need(t, what, "id", &t.ID)
	r.need(t, what, "title", &t.Title)
	r.need(t, what, "in_charge", &t.InCharge)
	r.form(&t.Action, "action", "a kind of action, such as ec2.launch", isKind)
}

// checkPoll judges who decides at a gate, and by when.
func (r *reader) checkPoll(what string, t *Task) {
	if !t.Gate {
		const only = "it on a gate only (gate: true)"
		if len(t.Poll) > 0 {
			r.fault(&t.Poll[0], what+" is no gate and has a poll", only)
		}
		if t.Quorum != 0 && r.sound(&t.Quorum) {
			r.fault(&t.Quorum, what+" is no gate and has a quorum", only)
		}
		if t.Deadline != nil && r.sound(t.Deadline) {
			r.fault(t.Deadline, what+" is no gate and has a deadline", only)
		}
		return
	}
	asked := map[string]bool{}
	for i := range t.Poll {
		if t.Poll[i] != "" && asked[t.Poll[i]] { // or one person could be two of the quorum
			r.fault(&t.Poll[i], shown(t.Poll[i])+" is asked twice at "+what, "everybody once")
		}
		asked[t.Poll[i]] = true
	}
	if t.Quorum > 0 && len(t.Poll) == 0 {
		r.fault(&t.Quorum, what+" has a quorum and nobody to poll", "poll: the contacts who are asked")
	} else {
		r.from(0, len(t.Poll), &t.Quorum, "quorum")
	}
	if t.Deadline != nil && r.sound(t.Deadline) && r.sound(&t.Start) && t.Deadline.Before(t.Start.Time) {
		r.fault(t.Deadline, what+" has to be decided by "+t.Deadline.Format(layout)+", before it starts", "from "+t.Start.Format(layout)+" on")
	}
}

func (r *reader) checkRollback() {
	b := &r.plan.Rollback
	r.oneOf(&b.Instance, "rollback of the instance", "terminate", "stop", "keep")
	r.oneOf(&b.Address, "rollback of the address", "release", "keep")
	r.oneOf(&b.Group, "rollback of the security_group", "delete", "keep")
	r.oneOf(&b.Key, "rollback of the key_pair", "delete", "keep")
}

// called names a row: by its id, or by its number when it has none.
func called(noun, id string, i int) string {
	if id == "" {
		return noun + " number " + strconv.Itoa(i+1)
	}
	return noun + " " + shown(id)
}

// plainWord reports whether a word is ASCII letters, digits, - and _, from a letter or digit on.
func plainWord(s string, longest int) bool {
	if s == "" || len(s) > longest || s[0] == '-' || s[0] == '_' {
		return false
	}
	return !strings.ContainsFunc(s, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_'
	})
}

// isKind reports whether a word can be a kind of action: "manual", "ec2.launch".
func isKind(s string) bool {
	for part := range strings.SplitSeq(s, ".") {
		if !plainWord(part, 40) || part != strings.ToLower(part) {
			return false
		}
	}
	return true
}

// isRegion reports whether a word has the form of an AWS region: words and a digit, joined by -.
func isRegion(s string) bool {
	parts := strings.Split(s, "-")
	last := parts[len(parts)-1]
	return plainWord(s, 30) && s == strings.ToLower(s) && len(parts) >= 3 && len(last) == 1 && last[0] >= '1' && last[0] <= '9'
}
