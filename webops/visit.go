package webops

// visit.go: one visit to the application, as with a fresh browser: cookies,
// the page we come from, and what was captured. It goes to one address only.

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"tminus/tasks/safe"
)

const (
	limit     = 10 * time.Second // for one exchange, dialling included, real time
	maxBody   = 256 << 10        // bytes
	maxHeader = 16 << 10         // bytes
)

// visit is one browser's state. It is used by one goroutine.
type visit struct {
	target   target
	client   *http.Client
	referer  string
	captured map[string]string
	secrets  []string // values that must not be shown
}

// answer is what came back; latency is the time to the last byte.
type answer struct {
	status   int
	location string
	header   http.Header
	body     string // at most maxBody
	cut      bool   // the body was longer
	latency  time.Duration
}

var errElsewhere = errors.New("another address than the target was asked for")

// visit opens a visit; leave ends it.
func (c *Client) visit(t target) *visit {
	jar, _ := cookiejar.New(nil) // never fails without options
	v := &visit{
		target: t,
		client: &http.Client{
			Jar:           jar,
			Timeout:       limit,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{
				Proxy: nil, // whatever the environment says
				DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
					if addr != t.addr {
						return nil, errElsewhere
					}
					return c.dial(ctx, network, addr)
				},
				MaxResponseHeaderBytes: maxHeader,
				DisableCompression:     true, // the cap counts what is really sent
			},
		},
		captured: map[string]string{},
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open[v] = struct{}{}
	return v
}

// leave ends a visit and its connections.
func (c *Client) leave(v *visit) {
	c.mu.Lock()
	delete(c.open, v)
	c.mu.Unlock()
	v.client.CloseIdleConnections()
}

// send makes one request. An error is a *lost, a refusal to send, or ctx's.
func (v *visit) send(ctx context.Context, method, path string, form map[string]string) (answer, error) {
	target, err := v.resolve(path)
	if err != nil {
		return answer{}, err
	}
	values := url.Values{}
	for name, value := range form {
		value, err := v.expand(value)
		if err != nil {
			return answer{}, err
		}
		if secret(name) {
			v.secrets = append(v.secrets, value)
		}
		values.Set(name, value)
	}
	var body io.Reader
	if writes(method) {
		body = strings.NewReader(values.Encode())
	}
	r, err := http.NewRequestWithContext(ctx, method, target.String(), body)
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("User-Agent", "tminus")
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if v.referer != "" {
		r.Header.Set("Referer", v.referer) // Django checks it for forms
	}
	return v.exchange(r)
}

func (v *visit) exchange(r *http.Request) (answer, error) {
	start := time.Now()
	response, err := v.client.Do(r)
	if err != nil {
		return answer{latency: time.Since(start)}, v.trouble(r.Context(), err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	a := answer{
		status:   response.StatusCode,
		location: response.Header.Get("Location"),
		header:   response.Header,
		body:     string(body[:min(len(body), maxBody)]),
		cut:      len(body) > maxBody,
		latency:  time.Since(start),
	}
	if err != nil {
		return a, v.trouble(r.Context(), err)
	}
	if r.Method == http.MethodGet {
		v.referer = r.URL.String()
	}
	return a, nil
}

// trouble keeps a person's abort apart from what the network did. The error's
// URL is left out: the row says already what was asked for.
func (v *visit) trouble(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		if wrapped.Timeout() {
			err = context.DeadlineExceeded
		} else {
			err = wrapped.Err
		}
	}
	return explain(v.target, err)
}

// resolve makes a URL of the target from a path of the plan. A path cannot lead
// to another host.
func (v *visit) resolve(path string) (*url.URL, error) {
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") {
		return nil, fmt.Errorf("path %q is not one on the target; write it from its first slash on", excerpt(path))
	}
	base, err := url.Parse(v.target.url())
	if err != nil {
		return nil, fmt.Errorf("address %q: %w", excerpt(v.target.addr), errors.Unwrap(err))
	}
	u.Scheme, u.Host, u.Fragment = base.Scheme, base.Host, ""
	return u, nil
}

// expand replaces each {{name}} of a form's value by what was captured under the name.
func (v *visit) expand(text string) (string, error) {
	var missing string
	placeholder := regexp.MustCompile(`\{\{\s*([A-Za-z0-9_-]+)\s*\}\}`)
	out := placeholder.ReplaceAllStringFunc(text, func(match string) string {
		name := placeholder.FindStringSubmatch(match)[1]
		value, known := v.captured[name]
		if !known {
			missing = name
		}
		return value
	})
	if missing != "" {
		return "", fmt.Errorf("nothing was captured as %q before; the check that captures it must stand in the same stage and pass", missing)
	}
	return out, nil
}

// secret reports fields whose values are never shown.
func secret(field string) bool {
	field = strings.ToLower(field)
	return slices.ContainsFunc([]string{"pass", "token", "secret", "key"}, func(part string) bool {
		return strings.Contains(field, part)
	})
}

// shown is text of an answer made fit for a screen and a journal: captured
// values (CSRF tokens, session ids) and secrets masked, as they are and as a page
// or a URL writes them, cleaned, short.
func (v *visit) shown(text string) string {
	var masks []string
	for _, value := range slices.Concat(v.secrets, slices.Collect(maps.Values(v.captured))) {
		masks = append(masks, value, html.EscapeString(value), url.QueryEscape(value))
	}
	// A short one inside a long one must not leave the rest of it.
	slices.SortFunc(masks, func(x, y string) int { return len(y) - len(x) })
	for _, mask := range masks {
		if mask != "" {
			text = strings.ReplaceAll(text, mask, "•••")
		}
	}
	return excerpt(text)
}

// excerpt is foreign text on one line, white space folded, at most 200 bytes of it.
func excerpt(text string) string {
	const most = 200
	text = text[:min(len(text), 16<<10)]
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return safe.Line(text)
}
