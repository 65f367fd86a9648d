package cli

// smokereport_test.go: the results as files: JSON that a later try reads back, and JUnit XML that CI systems take.

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
)

// TestFailedIsReadBack: what a report holds is what the next try is given, and what passed in it is told apart.
func TestFailedIsReadBack(t *testing.T) {
	tests(t)
	first := []Tested{afternoon(), behind("full")}
	if exit, _, _, says := tested(t, first, nil, "plan.yaml", "--base", "http://h", "--report-json", "r.json"); exit != TaskFailed || !strings.Contains(says, "--failed r.json") {
		t.Fatalf("exit %d, %q", exit, says)
	}
	exit, w, out, _ := tested(t, first, nil, "plan.yaml", "--base", "http://h", "--failed", "r.json", "--report-json", "r.json", "--force", "--json")
	if exit != TaskFailed {
		t.Errorf("exit %d", exit)
	}
	want := slices.Clone(first[0].Result.Rows)
	for i := range want {
		want[i].Took = want[i].Took.Truncate(time.Microsecond)
	}
	if diff := cmp.Diff(map[string][]tasks.Row{"read-only": want}, w.Before); diff != "" {
		t.Error(diff)
	}
	var j jsonSmoke
	if err := json.Unmarshal([]byte(out), &j); err != nil {
		t.Fatal(err)
	}
	if !j.Stages[0].Rows[0].Earlier || j.Counts.Earlier != 6 {
		t.Errorf("an earlier try is not told apart: %s", out)
	}
	if kept, err := os.ReadFile("r.json"); err != nil || string(kept) == "" || !strings.Contains(string(kept), `"earlier": true`) {
		t.Errorf("--force did not write: %v", err)
	}
}

