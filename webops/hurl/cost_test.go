package hurl

// cost_test.go: expressions that would keep a library busy for hours are refused, or end soon.

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// ends fails when something takes longer than a person would wait for a check.
func ends(t *testing.T, do func() error) error {
	t.Helper()
	start := time.Now()
	err := do()
	if took := time.Since(start); took > slower*15*time.Second { // far above what it takes, far below what it would take
		t.Errorf("took %s", took)
	}
	return err
}

func TestCostlyXPathsAreBrokenOff(t *testing.T) {
	flat := "<html><body>" + strings.Repeat("<p class='a'>xx</p>", 12_000) + "</body></html>"
	deep := strings.Repeat("<div>", 400) + strings.Repeat("<p>x</p>", 20_000)
	wide := "<html><body><p>" + strings.Repeat("x ", 100_000) + "</p></body></html>"
	for _, text := range []string{flat, deep, wide} {
		page, err := parseTree(text, true)
		if err != nil {
			t.Fatal(err)
		}
		for _, expression := range []string{
			"//*//*//*//*", "//*[count(//*) > count(.//*)]", "//*[contains(., 'y')]", "//p/preceding::p/following::p",
			"//p/ancestor::*/descendant::*/ancestor::*", "count(//p[position() < last()]/following-sibling::p)",
			"string-join(//*, string(/))", "//*[matches(., '(x+x+)+y')]", "concat(" + strings.Repeat("string(//body),", 100) + "'')",
			"translate(string(//body), 'x', 'y')", "//p[//p[//p[//p]]]", strings.Repeat("(", 2000) + "1" + strings.Repeat(")", 2000),
			"//p" + strings.Repeat("[.//p", 300) + strings.Repeat("]", 300), "reverse(//p/preceding::*)", "//p | //p | //p/.. | //p/following::*",
			strings.Repeat("normalize-space(", 200) + "//body" + strings.Repeat(")", 200), "//p = //p", "//p[. = //p[. = //div]]", "sum(//p) != sum(//p)",
			"replace(string(//body), '(x)', '$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1')", "//p//following::*//preceding::*",
			strings.Repeat("-", 4000) + "1", strings.Repeat("not(", 1000) + "1" + strings.Repeat(")", 1000), "//p" + strings.Repeat("/..", 1300),
			"/" + strings.Repeat("/*[1]", 800), "1" + strings.Repeat("+1", 2000), "//p" + strings.Repeat("|//p", 900), "//p[" + strings.Repeat("1=", 1900) + "1]",
			"//p" + strings.Repeat("[1]", 1300), strings.Repeat("'a", 2000), "//p[" + strings.Repeat("@a and ", 500) + "@a]",
		} {
			start := time.Now()
			err := ends(t, func() error { _, err := evalXPath(page, expression); return err })
			if took := time.Since(start); took > time.Second {
				t.Logf("%s on %d bytes: %s, %v", short(expression, 60), len(text), took.Round(time.Millisecond), err)
			}
		}
	}
	page, err := parseTree(flat, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := evalXPath(page, "//*[count(//*) > count(.//*)]"); !errors.Is(err, errCostly) {
		t.Errorf("%v", err)
	}
	if _, err := evalXPath(page, "//p"); !errors.Is(err, errCostly) {
		t.Errorf("12000 nodes: %v", err)
	}
	if v, err := evalXPath(page, "count(//p[@class='a'])"); err != nil || !equal(v, integer(12_000)) {
		t.Errorf("an ordinary one: %v %v", v, err)
	}
	if _, err := evalXPath(page, strings.Repeat("a", mostExpression+1)); err == nil {
		t.Error("a long expression is taken")
	}
}

func TestDeepPagesAreRefused(t *testing.T) {
	for _, asHTML := range []bool{true, false} {
		text := strings.Repeat("<div>", 5_000) + "x" + strings.Repeat("</div>", 5_000)
		if _, err := parseTree(text, asHTML); err == nil {
			t.Errorf("HTML %v: 5000 elements within each other are taken", asHTML)
		}
	}
}

func TestEntitiesAreNotExpanded(t *testing.T) {
	laughs := `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]><a>&b;&f;</a>`
	page, err := parseTree(laughs, false)
	if err != nil {
		return // refused altogether
	}
	if v, err := evalXPath(page, "string(/a)"); err != nil || strings.Contains(v.(string), "ha") || strings.Contains(v.(string), "root") {
		t.Errorf("%v, %v", v, err)
	}
}

func TestCostlyJSONPathsAreRefused(t *testing.T) {
	deep := strings.Repeat(`[1,`, 120) + strings.Repeat(`{"a":1},`, 20_000) + "1" + strings.Repeat("]", 120)
	flat := `{"items":[` + strings.Repeat(`{"id":1,"name":"xxxxxxx"},`, 8_000) + `{"id":2}]}`
	for _, text := range []string{deep, flat} {
		d, err := decodeJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"$..*..*..*", "$" + strings.Repeat("..*", 500), "$..[?@..a]", "$..[?count($..*) > 1]", "$..[?@..[?@..[?@..a]]]",
			"$..[?count(@..*) > 1]", "$" + strings.Repeat("[*,*]", 200), "$..[0:,0:,0:,0:]..[0:,0:,0:]", "$..[?match(@.name, '(x+x+)+y')]",
			"$.items[?count($.items[*]) > 2]", "$.items[?@.id == $.items[0].id]", "$..[?@['a','b','c']]", "$" + strings.Repeat("[?", 200) + "@" + strings.Repeat("]", 200)} {
			start := time.Now()
			err := ends(t, func() error { _, err := evalJSONPath(d, path); return err })
			if took := time.Since(start); took > time.Second {
				t.Logf("%s on %d bytes: %s, %v", short(path, 60), len(text), took.Round(time.Millisecond), err)
			}
		}
	}
	d, err := decodeJSON(flat)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := evalJSONPath(d, "$..[?count($..*) > 1]"); !errors.Is(err, errCostly) {
		t.Errorf("%v", err)
	}
	for path, want := range map[string]int{"$.items[?@.id == 2]": 1, "$..id": 8001, "$.items[?@.id == $.items[0].id]": 8000,
		"$.items[*].name": 8000, "$.items[?@.name && length(@.name) > 3]": 8000, "$.items[?search(@.name, 'x')]": 8000,
		"$.items[?!match(@.name, 'x.*')]": 1, "$.items[?@.name != 'match(']": 8001, "$.items[?length(@.name) == 7]": 8000, "$.items[?count(@.*) == 1]": 1} {
		v, err := evalJSONPath(d, path)
		found := 1
		if list, more := v.(List); more {
			found = len(list)
		}
		if err != nil || v == nil || found != want {
			t.Errorf("%s: %s %v, want %d", path, Shown(v), err, want)
		}
	}
}

