package hurl

// words.go: the words of the format that tminus knows. Parse reads by this table, and
// docs/smoke.md is written from it.

import "strings"

// Row is a word of the format, as docs/smoke.md lists it.
type Row struct {
	Part    string // method, version, section, option, query, filter, predicate, body, template
	Word    string
	Written string // how it is written
	About   string // what it does; of a refused one, what to write instead
	Refused bool
	Runner  bool // refused, but the real program does it
}

// word is a Row with what Parse must know of it: the kinds of what it works with, a letter
// each, or of an option the kind of its value, or of a section its older name.
type word struct {
	part, name, args, written, about string
}

// The kinds of what queries, filters and predicates work with.
const (
	textArg    = "s" // "a text"
	patternArg = "r" // "a pattern" or /a pattern/
	indexArg   = "n" // a whole number
	valueArg   = "v" // any value
	orderArg   = "o" // a number, a text, a name
	stringArg  = "b" // a text or bytes
	matchArg   = "m" // a text or a pattern
)

// Words is the whole format: what is known, and what is refused, in the order of a file.
func Words() []Row {
	var rows []Row
	for _, w := range knownWords() {
		rows = append(rows, Row{Part: w.part, Word: w.name, Written: w.written, About: w.about})
	}
	for _, r := range refusedWords() {
		rows = append(rows, Row{Part: r.part, Word: r.word, Written: r.word, About: r.instead, Refused: true, Runner: r.runner})
	}
	return rows
}

// known are the words that are read.
func knownWords() []word {
	words := []word{
		{"section", "Query", "QueryStringParams", "[Query]", "parameters appended to the address; the older name [QueryStringParams] will do"},
		{"section", "Form", "FormParams", "[Form]", "a form, sent as application/x-www-form-urlencoded; the older name is [FormParams]"},
		{"section", "Multipart", "MultipartFormData", "[Multipart]", "a form with files, `name: file,logo.png; image/png`; the older name is [MultipartFormData]"},
		{"section", "Cookies", "", "[Cookies]", "cookies of this request alone, beside those of the store"},
		{"section", "BasicAuth", "", "[BasicAuth]", "one line, `user: password`"},
		{"section", "Options", "", "[Options]", "how this request is made"},
		{"section", "Captures", "", "[Captures]", "values kept under a name: `name: query filters`, and `redact` behind it for one that is never shown"},
		{"section", "Asserts", "", "[Asserts]", "what must hold: `query filters predicate`"},

		{"option", "location", "boolean", "location: true", "follow redirects"},
		{"option", "max-redirs", "count", "max-redirs: 5", "how many redirects are followed; more than 10 never are"},
		{"option", "insecure", "boolean", "insecure: true", "certificates are not looked at; the row says so"},
		{"option", "compressed", "boolean", "compressed: true", "ask for a compressed answer"},
		{"option", "retry", "count", "retry: 5", "try again until everything holds, 99 times at the most; every try is reported"},
		{"option", "retry-interval", "duration", "retry-interval: 500ms", "the time between two tries; milliseconds without a unit"},
		{"option", "delay", "duration", "delay: 1s", "the time before the request; milliseconds without a unit"},
		{"option", "max-time", "timespan", "max-time: 10s", "the longest this request may take; the unit is needed"},
		{"option", "skip", "boolean", "skip: true", "do not make this request; it is reported as skipped"},
		{"option", "variable", "variable", "variable: name=value", `give a variable a value; "1" is a text, 1 a number`},
		{"option", "output", "dash", "output: -", "only `-`, which changes nothing here"},
	}
	words = append(words, queryWords()...)
	words = append(words, filterWords()...)
	words = append(words, predicateWords()...)
	return append(words, bodyWords()...)
}

