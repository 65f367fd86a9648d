package check_test

// scp_test.go: the SCP plan, as it is, as it is waived, and as the document has it. What
// docs/check.md says of it is held against what is found.

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tminus/examples"
	"tminus/tasks/check"
)

const page = "../../docs/check.md"

var update = flag.Bool("update", false, "write the table of docs/check.md anew")

// between is the part of the page between two marks, with what stands before and after it.
func between(t *testing.T, from, to string) (before, part, after string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), from)
	part, after, ended := strings.Cut(rest, to)
	if !found || !ended {
		t.Fatalf("%s has no %s … %s", page, from, to)
	}
	return before + from, part, to + after
}

// table is what the page says of a report: rule by rule, where and what, and why.
func table(rep *check.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s.\n\n| rule | line: finding | why |\n|---|---|---|\n", rep.Sum())
	for _, r := range check.Rules() {
		var lines []string
		for _, f := range rep.Findings {
			if f.Rule == r.ID {
				lines = append(lines, fmt.Sprintf("%d: %s", f.At.Line, strings.ReplaceAll(f.At.Message, "|", `\|`)))
			}
		}
		if lines != nil {
			fmt.Fprintf(&b, "| %s %s | %s | %s |\n", r.ID, r.Severity, strings.Join(lines, "<br>"), r.Why)
		}
	}
	return b.String()
}

func TestThePageTellsTheTruth(t *testing.T) {
	rep := check.Check(examples.SCP())
	before, part, after := between(t, "<!-- findings -->\n", "<!-- end of findings -->")
	if *update {
		if err := os.WriteFile(page, []byte(before+table(rep)+"\n"+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(part, table(rep)+"\n"); diff != "" {
		t.Errorf("%s: write the table anew with -update, and look at what changed\n%s", page, diff)
	}
	if !rep.Loaded || rep.Errors == 0 || rep.More > 0 || len(rep.Findings) != rep.Errors+rep.Warnings+rep.Notes {
		t.Errorf("%+v", rep.Sum())
	}
}

// TestTheWaiversOfThePage lets the same plan pass, each waiver of one rule and all of them used.
func TestTheWaiversOfThePage(t *testing.T) {
	_, src := examples.SCP()
	_, block, _ := between(t, "```yaml\nwaivers:\n", "```")
	rep := check.Check("scp.yaml", slices.Concat(src, []byte("\nwaivers:\n"+block)))
	if got := told(rep); got != nil || rep.Errors+rep.Warnings+rep.Notes != 0 || rep.Waived != len(rep.Findings) {
		t.Errorf("%s\n%s", rep.Sum(), strings.Join(got, "\n"))
	}
	var out bytes.Buffer
	if err := rep.Write(&out, func(_ check.Severity, text string) string { return text }); err != nil {
		t.Fatal(err)
	}
	if want := "waived by PR: the room and the users are ours until 19:00 if we need it"; !strings.Contains(out.String(), want) || !strings.Contains(out.String(), "waived error L19") {
		t.Errorf("a waived finding is not shown with name and reason:\n%s", out.String())
	}
}

// TestTheDocumentAsItIs: the plan as the document has it, nothing repaired. All thirteen
// findings that block a run are told at once, each on its line, though the file does not load.
func TestTheDocumentAsItIs(t *testing.T) {
	src, err := os.ReadFile("testdata/document.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rep := check.Check("document.yaml", src)
	if rep.Loaded {
		t.Error("it loads")
	}
	lines := strings.Split(string(src), "\n")
	for _, want := range []struct{ catalogue, rule, line, says string }{
		{"L01", "P16", "  - id: ТЗ", "З is U+0417 (Cyrillic)"},
		{"L02", "P16", "    after: [Т3]", "is not a task"},
		{"L03", "P16", "  - id: Т7", "Т is U+0422 (Cyrillic)"},
		{"L03", "P16", "    after: [Т6]", "is not a task"},
		{"L04", "L04", "  - id: Т8", "waits for nothing"},
		{"L05", "P16", "    in_charge: 1C # T1", `in_charge "1C" is not a contact`},
		{"L05", "P16", "    in_charge: 1C # T2", `in_charge "1C" is not a contact`},
		{"L09", "P08", "release: SCP Build 1.0.0", "the plan has no timezone"},
		{"L12", "L12", "      - Product Manager and COO must be available to validate deployment success via email.", "no contact has that role"},
		{"L19", "L19", "    end: 2019-02-07 18:00 # T8", "leaves it"},
		{"L20", "L20", "  - id: T1", "decide by cannot be computed"},
		{"L21", "L21", "    title: Assign Elastic IP address and test connection", "nobody says go before it"},
		{"L23", "L23", "      - {port: 22, from: 0.0.0.0/0}", "neither 80 nor 443 is opened"},
		{"L35", "L35", "        text: Run another server instance that mirrors the production server.", "no standby to fail over to"},
		{"L45", "L45", `  standby: <to be="" deployment="" during="" set=""></to>`, "still to be filled in"},
	} {
		if !slices.ContainsFunc(rep.Findings, func(f check.Finding) bool {
			return f.Rule == want.rule && f.Severity == check.Error && strings.Contains(f.At.Message, want.says) && lines[f.At.Line-1] == want.line
		}) {
			t.Errorf("%s is not told as %s on %q", want.catalogue, want.rule, want.line)
		}
	}
	if t.Failed() {
		t.Log(strings.Join(told(rep), "\n"))
	}
}
