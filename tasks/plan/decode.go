package plan

// decode.go: YAML nodes into the values of plan.go, by their yaml tags.
//
// The parser's own decoder stops at types and loses columns; here every decoded value
// keeps the node it came from, keyed by its address, so that any later check can point
// at it. A value that does not fit is reported once and marked spoiled: no later check
// adds a second finding about it.

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"tminus/tasks/letters"
)

// reader is one reading of one plan file.
type reader struct {
	source  source
	plan    *Plan
	zone    *time.Location // the plan's; nil when the file names none that exists
	rule    string         // the kind of mistake that is looked for now
	at      map[any]*yaml.Node
	spoiled map[any]bool
	fields  map[reflect.Type][]field
	found   []Finding
	more    int // findings beyond maxKept, counted and not kept
	values  int // keys and values seen
	guessed int // guesses made
}

func newReader(src source) *reader {
	return &reader{source: src, plan: &Plan{}, at: map[any]*yaml.Node{}, spoiled: map[any]bool{}, fields: map[reflect.Type][]field{}}
}

// report adds a finding at a node.
func (r *reader) report(n *yaml.Node, f Finding) {
	if len(r.found) == maxKept {
		r.more++
		return
	}
	f.Line, f.Col = min(n.Line, len(r.source.lines)), n.Column // what is not there stands behind the last line
	if f.Rule == "" {
		f.Rule = r.rule
	}
	r.found = append(r.found, f)
}

// guesses is how many findings of one file get a "did you mean".
const guesses = 300

// guess is letters.Nearest, within the file's budget of guesses.
func (r *reader) guess(written string, names []string) string {
	if r.guessed == guesses {
		return ""
	}
	r.guessed++
	return letters.Nearest(written, names)
}

// fault adds a finding at the place of a decoded value, given by its address.
func (r *reader) fault(value any, message, expected string) {
	r.report(r.at[value], Finding{Message: message, Expected: expected})
}

// sound reports whether the value at an address was written, and fits its type.
func (r *reader) sound(value any) bool { return r.at[value] != nil && !r.spoiled[value] }

// decode fills v from the node. key names the value in messages.
func (r *reader) decode(n *yaml.Node, v reflect.Value, key string) {
	address := v.Addr().Interface()
	r.at[address] = n
	fits := true
	switch value := address.(type) {
	case *Time:
		r.rule = badTime
		fits = r.moment(n, value, key)
		r.rule = badValue
	case *Duration:
		fits = r.duration(n, value, key)
	default:
		switch v.Kind() {
		case reflect.Pointer:
			v.Set(reflect.New(v.Type().Elem()))
			r.decode(n, v.Elem(), key)
			fits = !r.spoiled[v.Interface()]
		case reflect.Struct:
			fits = r.mapping(n, v, key)
		case reflect.Slice:
			fits = r.list(n, v, key)
		case reflect.Map:
			fits = r.table(n, v, key)
		default:
			fits = r.scalar(n, v, key)
		}
	}
	r.spoiled[address] = !fits
}

// mapping fills a struct, key by key.
func (r *reader) mapping(n *yaml.Node, v reflect.Value, key string) bool {
	fields := r.fieldsOf(v.Type())
	if n.Kind != yaml.MappingNode {
		return r.misfit(n, key, "keys and values: "+strings.Join(keysOf(fields), ", "))
	}
	r.pairs(n, key, func(name, value *yaml.Node) {
		for _, f := range fields {
			if f.key == name.Value {
				r.decode(value, v.Field(f.index), f.key)
				return
			}
		}
		keys := keysOf(fields)
		r.report(name, Finding{Rule: unknownKey, Message: fmt.Sprintf("unknown key %s in %s", quoted(name.Value), key),
			Expected: "one of " + strings.Join(keys, ", "), Nearest: r.guess(name.Value, keys)})
	})
	return true
}

// pairs calls each with every key and value of a mapping, and reports keys given twice.
func (r *reader) pairs(n *yaml.Node, key string, each func(name, value *yaml.Node)) {
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		switch {
		case name.Tag == "!!merge" || name.Kind == yaml.AliasNode:
			continue // told by plain
		case name.Kind != yaml.ScalarNode:
			r.misfit(name, "a key of "+key, "a name")
			continue
		}
		if line, twice := first[name.Value]; twice {
			r.report(name, Finding{Rule: twiceGiven, Message: fmt.Sprintf("key %s is given twice", quoted(name.Value)),
				Expected: fmt.Sprintf("it once; the first is on line %d", line)})
			continue
		}
		first[name.Value] = name.Line
		each(name, value)
	}
}

