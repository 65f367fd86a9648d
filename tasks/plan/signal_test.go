package plan_test

// signal_test.go: conditions in a plan: compiled when it is read, a mistake where it is written.

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks/plan"
)

// risky is the small plan with these lines under its one risk.
func risky(t testing.TB, lines string) string {
	t.Helper()
	return small(t) + "risks:\n  - id: R1\n    description: It breaks.\n" + lines
}

func TestSignalMistakesHaveTheirPlace(t *testing.T) {
	for name, tt := range map[string]struct{ lines, want string }{
		"a name":       {"    signal: cpu.percent > 90 or memory.percnt > 90\n", "33 there is no reading \"memory.percnt\" | did you mean memory.percent"},
		"in quotes":    {"    signal: \"cpu.percent > 90 or memory.percnt > 90\"\n", "34 there is no reading \"memory.percnt\" | did you mean memory.percent"},
		"a word":       {"    signal: instance.state == \"runing\"\n", "31 instance.state is never \"runing\" | did you mean running"},
		"a task":       {"    signal: 'task.T99 == \"failed\"'\n", "14 the plan has no task \"T99\""},
		"a type":       {"    signal: cpu.percent > \"90\"\n", "25 a number is compared with a text"},
		"with escapes": {"    signal: \"instance.state == \\\"running\\\" or x.y > 1\"\n", "13 there is no reading \"x.y\""},
		"folded":       {"    signal: >\n      cpu.percent > 90\n      or x.y > 1\n", "13 there is no reading \"x.y\""},
		"a call":       {"    signal: len(cpu.percent) > 1\n", "16 a condition calls nothing"},
		"no number":    {"    signal: cpu.percent > 90\n    for: soon\n", "10 for is the text \"soon\""},
		"for nothing":  {"    for: 5m\n", "10 risk R1 has a for and no signal"},
		"nothing":      {"    signal: ''\n", ""},
		"all well":     {"    signal: cpu.percent > 90\n    for: 5m\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := plan.Load("p.yaml", []byte(risky(t, tt.lines)))
			var refused *plan.Errors
			got := ""
			if errors.As(err, &refused) {
				f := refused.Findings[0]
				got = fmt.Sprintf("%d %s", f.Col, strings.TrimPrefix(f.Message, "signal of risk R1: "))
				if f.Nearest != "" {
					got += " | did you mean " + f.Nearest
				}
				if f.Expected == "" || f.Caret != f.Col {
					t.Errorf("%+v", f)
				}
			} else if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestConditionsOfALoadedPlan(t *testing.T) {
	p := scp(t)
	var asked []string
	for i := range p.Risks {
		s, err := p.Condition(&p.Risks[i])
		if err != nil {
			t.Error(err)
		}
		if s != nil {
			asked = append(asked, p.Risks[i].ID+" "+strings.Join(s.Names(), " "))
		}
	}
	want := []string{"R1 aws.reachable", "R3 cpu.percent memory.percent", "R5 instance.state instance.status", "R6 address.allocated address.associated",
		"R7 cpu.percent", "R9 task.T4"}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Error(diff)
	}
}

func TestTooManySignals(t *testing.T) {
	var b strings.Builder
	b.WriteString(small(t) + "risks:\n")
	for i := range 5000 {
		fmt.Fprintf(&b, "  - {id: R%d, description: d, signal: '%s'}\n", i, strings.TrimSuffix(strings.Repeat("swap.percent>1||", 31), "||"))
	}
	_, err := plan.Load("p.yaml", []byte(b.String()))
	if err == nil || !strings.Contains(err.Error(), "more than 100 signals") {
		t.Errorf("%v", err)
	}
}
