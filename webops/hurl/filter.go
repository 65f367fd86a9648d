package hurl

// filter.go: the filters on collections, numbers and dates, and the table of them all.

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// filter is one filter: how many arguments it takes, and what it makes of a value that is there.
type filter struct {
	args int
	do   func(w *scope, v Value, args []Value) (Value, error)
}

// filters are all of them by name.
func filters() map[string]filter {
	return map[string]filter{
		"count": {0, filterCount}, "nth": {1, filterNth},
		"first":        {0, func(w *scope, v Value, _ []Value) (Value, error) { return filterNth(w, v, []Value{integer(0)}) }},
		"last":         {0, func(w *scope, v Value, _ []Value) (Value, error) { return filterNth(w, v, []Value{integer(-1)}) }},
		"toInt":        {0, filterToInt},
		"toFloat":      {0, filterToFloat},
		"toString":     {0, filterToString},
		"toDate":       {1, filterToDate},
		"format":       {1, filterFormat},
		"dateFormat":   {1, filterFormat},
		"daysAfterNow": {0, filterDaysAfterNow}, "daysBeforeNow": {0, filterDaysBeforeNow},
		"jsonpath": {1, filterJSONPath}, "xpath": {1, filterXPath}, "location": {0, filterLocation},
		"regex": {1, filterRegex}, "replace": {2, filterReplace}, "replaceRegex": {2, filterReplaceRegex},
		"split": {1, filterSplit}, "urlEncode": {0, filterURLEncode}, "urlDecode": {0, filterURLDecode},
		"urlQueryParam": {1, filterURLQueryParam}, "htmlEscape": {0, filterHTMLEscape}, "htmlUnescape": {0, filterHTMLUnescape},
		"base64Encode": {0, filterBase64Encode}, "base64Decode": {0, filterBase64Decode},
		"base64UrlSafeEncode": {0, filterBase64URLEncode}, "base64UrlSafeDecode": {0, filterBase64URLDecode},
		"toHex": {0, filterToHex}, "utf8Encode": {0, filterUTF8Encode}, "utf8Decode": {0, filterUTF8Decode},
		"decode": {1, filterDecode}, "charsetDecode": {1, filterDecode},
	}
}

// filter takes a value through filters, one after the other. A filter on nothing fails, as in Hurl, whatever the
// predicate behind it.
func (w *scope) filter(v Value, chain []Filter) (Value, error) {
	table := filters()
	most := max(4*mostResult, 4*length(v))
	for _, f := range chain {
		known, ok := table[f.Kind]
		if !ok || len(f.Args) != known.args {
			return nil, fmt.Errorf("the filter %s is not known with %d arguments", f.Kind, len(f.Args))
		}
		if v == nil {
			return nil, fmt.Errorf("nothing was found for the filter %s to work on", f.Kind)
		}
		args := make([]Value, len(f.Args))
		for i := range f.Args {
			arg, err := w.operand(&f.Args[i])
			if err != nil {
				return nil, err
			}
			args[i] = arg
		}
		var err error
		if v, err = known.do(w, v, args); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Kind, err)
		}
		if length(v) > most { // toHex utf8Encode toHex … doubles each time
			return nil, fmt.Errorf("%s: the result is longer than %d bytes", f.Kind, most)
		}
	}
	return v, nil
}

// length is the bytes of a text or bytes.
func length(v Value) int {
	switch v := v.(type) {
	case string:
		return len(v)
	case []byte:
		return len(v)
	}
	return 0
}

// wants is the refusal of a value of another type.
func wants(what string, v Value) error { return fmt.Errorf("wants %s, not %s", what, kind(v)) }

// argText is an argument that is a text.
func argText(v Value) (string, error) {
	if text, ok := plain(v); ok {
		return text, nil
	}
	return "", wants("a text as its argument", v)
}

func filterCount(_ *scope, v Value, _ []Value) (Value, error) {
	switch v := v.(type) {
	case List:
		return integer(len(v)), nil
	case Nodes:
		return integer(len(v)), nil
	case []byte:
		return integer(len(v)), nil
	}
	return nil, wants("a collection", v)
}

