package hurl

// follow.go: a request and the redirects behind it. Every hop is asked for leave anew.

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// follow sends a request and follows where it leads. What was exchanged so far is returned with an error too.
func (r *Runner) follow(ctx context.Context, e *Entry, w *scope, o settings, out *outgoing) ([]*exchange, error) {
	var hops []*exchange
	for {
		request, err := out.build(ctx, w.session)
		if err != nil {
			return hops, err
		}
		if err := r.allowed(e, request, w.session, o); err != nil {
			return hops, err
		}
		x, err := r.send(ctx, request, o.insecure, o.limit)
		var refused *RefusedError
		if errors.As(err, &refused) { // by who dials
			return hops, &RefusedError{request.Method, short(w.session.mask(request.URL.String()), mostURL), refused.Err}
		}
		if x != nil {
			hops = append(hops, x)
		}
		if err != nil {
			return hops, err
		}
		w.keepCookies(out.site(), x.header)
		next := x.leads()
		if !o.location || next == nil {
			return hops, nil
		}
		w.hideQuery(next)
		if len(hops) > o.hops {
			return hops, &LostError{Kind: "redirects", Says: fmt.Sprintf("the answers redirect more than %d times, at last to %s; "+
				"look for pages that redirect to each other", o.hops, short(w.session.mask(next.String()), mostShown))}
		}
		if out.url.Scheme == "https" && next.Scheme == "http" {
			return hops, &RefusedError{request.Method, short(w.session.mask(next.String()), mostURL),
				errors.New("the answer redirects from https to http, where anybody can read what is sent; have the application name https, or look at the header Location without following it")}
		}
		out = out.redirected(x.status, next)
	}
}

// allowed asks whether a request may be sent.
func (r *Runner) allowed(e *Entry, request *http.Request, s *Session, o settings) error {
	refuse := func(err error) error {
		return &RefusedError{request.Method, short(s.mask(request.URL.String()), mostURL), err}
	}
	if o.insecure && r.Insecure == nil {
		return refuse(fmt.Errorf("insecure is not allowed here: certificates are checked; take the option out"))
	}
	if scheme := request.URL.Scheme; scheme != "http" && scheme != "https" {
		return refuse(fmt.Errorf("it is not http or https"))
	}
	if r.Guard == nil {
		return nil
	}
	if err := r.Guard(e, request); err != nil {
		return refuse(err)
	}
	return nil
}

// keepCookies puts cookies into the jar, and hides those whose name suggests a secret.
func (w *scope) keepCookies(site *url.URL, header http.Header) {
	cookies := (&http.Response{Header: header}).Cookies()
	for _, c := range cookies {
		if suspicious(c.Name) && len(c.Value) >= leastCaptured {
			w.session.hide(c.Value)
		}
	}
	w.session.jar.SetCookies(site, cookies)
}

// leads is where an answer redirects to; nil when it does not.
func (x *exchange) leads() *url.URL {
	location := x.header.Get("Location")
	if x.status < 300 || x.status > 399 || location == "" {
		return nil
	}
	next, err := x.url.Parse(location)
	if err != nil {
		return nil
	}
	next.Fragment, next.RawFragment = "", ""
	return next
}

// redirected is the request that follows a redirect, as Hurl makes it: GET after 301, 302 and 303, whatever it was, and
// the same method after others; with the body when the method stays. Another host gets neither the login nor the
// cookies written in the file.
func (out *outgoing) redirected(status int, to *url.URL) *outgoing {
	next := &outgoing{method: out.method, url: to, header: out.header.Clone(), body: out.body}
	if status >= 301 && status <= 303 && out.method != http.MethodGet {
		next.method, next.body = http.MethodGet, nil
		next.header.Del("Content-Type")
	}
	if to.Scheme == out.url.Scheme && to.Host == out.url.Host {
		next.host, next.cookies = out.host, out.cookies
	} else {
		next.header.Del("Authorization")
	}
	return next
}
