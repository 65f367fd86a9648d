package hurl

// parse_tree_test.go: what stands in a file stands in the tree: names, marks, values with their types, places.

import (
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestNamesAndMarks(t *testing.T) {
	f := parsed(t, `# a file about logins

# -----
# the login
#   and more about it
#[login]
POST https://a.test/
# not a name
X: 1

# nor this, for a line stands between

GET https://a.test/
HTTP 200
## a	name  with  blanks
GET https://a.test/
`)
	type entry struct {
		name  string
		login bool
		line  int
	}
	var got []entry
	for _, e := range f.Entries {
		got = append(got, entry{e.Name, e.Login, e.Request.Pos.Line})
	}
	want := []entry{{"the login", true, 7}, {"", false, 13}, {"a name with blanks", false, 16}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(entry{})); diff != "" {
		t.Error(diff)
	}
}

// TestANameBecomesNoPermission: what a plan calls a request cannot let it write.
func TestANameBecomesNoPermission(t *testing.T) {
	for _, name := range []string{"[login]", "[login] x", "[Logn] x", "a\n# [login]", "# [login]"} {
		f := &File{Entries: []*Entry{{Name: name, Request: Request{Method: "POST", URL: Text("https://a.test/a b")}}}}
		again, err := Parse("t.hurl", Format(f))
		if err != nil || again.Entries[0].Login || again.Entries[0].Request.URL.String() != "https://a.test/a%20b" {
			t.Errorf("%q: %v\n%s", name, err, Format(f))
		}
	}
}

func TestAssertsKeepTheirLineAndMark(t *testing.T) {
	f := parsed(t, "GET https://a.test/\nHTTP 200\n[Asserts]\n  duration  <  2000   # two seconds\n\t# [degraded] duration < 800 # amber\nbody == ```\na\n```\n# a comment\nstatus not == 500\n")
	type line struct {
		text     string
		degraded bool
		pos      Pos
	}
	var got []line
	for _, a := range f.Entries[0].Response.Asserts {
		got = append(got, line{a.Text, a.Degraded, a.Pos})
	}
	want := []line{{"duration  <  2000", false, Pos{4, 3}}, {"duration < 800", true, Pos{5, 15}}, {"body == ``` …", false, Pos{6, 1}}, {"status not == 500", false, Pos{10, 1}}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(line{})); diff != "" {
		t.Error(diff)
	}
}

// operandOf is what stands behind == in an assert.
func operandOf(t *testing.T, text string) Operand {
	t.Helper()
	f := parsed(t, "GET https://a.test/\nHTTP 200\n[Asserts]\nbody == "+text+"\n")
	return *f.Entries[0].Response.Asserts[0].Predicate.Want
}

func TestOperandsKeepTheirType(t *testing.T) {
	huge, _ := new(big.Int).SetString("-123456789012345678901234567890", 10)
	name := Piece{Text: "x", Expr: true}
	for text, want := range map[string]Operand{
		"12":                              {Literal: big.NewInt(12)},
		"-123456789012345678901234567890": {Literal: huge},
		"1.0":                             {Literal: 1.0},
		"-2.5e-3":                         {Literal: -0.0025},
		"true":                            {Literal: true},
		"null":                            {Literal: Null{}},
		"hex,c3A9;":                       {Literal: []byte{0xc3, 0xa9}},
		"base64,w6k=;":                    {Literal: []byte{0xc3, 0xa9}},
		"base64,;":                        {Literal: []byte{}},
		`"a\n\u{2708}\"\\"`:               {Quoted: true, Text: Text("a\n✈\"\\")},
		"`a\"b`":                          {Quoted: true, Text: Text(`a"b`)},
		"{{ x }}":                         {Quoted: true, Text: Template{name}},
		`"{{x}}"`:                         {Quoted: true, Text: Template{{}, name}},
		`"a{{x}}"`:                        {Quoted: true, Text: Template{{Text: "a"}, name}},
		`"\{{x}}"`:                        {Quoted: true, Text: Text("{{x}}")},
		"```\n\"a\"\n{{x}}```":            {Quoted: true, Text: Template{{Text: "\"a\"\n"}, name}},
	} {
		got := operandOf(t, text)
		if diff := cmp.Diff(want, got, same()); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
		if again := operandOf(t, got.String()); cmp.Diff(got, again, same()) != "" {
			t.Errorf("%s is written as %s", text, got)
		}
	}
}

func TestPiecesKnowTheirPlace(t *testing.T) {
	f := parsed(t, "GET https://{{host}}/é{{path}}\nA: {{a}} {{b}}\n")
	var got []Pos
	for _, piece := range append(f.Entries[0].Request.URL, f.Entries[0].Request.Headers[0].Value...) {
		got = append(got, piece.Pos)
	}
	if diff := cmp.Diff([]Pos{{1, 5}, {1, 13}, {1, 21}, {1, 23}, {2, 4}, {2, 9}, {2, 10}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheNamesAFileNeeds(t *testing.T) {
	f := parsed(t, `GET https://{{host}}/{{id}}
X: {{newUuid}}
[Options]
variable: id={{start}}
HTTP 200
[Captures]
token: header "{{h}}" redact
copy: variable "token"
[Asserts]
variable "other" exists
body == {{copy}}
body replace "{{old}}" "x" == "y"

POST https://{{host}}/
{"t": "{{token}}", "n": {{later}}}
HTTP 200
[Captures]
later: status
token: status
`)
	var got []string
	for _, use := range f.Unbound(func(name string) bool { return name == "host" }) {
		got = append(got, use.Name)
	}
	if diff := cmp.Diff("start h other old later", strings.Join(got, " ")); diff != "" {
		t.Error(diff)
	}
	if at := f.Unbound(nil)[1]; at != (Use{"host", Pos{1, 13}}) {
		t.Errorf("%+v", at)
	}
	if diff := cmp.Diff([]string{"token", "copy", "later"}, f.Captures()); diff != "" {
		t.Error(diff)
	}
}

func TestTheFilesAFileSends(t *testing.T) {
	src, err := os.ReadFile("testdata/requests.hurl")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"data/shoe.png", "data/a manual.pdf"}, parsed(t, string(src)).FilesUsed()); diff != "" {
		t.Error(diff)
	}
	for method, want := range map[string]bool{"GET": false, "HEAD": false, "OPTIONS": false, "POST": true, "PATCH": true, "DELETE": true, "PURGE": true} {
		if Writes(method) != want {
			t.Errorf("%s writes: %v", method, !want)
		}
	}
}

func TestAProblemIsShownWithItsLine(t *testing.T) {
	_, err := Parse("smoke/a.hurl", []byte("GET https://a.test/\nHTTP 200\n[Asserts]\n"+strings.Repeat(" ", 100)+"status\tequals \x1b[31m 200\r\n"))
	problems, ok := err.(Problems)
	if !ok {
		t.Fatal(err)
	}
	want := "smoke/a.hurl:4:108: \"equals\" is not a filter or a predicate that tminus knows\n" +
		"      4 | …" + strings.Repeat(" ", 77) + "status\uFFFDequals \uFFFD[31m 200\n" +
		"        | " + strings.Repeat(" ", 85) + "^\n" +
		"          write ==, as Hurl has it since 6.1\n"
	if diff := cmp.Diff(want, problems.Render()); diff != "" {
		t.Error(diff)
	}
}

// TestHostileFilesCostLittle reads what is as bad as a file of a megabyte can be.
func TestHostileFilesCostLittle(t *testing.T) {
	fill := func(head, body string) string {
		return head + strings.Repeat(body, (maxFile/slower-len(head))/len(body))
	} // a tenth of the largest file under the race detector
	const ask = "GET https://a.test/\n"
	line := strings.Repeat("{{a}}", maxLine/5-10)
	for name, src := range map[string]string{
		"comments":       fill("", "# x\n\n"),
		"marks":          fill("", "# [logni]\n"),
		"headers":        fill(ask, "a: b\n"),
		"braces":         fill(ask, "a: "+line+"\n"),
		"lists":          ask + strings.Repeat("[", maxLine-100),
		"elements":       fill(ask, "<a>\n"),
		"broken XML":     fill("", ask+"<a></b>\n"),
		"open texts":     fill("", ask+"```\n"),
		"open quotes":    fill(ask+"HTTP 200\n[Asserts]\n", "body == \"\n"),
		"lines of words": fill("", "x\n"),
		"sections":       fill(ask, "[Query]\n"),
		"degraded":       fill(ask+"HTTP 200\n[Asserts]\n", "# [degraded] status == 1\n"),
		"repeats":        fill(ask+"HTTP 200\n[Asserts]\n", "body matches /((((a{99}){9})?)*)/\n"),
		"base64":         fill(ask+"base64,", "aaaa\n"),
		"blanks":         fill(ask, strings.Repeat(" ", 1000)+"\n"),
		"digits":         fill(ask+"HTTP 200\n[Asserts]\n", "body == "+strings.Repeat("9", 60_000)+"\n"),
	} {
		began := time.Now()
		_, err := Parse("h.hurl", []byte(src))
		if took := time.Since(began); took > slower*10*time.Second {
			t.Errorf("%s: %v", name, took)
		} else if took > time.Second {
			t.Logf("%s: %v", name, took)
		}
		if err != nil {
			told(t, err)
		}
	}
}
