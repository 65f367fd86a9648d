package hurl

// words_page_test.go: docs/smoke.md lists the words that Parse reads and refuses, no more and no less.

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const page = "../../docs/smoke.md"

var update = flag.Bool("update", false, "write the tables of docs/smoke.md anew")

// tables is all words, part by part: what is known, and then what is refused.
func tables(rows []Row) string {
	var b strings.Builder
	b.WriteString("\n### Supported\n\n| | written | |\n|---|---|---|\n")
	last := ""
	for _, r := range rows {
		if !r.Refused {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", heading(r.Part, &last), code(r.Written), cell(r.About))
		}
	}
	b.WriteString("\n### Refused\n\n| | Hurl's | instead | `--runner hurl` |\n|---|---|---|---|\n")
	last = ""
	for i, r := range rows {
		if !r.Refused || i > 0 && alike(rows[i-1], r) {
			continue // told with the ones before
		}
		words := code(r.Written)
		for _, next := range rows[i+1:] {
			if !alike(r, next) {
				break
			}
			words += ", " + code(next.Written)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", heading(r.Part, &last), words, cell(r.About), map[bool]string{true: "does it"}[r.Runner])
	}
	return b.String() + "\n"
}

// alike reports two rows with the same advice.
func alike(a, b Row) bool { return a.Refused && a.Part == b.Part && a.About == b.About }

// heading names a part once.
func heading(part string, last *string) string {
	if part == *last {
		return ""
	}
	*last = part
	return "**" + part + "**"
}

// code is a text as Markdown shows code, in a table.
func code(s string) string {
	if strings.Contains(s, "`") {
		return "```` " + cell(s) + " ````"
	}
	return "`" + cell(s) + "`"
}

func cell(s string) string { return strings.NewReplacer("|", `\|`, "\n", " ").Replace(s) }

func TestThePageListsTheWords(t *testing.T) {
	const from, to = "<!-- hurl:begin -->\n", "<!-- hurl:end -->"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), from)
	part, after, ended := strings.Cut(rest, to)
	if !found || !ended {
		t.Fatalf("%s has no %s … %s", page, from, to)
	}
	want := tables(Words())
	if *update {
		if err := os.WriteFile(page, []byte(before+from+want+to+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(part, want); diff != "" {
		t.Errorf("%s: write the tables anew with -update, and look at what changed\n%s", page, diff)
	}
}

// TestEveryWordIsReadAsItIsWritten holds each row against Parse: what is listed as known is
// read in the form that is shown, and what is listed as refused is refused with that advice.
func TestEveryWordIsReadAsItIsWritten(t *testing.T) {
	const ask, answer = "POST https://a.test/\n", "POST https://a.test/\nHTTP 200\n[Asserts]\n"
	for _, r := range Words() {
		src := map[string]string{
			"method":    r.Written + " https://a.test/\n",
			"version":   ask + r.Written + " 200\n",
			"template":  ask + "A: {{a urlEncode}}\n",
			"section":   ask + r.Written + "\n",
			"option":    ask + "[Options]\n" + r.Written + "\n",
			"query":     answer + r.Written + " exists\n",
			"filter":    answer + "body " + r.Written + " exists\n",
			"predicate": answer + "body " + r.Written + "\n",
			"body":      ask + r.Written + "\n",
		}[r.Part]
		switch {
		case r.Refused && r.Part == "option":
			src = ask + "[Options]\n" + r.Written + ": x\n"
		case r.Written == "file,…;":
			src = answer + "body == " + r.Written + "\n"
		case r.Written == "graphql variables":
			src = ask + "```graphql\n{ a }\nvariables {}\n```\n"
		case r.Written == "``` attributes":
			src = ask + "```json,escape\n{}\n```\n"
		case r.Word == "Captures" || r.Word == "Asserts":
			src = ask + "HTTP 200\n" + r.Written + "\n"
		case strings.HasPrefix(r.Written, "```"):
			src = ask + r.Written + "\ntext\n```\n"
		}
		_, err := Parse("t.hurl", []byte(src))
		switch {
		case !r.Refused && err != nil:
			t.Errorf("%s %s is listed as known: %v", r.Part, r.Written, err)
		case r.Refused && (err == nil || !strings.HasSuffix(err.Error(), "; "+r.About+map[bool]string{true: runner}[r.Runner])):
			t.Errorf("%s %s is listed as refused: %v", r.Part, r.Written, err)
		case r.About == "":
			t.Errorf("%s %s says nothing", r.Part, r.Written)
		}
	}
}

// TestTheWordsAreThoseThatRun: what is read is what can be run, and the other way round.
func TestTheWordsAreThoseThatRun(t *testing.T) {
	runs := map[string]int{}
	for name := range queries() {
		runs["query "+name] = 0
	}
	for name, f := range filters() {
		runs["filter "+name] = f.args
	}
	for name, p := range predicates() {
		runs["predicate "+name] = map[bool]int{true: 1}[p.wants]
	}
	read := map[string]int{}
	for _, w := range knownWords() {
		switch {
		case w.part == "filter":
			read["filter "+w.name] = len(w.args)
		case w.part == "predicate" && w.name != "not":
			read["predicate "+w.name] = len(w.args)
		case w.part == "query":
			read["query "+w.name] = 0
		}
	}
	if diff := cmp.Diff(read, runs); diff != "" {
		t.Error(diff)
	}
}
