package plan_test

// diff_test.go: what an amendment changes, by the names the file uses; every field of a plan counts.

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/examples"
	"tminus/tasks/plan"
)

func loadSCP(t testing.TB) *plan.Plan {
	t.Helper()
	p, err := plan.Load(examples.SCP())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestDiffAsRead(t *testing.T) {
	at := func(p *plan.Plan, minutes int) *plan.Time {
		return &plan.Time{Time: p.Window.Start.Add(time.Duration(minutes) * time.Minute)}
	}
	for name, tt := range map[string]struct {
		change func(*plan.Plan)
		want   string // the changes, one a line
	}{
		"nothing":       {func(*plan.Plan) {}, ""},
		"a text":        {func(p *plan.Plan) { p.Environment.Instance.AMI = "ami-00000000" }, "environment.instance.ami: ami-05c100a0219f00d00 → ami-00000000"},
		"a number":      {func(p *plan.Plan) { p.Environment.Instance.VCPU = 4 }, "environment.instance.vcpu: 1 → 4"},
		"a yes":         {func(p *plan.Plan) { p.Task("T8").Gate = true }, "tasks.T8.gate added: true"},
		"a no":          {func(p *plan.Plan) { p.Task("G1").Gate = false }, "tasks.G1.gate taken out, was: true"},
		"a time":        {func(p *plan.Plan) { p.Task("T4").Start = *at(p, 5) }, "tasks.T4.start: 2019-02-07 16:00 → 2019-02-07 16:05"},
		"a time put in": {func(p *plan.Plan) { p.Task("G1").Deadline = at(p, 90) }, "tasks.G1.deadline added: 2019-02-07 17:30"},
		"a length":      {func(p *plan.Plan) { p.Rollback.Budget.Duration = time.Hour }, "rollback.budget: 10m0s → 1h0m0s"},
		"a list":        {func(p *plan.Plan) { p.Task("T8").SignOff = []string{"PR"} }, "tasks.T8.signoff: PM, PR → PR"},
		"a table":       {func(p *plan.Plan) { p.Task("T8").Params = map[string]string{"b": "2", "a": "1"} }, "tasks.T8.params added: {a: 1, b: 2}"},
		"a person":      {func(p *plan.Plan) { p.Contact("LX").Deputy = "KQ" }, "contacts.LX.deputy added: KQ"},
		"a row put in": {func(p *plan.Plan) {
			p.Tasks = append(p.Tasks, plan.Task{ID: "T9", Title: "More", After: []string{"T7", "T8"}})
		}, "tasks.T9 added: id T9, title More, after [T7, T8]"},
		"a row taken out":   {func(p *plan.Plan) { p.Contacts = p.Contacts[:len(p.Contacts)-1] }, "contacts.PM taken out, was: id PM, role Product Manager, open true"},
		"a row renamed":     {func(p *plan.Plan) { p.Risks[0].ID = "R99"; p.Risks = p.Risks[:1] }, "*"},
		"another order":     {func(p *plan.Plan) { slices.Reverse(p.Tasks); slices.Reverse(p.Contacts); slices.Reverse(p.Risks) }, ""},
		"one text for two":  {func(p *plan.Plan) { p.Task("T8").Teams = []string{strings.Join(p.Task("T8").Teams, ", ") + ", x"} }, "*"},
		"two texts for one": {func(p *plan.Plan) { p.Notes = append(p.Notes[:0:0], "a, b") }, "*"},
		"the same, moved":   {func(p *plan.Plan) { *p = *p.Rebase(0) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := loadSCP(t), loadSCP(t)
			tt.change(b)
			var lines []string
			for _, c := range plan.Diff(a, b) {
				lines = append(lines, c.String())
			}
			if got := strings.Join(lines, "\n"); got != tt.want && (tt.want != "*" || got == "") {
				t.Errorf("it says:\n%s\nwant:\n%s", got, tt.want)
			}
		})
	}
}

// What is not the same must not read the same: an amendment shows all it changes.
func TestDiffTellsListsApart(t *testing.T) {
	for _, pair := range [][2]plan.Task{
		{{Teams: []string{"a, b"}}, {Teams: []string{"a", "b"}}},
		{{Teams: []string{""}}, {}},
		{{Params: map[string]string{"a": "1 b:2"}}, {Params: map[string]string{"a": "1", "b": "2"}}},
		{{Params: map[string]string{"a": "1, b: 2"}}, {Params: map[string]string{"a": "1", "b": "2"}}},
		{{Params: map[string]string{"a": ""}}, {}},
	} {
		a, b := &plan.Plan{Tasks: []plan.Task{pair[0]}}, &plan.Plan{Tasks: []plan.Task{pair[1]}}
		if changes := plan.Diff(a, b); len(changes) != 1 || changes[0].From == changes[0].To {
			t.Errorf("%+v and %+v: %q", pair[0], pair[1], changes)
		}
	}
	a := &plan.Plan{Smoke: []plan.Stage{{Name: "s", Checks: []plan.Check{{Name: "c", Path: "/, status 200"}}}}}
	b := &plan.Plan{Smoke: []plan.Stage{{Name: "s", Checks: []plan.Check{{Name: "c", Path: "/", Status: 200}}}}}
	if changes := plan.Diff(a, b); len(changes) != 1 || changes[0].From == changes[0].To {
		t.Errorf("two smoke tests: %q", changes)
	}
}

// Every field that a file can hold is compared: a new one cannot be forgotten.
func TestDiffSeesEveryField(t *testing.T) {
	fields := 0
	var walk func(path string, of func(*plan.Plan) reflect.Value)
	walk = func(path string, of func(*plan.Plan) reflect.Value) {
		a, b := &plan.Plan{}, &plan.Plan{}
		full(reflect.ValueOf(a).Elem())
		full(reflect.ValueOf(b).Elem())
		v := of(b)
		switch v.Interface().(type) {
		case plan.Time, plan.Duration:
		default:
			if v.Kind() == reflect.Struct {
				for i := range v.NumField() {
					if tag := v.Type().Field(i).Tag.Get("yaml"); tag != "-" {
						walk(path+"."+tag, func(p *plan.Plan) reflect.Value { return of(p).Field(i) })
					}
				}
				return
			}
			if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct {
				walk(path, func(p *plan.Plan) reflect.Value { return of(p).Index(0) })
				return
			}
		}
		fields++
		v.SetZero()
		if changes := plan.Diff(a, b); len(changes) == 0 {
			t.Errorf("%s was emptied, and nothing changed", path)
		} else if back := plan.Diff(b, a); len(back) != len(changes) {
			t.Errorf("%s: %d changes there, %d back", path, len(changes), len(back))
		}
	}
	walk("", func(p *plan.Plan) reflect.Value { return reflect.ValueOf(p).Elem() })
	t.Logf("figure: %d fields of a plan, each seen when it changes", fields)
	if fields < 80 {
		t.Errorf("only %d fields were tried", fields)
	}
}

// full gives every field that a file can hold a value.
func full(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("s")
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Float64:
		v.SetFloat(1)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		full(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		full(v.Index(0))
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"k": "v"}))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[plan.Time]() {
			v.Set(reflect.ValueOf(plan.Time{Time: time.Date(2019, 2, 7, 16, 0, 0, 0, time.UTC)}))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("yaml") != "-" {
				full(v.Field(i))
			}
		}
	}
}

func TestDiffOfALargePlanIsQuick(t *testing.T) {
	const rows = 10_000
	a, b := &plan.Plan{}, &plan.Plan{}
	for i := range rows {
		a.Tasks = append(a.Tasks, plan.Task{ID: fmt.Sprint("T", i)})
	}
	b.Tasks = slices.Clone(a.Tasks)
	rand.New(rand.NewPCG(1, 2)).Shuffle(rows, func(i, j int) { b.Tasks[i], b.Tasks[j] = b.Tasks[j], b.Tasks[i] })
	b.Tasks[7].Title = "x"
	began := time.Now()
	changes := plan.Diff(a, b)
	took := time.Since(began)
	t.Logf("figure: two plans of %d tasks compared in %d ms", rows, took.Milliseconds())
	if diff := cmp.Diff([]plan.Change{{Path: "tasks." + b.Tasks[7].ID + ".title", To: "x"}}, changes); diff != "" {
		t.Error(diff)
	}
	if took > 3*time.Second {
		t.Errorf("it took %s", took)
	}
}
