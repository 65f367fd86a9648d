package cli

// import_test.go: what import writes, what it refuses to write over, and what it asks.

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"tminus/tasks/document"
	"tminus/tasks/plan"
)

const toyDocument = "Toy Build 1.0.0 Hour-By-Hour Plan\n\nChange Number: TOY1\nTime zone: UTC\n\n" +
	"Task ID\tDate\tStart Time\t\tTask\tResponsible\tDependency\tStatus\n" +
	"T1\t7-Feb-19\t16:00\t16:30\tLaunch\tLX\t-\tNot started\n" +
	"\u04222\t7-Feb-19\t16:30\t17:00\tTest\tLY\tT1\tNot started\n\n" +
	"Initials\tName\tPhone\nLX\tGuo Lingxing\t5550 4836\nLA\tLa Boheme\t5550 0000\n"

// toy is a folder with the document in it.
func toy(t *testing.T) (folder, file string) {
	t.Helper()
	folder = t.TempDir()
	file = filepath.Join(folder, "toy.txt")
	if err := os.WriteFile(file, []byte(toyDocument), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder, file
}

// toyDraft is the draft of the toy document.
func toyDraft(t *testing.T) *document.Draft {
	t.Helper()
	d, err := document.Read("toy.txt", []byte(toyDocument))
	if err != nil {
		t.Fatal(err)
	}
	draft, err := document.NewDraft(d)
	if err != nil {
		t.Fatal(err)
	}
	return draft
}

func TestImportWritesWhatWasDecided(t *testing.T) {
	folder, file := toy(t)
	out, answers := filepath.Join(folder, "plan.yaml"), filepath.Join(folder, "answers.yaml")
	if err := os.WriteFile(answers, []byte("# the team said so\nT2.in_charge: LX\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	exit, _, told, complaints := execute(t, nil, "import", file, "-o", out, "--accept-all", "--answers", answers)
	if exit != OK || !strings.Contains(told, "3 repairs accepted, 0 left; 1 questions answered, 0 open") {
		t.Fatalf("exit %d\n%s%s", exit, told, complaints)
	}
	src, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Load(out, src)
	if err != nil {
		t.Fatal(err)
	}
	if p.Tasks[1].ID != "T2" || p.Tasks[1].InCharge != "LX" || !bytes.Contains(src, []byte("# was: \u04222 with a Cyrillic \u0422 (U+0422)")) {
		t.Errorf("the plan is\n%s", src)
	}
	if info, err := os.Stat(out); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the plan holds telephone numbers and is %v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, ".*")); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
}

func TestImportWritesOverNothing(t *testing.T) {
	folder, file := toy(t)
	out := filepath.Join(folder, "plan.yaml")
	if err := os.WriteFile(out, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if exit, _, told, complaints := execute(t, nil, "import", file, "-o", out); exit != Precondition || told != "" || !strings.Contains(complaints, "--force") {
		t.Errorf("exit %d, %q, %q", exit, told, complaints)
	}
	made := output{path: out} // somebody made it since it was looked for
	if err := made.write([]byte("theirs"), nil); exitCode(t.Context(), err) != Precondition {
		t.Errorf("written over: %v", err)
	}
	if got, _ := os.ReadFile(out); string(got) != "mine" {
		t.Errorf("the file now holds %q", got)
	}
	if exit, _, _, complaints := execute(t, nil, "import", file, "-o", out, "--force"); exit != OK {
		t.Errorf("with --force: exit %d, %s", exit, complaints)
	}
	if got, _ := os.ReadFile(out); !bytes.HasPrefix(got, []byte(document.Modeline)) {
		t.Errorf("with --force the file holds %q", got)
	}
}

func TestImportShowsAndWritesNothing(t *testing.T) {
	folder, file := toy(t)
	exit, _, told, _ := execute(t, nil, "import", file)
	for _, want := range []string{"toy.txt:8:1: error L01", "\u04222 with a Cyrillic \u0422 (U+0422) → T2", "LX: one wrong character away from LY", "nothing was written"} {
		if !strings.Contains(told, want) {
			t.Errorf("%q is not told in\n%s", want, told)
		}
	}
	if files, _ := os.ReadDir(folder); exit != OK || len(files) != 1 {
		t.Errorf("exit %d, %d files", exit, len(files))
	}
	exit, _, yaml, told := execute(t, nil, "import", file, "-o", "-")
	if exit != OK || !strings.HasPrefix(yaml, document.Modeline) || !strings.Contains(told, "error L01") {
		t.Errorf("-o -: exit %d\n%s\n%s", exit, yaml, told)
	}
}

func TestImportRefuses(t *testing.T) {
	folder, file := toy(t)
	put := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	large := put("large.txt", "")
	if err := os.Truncate(large, 100<<20); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		exit int
		says string
	}{
		{[]string{}, Usage, "accepts 1 arg"},
		{[]string{filepath.Join(folder, "none.txt")}, Usage, "no such file"},
		{[]string{folder}, Usage, "is no file"},
		{[]string{large}, PlanInvalid, "larger than 16 MiB"},
		{[]string{put("letter.txt", "Dear team,\n")}, PlanInvalid, "holds no hour-by-hour table"},
		{[]string{put("nul.txt", "a\x00b")}, PlanInvalid, "byte 0x00"},
		{[]string{file, "--answers", filepath.Join(folder, "none.yaml")}, Usage, "no such file"},
		{[]string{file, "--answers", put("a.yaml", "T9.id: accept\n")}, Usage, `a.yaml:1: the document raises no "T9.id"`},
		{[]string{file, "--answers", put("b.yaml", "\nT2.id: yes\n")}, Usage, `b.yaml:2: T2.id: "yes" is no answer: say accept or keep`},
		{[]string{file, "--answers", put("c.yaml", "T2.in_charge: XX\n")}, Usage, "say LX, LA, open"},
		{[]string{file, "--answers", put("d.yaml", "whatever\n")}, Usage, "d.yaml:1"},
	} {
		exit, _, _, complaints := execute(t, nil, append([]string{"import"}, c.args...)...)
		if exit != c.exit || !strings.Contains(complaints, c.says) {
			t.Errorf("import %v: exit %d, want %d: %s, want %q", c.args, exit, c.exit, complaints, c.says)
		}
	}
}

// TestAskedInLines answers every question as somebody at a plain terminal does.
func TestAskedInLines(t *testing.T) {
	for typed, want := range map[string][]string{
		"1\n1\n1\n1\n": {"- id: T2 # was: \u04222", "start: 2019-02-07 16:00", "in_charge: LX # was: LY"},
		"\n\n\n\n":     {"- id: \u04222\n", `start: ""`, "in_charge: LY\n"}, // enter alone changes nothing
		"":             {"- id: \u04222\n", `start: ""`, "in_charge: LY\n"}, // nor does a terminal that is gone
	} {
		draft := toyDraft(t)
		var out bytes.Buffer
		if err := askAll(t.Context(), draft, Stdio{In: iotest.OneByteReader(strings.NewReader(typed)), Out: &out}, true); err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if yaml := string(draft.YAML()); !strings.Contains(yaml, w) {
				t.Errorf("typed %q: %q is not in\n%s\n%s", typed, w, yaml, out.String())
			}
		}
		if !strings.Contains(out.String(), "1 of 4") || !strings.Contains(out.String(), "accept: \u04222 with a Cyrillic \u0422 (U+0422) → T2") {
			t.Errorf("asked as\n%s", out.String())
		}
	}
}
