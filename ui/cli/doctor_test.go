package cli

// doctor_test.go: doctor and check --live: what is printed, for whom, and how they end.

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"

	"tminus/examples"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

func examined() []reading.Item {
	long := "aws ec2 run-instances --count 1 --image-id ami-04681a1dbd79675a5 --instance-type t2.micro --tag-specifications 'ResourceType=instance,Tags=[{Key=tminus:run,Value=dry-run}]' --dry-run"
	return []reading.Item{
		{ID: "settings.profile", Group: "settings", Name: "profile", Says: "scp", Source: "AWS_PROFILE"},
		{ID: "settings.endpoint", Group: "settings", Name: "endpoints", Verdict: "warning", Says: "of every service: http://127.0.0.1:4566", Next: "make sure that this is where you want to act", Source: "AWS_ENDPOINT_URL"},
		{ID: "settings.credentials", Group: "settings", Name: "credentials", Says: "role deployer (profile prod), from SSO session corp https://corp.awsapps.com/start, role Deployer", Source: "~/.aws/config [profile scp]"},
		{ID: "identity.account", Group: "identity", Name: "account", Verdict: "pass", Says: "610000000042 (scp)", Source: "aws sts get-caller-identity --profile scp --region ap-southeast-1"},
		{ID: "permission.ec2:RunInstances", Group: "permissions", Name: "ec2:RunInstances", Verdict: "fail", Says: "not allowed: ec2:RunInstances is missing", Next: "ask the owner of the account for ec2:RunInstances; docs/iam.md has the whole policy", Source: long},
		{ID: "permission.x", Group: "permissions", Name: "ec2:AuthorizeSecurityGroupIngress", Verdict: "inconclusive", Says: "not told", Next: "compare the policy with docs/iam.md", Source: long},
	}
}

// examine runs a command line on an account that says what it is told to.
func examine(t *testing.T, items []reading.Item, result error, args ...string) (exit int, out, complaints string, asked []Access) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	look := func(_ context.Context, a Access, _ string) ([]reading.Item, error) {
		asked = append(asked, a)
		return items, result
	}
	exit = Execute(t.Context(), Program{Doctor: look, Preflight: look}, args, Stdio{In: strings.NewReader(""), Out: &stdout, Err: &stderr})
	return exit, stdout.String(), stderr.String(), asked
}

func TestDoctorForAPerson(t *testing.T) {
	exit, out, _, asked := examine(t, examined(), nil, "doctor", "--profile", "scp", "--region", "ap-southeast-1")
	if exit != OK || len(asked) != 1 || asked[0].Profile != "scp" || asked[0].Region != "ap-southeast-1" || asked[0].Ask == nil {
		t.Errorf("exit %d, asked %+v", exit, asked)
	}
	// Nobody looks on: each text is a line of its own, whole, for grep and for a shell.
	for _, want := range []string{"settings\n", "\nidentity\n", "pass account", "FAIL ec2:RunInstances", "?    ec2:AuthorizeSecurityGroupIngress  not told", "scp  AWS_PROFILE", "-> ask the owner of the account for ec2:RunInstances; docs/iam.md has the whole policy\n",
		"\n       " + examined()[4].Source + "\n", "1 pass, 1 fail, 1 not known, 1 warning\n", "\nFAIL permissions, ec2:RunInstances -> ask the owner of the account for ec2:RunInstances; docs/iam.md has the whole policy\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(out, "…") || strings.Count(out, "permissions\n") != 1 {
		t.Errorf("cut, or a group twice:\n%s", out)
	}
}

