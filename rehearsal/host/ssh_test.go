package host_test

// ssh_test.go: the SSH server, with the real client of x/crypto.

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/rehearsal/host"
)

// client logs in as user with the key of a word.
func (r *rig) client(user string, words ...string) (*ssh.Client, error) {
	var signers []ssh.Signer
	for _, w := range words {
		_, s := key(r.t, w)
		signers = append(signers, s)
	}
	_, hostKey := key(r.t, "host")
	config := &ssh.ClientConfig{User: user, Auth: []ssh.AuthMethod{ssh.PublicKeys(signers...)}, HostKeyCallback: ssh.FixedHostKey(hostKey.PublicKey())}
	conn, channels, requests, err := ssh.NewClientConn(r.dial(r.ServeSSH, 22), "13.228.4.17:22", config)
	if err != nil {
		return nil, err
	}
	c := ssh.NewClient(conn, channels, requests)
	r.t.Cleanup(func() { c.Close() })
	return c, nil
}

func (r *rig) mustClient() *ssh.Client {
	r.t.Helper()
	c, err := r.client("ec2-user", "client")
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *rig) session(c *ssh.Client) *ssh.Session {
	r.t.Helper()
	s, err := c.NewSession()
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

func TestWhoMayLogIn(t *testing.T) {
	for name, tc := range map[string]struct {
		user   string
		keys   []string
		change func(*host.Options)
		ok     bool
	}{
		"right":             {"ec2-user", []string{"client"}, nil, true},
		"right second key":  {"ec2-user", []string{"other", "client"}, nil, true},
		"wrong key":         {"ec2-user", []string{"other"}, nil, false},
		"wrong user":        {"root", []string{"client"}, nil, false},
		"nobody authorized": {"ec2-user", []string{"client"}, func(o *host.Options) { o.AuthorizedKey = "" }, false},
		"a broken line":     {"ec2-user", []string{"client"}, func(o *host.Options) { o.AuthorizedKey = "ssh-ed25519 AAAA broken" }, false},
		"too many tries":    {"ec2-user", []string{"1", "2", "3", "4", "5", "6", "client"}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, tc.change)
			c, err := r.client(tc.user, tc.keys...)
			if (err == nil) != tc.ok {
				t.Fatalf("error %v, want success %v", err, tc.ok)
			}
			if err == nil && string(c.ServerVersion()) != "SSH-2.0-OpenSSH_7.4" {
				t.Errorf("server version %q", c.ServerVersion())
			}
		})
	}
}

func TestExec(t *testing.T) {
	r := newRig(t, nil)
	c := r.mustClient()
	for _, tc := range []struct {
		command, out, errs string
		status             int
	}{
		{"echo hello; whoami", "hello\nec2-user\n", "", 0},
		{"cat /srv/scp/BUILD && false", "1.0.0\n", "", 1},
		{"nope", "", "bash: nope: command not found\n", 127},
		{"exit 42", "", "", 42},
		{"curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1/", "200", "", 0},
		{"curl -s http://localhost/healthz", "{\"build\":\"1.0.0\",\"instance\":\"i-0c1f000000000001\"}\n", "", 0},
		{"cat", "from stdin", "", 0},
		{"sh -s", "", "sh: line: command not found\n", 127},
	} {
		s := r.session(c)
		var out, errs bytes.Buffer
		s.Stdout, s.Stderr = &out, &errs
		switch tc.command {
		case "cat":
			s.Stdin = strings.NewReader("from stdin")
		case "sh -s":
			s.Stdin = strings.NewReader("line")
		}
		err := s.Run(tc.command)
		var exit *ssh.ExitError
		status := 0
		if errors.As(err, &exit) {
			status = exit.ExitStatus()
		} else if err != nil {
			t.Fatalf("%s: %v", tc.command, err)
		}
		if out.String() != tc.out || errs.String() != tc.errs || status != tc.status {
			t.Errorf("%s: out %q, err %q, status %d", tc.command, out.String(), errs.String(), status)
		}
	}
}

// TestSampling is how tminus reads a host: one shell, one loop, samples as they come,
// and nothing left when the connection is cut in the middle.
func TestSampling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		started := time.Now()
		r := newRig(t, func(o *host.Options) {
			o.Now = func() time.Time { return boot.Add(time.Hour + 60*time.Since(started)) }
		})
		c := r.mustClient()
		s := r.session(c)
		in, _ := s.StdinPipe()
		out, _ := s.StdoutPipe()
		if err := s.Shell(); err != nil {
			t.Fatal(err)
		}
		io.WriteString(in, "echo ready\n")
		lines := bufio.NewScanner(out)
		if lines.Scan(); lines.Text() != "ready" {
			t.Fatalf("first line %q", lines.Text())
		}
		io.WriteString(in, "while :; do\n  echo sample; cat /proc/stat /proc/meminfo /proc/uptime\n  sleep 2\ndone\n")
		last := 0.0
		for sample := range 5 {
			for lines.Scan() {
				var up, idle float64
				if n, _ := fmt.Sscanf(lines.Text(), "%f %f", &up, &idle); n == 2 && !strings.Contains(lines.Text(), ":") {
					if d := up - last; last != 0 && (d < 119 || d > 121) {
						t.Errorf("sample %d: %.2f s of pretend time between two samples, want 120", sample, d)
					}
					last = up
					break
				}
			}
		}
		if took := time.Since(started); took < 8*time.Second || took > 9*time.Second {
			t.Errorf("five samples took %v of real time, want 8 s", took)
		}
		c.Close()
		r.ends.Wait() // hangs, and synctest says so, if the loop outlives its connection
	})
}

