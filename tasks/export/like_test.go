package export_test

// like_test.go: the team's document of 2019, written back byte by byte.

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
	"tminus/tasks/document"
	"tminus/tasks/export"
	"tminus/tasks/plan"
	"tminus/tasks/run"
)

const scp = "scp-1.0.0-plan.txt"

func read(t testing.TB, path ...string) []byte {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// example is the SCP plan as it was made by hand.
func example(t testing.TB) *plan.Plan {
	t.Helper()
	return loaded(t, "scp-1.0.0.yaml", read(t, "..", "..", "examples", "scp-1.0.0.yaml"))
}

func loaded(t testing.TB, name string, src []byte) *plan.Plan {
	t.Helper()
	p, err := plan.Load(name, src)
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	return p
}

// opened is a live run of a plan to which nothing happened yet.
func opened(p *plan.Plan, more ...tasks.Body) export.Source {
	at := p.Window.Start.Time
	bodies := append([]tasks.Body{tasks.RunOpened{Run: p.Change + "-1-abcdef", Change: p.Change, Plan: p.Hash, Mode: tasks.LiveRun}}, more...)
	var events []tasks.Event
	for i, b := range bodies {
		events = append(events, tasks.Event{Seq: uint64(i + 1), Run: at.Add(time.Duration(i) * 7 * time.Minute), By: "MY", Body: b})
	}
	return export.OfRun(p, p, tasks.Fold(p, events), at.Add(time.Hour))
}

// kept is a run of which the journal is kept.
func kept(t testing.TB, name string) export.Source {
	t.Helper()
	dir := filepath.Join("..", "testdata", "journals", name)
	r, err := run.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	written, err := run.Written(dir, r.Events)
	if err != nil {
		t.Fatal(err)
	}
	return export.OfRun(written, r.Plan, tasks.Fold(r.Plan, r.Events), run.LastTime(r))
}

func like(t testing.TB, src []byte, s export.Source) *export.WriteBack {
	t.Helper()
	back, err := export.Like(scp, src, s)
	if err != nil {
		t.Fatalf("%v\n%.2000s", err, src)
	}
	return back
}

func told(back *export.WriteBack) []string {
	var all []string
	if back == nil {
		return nil
	}
	for _, c := range back.Changes {
		all = append(all, c.String())
	}
	return all
}

// TestNothingHappened: a run that was only opened writes back what the plan repaired, and
// not one byte else.
func TestNothingHappened(t *testing.T) {
	src := read(t, "testdata", scp)
	back := like(t, src, opened(example(t)))
	want := []string{
		`30:111: T1, Responsible (In Charge): "1C" → "JC" (as the plan has it)`,
		`31:90: T2, Responsible (In Charge): "1C" → "JC" (as the plan has it)`,
		"32:1: T3, Task ID: ТЗ, both letters Cyrillic (U+0422 U+0417) → T3 (as the plan has it)",
		"33:246: T4, Dependency: Т3 with a Cyrillic Т (U+0422) → T3 (as the plan has it)",
		"36:1: T7, Task ID: Т7 with a Cyrillic Т (U+0422) → T7 (as the plan has it)",
		"36:185: T7, Dependency: Т6 with a Cyrillic Т (U+0422) → T6 (as the plan has it)",
		"37:1: T8, Task ID: Т8 with a Cyrillic Т (U+0422) → T8 (as the plan has it)",
		`37:361: T8, Dependency: "" → "T7" (as the plan has it)`,
		`87:12: configuration, Elastic IP: "<to be=\"\" deployment=\"\" during=\"\" set=\"\"></to>" → "<to be set during deployment>" (as the plan has it)`,
	}
	if diff := cmp.Diff(want, told(back)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"G1 of the plan has no row in the table"}, back.Left); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	repaired := strings.NewReplacer("\t1C\t", "\tJC\t", "\u0422\u0417\t", "T3\t", "\t\u04223\t", "\tT3\t", "\u04227\t", "T7\t", "\t\u04226\t", "\tT6\t",
		"\u04228\t", "T8\t", "\t\tNot started", "\tT7\tNot started", `<to be="" deployment="" during="" set=""></to>`, "<to be set during deployment>").Replace(string(src))
	if diff := cmp.Diff(repaired, string(back.After)); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
	if again := like(t, back.After, opened(example(t))); len(again.Changes) > 0 || !bytes.Equal(again.After, back.After) {
		t.Errorf("what was written back is changed again: %v", told(again))
	}
}