// TestDoctorOnATerminal: no line is wider, and no id, option or host is broken.
func TestDoctorOnATerminal(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	const host, command = "https://an-endpoint-of-somebody.with-a-very-long-name.ap-southeast-1.vpce.amazonaws.com", "--launch-permission 'Add=[{UserId=610000000042}]' --region ap-southeast-1"
	items := append(examined(), reading.Item{ID: "x", Group: "settings", Name: "endpoint", Verdict: "fail", Says: "every service is reached at " + host + " and nowhere else",
		Next: "share it: aws ec2 modify-image-attribute --image-id ami-05c100a0219f00d00 " + command})
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer tty.Close()
	if err := pty.Setsize(tty, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- writeItems(tty, items) }()
	out := strings.ReplaceAll(read(t, master, "FAIL permissions, ec2:RunInstances"), "\r", "")
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	for _, line := range strings.Split(out, "\n") {
		if w := ansi.StringWidth(line); w > 80 && strings.TrimSpace(line) != host {
			t.Errorf("%d columns: %q", w, line)
		}
		for _, w := range strings.Fields(line) {
			words[w] = true
		}
	}
	for _, w := range append(strings.Fields(command), host, "ami-05c100a0219f00d00", "modify-image-attribute") {
		if !words[w] {
			t.Errorf("%q is broken in\n%s", w, out)
		}
	}
	if settings := strings.Index(out, "FAIL endpoint"); strings.Count(out, "settings\n") != 1 || settings > strings.Index(out, "identity\n") {
		t.Errorf("a group stands there once:\n%s", out)
	}
	t.Log("\n" + out)
}

func TestHowDoctorEnds(t *testing.T) {
	nobody := errors.New("nobody is signed in")
	_, invalid := plan.Load("x.yaml", []byte("colour: blue\n"))
	for _, tt := range []struct {
		err   error
		items []reading.Item
		want  int
	}{{nil, examined(), OK}, {nobody, examined(), Precondition}, {nobody, nil, Precondition}, {invalid, nil, PlanInvalid}} {
		exit, out, says, _ := examine(t, tt.items, tt.err, "doctor", "p.yaml")
		if exit != tt.want || (len(tt.items) > 0) != (out != "") || tt.err != nil && says == "" {
			t.Errorf("%v: exit %d, %q, %q", tt.err, exit, out, says)
		}
	}
	if exit, _, _, _ := examine(t, nil, nil, "doctor", "a", "b"); exit != Usage {
		t.Errorf("two plans: exit %d", exit)
	}
}

// TestDoctorSaysItOnce: what an item tells is not told again beside the list.
func TestDoctorSaysItOnce(t *testing.T) {
	says := "unreachable: GetCallerIdentity was not sent: connection refused"
	away := reading.Item{ID: "identity.account", Group: "identity", Name: "account", Verdict: "inconclusive", Says: says, Next: "check the network"}
	denied := errors.New("not allowed: ec2:RunInstances is missing; ask")
	for _, tt := range []struct {
		name  string
		items []reading.Item
		err   error
		want  string
	}{
		{"a failure", examined(), denied, "tminus: 1 of 6 items fails; it says what to do\n"},
		{"not known", []reading.Item{away}, errors.New(strings.TrimPrefix(says, "unreachable: ") + "; check the network"), "tminus: AWS did not say who we are: identity, account says why and what to do\n"},
		{"told nowhere", examined()[:3], errors.New("something else"), "tminus: something else\n"},
	} {
		for _, args := range [][]string{{"doctor", "p.yaml"}, {"doctor", "--json"}} {
			if exit, _, complaints, _ := examine(t, tt.items, tt.err, args...); exit != Precondition || complaints != tt.want {
				t.Errorf("%s: exit %d, %q, want %q", tt.name, exit, complaints, tt.want)
			}
		}
	}
}

// TestCheckLiveHidesWhatIsWaived: it is counted; the ordinary check shows it as ever.
func TestCheckLiveHidesWhatIsWaived(t *testing.T) {
	good, _ := flyable(t)
	for _, tt := range []struct {
		args  []string
		shown bool
		line  string
	}{
		{[]string{"--live"}, false, "1 finding waived (--waived shows it)\n"},
		{[]string{"--live", "--waived"}, true, ""},
		{nil, true, ""},
	} {
		_, out, _, _ := examine(t, examined()[:4], nil, append([]string{"check", good}, tt.args...)...)
		if strings.Contains(out, "waived by ES") != tt.shown || !strings.Contains(out, tt.line) || tt.line == "" && strings.Contains(out, "(--waived") {
			t.Errorf("%v:\n%s", tt.args, out)
		}
	}
	if exit, _, _, _ := examine(t, nil, nil, "check", good, "--waived"); exit != Usage {
		t.Errorf("--waived alone: exit %d", exit)
	}
	_, out, _, _ := examine(t, examined()[:4], nil, "check", good, "--live", "--json")
	if !strings.Contains(out, `"waived": {`) {
		t.Errorf("a program is told less: %s", out)
	}
}

