package hurl

// request.go: what is sent.

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// outgoing is a request before it is sent, and what is kept of it for a redirect.
type outgoing struct {
	method  string
	url     *url.URL
	host    string // the Host header; "" = the URL's
	header  http.Header
	cookies []string // name=value, beside those of the jar
	body    []byte
}

// request puts an entry's request together.
func (w *scope) request(r *Runner, e *Entry, o settings) (*outgoing, error) {
	text, err := w.expandURL(e.Request.URL)
	if err != nil {
		return nil, err
	}
	out := &outgoing{method: e.Request.Method, header: http.Header{}}
	if text, err = w.addQuery(text, e.Request.Query); err != nil {
		return nil, err
	}
	if out.url, err = w.parseURL(text); err != nil {
		return nil, err
	}
	if err := w.addHeaders(out, e.Request); err != nil {
		return nil, err
	}
	if err := w.addBody(r, out, e.Request); err != nil {
		return nil, err
	}
	out.setDefault("Accept", "*/*")
	if o.compressed {
		out.setDefault("Accept-Encoding", "gzip, deflate")
	}
	if r.Agent != "" {
		out.setDefault("User-Agent", r.Agent)
	}
	return out, nil
}

// setDefault sets a header that the file does not.
func (out *outgoing) setDefault(name, value string) {
	if _, ok := out.header[http.CanonicalHeaderKey(name)]; !ok {
		out.header.Set(name, value)
	}
}

// addQuery appends [Query] to the URL's own.
func (w *scope) addQuery(text string, params []Param) (string, error) {
	if len(params) == 0 {
		return text, nil
	}
	query, err := w.encode(params)
	switch {
	case strings.HasSuffix(text, "?"):
	case strings.Contains(text, "?"):
		query = "&" + query
	default:
		query = "?" + query
	}
	return text + query, err
}

// encode writes names and values as a form does: values escaped, names too where they could not stand otherwise.
func (w *scope) encode(params []Param) (string, error) {
	var parts []string
	for _, p := range params {
		name, value, err := w.param(p)
		if err != nil {
			return "", err
		}
		name = percent(name, func(c byte) bool { return unreserved(c) || c == '[' || c == ']' || c == '%' })
		parts = append(parts, name+"="+percent(value, unreserved))
	}
	return strings.Join(parts, "&"), nil
}

// param is a name and a value, the latter hidden when the former suggests it.
func (w *scope) param(p Param) (name, value string, err error) {
	if name, err = w.expand(p.Name); err != nil {
		return "", "", err
	}
	if value, err = w.expand(p.Value); err != nil {
		return "", "", err
	}
	w.session.hideNamed(name, value)
	return name, value, nil
}

// parseURL checks a URL, and hides the secrets of its query.
func (w *scope) parseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s is no URL: %w", w.session.Shown(text), errors.Unwrap(err))
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%s is not the URL of a page; write http:// or https:// and a host", w.session.Shown(text))
	}
	if password, ok := u.User.Password(); ok {
		w.session.hide(password)
	}
	w.hideQuery(u)
	u.Fragment, u.RawFragment = "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	return u, nil
}

// hideQuery hides the secrets of a URL's query.
func (w *scope) hideQuery(u *url.URL) {
	for name, values := range u.Query() {
		for _, value := range values {
			w.session.hideNamed(name, value)
		}
	}
}

// addHeaders takes headers, cookies and the basic login. A Host header says who is asked at that address.
func (w *scope) addHeaders(out *outgoing, r Request) error {
	for _, p := range r.Headers {
		name, value, err := w.param(p)
		if err != nil {
			return err
		}
		if strings.ContainsFunc(value, notText) && strings.ContainsAny(value, "\r\n\x00") {
			return fmt.Errorf("the header %s would hold a line break", Shown(name))
		}
		switch http.CanonicalHeaderKey(name) {
		case "Host":
			out.host = value
		case "Cookie":
			out.cookies = append(out.cookies, value)
			w.hideCookies(value)
		case "Authorization":
			_, credentials, _ := strings.Cut(value, " ")
			w.session.hide(credentials)
			fallthrough
		default:
			out.header.Add(name, value)
		}
	}
	for _, p := range r.Cookies {
		name, value, err := w.param(p)
		if err != nil {
			return err
		}
		out.cookies = append(out.cookies, name+"="+value)
	}
	if r.BasicAuth == nil {
		return nil
	}
	user, password, err := w.param(*r.BasicAuth)
	if err != nil {
		return err
	}
	credentials := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	w.session.hideNamed("password", password)
	w.session.hide(credentials)
	out.header.Set("Authorization", "Basic "+credentials)
	return nil
}

// hideCookies hides what a Cookie header sends under suspicious names.
func (w *scope) hideCookies(header string) {
	for part := range strings.SplitSeq(header, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		w.session.hideNamed(name, value)
	}
}

// build is the request as the transport takes it, with the cookies that the jar has for it.
func (out *outgoing) build(ctx context.Context, s *Session) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, out.method, out.url.String(), bytes.NewReader(out.body))
	if err != nil {
		return nil, fmt.Errorf("the request cannot be made: %w", err)
	}
	if len(out.body) == 0 {
		request.Body, request.GetBody = http.NoBody, nil
	}
	request.Header = out.header.Clone()
	request.Host = out.host
	cookies := []string{}
	for _, c := range s.jar.Cookies(out.site()) {
		value := c.Value
		if c.Quoted { // as it came: to the application, the quotes are part of it
			value = `"` + value + `"`
		}
		cookies = append(cookies, c.Name+"="+value)
	}
	if cookies = append(cookies, out.cookies...); len(cookies) > 0 {
		request.Header.Set("Cookie", strings.Join(cookies, "; "))
	}
	return request, nil
}

// site is the URL by which cookies are kept: as with curl, a Host header counts, for it is what the application knows
// itself by.
func (out *outgoing) site() *url.URL {
	if out.host == "" {
		return out.url
	}
	site := *out.url
	site.Host = out.host
	return &site
}
