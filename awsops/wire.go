package awsops

// wire.go: the last hop before the network. It knows what the SDK does not tell:
// whether a request left this machine, and which request id its answer carried.

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

const maxAnswer = 8 << 20 // bytes; the largest real one, a page of 1,000 instances, is about 3 MiB

// note is what the wire saw of one call, its newest attempt.
type note struct {
	sent      bool // the request may have reached the other side
	status    int  // of the answer; 0 = none came
	requestID string
}

type noteKey struct{}

func withNote(ctx context.Context) (context.Context, *note) {
	n := new(note)
	return context.WithValue(ctx, noteKey{}, n), n
}

// wire is an http.RoundTripper that fills the note of the call it carries.
type wire struct{ next http.RoundTripper }

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	n, _ := r.Context().Value(noteKey{}).(*note)
	if n == nil {
		return nil, errors.New("internal error: an AWS call that went past ask and tell")
	}
	n.status, n.requestID = 0, ""
	countCall(r.Context())
	resp, err := w.next.RoundTrip(readOnly(r))
	if err != nil {
		var op *net.OpError
		if !errors.As(err, &op) || op.Op != "dial" { // what was never connected was never sent
			n.sent = true
		}
		return nil, err
	}
	n.sent, n.status = true, resp.StatusCode
	for _, name := range []string{"X-Amzn-Requestid", "X-Amz-Request-Id"} {
		if id := resp.Header.Get(name); id != "" {
			n.requestID = id
			break
		}
	}
	resp.Body = &bounded{ReadCloser: resp.Body, left: maxAnswer}
	return resp, nil
}

// readOnly hides that the SDK's body can also write itself. smithy-go closes that body as soon as the
// answer's head is there, and its WriteTo then returns io.EOF as an error: net/http, still looking whether
// the body ends where it should, takes that for a failed write and closes the connection below the answer
// ("use of closed network connection"). Read ends with the same io.EOF, which is no error there.
func readOnly(r *http.Request) *http.Request {
	if r.Body == nil || r.Body == http.NoBody {
		return r
	}
	r = r.WithContext(r.Context()) // a RoundTripper leaves the request it was given alone
	r.Body = struct{ io.ReadCloser }{r.Body}
	return r
}

// CloseIdleConnections makes http.Client.CloseIdleConnections work through the wire.
func (w wire) CloseIdleConnections() {
	if c, ok := w.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// wired is the HTTP client of an account: bounded in time, deaf to redirects (a
// signed request is for one host only) and, towards a given endpoint, to proxies.
func wired(opt Options) *http.Client {
	var next http.RoundTripper
	if opt.HTTP != nil {
		next = opt.HTTP.Transport
	}
	if next == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		if opt.Endpoint != "" && !opt.Proxied {
			t.Proxy = nil
		}
		if opt.Roots != nil {
			t.TLSClientConfig = &tls.Config{RootCAs: opt.Roots, MinVersion: tls.VersionTLS12}
		}
		t.IdleConnTimeout = 30 * time.Second
		next = t
	}
	return &http.Client{Transport: wire{next}, Timeout: attemptTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// bounded is a body that ends in an error, not silently, when it is too long.
type bounded struct {
	io.ReadCloser
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("the answer is longer than %d MiB", maxAnswer>>20)
	}
	if len(p) > b.left {
		p = p[:b.left]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= n
	return n, err
}