func TestResultsOfAnotherKindAreRefused(t *testing.T) {
	tests(t)
	for text, says := range map[string]string{"{}": "holds no results", `{"format":2}`: "newer tminus", "[1": "holds no results", "": "holds no results"} {
		if err := os.WriteFile("r.json", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if exit, _, _, got := tested(t, nil, nil, "plan.yaml", "--base", "http://h", "--failed", "r.json"); exit != Usage || !strings.Contains(got, says) {
			t.Errorf("%q: exit %d, %q", text, exit, got)
		}
	}
}

// TestResultsOfAnotherSideAreRefused: what passed at the host, or by the real Hurl, did not pass here.
func TestResultsOfAnotherSideAreRefused(t *testing.T) {
	tests(t)
	for text, says := range map[string]string{`{"format":1,"runner":"tminus","from_host":true}`: "from the host itself", `{"format":1,"runner":"hurl"}`: "by hurl"} {
		if err := os.WriteFile("r.json", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if exit, _, _, got := tested(t, nil, nil, "plan.yaml", "--base", "http://h", "--failed", "r.json"); exit != Usage || !strings.Contains(got, says) {
			t.Errorf("%q: exit %d, %q", text, exit, got)
		}
	}
	if exit, _, _, got := tested(t, nil, nil, "plan.yaml", "--base", "http://h", "--failed", "r.json", "--runner", "hurl"); exit != Usage || !strings.Contains(got, "goes without --runner") {
		t.Errorf("exit %d, %q", exit, got)
	}
}

// TestAReportIsAFileInAFolderThatIsThere: said before a test is run; and no device is taken for a file, whoever we are.
func TestAReportIsAFileInAFolderThatIsThere(t *testing.T) {
	tests(t)
	socket, err := net.Listen("unix", "socket") // in the place of /dev/null, which root would lose
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	for _, args := range [][]string{{"--report-json", "nowhere/r.json"}, {"--report-junit", "socket"}, {"--report-junit", "socket", "--force"}, {"--report-json", ".", "--force"}} {
		exit, w, _, got := tested(t, []Tested{afternoon()}, nil, append([]string{"plan.yaml", "--base", "http://h"}, args...)...)
		if exit != Precondition || w.Base != "" || !strings.Contains(got, args[1]) {
			t.Errorf("%q: exit %d, base %q, %q", args, exit, w.Base, got)
		}
	}
}

// TestTheShapeOfTheResults: programs rely on these keys.
func TestTheShapeOfTheResults(t *testing.T) {
	tests(t)
	_, _, out, _ := tested(t, []Tested{afternoon(), behind("full")}, nil, "plan.yaml", "--base", "http://h", "--json")
	var j map[string]any
	if err := json.Unmarshal([]byte(out), &j); err != nil {
		t.Fatal(err)
	}
	keys := func(v any) (names []string) {
		for name := range v.(map[string]any) {
			names = append(names, name)
		}
		slices.Sort(names)
		return names
	}
	stages := j["stages"].([]any)
	rows := stages[0].(map[string]any)["rows"].([]any)
	for _, c := range []struct {
		of   string
		v    any
		want string
	}{
		{"results", j, "base began counts format from_host plan runner stages took_ms verdict"},
		{"counts", j["counts"], "degraded earlier failed inconclusive not_tested passed retried skipped"},
		{"stage", stages[0], "counts rows says stage target took_ms verdict"},
		{"row", rows[3], "exchange name says took_ms verdict"},
		{"exchange", rows[3].(map[string]any)["exchange"], "actual at bytes excerpt expected group kept line ran request status target tries"},
		{"remark", rows[6], "name says took_ms verdict"},
	} {
		if got := strings.Join(keys(c.v), " "); got != c.want {
			t.Errorf("%s has %s, want %s", c.of, got, c.want)
		}
	}
	var words []string
	for _, r := range rows {
		words = append(words, r.(map[string]any)["verdict"].(string))
	}
	if diff := cmp.Diff([]string{"pass", "pass", "degraded", "fail", "not tested", "skipped", "fail"}, words); diff != "" {
		t.Error(diff)
	}
	if v := stages[1].(map[string]any)["verdict"]; v != "not tested" {
		t.Errorf("a stage that was not run is %q", v)
	}
}

// element is any element of the XML.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// allowed is what the schema of Jenkins (junit-10.xsd) takes, as far as we write it: attributes, those that are needed
// marked with an exclamation mark, and children in their order, so marked where one is needed.
var allowed = map[string]struct{ attrs, children []string }{
	"testsuites": {[]string{"name", "tests", "failures", "errors", "skipped", "time"}, []string{"testsuite"}},
	"testsuite":  {[]string{"name!", "tests!", "failures!", "errors!", "skipped", "time", "timestamp"}, []string{"properties", "testcase"}},
	"properties": {nil, []string{"property!"}},
	"property":   {[]string{"name!", "value!"}, nil},
	"testcase":   {[]string{"classname!", "name!", "time!"}, []string{"failure", "error", "skipped", "system-out"}},
	"failure":    {[]string{"message", "type"}, nil},
	"error":      {[]string{"message", "type"}, nil},
	"skipped":    {[]string{"message"}, nil},
	"system-out": {nil, nil},
}

func checkElement(t *testing.T, e element) {
	t.Helper()
	rule, known := allowed[e.XMLName.Local]
	if !known {
		t.Errorf("<%s> is not JUnit's", e.XMLName.Local)
		return
	}
	for _, a := range e.Attrs {
		if !slices.Contains(rule.attrs, a.Name.Local) && !slices.Contains(rule.attrs, a.Name.Local+"!") {
			t.Errorf("<%s %s> is not JUnit's", e.XMLName.Local, a.Name.Local)
		}
	}
	for _, a := range rule.attrs {
		if name, needed := strings.CutSuffix(a, "!"); needed && e.attr(name) == "" {
			t.Errorf("<%s> lacks %s", e.XMLName.Local, name)
		}
	}
	at := 0
	if slices.Contains(rule.children, "property!") && len(e.Children) == 0 {
		t.Errorf("<%s> is empty", e.XMLName.Local)
	}
	for _, c := range e.Children {
		n := slices.IndexFunc(rule.children, func(name string) bool { return strings.TrimSuffix(name, "!") == c.XMLName.Local })
		if n < at {
			t.Errorf("<%s> stands in <%s>, or not in its place", c.XMLName.Local, e.XMLName.Local)
		}
		at = max(n, at)
		checkElement(t, c)
	}
}

// junitOf writes the results and reads them back by the rules, with the sums held against the cases.
func junitOf(t *testing.T, stages []Tested, err error) (root element, cases []element) {
	t.Helper()
	data, wrong := newSmoked(Testing{}, stages, err, time.Now()).junit()
	if wrong != nil {
		t.Fatal(wrong)
	}
	strict := xml.NewDecoder(strings.NewReader(string(data)))
	for {
		if _, wrong := strict.Token(); errors.Is(wrong, io.EOF) {
			break
		} else if wrong != nil {
			t.Fatalf("not well-formed: %v\n%s", wrong, data)
		}
	}
	if wrong := xml.Unmarshal(data, &root); wrong != nil {
		t.Fatal(wrong)
	}
	checkElement(t, root)
	sums := map[string]int{}
	for _, suite := range root.Children {
		count := map[string]int{}
		for _, c := range suite.Children {
			if c.XMLName.Local != "testcase" {
				continue
			}
			cases = append(cases, c)
			count["tests"]++
			for _, of := range c.Children {
				count[map[string]string{"failure": "failures", "error": "errors", "skipped": "skipped"}[of.XMLName.Local]]++
			}
		}
		for _, name := range []string{"tests", "failures", "errors", "skipped"} {
			if suite.attr(name) != strconv.Itoa(count[name]) {
				t.Errorf("%s has %s=%s, and %d of them", suite.attr("name"), name, suite.attr(name), count[name])
			}
			sums[name] += count[name]
		}
		if _, wrong := time.Parse(junitTime, suite.attr("timestamp")); wrong != nil {
			t.Error(wrong)
		}
	}
	for name, n := range sums {
		if root.attr(name) != strconv.Itoa(n) {
			t.Errorf("testsuites has %s=%s, and %d of them", name, root.attr(name), n)
		}
	}
	return root, cases
}

func TestJUnit(t *testing.T) {
	root, cases := junitOf(t, []Tested{afternoon(), behind("full")}, nil)
	var suites []string
	for _, s := range root.Children {
		suites = append(suites, s.attr("name"))
	}
	if diff := cmp.Diff([]string{"read-only: smoke/a.hurl", "read-only: smoke/b.hurl", "read-only: smoke/tls.hurl", "full: stage full"}, suites); diff != "" {
		t.Error(diff)
	}
	var told []string
	for _, c := range cases {
		text := c.attr("classname") + " | " + c.attr("name")
		for _, of := range c.Children {
			first, _, _ := strings.Cut(of.attr("message")+of.Text, "\n")
			text += " | " + of.XMLName.Local + " | " + first
		}
		told = append(told, text)
	}
	want := []string{
		"smoke/a.hurl | home answers",
		"smoke/a.hurl | home answers at last | system-out | tried more than once: 200 in 5ms · 3rd try, after refused",
		"smoke/a.hurl | home is quick | system-out | degraded: slower than it should be: duration < 800: got 900",
		"smoke/b.hurl | the list opens | failure | the status is 500 Internal Server Error, expected 200; 3 more asserts do not holdat        smoke/b.hurl:23:1  HTTP 200",
		"smoke/b.hurl | a contract opens | skipped | not tested: an earlier request of its chain failed",
		"smoke/tls.hurl | the certificate is valid | skipped | skipped, as its file says",
		"stage full | everything was tested | skipped | not tested: read-only did not hold",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
}

// TestJUnitIsNeverGreenForNothing: where no check failed, and not everything was tested, something is red.
func TestJUnitIsNeverGreenForNothing(t *testing.T) {
	untested := row("a", "", "not tested: the stage's budget of 1s is spent")
	for name, c := range map[string]struct {
		stages []Tested
		err    error
		red    int
	}{
		"budget spent":     {[]Tested{stage("full", tasks.Inconclusive, row("b", tasks.Pass, "200"), untested)}, nil, 1},
		"nothing asked":    {[]Tested{stage("read-only", tasks.Inconclusive), behind("full")}, nil, 1},
		"no checks":        {[]Tested{stage("full", tasks.NotTested)}, nil, 1},
		"no stage, broken": {nil, errors.New("the disk is full"), 1},
		"inconclusive":     {[]Tested{stage("full", tasks.Inconclusive, row("b", tasks.Inconclusive, "who knows"))}, nil, 1},
		"failed":           {[]Tested{afternoon(), behind("full")}, nil, 1},
		"all hold":         {[]Tested{stage("full", tasks.Pass, row("b", tasks.Pass, "200"))}, nil, 0},
	} {
		root, _ := junitOf(t, c.stages, c.err)
		failures, _ := strconv.Atoi(root.attr("failures"))
		if wrong, _ := strconv.Atoi(root.attr("errors")); failures+wrong != c.red {
			t.Errorf("%s: %d failures and %d errors, want %d", name, failures, wrong, c.red)
		}
	}
}

// TestJUnitHoldsNoHostileText: what XML cannot hold, and what repaints a page, is made visible; nothing is unbounded.
func TestJUnitHoldsNoHostileText(t *testing.T) {
	evil := "]]><b>&amp;\x00\x1b[2J\u202e\ufffe\uffff\xff jc@scp.example.com" + strings.Repeat("é", 100_000)
	bad := row(evil, tasks.Fail, evil, func(x *tasks.Exchange) {
		x.Group, x.At, x.Line, x.Request, x.Expected, x.Actual, x.Excerpt, x.Target = evil, evil, evil, evil, evil, evil, evil, evil
	})
	slow := bad
	slow.Verdict = tasks.Degraded
	stages := []Tested{{"st\x1bage", time.Second, tasks.Result{Verdict: tasks.Fail, Says: evil, Rows: []tasks.Row{bad, bad, slow, {Name: fromHost, Says: evil}}}}}
	root, cases := junitOf(t, stages, errors.New(evil))
	if len(cases) != 4 || cases[0].attr("name") == cases[1].attr("name") {
		t.Errorf("%d cases, the first two: %.80q, %.80q", len(cases), cases[0].attr("name"), cases[1].attr("name"))
	}
	data, err := newSmoked(Testing{}, stages, errors.New(evil), time.Now()).junit()
	if err != nil || strings.ContainsAny(string(data), "\x00\x1b\u202e\ufffe\uffff") || strings.Contains(string(data), "jc@scp") || len(data) > 300_000 {
		t.Errorf("%v, %d bytes: %.2000q", err, len(data), data)
	}
	if root.attr("failures") != "2" {
		t.Errorf("%s failures", root.attr("failures"))
	}
}
