package hurl

// query.go: taking a value from an answer.

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
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

// cookie is a cookie that the answer sets, or with name[Attribute] one of its attributes. The last one of a name counts.
func (x *exchange) cookie(path string) (Value, error) {
	name, attribute, found := strings.Cut(path, "[")
	if attribute = strings.TrimSuffix(attribute, "]"); !found {
		attribute = "Value"
	}
	var c *http.Cookie
	for _, line := range x.header.Values("Set-Cookie") {
		if parsed, err := http.ParseSetCookie(line); err == nil && parsed.Name == name {
			c = parsed
		}
	}
	if c == nil {
		return nil, nil
	}
	return cookieAttribute(c, attribute)
}

// cookieAttribute is a part of a cookie; nothing when the answer does not tell it. Secure and HttpOnly, which have no
// value, are there or not.
func cookieAttribute(c *http.Cookie, attribute string) (Value, error) {
	text := func(s string) (Value, error) {
		if s == "" {
			return nil, nil
		}
		return s, nil
	}
	flag := func(on bool) (Value, error) {
		if !on {
			return nil, nil
		}
		return true, nil
	}
	switch strings.ToLower(attribute) {
	case "value":
		return c.Value, nil
	case "expires":
		if c.RawExpires == "" {
			return nil, nil
		}
		if c.Expires.IsZero() {
			return nil, fmt.Errorf("the cookie expires at %s, which is no date", Shown(c.RawExpires))
		}
		return c.Expires, nil
	case "max-age":
		return maxAge(c)
	case "domain":
		return text(c.Domain)
	case "path":
		return text(c.Path)
	case "secure":
		return flag(c.Secure)
	case "httponly":
		return flag(c.HttpOnly)
	case "samesite":
		return text(sameSite(c))
	}
	return nil, fmt.Errorf("a cookie has no attribute %s; it has Value, Expires, Max-Age, Domain, Path, Secure, HttpOnly, SameSite", Shown(attribute))
}

// maxAge reads the attribute itself, for the library makes -1 of 0.
func maxAge(c *http.Cookie) (Value, error) {
	for _, part := range strings.Split(c.Raw, ";")[1:] {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if !strings.EqualFold(name, "Max-Age") {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil {
			return nil, fmt.Errorf("the cookie's Max-Age is %s, which is no integer", Shown(value))
		}
		return integer(n), nil
	}
	return nil, nil
}

// sameSite is the attribute as it was written.
func sameSite(c *http.Cookie) string {
	for _, part := range strings.Split(c.Raw, ";")[1:] {
		if name, value, _ := strings.Cut(strings.TrimSpace(part), "="); strings.EqualFold(name, "SameSite") {
			return strings.TrimSpace(value)
		}
	}
	return ""
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
