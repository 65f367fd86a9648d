package document_test

// scp_test.go: the team's own document of 2019, byte by byte as it is.

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tminus/tasks/check"
	"tminus/tasks/document"
	"tminus/tasks/plan"
)

const scp = "scp-1.0.0-plan.txt"

// drafted is the draft of a file of testdata.
func drafted(t testing.TB, name string) *document.Draft {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return draftOf(t, name, string(src))
}

func draftOf(t testing.TB, name, src string) *document.Draft {
	t.Helper()
	d, err := document.Read(name, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	draft, err := document.NewDraft(d)
	if err != nil {
		t.Fatal(err)
	}
	return draft
}

// asked is the proposal with an id.
func asked(t testing.TB, d *document.Draft, id string) *document.Proposal {
	t.Helper()
	for _, p := range d.Proposals {
		if p.ID == id {
			return p
		}
	}
	t.Fatalf("nothing was asked as %s", id)
	return nil
}

// decide accepts all repairs and answers: "T1.in_charge", "JC", …
func decide(t testing.TB, d *document.Draft, pairs ...string) {
	t.Helper()
	d.AcceptAll()
	for i := 0; i < len(pairs); i += 2 {
		if err := asked(t, d, pairs[i]).Answer(pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
}

func decideSCP(t testing.TB, d *document.Draft) {
	t.Helper()
	decide(t, d, "timezone", "Asia/Singapore", "T1.in_charge", "JC", "T2.in_charge", "JC", "T8.after", "T7", "T3.teams", document.Keep)
}

func TestFiguresOfTheSCPPlan(t *testing.T) {
	d := drafted(t, scp)
	want := document.Figures{Tasks: 8, Contacts: 8, RiskRows: 12, SettingRows: 16, Tools: 2, Foreign: 6}
	if d.Figures != want {
		t.Errorf("figures %+v, want %+v", d.Figures, want)
	}
	d.AcceptAll()
	if n := d.Register(); n != 9 {
		t.Errorf("%d risks, want 9", n)
	}
	t.Logf("figure: %+v, %d risks, %d proposals", d.Figures, d.Register(), len(d.Proposals))
}

// TestFindingsOfTheSCPPlan holds import to the catalogue of section B: what only the
// document shows is told on the line of the document.
func TestFindingsOfTheSCPPlan(t *testing.T) {
	d := drafted(t, scp)
	var told []string
	for _, p := range d.Proposals {
		told = append(told, fmt.Sprintf("%s@%d", p.Rule, p.Place.Line))
	}
	for _, want := range []string{"L01@32", "L02@33", "L03@36", "L04@37", "L05@30", "L05@31", "L06@29", "L07@30", "L08@30", "L09@29", "L10@32", "L12@37",
		"L13@26", "L14@27", "L34@17", "L34@18", "L35@20", "L40@62", "L45@87"} {
		if !slices.Contains(told, want) {
			t.Errorf("%s is not told; told are %v", want, told)
		}
	}
	for id, points := range map[string]string{"T3.id": "U+0422 U+0417", "T4.after": "U+0422", "T7.id": "U+0422", "T7.after": "U+0422", "T8.id": "U+0422"} {
		if text := asked(t, d, id).String(); !strings.Contains(text, points) {
			t.Errorf("%s does not name %s:\n%s", id, points, text)
		}
	}
}

// TestErrorsOfTheSCPPlan: import and check between them tell all that section B marks E.
func TestErrorsOfTheSCPPlan(t *testing.T) {
	d := drafted(t, scp)
	told := map[string]bool{}
	for _, p := range d.Proposals {
		told[p.Rule] = true
	}
	decideSCP(t, d)
	for _, f := range check.Check("plan.yaml", d.YAML()).Findings {
		if f.Severity == check.Error {
			told[f.Rule] = true
		}
	}
	all := []string{"L01", "L02", "L03", "L04", "L05", "L09", "L12", "L19", "L20", "L21", "L23", "L35", "L45"}
	for _, rule := range all {
		if !told[rule] {
			t.Errorf("%s is told by neither", rule)
		}
	}
	t.Logf("figure: %d errors of section B told", len(all))
}

func TestOneCStaysOpen(t *testing.T) {
	d := drafted(t, scp)
	d.AcceptAll()
	p := asked(t, d, "T1.in_charge")
	if len(p.Candidates) != 2 || p.Candidates[0].Value != "JC" || p.Candidates[1].Value != "LX" {
		t.Fatalf("candidates %+v", p.Candidates)
	}
	yaml := string(d.YAML())
	for _, want := range []string{`in_charge: "1C"`, "JC (one wrong character away from 1C", "LX (1C looks like IC"} {
		if strings.Count(strings.ReplaceAll(yaml, "\n    # ", " "), want) != 2 {
			t.Errorf("%q does not stand twice in\n%s", want, yaml)
		}
	}
	var open []string
	for _, f := range refused(t, d.YAML()).Findings {
		open = append(open, f.Message)
	}
	want := []string{"timezone of the plan is empty", `in_charge "1C" is not a contact`, `in_charge "1C" is not a contact`, `after "" is not a task`}
	if diff := cmp.Diff(want, open); diff != "" {
		t.Errorf("what stays open (-want +got):\n%s", diff)
	}
}

func refused(t *testing.T, yaml []byte) *plan.Errors {
	t.Helper()
	_, err := plan.Load("plan.yaml", yaml)
	errs, ok := err.(*plan.Errors)
	if !ok {
		t.Fatalf("the plan loads, or is refused without a place: %v\n%s", err, yaml)
	}
	return errs
}

// TestNothingIsRepairedUnasked: without a decision the plan has the document's own bytes.
func TestNothingIsRepairedUnasked(t *testing.T) {
	yaml := string(drafted(t, scp).YAML())
	for _, want := range []string{"- id: \u0422\u0417\n", "after: [\"\u04223\"]", "- id: \u04227\n", "after: [\"\u04226\"]", "- id: \u04228\n", "R10", "R11", "Prof. Rafael J. Barros (COO)", `to be=\"\"`} {
		if !strings.Contains(yaml, want) {
			t.Errorf("%q is gone", want)
		}
	}
}

// TestExampleSaysTheSame holds the import to the plan that was made by hand of the same document.
func TestExampleSaysTheSame(t *testing.T) {
	d := drafted(t, scp)
	decideSCP(t, d)
	got, err := plan.Load("imported.yaml", d.YAML())
	if err != nil {
		t.Fatalf("%v\n%s", err, d.YAML())
	}
	src, err := os.ReadFile(filepath.Join("..", "..", "examples", "scp-1.0.0.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := plan.Load("scp-1.0.0.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	documented(want)
	opts := cmp.Options{
		cmpopts.IgnoreFields(plan.Plan{}, "Zone", "Hash", "Smoke", "Testing", "Rollback", "Notes", "Waivers"), cmpopts.EquateEmpty(),
		cmp.Comparer(func(a, b plan.Time) bool { return a.Equal(b.Time) }),
	}
	if diff := cmp.Diff(want, got, opts); diff != "" {
		t.Errorf("import and example differ (-example +import):\n%s", diff)
	}
}

// documented takes out of the example what the document does not say.
func documented(p *plan.Plan) {
	e := &p.Environment
	e.Account, e.Alias, e.Region, e.Production, e.Instance.AMI, e.Instance.SSHUser, e.Instance.Ports, e.Application.Port = "", "", "", false, "", "", nil, 0
	e.AMIOwner, p.OnDemand = "", nil
	for i := range p.Risks {
		r := &p.Risks[i]
		r.Owner, r.Signal, r.Response, r.InPlace, r.Why = "", "", "", false, ""
	}
	p.Tasks = slices.DeleteFunc(p.Tasks, func(t plan.Task) bool { return t.ID == "G1" })
	for i := range p.Tasks {
		t := &p.Tasks[i]
		t.Action, t.Deputy, t.After = "", "", slices.DeleteFunc(t.After, func(id string) bool { return id == "G1" })
	}
}

// TestNothingOfTheDocumentIsDropped looks for every cell of the document in the plan.
func TestNothingOfTheDocumentIsDropped(t *testing.T) {
	d := drafted(t, scp)
	decideSCP(t, d)
	yaml := strings.Join(strings.FieldsFunc(strings.ToLower(strings.NewReplacer(`\"`, `"`, "# ", "").Replace(string(d.YAML()))), func(c rune) bool { return c == ' ' || c == '\n' }), " ")
	src, err := os.ReadFile(filepath.Join("testdata", scp))
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]string{"28-jan-19": "2019-01-28", "31-jan-19": "2019-01-31", "1-feb-19": "2019-02-01", "7-feb-19": "2019-02-07", "justin choy": "manager: jc",
		"communications (ic)": "team: communications", "infrastructure (ic)": "lead: true", "t1,t2": "[t1, t2]", "10gb": "size_gb: 10", "no": "encrypted: false",
		"nginx 1:1.14.1-2.34": "1:1.14.1-2.34", "django v2.1.5": `"2.1.5"`, "python 3.6": `"3.6"`, "developers, infrastructure": "[developers, infrastructure]", "-": "-"}
	lost, cells := 0, 0
	for number, line := range strings.Split(string(src), "\n") {
		if number == 14 || number == 28 || number == 44 || number == 56 || len(line) < 40 && strings.HasSuffix(line, ":") || line == "ANNEX" ||
			number >= 70 && strings.Contains(line, "\t") && number < 88 {
			line = line[strings.LastIndex(line, "\t")+1:] // headings are the plan's keys
			if number < 70 || strings.HasSuffix(line, ":") {
				continue
			}
		}
		for _, key := range []string{"Change Number: ", "Business Owner: ", "Deployment Owner: "} {
			line = strings.TrimPrefix(line, key)
		}
		for cell := range strings.SplitSeq(line, "\t") {
			want := strings.Join(strings.Fields(strings.ToLower(cell)), " ")
			if r := read[want]; r != "" {
				want = r
			}
			cells++
			for _, sentence := range strings.Split(want, ": ") {
				for _, part := range splitTreatments(sentence) {
					if part = strings.Trim(part, " ."); part != "" && !strings.Contains(yaml, part) {
						t.Errorf("line %d: %q is lost", number+1, part)
						lost++
					}
				}
			}
		}
	}
	t.Logf("figure: %d cells looked for, %d lost", cells, lost)
}

// splitTreatments cuts a recommendation where import does.
func splitTreatments(s string) []string {
	for _, word := range []string{"mitigation -", "transfer -", "acceptance -", "avoidance -", "recovery -", "risk assessment/recommendation(top 3)", "montoring tools"} {
		s = strings.ReplaceAll(s, word, "\x00")
	}
	return strings.Split(s, "\x00")
}