func queryWords() []word {
	return []word{
		{"query", "status", "", "status", "the status, a number"},
		{"query", "version", "", "version", `the version of HTTP: "1.0", "1.1", "2"`},
		{"query", "url", "", "url", "the address that answered, after redirects"},
		{"query", "ip", "", "ip", "the address of the other side"},
		{"query", "header", textArg, `header "Location"`, "a header; a list, when it stands there several times"},
		{"query", "cookie", textArg, `cookie "session[Path]"`, "a cookie that the answer sets, or one of its attributes"},
		{"query", "body", "", "body", "the body as text"},
		{"query", "bytes", "", "bytes", "the body as bytes"},
		{"query", "xpath", textArg, `xpath "string(//h1)"`, "XPath 1.0, in HTML or XML"},
		{"query", "jsonpath", textArg, `jsonpath "$.id"`, "JSONPath (RFC 9535); what is found alone stands for itself, more is a list"},
		{"query", "regex", patternArg, `regex /id=(\d+)/`, "what the first group of a pattern matches in the body"},
		{"query", "variable", textArg, `variable "name"`, "a variable"},
		{"query", "duration", "", "duration", "how long the exchange took, in milliseconds"},
		{"query", "certificate", textArg, `certificate "Expire-Date"`, "Subject, Issuer, Start-Date, Expire-Date, Serial-Number, Subject-Alt-Name or Value"},
		{"query", "sha256", "", "sha256", "SHA-256 of the body, as bytes"},
		{"query", "md5", "", "md5", "MD5 of the body, as bytes"},
		{"query", "redirects", "", "redirects", "the redirects that were followed"},
	}
}

func filterWords() []word {
	return []word{
		{"filter", "count", "", "count", "how many there are"},
		{"filter", "nth", indexArg, "nth 0", "one of a list, from 0; -1 is the last"},
		{"filter", "first", "", "first", "the first of a list"},
		{"filter", "last", "", "last", "the last of a list"},
		{"filter", "regex", patternArg, `regex "v(.*)"`, "what the first group matches"},
		{"filter", "replace", textArg + textArg, `replace "," "."`, "each occurrence of a text by another"},
		{"filter", "replaceRegex", patternArg + textArg, `replaceRegex /\s+/ " "`, "each match of a pattern by a text"},
		{"filter", "split", textArg, `split ","`, "a list of the parts"},
		{"filter", "toInt", "", "toInt", "a whole number"},
		{"filter", "toFloat", "", "toFloat", "a number with a point"},
		{"filter", "toString", "", "toString", "a text"},
		{"filter", "toDate", textArg, `toDate "%Y-%m-%d"`, "a date, as strftime has it; `%+` for RFC 3339"},
		{"filter", "dateFormat", textArg, `dateFormat "%A"`, "a date as text"},
		{"filter", "format", textArg, `format "%A"`, "the older name of dateFormat"},
		{"filter", "daysAfterNow", "", "daysAfterNow", "days from now to a date"},
		{"filter", "daysBeforeNow", "", "daysBeforeNow", "days from a date to now"},
		{"filter", "urlEncode", "", "urlEncode", "with % for what an address cannot hold"},
		{"filter", "urlDecode", "", "urlDecode", "without it"},
		{"filter", "urlQueryParam", textArg, `urlQueryParam "page"`, "a parameter of an address"},
		{"filter", "htmlEscape", "", "htmlEscape", "with `&lt;` for `<`"},
		{"filter", "htmlUnescape", "", "htmlUnescape", "with `<` for `&lt;`"},
		{"filter", "base64Encode", "", "base64Encode", "bytes as Base64"},
		{"filter", "base64Decode", "", "base64Decode", "Base64 as bytes"},
		{"filter", "base64UrlSafeEncode", "", "base64UrlSafeEncode", "bytes as Base64 for addresses"},
		{"filter", "base64UrlSafeDecode", "", "base64UrlSafeDecode", "Base64 of addresses as bytes"},
		{"filter", "toHex", "", "toHex", "bytes in hexadecimal"},
		{"filter", "utf8Encode", "", "utf8Encode", "a text as bytes"},
		{"filter", "utf8Decode", "", "utf8Decode", "bytes as text"},
		{"filter", "charsetDecode", textArg, `charsetDecode "latin1"`, "bytes as text, by a name of the Encoding Standard: utf-8, latin1, gb2312 …"},
		{"filter", "decode", textArg, `decode "latin1"`, "the older name of charsetDecode"},
		{"filter", "jsonpath", textArg, `jsonpath "$.id"`, "JSONPath in a text"},
		{"filter", "xpath", textArg, `xpath "//li"`, "XPath in a text"},
		{"filter", "location", "", "location", "the address a redirect leads to: `redirects nth 0 location`"},
	}
}

