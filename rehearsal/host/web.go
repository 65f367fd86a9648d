package host

// web.go: the web server: one connection to port 80.

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"tminus/rehearsal/host/site"
)

// ServeWeb answers one connection to port 80 and returns when it is over. It
// closes c.
func (h *Host) ServeWeb(ctx context.Context, c net.Conn) {
	if !h.Listening(80) {
		c.Close()
		return
	}
	h.web(ctx, counted{c, h.guest})
}

// web is ServeWeb for a connection from wherever. Its timeouts are nginx's, in real time.
func (h *Host) web(ctx context.Context, c net.Conn) {
	defer c.Close()
	l := &single{conn: c, over: make(chan struct{})}
	srv := &http.Server{
		Handler:           h.site,
		ReadHeaderTimeout: 60 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       65 * time.Second,
		MaxHeaderBytes:    site.MaxHeader,
		ErrorLog:          log.New(io.Discard, "", 0), // a client's mistakes are no news
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateClosed || state == http.StateHijacked {
				l.Close()
			}
		},
	}
	defer context.AfterFunc(ctx, func() { srv.Close() })()
	srv.Serve(l)
}

// single is a listener with one connection to give. After it, Accept waits
// until that connection is over.
type single struct {
	conn   net.Conn
	given  bool // Accept is called by Serve alone
	over   chan struct{}
	ending sync.Once
}

func (l *single) Accept() (net.Conn, error) {
	if !l.given {
		l.given = true
		return l.conn, nil
	}
	<-l.over
	return nil, net.ErrClosed
}

func (l *single) Close() error {
	l.ending.Do(func() { close(l.over) })
	return nil
}

func (l *single) Addr() net.Addr { return l.conn.LocalAddr() }
