package awsops_test

// lines_test.go: the aws line beside each call is one that the real aws command takes. Every
// line that the package makes is given to the command line's own parser, and sent.

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"tminus/awsops"
	"tminus/tasks"
	"tminus/tasks/plan"
)

// clerk runs aws lines from its input, one a line, in one interpreter, and tells how each ended.
const clerk = `
import contextlib, io, json, shlex, sys
import awscli.clidriver
driver = awscli.clidriver.create_clidriver()
for line in sys.stdin:
    out, err = io.TextIOWrapper(io.BytesIO()), io.StringIO()
    words = shlex.split(json.loads(line))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = driver.main(words[1:])
        except SystemExit as e:
            code = e.code
    print(json.dumps({"Code": code, "Says": err.getvalue()}))
`

// lines are all that a few days' flights make, each shape once: its words without their values.
func lines(t *testing.T) []string {
	var mu sync.Mutex
	shapes := map[string]string{}
	values := regexp.MustCompile(`=[^ ,}\]]*|'[^']*'|\S*\d\S*`)
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, func(o *awsops.Options) {
		o.Log = func(call tasks.Trace) {
			mu.Lock()
			defer mu.Unlock()
			shapes[values.ReplaceAllString(call.Line, "…")] = call.Line
		}
	})
	for _, policy := range []string{"terminate", "stop"} {
		p := watched()
		p.Rollback.Instance = policy
		if policy == "stop" {
			p.Rollback.Group, p.Rollback.Key = "keep", "keep"
		}
		f := newFlight(c, p)
		f.run += policy
		must(t, f.day(t.Context(), a))
		must(t, f.fly(t.Context(), "T4b", a.Alarms(p)))
		for _, e := range f.done {
			_, _, err := e.step.Find(t.Context(), e.call)
			must(t, err)
			if e.step.Undo != nil {
				_, _, err = e.step.Undo.Prove(t.Context(), e.call)
				must(t, err)
			}
		}
		c.Wait(t.Context(), 30*time.Minute) // until there is something to measure
		for _, s := range a.Sensors(p, f.run) {
			_, err := s.Read(t.Context(), f.facts, c.Now())
			must(t, err)
		}
		must(t, f.undo(t.Context()))
		_, err := a.Preflight(t.Context(), p)
		must(t, err)
	}
	elsewhere := watched()
	elsewhere.Environment.Instance.AMI = "ami-0a00000000000000f" // looked for in other regions
	_, err := a.Preflight(t.Context(), elsewhere)
	must(t, err)
	moveLines(t, w, c, a)
	return slices.Sorted(maps.Values(shapes))
}

// moveLines adds a move of an address that is there already.
func moveLines(t *testing.T, w world, c *clock, a *awsops.Account) {
	old, err := w.Settle()
	must(t, err)
	c.Wait(t.Context(), 10*time.Minute)
	out, err := console(t, w).AllocateAddress(t.Context(), &ec2.AllocateAddressInput{})
	must(t, err)
	_, err = console(t, w).AssociateAddress(t.Context(), &ec2.AssociateAddressInput{AllocationId: out.AllocationId, InstanceId: aws.String(old)})
	must(t, err)
	p := scp()
	p.Tasks = []plan.Task{{ID: "T7", Action: "eip.assign", Params: map[string]string{"allocation": *out.AllocationId, "move_from": old}}}
	f := newFlight(c, p)
	f.run += "move"
	must(t, f.fly(t.Context(), "T4", a.Launch(p)))
	must(t, f.fly(t.Context(), "T7", a.Assign(p)))
	must(t, f.undo(t.Context()))
}

func TestLinesAreAWSLines(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err == nil {
		err = exec.CommandContext(t.Context(), python, "-c", "import awscli.clidriver").Run()
	}
	if err != nil {
		t.Skip("SKIPPED: python3 has no awscli (the aws command line, version 1); the aws lines beside the calls were not given to it")
	}
	all := lines(t)
	var said []string
	for _, op := range awsops.Calls() {
		word := " " + strings.ToLower(strings.TrimPrefix(regexp.MustCompile(`[A-Z]`).ReplaceAllString(op, "-$0"), "-")) + " "
		if !slices.ContainsFunc(all, func(line string) bool { return strings.Contains(line, word) }) {
			said = append(said, op)
		}
	}
	if len(said) > 0 {
		t.Errorf("no line was seen of %s", strings.Join(said, ", "))
	}
	var in strings.Builder
	for _, line := range all {
		text, err := json.Marshal(line)
		must(t, err)
		in.Write(append(text, '\n'))
	}
	cmd := exec.CommandContext(t.Context(), python, "-c", clerk)
	none := filepath.Join(t.TempDir(), "none")
	cmd.Stdin = strings.NewReader(in.String())
	cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=AKIAPRETEND", "AWS_SECRET_ACCESS_KEY=pretend", "AWS_PAGER=", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_MAX_ATTEMPTS=1", "AWS_CONFIG_FILE="+none, "AWS_SHARED_CREDENTIALS_FILE="+none)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		t.Fatalf("%v: %s", err, exit.Stderr)
	}
	must(t, err)
	answers := json.NewDecoder(strings.NewReader(string(out)))
	for _, line := range all {
		var a struct {
			Code int
			Says string
		}
		must(t, answers.Decode(&a))
		answered := a.Code == 0 || strings.Contains(a.Says, "An error occurred (") && strings.Contains(a.Says, "when calling the") // else it was not sent
		if !answered || strings.Contains(a.Says, "UnknownParameter") {
			t.Errorf("%s\n%d: %s", line, a.Code, a.Says)
		}
	}
	t.Logf("figure: %d aws lines of %d calls, each taken by the aws command line", len(all), len(awsops.Calls()))
}
