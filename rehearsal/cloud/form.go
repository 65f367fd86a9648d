package cloud

// form.go: the Query protocol's parameters as a tree, from untrusted bytes.
//
// A.B.2.C=v becomes the path A → B → 2 → C. Every value remembers whether an operation read it: what nobody read is
// refused at the end, because ignoring a parameter would let a client believe in something the account did not do.

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxParameters = 4096 // far above what any real request carries
	maxDepth      = 16
)

// form is a node of the parameter tree. A nil form is an absent one and may be asked like any other.
type form struct {
	path  string
	value string
	set   bool // a value was given here
	read  bool
	kids  map[string]*form
}

// parseForm decodes a body of the Query protocol.
func parseForm(body []byte) (*form, error) {
	root := new(form)
	for n := 0; len(body) > 0; n++ {
		if n >= maxParameters {
			return nil, refuse(400, "MalformedQueryString", "more than %d parameters", maxParameters)
		}
		var pair string
		if i := slices.Index(body, '&'); i >= 0 {
			pair, body = string(body[:i]), body[i+1:]
		} else {
			pair, body = string(body), nil
		}
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(key)
		if err == nil {
			value, err = url.QueryUnescape(value)
		}
		if err != nil || !utf8.ValidString(key) || !utf8.ValidString(value) {
			return nil, refuse(400, "MalformedQueryString", "the query string is malformed")
		}
		if err := root.put(key, value); err != nil {
			return nil, err
		}
	}
	return root, nil
}

func (f *form) put(key, value string) error {
	parts := strings.Split(key, ".")
	if len(parts) > maxDepth {
		return refuse(400, "MalformedQueryString", "a parameter is nested deeper than %d", maxDepth)
	}
	at := f
	for i, part := range parts {
		if at.kids == nil {
			at.kids = map[string]*form{}
		}
		next := at.kids[part]
		if next == nil {
			next = &form{path: strings.Join(parts[:i+1], ".")}
			at.kids[part] = next
		}
		at = next
	}
	if at.set {
		return refuse(400, "InvalidParameterCombination", "The parameter %s was given twice", clip(key))
	}
	at.value, at.set = value, true
	return nil
}

// at walks to a dotted path; nil if nothing was given there.
func (f *form) at(path string) *form {
	for _, part := range strings.Split(path, ".") {
		if f == nil {
			return nil
		}
		f = f.kids[part]
	}
	return f
}

// text returns the value at a path, "" if absent.
func (f *form) text(path string) string {
	n := f.at(path)
	if n == nil {
		return ""
	}
	n.read = true
	return n.value
}

// has reports whether a value was given at a path, without reading it.
func (f *form) has(path string) bool {
	n := f.at(path)
	return n != nil && n.set
}

// number returns the integer at a path, or def if absent.
func (f *form) number(path string, def int) (int, error) {
	if !f.has(path) {
		return def, nil
	}
	v := f.text(path)
	n, err := strconv.ParseInt(v, 10, 32)
	if err != nil {
		return 0, refuse(400, "InvalidParameterValue", "Value (%s) for parameter %s is invalid. It must be an integer.", clip(v), path)
	}
	return int(n), nil
}

// flag returns the boolean at a path, or def if absent.
func (f *form) flag(path string, def bool) (bool, error) {
	if !f.has(path) {
		return def, nil
	}
	switch v := f.text(path); strings.ToLower(v) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	default:
		return false, refuse(400, "InvalidParameterValue", "Value (%s) for parameter %s is invalid. It must be true or false.", clip(v), path)
	}
}

// list returns the numbered children at a path, in order.
func (f *form) list(path string) []*form {
	n := f.at(path)
	if n == nil {
		return nil
	}
	type numbered struct {
		n int
		f *form
	}
	var all []numbered
	for k, kid := range n.kids {
		if i, err := strconv.Atoi(k); err == nil && i > 0 {
			all = append(all, numbered{i, kid})
		}
	}
	slices.SortFunc(all, func(a, b numbered) int { return a.n - b.n })
	var out []*form
	for _, a := range all {
		out = append(out, a.f)
	}
	return out
}

// texts returns the values of a list at a path, in order.
func (f *form) texts(path string) []string {
	var out []string
	for _, kid := range f.list(path) {
		kid.read = true
		out = append(out, kid.value)
	}
	return out
}

// unread returns the path of a value nobody asked for, "" if all were read.
func (f *form) unread() string {
	if f.set && !f.read {
		return f.path
	}
	var paths []string
	for _, kid := range f.kids {
		if p := kid.unread(); p != "" {
			paths = append(paths, p)
		}
	}
	if len(paths) == 0 {
		return ""
	}
	return slices.Min(paths)
}

// accept counts every value as read.
func (f *form) accept() {
	f.read = true
	for _, kid := range f.kids {
		kid.accept()
	}
}

// canonical lists every parameter but the named ones, in a fixed order, so that two requests can be compared.
func (f *form) canonical(except ...string) string {
	var lines []string
	var walk func(*form)
	walk = func(n *form) {
		if n.set && !slices.Contains(except, n.path) {
			lines = append(lines, fmt.Sprintf("%q=%q", n.path, n.value))
		}
		for _, kid := range n.kids {
			walk(kid)
		}
	}
	walk(f)
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// clip bounds a client's text before it is quoted back in a message.
func clip(s string) string {
	if len(s) > 128 {
		return strings.ToValidUTF8(s[:128], "") + "…"
	}
	return s
}
