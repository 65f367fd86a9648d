package plan_test

// waiver_test.go: a waiver has a rule, a person and a reason.

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks/plan"
)

func TestWaivers(t *testing.T) {
	src := small(t) + "waivers:\n  - rule: L19\n    on: T2\n    by: LX\n    reason: agreed\n"
	p, err := plan.Load("p.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	want := []plan.Waiver{{Rule: "L19", On: "T2", By: "LX", Reason: "agreed"}}
	if diff := cmp.Diff(want, p.Waivers); diff != "" {
		t.Error(diff)
	}
	moved := p.Rebase(0)
	moved.Waivers[0].Reason = "another"
	if p.Waivers[0].Reason != "agreed" {
		t.Error("a copy shares its waivers")
	}
	without, err := plan.Load("p.yaml", []byte(small(t)))
	if err != nil {
		t.Fatal(err)
	}
	if changes := plan.Diff(without, p); len(changes) != 1 || changes[0].Path != "waivers" || !strings.Contains(changes[0].To, "agreed") {
		t.Errorf("%q", changes)
	}
}

func TestWaiversRefused(t *testing.T) {
	for _, tt := range []struct{ waiver, want string }{
		{"{by: LX, reason: r}", "waiver number 1 has no rule"},
		{"{rule: L19, reason: r}", "waiver number 1 has no by"},
		{"{rule: L19, by: LX}", "waiver number 1 has no reason"},
		{"{rule: L19, by: LX, reason: ''}", "reason of waiver number 1 is empty"},
		{"{rule: L19, by: XL, reason: r}", `by "XL" is not a contact → LX`},
		{"{rule: L19, by: PM, reason: r}", "waiver number 1 is by PM, a role that nobody holds"},
		{"{rule: L19, by: LX, reason: r, until: now}", `unknown key "until" in a waiver`},
	} {
		src := "contacts: [{id: LX, name: L}, {id: PM, open: true}]\nwaivers:\n  - " + tt.waiver + "\n"
		found := false
		for _, line := range told(t, src) {
			found = found || strings.HasSuffix(line, ": "+tt.want)
		}
		if !found {
			t.Errorf("%s: %q not among %q", tt.waiver, tt.want, told(t, src))
		}
	}
}
