package main

// clients_test.go: strangers' AWS clients fly the plan's way in an account that nobody else uses: testdata/clients has
// what they do, written from AWS's documentation.

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestStrangersFly has the AWS CLI and boto3 fly T4, T5, T7 and their undo, and connect through the Elastic IP.
func TestStrangersFly(t *testing.T) {
	t.Parallel()
	for n, c := range []struct {
		name        string
		here, flies []string
	}{
		{"the AWS CLI", []string{"aws", "--version"}, []string{"bash", filepath.Join("testdata", "clients", "fly.sh")}},
		{"boto3", []string{"python3", "-c", "import boto3"}, []string{"python3", filepath.Join("testdata", "clients", "fly.py")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if out, err := exec.Command(c.here[0], c.here[1:]...).CombinedOutput(); err != nil {
				t.Skipf("SKIPPED: %s is not here, and flies nothing: %v: %s", c.name, err, out)
			}
			for _, tool := range []string{c.flies[0], "ssh", "ssh-keygen", "ssh-keyscan", "curl"} {
				if _, err := exec.LookPath(tool); err != nil {
					t.Skipf("SKIPPED: %s is not here, and without it %s flies nothing", tool, c.name)
				}
			}
			env, reach := openAccount(t, 2*os.Getpid()+n)
			ctx, cancel := context.WithTimeout(t.Context(), 6*patience) // half a hundred starts of a client in Python
			defer cancel()
			cmd := exec.CommandContext(ctx, c.flies[0], append(c.flies[1:], reach)...)
			cmd.Env = env
			e := finish(t, cmd)
			e.want(t, 0, "the account is as it was before")
			if !strings.Contains(e.out, "\nT7 ssh finds ip-172-31-") && !strings.Contains(e.out, "\nSKIPPED: ") {
				t.Error("nobody came in, and nobody said why")
			}
			t.Logf("%s:\n%s", c.name, e.out)
			left, err := os.ReadFile(reach)
			if err != nil || strings.Contains(string(left), "127.") {
				t.Errorf("at the end %s says %q, %v", reach, left, err)
			}
		})
	}
}

// openAccount rehearses a plan that leaves the account to others until the test ends. It returns their environment and
// the file that tells how to reach instances, which have real addresses of this machine: no two accounts may have the
// same seed.
func openAccount(t *testing.T, seed int) (env []string, reach string) {
	t.Helper()
	complaints := filepath.Join(t.TempDir(), "stderr")
	stderr, err := os.Create(complaints)
	if err != nil {
		t.Fatal(err)
	}
	defer stderr.Close()
	cmd := tminus(t, "rehearse", filepath.Join("testdata", "clients", "quiet.yaml"), "--auto", "--speed", "120", "--seed", strconv.Itoa(seed),
		"--aws-listen", "127.0.0.1:0", "--runs", t.TempDir())
	cmd.Stderr = stderr
	flight := launch(t, cmd)
	t.Cleanup(func() {
		if err := flight.Process.Signal(os.Interrupt); err != nil {
			t.Errorf("the rehearsal had ended: %v", err)
		}
		<-flight.gone
	})
	printed := ""
	eventually(t, "the rehearsal says where its AWS is", func() bool {
		text, err := os.ReadFile(complaints)
		if err != nil {
			t.Fatal(err)
		}
		printed = string(text)
		m := regexp.MustCompile(`(?m)^# how ssh and curl reach the instances, as they come and go: (.+)$`).FindStringSubmatch(printed)
		if m != nil {
			reach = m[1]
		}
		return m != nil || flight.over()
	})
	env, _ = surroundings(t, printed)
	return env, reach
}
