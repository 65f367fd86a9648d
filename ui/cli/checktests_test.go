package cli

// checktests_test.go: a plan whose smoke tests cannot be read is told so, with the exit code of an invalid plan.

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks/reading"
)

const amissInTests = `smoke/home.hurl:12:8: "equals" is not a filter or a predicate that tminus knows
     12 | status equals 200
        |        ^
          write ==, as Hurl has it since 6.1
stage full: no file is called smoke/full/*.hurl; files are looked for from the plan's folder on
`

func TestCheckJudgesTheSmokeTests(t *testing.T) {
	src, err := os.ReadFile("../../tasks/check/testdata/calm.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	calm, bad := filepath.Join(dir, "calm.yaml"), filepath.Join(dir, "broken.yaml")
	if err := errors.Join(os.WriteFile(calm, src, 0o600), os.WriteFile(bad, []byte(broken), 0o600)); err != nil {
		t.Fatal(err)
	}
	var judged []string
	judge := func(wrong error) func(string) error {
		return func(path string) error { judged = append(judged, path); return wrong }
	}
	check := func(judge func(string) error, args ...string) (int, string, string) {
		var out, says bytes.Buffer
		p := Program{JudgeTests: judge, Preflight: func(context.Context, Access, string) ([]reading.Item, error) { return nil, nil }}
		exit := Execute(t.Context(), p, append([]string{"check"}, args...), Stdio{In: strings.NewReader(""), Out: &out, Err: &says})
		return exit, out.String(), says.String()
	}
	amiss := judge(errors.New(amissInTests))

	for _, args := range [][]string{{calm}, {calm, "--live"}} {
		exit, out, says := check(amiss, args...)
		if exit != PlanInvalid || !strings.HasSuffix(strings.TrimSpace(out), strings.TrimSpace("\n"+amissInTests)) || !strings.Contains(says, "the smoke tests cannot be run as they are") {
			t.Errorf("%v: exit %d, %q, %q", args, exit, out, says)
		}
		for _, fine := range []func(string) error{judge(nil), nil} {
			if exit, out, says := check(fine, args...); exit != OK || strings.Contains(out, "hurl") {
				t.Errorf("%v, fine: exit %d, %q, %q", args, exit, out, says)
			}
		}
	}
	if exit, out, _ := check(judge(errors.New("a\x1b[2J.hurl: \u202eno")), calm); exit != PlanInvalid || strings.ContainsAny(out, "\x1b\u202e") {
		t.Errorf("exit %d, %q", exit, out)
	}

	judged = nil
	if exit, _, _ := check(amiss, bad); exit != PlanInvalid || judged != nil {
		t.Errorf("a plan that does not load: exit %d, and its tests were judged: %v", exit, judged)
	}
}

func TestCheckJudgesTheSmokeTestsInJSON(t *testing.T) {
	calm := "../../tasks/check/testdata/calm.yaml"
	for _, live := range []bool{false, true} {
		for text, want := range map[string][]string{"": {}, amissInTests: {
			"smoke/home.hurl:12:8: \"equals\" is not a filter or a predicate that tminus knows\n     12 | status equals 200\n        |        ^\n          write ==, as Hurl has it since 6.1",
			"stage full: no file is called smoke/full/*.hurl; files are looked for from the plan's folder on",
		}} {
			var out, says bytes.Buffer
			p := Program{
				JudgeTests: func(string) error {
					if text == "" {
						return nil
					}
					return errors.New(text)
				},
				Preflight: func(context.Context, Access, string) ([]reading.Item, error) { return nil, nil },
			}
			args := []string{"check", "--json", calm}
			if live {
				args = append(args, "--live")
			}
			exit := Execute(t.Context(), p, args, Stdio{In: strings.NewReader(""), Out: &out, Err: &says})
			if (exit == OK) != (text == "") {
				t.Errorf("exit %d", exit)
			}
			type findings struct {
				File       string   `json:"file"`
				Loaded     bool     `json:"loaded"`
				SmokeTests []string `json:"smoke_tests"`
			}
			var whole struct {
				findings
				Check findings `json:"check"`
			}
			if err := json.Unmarshal(out.Bytes(), &whole); err != nil {
				t.Fatalf("%v: %s", err, out.String())
			}
			got := whole.findings
			if live {
				got = whole.Check
			}
			if diff := cmp.Diff(want, got.SmokeTests); diff != "" || !got.Loaded || got.File != calm {
				t.Errorf("live %v: %+v %s", live, got, diff)
			}
			if !live && !strings.HasPrefix(out.String(), "{\n  \"file\": ") {
				t.Errorf("the order of the fields changed: %.60s", out.String())
			}
		}
	}
}
