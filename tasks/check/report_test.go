package check_test

// report_test.go: reports as people and programs read them, and the catalogue itself.

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks/check"
)

func TestReportAsRead(t *testing.T) {
	src := edit(t, "budget: 30m", "budget: 3h", "from: 203.0.113.0/24", "from: 0.0.0.0/0", "in_charge: EF", "in_charge: 1C",
		"waivers:\n", "waivers:\n  - {rule: L66, by: ES, reason: a rehearsal}\n")
	rep := check.Check("p.yaml", []byte(src))
	var out bytes.Buffer
	if err := rep.Write(&out, func(s check.Severity, text string) string { return "<" + string(s) + " " + text + ">" }); err != nil {
		t.Fatal(err)
	}
	want := `p.yaml:11:3: <note waived note L53>: phone numbers or e-mail addresses of 6 people
     11 |   - {id: AB, name: Ada Berg, phone: +49 170 5550101, team: Platform, manager: ES, deputy: CD}
        |   ^
          waived by ES: the plan is kept where only the team reads it
p.yaml:32:26: <note waived warning L66>: port 22 is open to 0.0.0.0/0, the whole internet
     32 |       - {port: 22, from: 0.0.0.0/0}
        |                          ^
          waived by ES: a rehearsal
p.yaml:95:16: <error error P16>: in_charge "1C" is not a contact
     95 |     in_charge: 1C
        |                ^
          fix: expected one of AB, CD, EF, GH, DW, ES
p.yaml:112:101: <error error L20>: T3 ends at 21:30, and backing out takes 3h: decide by is 21:00, before anybody knows
    112 | …lback: {instance: terminate, address: release, security_group: delete, key_pair: delete, budget: 3h}
        |                                                                                                   ^
          fix: rollback with a budget, and an end of the last test that leaves it
p.yaml: the plan does not load; it was judged as far as it could be read
p.yaml: 2 errors, 0 warnings, 0 notes, 2 waived
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	if rep.First(check.Error) != "P16" || rep.First(check.Warning) != "" {
		t.Errorf("first: %q, %q", rep.First(check.Error), rep.First(check.Warning))
	}
}

func TestReportAsJSON(t *testing.T) {
	rep := check.Check("p.yaml", []byte(edit(t, "budget: 30m", "budget: 3h")))
	var out bytes.Buffer
	if err := rep.WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	findings := got["findings"].([]any)
	if got["errors"] != 1.0 || got["waived"] != 1.0 || got["loaded"] != true || len(got["sha256"].(string)) != 64 || len(findings) != 2 {
		t.Errorf("%v", got)
	}
	want := map[string]any{"rule": "L20", "severity": "error", "title": "no way back that fits the window", "line": 112.0, "column": 101.0,
		"message": "T3 ends at 21:30, and backing out takes 3h: decide by is 21:00, before anybody knows",
		"fix":     "rollback with a budget, and an end of the last test that leaves it",
		"excerpt": "…lback: {instance: terminate, address: release, security_group: delete, key_pair: delete, budget: 3h}"}
	if diff := cmp.Diff(want, findings[1]); diff != "" {
		t.Error(diff)
	}
	waived := findings[0].(map[string]any)["waived"]
	if diff := cmp.Diff(map[string]any{"by": "ES", "reason": "the plan is kept where only the team reads it"}, waived); diff != "" {
		t.Error(diff)
	}
	if check.Check("p.yaml", nil).WriteJSON(&out) != nil || !strings.Contains(out.String(), `"findings": [`) {
		t.Error("an empty file has no list of findings")
	}
}

// TestCatalogue: ids are unique and in order; every rule says all it should, in sentences.
func TestCatalogue(t *testing.T) {
	rules := check.Rules()
	form := regexp.MustCompile(`^[LPW]\d\d$`)
	var ids []string
	for _, r := range rules {
		ids = append(ids, r.ID)
		if !form.MatchString(r.ID) || r.Title == "" || len(r.Why) < 20 || r.Fix == "" || r.Source == "" || strings.HasSuffix(r.Title, ".") || !strings.HasSuffix(r.Why, ".") {
			t.Errorf("%+v", r)
		}
		if !slices.Contains([]check.Severity{check.Error, check.Warning, check.Note}, r.Severity) || r.Waivable() != strings.HasPrefix(r.ID, "L") {
			t.Errorf("%s: %s, waivable: %v", r.ID, r.Severity, r.Waivable())
		}
		if text := r.Explain(); !strings.Contains(text, r.Why) || !strings.Contains(check.List(), r.ID+"  "+string(r.Severity)) {
			t.Errorf("%s is not told:\n%s", r.ID, text)
		}
	}
	if !slices.IsSorted(ids) || len(slices.Compact(ids)) != len(rules) {
		t.Errorf("%v", ids)
	}
	if _, known := check.Lookup("L99"); known {
		t.Error("there is an L99")
	}
}

// TestManyFindings: a plan with thousands of mistakes is counted whole and told in part.
func TestManyFindings(t *testing.T) {
	rep := check.Check("p.yaml", []byte(strings.ReplaceAll(large(2000, 0), "in_charge: P", "in_charge: P39 # ")))
	if !rep.Loaded || rep.Warnings+rep.Notes+rep.Errors < 1750 || len(rep.Findings) > 50*80 || rep.More == 0 || rep.More+len(rep.Findings) != rep.Errors+rep.Warnings+rep.Notes {
		t.Errorf("%s, %d told", rep.Sum(), len(rep.Findings))
	}
}
