package rehearsal

// server.go: the account's API on a listener, and what an AWS client needs to find it.

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// The only credentials the account accepts. They are no secret and open nothing elsewhere.
const (
	accessKey = "PRETENDREHEARSALKEY0"
	secretKey = "rehearsal/rehearsal/rehearsal/rehearsal0"
)

// Credentials are those of the account's one user.
func (w *World) Credentials() (id, secret string) { return accessKey, secretKey }

// Environ is the environment that points any AWS client at an endpoint of the world, as KEY=value.
func (w *World) Environ(url string) []string {
	return []string{
		"AWS_ENDPOINT_URL=" + url,
		"AWS_ACCESS_KEY_ID=" + accessKey,
		"AWS_SECRET_ACCESS_KEY=" + secretKey,
		"AWS_REGION=" + Region,
		"AWS_DEFAULT_REGION=" + Region, // what the aws command line of version 1 reads
		"AWS_EC2_METADATA_DISABLED=true",
	}
}

// ServeAWS answers AWS clients on l until the world is closed, then returns nil. It closes l.
func (w *World) ServeAWS(l net.Listener) error {
	srv := &http.Server{
		Handler:           w.account.Handler(),
		ReadHeaderTimeout: 10 * time.Second, // real time: it bounds a peer, not the world
		ReadTimeout:       30 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // the screen belongs to the cockpit
		ConnState: func(_ net.Conn, s http.ConnState) {
			switch s {
			case http.StateNew:
				w.running.Add(1)
			case http.StateClosed:
				w.running.Done()
			}
		},
	}
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return errors.Join(errors.New("serve pretend AWS: the world is closed"), l.Close())
	}
	w.servers = append(w.servers, srv)
	w.running.Add(1)
	w.mu.Unlock()
	defer w.running.Done()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve pretend AWS: %w", err)
	}
	return nil
}

// Listen opens a loopback address for ServeAWS: a program learns that it cannot be had before it makes a world.
func Listen(address string) (net.Listener, error) {
	if err := onLoopback(address); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for pretend AWS: %w", err)
	}
	return l, nil
}

// onLoopback refuses addresses that others could reach: everybody knows the credentials.
func onLoopback(address string) error {
	name, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("listen for pretend AWS on %q: %w", address, err)
	}
	if ip, err := netip.ParseAddr(name); name == "localhost" || err == nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("listen for pretend AWS on %q: only loopback addresses such as 127.0.0.1:4566 are allowed", address)
}
