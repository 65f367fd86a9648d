package hurl

// fuzz_test.go: expressions and documents made for each other. A single evaluation must end soon, whatever it is.

import (
	"strings"
	"testing"
	"time"
)

// soon fails a fuzz case that takes too long. It watches rather than measures: what never ends must be told too.
func soon(t *testing.T, what string, do func()) {
	t.Helper()
	const most = 20 * time.Second // generous: fuzzing shares the machine
	timer := time.AfterFunc(most, func() { panic(what + ": takes longer than " + most.String()) })
	defer timer.Stop()
	do()
}

func FuzzJSONPath(f *testing.F) {
	books := `{"books":[{"title":"Dune","price":8.95,"tags":["a","b"]},{"title":"Emma","price":10}],"n":12345678901234567890,"x":null}`
	for _, path := range []string{"$.books[*].title", "$..price", "$.books[?@.price < 10].title", "$.books[-1:]", "$['n']", "$.x",
		"$..*..*..*", "$[?count($..*) > 1]", "$..[?@..price]", "$.books[?length(@.title)==4]", "$.books[?match(@.title,'D.*')]", "$[0,0,0][0,0,0]"} {
		f.Add(path, books)
		f.Add(path, strings.Repeat("[", 100)+"1"+strings.Repeat("]", 100))
	}
	f.Fuzz(func(t *testing.T, path, text string) {
		d, err := decodeJSON(text)
		if err != nil || len(text) > 64<<10 {
			return
		}
		soon(t, path, func() {
			v, err := evalJSONPath(d, path)
			if err == nil {
				_ = Shown(v)
			}
		})
	})
}

func FuzzXPath(f *testing.F) {
	page := `<!doctype html><html><head><title>Home</title></head><body><ul class="a b"><li id="1">x</li><li>y<b>z</b></li></ul>
<form><input name="csrfmiddlewaretoken" value="t0ken"></form><!-- c --></body></html>`
	feed := `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e "eeee">]><a xmlns="urn:a" xmlns:b="urn:b"><b:c d="1">x</b:c><c><![CDATA[y]]></c></a>`
	for _, expression := range []string{"//li", "count(//li) > 1", "string(//input[@name='csrfmiddlewaretoken']/@value)", "//b:c/@d", "//_:c",
		"normalize-space(//title)", "//li[last()]/preceding-sibling::*", "//*[contains(., 'x')]/ancestor::*", "sum(//li/@id) div 0",
		"//*//*//*", "//li[position() mod 2 = 1] | //b", "not(//x) and true()",
		"translate(//b, 'z', 'y')", "//*[count(.//*) > count(//*)]", "id('1')", "(//li)[1]", "//li[not(@id)]/following::node()"} {
		f.Add(expression, page, true)
		f.Add(expression, feed, false)
	}
	f.Fuzz(func(t *testing.T, expression, text string, asHTML bool) {
		if len(text) > 64<<10 {
			return
		}
		soon(t, expression, func() {
			page, err := parseTree(text, asHTML)
			if err != nil {
				return
			}
			v, err := evalXPath(page, expression)
			if err == nil {
				_ = Shown(v)
			}
		})
	})
}

func FuzzFilter(f *testing.F) {
	for _, c := range [][3]string{{"toDate", "2020-08-27 09:07:46 +0200", "%Y-%m-%d %H:%M:%S %z"}, {"toDate", "Wed, 13-Jan-21", "%a, %d-%b-%y"},
		{"toDate", "9223372036854775807", "%s"}, {"format", "-1", "%+ %G-%V %.9f %_5Y %::z"}, {"split", "a,b", ","}, {"regex", "abc", "(b)"},
		{"replaceRegex", "aaa", "a*"}, {"urlDecode", "%41%", ""}, {"base64Decode", "YQ==", ""}, {"htmlUnescape", "&#x110000;", ""},
		{"jsonpath", `{"a":1}`, "$.a"}, {"toInt", "-12", ""}, {"decode", "caf\xe9", "shift_jis"}, {"urlQueryParam", "http://x/?a=1", "a"}, {"nth", "x", "1"}} {
		f.Add(c[0], c[1], c[2])
	}
	f.Fuzz(func(t *testing.T, name, value, arg string) {
		known, ok := filters()[name]
		if !ok || len(value)+len(arg) > 64<<10 {
			return
		}
		args := []Value{arg, arg}[:known.args]
		seconds := time.Unix(int64(len(value))*987654321, 123456789)
		for _, v := range []Value{value, []byte(value), number(value), List{value}, seconds, Nodes{value}} {
			soon(t, name, func() {
				got, err := known.do(lab(nil), v, args)
				if err != nil {
					return
				}
				if text, ok := got.(string); ok && len(text) > mostResult+8*len(value) {
					t.Errorf("%s made %d bytes of %d", name, len(text), len(value))
				}
				_ = Shown(got)
			})
		}
	})
}
