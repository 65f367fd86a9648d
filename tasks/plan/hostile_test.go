package plan_test

// hostile_test.go: files made to hurt. Each is refused, quickly, in bounded space.

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"tminus/examples"
	"tminus/tasks/plan"
)

func TestHostileFiles(t *testing.T) {
	const size = 4 << 20
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := range 30 {
		fmt.Fprintf(&bomb, "a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 9), ", "))
	}
	var rows, cycle strings.Builder
	const many = 6000
	for i := range many {
		fmt.Fprintf(&rows, "- {id: X%d, titel: t, after: [Y%d]}\n", i, i)
		fmt.Fprintf(&cycle, "- {id: C%d, title: t, start: 2019-02-07 16:00, end: 2019-02-07 16:00, in_charge: MY, after: [C%d]}\n", i, (i+1)%many)
	}
	for name, tt := range map[string]struct{ src, says string }{
		"over 4 MiB":         {strings.Repeat("a", size+1), "at most 4 MiB"},
		"4 MiB of a word":    {strings.Repeat("a", size), "the plan is the text"},
		"4 MiB of NULs":      {strings.Repeat("\x00", size), "invisible character U+0000"},
		"4 MiB of brackets":  {strings.Repeat("[", size), "not YAML"},
		"4 MiB of dashes":    {strings.Repeat("- ", size/2), "not YAML"},
		"4 MiB of entries":   {"notes: [" + strings.Repeat("1,", size/2-8) + "]", "more than 100000 keys and values"},
		"4 MiB of lines":     {strings.Repeat("\n", size), "more than 100000 keys and values"},
		"an alias bomb":      {bomb.String(), "alias *a0"},
		"a self-anchor":      {"tasks: &a [*a]\n", "alias *a"},
		"thousands of typos": {"tasks:\n" + rows.String(), `did you mean "title"?`},
		"a long cycle":       {"contacts: [{id: MY, name: M}]\ntasks:\n" + cycle.String(), "tasks wait for each other: C0 → C1"},
		"a huge pattern":     {"smoke: [{name: s, checks: [{name: c, path: /, capture: {c: '" + strings.Repeat("(a{1000}){1000}", 1000) + "'}}]}]", "very long pattern"},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			_, err := plan.Load("p.yaml", []byte(tt.src))
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("took %s", took)
			}
			var refused *plan.Errors
			if !errors.As(err, &refused) {
				t.Fatalf("error is %v", err)
			}
			text := refused.Error()
			if !strings.Contains(text, tt.says) {
				t.Errorf("does not say %q: %.300s", tt.says, text)
			}
			if len(refused.Findings) > 100 || len(text) > 200_000 {
				t.Errorf("%d findings in %d bytes", len(refused.Findings), len(text))
			}
		})
	}
}

// FuzzLoad feeds anything: no panic; a plan or findings, never both; and findings that
// stand inside the file, show their caret, and hold nothing a terminal obeys.
func FuzzLoad(f *testing.F) {
	_, src := examples.SCP()
	f.Add(src)
	f.Add([]byte(small(f)))
	f.Add([]byte(gate(f, "    poll: [MY, LX]\n    quorum: 1\n    deadline: 2019-02-07 17:30\n")))
	for _, seed := range []string{"", "a: *b", "- - -", "tasks: [{id: Т1, after: [Т1]}]", "\xFF\xFE", "a:\n\tb: c", "x: \"\\e[2J\"",
		"timezone: Europe/London\nwindow: {start: 2026-10-25 01:30}", "smoke: [{checks: [{form: {a: '{{'}}]}]", "? - a\n: b"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := plan.Load("p.yaml", src)
		if err == nil {
			if changes := plan.Diff(p, p.Rebase(0)); len(changes) > 0 {
				t.Fatalf("a plan differs from its copy: %q", changes)
			}
			p.FirstUnfinished()
			if len(p.Order()) != len(p.Tasks) {
				t.Fatal("the order does not hold every task once")
			}
			return
		}
		var refused *plan.Errors
		if p != nil || !errors.As(err, &refused) || len(refused.Findings) == 0 {
			t.Fatalf("plan %v, error %v", p, err)
		}
		for _, finding := range refused.Findings {
			if finding.Line < 1 || finding.Col < 1 || finding.Line > len(src)+1 || finding.Message == "" || finding.Expected == "" {
				t.Fatalf("a finding that says nothing, or nowhere: %+v", finding)
			}
		}
		for _, r := range refused.Error() {
			if r != '\n' && unicode.Is(unicode.Cc, r) {
				t.Fatalf("a control character %U in %q", r, refused.Error())
			}
		}
	})
}
