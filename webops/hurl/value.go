package hurl

// value.go: what a query yields and a predicate judges, and how a person reads it.

import (
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"tminus/tasks/safe"
)

// Value is one of: nil (no value at all: the query found nothing), Null, bool, *big.Int,
// float64, string, []byte, time.Time, List, Object, Nodes.
type Value any

// Null is JSON's null, which is a value, unlike nil.
type Null struct{}

// List is a JSON array, or what a filter made a list of.
type List []Value

// Object is a JSON object.
type Object map[string]Value

// Nodes are what an XPath selected, as text.
type Nodes []string

// hop is one redirect that was followed: only the filter location looks into it.
type hop struct {
	status   int
	location string
}

// present is what is there without a value: Secure of a cookie. It exists, and is equal to nothing, as in Hurl.
type present struct{}

var (
	_ Value = (*big.Int)(nil)
	_ Value = time.Time{}
	_ Value = hop{}
	_ Value = present{}
)

const (
	mostShown = 400      // bytes of a value that a person is shown
	mostText  = 64 << 10 // bytes of a value that are looked at for it
)

// Shown is a value for a person: short, cleaned, and its type told by the way it is written.
func Shown(v Value) string { return short(written(v), mostShown) }

// short is text on one line, cleaned, at most so many bytes of it.
func short(text string, most int) string {
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return safe.Line(text)
}

// written is a value as text, neither masked nor cleaned yet.
func written(v Value) string {
	var b strings.Builder
	write(&b, v)
	return b.String()
}

func write(b *strings.Builder, v Value) {
	if b.Len() > mostText {
		return
	}
	switch v := v.(type) {
	case nil:
		b.WriteString("nothing")
	case string:
		b.WriteString(`"` + v[:min(len(v), mostText)] + `"`)
	case []byte:
		b.WriteString("hex," + hex.EncodeToString(v[:min(len(v), mostText)]) + ";")
	case List:
		b.WriteByte('[')
		for i, item := range v {
			separate(b, i)
			write(b, item)
		}
		b.WriteByte(']')
	case Object:
		b.WriteByte('{')
		for i, name := range slices.Sorted(maps.Keys(v)) {
			separate(b, i)
			b.WriteString(`"` + name + `": `)
			write(b, v[name])
		}
		b.WriteByte('}')
	case Nodes:
		fmt.Fprintf(b, "%d nodes: [", len(v))
		for i, text := range v {
			separate(b, i)
			write(b, text)
		}
		b.WriteByte(']')
	case hop:
		fmt.Fprintf(b, "%d to %s", v.status, v.location)
	case present:
		b.WriteString("there, without a value")
	default:
		text, _ := plain(v) // all that is left has a plain form
		b.WriteString(text)
	}
}

func separate(b *strings.Builder, i int) {
	if i > 0 {
		b.WriteString(", ")
	}
}

// plain is a value as a template puts it into a text. Collections, bytes and nothing have no such form.
func plain(v Value) (string, bool) {
	switch v := v.(type) {
	case Null:
		return "null", true
	case bool:
		return strconv.FormatBool(v), true
	case *big.Int:
		return v.String(), true
	case float64:
		return decimal(v), true
	case string:
		return v, true
	case time.Time:
		return v.UTC().Format("2006-01-02T15:04:05.000000Z"), true
	}
	return "", false
}

// decimal is a number that is not whole by its type, even when it is by its value: 1.0.
func decimal(f float64) string {
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if f == math.Trunc(f) && !math.IsInf(f, 0) {
		text += ".0"
	}
	return text
}

// kind names a value's type in a sentence.
func kind(v Value) string {
	switch v.(type) {
	case nil:
		return "nothing"
	case Null:
		return "null"
	case bool:
		return "a boolean"
	case *big.Int:
		return "an integer"
	case float64:
		return "a float"
	case string:
		return "a string"
	case []byte:
		return "bytes"
	case time.Time:
		return "a date"
	case List:
		return "a list"
	case Object:
		return "an object"
	case Nodes:
		return "nodes"
	case hop:
		return "a redirect"
	case present:
		return "an attribute without a value"
	}
	return "a value"
}

// integer is a whole number as a value.
func integer(n int) Value { return big.NewInt(int64(n)) }