func TestJSONPathResults(t *testing.T) {
	d, err := decodeJSON(`{"a":{"b":[1,2.5,"x",null,true,{}]},"big":123456789012345678901234567890,"e":1e3}`)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"$.a.b[0]": "1", "$.a.b[1]": "2.5", "$.a.b[3]": "null", "$.a.b[-1]": "{}", "$.x": "nothing", "$.x.y": "nothing",
		"$.a.b[*]": `[1, 2.5, "x", null, true, {}]`, "$..x": "nothing", "$..b[0]": "1", "$.a[*]": `[1, 2.5, "x", null, true, {}]`, "$.a.b[9:]": "nothing", "$.a.b[0:2]": "[1, 2.5]", "$.big": "123456789012345678901234567890",
		"$['a']['b'][2]": `"x"`, "$.a.b[0,1]": "[1, 2.5]", "$.e": "1000.0", "$.*": `[{"b": [1, 2.5, "x", null, true, {}]}, 123456789012345678901234567890, 1000.0]`} {
		if v, err := evalJSONPath(d, path); err != nil || Shown(v) != want {
			t.Errorf("%s: %s %v, want %s", path, Shown(v), err, want)
		}
	}
	for _, text := range []string{"", "{", `{"a":1} x`, "nul", strings.Repeat("[", 200) + strings.Repeat("]", 200)} {
		if _, err := decodeJSON(text); err == nil {
			t.Errorf("%.20q is taken", text)
		}
	}
}