// TestSessionClosed ends a command when its session is closed, though the connection lives.
func TestSessionClosed(t *testing.T) {
	r := newRig(t, nil)
	c := r.mustClient()
	for range 25 { // more than a connection may hold at once
		s := r.session(c)
		if err := s.Start("sleep 3600"); err != nil {
			t.Fatal(err)
		}
		s.Close()
		s.Wait()
	}
	if out, err := r.session(c).Output("echo alive"); err != nil || string(out) != "alive\n" {
		t.Errorf("afterwards: %q, %v", out, err)
	}
}

func TestSignal(t *testing.T) {
	r := newRig(t, nil)
	for _, command := range []string{"sleep 3600", "cat"} {
		s := r.session(r.mustClient())
		s.StdinPipe() // stays open: cat waits for it
		if err := s.Start(command); err != nil {
			t.Fatal(err)
		}
		s.Signal(ssh.SIGTERM)
		var exit *ssh.ExitError
		if err := s.Wait(); !errors.As(err, &exit) || exit.Signal() != "TERM" {
			t.Errorf("%s: %v", command, err)
		}
	}
}

// TestSignalWhileItPrints: a session that is ended by others is still writing. The race detector watches.
func TestSignalWhileItPrints(t *testing.T) {
	r := newRig(t, nil)
	s := r.session(r.mustClient())
	out, _ := s.StdoutPipe()
	if err := s.Start("while :; do echo x; done"); err != nil {
		t.Fatal(err)
	}
	io.ReadFull(out, make([]byte, 64))
	s.Signal(ssh.SIGTERM)
	if rest, err := io.ReadAll(out); err != nil {
		t.Errorf("%d bytes more, then %v", len(rest), err)
	}
	if exit := (*ssh.ExitError)(nil); !errors.As(s.Wait(), &exit) || exit.Signal() != "TERM" {
		t.Errorf("ended by %v, want TERM", exit)
	}
}

func TestRefusals(t *testing.T) {
	r := newRig(t, nil)
	c := r.mustClient()
	if _, err := c.Listen("tcp", "127.0.0.1:0"); err == nil {
		t.Error("tcpip-forward was granted")
	}
	if _, _, err := c.SendRequest("keepalive@openssh.com", true, nil); err != nil {
		t.Errorf("keepalive: %v", err)
	}
	s := r.session(c)
	if err := s.RequestSubsystem("sftp"); err == nil {
		t.Error("a subsystem was granted")
	}
	if err := s.Setenv("PATH", "/tmp"); err == nil {
		t.Error("PATH was accepted")
	}
	if err := s.Setenv("LC_ALL", "C"); err != nil {
		t.Errorf("LC_ALL: %v", err)
	}
	if out, err := s.Output("echo $LC_ALL"); string(out) != "C\n" || err != nil {
		t.Errorf("LC_ALL = %q, %v", out, err)
	}
	var open []*ssh.Session
	for range 10 {
		open = append(open, r.session(r.mustClient()))
	}
	one := r.mustClient()
	for range 10 {
		open = append(open, r.session(one))
	}
	if _, err := one.NewSession(); err == nil {
		t.Error("an eleventh session was granted")
	}
	for _, s := range open {
		s.Close()
	}
}

// TestStrangers: whoever does not log in is dropped after a while, and past ten at once.
func TestStrangers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		var silent []net.Conn
		for range 10 {
			silent = append(silent, r.dial(r.ServeSSH, 22))
		}
		synctest.Wait()
		if _, err := r.client("ec2-user", "client"); err == nil {
			t.Error("the eleventh stranger was let in")
		}
		started := time.Now()
		for _, c := range silent {
			io.Copy(io.Discard, c)
		}
		if took := time.Since(started); took != 2*time.Minute {
			t.Errorf("silent connections dropped after %v", took)
		}
		if _, err := r.client("ec2-user", "client"); err != nil {
			t.Errorf("after they left: %v", err)
		}
	})
}

func TestTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		s := r.session(r.mustClient())
		if err := s.RequestPty("xterm", 24, 80, ssh.TerminalModes{}); err != nil {
			t.Fatal(err)
		}
		in, _ := s.StdinPipe()
		var screen bytes.Buffer
		s.Stdout = &screen
		if err := s.Shell(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // a person types when the prompt is there; what comes before it is echoed before it
		for _, typed := range []string{"whx\x7foami\r", "sleep 3600\r", "\x03", "echo $?\r", "who\r", "echo )\r", "\x1b[A", "half\x15", "echo on\x03", "\x04"} {
			io.WriteString(in, typed)
			synctest.Wait()
		}
		if err := s.Wait(); err != nil && !strings.Contains(err.Error(), "status 2") {
			t.Error(err)
		}
		for _, want := range []string{
			"Amazon Linux AMI", "[ec2-user@ip-172-31-5-17 ~]$ whx\b \boami\r\nec2-user\r\n", "sleep 3600\r\n^C\r\n[ec2",
			"echo $?\r\n130\r\n", "ec2-user pts/0 ", "(10.0.0.1)", "near unexpected token `)'\r\n", "echo on^C\r\n",
		} {
			if !strings.Contains(screen.String(), want) {
				t.Errorf("no %q on the screen:\n%q", want, screen.String())
			}
		}
	})
}

// TestSecureLog: the guest knows who came and who tried.
func TestSecureLog(t *testing.T) {
	r := newRig(t, nil)
	r.client("root", "client")
	r.client("ec2-user", "other")
	out, err := r.session(r.mustClient()).Output("sudo -n cat /var/log/secure")
	for _, want := range []string{"Invalid user root from 10.0.0.1 port 50022", "Failed publickey for ec2-user from 10.0.0.1", "Accepted publickey for ec2-user from 10.0.0.1"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%v: no %q in\n%s", err, want, out)
		}
	}
}
