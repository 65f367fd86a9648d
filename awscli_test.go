package main

// awscli_test.go: a client that nobody here wrote reads the world that is being flown.

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tminus/examples"
	"tminus/tasks"
)

// TestAWSCommandLineReadsTheFlight waits until the instance has its address, and
// asks the AWS CLI, in the environment that --aws-listen prints, for both.
func TestAWSCommandLineReadsTheFlight(t *testing.T) {
	t.Parallel()
	if out, err := exec.Command("aws", "--version").CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: the AWS CLI is not here: nobody else reads the pretend AWS: %v: %s", err, out)
	}
	root, complaints := t.TempDir(), filepath.Join(t.TempDir(), "stderr")
	cmd := tminus(t, "rehearse", longDay(t), "--auto", "--speed", "3600", "--aws-listen", "127.0.0.1:0", "--runs", root)
	stderr, err := os.Create(complaints)
	if err != nil {
		t.Fatal(err)
	}
	defer stderr.Close()
	cmd.Stderr = stderr
	flight := launch(t, cmd)
	eventually(t, "the address is assigned", func() bool {
		return flight.over() || strings.Contains(string(journalOf(t, root)), `"t":"task.done"`) && isDone(t, root, "T7")
	})
	printed, err := os.ReadFile(complaints)
	if err != nil {
		t.Fatal(err)
	}
	s := state(t, onlyRun(t, root))
	instance, address := s.Facts[tasks.FactInstance].Value, s.Facts[tasks.FactElasticIP].Value

	var machines struct {
		Reservations []struct {
			Instances []struct {
				InstanceID      string `json:"InstanceId"`
				PublicIPAddress string `json:"PublicIpAddress"`
				State           struct{ Name string }
			}
		}
	}
	asks(t, string(printed), &machines, "ec2", "describe-instances")
	if len(machines.Reservations) != 1 || len(machines.Reservations[0].Instances) != 1 {
		t.Fatalf("aws ec2 describe-instances: %+v, want one instance", machines)
	}
	if i := machines.Reservations[0].Instances[0]; i.InstanceID != instance || i.PublicIPAddress != address || i.State.Name != "running" {
		t.Errorf("aws ec2 describe-instances: %+v, want %s running at %s", i, instance, address)
	}
	var addresses struct {
		Addresses []struct{ PublicIP, InstanceID string }
	}
	asks(t, string(printed), &addresses, "ec2", "describe-addresses")
	if len(addresses.Addresses) != 1 || addresses.Addresses[0].PublicIP != address || addresses.Addresses[0].InstanceID != instance {
		t.Errorf("aws ec2 describe-addresses: %+v, want %s at %s", addresses, address, instance)
	}
	if err := flight.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-flight.gone
}

// longDay is the SCP plan with the smoke tests days later, so that the address stands for a while.
func longDay(t *testing.T) string {
	t.Helper()
	_, src := examples.SCP()
	text := string(src)
	for old, new := range map[string]string{
		"start: 2019-02-07 17:30\n    end: 2019-02-07 18:00": "start: 2019-02-12 17:30\n    end: 2019-02-12 18:00",
		"  end: 2019-02-07 18:00\n\n":                        "  end: 2019-02-12 18:00\n\n",
	} {
		if strings.Count(text, old) != 1 {
			t.Fatalf("the plan has no longer one %q", old)
		}
		text = strings.Replace(text, old, new, 1)
	}
	name := filepath.Join(t.TempDir(), "long.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	withSuite(t, filepath.Dir(name))
	return name
}

func isDone(t *testing.T, root, task string) bool {
	return state(t, onlyRun(t, root)).Tasks[task].Status == tasks.Done
}

// asks runs the AWS CLI in the environment that the program printed.
func asks(t *testing.T, printed string, into any, args ...string) {
	t.Helper()
	env, url := surroundings(t, printed)
	cmd := exec.CommandContext(t.Context(), "aws", append(args, "--output", "json", "--endpoint-url", url)...) // older ones do not know the variable
	cmd.Env = env
	e := finish(t, cmd)
	if e.code != 0 {
		t.Fatalf("%s: exit %d: %s", cmd, e.code, e.err)
	}
	if err := json.Unmarshal([]byte(e.out), into); err != nil {
		t.Fatalf("%s: %v in\n%s", cmd, err, e.out)
	}
}

// surroundings are the environment of somebody who pasted what the program printed into a fresh terminal, and the URL of
// the pretend AWS in it.
func surroundings(t *testing.T, printed string) (env []string, url string) {
	t.Helper()
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); !strings.HasPrefix(name, "AWS_") && !strings.HasSuffix(strings.ToLower(name), "_proxy") {
			env = append(env, v)
		}
	}
	env = append(env, "HOME="+t.TempDir(), "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull, "AWS_PAGER=")
	for _, m := range regexp.MustCompile(`(?m)^export ((AWS_[A-Z0-9_]+)=(\S+))$`).FindAllStringSubmatch(printed, -1) {
		env = append(env, m[1])
		if m[2] == "AWS_ENDPOINT_URL" {
			url = m[3]
		}
	}
	if url == "" {
		t.Fatalf("--aws-listen printed no AWS_ENDPOINT_URL:\n%s", printed)
	}
	return env, url
}
