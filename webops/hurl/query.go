package hurl

// query.go: taking a value from an answer.

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// queries are all of them by name. Each takes its value from the last exchange; arg is empty for those without one.
func queries() map[string]func(w *scope, x *exchange, q Query, arg string) (Value, error) {
	return map[string]func(w *scope, x *exchange, q Query, arg string) (Value, error){
		"status":   func(_ *scope, x *exchange, _ Query, _ string) (Value, error) { return integer(x.status), nil },
		"version":  func(_ *scope, x *exchange, _ Query, _ string) (Value, error) { return x.version(), nil },
		"url":      func(_ *scope, x *exchange, _ Query, _ string) (Value, error) { return x.url.String(), nil },
		"ip":       func(_ *scope, x *exchange, _ Query, _ string) (Value, error) { return x.ip(), nil },
		"duration": func(_ *scope, x *exchange, _ Query, _ string) (Value, error) { return integer(x.millis()), nil },
		"header":   func(_ *scope, x *exchange, _ Query, name string) (Value, error) { return x.headerNamed(name), nil },
		"cookie":   func(_ *scope, x *exchange, _ Query, path string) (Value, error) { return x.cookie(path) },
		"certificate": func(_ *scope, x *exchange, _ Query, name string) (Value, error) {
			return certified(x.certificate, name)
		},
		"variable": func(w *scope, _ *exchange, _ Query, name string) (Value, error) {
			return w.session.Variables[name], nil
		},
		"redirects": func(w *scope, _ *exchange, _ Query, _ string) (Value, error) { return w.redirects(), nil },
		"body":      queryBody, "bytes": queryBytes, "sha256": querySHA256, "md5": queryMD5,
		"regex": queryRegex, "jsonpath": queryJSONPath, "xpath": queryXPath,
	}
}

// query takes a value from the last answer, and through the filters.
func (w *scope) query(q Query, chain []Filter) (Value, error) {
	take, ok := queries()[q.Kind]
	if !ok {
		return nil, fmt.Errorf("the query %s is not known", q.Kind)
	}
	arg, err := w.expand(q.Arg)
	if err != nil {
		return nil, err
	}
	v, err := take(w, w.hops[len(w.hops)-1], q, arg)
	if err != nil {
		return nil, err
	}
	return w.filter(v, chain)
}

// version is the protocol's without its name: 1.1, 2.
func (x *exchange) version() string {
	version := strings.TrimPrefix(x.proto, "HTTP/")
	if major, _ := strings.CutSuffix(version, ".0"); major != "1" {
		return major
	}
	return version
}

func (x *exchange) ip() string {
	host, _, err := net.SplitHostPort(x.addr)
	if err != nil {
		return x.addr
	}
	return host
}

func (x *exchange) millis() int { return int(x.took / time.Millisecond) }

// headerNamed is the value of a header; a list when it came more than once; nothing when it did not come.
func (x *exchange) headerNamed(name string) Value {
	values := x.header.Values(name)
	switch len(values) {
	case 0:
		return nil
	case 1:
		return values[0]
	}
	list := make(List, len(values))
	for i, value := range values {
		list[i] = value
	}
	return list
}

// setCookie is a Set-Cookie header as it is written: the library would take the quotes off, and refuse some.
type setCookie struct {
	value      string
	attributes []string
}

// cookieNamed is the first cookie of a name that the answer sets.
func (x *exchange) cookieNamed(name string) (setCookie, bool) {
	for _, line := range x.header.Values("Set-Cookie") {
		parts := strings.Split(line, ";")
		if written, value, ok := strings.Cut(parts[0], "="); ok && written == name {
			return setCookie{value, parts[1:]}, true
		}
	}
	return setCookie{}, false
}

// attribute is the value of an attribute, and whether it stands there at all.
func (c setCookie) attribute(name string) (value string, there bool) {
	for _, part := range c.attributes {
		written, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if strings.EqualFold(strings.TrimSpace(written), name) {
			return strings.TrimSpace(value), true
		}
	}
	return "", false
}

// cookie is a cookie that the answer sets, or with name[Attribute] one of its attributes; nothing when the answer does
// not tell it. Secure and HttpOnly are there or not, without a value.
func (x *exchange) cookie(path string) (Value, error) {
	name, attribute, found := strings.Cut(path, "[")
	if attribute = strings.ToLower(strings.TrimSuffix(attribute, "]")); !found {
		attribute = "value"
	}
	c, set := x.cookieNamed(name)
	if !set {
		return nil, nil
	}
	value, there := c.attribute(attribute)
	switch attribute {
	case "value":
		return c.value, nil
	case "secure", "httponly":
		if !there {
			return nil, nil
		}
		return present{}, nil
	case "expires", "max-age", "domain", "path", "samesite":
		if value == "" {
			return nil, nil
		}
		return cookieValue(attribute, value)
	}
	return nil, fmt.Errorf("a cookie has no attribute %s; it has Value, Expires, Max-Age, Domain, Path, Secure, HttpOnly, SameSite", Shown(attribute))
}

// cookieValue is the value of an attribute as what it is: a date, a number, a text.
func cookieValue(attribute, value string) (Value, error) {
	switch attribute {
	case "expires":
		for _, layout := range []string{time.RFC1123, time.RFC1123Z, "Mon, 02-Jan-2006 15:04:05 MST"} {
			if at, err := time.Parse(layout, value); err == nil {
				return at.UTC(), nil
			}
		}
		return nil, fmt.Errorf("the cookie expires at %s, which is no date", Shown(value))
	case "max-age":
		n, err := strconv.Atoi(value)
		if err != nil {
			return nil, fmt.Errorf("the cookie's Max-Age is %s, which is no integer", Shown(value))
		}
		return integer(n), nil
	}
	return value, nil
}

// redirects are the hops that were followed on the way to the last answer.
func (w *scope) redirects() Value {
	list := List{}
	for i, x := range w.hops[:len(w.hops)-1] {
		list = append(list, hop{x.status, w.hops[i+1].url.String()})
	}
	return list
}

func queryBody(_ *scope, x *exchange, _ Query, _ string) (Value, error) {
	text, err := x.text()
	if err != nil {
		return nil, err
	}
	return text, nil
}

func queryBytes(_ *scope, x *exchange, _ Query, _ string) (Value, error) {
	data, err := x.whole()
	if err != nil {
		return nil, err
	}
	return data, nil
}

func querySHA256(_ *scope, x *exchange, _ Query, _ string) (Value, error) {
	data, err := x.whole()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	return sum[:], nil
}

// queryMD5 compares files, and protects nothing.
func queryMD5(_ *scope, x *exchange, _ Query, _ string) (Value, error) {
	data, err := x.whole()
	if err != nil {
		return nil, err
	}
	sum := md5.Sum(data)
	return sum[:], nil
}

func queryRegex(_ *scope, x *exchange, q Query, arg string) (Value, error) {
	re := q.Pattern
	if re == nil {
		var err error
		if re, err = pattern(arg); err != nil {
			return nil, err
		}
	}
	text, err := x.text()
	if err != nil {
		return nil, err
	}
	return firstGroup(re, text)
}

func queryJSONPath(_ *scope, x *exchange, _ Query, arg string) (Value, error) {
	d, err := x.json()
	if err != nil {
		return nil, err
	}
	return evalJSONPath(d, arg)
}

func queryXPath(_ *scope, x *exchange, _ Query, arg string) (Value, error) {
	t, err := x.page()
	if err != nil {
		return nil, err
	}
	return evalXPath(t, arg)
}