// TestKeptRuns holds what three kept runs write back to the diffs kept beside them.
func TestKeptRuns(t *testing.T) {
	src := read(t, "testdata", scp)
	for _, name := range []string{"released", "rolled-back", "everything"} {
		t.Run(name, func(t *testing.T) {
			back := like(t, src, kept(t, name))
			got, file := back.Diff(scp), filepath.Join("testdata", name+".diff")
			if os.Getenv("TMINUS_WRITE_FIXTURES") != "" {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(read(t, file)), string(got)); diff != "" {
				t.Errorf("diff (-kept +got):\n%s", diff)
			}
			if again := like(t, back.After, kept(t, name)); len(again.Changes) > 0 {
				t.Errorf("what was written back is changed again: %v", told(again))
			}
			t.Logf("figure: %d cells written", len(back.Changes))
		})
	}
}

// TestDiffIsWhatPatchTakes holds our diff to the tools that everybody has.
func TestDiffIsWhatPatchTakes(t *testing.T) {
	tool, err := exec.LookPath("patch")
	if err != nil {
		t.Skip("NOT TESTED: nobody else reads our diff, patch is not here:", err)
	}
	src := read(t, "testdata", scp)
	for _, s := range [][]byte{src, bytes.TrimSuffix(src, []byte("\n")), bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n")), append([]byte("\uFEFF"), src...)} {
		back := like(t, s, kept(t, "released"))
		dir := t.TempDir()
		file := filepath.Join(dir, scp)
		if err := os.WriteFile(file, s, 0o600); err != nil {
			t.Fatal(err)
		}
		c := exec.Command(tool, "--binary", file)
		c.Stdin = bytes.NewReader(back.Diff(scp))
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s\n%s", err, out, back.Diff(scp))
		}
		if got := read(t, file); !bytes.Equal(got, back.After) {
			t.Errorf("patch makes another document:\n%s", cmp.Diff(string(back.After), string(got)))
		}
	}
}

// TestImportOfTheExport: the document that was written back is imported as the same plan,
// and writes back as itself.
func TestImportOfTheExport(t *testing.T) {
	src := read(t, "testdata", scp)
	first := imported(t, src)
	back := like(t, src, opened(first))
	second := imported(t, back.After)
	opts := cmp.FilterPath(func(p cmp.Path) bool {
		field := p.Last().String()
		return field == ".Hash" || field == ".Zone" || field == ".Notes"
	}, cmp.Ignore())
	if diff := cmp.Diff(first, second, opts, cmp.Comparer(func(a, b plan.Time) bool { return a.Equal(b.Time) })); diff != "" {
		t.Errorf("another plan (-first +of the export):\n%s", diff)
	}
	if again := like(t, back.After, opened(second)); len(again.Changes) > 0 || !bytes.Equal(again.After, back.After) {
		t.Errorf("the export of the export differs: %v", told(again))
	}
}

// imported is the plan of the team's document, as the team decided.
func imported(t *testing.T, src []byte) *plan.Plan {
	t.Helper()
	d, err := document.Read(scp, src)
	if err != nil {
		t.Fatal(err)
	}
	draft, err := document.NewDraft(d)
	if err != nil {
		t.Fatal(err)
	}
	draft.AcceptAll()
	answers := map[string]string{"timezone": "Asia/Singapore", "T1.in_charge": "JC", "T2.in_charge": "JC", "T8.after": "T7"}
	for _, p := range draft.Proposals {
		if p.Question() {
			if err := p.Answer(answers[p.ID]); err != nil {
				t.Fatal(err)
			}
		}
	}
	return loaded(t, "plan.yaml", draft.YAML())
}

// TestRefused: what cannot be written back is refused with a sentence.
func TestRefused(t *testing.T) {
	s := opened(example(t))
	table := "Task ID\tStart Time\tTask\n"
	for name, c := range map[string]struct{ name, src, want string }{
		"csv":           {"plan.csv", "Task ID,Start Time,Task\nT4,16:00,Launch\n", "no text with tabs"},
		"no table":      {"plan.txt", "hello\n", "no hour-by-hour table"},
		"another plan":  {"plan.txt", table + "X1\t16:00\tLaunch\n", "none of its rows is a task of SCP100X0219"},
		"binary":        {"plan.txt", "\x00\x01", "0x00"},
		"too long":      {"plan.txt", strings.Repeat("x", document.MaxText+1), "longer than 4 MiB"},
		"hidden header": {"plan.txt", "Task ID\tSta\u200brt Time\tTask\nT4\t16:00\tLaunch\n", "invisible characters"},
	} {
		t.Run(name, func(t *testing.T) {
			back, err := export.Like(c.name, []byte(c.src), s)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, %v; want %q", back, err, c.want)
			}
		})
	}
}
