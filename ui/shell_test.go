package ui

// shell_test.go: o lends the terminal to ssh, and says why it cannot.

import (
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"tminus/tasks"
)

func TestShell(t *testing.T) {
	d := newDesk(t, tasks.LiveRun)
	var asked map[string]string
	shell := func(facts map[string]string) []string {
		asked = facts
		return []string{"ssh", "-p", "22", facts[tasks.FactPublicIP]}
	}
	fly(t, d, func(o *Options) { o.Command, o.Shell = inTerminal, shell }, func(s *seat) {
		s.keys("o")
		if !strings.Contains(s.c.view.Toast, "no instance to log in to yet") || asked != nil {
			t.Errorf("before the launch: %q", s.c.view.Toast)
		}
	})
	d = newDesk(t, tasks.LiveRun)
	d.happen("LX", tasks.ConnTaken{}, tasks.TaskStarted{Task: "T4", Attempt: 1}, tasks.StepDone{Task: "T4", Step: "run-instances", Result: tasks.Result{Verdict: tasks.Pass,
		Facts: map[string]string{tasks.FactInstance: "i-0c1f", tasks.FactPublicIP: "13.250.1.9", tasks.FactHostKey: "SHA256:x"}}})
	fly(t, d, func(o *Options) { o.Command, o.Shell = inTerminal, shell }, func(s *seat) {
		s.keys("o")
		if asked[tasks.FactInstance] == "" || !slices.Contains(s.other, "tea.execMsg") {
			t.Errorf("asked with %v for %q: %s", asked, s.other, s.c.view.Toast)
		}
		failed := exec.Command("sh", "-c", "exit 255").Run()
		for want, err := range map[string]error{"back in the cockpit": nil, "s tests every rung": failed, "could not be run": errors.New("not found")} {
			s.feed(shellEndedMsg{line: "ssh x", err: err})
			if !strings.Contains(s.c.view.Toast, want) {
				t.Errorf("%v: %q", err, s.c.view.Toast)
			}
		}
	})
	d = newDesk(t, tasks.RehearsalRun)
	d.launched()
	fly(t, d, func(o *Options) { o.Command, o.Shell = inTerminal, shell }, func(s *seat) {
		s.keys("o")
		if !strings.Contains(s.c.view.Toast, "reach.txt") {
			t.Errorf("in a rehearsal: %q", s.c.view.Toast)
		}
	})
}
