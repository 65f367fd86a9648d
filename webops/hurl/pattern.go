package hurl

// pattern.go: regular expressions over foreign texts.

import (
	"fmt"
	"regexp"
	"regexp/syntax"
)

// mostMatch bounds a match: the states of a pattern times the bytes of a text, which is what it costs at worst.
const mostMatch = 200_000_000

// pattern is a regular expression that was written /…/, or as a text. Go's and Rust's are of one family (no
// back-references, linear time) and differ little: Rust's \d, \w, \s and \b know all of Unicode, Go's only ASCII;
// Rust has (?x) and class operations such as [a-z&&[^aeiou]], Go refuses them.
func pattern(v Value) (*regexp.Regexp, error) {
	switch v := v.(type) {
	case *regexp.Regexp:
		return v, nil
	case string:
		if len(v) > mostExpression {
			return nil, fmt.Errorf("the pattern is longer than %d bytes", mostExpression)
		}
		re, err := regexp.Compile(v)
		if err != nil {
			return nil, fmt.Errorf("the pattern cannot be read: %w", err)
		}
		return re, nil
	}
	return nil, fmt.Errorf("a pattern is wanted, not %s", kind(v))
}

// states is the size of a pattern's automaton: x{1000} is short to write and large to run.
func states(re *regexp.Regexp) int {
	parsed, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return 0 // it was compiled, so that it parses
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return 0
	}
	return len(program.Inst)
}

// affordable refuses a match that could take too long.
func affordable(re *regexp.Regexp, text string) error {
	if n := states(re); n*len(text) > mostMatch {
		return fmt.Errorf("the pattern /%s/ is too large (%d states) for a text of %d bytes; repeat less in it", re, n, len(text))
	}
	return nil
}

// firstGroup is the text of the first group of the first match; nothing when there is none.
func firstGroup(re *regexp.Regexp, text string) (Value, error) {
	if err := affordable(re, text); err != nil {
		return nil, err
	}
	at := re.FindStringSubmatchIndex(text)
	if len(at) < 4 || at[2] < 0 {
		return nil, nil
	}
	return text[at[2]:at[3]], nil
}
