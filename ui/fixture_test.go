package ui

// fixture_test.go: days to draw: the real plan, moved to one afternoon, with
// hand-written events for each stage of the flight.

import (
	"maps"
	"math"
	"os"
	"testing"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// scene is a day up to some moment.
type scene struct {
	t      testing.TB
	plan   *plan.Plan
	start  time.Time // of the window
	now    time.Time
	events []tasks.Event
	live   tasks.Live
	intent int
}

func loadPlan(t testing.TB) *plan.Plan {
	t.Helper()
	src, err := os.ReadFile("../examples/scp-1.0.0.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Load("scp-1.0.0.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 23, 16, 0, 0, 0, p.Zone)
	p = p.Rebase(day.Sub(p.Window.Start.Time))
	p.Smoke = suite()
	return p
}

func step(id, title string, effect bool, undo string) tasks.StepPlan {
	return tasks.StepPlan{ID: id, Title: title, Effect: effect, Check: effect, Undo: undo}
}

func actions() map[string][]tasks.StepPlan {
	return map[string][]tasks.StepPlan{
		"ec2.launch": {
			step("import-key-pair", "import the key pair", true, "delete the key pair"),
			step("create-security-group", "create the security group with exactly the planned rules", true, "delete the security group"),
			step("run-instances", "launch the instance", true, "terminate the instance"),
			step("wait-running", "wait for running and the status checks", false, ""),
		},
		"ec2.credentials": {
			step("public-dns", "read the public DNS name", false, ""),
			step("key-file", "check the private key's file", false, ""),
			step("host-key", "read the host keys from the console output", false, ""),
		},
		"ssh.test": {step("ladder", "climb the ladder to a shell", false, "")},
		"eip.assign": {
			step("allocate-address", "allocate an Elastic IP", true, "release the address (it is lost)"),
			step("associate-address", "associate it with the instance", true, "disassociate the address"),
			step("reach", "reach port 22 and 80 through the address", false, ""),
		},
		"smoke.run": {
			step("read-only", "run the read-only stage", false, ""),
			step("functional", "run the functional stage", false, ""),
			step("full", "run the full stage", false, ""),
		},
	}
}

// opened is a run just opened, eight minutes before T4.
func opened(t testing.TB) *scene {
	t.Helper()
	p := loadPlan(t)
	s := &scene{t: t, plan: p, start: p.Window.Start.Time}
	s.at(-8 * time.Minute)
	s.live = tasks.Live{Speed: 10}
	s.add("tminus", tasks.RunOpened{Run: "SCP100X0219-1", Change: p.Change, Mode: tasks.RehearsalRun, Actions: actions()})
	s.add("tminus", tasks.WriterOpened{Epoch: 1, PID: 4711})
	return s
}

// at moves the clock to an offset from the window's start.
func (s *scene) at(offset time.Duration) { s.now = s.start.Add(offset) }

func (s *scene) add(by string, bodies ...tasks.Body) {
	for _, b := range bodies {
		s.events = append(s.events, tasks.Event{Seq: uint64(len(s.events) + 1), Run: s.now.UTC(), Wall: s.now.UTC(), By: by, Body: b})
	}
}

// effect is an intent with its outcome, four seconds later.
func (s *scene) effect(task, action, id string, undo tasks.UndoWords, r tasks.Result) {
	s.intent++
	intent := tasks.Intended{ID: task + "." + id + ".1", Task: task, Step: id, Action: action, Attempt: 1, Token: "tok", Undo: &undo}
	s.add("LX", intent)
	s.now = s.now.Add(4 * time.Second)
	s.add("LX", tasks.Outcome{Intent: intent.ID, State: tasks.OutcomeOK, Took: 430 * time.Millisecond, Result: r},
		tasks.StepDone{Task: task, Step: id, Result: tasks.Result{Verdict: tasks.Pass, Says: r.Says}})
}

func thing(kind, id string) []tasks.Resource { return []tasks.Resource{{Kind: kind, ID: id}} }

// snapshot is the scene as a screen sees it.
func (s *scene) snapshot() *tasks.Snapshot {
	s.t.Helper()
	s.live.Now, s.live.Wall, s.live.Seq = s.now, s.now, uint64(len(s.events))
	return tasks.NewSnapshot(s.plan, tasks.Fold(s.plan, s.events), s.live)
}

const instanceID = "i-0c1f5e2a9b3d47e68"

// launching is T4 half way.
func launching(t testing.TB) *scene {
	s := opened(t)
	s.at(90 * time.Second)
	s.add("LX", tasks.ConnTaken{}, tasks.TaskStarted{Task: "T4", Attempt: 1})
	s.effect("T4", "ec2.launch", "import-key-pair", tasks.UndoWords{Title: "delete the key pair", Call: "aws ec2 delete-key-pair --key-name scp100x0219-1", Expect: time.Second},
		tasks.Result{Says: "key scp100x0219-1", Made: thing("key pair", "key-0aa11bb22cc33dd44"), Facts: map[string]string{tasks.FactKeyName: "scp100x0219-1"},
			Trace: []tasks.Trace{{Line: "aws ec2 import-key-pair --key-name scp100x0219-1", Took: 210 * time.Millisecond, RequestID: "7d1f0c2e-55aa-4b6f-9e1d-0d5c7a1b2c3d"}}})
	s.effect("T4", "ec2.launch", "create-security-group", tasks.UndoWords{Title: "delete the security group", Call: "aws ec2 delete-security-group --group-id sg-0f00ba4f00ba4f00b", Expect: 2 * time.Second},
		tasks.Result{Says: "22, 80 and 443 open", Made: thing("security group", "sg-0f00ba4f00ba4f00b"), Facts: map[string]string{tasks.FactGroup: "sg-0f00ba4f00ba4f00b"},
			Trace: []tasks.Trace{{Line: "aws ec2 create-security-group --group-name tminus-scp100x0219-1 --vpc-id vpc-9fcee6f8", Took: 300 * time.Millisecond}}})
	s.effect("T4", "ec2.launch", "run-instances", tasks.UndoWords{Title: "terminate the instance", Call: "aws ec2 terminate-instances --instance-ids " + instanceID, Lost: "the instance and its disk", Expect: 40 * time.Second},
		tasks.Result{Says: instanceID + " is pending", Made: thing("instance", instanceID), Facts: map[string]string{tasks.FactInstance: instanceID},
			Trace: []tasks.Trace{{Line: "aws ec2 run-instances --image-id ami-05c100a0219f00d00 --instance-type t2.micro --client-token tok", Took: 1400 * time.Millisecond}}})
	s.at(4 * time.Minute)
	s.live.Progress = map[string]string{"T4": "pending for 2 min; status checks come after running"}
	s.live.Readings.Identity = reading.Identity{Stamp: reading.Stamp{At: s.now}, Account: "123456789012", Region: "ap-southeast-1"}
	return s
}

// connected is T6 done, the gate before T7 open.
func connected(t testing.TB) *scene {
	s := launching(t)
	s.live.Progress = nil
	s.at(27 * time.Minute)
	s.add("LX", tasks.StepDone{Task: "T4", Step: "wait-running", Took: 25 * time.Minute, Result: tasks.Result{Verdict: tasks.Pass, Says: "running, 2/2 checks", Rests: []string{tasks.FactInstance}}},
		tasks.TaskDone{Task: "T4"})
	s.at(30 * time.Minute)
	s.add("LX", tasks.TaskStarted{Task: "T5", Attempt: 1},
		tasks.StepDone{Task: "T5", Step: "public-dns", Took: 300 * time.Millisecond, Result: tasks.Result{Verdict: tasks.Pass, Says: "ec2-13-250-1-9.ap-southeast-1.compute.amazonaws.com",
			Facts: map[string]string{tasks.FactPublicIP: "13.250.1.9", tasks.FactPublicDNS: "ec2-13-250-1-9.ap-southeast-1.compute.amazonaws.com"}, Rests: []string{tasks.FactPublicIP}}},
		tasks.StepDone{Task: "T5", Step: "key-file", Result: tasks.Result{Verdict: tasks.Pass, Says: "ed25519, mode 0600"}},
		tasks.StepDone{Task: "T5", Step: "host-key", Result: tasks.Result{Verdict: tasks.Pass, Says: "SHA256:0nwYk3pCq1Gqk8JXvQ8T8i3S1lq0sV1sMZk1m0Q3X2E"}})
	s.at(55 * time.Minute)
	s.add("LX", tasks.TaskDone{Task: "T5"})
	s.at(60 * time.Minute)
	s.add("LX", tasks.TaskStarted{Task: "T6", Attempt: 1})
	s.at(62 * time.Minute)
	return s
}

// ladder are the rungs of the SSH test; the last ones depend on how it goes.
func ladder(ok bool) []tasks.Row {
	rows := []tasks.Row{{Name: "resolve", Verdict: tasks.Pass, Says: "13.250.1.9", Took: 12 * time.Millisecond},
		{Name: "tcp", Verdict: tasks.Pass, Says: "port 22 answers", Took: 31 * time.Millisecond},
		{Name: "banner", Verdict: tasks.Pass, Says: "SSH-2.0-OpenSSH_7.4", Took: 40 * time.Millisecond}}
	if !ok {
		return append(rows, tasks.Row{Name: "host key", Verdict: tasks.Fail, Says: "SHA256:AAAA is not the key of the console output"}, tasks.Row{Name: "authentication"}, tasks.Row{Name: "command"})
	}
	return append(rows, tasks.Row{Name: "host key", Verdict: tasks.Pass, Says: "as in the console output"},
		tasks.Row{Name: "authentication", Verdict: tasks.Pass, Says: "ec2-user, publickey", Took: 120 * time.Millisecond},
		tasks.Row{Name: "command", Verdict: tasks.Pass, Says: "uname answers", Took: 44 * time.Millisecond})
}

// failed is T6 stopped at the host key.
func failed(t testing.TB) *scene {
	s := connected(t)
	s.add("LX", tasks.StepDone{Task: "T6", Step: "ladder", Took: 900 * time.Millisecond, Error: "the host key differs", Result: tasks.Result{Verdict: tasks.Fail, Rows: ladder(false)}},
		tasks.TaskFailed{Task: "T6", Step: "ladder", Reason: "the host key of 13.250.1.9 is not the one in the console output of " + instanceID + ": this may be another machine"})
	s.at(66 * time.Minute)
	telemetry(s)
	return s
}

// gate is T7 about to be decided.
func gate(t testing.TB) *scene {
	s := connected(t)
	s.add("LX", tasks.StepDone{Task: "T6", Step: "ladder", Took: 900 * time.Millisecond, Result: tasks.Result{Verdict: tasks.Pass, Says: "shell in 0.9 s", Rows: ladder(true), Rests: []string{tasks.FactPublicIP}}},
		tasks.TaskDone{Task: "T6"})
	s.at(77 * time.Minute)
	telemetry(s)
	return s
}

// testing8 is T7 done, and T8 begun.
func testing8(t testing.TB) *scene {
	s := gate(t)
	s.add("LX", tasks.Decided{Task: "G1", Go: true, Note: "JC agrees"}, tasks.TaskStarted{Task: "T7", Attempt: 1})
	s.effect("T7", "eip.assign", "allocate-address", tasks.UndoWords{Title: "release the address", Call: "aws ec2 release-address --allocation-id eipalloc-0123456789abcdef0", Lost: "13.228.4.17 goes back to Amazon's pool", Expect: 2 * time.Second},
		tasks.Result{Says: "13.228.4.17", Made: thing("address", "eipalloc-0123456789abcdef0"), Facts: map[string]string{tasks.FactElasticIP: "13.228.4.17"}})
	s.effect("T7", "eip.assign", "associate-address", tasks.UndoWords{Title: "disassociate the address", Call: "aws ec2 disassociate-address --association-id eipassoc-0fedcba9876543210", Expect: 2 * time.Second},
		tasks.Result{Says: "13.228.4.17 → " + instanceID, Made: thing("association", "eipassoc-0fedcba9876543210"), Facts: map[string]string{tasks.FactPublicIP: "13.228.4.17"}})
	s.add("LX", tasks.StepDone{Task: "T7", Step: "reach", Took: 200 * time.Millisecond, Result: tasks.Result{Verdict: tasks.Pass, Says: "22 and 80 answer, same host key"}})
	s.at(88 * time.Minute)
	s.add("LX", tasks.TaskDone{Task: "T7"})
	s.at(90 * time.Minute)
	s.add("LX", tasks.TaskStarted{Task: "T8", Attempt: 1})
	telemetry(s)
	return s
}

// released is the whole day.
func released(t testing.TB) *scene {
	s := checkedDay(t)
	s.at(112 * time.Minute)
	s.sign("PM", "e-mail", "mail of 17:50")
	s.sign("PR", "call", "mail of 17:51")
	s.add("LX", tasks.TaskDone{Task: "T8"}, tasks.Released{})
	telemetry(s)
	return s
}

// undoing is a rollback after the failed T6: one effect undone, one under way.
func undoing(t testing.TB) *scene {
	s := failed(t)
	s.add("LX", tasks.RollbackStarted{Head: uint64(len(s.events)), Reason: "the machine is not the one we launched",
		Intents: []string{"T4.run-instances.1", "T4.create-security-group.1", "T4.import-key-pair.1"}})
	s.undo("T4", "run-instances", "")
	s.add("LX", tasks.Intended{ID: "undo.create-security-group", Task: "T4", Step: "create-security-group", Action: "ec2.launch", Undoes: "T4.create-security-group.1"})
	s.at(68 * time.Minute)
	return s
}

func (s *scene) undo(task, id, problem string) {
	s.add("LX", tasks.Intended{ID: "undo." + id, Task: task, Step: id, Action: "ec2.launch", Undoes: task + "." + id + ".1"})
	state := tasks.OutcomeOK
	if problem != "" {
		state = tasks.OutcomeFailed
	}
	s.add("LX", tasks.Outcome{Intent: "undo." + id, State: state, Error: problem, Took: time.Second, Result: tasks.Result{Says: id + " undone"}})
}

// undone is the rollback at its end, with a security group that would not go.
func undone(t testing.TB) *scene {
	s := undoing(t)
	s.add("LX", tasks.Outcome{Intent: "undo.create-security-group", State: tasks.OutcomeFailed, Error: "DependencyViolation: the group is still used by eni-0a1b2c3d4e5f60718", Took: time.Second})
	s.undo("T4", "import-key-pair", "")
	s.at(70 * time.Minute)
	s.add("LX", tasks.RollbackDone{Left: []string{"security group sg-0f00ba4f00ba4f00b: not undone: DependencyViolation: the group is still used by eni-0a1b2c3d4e5f60718"}})
	return s
}

// telemetry gives the scene readings as of its now.
func telemetry(s *scene) {
	cloud := reading.Instance{ID: instanceID, Name: "scp-1.0.0", Role: "primary", State: "running", Type: "t2.micro", AMI: "ami-05c100a0219f00d00",
		Zone: "ap-southeast-1a", VPC: "vpc-9fcee6f8", PublicIP: s.fact(tasks.FactPublicIP), PrivateIP: "172.31.5.20", SystemCheck: "ok", InstanceCheck: "ok",
		VCPU: 1, Ours: true, Monitoring: "disabled", Arch: "x86_64", KeyName: "scp100x0219-1", HTTPTokens: "required", HopLimit: 1, Volumes: []reading.Volume{{ID: "vol-0a9b8c7d6e5f40312", Type: "gp2", SizeGB: 8, IOPS: 100}}}
	r := &s.live.Readings
	r.Identity = reading.Identity{Stamp: reading.Stamp{At: s.now, Every: time.Hour}, Account: "123456789012", Region: "ap-southeast-1"}
	r.Cloud = reading.Cloud{Stamp: reading.Stamp{At: s.now.Add(-12 * time.Second), Every: 15 * time.Second}, Instances: []reading.Instance{cloud}}
	if ip := s.fact(tasks.FactElasticIP); ip != "" {
		r.Cloud.Addresses = []reading.Address{{AllocationID: "eipalloc-0123456789abcdef0", PublicIP: ip, AssociationID: "eipassoc-0fedcba9876543210", InstanceID: instanceID, Ours: true}}
	}
	r.Metrics = reading.Metrics{Stamp: reading.Stamp{At: s.now.Add(-40 * time.Second), Every: time.Minute}, Series: []reading.Series{
		s.series("CPUUtilization", "CPU", "%", func(x float64) float64 { return 12 + 9*math.Sin(x/4) + 30*math.Exp(-x*x/30) }),
		s.series("CPUCreditBalance", "CPU credits", "credits", func(x float64) float64 { return 30 - x/4 }),
		s.series("NetworkIn", "network in", "B", func(x float64) float64 { return 4e5 + 3e5*math.Cos(x/3) }),
		s.series("StatusCheckFailed", "status check failed", "", func(float64) float64 { return 0 }),
		{Name: "NetworkOut", Label: "network out", Unit: "B", Period: 5 * time.Minute}}}
	r.Host = reading.Host{Stamp: reading.Stamp{At: s.now.Add(-time.Second), Every: 2 * time.Second}, Address: s.fact(tasks.FactPublicIP), Cores: []float64{0.18},
		MemUsed: 512 << 20, MemTotal: 985 << 20, SwapTotal: 0, Load: [3]float64{0.21, 0.18, 0.11}, Disks: []reading.Disk{{Mount: "/", Used: 2 << 30, Total: 8 << 30}},
		NetIn: 2048, NetOut: 8192, Users: []string{"ec2-user"}, Uptime: 52 * time.Minute, Processes: []reading.Process{
			{PID: 2211, User: "nginx", CPU: 1.1, Mem: 0.9, RSS: 9 << 20, Command: "nginx: worker process"},
			{PID: 2301, User: "scp", CPU: 4, Mem: 14.2, RSS: 140 << 20, Command: "python3 manage.py runserver"},
			{PID: 1, User: "root", CPU: 0, Mem: 0.6, RSS: 6 << 20, Command: "/usr/lib/systemd/systemd --switched-root"}}}
}

func (s *scene) fact(name string) string { return tasks.Fold(s.plan, s.events).Facts[name].Value }

func (s *scene) series(name, label, unit string, f func(float64) float64) reading.Series {
	m := reading.Series{Name: name, Label: label, Unit: unit, Period: 5 * time.Minute}
	for i := range 9 {
		m.Points = append(m.Points, reading.Point{At: s.now.Add(time.Duration(5*i-42) * time.Minute), Value: f(float64(5 * i))})
	}
	return m
}

// scenes are all the days, by name.
func scenes(t testing.TB) map[string]*tasks.Snapshot {
	all := map[string]*tasks.Snapshot{"fresh": opened(t).snapshot(), "launching": launching(t).snapshot(), "failed": failed(t).snapshot(), "gate": gate(t).snapshot(),
		"released": released(t).snapshot(), "undoing": undoing(t).snapshot(), "undone": undone(t).snapshot()}
	maps.Copy(all, turns(t))
	maps.Copy(all, accounts(t))
	return all
}
