package cli

// smokeexport_test.go: the plan's one-line checks as a file: its head, its stages, and what is refused.

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// exported runs tminus smoke export on a plan that has these checks.
func exported(t *testing.T, checks map[string][]byte, wrong error, args ...string) (exit int, out, complaints string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	p := Program{ExportTests: func(string) (map[string][]byte, error) { return checks, wrong }}
	exit = Execute(t.Context(), p, append([]string{"smoke", "export"}, args...), Stdio{In: strings.NewReader(""), Out: &stdout, Err: &stderr})
	return exit, stdout.String(), stderr.String()
}

const exportedFile = `# The checks of one line of plan␊of.yaml, written by tminus smoke export.
# With Hurl:    hurl --test --file-root . --variable base=http://HOST --variable qa_user=… FILE.hurl
# With tminus:  tminus smoke --base http://HOST FILE.hurl

# ---- stage read-only ----

# home
GET {{base}}/
HTTP 200
[Captures]
id: regex /id=(\d+)/

# ---- stage full ----

# contract
GET {{base}}/{{id}}/{{ qa_user }}
HTTP 200
`

func TestSmokeExport(t *testing.T) {
	t.Chdir(t.TempDir())
	checks := map[string][]byte{
		"full":      []byte("# contract\nGET {{base}}/{{id}}/{{ qa_user }}\nHTTP 200\n"),
		"read-only": []byte("# home\nGET {{base}}/\nHTTP 200\n[Captures]\nid: regex /id=(\\d+)/\n"),
	}
	exit, out, says := exported(t, checks, nil, "some/plan\nof.yaml") // a name cannot break out of its comment
	if diff := cmp.Diff(exportedFile, out); diff != "" || exit != OK {
		t.Errorf("exit %d, %q: %s", exit, says, diff)
	}
	if exit, out, _ = exported(t, checks, nil, "p.yaml", "--stage", "full"); exit != OK || strings.Contains(out, "# home") || !strings.Contains(out, "# contract") {
		t.Errorf("exit %d: %s", exit, out)
	}
	if exit, out, says = exported(t, checks, nil, "p.yaml", "-o", "checks.hurl"); exit != OK || out != "" {
		t.Errorf("exit %d: %s%s", exit, out, says)
	}
	if kept, err := os.ReadFile("checks.hurl"); err != nil || !strings.Contains(string(kept), "http://HOST checks.hurl\n") {
		t.Errorf("%v: %s", err, kept)
	}
	for _, c := range []struct {
		name  string
		all   map[string][]byte
		wrong error
		args  string
		code  int
		says  string
	}{
		{"the file is there", checks, nil, "p.yaml -o checks.hurl", Precondition, "is there already"},
		{"no such stage", checks, nil, "p.yaml --stage functional", Usage, "those of read-only, full do"},
		{"nothing", nil, nil, "p.yaml", Precondition, "nothing to export"},
		{"the plan is broken", nil, Code(PlanInvalid, errors.New("p.yaml:1:1: no")), "p.yaml", PlanInvalid, "p.yaml:1:1: no"},
		{"no plan", nil, nil, "", Usage, "accepts 1 arg"},
	} {
		if exit, out, says := exported(t, c.all, c.wrong, strings.Fields(c.args)...); exit != c.code || !strings.Contains(says, c.says) || out != "" {
			t.Errorf("%s: exit %d, %q, %q", c.name, exit, out, says)
		}
	}
	if exit, out, _ := exported(t, checks, nil, "p.yaml", "-o", "checks.hurl", "--force"); exit != OK || out != "" {
		t.Errorf("--force: exit %d, %q", exit, out)
	}
}
