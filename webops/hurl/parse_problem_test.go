package hurl

// parse_problem_test.go: what is wrong with a file is told with its place, and with what to write instead.

import (
	"errors"
	"strings"
	"testing"
)

// wrong is a file with problems: each line of says is a part of one, in the order of the file.
type wrong struct {
	name, src string
	says      []string
}

// broken is one of each mistake.
func broken() []wrong {
	const ask = "GET https://a.test/\nHTTP 200\n[Asserts]\n"
	return []wrong{
		{"no request", "hello\n", []string{`t.hurl:1:1: "hello" does not begin a request; write METHOD URL`}},
		{"a lower-case method", "get https://a.test/\n", []string{"1:1: a method is written in upper case; write GET"}},
		{"no address", "GET\n", []string{"1:4: the address is missing"}},
		{"a relative address", "GET /login\n", []string{"1:5: an address begins with http://, https:// or {{a name}}; write the whole address"}},
		{"a blank in an address", "GET https://a.test/a b\n", []string{`1:22: "b" does not belong here, behind the address`}},
		{"a character in an address", "GET https://a.test/\"\n", []string{`1:20: '"' cannot stand in an address`}},
		{"methods that are not sent", "TRACE https://a.test/\nCONNECT https://a.test/\n", []string{"1:1: TRACE is not sent by tminus; take the request out", "2:1: CONNECT is not sent"}},
		{"an answer without a request", "HTTP 200\n", []string{"1:1: an expected answer without a request"}},
		{"a section without a request", "[Asserts]\n", []string{"1:1: a section without a request"}},
		{"two answers", "GET https://a.test/\nHTTP 200\nHTTP 201\n", []string{"3:1: an expected answer without a request"}},
		{"an old version", "GET https://a.test/\nHTTP/* 200\n", []string{`2:1: "HTTP/*" is not a version of HTTP that tminus tells apart; write HTTP, as Hurl has it since 6.1`}},
		{"HTTP/3", "GET https://a.test/\nHTTP/3 200\n", []string{`2:1: "HTTP/3"`}},
		{"a status that is none", "GET https://a.test/\nHTTP 2000\n", []string{`2:6: "2000" is not a status`}},
		{"a status text", "GET https://a.test/\nHTTP 200 OK\n", []string{`2:10: "OK" does not belong here, behind the status`}},
		{"a header without a colon", "GET https://a.test/\nAccept text/html\nX: 1\nHTTP 200\n[Asserts]\nstatus = 1\n", []string{
			`2:1: "Accept" is not understood in a request; write a header (name: value)`, `6:8: "=" is not a filter or a predicate that tminus knows`}},
		{"an unknown section", "GET https://a.test/\n[Querry]\na: b\n[Form]\nb c\nHTTP 200\n[Assert]\nstatus == 1\n[Captures]\nx: statsu\n", []string{
			`2:1: "[Querry]" is not a section that tminus knows; did you mean Query?`, `5:1: "b" is not understood`,
			`7:1: "[Assert]" is not a section that tminus knows; did you mean Asserts?`, `10:4: "statsu" is not a query that tminus knows; did you mean status?`}},
		{"sections in the wrong place", "GET https://a.test/\n[Asserts]\nstatus == 1\nHTTP 200\n[Query]\na: b\n", []string{
			"2:1: [Asserts] belongs to an answer; write the expected answer above it", "5:1: [Query] belongs to a request"}},
		{"a section twice", "GET https://a.test/\n[Query]\na: b\n[QueryStringParams]\nc: d\n", []string{"4:1: [Query] stands here twice"}},
		{"headers behind a section", "GET https://a.test/\n[BasicAuth]\na: b\nc: d\n", []string{"4:1: a second user"}},
		{"two bodies", "POST https://a.test/\n[Form]\na: b\n{}\n", []string{"1:1: a request has one body; keep one of"}},
		{"behind the body", "POST https://a.test/\n{}\nX: 1\nHTTP 200\n[Asserts]\nx\n", []string{`3:1: "X:" stands behind the body`, `6:1: "x" is not a query`}},
		{"an unknown option", "GET https://a.test/\n[Options]\nlocatoin: true\nresolve: a.test:80:127.0.0.1\nretry: -1\nlocation: yes\ndelay: 2 s\noutput: a.html\nvariable: 1=2\nvariable: a\n", []string{
			`3:1: "locatoin" is not an option that tminus knows; did you mean location?`,
			`4:1: "resolve" is not an option that tminus knows; take the line out: the targets of the plan say which address a host name leads to; or run the file with the real program: tminus smoke --runner hurl`,
			`5:8: "-1" is not a value of retry; write a number from 0 to 1000, or {{name}}: what never ends`, `6:11: "yes" is not a value of location; write true, false`,
			`7:8: "2 s" is not a value of delay`, `8:9: "a.html" is not a value of output; take the line out`,
			`9:11: "1" is not the name of a variable`, `10:12: = is expected behind the name`}},
		{"old predicates", ask + "status equals 200\nstatus greaterThan 1\nbody notContains \"x\"\nbody containz \"x\"\n", []string{
			`4:8: "equals" is not a filter or a predicate that tminus knows; write ==, as Hurl has it since 6.1`, `5:8: "greaterThan"`,
			`6:6: "notContains" is not a filter or a predicate that tminus knows; write not contains`, "7:6: \"containz\" is not a filter or a predicate that tminus knows; did you mean contains?"}},
		{"asserts that lack something", ask + "\nstatus\nstatus ==\nheader\nheader == 1\njsonpath $.a == 1\nstatus==200\nbody contains\"x\"\nbody nth\n", []string{
			"5:7: a filter or a predicate is missing", "6:10: the value behind == is missing; write == \"text\"", "7:7: what header works with is missing; write header \"Location\"",
			`8:8: "==" is not a value`, `9:10: "$.a" is not a value`, `10:7: "==200" touches what stands before it; write a blank`, `11:14: '"x"' touches`, "12:9: what nth works with"}},
		{"values that do not go there", ask + "status < true\nbody startsWith 3\nbody matches 3\nbody split /,/ count == 1\nbody nth \"1\" == 2\nbody == file,a.txt;\nbody replace /a/ \"b\" == \"c\"\nduration < 2s\nstatus == 1.\n", []string{
			`4:10: this kind of value does not go here; write a number, "a text" or {{name}}`, "5:17: this kind", "6:14: this kind", "7:12: this kind of value does not go here; write a text between quotes, such as \"name\"; a pattern /…/ goes with regex, replaceRegex and matches",
			"8:10: this kind", "9:9: the bytes of a file are not compared by tminus; compare its digest", "10:14: this kind", `11:12: "2s" is not a number; write a plain number: 2000 for two seconds`, `12:11: "1." is not a number`}},
		{"patterns that are none", ask + "body matches /(/\nbody matches \"a(?=b)\"\nregex /a\n", []string{"4:14: not a regular expression", "5:14: not a regular expression", "6:7: the pattern is never closed"}},
		{"expressions that are none", ask + "jsonpath \"$.a[\" exists\nxpath \"//a[\" exists\nbody jsonpath \"a\" exists\nxpath \"\" exists\njsonpath \"" + strings.Repeat("a", 5000) + "\" exists\nbody matches /" + strings.Repeat("a", 5000) + "/\n", []string{
			"4:10: not JSONPath", "5:7: not XPath", "6:15: not JSONPath", "7:7: not XPath", "8:10: the JSONPath is longer than 4096 bytes", "9:14: the pattern is longer than 4096"}},
		{"arguments that cannot be", ask + "certificate \"Expiry\" exists\ncookie \"a[Pfad]\" exists\nbytes decode \"klingon\" contains \"x\"\nvariable \"a b\" exists\n", []string{
			`4:13: "Expiry" is not known here; write one of Subject, Issuer`, `5:8: "Pfad" is not known`, `6:14: "klingon" is not a charset; write a name of the Encoding Standard`, `7:10: "a b" is not the name`}},
		{"templates", "GET https://{{}}/\nA: {{a b}}\nB: {{a\nC: {{9}}\nD: {{a urlEncode}}\nE: x\ty\nF: \\x\nG: \\u{zz}\n", []string{
			"1:15: a name is expected between {{ and }}", `2:8: "b}}" does not belong in {{a}}; capture the value through the filter first`, "3:4: {{ is never closed", `4:6: "9" is not the name`, "5:8:", "6:5: a tab inside", `7:4: "\x" is not an escape`, "8:4: \\u is not"}},
		{"captures", "GET https://a.test/\nHTTP 200\n[Captures]\n9: status\nnewUuid: status\na: status redacted\nb: status == 3\nc:\n", []string{
			`4:1: "9" is not the name`, "5:1: newUuid already names", `6:11: "redacted" is not a filter, or redact`, `7:11: "=="`, "8:3: a query is missing"}},
		{"JSON", "POST https://a.test/\n{\"a\": 1,}\nHTTP 200\n{\"a\" 1}\n\nPOST https://a.test/\n[1\n# no\n]\nPOST https://a.test/\n{\"a\": \"b\n\"}\nPOST https://a.test/\n{\"a\": 01}\n", []string{
			`2:9: not JSON: "}" does not belong here; write a key between quotes; no comma`, `4:6: not JSON: "1" does not belong here; write : behind the key`, "8:1: JSON has no comments", "11:7: the text is never closed", "14:7: not JSON: a number that begins with 0"}},
		{"bodies", "POST https://a.test/\nhex,abc;\nPOST https://a.test/\nbase64,%%;\nPOST https://a.test/\nfile,../a;\nPOST https://a.test/\nfile,/etc/passwd;\nPOST https://a.test/\nfile,a\\\\b;\nPOST https://a.test/\nfile,{{a}};\nPOST https://a.test/\nfile,a\nPOST https://a.test/\n`a\n", []string{
			"2:1: the bytes behind hex,", "4:1: the bytes behind base64,", `6:6: "../a" is not a plain path inside the suite's folder`, "8:6:", "10:6:", "12:6: a name in the path of a file", "14:7: a semicolon is expected", "16:1: ` is never closed"}},
		{"languages", "POST https://a.test/\n```base64\nAA==\n```\nPOST https://a.test/\n```jsn\n{}\n```\nPOST https://a.test/\n```json,escape\n{}\n```\nPOST https://a.test/\n```a```\nPOST https://a.test/\n```graphql\n{ a }\nvariables {\"a\": 1}\n```\n", []string{
			"2:4: \"base64\" is not a language that tminus knows; write base64,…; without backticks", "6:4: \"jsn\" is not a language that tminus knows; did you mean ```json?",
			`10:4: "json,escape" is not understood behind`, "14:1: ``` and its text stand on one line; write `a text` between single backticks", "18:1: variables of GraphQL; write the request as JSON"}},
		{"XML", "POST https://a.test/\n<a></b>\nPOST https://a.test/\n<a>{{b}}</a>\nPOST https://a.test/\n<a>\n\nGET https://b.test/\n", []string{"2:8: not XML", "4:4: {{ in an XML body", "6:1: the XML is never closed; the rest of the file"}},
		{"never closed", "POST https://a.test/\n```\na\nGET https://a.test/\n", []string{"2:1: ``` is never closed; the rest of the file"}},
		{"marks", "# [degraded] x\n# [logn]\n# [login] and more\nPOST https://a.test/\n# [login]\nX: 1\n# [degraded] duration < 1\nHTTP 200\n[Asserts]\n# [degraded] duratoin < 1\n# [degarded] duration < 1\nstatus == 200\n# [login]\n\nGET https://a.test/\n", []string{
			"1:1: [degraded] does nothing in front of this request", `2:1: "[logn]" is no mark; did you mean [login]?`, "3:1: text behind [login]", "5:1: [login] does nothing in front of this line; write it in the comment right above", "7:1: [degraded] does nothing in front of the expected answer",
			`10:14: "duratoin" is not a query that tminus knows; did you mean duration?`, `11:1: "[degarded]" is no mark; did you mean [degraded]?`, "13:1: [login] does nothing in front of this request"}},
		{"not text", "GET https://a.test/\nX: \xff\n", []string{"2:4: byte 0xFF is not UTF-8 text"}},
		{"invisible", "GET https://a.test/\nX: a\x1b[31m\n", []string{`2:5: an invisible character (U+001B)`}},
		{"a long line", "# " + strings.Repeat("x", maxLine) + "\n", []string{"1:1: the line is longer than 64 KiB"}},
		{"a long file", strings.Repeat("# x\n", maxFile/4+1), []string{"1:1: the file is longer than 1 MiB"}},
		{"many requests", strings.Repeat("GET https://a.test/\n", maxEntries+1), []string{"1002:1: more than 1000 requests"}},
	}
}

func TestProblemsAreToldWithTheirPlace(t *testing.T) {
	for _, c := range broken() {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("t.hurl", []byte(c.src))
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatalf("it is read: %v", err)
			}
			told(t, err)
			for i, p := range problems {
				if i >= len(c.says) || !strings.Contains(p.Error(), c.says[i]) {
					t.Errorf("%s\n%s", p, strings.Join(c.says, "\n"))
				}
			}
			if len(problems) != len(c.says) {
				t.Errorf("%d problems, not %d:\n%v", len(problems), len(c.says), err)
			}
		})
	}
}
