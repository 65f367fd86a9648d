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
	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

func examined() []reading.Item {
	long := "aws ec2 run-instances --count 1 --image-id ami-04681a1dbd79675a5 --instance-type t2.micro --tag-specifications 'ResourceType=instance,Tags=[{Key=tminus:run,Value=dry-run}]' --dry-run"
	return []reading.Item{
		{ID: "settings.profile", Group: "settings", Name: "profile", Says: "scp", Source: "AWS_PROFILE"},
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
	for _, line := range strings.Split(out, "\n") {
		if w := ansi.StringWidth(line); w > 80 {
			t.Errorf("%d columns: %q", w, line)
		}
	}
	for _, want := range []string{"settings\n", "\nidentity\n", "pass account", "FAIL ec2:RunInstances", "?    ec2:AuthorizeSecurityGroupIngress  not told", "scp  AWS_PROFILE", "-> ask the owner", "1 pass, 1 fail, 1 not known"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
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

func TestDoctorForAProgram(t *testing.T) {
	_, out, _, _ := examine(t, examined(), errors.New("nobody"), "doctor", "--json")
	var got struct{ Items []map[string]string }
	if err := json.Unmarshal([]byte(out), &got); err != nil || len(got.Items) != len(examined()) || got.Items[3]["verdict"] != "fail" || !strings.HasSuffix(got.Items[3]["source"], "--dry-run") {
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
	fits := examined()[:3]
	for _, tt := range []struct {
		name, path string
		items      []reading.Item
		err        error
		want       int
		asked      int
	}{
		{"an account that fits", good, fits, nil, OK, 1},
		{"one that does not", good, examined(), nil, TaskFailed, 1},
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

// TestSecretIsAskedAtTheTerminal: nothing of it is shown, and stdin is not read.
func TestSecretIsAskedAtTheTerminal(t *testing.T) {
	q := tasks.Question{Title: "MFA code", Detail: "to assume the role d\x1b[31meployer"}
	for typed, want := range map[string]string{"123456\n": "123456", " 654321 \r": "654321", "\r": "", "12\x7f\x7f\x7f123456\r": "123456", "123456\x03": "", "123456\x04": ""} {
		master, tty, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		type end struct {
			s   tasks.Secret
			err error
		}
		done := make(chan end, 1)
		go func() {
			s, err := askOn(t.Context(), tty, q)
			done <- end{s, err}
		}()
		said := read(t, master, "declines): ")
		if _, err := master.WriteString(typed); err != nil {
			t.Fatal(err)
		}
		got := <-done
		if got.s.Reveal() != want || errors.Is(got.err, tasks.ErrDeclined) != (want == "") {
			t.Errorf("%q: %v", typed, got.err)
		}
		said += read(t, master, "\n")
		if strings.Contains(said, "123456") || strings.Contains(said, "654321") || strings.Contains(said, "\x1b[31m") {
			t.Errorf("shown: %q", said)
		}
		_, _ = tty.Close(), master.Close()
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

// TestSecretTypedBeforeItIsAskedFor is an answer like any other, and shown no more than the rest once it is asked for.
func TestSecretTypedBeforeItIsAskedFor(t *testing.T) {
	for early, late := range map[string]string{"123": "456\r", "123456\n": ""} {
		master, tty, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := master.WriteString(early); err != nil {
			t.Fatal(err)
		}
		read(t, master, "3") // the terminal has it, and echoes: nobody has asked yet
		done := make(chan tasks.Secret, 1)
		go func() {
			s, err := askOn(t.Context(), tty, tasks.Question{Title: "MFA code"})
			if err != nil {
				t.Error(err)
			}
			done <- s
		}()
		if late != "" {
			read(t, master, "declines): ")
			if _, err := master.WriteString(late); err != nil {
				t.Fatal(err)
			}
		}
		if got := (<-done).Reveal(); got != "123456" {
			t.Errorf("%q and %q: got %q", early, late, got)
		}
		if _, err := tty.WriteString("the end"); err != nil {
			t.Fatal(err)
		}
		if said := read(t, master, "the end"); late != "" && strings.Contains(said, "4") {
			t.Errorf("shown: %q", said)
		}
		_, _ = tty.Close(), master.Close()
	}
}

func TestQuestionEndsWithTheCommand(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	ctx, leave := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := askOn(ctx, tty, tasks.Question{Title: "MFA code"})
		done <- err
	}()
	read(t, master, "declines): ")
	leave()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := master.WriteString("\n"); err != nil { // lets go of the terminal
		t.Error(err)
	}
	tty.Close()
	master.Close()
}
