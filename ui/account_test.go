package ui

// account_test.go: days on which the account itself is the story: credentials run out, the
// preflight finds something, a worker asks for a code, a standby differs, a task on demand.

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// fails lets sensors fail in one way since a while ago.
func (s *scene) fails(kind reading.FailureKind, says string, since time.Duration, mend []string, sensors ...string) *scene {
	s.live.Readings.Failures = map[string]reading.Failure{}
	for _, name := range sensors {
		s.live.Readings.Failures[name] = reading.Failure{Kind: kind, Says: says, Since: s.now.Add(-since), Mend: mend}
	}
	return s
}

var ssoLogin = []string{"aws", "sso", "login", "--profile", "scp"}

// expired is the gate with credentials that ran out four minutes ago.
func expired(t testing.TB) *scene {
	s := gate(t)
	s.live.Readings.Identity.Alias, s.live.Readings.Identity.Role = "scp-prod", "deployer"
	s.live.Readings.Cloud.At = s.now.Add(-4 * time.Minute)
	return s.fails(reading.Expired, "the credentials of profile scp have expired: sign in again", 4*time.Minute, ssoLogin, "identity", "cloud", "metrics")
}

// checked is a run just opened whose preflight has found something; failing says whether it stands in the way.
func checked(t testing.TB, failing bool) *scene {
	s := opened(t)
	s.live.Readings.Identity = reading.Identity{Stamp: reading.Stamp{At: s.now, Every: time.Hour}, Account: "123456789012", Region: "ap-southeast-1", Alias: "scp-prod", Role: "deployer"}
	item := func(group, id, name string, v tasks.Verdict, says, next, source string) reading.Item {
		return reading.Item{ID: group + "." + id, Group: group, Name: name, Verdict: string(v), Says: says, Next: next, Source: source}
	}
	items := []reading.Item{
		item("account", "identity", "account", tasks.Pass, "1234…9012 scp-prod, as planned", "", "aws sts get-caller-identity"),
		item("account", "region", "region", tasks.Pass, "ap-southeast-1, as planned", "", "~/.aws/config [profile scp]"),
		item("image", "shared", "shared with us", tasks.Pass, "owner 210987654321", "", "aws ec2 describe-images"),
		item("image", "architecture", "architecture", tasks.Pass, "x86_64, as t2.micro needs it", "", "aws ec2 describe-images"),
		item("image", "root", "root snapshot", tasks.Pass, "8 GB of the planned 10 GB", "", "aws ec2 describe-images"),
		item("network", "subnet", "free addresses", tasks.Pass, "4091 in subnet-0a1b2c3d", "", "aws ec2 describe-subnets"),
		item("network", "group", "application's port", tasks.Pass, "tcp 80 from 0.0.0.0/0", "", "the plan"),
		item("quota", "vcpu", "vCPUs", tasks.Inconclusive, "this account's limit may not be read", "allow servicequotas:GetServiceQuota, or look in the console", "aws service-quotas get-service-quota"),
		item("permissions", "launch", "launch", tasks.Pass, "RunInstances would be allowed", "", "aws ec2 run-instances --dry-run"),
		item("permissions", "release", "release an address", tasks.NotTested, "there is no address yet to ask about", "", ""),
	}
	if failing {
		items[3].Verdict, items[3].Says = string(tasks.Fail), "arm64, and t2.micro is x86_64: the launch would be refused"
		items[3].Next = "ask the developers for the x86_64 build of the AMI, or plan a t4g.micro"
	}
	s.live.Readings.Preflight = reading.Preflight{Stamp: reading.Stamp{At: s.now.Add(-3 * time.Minute), Every: 10 * time.Minute}, Items: items}
	return s
}

// mfa is the launch waiting for a code.
func mfa(t testing.TB) *scene {
	s := launching(t)
	s.live.Question = &tasks.Question{ID: "q1", Title: "MFA code", Detail: "to assume the role deployer of 1234…9012 as LX", Since: s.now}
	return s
}

