package webops

// suite_test.go: what stages name is read, judged and put into order before the day.

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"tminus/examples"
	"tminus/tasks/plan"
	"tminus/webops/hurl"
)

// folder is a plan's folder with these files.
func folder(files map[string]string) fs.FS {
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func TestSuiteOfTheSCPPlan(t *testing.T) {
	s, err := LoadSuite(scp(t), examples.Folder())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range Stages(scp(t)) {
		if len(s.stages[name]) == 0 {
			t.Errorf("stage %s runs nothing", name)
		}
	}
	if len(s.Files) < 12 {
		t.Errorf("%d files are frozen", len(s.Files))
	}
	text := string(s.Export(plan.StageReadOnly))
	f, err := hurl.Parse("export.hurl", []byte(text))
	if err != nil || len(f.Entries) != 3 || !strings.Contains(text, `body contains "<h1>Smart Contracts</h1>"`) || !strings.Contains(text, "# home shows the application") {
		t.Errorf("the one-liners as Hurl: %v\n%s", err, text)
	}
	if s.Export(plan.StageFull) != nil {
		t.Error("a stage without one-liners is exported")
	}
}

func TestSuiteIsJudged(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files map[string]string
		stage plan.Stage
		wants []string
	}{
		{"nothing there", nil, plan.Stage{Name: "full", Files: []string{"smoke/*.hurl"}}, []string{"stage full: no file is called smoke/*.hurl"}},
		{"syntax, in two files", map[string]string{"a.hurl": "GET\n", "b.hurl": "GET {{base}}/\nHTTP 200\n[Assert]\n"}, plan.Stage{Name: "full", Files: []string{"a.hurl", "b.hurl"}},
			[]string{"a.hurl:1:", "b.hurl:3:1"}},
		{"what writes", map[string]string{"a.hurl": "GET {{base}}/\n\nDELETE {{base}}/contracts/1/\n"}, plan.Stage{Name: plan.StageReadOnly, Files: []string{"a.hurl"}},
			[]string{"a.hurl:3:1: DELETE may write, and stage read-only only reads", "# [login]"}},
		{"in a stage called safe", map[string]string{"a.hurl": "POST {{base}}/\n"}, plan.Stage{Name: "full", Safe: true, Files: []string{"a.hurl"}}, []string{"a.hurl:1:1: POST may write"}},
		{"a login that is marked", map[string]string{"a.hurl": "# in\n# [login]\nPOST {{base}}/login/\n"}, plan.Stage{Name: plan.StageReadOnly, Files: []string{"a.hurl"}}, nil},
		{"a name from nowhere", map[string]string{"a.hurl": "GET {{base}}/{{contract}}\n"}, plan.Stage{Name: "full", Files: []string{"a.hurl"}},
			[]string{"a.hurl:1:", "{{contract}} is defined nowhere", "testing: variables or secrets"}},
		{"names of the plan", map[string]string{"a.hurl": "GET {{base}}/{{user}}/{{password}}/{{build}}/{{newUuid}}\n"}, plan.Stage{Name: "full", Files: []string{"a.hurl"}}, nil},
		{"a body that is not there", map[string]string{"s/a.hurl": "POST {{base}}/\nfile,body.json;\n"}, plan.Stage{Name: "full", Files: []string{"s/a.hurl"}}, []string{"s/a.hurl", "body.json"}},
		{"a body that is", map[string]string{"s/a.hurl": "POST {{base}}/\nfile,body.json;\n", "s/body.json": "{}"}, plan.Stage{Name: "full", Files: []string{"s/*.hurl"}}, nil},
		{"a body outside", map[string]string{"s/a.hurl": "POST {{base}}/\nfile,../secret;\n", "secret": "x"}, plan.Stage{Name: "full", Files: []string{"s/*.hurl"}}, []string{"s/a.hurl:2:"}},
		{"too long", map[string]string{"a.hurl": strings.Repeat("#", 2<<20)}, plan.Stage{Name: "full", Files: []string{"a.hurl"}}, []string{"longer than 1 MiB"}},
	} {
		c := call(tt.stage)
		c.Plan.Testing = plan.Testing{Variables: map[string]string{"user": "qa"}, Secrets: map[string]string{"password": "X"}}
		s, err := LoadSuite(c.Plan, folder(tt.files))
		if (err == nil) != (tt.wants == nil) {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		for _, want := range tt.wants {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v\ndoes not say %q", tt.name, err, want)
			}
		}
		if err == nil && !slices.Equal(slices.Sorted(maps.Keys(s.Files)), slices.Sorted(maps.Keys(tt.files))) {
			t.Errorf("%s: frozen are %v", tt.name, slices.Sorted(maps.Keys(s.Files)))
		}
	}
}

func TestSuiteErrorsAreProblems(t *testing.T) {
	c := call(plan.Stage{Name: "full", Files: []string{"a.hurl"}})
	_, err := LoadSuite(c.Plan, folder(map[string]string{"a.hurl": "GET {{base}}/\nHTTP 2000x\n"}))
	var problems hurl.Problems
	if !errors.As(err, &problems) || problems[0].Line != "HTTP 2000x" {
		t.Errorf("%v", err)
	}
}

// Files that use what others capture come behind them, with their cookies; others know nothing of each other.
func TestChains(t *testing.T) {
	c := call(plan.Stage{Name: "full", Files: []string{"*.hurl"}})
	s, err := LoadSuite(c.Plan, folder(map[string]string{
		"1.hurl": "GET {{base}}/\nHTTP 200\n[Captures]\na: status\n",
		"2.hurl": "GET {{base}}/\nHTTP 200\n[Captures]\nb: status\n",
		"3.hurl": "GET {{base}}/{{a}}\n",
		"4.hurl": "GET {{base}}/\nHTTP 200\n[Captures]\na: status\n\nGET {{base}}/{{a}}\n", // its own
		"5.hurl": "GET {{base}}/\n",
		"6.hurl": "GET {{base}}/{{b}}\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	var labels []string
	for _, ch := range s.stages["full"] {
		labels = append(labels, ch.label())
	}
	slices.Sort(labels)
	want := []string{"1.hurl + 3.hurl", "2.hurl + 6.hurl", "4.hurl", "5.hurl"}
	if !slices.Equal(labels, want) {
		t.Errorf("chains %q, want %q", labels, want)
	}
}
