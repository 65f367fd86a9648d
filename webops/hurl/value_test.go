package hurl

// value_test.go: filters and predicates, with the results that Hurl documents.

import (
	"math"
	"math/big"
	"strings"
	"testing"
	"time"
)

// lab is a scope without an exchange; its clock stands still.
func lab(vars map[string]Value) *scope {
	return &scope{session: NewSession(vars, nil), now: func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }}
}

// chain reads filters as they stand in a file.
func chain(t *testing.T, text string) []Filter {
	t.Helper()
	f, err := Parse("x.hurl", []byte("GET http://x/\nHTTP 200\n[Asserts]\nbody "+text+" exists\n"))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return f.Entries[0].Response.Asserts[0].Filters
}

func TestFilters(t *testing.T) {
	date := func(text string) time.Time {
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	big20, _ := new(big.Int).SetString("10000000000000000365", 10)
	books := List{"Dune", "Dune Messiah", "Children of Dune"}
	for _, c := range []struct {
		in      Value
		filters string
		want    Value
	}{
		{books, `count`, integer(3)},
		{List{}, `count`, integer(0)},
		{Nodes{"a", "b"}, `count`, integer(2)},
		{[]byte("abcd"), `count`, integer(4)},
		{books, `nth 2`, "Children of Dune"},
		{books, `nth -3`, "Dune"},
		{books, `first`, "Dune"},
		{books, `last`, "Children of Dune"},
		{"Hello Bob!", `regex "Hello (.*)!"`, "Bob"},
		{"Hello Bob!", `regex /Hello (.*)!/`, "Bob"},
		{"Hello Bob!", `regex /Bye (.*)!/`, nil},
		{"192.168.2.1, 10.0.0.20, 10.0.0.10", `replace ", " "|"`, "192.168.2.1|10.0.0.20|10.0.0.10"},
		{"a1b22", `replaceRegex /\d+/ "x"`, "axbx"},
		{"John Doe", `replaceRegex /(\w+) (\w+)/ "$2 $1"`, "Doe John"},
		{"192.168.2.1, 10.0.0.20, 10.0.0.10", `split ", "`, List{"192.168.2.1", "10.0.0.20", "10.0.0.10"}},
		{"ab", `split ""`, List{"", "a", "b", ""}},
		{"123", `toInt`, integer(123)},
		{1.6, `toInt`, integer(1)},
		{"10000000000000000365", `toInt`, big20},
		{"3.14", `toFloat`, 3.14},
		{integer(3), `toFloat`, 3.0},
		{integer(100), `toString`, "100"},
		{1.0, `toString`, "1.0"},
		{true, `toString`, "true"},
		{date("2023-01-01T00:00:00.5Z"), `toString`, "2023-01-01T00:00:00.500000Z"},
		{"2020-08-27 09:07:46 +02:00", `toDate "%Y-%m-%d %H:%M:%S %:z"`, date("2020-08-27T07:07:46Z")},
		{"2020-08-27 09:07:46", `toDate "%Y-%m-%d %H:%M:%S"`, date("2020-08-27T09:07:46Z")},
		{"2020-08-27", `toDate "%Y-%m-%d"`, date("2020-08-27T00:00:00Z")},
		{"Wed, 21 Oct 2015 07:28:00 GMT", `toDate "%a, %d %b %Y %H:%M:%S GMT"`, date("2015-10-21T07:28:00Z")},
		{"2023-01-23T18:25:43.511Z", `toDate "%Y-%m-%dT%H:%M:%S%.fZ"`, date("2023-01-23T18:25:43.511Z")},
		{"2023-01-23T18:25:43.511+01:00", `toDate "%+"`, date("2023-01-23T17:25:43.511Z")},
		{"2023-01-23T18:25:43.511Z", `toDate "%+" format "%A"`, "Monday"},
		{"11/23/26 4 PM", `toDate "%D %l %p"`, date("2026-11-23T16:00:00Z")},
		{"1700000000", `toDate "%s"`, time.Unix(1700000000, 0)},
		{"2024-366", `toDate "%Y-%j"`, date("2024-12-31T00:00:00Z")},
		{date("2021-01-13T22:23:01Z"), `format "%a, %d %b %Y %H:%M:%S"`, "Wed, 13 Jan 2021 22:23:01"},
		{date("2021-01-03T09:05:07.25Z"), `dateFormat "%-d|%e|%j|%I %P|%y|%.f|%.3f|%6f|%V|%u|%U|%%|%s|%R|%z|%:z"`,
			"3| 3|003|09 am|21|.250|.250|250000|53|7|01|%|1609664707|09:05|+0000|+00:00"},
		{date("2026-11-24T18:00:00Z"), `daysAfterNow`, integer(1)},
		{date("2026-11-24T18:00:00Z"), `daysBeforeNow`, integer(-1)},
		{date("2026-11-20T12:00:00Z"), `daysBeforeNow`, integer(3)},
		{"https://mozilla.org/?x=шеллы", `urlEncode`, "https%3A//mozilla.org/%3Fx%3D%D1%88%D0%B5%D0%BB%D0%BB%D1%8B"},
		{"https://mozilla.org/?x=%D1%88%D0%B5%D0%BB%D0%BB%D1%8B", `urlDecode`, "https://mozilla.org/?x=шеллы"},
		{"100%+%zz%", `urlDecode`, "100%+%zz%"},
		{"https://x.org/?a=1&b=x%20y", `urlQueryParam "b"`, "x y"},
		{"https://x.org/?a=1", `urlQueryParam "c"`, nil},
		{`a > b & "c"`, `htmlEscape`, "a &gt; b &amp; &quot;c&quot;"},
		{"Foo &copy; bar &#x1d306; &#62;", `htmlUnescape`, "Foo © bar 𝌆 >"},
		{"5L2g5aW95LiW55WM", `base64Decode utf8Decode`, "你好世界"},
		{[]byte("你好世界"), `base64Encode`, "5L2g5aW95LiW55WM"},
		{"PDw_Pz8-Pg", `base64UrlSafeDecode toHex`, "3c3c3f3f3f3e3e"},
		{[]byte("<<???>>"), `base64UrlSafeEncode`, "PDw_Pz8-Pg"},
		{"café", `utf8Encode toHex`, "636166c3a9"},
		{[]byte{'a', 0xff}, `utf8Decode`, "a\ufffd"},
		{[]byte{0xc4, 0xe3}, `decode "GB2312"`, "你"},
		{[]byte{'c', 'a', 'f', 0xe9}, `decode "iso-8859-1"`, "café"},
		{[]byte("café"), `charsetDecode "utf-8"`, "café"},
		{`[{"name": "Dune"}]`, `jsonpath "$[0].name"`, "Dune"},
		{`<p>a</p>`, `xpath "string(//p)"`, "a"},
		{hop{302, "http://x/"}, `location`, "http://x/"},
	} {
		got, err := lab(nil).filter(c.in, chain(t, c.filters))
		if err != nil || !equal(got, c.want) && got != c.want {
			t.Errorf("%s %s: %s, %v; want %s", Shown(c.in), c.filters, Shown(got), err, Shown(c.want))
		}
	}
}

func TestFiltersRefuse(t *testing.T) {
	for _, c := range []struct {
		in      Value
		filters string
		says    string
	}{
		{nil, `count`, "nothing was found for the filter count"},
		{true, `count`, "count: wants a collection, not a boolean"},
		{List{integer(1)}, `nth 2`, "nth: there is no item 2: the list has 1"},
		{List{integer(1)}, `nth -2`, "there is no item -2"},
		{"x", `nth 0`, "wants a list"},
		{"123x", `toInt`, `"123x" is no integer`},
		{math.NaN(), `toInt`, "finite"},
		{"0x1p4", `toFloat`, "is no number"},
		{List{}, `toString`, "wants a single value, not a list"},
		{"2020-08-27", `toDate "ymd"`, `"2020-08-27" is no date of the form "ymd"`},
		{"2020-02-30", `toDate "%Y-%m-%d"`, "no such day"},
		{"Mon 2020-02-28", `toDate "%a %Y-%m-%d"`, "no such day"}, // a Friday
		{"2020-02-03 x", `toDate "%Y-%m-%d"`, "something follows"},
		{"x", `format "%Y"`, "wants a date"},
		{time.Time{}, `format "%Q"`, "%Q"},
		{"x", `daysAfterNow`, "wants a date"},
		{"?", `base64Decode`, "not base64"},
		{Nodes{"a", "b"}, `last`, "wants a list, not nodes"},
		{[]byte("a"), `toString`, "wants a single value, not bytes"},
		{"PDw/Pz8+Pg", `base64Decode`, "not base64"},
		{"PDw_Pz8-Pg==", `base64UrlSafeDecode`, "not base64"},
		{[]byte{0x81, 0xff}, `decode "gb2312"`, "not gb"},
		{[]byte{0xff}, `decode "utf-8"`, "not UTF-8"},
		{"{", `jsonpath "$"`, "not JSON"},
		{"", `xpath "//a"`, "neither HTML nor XML"},
		{strings.Repeat("a", 2000), `replace "a" "` + strings.Repeat("b", 2000) + `"`, "longer than"},
		{strings.Repeat("a", 2000), `replaceRegex /a/ "` + strings.Repeat("b", 2000) + `"`, "longer than"},
	} {
		got, err := lab(map[string]Value{"broken": "$["}).filter(c.in, chain(t, c.filters))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %s: %s, %v; want %q", Shown(c.in), c.filters, Shown(got), err, c.says)
		}
	}
}

