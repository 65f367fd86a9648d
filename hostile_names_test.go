package main

// hostile_names_test.go: attacks where a plan's words and the names of files, runs
// and people stand: refused, or told as text.

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tminus/examples"
)

// TestHostileNamesStayText puts attacks where names of files, runs and people stand.
func TestHostileNamesStayText(t *testing.T) {
	t.Parallel()
	const attack = "\x1b]52;c;?\a\x1b[3J\u202Eevil\u009b3J"
	root := t.TempDir()
	for _, args := range [][]string{
		{"rehearse", "--auto", attack}, {"rehearse", "--auto", "--fault", attack}, {"rehearse", "--auto", "--aws-listen", attack}, {"rehearse", "--auto", "--runs", "/dev/null/" + attack},
		{"resume", attack, "--runs", root}, {"resume", "--runs", filepath.Join(root, attack)}, {"watch", attack, "--runs", root}, {"watch", "--runs", filepath.Join(root, attack)},
		{"verify", attack}, {"run", attack}, {"--" + attack}, {attack}, {"rehearse", attack, attack}, {"rehearse", "--speed", attack},
	} {
		e := inProcess(t, args...)
		if e.out+e.err == "" {
			t.Errorf("%q: it says nothing", args)
		}
		onlyText(t, fmt.Sprintf("%q", args), []byte(e.out+e.err), nil, "\n")
	}
}

// TestHostilePlansAreRefused: a plan is refused for one character that is not seen, written as it is or as an escape, wherever it stands.
func TestHostilePlansAreRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, src := examples.SCP()
	for _, field := range []string{
		"title: Assign Elastic IP address and test connection", "- AWS EC2 instance created", "name: Ng Hong Liang", "- Section 5, Team 5",
		"description: Production server's credentials and/or authentication keys are compromised.", "why: no task keeps track of logins",
	} {
		before, rest, found := strings.Cut(string(src), field)
		if !found {
			t.Fatalf("the SCP plan has no %s", field)
		}
		line := strings.Count(before, "\n") + 1
		start := len(before) - strings.LastIndexByte(before, '\n')
		key, text, _ := strings.Cut(field, " ")
		for _, c := range []rune{0x1b, 0x9b, 0x9d, 0x90, 0x07, 0x00, 0x7f, 0x08, 0x202e, 0x2066, 0x061c, 0x200b, 0x2060, 0xfeff, 0x2028, 0xe0041, 0xfff9} {
			for as, hostile := range map[string]string{
				"itself":    key + " " + text[:5] + string(c) + "]52;c;?" + text[5:],
				"an escape": key + ` "` + fmt.Sprintf(`\U%08X`, c) + `"`,
			} {
				col, says := start+len(key)+1+5, fmt.Sprintf("invisible character U+%04X", c)
				if as == "an escape" {
					col = start + len(key) + 1
				}
				name := filepath.Join(dir, "plan.yaml")
				if err := os.WriteFile(name, []byte(before+hostile+rest), 0o600); err != nil {
					t.Fatal(err)
				}
				e := inProcess(t, "rehearse", "--auto", name, "--runs", filepath.Join(dir, "runs"))
				place := fmt.Sprintf("plan.yaml:%d:%d: ", line, col)
				if _, said, _ := strings.Cut(e.err, place); e.code != 3 || !strings.Contains(strings.SplitN(said, "\n", 2)[0], says) {
					t.Fatalf("U+%04X as %s in %q: exit %d, want 3 and %s…%s; it said\n%s", c, as, field, e.code, place, says, e.err)
				}
				onlyText(t, "the refusal", []byte(e.err), nil, "\n")
			}
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "runs")); err == nil {
		t.Error("a refused plan has left a folder of runs")
	}
}
