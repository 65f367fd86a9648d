package check_test

// fuzz_test.go: anything may be checked: no panic, places inside the file, sentences that
// a terminal can show, the same twice.

import (
	"bytes"
	"os"
	"slices"
	"testing"
	"unicode"

	"tminus/examples"
	"tminus/tasks/check"
)

func FuzzCheck(f *testing.F) {
	_, src := examples.SCP()
	f.Add(src)
	f.Add([]byte(calm(f)))
	document, err := os.ReadFile("testdata/document.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(document)
	for _, seed := range []string{"", "tasks: [{id: A, after: [A]}]", "tasks: [{id: A, after: [B], gate: true}, {id: B, after: [A], action: eip.assign}]",
		"contacts: [{id: A, manager: A, deputy: A}]\ntasks: [{in_charge: A}]", "waivers: [{rule: L01, by: A, reason: r}]\ncontacts: [{id: A}]",
		"window: {start: 2019-02-07 16:00, end: 2019-02-07 18:00}\ntasks: [{id: A, start: 2019-02-07 18:00, end: 2019-02-07 16:00}]",
		"risks: [{id: \"\\e[2J\", treatments: [{kind: accept}, {kind: avoid}]}]", "change: 'C0199'\nwindow: {start: 2099-02-07 16:00, end: 2099-02-08 18:00}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		rep := check.Check("p.yaml", src)
		counted := rep.Errors + rep.Warnings + rep.Notes + rep.Waived
		if len(rep.Findings)+rep.More != counted || !rep.Loaded && rep.Errors == 0 {
			t.Fatalf("%d findings, %s", len(rep.Findings), rep.Sum())
		}
		lines := bytes.Count(src, []byte("\n")) + bytes.Count(src, []byte("\r")) + 1
		for _, found := range rep.Findings {
			if found.At.Line < 1 || found.At.Line > lines || found.At.Col < 1 || found.At.Message == "" || found.Fix == "" || found.Title == "" {
				t.Fatalf("a finding that says nothing, or nowhere: %+v", found)
			}
		}
		var out, again bytes.Buffer
		plain := func(_ check.Severity, text string) string { return text }
		if rep.Write(&out, plain) != nil || check.Check("p.yaml", slices.Clone(src)).Write(&again, plain) != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
			t.Fatal("the same file is told in two ways")
		}
		for _, r := range out.String() {
			if r != '\n' && unicode.In(r, unicode.Cc, unicode.Bidi_Control) {
				t.Fatalf("a character %U that a terminal obeys", r)
			}
		}
		if rep.WriteJSON(&out) != nil {
			t.Fatal("no JSON")
		}
	})
}
