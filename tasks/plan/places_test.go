package plan_test

// places_test.go: where values stand, also those of a plan that does not load.

import (
	"fmt"
	"strings"
	"testing"

	"tminus/examples"
	"tminus/tasks/plan"
)

func TestPlacesOfTheSCPPlan(t *testing.T) {
	name, src := examples.SCP()
	r := plan.Read(name, src)
	if r.Errors != nil {
		t.Fatal(r.Errors)
	}
	lines := strings.Split(string(src), "\n")
	for i := range r.Plan.Tasks {
		task := &r.Plan.Tasks[i]
		for _, tt := range []struct {
			value any
			want  string // the rest of the line from the column on begins with it
		}{{task, "id: " + task.ID}, {&task.ID, task.ID}, {&task.End, task.End.Format("2006-01-02 15:04")}, {&task.InCharge, task.InCharge}} {
			f := r.Places.Find(tt.value)
			if rest := lines[f.Line-1][f.Col-1:]; !strings.HasPrefix(rest, tt.want) || f.Caret != f.Col {
				t.Errorf("%s: %T stands at %d:%d, before %q", task.ID, tt.value, f.Line, f.Col, rest)
			}
			if !r.Places.Sound(tt.value) {
				t.Errorf("%s: %T is not sound", task.ID, tt.value)
			}
		}
		for j := range task.After {
			if f := r.Places.Find(&task.After[j]); !strings.HasPrefix(lines[f.Line-1][f.Col-1:], task.After[j]) {
				t.Errorf("%s: %s stands at %d:%d", task.ID, task.After[j], f.Line, f.Col)
			}
		}
	}
	t8 := r.Plan.Task("T8")
	if f := r.Places.Find(&t8.Deputy, t8); lines[f.Line-1] != "  - id: T8 # was: Т8 with a Cyrillic Т (U+0422)" || r.Places.Sound(&t8.Deputy) {
		t.Errorf("what is not written stands at %+v", f)
	}
	if f := r.Places.Find(&t8.Deputy); f.Line != 1 || f.Col != 1 {
		t.Errorf("nothing stands at %+v", f)
	}
}

func TestReadKeepsWhatItCan(t *testing.T) {
	src := strings.NewReplacer("in_charge: LX", "in_charge: 1C", "title: Two", "title: [Two]", "timezone: Asia/Singapore", "timezone: SGT").Replace(small(t))
	r := plan.Read("p.yaml", []byte(src))
	if r.Errors == nil || r.Plan == nil || len(r.Plan.Tasks) != 2 {
		t.Fatalf("%+v", r)
	}
	two := &r.Plan.Tasks[1]
	if two.InCharge != "1C" || !r.Places.Sound(&two.InCharge) || r.Places.Sound(&two.Title) || r.Plan.Zone == nil || two.Start.IsZero() {
		t.Errorf("%+v", two)
	}
	var rules []string
	for _, f := range r.Errors.Findings {
		rules = append(rules, f.Rule)
	}
	if got := fmt.Sprint(rules); got != "[P03 P04 P16]" {
		t.Errorf("%s: %v", got, r.Errors)
	}
	for name, src := range map[string]string{"no YAML": "a: [", "nothing": "", "too long": strings.Repeat("a", 5<<20), "binary": "\x00"} {
		r := plan.Read(name, []byte(src))
		if r.Errors == nil || r.Plan == nil || r.Places.Sound(r.Plan) || r.Places.Find(r.Plan).Line != 1 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
