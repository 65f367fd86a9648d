package hurl

// json.go: JSON of an answer, bounded in depth, with its integers exact.

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"reflect"
	"strconv"
	"strings"
)

const (
	mostDepth  = 128  // of JSON, as Hurl's own reader
	mostDigits = 1000 // of an integer that is kept exactly
)

// document is JSON as it was read, with what its size says about the cost of a path through it.
type document struct {
	root         any                  // map[string]any, []any, string, json.Number, bool or nil
	keys         map[uintptr][]string // of each object, in the order of the text, which a path's results keep
	nodes, depth int
}

// decodeJSON reads one JSON text and nothing beside it.
func decodeJSON(text string) (*document, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("the text is empty, not JSON")
	}
	if depth := nesting(text); depth > mostDepth {
		return nil, fmt.Errorf("the JSON is nested more than %d deep", mostDepth)
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	d := &document{keys: map[uintptr][]string{}}
	var err error
	if d.root, err = d.value(decoder); err != nil {
		return nil, fmt.Errorf("the text is not JSON: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("the text is not JSON: something follows its end")
	}
	d.nodes, d.depth = size(d.root)
	return d, nil
}

// value reads the value that comes next.
func (d *document) value(decoder *json.Decoder) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		list := []any{}
		for decoder.More() {
			item, err := d.value(decoder)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		_, err := decoder.Token()
		return list, err
	case json.Delim('{'):
		return d.object(decoder)
	}
	return token, nil
}

// object reads on behind the brace. A name that comes twice has its last value.
func (d *document) object(decoder *json.Decoder) (any, error) {
	object, keys := map[string]any{}, []string{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		name, ok := token.(string)
		if !ok {
			return nil, fmt.Errorf("%v stands where a name is wanted", token)
		}
		if _, twice := object[name]; !twice {
			keys = append(keys, name)
		}
		if object[name], err = d.value(decoder); err != nil {
			return nil, err
		}
	}
	d.keys[reflect.ValueOf(object).Pointer()] = keys
	_, err := decoder.Token()
	return object, err
}

// children are the values in a list or an object, in the order of the text.
func (d *document) children(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case map[string]any:
		list := make([]any, 0, len(v))
		for _, name := range d.keys[reflect.ValueOf(v).Pointer()] {
			list = append(list, v[name])
		}
		return list
	}
	return nil
}

// nesting is how deep brackets stand within each other, whether or not the text is JSON.
func nesting(text string) int {
	depth, most, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{', c == '[':
			depth++
			most = max(most, depth)
		case c == '}', c == ']':
			depth--
		}
	}
	return most
}

// size is how many values a tree holds, itself counted, and how deep they lie.
func size(v any) (nodes, depth int) {
	nodes = 1
	add := func(child any) {
		n, d := size(child)
		nodes += n
		depth = max(depth, d)
	}
	switch v := v.(type) {
	case []any:
		for _, child := range v {
			add(child)
		}
	case map[string]any:
		for _, child := range v {
			add(child)
		}
	}
	return nodes, depth + 1
}

// fromJSON makes a Value of what was decoded.
func fromJSON(v any) Value {
	switch v := v.(type) {
	case nil:
		return Null{}
	case json.Number:
		return number(v.String())
	case []any:
		list := make(List, len(v))
		for i, item := range v {
			list[i] = fromJSON(item)
		}
		return list
	case map[string]any:
		object := make(Object, len(v))
		for name, item := range v {
			object[name] = fromJSON(item)
		}
		return object
	}
	return v // a string or a boolean
}

// number is a number as JSON writes it: whole and exact without point and exponent.
func number(text string) Value {
	if !strings.ContainsAny(text, ".eE") && len(text) <= mostDigits {
		if n, ok := new(big.Int).SetString(text, 10); ok {
			return n
		}
	}
	f, _ := strconv.ParseFloat(text, 64) // out of range is infinite
	return f
}
