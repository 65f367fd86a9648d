package plan_test

// ondemand_test.go: tasks without a time, and what a plan says of access and alarms.

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks/plan"
)

// onDemand is small.yaml with a task A1 on demand that has the lines.
func onDemand(t testing.TB, lines string) string {
	t.Helper()
	return small(t) + "on_demand:\n  - id: A1\n    title: Alarms\n    in_charge: LX\n" + lines
}

// access is small.yaml with an environment of the lines.
func access(t testing.TB, lines ...string) string {
	t.Helper()
	return small(t) + "environment:\n  " + strings.Join(lines, "\n  ") + "\n"
}

func TestLoadRefusesOnDemand(t *testing.T) {
	for name, tt := range map[string]struct {
		src  string
		want []string
	}{
		"a start":                   {onDemand(t, "    start: 2019-02-07 17:00\n"), []string{"30:12: an on-demand task has no time, but task A1 gives its start"}},
		"an end":                    {onDemand(t, "    end: 2019-02-07 17:00\n"), []string{"30:10: an on-demand task has no time, but task A1 gives its end"}},
		"an earliest":               {onDemand(t, "    earliest: 2019-02-07 17:00\n"), []string{"30:15: an on-demand task has no time, but task A1 gives its earliest"}},
		"a deadline":                {onDemand(t, "    deadline: 2019-02-07 17:00\n"), []string{"30:15: an on-demand task has no time, but task A1 gives its deadline"}},
		"a start, misread":          {onDemand(t, "    start: soon\n"), []string{`30:12: start is the text "soon"`}},
		"a gate":                    {onDemand(t, "    gate: true\n    poll: [LX]\n    quorum: 1\n"), []string{"30:11: an on-demand task decides nothing, but task A1 has a gate", "31:11: an on-demand task decides nothing, but task A1 has a poll", "32:13: an on-demand task decides nothing, but task A1 has a quorum"}},
		"completed":                 {onDemand(t, "    status: completed\n"), []string{`30:13: status of task A1 is "completed"`}},
		"an id of tasks":            {strings.Replace(onDemand(t, ""), "id: A1", "id: T1", 1), []string{`27:9: task id "T1" is given twice`}},
		"nobody in charge":          {strings.Replace(onDemand(t, ""), "title: Alarms\n    in_charge: LX\n", "title: Alarms\n", 1), []string{"27:5: task A1 has no in_charge"}},
		"a stranger in charge":      {onDemand(t, "    deputy: XL\n"), []string{`30:13: deputy "XL" is not a contact → LX`}},
		"a stranger before":         {onDemand(t, "    after: [T7]\n"), []string{`30:13: after "T7" is not a task`}},
		"itself":                    {onDemand(t, "    after: [A1]\n"), []string{"30:13: tasks wait for each other: A1 → A1"}},
		"one that a timed one does": {strings.Replace(onDemand(t, ""), "after: [T1]", "after: [A1]", 1), []string{"24:13: task T2 has a time and waits for A1, which is on demand"}},
		"an action, misspelt":       {onDemand(t, "    action: EC2\n"), []string{`30:13: action is "EC2"`}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, told(t, tt.src)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOnDemandIsRead(t *testing.T) {
	src := onDemand(t, "    action: cloudwatch.alarms\n    after: [T1]\n    params: {k: v}\n    signoff: [MY]\n")
	src = strings.Replace(src, "tasks:\n", "risks:\n  - {id: R1, description: d, signal: 'task.A1 == \"failed\"'}\ntasks:\n", 1)
	r := plan.Read("p.yaml", []byte(src))
	if r.Errors != nil {
		t.Fatal(r.Errors)
	}
	a := r.Plan.Task("A1")
	if a == nil || !a.OnDemand || a.Status != "not started" || !a.Start.IsZero() || a.Params["k"] != "v" || r.Plan.Task("T1").OnDemand {
		t.Fatalf("%+v", a)
	}
	var all []string
	for task := range r.Plan.All() {
		all = append(all, task.ID)
	}
	if diff := cmp.Diff([]string{"T1", "T2", "A1"}, all); diff != "" {
		t.Error(diff)
	}
	if f := r.Places.Find(&a.Action); !r.Places.Sound(&a.Action) || f.Line != 32 {
		t.Errorf("its action stands at %+v", f)
	}
	if n := len(r.Plan.Graph().Order); n != 2 || len(r.Plan.Order()) != 2 {
		t.Errorf("the order has %d tasks", n)
	}
	if cond, err := r.Plan.Condition(&r.Plan.Risks[0]); err != nil || cond == nil {
		t.Errorf("its condition: %v", err)
	}
}

// A plan is moved with what has no time, which has none afterwards.
func TestOnDemandIsMovedNowhere(t *testing.T) {
	p, err := plan.Load("p.yaml", []byte(onDemand(t, "")))
	if err != nil {
		t.Fatal(err)
	}
	wall, err := p.RebaseTo("2026-11-24")
	if err != nil {
		t.Fatal(err)
	}
	for _, moved := range []*plan.Plan{p.Rebase(time.Hour), wall} {
		if a := moved.Task("A1"); a == p.Task("A1") || !a.Start.IsZero() || !a.End.IsZero() || !a.OnDemand {
			t.Errorf("%+v", a)
		}
	}
}

func TestDiffOfOnDemand(t *testing.T) {
	load := func(src string) *plan.Plan {
		p, err := plan.Load("p.yaml", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	with := load(onDemand(t, ""))
	if diff := cmp.Diff([]plan.Change{{Path: "on_demand.A1", To: "id A1, title Alarms, in_charge LX, status not started"}}, plan.Diff(load(small(t)), with)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]plan.Change{{Path: "on_demand.A1.action", To: "cloudwatch.alarms"}}, plan.Diff(with, load(onDemand(t, "    action: cloudwatch.alarms\n")))); diff != "" {
		t.Error(diff)
	}
}

func TestLoadRefusesAccess(t *testing.T) {
	const here = "account: \"123456789012\"\n  region: ap-southeast-1"
	for name, tt := range map[string]struct {
		src  string
		want []string
	}{
		"a port too high":          {access(t, "instance: {ssh_port: 65536}"), []string{"27:24: ssh_port is 65536"}},
		"no port":                  {access(t, "instance: {ssh_port: 0}"), []string{"27:24: ssh_port is 0"}},
		"a key pair in a folder":   {access(t, "instance: {key_pair: ../scp}"), []string{`27:24: key_pair is "../scp"`}},
		"a key pair as an option":  {access(t, "instance: {key_pair: -scp}"), []string{`27:24: key_pair is "-scp"`}},
		"a key file as an option":  {access(t, "instance: {key_pair: scp, key_file: -oProxyCommand=x}"), []string{`27:39: key_file is "-oProxyCommand=x"`}},
		"a key itself":             {access(t, "instance: {key_pair: scp, key_file: \"-----BEGIN OPENSSH PRIVATE KEY-----\"}"), []string{`27:39: key_file is "-----BEGIN OPENSSH PRIVATE KEY-----"`}},
		"a key file alone":         {access(t, "instance: {key_file: ~/.ssh/scp.pem}"), []string{"27:24: key_file without a key_pair"}},
		"a short owner":            {access(t, "ami_owner: \"123\""), []string{`27:14: ami_owner is "123"`}},
		"a topic by name":          {access(t, "alarm_topic: scp"), []string{`27:16: alarm_topic is "scp"`}},
		"a queue":                  {access(t, "alarm_topic: arn:aws:sqs:ap-southeast-1:123456789012:scp"), []string{`27:16: alarm_topic is "arn:aws:sqs:ap-southeast-1:123456789012:scp"`}},
		"a subscription":           {access(t, "alarm_topic: arn:aws:sns:ap-southeast-1:123456789012:scp:1"), []string{`27:16: alarm_topic is "arn:aws:sns:ap-southeast-1:123456789012:scp:1"`}},
		"a topic of another place": {access(t, here, "alarm_topic: arn:aws:sns:eu-west-1:210987654321:scp"), []string{"29:16: alarm_topic is in eu-west-1, the plan in ap-southeast-1", "29:16: alarm_topic belongs to account 210987654321, the plan to 123456789012"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, told(t, tt.src)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAccessIsRead(t *testing.T) {
	p, err := plan.Load("p.yaml", []byte(access(t, "account: \"123456789012\"", "region: cn-north-1", "ami_owner: \"210987654321\"",
		"alarm_topic: arn:aws-cn:sns:cn-north-1:123456789012:scp_alarms", "instance: {key_pair: scp.2019@team, key_file: ~/.ssh/scp.pem}")))
	if err != nil {
		t.Fatal(err)
	}
	e := p.Environment
	got := []string{e.Topic, e.AMIOwner, e.Instance.KeyPair, e.Instance.KeyFile}
	if slices.Contains(got, "") || e.Instance.SSHPort != 22 {
		t.Errorf("%q, port %d", got, e.Instance.SSHPort)
	}
}
