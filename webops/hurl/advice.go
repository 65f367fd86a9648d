package hurl

// advice.go: what Hurl has and tminus refuses, and what to write instead. Nothing of it is
// skipped: a check that was not made must not look like one that passed.

import (
	"strings"

	"tminus/tasks/letters"
)

// runner ends the advice where the real program can do it.
const runner = "; or run the file with the real program: tminus smoke --runner hurl"

// refusal is a word that is refused. Without runner, the real program refuses it as well.
type refusal struct {
	part, word, instead string
	runner              bool
}

// advice is what to write instead.
func (r refusal) advice() string {
	if r.runner {
		return r.instead + runner
	}
	return r.instead
}

// refused are the words that are refused.
func refusedWords() []refusal {
	refusals := []refusal{
		{"method", "CONNECT", "take the request out: a proxy is not what a smoke test asks for", true},
		{"method", "TRACE", "take the request out: it shows what proxies add, not what the application does", true},
		{"version", "HTTP/3", "write HTTP: tminus speaks HTTP/1.1 and HTTP/2", true},
		{"version", "HTTP/*", "write HTTP, as Hurl has it since 6.1", false},
		{"template", "{{name filter}}", "capture the value through the filter first, and write its name alone", true},

		{"query", "rawbytes", "write bytes, which is the body after it was uncompressed", true},
		{"filter", "decodeCharset", "write charsetDecode", false},
		{"predicate", "file,…;", "compare its digest: sha256 == hex,…;", true},
		{"predicate", "equals", "write ==, as Hurl has it since 6.1", false},
		{"predicate", "notEquals", "write !=, as Hurl has it since 6.1", false},
		{"predicate", "greaterThan", "write >, as Hurl has it since 6.1", false},
		{"predicate", "greaterThanOrEquals", "write >=, as Hurl has it since 6.1", false},
		{"predicate", "lessThan", "write <, as Hurl has it since 6.1", false},
		{"predicate", "lessThanOrEquals", "write <=, as Hurl has it since 6.1", false},
		{"predicate", "notContains", "write not contains", false},

		{"body", "graphql variables", `write the request as JSON: {"query": "…", "variables": {…}}`, true},
		{"body", "```base64", "write base64,…; without backticks", false},
		{"body", "```hex", "write hex,…; without backticks", false},
		{"body", "```html", "write ``` alone, and a Content-Type header", false},
		{"body", "```csv", "write ``` alone, and a Content-Type header", false},
		{"body", "``` attributes", "take out what stands behind the language: in ```raw, {{ is no name, and `a text` has escapes", true},
	}
	return append(refusals, refusedOptions()...)
}

// refusedOptions are the options of a request that the plan decides, or nobody should.
func refusedOptions() []refusal {
	const (
		target    = "take the line out: the targets of the plan say which address a host name leads to"
		trust     = "take the line out: the plan says which name and authority a certificate must have"
		login     = "write a [BasicAuth] section, or a header Authorization: {{token}}"
		transport = "take the line out: tminus speaks HTTP/1.1 and HTTP/2, as the server likes it"
		shown     = "take the line out: every call is in the report, with its timing and an excerpt"
		quick     = "take the line out: a smoke test is small"
	)
	var refusals []refusal
	for _, r := range []struct{ words, instead string }{
		{"resolve connect-to", target},
		{"ipv4 ipv6 unix-socket", target},
		{"proxy", "take the line out: requests go straight to the host under test"},
		{"cacert cert key pinnedpubkey", trust},
		{"user", "write a [BasicAuth] section: user: password"},
		{"netrc netrc-file netrc-optional", login},
		{"digest ntlm negotiate aws-sigv4", "take the line out: of the ways to log in, tminus knows [BasicAuth], forms and cookies"},
		{"location-trusted", "write location: true: a password is never sent on to another host"},
		{"http1.0 http1.1 http2 http3", transport},
		{"path-as-is", "write the address as it is to be asked for"},
		{"connect-timeout", "write max-time: 10s, which bounds the whole exchange"},
		{"limit-rate", quick},
		{"repeat", "write the request once: the steady probe repeats it, and retry waits for something to come true"},
		{"header", "write the header right below the request line"},
		{"verbose very-verbose verbosity", shown},
	} {
		for _, w := range strings.Fields(r.words) {
			refusals = append(refusals, refusal{"option", w, r.instead, true})
		}
	}
	return append(refusals, // of the command line alone
		refusal{"option", "no-proxy", "take the line out: requests go straight to the host under test", false},
		refusal{"option", "max-filesize", "take the line out: what is read of a body is bounded by tminus", false},
		refusal{"option", "no-cookie-store", "put the request into a file of its own: each file has its own cookies", false},
	)
}

// advice is what to write instead of a refused word; "" = it is not known to be one.
func (v vocabulary) advice(part, written string) string {
	for _, r := range v.refused {
		if r.part == part && r.word == written {
			return r.advice()
		}
	}
	return ""
}

// adviceOr is what to write instead of a word that is refused or not known at all: the nearest
// one that is known, or else what is said here.
func (v vocabulary) adviceOr(part, written, otherwise string) string {
	parts := []string{part}
	if part == "filter" || part == "predicate" {
		parts = []string{"filter", "predicate"}
	}
	var names []string
	for _, of := range parts {
		if advice := v.advice(of, written); advice != "" {
			return advice
		}
		names = append(names, v.names(of)...)
	}
	if near := letters.Nearest(written, names); near != "" {
		return "did you mean " + near + "?"
	}
	return otherwise
}
