package plan_test

// gate_test.go: who decides at a gate, and by when, with the exact place of every mistake.

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks/plan"
)

// gate is small.yaml with T2 made a gate that has the lines.
func gate(t testing.TB, lines string) string {
	t.Helper()
	return strings.Replace(small(t), "    action: eip.assign\n", "    gate: true\n"+lines, 1)
}

func TestLoadRefusesGates(t *testing.T) {
	task := func(lines string) string { return small(t) + lines }
	for name, tt := range map[string]struct {
		src  string
		want []string
	}{
		"a poll at no gate":             {task("    poll: [MY]\n"), []string{"26:12: task T2 is no gate and has a poll"}},
		"a quorum at no gate":           {task("    quorum: 1\n"), []string{"26:13: task T2 is no gate and has a quorum"}},
		"a deadline at no gate":         {task("    deadline: 2019-02-07 17:30\n"), []string{"26:15: task T2 is no gate and has a deadline"}},
		"a stranger":                    {gate(t, "    poll: [MY, XL]\n"), []string{`26:16: poll "XL" is not a contact → LX`}},
		"nobody in particular":          {gate(t, "    poll: [\"\"]\n"), []string{`26:12: poll "" is not a contact`}},
		"a voter twice":                 {gate(t, "    poll: [MY, LX, MY]\n    quorum: 3\n"), []string{"26:20: MY is asked twice at task T2"}},
		"a word for a list":             {gate(t, "    poll: MY\n"), []string{`26:11: poll is the text "MY"`}},
		"a quorum nobody can reach":     {gate(t, "    poll: [MY, LX]\n    quorum: 3\n"), []string{"27:13: quorum is 3"}},
		"a quorum below nothing":        {gate(t, "    poll: [MY]\n    quorum: -1\n"), []string{"27:13: quorum is -1"}},
		"a quorum of nobody":            {gate(t, "    quorum: 1\n"), []string{"26:13: task T2 has a quorum and nobody to poll"}},
		"a high quorum of nobody":       {gate(t, "    quorum: 3\n"), []string{"26:13: task T2 has a quorum and nobody to poll"}},
		"a quorum that is a share":      {gate(t, "    poll: [MY]\n    quorum: 0.5\n"), []string{"27:13: quorum is the number 0.5"}},
		"a deadline before the gate":    {gate(t, "    deadline: 2019-02-07 16:59\n"), []string{"26:15: task T2 has to be decided by 2019-02-07 16:59, before it starts"}},
		"a deadline without a date":     {gate(t, "    deadline: 17:30\n"), []string{`26:15: deadline is the text "17:30"`}},
		"a deadline of a task, misread": {task("    deadline: soon\n"), []string{`26:15: deadline is the text "soon"`}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, told(t, tt.src)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestGateMistakeAsRead(t *testing.T) {
	_, err := plan.Load("p.yaml", []byte(gate(t, "    poll: [MY, LX]\n    quorum: 3\n")))
	const want = "p.yaml:27:13: quorum is 3"
	if err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), "    quorum: 3\n") ||
		!strings.Contains(err.Error(), strings.Repeat(" ", 12)+"^") || !strings.Contains(err.Error(), "0 to 2") {
		t.Errorf("it says\n%v", err)
	}
}

func TestGateIsRead(t *testing.T) {
	p, err := plan.Load("p.yaml", []byte(gate(t, "    poll: [MY, LX]\n    quorum: 1\n    deadline: 2019-02-07 17:00\n")))
	if err != nil {
		t.Fatal(err)
	}
	g := p.Task("T2")
	if g.Needed() != 1 || !cmp.Equal(g.Poll, []string{"MY", "LX"}) || !g.Deadline.Equal(g.Start.Time) {
		t.Errorf("%+v", g)
	}
	if p, err = plan.Load("p.yaml", []byte(gate(t, "    poll: [MY, LX]\n"))); err != nil || p.Task("T2").Needed() != 2 {
		t.Errorf("without a quorum all are needed: %v", err)
	}
}

func TestDeadlineMovesWithThePlan(t *testing.T) {
	p, err := plan.Load("p.yaml", []byte(gate(t, "    deadline: 2019-02-07 17:30\n")))
	if err != nil {
		t.Fatal(err)
	}
	was := p.Task("T2").Deadline.Time
	moved := p.Rebase(25 * time.Hour)
	if got := moved.Task("T2").Deadline; !got.Equal(was.Add(25*time.Hour)) || got.Location() != p.Zone {
		t.Errorf("the deadline %s moved to %s", was, got)
	}
	if !p.Task("T2").Deadline.Equal(was) {
		t.Error("the copy moved the plan's own deadline")
	}
}