// watched is the gate with alarms, a standby unlike the primary, and what looking costs.
func watched(t testing.TB) *scene {
	s := gate(t)
	s.plan = s.plan.Rebase(0)
	s.plan.Environment.Standby = "i-0fedcba9876543210"
	r := &s.live.Readings
	other := r.Cloud.Instances[0]
	other.ID, other.Role, other.Type, other.PublicIP, other.PrivateIP, other.Ours = "i-0fedcba9876543210", "standby", "t3.micro", "", "172.31.5.99", false
	other.Detailed, other.Monitoring = true, "enabled"
	other.Volumes = []reading.Volume{{ID: "vol-0bbbbbbbbbbbbbbbb", Type: "gp3", SizeGB: 8, IOPS: 3000}}
	r.Cloud.Instances[0].HTTPTokens = "optional"
	r.Cloud.Instances = append(r.Cloud.Instances, other)
	r.Cloud.Addresses = []reading.Address{{AllocationID: "eipalloc-0aa", PublicIP: "18.140.2.7", PerDay: 0.12}}
	r.Cloud.Groups = []reading.Group{{ID: "sg-0f00ba4f00ba4f00b", Name: "tminus-scp100x0219-1", Ours: true, Rules: []reading.Rule{
		{Protocol: "tcp", From: 22, To: 22, Source: "203.0.113.0/24"}, {Protocol: "tcp", From: 80, To: 80, Source: "0.0.0.0/0"}}}}
	since := func(d time.Duration) time.Time { return s.now.Add(-d) }
	r.Alarms = reading.Alarms{Stamp: reading.Stamp{At: since(20 * time.Second), Every: time.Minute}, All: []reading.Alarm{
		{Name: "tminus-scp100x0219-1-status", State: "OK", Condition: "StatusCheckFailed >= 1 for 2 min", Since: since(31 * time.Minute), Ours: true},
		{Name: "tminus-scp100x0219-1-credits", State: "ALARM", Condition: "CPUCreditBalance < 25 for 10 min", Since: since(12 * time.Minute), Ours: true, Silent: true},
		{Name: "tminus-scp100x0219-1-net", State: "INSUFFICIENT_DATA", Condition: "NetworkIn < 1 for 15 min", Since: since(40 * time.Minute), Ours: true}}}
	for i := range r.Metrics.Series {
		if m := &r.Metrics.Series[i]; m.Name == "CPUUtilization" {
			for j := range m.Points {
				m.Points[j].Value = min(m.Points[j].Value*3, 100)
			}
		}
	}
	mirror := s.series("CPUUtilization", "standby CPU", "%", func(x float64) float64 { return 2 })
	mirror.Of, mirror.Period = "standby", time.Minute
	r.Metrics.Series = append(r.Metrics.Series, mirror)
	r.Usage = reading.Usage{Stamp: reading.Stamp{At: s.now, Every: time.Minute}, PerMinute: 12, Bound: 60, PerHour: 0.002}
	return s
}

// onDemand is the gate with tasks that have no time: one done, one failed, one never begun.
func onDemand(t testing.TB) *scene {
	s := gate(t)
	s.plan = s.plan.Rebase(0)
	s.plan.OnDemand = []plan.Task{
		{ID: "A1", Title: "Deploy on a separate testing instance", Action: "ec2.trial", InCharge: "LX", OnDemand: true, PostCheck: []string{"the test instance answers"}},
		{ID: "A2", Title: "Create the alarms that the risks name", Action: "cloudwatch.alarms", InCharge: "GL", OnDemand: true},
		{ID: "A3", Title: "Call the cloud provider's support", OnDemand: true},
	}
	s.plan.Risks = slices.Clone(s.plan.Risks)
	s.plan.Risks[4].Signal, s.plan.Risks[4].Response = "instance.status == impaired", "A1"
	open := s.events[0].Body.(tasks.RunOpened)
	open.Actions = actions()
	open.Actions["ec2.trial"] = []tasks.StepPlan{step("run-instances", "launch a test instance", true, "terminate it")}
	open.Actions["cloudwatch.alarms"] = []tasks.StepPlan{step("put-alarms", "create the alarms", true, "delete them")}
	s.events[0].Body = open
	s.add("LX", tasks.TaskStarted{Task: "A1", Attempt: 1}, tasks.TaskDone{Task: "A1"}, tasks.TaskStarted{Task: "A2", Attempt: 1})
	s.at(78 * time.Minute)
	refused := "AccessDenied: cloudwatch:PutMetricAlarm is not allowed for role deployer"
	intent := tasks.Intended{ID: "A2.put-alarms.1", Task: "A2", Step: "put-alarms", Action: "cloudwatch.alarms", Attempt: 1}
	s.add("LX", intent, tasks.Outcome{Intent: intent.ID, State: tasks.OutcomeFailed, Error: refused, Took: 180 * time.Millisecond, Result: tasks.Result{
		Trace: []tasks.Trace{{Line: "aws cloudwatch put-metric-alarm --alarm-name tminus-scp100x0219-1-credits", Took: 180 * time.Millisecond, RequestID: "1b9a3c5d-7e8f-4a0b-9c1d-2e3f4a5b6c7d", Error: refused}}}},
		tasks.TaskFailed{Task: "A2", Step: "put-alarms", Reason: refused})
	return s
}