func TestPredicates(t *testing.T) {
	vars := map[string]Value{"n": integer(5), "s": "5", "list": List{integer(1)}}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	const yes, no, wrong = "holds", "does not", "cannot be judged"
	for _, c := range []struct {
		v         Value
		predicate string
		want      string // wrong fails with "not" too
	}{
		{integer(1), `== 1`, yes}, {1.0, `== 1`, yes}, {integer(1), `== 1.0`, yes}, {1.5, `== 1`, no}, {"1", `== 1`, no},
		{integer(5), `== {{n}}`, yes}, {"5", `== {{n}}`, no}, {"5", `== "{{n}}"`, yes}, {"5", `== {{s}}`, yes},
		{true, `== true`, yes}, {"true", `== true`, no}, {Null{}, `== null`, yes}, {nil, `== null`, no},
		{[]byte{0xef, 0xbb}, `== hex,efbb;`, yes}, {[]byte("a"), `== base64,YQ==;`, yes},
		{1e-16, `== 0.0`, no}, {1e-16, `== 1e-16`, yes}, {1.5, `== 1.5000000000000002`, no}, {List{integer(1)}, `== {{list}}`, yes},
		{integer(1), `!= 2`, yes}, {integer(1), `!= 1.0`, no}, {nil, `!= 1`, no}, {true, `!= 1`, yes},
		{integer(2), `> 1`, yes}, {integer(2), `>= 2.0`, yes}, {1.5, `< 2`, yes}, {integer(2), `<= 1`, no},
		{"b", `> "a"`, yes}, {"b", `> 1`, wrong}, {true, `> 1`, wrong}, {math.NaN(), `> 1`, wrong}, {nil, `> 1`, no},
		{"The Movie", `startsWith "The"`, yes}, {[]byte{0xef, 0xbb, 1}, `startsWith hex,efbb;`, yes}, {integer(1), `startsWith "1"`, wrong},
		{"Strikes Back", `endsWith "Back"`, yes}, {[]byte{1, 2}, `endsWith hex,02;`, yes},
		{"The Empire", `contains "Empire"`, yes}, {[]byte{1, 0xbe, 0xef}, `contains hex,beef;`, yes}, {"x", `contains hex,00;`, wrong},
		{List{"a", "b"}, `contains "b"`, yes}, {nil, `contains "b"`, no},
		{List{"a", integer(2)}, `includes 2`, yes}, {List{"a"}, `includes "b"`, no}, {"a", `includes "a"`, wrong},
		{"1984-01", `matches "\\d{4}"`, yes}, {"1984-01", `matches /^\d{4}-\d{2}$/`, yes}, {"x", `matches /y/`, no}, {integer(1), `matches /1/`, wrong},
		{"", `exists`, yes}, {nil, `exists`, no}, {Nodes{}, `exists`, no}, {Nodes{"a"}, `exists`, yes}, {List{}, `exists`, yes},
		{"", `isEmpty`, yes}, {List{}, `isEmpty`, yes}, {Object{}, `isEmpty`, yes}, {Nodes{"a"}, `isEmpty`, no}, {integer(0), `isEmpty`, wrong}, {nil, `isEmpty`, no},
		{true, `isBoolean`, yes}, {"true", `isBoolean`, no},
		{integer(1), `isInteger`, yes}, {1.0, `isInteger`, no}, {1.0, `isFloat`, yes}, {1.0, `isNumber`, yes}, {"1", `isNumber`, no},
		{"1", `isString`, yes}, {now, `isDate`, yes}, {"2026-01-02", `isDate`, no},
		{List{}, `isList`, yes}, {Object{}, `isList`, no}, {Object{}, `isObject`, yes}, {List{}, `isCollection`, yes}, {[]byte{}, `isCollection`, yes}, {"x", `isCollection`, no},
		{"1985-04-12T23:20:50.52Z", `isIsoDate`, yes}, {"1990-12-31T15:59:60-08:00", `isIsoDate`, yes}, {"1937-01-01T12:00:27.87+00:20", `isIsoDate`, yes},
		{"1978-01-15", `isIsoDate`, no}, {true, `isIsoDate`, wrong},
		{"127.0.0.1", `isIpv4`, yes}, {"::1", `isIpv4`, no}, {"2001:db8::1", `isIpv6`, yes}, {"fe80::1%eth0", `isIpv6`, no}, {integer(1), `isIpv4`, wrong},
		{"01cc0f54-8885-4a1d-9121-ae5d316a33c5", `isUuid`, yes}, {"01cc0f5488854a1d9121ae5d316a33c5", `isUuid`, yes}, {"{01cc0f54-8885-4a1d-9121-ae5d316a33c5}", `isUuid`, yes},
		{"urn:uuid:01cc0f54-8885-4a1d-9121-ae5d316a33c5", `isUuid`, yes}, {"urn:uuid:01cc0f5488854a1d9121ae5d316a33c5", `isUuid`, no}, {"01cc0f54", `isUuid`, no}, {nil, `isUuid`, no},
	} {
		for _, not := range []bool{false, true} {
			text := c.predicate
			if not {
				text = "not " + text
			}
			f, err := Parse("x.hurl", []byte("GET http://x/\nHTTP 200\n[Asserts]\nbody "+text+"\n"))
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			failure, err := lab(vars).judge(c.v, f.Entries[0].Response.Asserts[0].Predicate)
			holds := c.want == yes && !not || c.want == no && not
			if err != nil || (failure == nil) != holds {
				t.Errorf("%s %s: %+v, %v; it %s", Shown(c.v), text, failure, err, c.want)
			}
		}
	}
}

