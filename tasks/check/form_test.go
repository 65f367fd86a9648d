package check_test

// form_test.go: what the loader refuses is told like everything else: each kind by its
// id, with the rest of the plan judged as far as it was read.

import (
	"slices"
	"strings"
	"testing"

	"tminus/tasks/check"
)

func TestForm(t *testing.T) {
	seen := map[string]bool{}
	for _, tt := range []struct {
		rule, old, new, says string
	}{
		{"P01", "release: Shop", "release: \u202eShop", "invisible character U+202E"},
		{"P01", "release: Shop", "release: " + strings.Repeat("{}", 20_000) + "Shop", "more than 20000 brackets"},
		{"P02", "release: Shop", "release: [Shop", "not YAML"},
		{"P02", "release: Shop", "release: &a Shop", "anchor &a"},
		{"P03", "timezone: Europe/Berlin", "timezone: IST", "abbreviations mean different zones"},
		{"P04", "vcpu: 2", "vcpu: two", `vcpu is the text "two"`},
		{"P05", "in_charge: EF", "in_chrage: EF", `unknown key "in_chrage"`},
		{"P06", "    gate: true", "    gate: true\n    gate: true", `key "gate" is given twice`},
		{"P07", "  start: 2026-09-23 20:00\n  end: 2026", "  start: 23-09-26 20:00\n  end: 2026", `start is the text "23-09-26 20:00"`},
		{"P07", "  start: 2026-09-23 20:00\n  end: 2026", "  start: 2026-09-23 8 pm\n  end: 2026", "start is the text"},
		{"P07", "  start: 2026-09-23 20:00\n  end: 2026", "  start: 2026-03-29 02:30\n  end: 2026", "does not exist in Europe/Berlin"},
		{"P07", "  end: 2026-09-24 00:00", "  end: 2026-10-25 02:30", "happens twice in Europe/Berlin"},
		{"P08", "    in_charge: EF\n", "", "task T3 has no in_charge"},
		{"P09", "change: SHOP1X0926", "change: ../SHOP", "change is"},
		{"P10", "role: CTO", "role: CTO, open: true", "contact ES is open, and held by"},
		{"P11", "region: eu-central-1", "region: Frankfurt", "region is"},
		{"P12", "likelihood: medium", "likelihood: rare", `unknown likelihood "rare"`},
		{"P13", "    action: smoke.run", "    action: smoke.run\n    quorum: 1", "task T3 is no gate and has a quorum"},
		{"P13", "    end: 2026-09-23 22:00", "    end: 2026-09-24 22:00", "task T4 ends after the window"},
		{"P14", "path: /}", "path: /, method: POST}", "writes: POST"},
		{"P15", "instance: terminate", "instance: explode", "unknown rollback of the instance"},
		{"P16", "in_charge: EF", "in_charge: 1C", `in_charge "1C" is not a contact`},
		{"P16", "- id: T4", "- id: Т4", "Т is U+0422 (Cyrillic)"},
		{"P17", "after: [A1]", "after: [T3]", "tasks wait for each other"},
		{"P18", "by: ES, ", "", "waiver number 1 has no by"},
		{"P18", "{id: DW, name: Dana Winter, ", "{id: DW, open: true, ", "waiver number 1 is by DW, a role that nobody holds"},
	} {
		t.Run(tt.rule+" "+tt.says, func(t *testing.T) {
			src := edit(t, tt.old, tt.new)
			if strings.Contains(tt.says, "is by DW") {
				src = strings.Replace(src, "by: ES", "by: DW", 1)
			}
			rep := check.Check("p.yaml", []byte(src))
			rule := tt.rule
			if rule == "P18" && strings.Contains(tt.says, "has no by") {
				rule = "P08"
			}
			i := slices.IndexFunc(rep.Findings, func(f check.Finding) bool { return f.Rule == rule && strings.Contains(f.At.Message, tt.says) })
			if i < 0 || rep.Loaded || rep.Errors == 0 {
				t.Fatalf("%s does not say %q:\n%s", rule, tt.says, strings.Join(told(rep), "\n"))
			}
			if f := rep.Findings[i]; f.Severity != check.Error || f.Title == "" || !strings.HasPrefix(f.Fix, "expected ") {
				t.Errorf("%+v", f)
			}
		})
		seen[tt.rule] = true
	}
	for _, r := range check.Rules() {
		if strings.HasPrefix(r.ID, "P") && !seen[r.ID] {
			t.Errorf("no row for %s, %s", r.ID, r.Title)
		}
	}
}

// TestPartOfAPlan: a mistake of form hides nothing else, and speaks alone where it stands.
func TestPartOfAPlan(t *testing.T) {
	rep := check.Check("p.yaml", []byte(edit(t, "in_charge: EF", "in_charge: 1C", "budget: 30m", "budget: 3h", "    end: 2026-09-23 22:00", "    end: at ten")))
	want := []string{`95:16 P16 in_charge "1C" is not a contact`, `103:10 P07 end is the text "at ten"`,
		"112:101 L20 T3 ends at 21:30, and backing out takes 3h: decide by is 21:00, before anybody knows"}
	if got := told(rep); !slices.Equal(got, want) {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}