// list fills a slice, element by element.
func (r *reader) list(n *yaml.Node, v reflect.Value, key string) bool {
	if n.Kind != yaml.SequenceNode {
		return r.misfit(n, key, "a list")
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	what := "an entry of " + key
	if element := v.Type().Elem(); element.Kind() == reflect.Struct {
		what = "a " + strings.ToLower(element.Name())
	}
	for i, element := range n.Content {
		r.decode(element, v.Index(i), what)
	}
	return true
}

// table fills a map of text to text.
func (r *reader) table(n *yaml.Node, v reflect.Value, key string) bool {
	if n.Kind != yaml.MappingNode {
		return r.misfit(n, key, "names and values")
	}
	v.Set(reflect.MakeMap(v.Type()))
	r.pairs(n, key, func(name, value *yaml.Node) {
		text := reflect.New(v.Type().Elem())
		r.decode(value, text.Elem(), key+" "+quoted(name.Value))
		v.SetMapIndex(reflect.ValueOf(name.Value), text.Elem())
	})
	return true
}

// scalar fills a text, a number or a yes-or-no. Text is taken as written: a number
// where text belongs (3.6, 012) is refused, because its quotes decide what it means.
func (r *reader) scalar(n *yaml.Node, v reflect.Value, key string) bool {
	if n.Kind != yaml.ScalarNode {
		return r.misfit(n, key, "one value")
	}
	switch v.Kind() {
	case reflect.String:
		if n.Tag != "!!str" && n.Tag != "!!timestamp" {
			expected := "text"
			if n.Tag != "!!null" {
				expected = "text; put it in quotes: \"" + shown(n.Value) + "\""
			}
			return r.misfit(n, key, expected)
		}
		v.SetString(n.Value)
		return r.readable(n, key)
	case reflect.Bool:
		if n.Tag != "!!bool" {
			return r.misfit(n, key, "true or false")
		}
		v.SetBool(n.Value == "true" || n.Value == "True" || n.Value == "TRUE")
	case reflect.Int:
		i, err := strconv.Atoi(n.Value)
		if err != nil || n.Tag != "!!int" || strconv.Itoa(i) != n.Value {
			return r.misfit(n, key, "a whole number")
		}
		v.SetInt(int64(i))
	case reflect.Float64:
		f, err := strconv.ParseFloat(n.Value, 64)
		if err != nil || n.Tag != "!!int" && n.Tag != "!!float" || f < 0 || f > 1e9 {
			return r.misfit(n, key, "a number from 0")
		}
		v.SetFloat(f)
	}
	return true
}

// readable refuses a text whose escapes ("\e", "\u202E") smuggle in what the file itself may not hold.
func (r *reader) readable(n *yaml.Node, key string) bool {
	for _, c := range n.Value {
		if !visible(c) {
			r.report(n, Finding{Message: fmt.Sprintf("%s holds the invisible character %s", key, codePoint(c)),
				Expected: "text that shows everything it holds"})
			return false
		}
	}
	return true
}

// misfit reports a node that is not what the key wants. It returns false, the caller's verdict.
func (r *reader) misfit(n *yaml.Node, key, expected string) bool {
	if n.Kind != yaml.AliasNode { // an alias is told by plain
		r.report(n, Finding{Message: key + " " + is(n), Expected: expected})
	}
	return false
}

// is says what a node is, in words.
func is(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.SequenceNode:
		return "is a list"
	case n.Kind == yaml.MappingNode:
		return "is keys and values"
	case n.Tag == "!!null":
		return "has no value"
	case n.Tag == "!!int" || n.Tag == "!!float":
		return "is the number " + shown(n.Value)
	case n.Tag == "!!bool":
		return "is the yes-or-no " + shown(n.Value)
	}
	return "is the text " + quoted(n.Value)
}

// field is one key a struct's file form may hold, and the field it fills.
type field struct {
	key   string
	index int
}

// fieldsOf lists the fields of a struct that the file may fill, in their order.
func (r *reader) fieldsOf(t reflect.Type) []field {
	if fields, ok := r.fields[t]; ok {
		return fields
	}
	var fields []field
	for i := range t.NumField() {
		if key := t.Field(i).Tag.Get("yaml"); key != "-" {
			fields = append(fields, field{key, i})
		}
	}
	r.fields[t] = fields
	return fields
}

func keysOf(fields []field) []string {
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = f.key
	}
	return keys
}

// child returns a mapping's value of a key, or nil.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