func TestDoctorForAProgram(t *testing.T) {
	_, out, _, _ := examine(t, examined(), errors.New("nobody"), "doctor", "--json")
	var got struct{ Items []map[string]string }
	if err := json.Unmarshal([]byte(out), &got); err != nil || len(got.Items) != len(examined()) || got.Items[4]["verdict"] != "fail" || !strings.HasSuffix(got.Items[4]["source"], "--dry-run") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestCheckLive(t *testing.T) {
	dir := t.TempDir()
	calm, err := os.ReadFile("../../tasks/check/testdata/calm.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, seed := examples.SCP()
	good, doubtful, bad := dir+"/good.yaml", dir+"/doubtful.yaml", dir+"/bad.yaml"
	for path, text := range map[string][]byte{good: calm, doubtful: seed, bad: []byte(broken)} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	fits := examined()[:4]
	for _, tt := range []struct {
		name, path string
		items      []reading.Item
		err        error
		want       int
		asked      int
	}{
		{"an account that fits", good, fits, nil, OK, 1},
		{"one that does not", good, examined(), nil, TaskFailed, 1},
		{"another account", good, []reading.Item{{ID: reading.Pinned, Group: "account", Name: "identity", Verdict: "fail", Says: "account 2, the plan wants 1"}, {Group: "settings", Verdict: "pass"}}, nil, Precondition, 1},
		{"nobody", good, fits[:1], errors.New("nobody is signed in"), Precondition, 1},
		{"a plan with errors is looked at all the same", doubtful, fits, nil, PlanInvalid, 1},
		{"a plan that does not load", bad, fits, nil, PlanInvalid, 0},
	} {
		exit, out, says, asked := examine(t, tt.items, tt.err, "check", "--live", tt.path, "--profile", "scp")
		if exit != tt.want || len(asked) != tt.asked {
			t.Errorf("%s: exit %d, asked %v, %s%s", tt.name, exit, asked, out, says)
		}
		if tt.asked > 0 && (!strings.Contains(out, "identity") && tt.err == nil || asked[0].Profile != "scp" || strings.Index(out, "\nsettings") < strings.Index(out, " errors, ")) {
			t.Errorf("%s: the plan first, then its account: %s", tt.name, out)
		}
	}
	_, out, _, _ := examine(t, examined(), nil, "check", "--live", "--json", good)
	var got struct {
		Check map[string]any
		Live  []map[string]string
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || got.Check["loaded"] != true || len(got.Live) != len(examined()) {
		t.Errorf("%v: %s", err, out)
	}
}

// TestItemsCannotRepaintTheTerminal: what they say came from a configuration file and from AWS.
func TestItemsCannotRepaintTheTerminal(t *testing.T) {
	const hostile = "\x1b[2Jname\x1b]0;owned\a\u202e two\nlines"
	items := []reading.Item{{ID: hostile, Group: hostile, Name: hostile, Verdict: "fail", Says: hostile, Next: hostile, Source: hostile}, {}}
	for _, args := range [][]string{{"doctor"}, {"doctor", "--json"}} {
		_, out, _, _ := examine(t, items, nil, args...)
		if strings.ContainsAny(out, "\x1b\a") || len(args) == 1 && (!strings.Contains(out, "two") || strings.Contains(out, "\u202e")) {
			t.Errorf("%q", out)
		}
	}
}

// TestAccountIsNotAskedInSilence: nobody believes that an account was looked at that was not.
func TestAccountIsNotAskedInSilence(t *testing.T) {
	good, _ := flyable(t)
	for _, args := range [][]string{{"--live", "--rules"}, {"--live", "--schema"}, {"--live", "--explain", "L19"}, {"--live"}, {good, "--profile", "scp"}, {good, "--region", "eu-west-1"}} {
		if exit, out, _, asked := examine(t, nil, nil, append([]string{"check"}, args...)...); exit != Usage || out != "" || len(asked) > 0 {
			t.Errorf("%v: exit %d, %q", args, exit, out)
		}
	}
}