func TestXPathResults(t *testing.T) {
	html, err := parseTree(`<!doctype html><title>Home</title><ul><li>a<li>b <b>c</b></ul><input name="csrfmiddlewaretoken" value="t0k">`, true)
	if err != nil {
		t.Fatal(err)
	}
	xml, err := parseTree(`<?xml version="1.0"?><food xmlns="urn:food" xmlns:x="urn:x"><banana price="1.1"/><x:apple>né</x:apple><c><![CDATA[<d>]]></c></food>`, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		page       *tree
		expression string
		want       string
	}{
		{html, "normalize-space(//title)", `"Home"`}, {html, "//li", `2 nodes: ["a", "b c"]`}, {html, "count(//li)", "2.0"},
		{html, "boolean(count(//h1))", "false"}, {html, "//h1", "0 nodes: []"}, {html, "//input/@value", `1 nodes: ["t0k"]`},
		{html, "string(//input[@name='csrfmiddlewaretoken']/@value)", `"t0k"`}, {html, "/html/body/ul/li[last()]/b", `1 nodes: ["c"]`},
		{xml, "number(//_:banana/@price)", "1.1"}, {xml, "string(//x:apple)", `"né"`}, {xml, "count(/*/*)", "3.0"}, {xml, "string(//_:c)", `"<d>"`},
	} {
		if v, err := evalXPath(c.page, c.expression); err != nil || Shown(v) != c.want {
			t.Errorf("%s: %s %v, want %s", c.expression, Shown(v), err, c.want)
		}
	}
	latin, err := parseTree(`<?xml version="1.0" encoding='ISO-8859-1' standalone="yes"?><a>né</a>`, false)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := evalXPath(latin, "string(/a)"); err != nil || v != "né" {
		t.Errorf("%v, %v", v, err)
	}
	for _, expression := range []string{"^^^", "//", "strong(//title)", "//y:a", "", "matches(//a, 'b')", "string-join(//a, '')"} {
		if v, err := evalXPath(xml, expression); err == nil {
			t.Errorf("%s is taken: %s", expression, Shown(v))
		}
	}
	for _, text := range []string{"??", "", "<a>", "<a></b>"} {
		if _, err := parseTree(text, false); err == nil {
			t.Errorf("%q is XML", text)
		}
	}
}

func TestLargePatternsAreRefused(t *testing.T) {
	text := strings.Repeat("x", 20_000)
	for _, filters := range []string{`regex /((?:x?){999}y)/`, `replaceRegex /(?:(?:x?){30}){33}y/ "z"`, strings.Repeat("utf8Encode toHex ", 20)} {
		err := ends(t, func() error { _, err := lab(nil).filter(text+"ééé", chain(t, filters)); return err })
		if strings.Contains(filters, "utf8") != (err != nil && strings.Contains(err.Error(), "longer than")) {
			t.Errorf("%.30s: %v", filters, err)
		}
	}
	if _, err := lab(nil).filter(text+text, chain(t, `regex /((?:x{1,900}y?){1}(?:x?){990}(?:x?){990}(?:x?){990}y)/`)); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("%v", err)
	}
	d, err := decodeJSON(`[{"a":"` + text + `","b":"(?:x?){999}y"}]`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := evalJSONPath(d, "$[?match(@.a, @.b)]"); !errors.Is(err, errCostly) {
		t.Errorf("%v", err)
	}
}