func predicateWords() []word {
	words := []word{
		{"predicate", "==", valueArg, `== "text"`, "equal, in type too"},
		{"predicate", "!=", valueArg, "!= 0", "not equal"},
		{"predicate", "<", orderArg, "< 800", "less"},
		{"predicate", "<=", orderArg, "<= 800", "less or equal"},
		{"predicate", ">", orderArg, "> 14", "greater"},
		{"predicate", ">=", orderArg, ">= 14", "greater or equal"},
		{"predicate", "startsWith", stringArg, `startsWith "<!doctype"`, "begins with a text, or bytes"},
		{"predicate", "endsWith", stringArg, `endsWith "/"`, "ends with a text, or bytes"},
		{"predicate", "contains", valueArg, `contains "Welcome"`, "a text or bytes hold it, or a list has it"},
		{"predicate", "includes", valueArg, "includes 3", "a list has it"},
		{"predicate", "matches", matchArg, `matches /^\d+$/`, "a part of it matches the pattern"},
		{"predicate", "exists", "", "exists", "something was found"},
	}
	for _, is := range []struct{ name, about string }{
		{"isEmpty", "a text, list or object with nothing in it"}, {"isBoolean", "true or false"}, {"isCollection", "a list or an object"},
		{"isFloat", "a number with a point"}, {"isInteger", "a whole number"}, {"isNumber", "a number"}, {"isString", "a text"},
		{"isList", "a list"}, {"isObject", "an object"}, {"isDate", "a date"}, {"isIsoDate", "a text that is a date of RFC 3339"},
		{"isIpv4", "a text that is such an address"}, {"isIpv6", "a text that is such an address"}, {"isUuid", "a text that is a UUID"},
	} {
		words = append(words, word{"predicate", is.name, "", is.name, is.about})
	}
	return append(words, word{"predicate", "not", "", "not contains \"Traceback\"", "turns any of them round"})
}

func bodyWords() []word {
	return []word{
		{"body", "JSON", "", `{"id": {{id}}}`, "JSON as it stands, with names in it"},
		{"body", "XML", "", "<a>…</a>", "XML as it stands, without names"},
		{"body", "```", "", "```", "lines of text up to the same mark, with names in them"},
		{"body", "```json", "", "```json", "the same, sent as JSON"},
		{"body", "```xml", "", "```xml", "the same, sent as XML"},
		{"body", "```graphql", "", "```graphql", "a GraphQL query without variables"},
		{"body", "```raw", "", "```raw", "lines of text in which `{{` is no name"},
		{"body", "`text`", "", "`text`", "a text on one line, with names and escapes"},
		{"body", "base64", "", "base64,w6k=;", "bytes"},
		{"body", "hex", "", "hex,c3a9;", "bytes"},
		{"body", "file", "", "file,data/logo.png;", "the bytes of a file in the suite's folder"},
	}
}

// vocabulary is all words, known and refused.
type vocabulary struct {
	known   []word
	refused []refusal
}

func newVocabulary() vocabulary { return vocabulary{knownWords(), refusedWords()} }

// find is a word that is known.
func (v vocabulary) find(part, name string) (word, bool) {
	for _, w := range v.known {
		if w.part == part && w.name == name && !(part == "predicate" && name == "not") {
			return w, true
		}
	}
	return word{}, false
}

// any is a word of any part.
func (v vocabulary) any(name string) (word, bool) {
	for _, w := range v.known {
		if w.name == name {
			return w, true
		}
	}
	return word{}, false
}

// section is the name of a section by either of its names; "" = it is none.
func (v vocabulary) section(name string) string {
	for _, w := range v.known {
		if w.part == "section" && (w.name == name || w.args == name && name != "") {
			return w.name
		}
	}
	return ""
}

// names are the words of a part.
func (v vocabulary) names(part string) []string {
	var names []string
	for _, w := range v.known {
		if w.part == part {
			names = append(names, w.name)
		}
	}
	return names
}

// list is the words of a part in one line.
func (v vocabulary) list(part string) string { return strings.Join(v.names(part), ", ") }
