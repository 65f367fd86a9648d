package webops

// exchange.go: how one exchange is made: no proxy, nothing followed, nothing unpacked behind
// our back, everything bounded in bytes and real time.

import (
	"context"
	"crypto/tls"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"time"

	"tminus/tasks"
	"tminus/webops/hurl"
)

const (
	limit     = 10 * time.Second // for one exchange, dialling included, real time
	maxBody   = 256 << 10        // bytes
	maxHeader = 16 << 10         // bytes
)

// exchanges are the connections of one step.
type exchanges struct {
	c             *Client
	fence         *fence
	proven, blind *http.Transport // blind looks at no certificate
}

// exchanges opens what a step needs; leave ends it.
func (c *Client) exchanges(f *fence) *exchanges {
	x := &exchanges{c: c, fence: f, proven: c.transport(f, false), blind: c.transport(f, true)}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open[x.proven], c.open[x.blind] = struct{}{}, struct{}{}
	return x
}

func (c *Client) transport(f *fence, blind bool) *http.Transport {
	return &http.Transport{
		Proxy: nil, // whatever the environment says
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := f.connect(ctx, network, addr)
			var no *refused
			if errors.As(err, &no) {
				err = &hurl.RefusedError{Err: err}
			}
			return conn, err
		},
		TLSClientConfig: &tls.Config{
			RootCAs: c.o.Roots, MinVersion: tls.VersionTLS12,
			InsecureSkipVerify: blind, // #nosec G402 -- a test that says "insecure: true" asks for it
		},
		MaxResponseHeaderBytes: maxHeader,
		DisableCompression:     true, // the caps count what is really sent
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    32,
	}
}

func (x *exchanges) leave() {
	x.c.mu.Lock()
	delete(x.c.open, x.proven)
	delete(x.c.open, x.blind)
	x.c.mu.Unlock()
	x.proven.CloseIdleConnections()
	x.blind.CloseIdleConnections()
}

// runner makes requests over these connections. safe refuses what may write.
func (x *exchanges) runner(call tasks.Call, files fs.FS, slots chan struct{}, safe bool) *hurl.Runner {
	return &hurl.Runner{
		Transport: x.proven, Insecure: x.blind, Files: files, Slots: slots, Agent: "tminus", Limit: limit, MaxBody: maxBody,
		Now: time.Now, Wait: pause,
		Guard: func(e *hurl.Entry, r *http.Request) error {
			if safe && hurl.Writes(r.Method) && !e.Login {
				return &refused{r.Method + " may write, and this stage is read-only; move the check to a later stage of the plan"}
			}
			return x.fence.admits(r.URL)
		},
	}
}

// pause passes real time: what a test waits for is the application, which knows no other.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// gone is the error of an exchange that came to no answer, or nil.
func gone(err error) *hurl.LostError {
	var lost *hurl.LostError
	if errors.As(err, &lost) {
		return lost
	}
	return nil
}

// passing reports whether a machine still booting, or an address associated a
// moment ago, would explain that there was no answer.
func passing(lost *hurl.LostError) bool {
	return lost != nil && (lost.Kind == "refused" || lost.Kind == "unreachable")
}