func TestEveryWordOfTheParserIsImplemented(t *testing.T) {
	w := lab(nil)
	for _, word := range knownWords() {
		ok := true
		switch word.part + " " + word.name {
		case "predicate not":
			continue
		}
		switch word.part {
		case "query":
			_, ok = queries()[word.name]
		case "filter":
			var f filter
			f, ok = filters()[word.name]
			ok = ok && f.args == len(word.args)
		case "predicate":
			var p predicate
			p, ok = predicates()[word.name]
			ok = ok && p.wants == (word.args != "")
		case "option":
			value := map[string]string{"boolean": "true", "count": "1", "duration": "1s"}[word.args]
			err := w.set(&settings{}, Option{Name: word.name, Value: Text(value)})
			ok = err == nil || !strings.Contains(err.Error(), "not known here")
		}
		if !ok {
			t.Errorf("%s %s is read but not known here", word.part, word.name)
		}
	}
}

func TestShownIsBoundedAndClean(t *testing.T) {
	for want, v := range map[string]Value{
		`"a␊b␛"`:                      "a\nb\x1b[31m",
		`["a", 1, 1.0, null]`:         List{"a", integer(1), 1.0, Null{}},
		`{"a": true, "b": [1]}`:       Object{"b": List{integer(1)}, "a": true},
		`2 nodes: ["x", "y"]`:         Nodes{"x", "y"},
		`hex,00ff;`:                   []byte{0, 255},
		`nothing`:                     nil,
		`2026-01-02T00:00:00.000000Z`: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC),
	} {
		if got := Shown(v); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := Shown(List{strings.Repeat("x", 1e6), strings.Repeat("y", 1e6)}); len(got) > mostShown+4 {
		t.Errorf("%d bytes", len(got))
	}
}