func accounts(t testing.TB) map[string]*tasks.Snapshot {
	return map[string]*tasks.Snapshot{"expired": expired(t).snapshot(), "preflight": checked(t, true).snapshot(), "mfa": mfa(t).snapshot(),
		"watched": watched(t).snapshot(), "ondemand": onDemand(t).snapshot()}
}

func TestGoldenAccount(t *testing.T) {
	views := map[string]struct {
		scene *scene
		view  View
	}{
		"expired-instances":  {expired(t), View{Focus: Instances, Zoom: true}},
		"expired-cloudwatch": {expired(t), View{Focus: CloudWatch, Zoom: true}},
		"preflight-fail":     {checked(t, true), View{Focus: Preflight}},
		"preflight-pass":     {checked(t, false), View{Focus: Preflight, Zoom: true}},
		"preflight-unread":   {opened(t).fails(reading.Denied, "the role deployer may not describe images: allow ec2:DescribeImages", time.Minute, nil, "preflight"), View{Focus: Preflight, Zoom: true}},
		"cloudwatch":         {watched(t), View{Focus: CloudWatch, Zoom: true}},
		"instances":          {watched(t), View{Focus: Instances, Zoom: true}},
		"ondemand-task":      {onDemand(t), View{Focus: Task, Selected: "A2"}},
		"ondemand-zoom":      {onDemand(t), View{Focus: Timeline, Zoom: true, Selected: "A1"}},
		"journal":            {onDemand(t), View{Focus: Journal, Zoom: true}},
		"risks":              {onDemand(t), View{Focus: Risks, Zoom: true}},
		"question": {mfa(t), View{Dialog: Dialog{Kind: Asked, Danger: Careful, Title: "MFA code", OK: "answer", Fields: [mostFields]Field{{"MFA code", "••••••"}},
			Body: "to assume the role deployer of 1234…9012 as LX\n\nIt goes to the call that asked and is kept nowhere."}}},
		"question-follower": {mfa(t), View{Watch: true}},
	}
	for name, at := range views {
		for _, size := range sizes() {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				v := at.view
				v.Width, v.Height = size[0], size[1]
				if !v.Watch {
					v.Actor = "LX"
				}
				golden.RequireEqual(t, ansi.Strip(Render(at.scene.snapshot(), v))+"\n")
			})
		}
	}
}

