package hurl

// predicate.go: whether a value is what a predicate wants.

import (
	"bytes"
	"fmt"
	"math/big"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// predicate judges a value against what is wanted. An error says that the two cannot be compared at all: then an
// assert fails, whether or not "not" stands before it.
type predicate struct {
	wants bool   // it takes an operand
	words string // between "a value" and the operand, for a person
	holds func(v, want Value) (bool, error)
}

// predicates are all of them by name.
func predicates() map[string]predicate {
	is := func(words string, holds func(v Value) bool) predicate {
		return predicate{false, words, func(v, _ Value) (bool, error) { return holds(v), nil }}
	}
	text := func(words string, holds func(text string) bool) predicate {
		return predicate{false, words, func(v, _ Value) (bool, error) {
			text, ok := v.(string)
			if !ok {
				return false, wants("a string", v)
			}
			return holds(text), nil
		}}
	}
	order := func(words string, holds func(order int) bool) predicate {
		return predicate{true, words, func(v, want Value) (bool, error) { return ordered(v, want, holds) }}
	}
	return map[string]predicate{
		"==":         {true, "", func(v, want Value) (bool, error) { return equal(v, want), nil }},
		"!=":         {true, "anything but", func(v, want Value) (bool, error) { return !equal(v, want), nil }},
		"<":          order("less than", func(o int) bool { return o < 0 }),
		"<=":         order("at most", func(o int) bool { return o <= 0 }),
		">":          order("more than", func(o int) bool { return o > 0 }),
		">=":         order("at least", func(o int) bool { return o >= 0 }),
		"startsWith": {true, "something that starts with", startsWith},
		"endsWith":   {true, "something that ends with", endsWith},
		"contains":   {true, "something that contains", contains},
		"includes":   {true, "a list that includes", includes},
		"matches":    {true, "a match of", matches},
		"exists":     is("something", exists),
		"isEmpty":    {false, "nothing in it", isEmpty},

		"isBoolean":    is("a boolean", func(v Value) bool { _, ok := v.(bool); return ok }),
		"isInteger":    is("an integer", func(v Value) bool { _, ok := v.(*big.Int); return ok }),
		"isFloat":      is("a float", func(v Value) bool { _, ok := v.(float64); return ok }),
		"isNumber":     is("a number", func(v Value) bool { return exactKind(v, "an integer", "a float") }),
		"isString":     is("a string", func(v Value) bool { return exactKind(v, "a string") }),
		"isDate":       is("a date", func(v Value) bool { return exactKind(v, "a date") }),
		"isList":       is("a list", func(v Value) bool { return exactKind(v, "a list", "bytes") }),
		"isObject":     is("an object", func(v Value) bool { return exactKind(v, "an object", "nodes") }),
		"isCollection": is("a collection", func(v Value) bool { return exactKind(v, "a list", "bytes", "an object", "nodes") }),

		"isIsoDate": text("a date such as 2026-11-23T16:00:00Z", isISODate),
		"isIpv4":    text("an IPv4 address", func(s string) bool { a, err := netip.ParseAddr(s); return err == nil && a.Is4() }),
		"isIpv6": text("an IPv6 address", func(s string) bool {
			a, err := netip.ParseAddr(s)
			return err == nil && a.Is6() && a.Zone() == ""
		}),
		"isUuid": text("a UUID", isUUID),
	}
}

// exactKind reports a value of one of these types.
func exactKind(v Value, kinds ...string) bool { return slices.Contains(kinds, kind(v)) }

func ordered(v, want Value, holds func(int) bool) (bool, error) {
	order, comparable := compare(v, want)
	if !comparable {
		return false, fmt.Errorf("%s and %s have no order", kind(v), kind(want))
	}
	return holds(order), nil
}

// pair is a text or bytes on both sides.
func pair(v, want Value) (x, y []byte, err error) {
	switch v := v.(type) {
	case string:
		if want, ok := want.(string); ok {
			return []byte(v), []byte(want), nil
		}
	case []byte:
		if want, ok := want.([]byte); ok {
			return v, want, nil
		}
	}
	return nil, nil, fmt.Errorf("two strings or two bytes are wanted, not %s and %s", kind(v), kind(want))
}

func startsWith(v, want Value) (bool, error) {
	x, y, err := pair(v, want)
	return err == nil && bytes.HasPrefix(x, y), err
}

func endsWith(v, want Value) (bool, error) {
	x, y, err := pair(v, want)
	return err == nil && bytes.HasSuffix(x, y), err
}

// contains takes a list too, since Hurl 7; a header that came twice is one.
func contains(v, want Value) (bool, error) {
	if _, ok := v.(List); ok {
		return includes(v, want)
	}
	x, y, err := pair(v, want)
	return err == nil && bytes.Contains(x, y), err
}

func includes(v, want Value) (bool, error) {
	list, ok := v.(List)
	if !ok {
		return false, wants("a list", v)
	}
	return slices.ContainsFunc(list, func(item Value) bool { return equal(item, want) }), nil
}

func matches(v, want Value) (bool, error) {
	re, err := pattern(want)
	if err != nil {
		return false, err
	}
	text, ok := v.(string)
	if !ok {
		return false, wants("a string", v)
	}
	if err := affordable(re, text); err != nil {
		return false, err
	}
	return re.MatchString(text), nil
}

func exists(v Value) bool {
	nodes, ok := v.(Nodes)
	return !ok || len(nodes) > 0
}

func isEmpty(v, _ Value) (bool, error) {
	switch v := v.(type) {
	case string:
		return v == "", nil
	case List:
		return len(v) == 0, nil
	case Object:
		return len(v) == 0, nil
	case Nodes:
		return len(v) == 0, nil
	case []byte:
		return len(v) == 0, nil
	}
	return false, wants("a collection or a string", v)
}

// isUUID takes the forms Hurl takes: with dashes, also in braces or as a URN, and without.
func isUUID(text string) bool {
	const dashed = 36
	switch {
	case len(text) == dashed+2 && text[0] == '{' && text[dashed+1] == '}':
		text = text[1 : dashed+1]
	case len(text) == dashed+len("urn:uuid:"):
		text = strings.TrimPrefix(text, "urn:uuid:")
	}
	if len(text) == dashed && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-' {
		text = text[:8] + text[9:13] + text[14:18] + text[19:23] + text[24:]
	}
	return len(text) == 32 && strings.Trim(text, "0123456789abcdefABCDEF") == ""
}

