package sshops

// fromhost_test.go: what net/http asks of a connection, of one from the host: against
// OpenSSH's own server, and over the pretend wire where time must pass.

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tminus/tasks"
)

// insider is a client whose host is an sshd on loopback, and a call for it.
type insider struct {
	*Client
	call tasks.Call
}

func newInsider(t *testing.T, authorized func(line string) string, more ...string) insider {
	t.Helper()
	user, userPEM := newKey(t)
	_, hostPEM := newKey(t)
	host := startSSHD(t, hostPEM, authorized(authorize(user.PublicKey())), more...)
	c := New(Options{Dial: to(host.addr), Resolve: everything, RunDir: runDir(t, userPEM), Config: "none"})
	t.Cleanup(func() { c.Close() })
	waits := 0
	return insider{c, call(host.user, facts(host.host, user.PublicKey()), &waits)}
}

func plainly(line string) string { return line }

// web is an HTTP client whose every connection is one from the host.
func (i insider) web(t *testing.T) *http.Client {
	transport := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		return i.FromHost(ctx, i.call, network, addr)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// inUse is how many connections from the host are not over.
func (i insider) inUse(t *testing.T) int {
	t.Helper()
	l, f := i.kept(t.Context(), i.call.Plan, i.call.Facts)
	if f != nil {
		t.Fatal(f)
	}
	return len(l.ways)
}

func (i insider) awaitNoneInUse(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); i.inUse(t) > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d connections from the host are still there", i.inUse(t))
		}
	}
}

func TestFromHostOnOpenSSH(t *testing.T) {
	i := newInsider(t, plainly)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %d", r.Host, r.URL.Path, len(body))
	}))
	t.Cleanup(server.Close)
	url := server.URL
	client, each := i.web(t), strings.Repeat("x", 100<<10)
	var all sync.WaitGroup
	var good atomic.Int32
	for worker := range 4 {
		all.Go(func() {
			for n := range 50 {
				path := fmt.Sprintf("/%d/%d", worker, n)
				resp, err := client.Post(url+path, "text/plain", strings.NewReader(each))
				if err != nil {
					t.Error(err)
					return
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if want := fmt.Sprintf("%s %s %d", strings.TrimPrefix(url, "http://"), path, len(each)); string(body) != want || err != nil {
					t.Errorf("%q %v, want %q", body, err, want)
					return
				}
				good.Add(1)
			}
		})
	}
	all.Wait()
	if good.Load() != 200 || i.inUse(t) > 4 {
		t.Errorf("%d of 200 requests, %d connections", good.Load(), i.inUse(t))
	}
	client.CloseIdleConnections()
	i.awaitNoneInUse(t)
}

// TestFromHostPatience: a deadline that passes ends a wait, and can be moved; so does Close.
func TestFromHostPatience(t *testing.T) {
	i := newInsider(t, plainly)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() // the kernel takes sshd's connections, and nobody says a word
	conn, err := i.FromHost(t.Context(), i.call, "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if conn.RemoteAddr().String() != listener.Addr().String() {
		t.Errorf("connected to %s", conn.RemoteAddr())
	}
	start := time.Now()
	conn.SetReadDeadline(start.Add(50 * time.Millisecond))
	if n, err := conn.Read(make([]byte, 1)); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) < 50*time.Millisecond {
		t.Errorf("a Read of %s: %d, %v", time.Since(start), n, err)
	}
	conn.SetReadDeadline(time.Time{})
	conn.SetWriteDeadline(time.Now().Add(200 * time.Millisecond))
	sent := 0 // until sshd's window and the sockets are full
	for err = nil; err == nil; {
		var n int
		n, err = conn.Write(make([]byte, 1<<20))
		sent += n
	}
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() || sent == 0 {
		t.Errorf("%d bytes, then %v", sent, err)
	}
	conn.SetDeadline(time.Time{})
	reading := make(chan error, 1)
	go func() { _, err := conn.Read(make([]byte, 1)); reading <- err }()
	conn.Close() // while a Read waits, and bytes do that nobody takes
	if err := <-reading; err == nil {
		t.Error("a Read after Close")
	}
	if out, f := i.run(t); f != nil || out != "alive\n" {
		t.Errorf("the connection below: %q %v", out, f)
	}
	listener.Close() // sshd holds on to a channel until it is rid of what came over it
	i.awaitNoneInUse(t)
}

// run shows that the shared connection is as good as before.
func (i insider) run(t *testing.T) (string, *failure) {
	l, f := i.kept(t.Context(), i.call.Plan, i.call.Facts)
	if f != nil {
		return "", f
	}
	return l.run(t.Context(), target{}, "echo alive")
}

func TestFromHostRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		authorized func(string) string
		config     []string
		is         error
		words      []string
	}{
		"nothing listens": {plainly, nil, syscall.ECONNREFUSED, []string{"refused: nothing listens on 127.0.0.1:", "of the host", "web server"}},
		"no forwarding":   {plainly, []string{"AllowTcpForwarding no"}, fs.ErrPermission, []string{"forwarding: sshd connects nobody", "AllowTcpForwarding yes", "operator's side"}},
		"another port":    {plainly, []string{"PermitOpen 127.0.0.1:1"}, fs.ErrPermission, []string{"forwarding:", "PermitOpen"}},
		"a key for less":  {func(line string) string { return "restrict " + line }, nil, fs.ErrPermission, []string{"forwarding:", "restrict"}},
	} {
		t.Run(name, func(t *testing.T) {
			i := newInsider(t, tt.authorized, tt.config...)
			_, err := i.web(t).Get("http://127.0.0.1:" + freePort(t))
			if !errors.Is(err, tt.is) {
				t.Fatalf("%v is no %v", err, tt.is)
			}
			for _, words := range tt.words {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("%q lacks %q", err, words)
				}
			}
			if i.inUse(t) != 0 {
				t.Errorf("%d connections", i.inUse(t))
			}
		})
	}
}

// TestFromHostElsewhere: what the host alone could reach is refused before anything is dialled.
func TestFromHostElsewhere(t *testing.T) {
	dials := 0
	c := New(Options{RunDir: t.TempDir(), Config: "none", Dial: func(context.Context, string, string) (net.Conn, error) { dials++; return nil, syscall.ECONNREFUSED }})
	defer c.Close()
	waits := 0
	in := call("ec2-user", map[string]string{tasks.FactInstance: instance, tasks.FactPublicIP: "203.0.113.7", tasks.FactPrivateIP: "172.31.5.17"}, &waits)
	for _, to := range []string{"169.254.169.254:80", "[fd00:ec2::254]:80", "172.31.5.18:80", "10.0.0.2:80", "203.0.113.7:80", "localhost:80", "metadata:80", "0.0.0.0:80", "127.0.0.1", ""} {
		if conn, err := c.FromHost(t.Context(), in, "tcp", to); err == nil || conn != nil || !strings.Contains(err.Error(), "not asked from the host") {
			t.Errorf("%s: %v", to, err)
		}
	}
	if _, err := c.FromHost(t.Context(), in, "udp", "127.0.0.1:53"); err == nil || dials != 0 {
		t.Errorf("udp: %v, %d dials", err, dials)
	}
	for _, to := range []string{"127.0.0.1:80", "172.31.5.17:80", "[::1]:80"} {
		if _, err := c.FromHost(t.Context(), in, "tcp", to); err == nil || strings.Contains(err.Error(), "not asked") {
			t.Errorf("%s: %v", to, err)
		}
	}
	delete(in.Facts, tasks.FactPrivateIP)
	if _, err := inside(in.Facts, "tcp", ":80"); err == nil {
		t.Error("an empty address is the private one of a host that has none")
	}
}

// TestFromHostDropped: an answer whose end is that of the connection is whole only when it was
// the host that ended it.
func TestFromHostDropped(t *testing.T) {
	for name, tt := range map[string]struct {
		cut  func(insider, *wire)
		want error
	}{
		"the web server closes": {func(insider, *wire) {}, nil},
		"the wire is cut":       {func(_ insider, w *wire) { w.cut() }, io.ErrUnexpectedEOF},
		"the machine slept":     {func(i insider, _ *wire) { i.Wake() }, io.ErrUnexpectedEOF},
		"the run is over":       {func(i insider, _ *wire) { i.Close() }, io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			i := newInsider(t, plainly)
			w := overWire(i.Client)
			cut := make(chan struct{})
			server := serve(t, func(conn net.Conn) {
				_, _ = http.ReadRequest(bufio.NewReader(conn))
				io.WriteString(conn, "HTTP/1.0 200 OK\r\n\r\nbuild 1.0.0")
				<-cut
			})
			resp, err := i.web(t).Get("http://" + server)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			tt.cut(i, w)
			if tt.want == nil {
				close(cut)
			} else {
				defer close(cut)
			}
			if body, err := io.ReadAll(resp.Body); string(body) != "build 1.0.0" || err != tt.want {
				t.Errorf("%q, %v, want %v", body, err, tt.want)
			}
		})
	}
}

// cut breaks every connection there is.
func (n *wire) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.all {
		c.Conn.Close()
	}
}

// TestFromHostWaits: one more than we open at once waits for its turn, and no longer than its
// caller; who leaves leaves nothing behind.
func TestFromHostWaits(t *testing.T) {
	i := newInsider(t, plainly)
	server := serve(t, func(conn net.Conn) { io.Copy(io.Discard, conn) })
	var open []net.Conn
	for range maxWays {
		conn, err := i.FromHost(t.Context(), i.call, "tcp", server)
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, conn)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := i.FromHost(ctx, i.call, "tcp", server); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "timed out: no connection to "+server) {
		t.Errorf("one too many: %v", err)
	}
	leaving, leave := context.WithCancel(t.Context())
	leave()
	if _, err := i.FromHost(leaving, i.call, "tcp", server); err != context.Canceled {
		t.Errorf("after leaving: %v", err)
	}
	time.AfterFunc(20*time.Millisecond, func() { open[0].Close() })
	last, err := i.FromHost(t.Context(), i.call, "tcp", server)
	if err != nil {
		t.Fatal(err)
	}
	for _, conn := range append(open, last) {
		conn.Close()
	}
	i.awaitNoneInUse(t)
}