// TestEveryFailureHasItsOwnWord looks at each pane that reads AWS in each way to fail, before
// and after anything was read.
func TestEveryFailureHasItsOwnWord(t *testing.T) {
	for _, kind := range failureKinds() {
		for _, read := range []bool{true, false} {
			s := gate(t)
			if !read {
				s.live.Readings = reading.Readings{}
			}
			s.fails(kind, "it did not come", 40*time.Second, nil, "cloud", "metrics", "identity", "preflight", "alarms")
			for _, pane := range []Pane{Instances, CloudWatch, Preflight, Timeline} {
				for _, size := range append(sizes(), [2]int{60, 16}) {
					frame := ansi.Strip(Render(s.snapshot(), View{Width: size[0], Height: size[1], Focus: pane, Actor: "LX"}))
					if head, _, _ := strings.Cut(frame, "\n"); !strings.Contains(head, "▲ AWS: ") || !strings.Contains(head, string(kind)) {
						t.Errorf("%s, read %v, %v: the header says\n%s", kind, read, size, head)
					}
					if pane == Timeline {
						continue
					}
					body := frame[strings.Index(frame, "\n"):]
					if !strings.Contains(body, string(kind)+" for 40 s") {
						t.Errorf("%s, read %v, pane %d, %v:\n%s", kind, read, pane, size, frame)
					}
					for _, other := range failureKinds() {
						if other != kind && strings.Contains(body, string(other)+" for") {
							t.Errorf("%s looks like %s", kind, other)
						}
					}
				}
			}
		}
	}
}

// TestWorstFailureIsSaid and only AWS's counts: a host that does not answer is no trouble with the account.
func TestWorstFailureIsSaid(t *testing.T) {
	s := gate(t)
	head := func(width int) string {
		frame, _, _ := strings.Cut(ansi.Strip(Render(s.snapshot(), View{Width: width, Height: 40, Actor: "LX"})), "\n")
		return frame
	}
	s.fails(reading.Unreachable, "no answer", time.Minute, nil, "host")
	if strings.Contains(head(200), "AWS:") {
		t.Error(head(200))
	}
	s.live.Readings.Failures["cloud"] = reading.Failure{Kind: reading.Throttled, Says: "slow down"}
	s.live.Readings.Failures["metrics"] = reading.Failure{Kind: reading.Denied, Says: "no"}
	if !strings.Contains(head(200), "▲ AWS: denied (metrics)") {
		t.Error(head(200))
	}
	s.live.Readings.Failures["identity"] = reading.Failure{Kind: reading.Expired, Says: "sign in", Mend: ssoLogin}
	if !strings.Contains(head(200), "▲ AWS: credentials expired · L signs in") || !strings.Contains(head(60), "▲ AWS: expired") {
		t.Errorf("%s\n%s", head(200), head(60))
	}
}

func TestPlaceShoutsWhatIsNotPlanned(t *testing.T) {
	head := func(change func(*scene)) string {
		s := expired(t)
		s.live.Readings.Failures = nil
		change(s)
		frame, _, _ := strings.Cut(ansi.Strip(Render(s.snapshot(), View{Width: 200, Height: 40, Actor: "LX"})), "\n")
		return frame
	}
	live := func(s *scene) {
		open := s.events[0].Body.(tasks.RunOpened)
		open.Mode = tasks.LiveRun
		s.events[0].Body = open
	}
	for want, change := range map[string]func(*scene){
		"scp-prod · deployer · ap-southeast-1 · 1234…9012": func(*scene) {},
		" wrong region us-east-1 ":                         func(s *scene) { s.live.Readings.Identity.Region = "us-east-1" },
		" wrong account 9999…7777, plan 1234…9012 ":        func(s *scene) { s.live.Readings.Identity.Account = "999988887777" },
		"ap-southeast-1 · 1234…9012 ?":                     func(s *scene) { s.live.Readings.Identity = reading.Identity{} },
		" endpoint 127.0.0.1:5000: not AWS's own ": func(s *scene) {
			live(s)
			s.live.Readings.Identity.Endpoint = "http://127.0.0.1:5000"
		},
	} {
		if got := head(change); !strings.Contains(got, want) {
			t.Errorf("want %q in\n%s", want, got)
		}
	}
	if got := head(func(s *scene) { s.live.Readings.Identity.Endpoint = "http://127.0.0.1:5000" }); strings.Contains(got, "endpoint") {
		t.Errorf("a rehearsal tells of its endpoint: %s", got)
	}
	if got := head(live); strings.Contains(got, "endpoint") {
		t.Errorf("AWS's own endpoint is told: %s", got)
	}
}