// judge holds a value against a predicate; nil when it does. Of nothing at all no predicate holds, but "not" makes
// that good, as in Hurl: a header that is not there does not contain anything.
func (w *scope) judge(v Value, p Predicate) (*Failure, error) {
	known, ok := predicates()[p.Kind]
	if !ok {
		return nil, fmt.Errorf("the predicate %s is not known", p.Kind)
	}
	var want Value
	if known.wants {
		var err error
		if want, err = w.operand(p.Want); err != nil {
			return nil, err
		}
	}
	holds, wrong := false, error(nil)
	if v != nil {
		holds, wrong = known.holds(v, want)
	}
	if wrong == nil && holds != p.Not {
		return nil, nil
	}
	f := &Failure{Expected: w.expected(p, known, want), Actual: w.session.Shown(v)}
	if wrong != nil {
		f.Actual += ": " + short(w.session.mask(wrong.Error()), mostShown)
	}
	return f, nil
}

// expected is a predicate for a person.
func (w *scope) expected(p Predicate, known predicate, want Value) string {
	text := known.words
	if re, ok := want.(*regexp.Regexp); ok {
		text += " /" + short(w.session.mask(re.String()), mostShown) + "/"
	} else if known.wants {
		text += " " + w.session.Shown(want)
	}
	text = strings.TrimSpace(text)
	if p.Not {
		text = "not " + text
	}
	return text
}
