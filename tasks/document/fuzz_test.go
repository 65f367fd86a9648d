package document_test

// fuzz_test.go: no bytes make a reader panic, hang or grow, and whatever becomes a draft is
// written as a plan file that says what the draft says.

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"go.yaml.in/yaml/v4"

	"tminus/tasks/document"
	"tminus/tasks/plan"
)

// judge holds a document to what every document must keep.
func judge(t *testing.T, name string, src []byte) {
	d, err := document.Read(name, src)
	if err != nil {
		return
	}
	draft, err := document.NewDraft(d)
	if err != nil {
		return
	}
	for round := range 2 {
		yml := draft.YAML()
		if !bytes.Equal(yml, draft.YAML()) {
			t.Fatal("the same draft gives two plans")
		}
		wellFormed(t, yml)
		for _, p := range draft.Proposals {
			if p.String() == "" || round == 1 && p.Repair() && p.Open() {
				t.Fatalf("%+v: no words, or not accepted", p)
			}
			if p.Question() {
				if err := p.Answer(p.Choices()[0]); err != nil {
					t.Fatal(err)
				}
			}
		}
		draft.AcceptAll()
	}
}

// wellFormed refuses a plan file that is no YAML, or has a key that a plan has not.
func wellFormed(t *testing.T, yml []byte) {
	var node yaml.Node
	if err := yaml.Unmarshal(yml, &node); err != nil {
		t.Fatalf("not YAML: %v\n%s", err, yml)
	}
	_, err := plan.Load("plan.yaml", yml)
	refused, ok := err.(*plan.Errors)
	if !ok {
		return
	}
	for _, f := range refused.Findings {
		for _, never := range []string{"unknown key", "given twice", "not YAML", "invisible character", "is the number", "is the yes-or-no", "is not UTF-8"} {
			if strings.Contains(f.Message, never) && !strings.Contains(f.Message, "id ") {
				t.Fatalf("%s: %s\n%s", never, f.Message, yml)
			}
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add(textOf(f, scp))
	f.Add("Task\tStart\tEnd\tStatus\nLaunch\t16:00\t17:00\tdone\n")
	f.Add("ID\tDate\tStart\tEnd\tTask\tResponsible\tDependency\n1\t1/2/2019\t4 pm\t\tx: y # z\tA, B\tЗ\n\n2\t\t23:00\t01:00\t- a\t-\t1 and 9\n")
	f.Fuzz(func(t *testing.T, src string) { judge(t, "plan.txt", []byte(src)) })
}

func FuzzCSV(f *testing.F) {
	f.Add(textOf(f, "scp-libreoffice.csv"))
	f.Add("Task;Start;End\n\"a \"\"b\"\"\nc\";16:00;17:00\n")
	f.Fuzz(func(t *testing.T, src string) { judge(t, "plan.csv", []byte(src)) })
}

// FuzzWorkbook fuzzes the parts, not the zip around them, which would refuse nearly all.
func FuzzWorkbook(f *testing.F) {
	f.Add(`<row r="1"><c t="inlineStr"><is><t>Task</t></is></c><c t="s"><v>0</v></c><c t="str"><v>End</v></c></row><row r="3"><c r="A3"><v>1</v></c><c r="C3" s="0"><v>43503.7</v></c></row>`,
		`<sst><si><r><t>Sta</t></r><r><t>rt</t></r><rPh><t>x</t></rPh></si></sst>`, `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="d-mmm-yy"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>`)
	f.Fuzz(func(t *testing.T, rows, shared, styles string) {
		judge(t, "plan.xlsx", []byte(sheetOf(t, rows, "xl/sharedStrings.xml", shared, "xl/styles.xml", styles)))
	})
}

func FuzzWord(f *testing.F) {
	f.Add(`<w:p><w:r><w:t>Plan</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:t>Task</w:t></w:p></w:tc><w:tc><w:p><w:t>Start</w:t></w:p></w:tc><w:tc><w:p><w:t>End</w:t></w:p></w:tc></w:tr>` +
		`<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge/></w:tcPr><w:tbl><w:tr/></w:tbl></w:tc></w:tr></w:tbl>`)
	f.Fuzz(func(t *testing.T, body string) { judge(t, "plan.docx", []byte(wordOf(t, body))) })
}

// FuzzPacked fuzzes the zip.
func FuzzPacked(f *testing.F) {
	for _, name := range others() {
		f.Add([]byte(textOf(f, name)))
	}
	f.Add([]byte(lying(f, sheetOf(f, "<row/>"))))
	f.Fuzz(func(t *testing.T, src []byte) { judge(t, "plan", src) })
}

func FuzzAnswers(f *testing.F) {
	f.Add("T3.id: accept\n# no\n\"T1.in_charge\": 'JC'\ntimezone: UTC # here\n")
	f.Fuzz(func(t *testing.T, src string) {
		answers, err := document.ReadAnswers("a.yaml", []byte(src))
		for _, a := range answers {
			if err == nil && (a.ID == "" || a.Choice == "" || a.Line < 1) {
				t.Fatalf("%+v", a)
			}
		}
	})
}

// FuzzValue puts one text into every kind of place of a plan, and reads it back.
func FuzzValue(f *testing.F) {
	for _, s := range []string{"a: b", "- x", "yes", "1.0", "a #b", "\u0422", "'", `"\`, "x:", "2019-02-07 16:00", "{a}", "é", "null", "a\u2028b", "\u0085"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\t\r\n\v\f") || len(s) > 200 {
			return
		}
		src := "Title\n" + s + "\n\nDate\tStart\tEnd\tTask\tTeam\tPreparation\n7 Feb 2019\t16:00\t17:00\tx" + s + "\t" + s + "\t" + s + "\n"
		d, err := document.Read("plan.txt", []byte(src))
		if err != nil {
			return
		}
		draft, err := document.NewDraft(d)
		if err != nil {
			return
		}
		wellFormed(t, draft.YAML())
		var read struct{ Tasks []struct{ Title string } }
		if err := yaml.Unmarshal(draft.YAML(), &read); err != nil || len(read.Tasks) == 0 {
			t.Fatalf("%v\n%s", err, draft.YAML())
		}
		if want := strings.Join(strings.Fields(seen("x"+s)), " "); read.Tasks[0].Title != want {
			t.Fatalf("title %q, want %q\n%s", read.Tasks[0].Title, want, draft.YAML())
		}
	})
}

// seen is a text without the characters that nobody sees.
func seen(s string) string {
	return strings.Map(func(c rune) rune {
		if c != '\u200C' && c != '\u200D' && c != '\u00AD' && unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return -1
		}
		return c
	}, s)
}
