package plan_test

// scp_test.go: every fact of the team's document, asserted from the example as loaded.

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/examples"
	"tminus/tasks/plan"
)

func scp(t testing.TB) *plan.Plan {
	t.Helper()
	p, err := plan.Load(examples.SCP())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSCPHead(t *testing.T) {
	p := scp(t)
	got := []string{p.Release, p.Change, p.Timezone, p.Zone.String(), p.Owners.Business, p.Owners.Deployment,
		p.Window.Start.Format(time.RFC3339), p.Window.End.Format(time.RFC3339)}
	want := []string{"SCP Build 1.0.0", "SCP100X0219", "Asia/Singapore", "Asia/Singapore", "Prof. Paul Griffin", "Prof. Rafael J. Barros",
		"2019-02-07T16:00:00+08:00", "2019-02-07T18:00:00+08:00"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(p.Hash) != 64 || p.Hash != strings.ToLower(p.Hash) {
		t.Errorf("hash is %q", p.Hash)
	}
	notes := strings.Join(p.Notes, "\n")
	for _, said := range []string{"approved by QA", "7th of February", "Justin | Lingxing | Ming Yu | Tanny | Keeve | Hong Liang",
		"Section 5, Team 5", "Only the In Charge is listed", "100/3000", "7th Feb 2019", "backup instance"} {
		if !strings.Contains(notes, said) {
			t.Errorf("notes do not say %q", said)
		}
	}
}

func TestSCPContacts(t *testing.T) {
	want := []plan.Contact{
		{ID: "MY", Name: "Chua Ming Yu", Phone: "5550 0880", Email: "mingyu.chua.2017@scp.example", Manager: "JC", Team: "Security"},
		{ID: "JC", Name: "Justin Choy", Phone: "5550 9330", Email: "justin.choy.2017@scp.example", Manager: "PR", Team: "Communications", Lead: true},
		{ID: "TL", Name: "Tanny Lai", Phone: "5550 8562", Email: "tanny.lai.2017@scp.example", Manager: "JC", Team: "Communications"},
		{ID: "HL", Name: "Ng Hong Liang", Phone: "5550 3232", Email: "hlng.2017@scp.example", Manager: "JC", Team: "Quality Assurance"},
		{ID: "LX", Name: "Guo Lingxing", Phone: "5550 4836", Email: "lxguo.2017@scp.example", Manager: "JC", Team: "Infrastructure", Lead: true},
		{ID: "KQ", Name: "Keeve Quah", Phone: "5550 6525", Email: "keeve.quah.2017@scp.example", Manager: "JC", Team: "Infrastructure"},
		{ID: "WT", Name: "Wendy Tan", Phone: "5550 1967", Email: "wendytanlc@scp.example", Team: "Developer"},
		{ID: "PR", Name: "Professor Rafael", Phone: "5550 9675", Email: "rafaelbarros@scp.example", Role: "COO"},
		{ID: "PM", Role: "Product Manager", Open: true},
	}
	if diff := cmp.Diff(want, scp(t).Contacts); diff != "" {
		t.Error(diff)
	}
}

func TestSCPTasks(t *testing.T) {
	type row struct {
		ID, Date, Start, End, Title, Teams, InCharge, Preparation, PostCheck, After, Status, Action string
	}
	const done, open = "completed", "not started"
	want := []row{
		{"T1", "28-Jan-19", "16:00", "16:30", "Get AWS account registered with build product manager and cloudtopus.", "Infrastructure", "JC", "Created AWS account", "Google form submission successful, and account added successfully on cloudtopus", "", done, ""},
		{"T2", "31-Jan-19", "15:00", "20:00", "Complete Hour-by-Hour plan and upload on e-learn", "Infrastructure", "JC", "Conducted team meeting and created Hour-by-Hour plan draft.", "Hour-by-Hour document successfully uploaded on elearn", "", done, ""},
		{"T3", "1-Feb-19", "18:00", "21:00", "Get AMI from product managers", "Developers, Infrastructure", "JC", "Product manager approval on Hour-by-Hour plan Build 1.0.0 completed by developers and approved by QA.", "AMI shared on AWS EC2 dashboard", "T1,T2", done, ""},
		{"T4", "7-Feb-19", "16:00", "16:30", "Launch Deployment Environment Machine (EC2 instance) and configure security group (SSH)", "Security", "MY", "SSH key pair generated using puttyGen", "Upon Launching the instance, clicking on view Instance shows the instance running.", "T3", open, "ec2.launch"},
		{"T5", "7-Feb-19", "16:30", "17:00", "Enable connection via SSH and retrieve security credentials and public DNS of AWS EC2 instance.", "Security", "MY", "Security groups successfully created on EC2", "Security keys successfully downloaded", "T4", open, "ec2.credentials"},
		{"T6", "7-Feb-19", "17:00", "17:15", "Test SSH connection via putty.", "Security", "MY", "Security keys downloaded", "Downloaded security keys able to establish connection to AWS EC2 instance successfully via putty using SSH", "T5", open, "ssh.test"},
		{"G1", "7-Feb-19", "17:15", "17:15", "Go/no-go: make the new instance public", "", "JC", "", "", "T6", open, ""},
		{"T7", "7-Feb-19", "17:15", "17:30", "Assign Elastic IP address and test connection", "Infrastructure", "LX", "AWS EC2 instance created", "Deployment team able to connect to EC2 instance via elastic IP address", "T6,G1", open, "eip.assign"},
		{"T8", "7-Feb-19", "17:30", "18:00", "Test build for business functionality - smoke test - Read-only-test - Functional and full test.", "Infrastructure, Quality Assurance", "LX", "Product Manager and COO must be available to validate deployment success via email.", "The application functions and meets the required business c2criteria All tests conducted on the application successful", "T7", open, "smoke.run"},
	}
	var got []row
	for _, task := range scp(t).Tasks {
		got = append(got, row{task.ID, task.Start.Format("2-Jan-06"), task.Start.Format("15:04"), task.End.Format("15:04"), task.Title,
			strings.Join(task.Teams, ", "), task.InCharge, strings.Join(task.Preparation, "|"), strings.Join(task.PostCheck, "|"),
			strings.Join(task.After, ","), task.Status, task.Action})
		if task.Gate != (task.ID == "G1") {
			t.Errorf("%s: gate is %t", task.ID, task.Gate)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"PM", "PR"}, scp(t).Task("T8").SignOff); diff != "" {
		t.Error(diff)
	}
}

func TestSCPRisks(t *testing.T) {
	want := []string{ // id, category, likelihood, impact, stated priority, treatments, how it begins
		"R1 Infrastructure low critical 0 mitigate Significant portions of Amazon",
		"R2 Security low high 0 mitigate A previously unknown security",
		"R3 Infrastructure low medium 0 avoid,mitigate,recover A software or hardware",
		"R4 Security low high 0 mitigate,recover Production server's credentials and/or",
		"R5 Infrastructure medium high 1 mitigate Production server crashes during",
		"R6 Infrastructure low low 0 mitigate Excess charges are incurred",
		"R7 Infrastructure medium low 2 mitigate Peak traffic flow to",
		"R8 Security low high 0 mitigate Server may come under",
		"R9 Infrastructure low critical 3 accept,transfer,mitigate The AMI released by",
	}
	var got []string
	for _, r := range scp(t).Risks {
		var kinds []string
		for _, treatment := range r.Treatments {
			kinds = append(kinds, treatment.Kind)
			if treatment.Text == "" {
				t.Errorf("%s: a treatment says nothing", r.ID)
			}
		}
		begins := strings.Join(strings.Fields(r.Description)[:4], " ")
		got = append(got, fmt.Sprintln(r.ID, r.Category, r.Likelihood, r.Impact, r.Priority, strings.Join(kinds, ","), begins))
		got[len(got)-1] = strings.TrimSpace(got[len(got)-1])
		if r.InPlace || r.Why == "" {
			t.Errorf("%s: in place %t, because %q; the document shows no mitigation in place", r.ID, r.InPlace, r.Why)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	crash := scp(t).Risks[4]
	if crash.Response != "F" || crash.Signal == "" || crash.Why != "to be set up after a successful deployment of build 1.0.0" {
		t.Errorf("the crash: signal %q, response %q, why %q", crash.Signal, crash.Response, crash.Why)
	}
}

func TestSCPEnvironment(t *testing.T) {
	want := plan.Environment{
		Account: "123456789012", Alias: "scp-rehearsal", Region: "ap-southeast-1", Production: true,
		Instance: plan.Instance{
			Platform: "AWS EC2", Type: "t2.micro", VCPU: 1, MemoryGiB: 1, Storage: "EBS only",
			AMI: "ami-05c100a0219f00d00", VPC: "vpc-9fcee6f8", SSHUser: "ec2-user", SSHPort: 22,
			Volume: plan.Volume{SizeGB: 10, Type: "gp2", BaseIOPS: 100, BurstIOPS: 3000},
			Ports: []plan.Port{
				{Port: 22, From: "0.0.0.0/0", Why: "SSH, the one the document asks for (T4)"},
				{Port: 80, From: "0.0.0.0/0", Why: "HTTP, for the smoke tests and the clients"},
				{Port: 443, From: "0.0.0.0/0", Why: "HTTPS, for the clients"},
			},
		},
		Application: plan.Application{Port: 80, Build: "1.0.0"},
		Guest:       plan.Guest{OS: "Red/centos (Linux)", Nginx: "1:1.14.1-2.34", Django: "2.1.5", Python: "3.6", Pip: "9.0.3"},
		Monitoring:  []string{"htop", "Cloudwatch"},
		AMIOwner:    "210987654321",
	}
	if diff := cmp.Diff(want, scp(t).Environment); diff != "" {
		t.Error(diff)
	}
	back := plan.Rollback{Instance: "terminate", Address: "release", Group: "delete", Key: "delete", Budget: plan.Duration{Duration: 10 * time.Minute}}
	if diff := cmp.Diff(back, scp(t).Rollback); diff != "" {
		t.Error(diff)
	}
}

func TestSCPSmoke(t *testing.T) {
	p := scp(t)
	var names []string
	for _, s := range p.Smoke {
		names = append(names, s.Name)
		if s.Safe != (s.Name == "read-only") {
			t.Errorf("stage %s: safe is %t", s.Name, s.Safe)
		}
		for _, c := range s.Checks {
			if c.Method == "" || c.Status == 0 || c.Within.Duration != 2*time.Second {
				t.Errorf("check %s: defaults are not filled: %q %d %s", c.Name, c.Method, c.Status, c.Within)
			}
		}
	}
	if diff := cmp.Diff([]string{"read-only", "functional", "full"}, names); diff != "" {
		t.Error(diff)
	}
}

// Loading is part of the 50 ms to the first frame. Its budget is 3 ms.
func BenchmarkLoad(b *testing.B) {
	name, src := examples.SCP()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := plan.Load(name, src); err != nil {
			b.Fatal(err)
		}
	}
}