// filterNth takes one item, counted from 0, or from the end when negative. Of nodes there is none to take, as in Hurl.
func filterNth(_ *scope, v Value, args []Value) (Value, error) {
	n, ok := args[0].(*big.Int)
	if !ok {
		return nil, wants("an integer as its argument", args[0])
	}
	list, ok := v.(List)
	if !ok {
		return nil, wants("a list", v)
	}
	i := int64(math.MaxInt64)
	if n.IsInt64() {
		i = n.Int64()
	}
	if i < 0 {
		i += int64(len(list))
	}
	if i < 0 || i >= int64(len(list)) {
		return nil, fmt.Errorf("there is no item %s: the list has %d", n, len(list))
	}
	return list[i], nil
}

func filterToInt(w *scope, v Value, _ []Value) (Value, error) {
	switch v := v.(type) {
	case *big.Int:
		return v, nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, errors.New("what is not a finite number is no integer")
		}
		n, _ := big.NewFloat(v).Int(nil)
		return n, nil
	case string:
		if n, ok := new(big.Int).SetString(v, 10); ok && len(v) <= mostDigits && !strings.Contains(v, "_") {
			return n, nil
		}
		return nil, fmt.Errorf("%s is no integer", w.session.Shown(v))
	}
	return nil, wants("a number or a string", v)
}

func filterToFloat(w *scope, v Value, _ []Value) (Value, error) {
	switch v := v.(type) {
	case float64:
		return v, nil
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		return f, nil
	case string:
		if f, err := strconv.ParseFloat(v, 64); err == nil && !strings.ContainsAny(v, "_xX") {
			return f, nil
		}
		return nil, fmt.Errorf("%s is no number", w.session.Shown(v))
	}
	return nil, wants("a number or a string", v)
}

func filterToString(_ *scope, v Value, _ []Value) (Value, error) {
	if text, ok := plain(v); ok {
		return text, nil
	}
	return nil, wants("a single value", v)
}

func filterToDate(w *scope, v Value, args []Value) (Value, error) {
	text, ok := v.(string)
	if !ok {
		return nil, wants("a string", v)
	}
	format, err := argText(args[0])
	if err != nil {
		return nil, err
	}
	t, err := parseDate(text, format)
	if err != nil {
		return nil, fmt.Errorf("%s is no date of the form %s: %w", w.session.Shown(text), w.session.Shown(format), err)
	}
	return t, nil
}

func filterFormat(_ *scope, v Value, args []Value) (Value, error) {
	t, ok := v.(time.Time)
	if !ok {
		return nil, wants("a date", v)
	}
	format, err := argText(args[0])
	if err != nil {
		return nil, err
	}
	text, err := formatDate(t.UTC(), format)
	if err != nil {
		return nil, err
	}
	return text, nil
}

// Whole days, as in Hurl: 23 hours ahead are none.
func filterDaysAfterNow(w *scope, v Value, _ []Value) (Value, error) {
	t, ok := v.(time.Time)
	if !ok {
		return nil, wants("a date", v)
	}
	return integer(int(t.Sub(w.now()) / (24 * time.Hour))), nil
}

func filterDaysBeforeNow(w *scope, v Value, _ []Value) (Value, error) {
	t, ok := v.(time.Time)
	if !ok {
		return nil, wants("a date", v)
	}
	return integer(int(w.now().Sub(t) / (24 * time.Hour))), nil
}

func filterJSONPath(_ *scope, v Value, args []Value) (Value, error) {
	text, ok := v.(string)
	if !ok {
		return nil, wants("a string", v)
	}
	path, err := argText(args[0])
	if err != nil {
		return nil, err
	}
	d, err := decodeJSON(text)
	if err != nil {
		return nil, err
	}
	return evalJSONPath(d, path)
}

// filterXPath reads its value as HTML, as Hurl does.
func filterXPath(_ *scope, v Value, args []Value) (Value, error) {
	text, ok := v.(string)
	if !ok {
		return nil, wants("a string", v)
	}
	expression, err := argText(args[0])
	if err != nil {
		return nil, err
	}
	t, err := parseTree(text, true)
	if err != nil {
		return nil, err
	}
	return evalXPath(t, expression)
}

func filterLocation(_ *scope, v Value, _ []Value) (Value, error) {
	if h, ok := v.(hop); ok {
		return h.location, nil
	}
	return nil, wants("a redirect (redirects nth 0)", v)
}
