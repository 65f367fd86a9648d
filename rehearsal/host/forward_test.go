package host_test

// forward_test.go: the web application as a client of the host's sshd reaches it.

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/rehearsal/host"
)

// through is an HTTP client whose connections c forwards.
func through(t *testing.T, c *ssh.Client) *http.Client {
	transport := &http.Transport{DialContext: func(_ context.Context, network, addr string) (net.Conn, error) { return c.Dial(network, addr) }}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func TestForward(t *testing.T) {
	r := newRig(t, nil)
	c := r.mustClient()
	web := through(t, c)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 25 {
				resp, err := web.Get("http://127.0.0.1/healthz")
				if err != nil {
					t.Error(err)
					return
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil || !strings.Contains(string(body), `"instance":"i-0c1f000000000001"`) {
					t.Errorf("%q %v", body, err)
				}
			}
		})
	}
	all.Wait()
	for _, addr := range []string{"localhost:80", "172.31.5.17:80", "[::1]:80"} {
		conn, err := c.Dial("tcp", addr)
		if err != nil {
			t.Errorf("%s: %v", addr, err)
			continue
		}
		conn.Close()
	}
	out, err := r.session(c).Output("sudo -n tail -n 1 /var/log/nginx/access.log")
	if !strings.HasPrefix(string(out), "127.0.0.1 ") {
		t.Errorf("the web server's log: %q %v", out, err)
	}
}

func TestForwardRefused(t *testing.T) {
	var up atomic.Bool // first sshd is, and the web server is not
	r := newRig(t, func(o *host.Options) {
		o.Now = func() time.Time {
			if up.Load() {
				return boot.Add(host.WebAfter)
			}
			return boot.Add(host.SSHAfter)
		}
	})
	c := r.mustClient()
	refused := func(addr string, reason ssh.RejectionReason, message string) {
		t.Helper()
		conn, err := c.Dial("tcp", addr)
		if err == nil {
			conn.Close()
		}
		var open *ssh.OpenChannelError
		if !errors.As(err, &open) || open.Reason != reason || open.Message != message {
			t.Errorf("%s: %v", addr, err)
		}
	}
	refused("127.0.0.1:80", ssh.ConnectionFailed, "Connection refused")
	up.Store(true)
	for _, addr := range []string{"127.0.0.1:22", "127.0.0.1:8000", "172.31.5.17:443"} {
		refused(addr, ssh.ConnectionFailed, "Connection refused")
	}
	for _, addr := range []string{"169.254.169.254:80", "172.31.5.18:80", "13.228.4.17:80", "example.com:80", "0.0.0.0:80"} {
		refused(addr, ssh.Prohibited, "open failed")
	}
	var reason *ssh.OpenChannelError
	if _, _, err := c.OpenChannel("direct-tcpip", []byte("short")); !errors.As(err, &reason) || reason.Reason != ssh.ConnectionFailed {
		t.Errorf("half a request: %v", err)
	}
	if _, err := c.Dial("unix", "/run/gunicorn.sock"); !errors.As(err, &reason) || reason.Reason != ssh.Prohibited {
		t.Errorf("a socket: %v", err)
	}
	for range 64 {
		if _, err := c.Dial("tcp", "127.0.0.1:80"); err != nil {
			t.Fatal(err)
		}
	}
	refused("127.0.0.1:80", ssh.ResourceShortage, "open failed")
	r.SetSSHDown(true) // what is open stays open
	if _, err := c.Dial("tcp", "172.31.5.17:80"); !errors.As(err, &reason) || reason.Reason != ssh.ResourceShortage {
		t.Errorf("one too many: %v", err)
	}
}

// TestForwardEnds with its client and with its host, and a place that is free is given again.
func TestForwardEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		c := r.mustClient()
		for range 200 {
			conn, err := c.Dial("tcp", "127.0.0.1:80")
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(conn, "GET /static/")
			conn.Close()
			synctest.Wait()
		}
		conn, err := c.Dial("tcp", "127.0.0.1:80")
		if err != nil {
			t.Fatal(err)
		}
		started := time.Now()
		if n, err := conn.Read(make([]byte, 1)); n != 0 || err != io.EOF || time.Since(started) != 60*time.Second {
			t.Errorf("nginx waited %v for a request: %v", time.Since(started), err)
		}
		last, err := c.Dial("tcp", "127.0.0.1:80")
		if err != nil {
			t.Fatal(err)
		}
		r.stop()
		if _, err := last.Read(make([]byte, 1)); err == nil {
			t.Error("the host is gone, and its web server answers")
		}
		r.ends.Wait()
	})
}

// TestForwardByOpenSSH: ssh -W and ssh -L, as a person would.
func TestForwardByOpenSSH(t *testing.T) {
	path, err := exec.LookPath("ssh")
	if err != nil {
		t.Skip("NOT TESTED with OpenSSH's client: no ssh on this machine")
	}
	r := newRig(t, nil)
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { door.Close() })
	r.ends.Go(func() {
		for {
			conn, err := door.Accept()
			if err != nil {
				return
			}
			r.ends.Go(func() { r.ServeSSH(r.ctx, conn) })
		}
	})
	private, _ := key(t, "client")
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	file, known := filepath.Join(t.TempDir(), "key"), filepath.Join(t.TempDir(), "known_hosts")
	for path, text := range map[string]string{file: string(pem.EncodeToMemory(block)), known: "pretend " + r.HostKey() + "\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, port, _ := net.SplitHostPort(door.Addr().String())
	run := func(more ...string) *exec.Cmd {
		words := append([]string{"-F", "none", "-i", file, "-p", port, "-l", "ec2-user", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
			"-o", "HostKeyAlias=pretend", "-o", "UserKnownHostsFile=" + known, "-o", "ExitOnForwardFailure=yes"}, more...)
		return exec.CommandContext(t.Context(), path, append(words, "127.0.0.1")...)
	}
	ask := run("-W", "127.0.0.1:80")
	ask.Stdin = strings.NewReader("GET /healthz HTTP/1.0\r\n\r\n") // and then nothing more is sent
	if out, err := ask.CombinedOutput(); err != nil || !strings.Contains(string(out), `{"build":"1.0.0","instance":"i-0c1f000000000001"}`) {
		t.Errorf("ssh -W: %v\n%s", err, out)
	}
	if out, err := run("-W", "127.0.0.1:8000").CombinedOutput(); err == nil || !strings.Contains(string(out), "Connection refused") {
		t.Errorf("ssh -W to another port: %v\n%s", err, out)
	}
	here := free(t)
	tunnel := run("-N", "-L", here+":172.31.5.17:80")
	if err := tunnel.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { tunnel.Process.Kill(); tunnel.Wait() }()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		resp, err := http.Get(fmt.Sprintf("http://%s/healthz", here))
		if err == nil {
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != http.StatusOK || !strings.Contains(string(body), "i-0c1f000000000001") {
				t.Errorf("ssh -L: %s %q", resp.Status, body)
			}
			http.DefaultClient.CloseIdleConnections()
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("ssh -L: %v", err)
		}
	}
}

// free is an address on loopback where nobody listens.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
