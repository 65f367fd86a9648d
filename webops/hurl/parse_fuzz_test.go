package hurl

// parse_fuzz_test.go: no text of any kind stops the parser or is read as two different files.

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func FuzzParse(f *testing.F) {
	pages, err := filepath.Glob("testdata/*.hurl")
	if err != nil {
		f.Fatal(err)
	}
	for _, page := range pages {
		src, err := os.ReadFile(page)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
		for entry := range strings.SplitSeq(string(src), "\n\n") {
			f.Add([]byte(entry))
		}
	}
	for _, wrong := range broken() {
		if len(wrong.src) < maxLine { // the longest ones are tests enough, and cost the fuzzer its time
			f.Add([]byte(wrong.src))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		began := time.Now()
		first, err := Parse("f.hurl", src)
		if took := time.Since(began); took > 5*time.Second {
			t.Fatalf("%v for %d bytes", took, len(src))
		}
		if err != nil {
			told(t, err)
			return
		}
		text := Format(first)
		again, err := Parse("f.hurl", text)
		if err != nil {
			t.Fatalf("written again: %v\n%q\n%s", err, src, text)
		}
		if diff := cmp.Diff(first, again, same()); diff != "" {
			t.Fatalf("written again it is another file: %s\n%q\n%s", diff, src, text)
		}
		if third := Format(again); !bytes.Equal(text, third) {
			t.Fatalf("%s\n%s", text, third)
		}
		first.Unbound(nil)
		first.Captures()
		first.FilesUsed()
	})
}

// told holds what every report of problems must hold: few enough, in the file, and clean.
func told(t *testing.T, err error) {
	t.Helper()
	var problems Problems
	if !errors.As(err, &problems) || len(problems) == 0 || len(problems) > maxProblems {
		t.Fatalf("%d problems: %v", len(problems), err)
	}
	text := err.Error() + problems.Render()
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f || r == 0x9b || r == 0x202e }) || !utf8.ValidString(text) {
		t.Fatalf("not clean: %q", text)
	}
	for _, p := range problems {
		if p.Pos.Line < 1 || p.Pos.Col < 1 || p.Message == "" {
			t.Fatalf("%+v", p)
		}
	}
}

// FuzzTemplate reads a text in each place where one may stand, and must find it there again.
func FuzzTemplate(f *testing.F) {
	for _, seed := range []string{"", "a", " a ", "{{a}}", "{{ a }}b{{c}}", "{", "{{", "}}", "{{{a}}}", "a{{b", `\`, `\n`, "#", "a#b", "\t", "a\tb", `"`, "`", "é✈", "\u202e", "{{newUuid}}", "x{{a}}{", "\r", "/", `\{{a}}`, "[Asserts]", "GET", ": x", "  ", "{{a-b_c9}}", "\x00", "\u0301"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.Contains(text, "\x00") || len(text) > 10_000 {
			return
		}
		literal := Text(text)
		file := &File{Name: "t.hurl", Entries: []*Entry{{
			Request: Request{Method: "POST", URL: Text("https://a.test/"),
				Headers: []Param{{Name: Text("k"), Value: literal}, {Name: append(Text("n"), literal...), Value: nil}},
				Form:    []Param{{Name: Text("k"), Value: append(append(Template{}, literal...), Piece{Text: "name", Expr: true})}},
				Options: []Option{{Name: "variable", Var: "v", Value: merged(append(append(Text(`"`), literal...), Piece{Text: `"`}))}},
			},
			Response: &Response{
				Asserts: []Assert{{Query: Query{Kind: "header", Arg: literal}, Predicate: Predicate{Kind: "==", Want: &Operand{Quoted: true, Text: literal}}}},
				Body:    &Body{Kind: Oneline, Text: literal},
			},
		}}}
		file.Entries[0].Request.Headers[1].Name = merged(file.Entries[0].Request.Headers[1].Name)
		again, err := Parse("t.hurl", Format(file))
		if err != nil {
			t.Fatalf("%v\n%s", err, Format(file))
		}
		if diff := cmp.Diff(file, again, same()); diff != "" {
			t.Fatalf("%s\n%s", diff, Format(file))
		}
	})
}
