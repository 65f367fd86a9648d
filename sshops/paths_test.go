package sshops

// paths_test.go: three ways to the application, over a real sshd, and what they say
// together.

import (
	"context"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tminus/rehearsal/host"
	"tminus/tasks"
)

func TestBlame(t *testing.T) {
	both := func(addr string, o outcome) route { return route{addr: addr, ssh: o, app: o} }
	at := func(ssh, app outcome) route { return route{addr: "203.0.113.7", ssh: ssh, app: app} }
	for name, tt := range map[string]struct {
		w       routes
		verdict tasks.Verdict
		who     string
	}{
		"all well":                         {routes{local: pathOpen, private: pathOpen, address: at(pathOpen, pathOpen)}, tasks.Pass, ""},
		"all well, no program to look":     {routes{address: at(pathOpen, pathOpen)}, tasks.Pass, ""},
		"no Elastic IP yet":                {routes{local: pathOpen, own: at(pathOpen, pathOpen)}, tasks.Pass, ""},
		"application is down":              {routes{local: pathRefused, address: at(pathOpen, pathRefused)}, tasks.Fail, "application"},
		"application hangs":                {routes{local: pathSilent, address: at(pathOpen, pathOpen)}, tasks.Fail, "application"},
		"listens on loopback only":         {routes{local: pathOpen, private: pathRefused, address: at(pathOpen, pathRefused)}, tasks.Fail, "application"},
		"group drops the port":             {routes{local: pathOpen, address: at(pathOpen, pathSilent)}, tasks.Fail, "security group"},
		"firewall of the host":             {routes{local: pathOpen, private: pathOpen, address: at(pathOpen, pathRefused)}, tasks.Fail, "security group"},
		"address leads nowhere":            {routes{local: pathOpen, own: at(pathOpen, pathOpen), address: both("198.51.100.4", pathSilent)}, tasks.Fail, "address"},
		"address leads elsewhere":          {routes{own: at(pathOpen, pathOpen), local: pathOpen, address: both("198.51.100.4", pathElsewhere)}, tasks.Fail, "address"},
		"and its application answers":      {routes{address: route{addr: "198.51.100.4", ssh: pathElsewhere, app: pathOpen}}, tasks.Fail, "address"},
		"our network is down":              {routes{reference: pathUnreachable, address: both("198.51.100.4", pathUnreachable)}, tasks.Inconclusive, "you"},
		"nothing comes back, AWS does":     {routes{reference: pathOpen, address: both("198.51.100.4", pathSilent)}, tasks.Inconclusive, "security group"},
		"nothing comes back, no reference": {routes{address: both("198.51.100.4", pathSilent)}, tasks.Inconclusive, "security group or you"},
		"no login, port refused":           {routes{address: at(pathFailing, pathRefused)}, tasks.Inconclusive, "application"},
		"no login, port open":              {routes{address: at(pathUnverified, pathOpen)}, tasks.Inconclusive, ""},
	} {
		tt.w.port = 80
		b := tt.w.blame()
		if b.verdict != tt.verdict || b.who != tt.who || b.says == "" || (b.next == "") != (b.verdict == tasks.Pass) {
			t.Errorf("%s: %+v", name, b)
		}
		if r := tt.w.result(); r.Verdict != tt.verdict || !strings.Contains(r.Says, b.says) || len(r.Rows) < 3 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// The command that the host runs is right with each program it may have, in a real shell.
func TestInsideCommand(t *testing.T) {
	http := serve(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 1))
		_, _ = c.Write([]byte("HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
	})
	port := func(addr string) int {
		_, p, _ := net.SplitHostPort(addr)
		n, _ := strconv.Atoi(p)
		return n
	}
	closed, _ := strconv.Atoi(freePort(t))
	for program, needs := range map[string][]string{"curl": {"curl"}, "bash": {"bash", "timeout"}, "wget": {"wget", "timeout"}, "busybox": {"wget", "timeout"}, "none": nil} {
		t.Run(program, func(t *testing.T) {
			dir := t.TempDir() // the only programs of this host
			for _, name := range needs {
				real, err := exec.LookPath(map[bool]string{true: "busybox", false: name}[program == "busybox"])
				if err != nil {
					t.Skipf("NOT TESTED with %s: it is not on this machine", program)
				}
				if err := os.Symlink(real, filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
			}
			for at, want := range map[int]outcome{port(http): pathOpen, closed: pathRefused} {
				if program == "none" {
					want = pathUntried
				}
				cmd := exec.Command("/bin/sh", "-c", insideCommand("127.0.0.1", at))
				cmd.Env = []string{"PATH=" + dir}
				out, err := cmd.Output()
				if got, how := insideAnswer(string(out)); err != nil || got != want || how == "" {
					t.Errorf("%q by %q, expected %q: %v\n%s", got, how, want, err, out)
				}
			}
		})
	}
}

func FuzzInsideAnswer(f *testing.F) {
	for _, seed := range []string{"path curl 0\n", "motd\r\npath bash 124\r\n", "path wget 1", "wget: server returned error: HTTP/1.1 404\npath wget 1", "path \x1b[2J 0", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, out string) {
		got, how := insideAnswer(out)
		if how == "" || strings.ContainsAny(how, "\x1b\n") || got != pathUntried && !strings.Contains(out, "path "+how+" ") {
			t.Errorf("%q by %q from %q", got, how, out)
		}
	})
}

// roads is a network in which each address leads somewhere, or fails.
type roads map[string]any // host:port → address dialled, or error

func (r roads) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	switch to := r[addr].(type) {
	case string:
		return (&net.Dialer{}).DialContext(ctx, network, to)
	case error:
		return nil, &net.OpError{Op: "dial", Net: network, Err: to}
	}
	return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ENETUNREACH}
}

func TestPathsOnOpenSSH(t *testing.T) {
	user, userPEM := newKey(t)
	_, hostPEM := newKey(t)
	_, otherPEM := newKey(t)
	host := startSSHD(t, hostPEM, authorize(user.PublicKey()))
	other := startSSHD(t, otherPEM, authorize(user.PublicKey()))
	up := serve(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 1))
		_, _ = c.Write([]byte("HTTP/1.0 200 OK\r\n\r\n"))
	})
	_, app, _ := net.SplitHostPort(up)
	down := freePort(t)
	const own, eip, aws = "203.0.113.7", "198.51.100.4", "ec2.us-east-1.amazonaws.com:443"
	for _, tt := range []struct {
		name    string
		port    string
		roads   roads
		alone   bool // the instance has no address besides the Elastic IP
		verdict tasks.Verdict
		says    string
	}{
		{name: "all lead there", port: app, roads: roads{own + ":22": host.addr, own + ":": up, eip + ":22": host.addr, eip + ":": up}, verdict: tasks.Pass, says: "every way"},
		{name: "Elastic IP alone", port: app, alone: true, roads: roads{eip + ":22": host.addr, eip + ":": up}, verdict: tasks.Pass, says: "every way"},
		{name: "application", port: down, alone: true, roads: roads{eip + ":22": host.addr, eip + ":": syscall.ECONNREFUSED}, verdict: tasks.Fail, says: "application: on the host itself port " + down + " is refused"},
		{name: "group", port: app, alone: true, roads: roads{eip + ":22": host.addr, eip + ":": syscall.ETIMEDOUT}, verdict: tasks.Fail, says: "security group: the host answers itself"},
		{name: "address leads nowhere", port: app, roads: roads{own + ":22": host.addr, own + ":": up, eip + ":22": syscall.ETIMEDOUT, eip + ":": syscall.ETIMEDOUT}, verdict: tasks.Fail, says: "address: "},
		{name: "address leads elsewhere", port: app, roads: roads{own + ":22": host.addr, own + ":": up, eip + ":22": other.addr, eip + ":": up}, verdict: tasks.Fail, says: "address: another machine"},
		{name: "you", port: app, alone: true, roads: roads{}, verdict: tasks.Inconclusive, says: "you: "},
		{name: "group, as AWS answers", port: app, alone: true, roads: roads{eip + ":22": syscall.ETIMEDOUT, eip + ":": syscall.ETIMEDOUT, aws: up}, verdict: tasks.Inconclusive, says: "security group: AWS answers"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			net := roads{}
			for addr, to := range tt.roads {
				if strings.HasSuffix(addr, ":") {
					addr += tt.port
				}
				net[addr] = to
			}
			client := New(Options{Dial: net.dial, Resolve: everything, RunDir: runDir(t, userPEM), Config: "none", Reference: aws})
			defer client.Close()
			f := maps.Clone(facts(host.host, user.PublicKey()))
			if tt.alone {
				f[tasks.FactPublicIP] = eip
			}
			waits := 0
			c := call(host.user, f, &waits)
			c.Plan.Environment.Application.Port, _ = strconv.Atoi(tt.port)
			r := do(t, client.Paths().Steps[0], c)
			if r.Verdict != tt.verdict || !strings.HasPrefix(r.Says, tt.says) {
				t.Errorf("%q: %s\n%+v", r.Verdict, r.Says, r.Rows)
			}
			if got := row(t, r, "instance address"); (got.Verdict == tasks.NotTested) != tt.alone {
				t.Errorf("%q: %s", got.Verdict, got.Says)
			}
			noSecrets(t, r, userPEM)
		})
	}
}

// The pretend host of a rehearsal answers the same command.
func TestPathsOnPretendHost(t *testing.T) {
	onHost(t, host.Options{}, func(t *testing.T, client *Client, h *host.Host, c tasks.Call) {
		time.Sleep(host.WebAfter)
		f := maps.Clone(c.Facts)
		f[tasks.FactPublicIP], f[tasks.FactPrivateIP] = f[tasks.FactElasticIP], "172.31.5.17"
		c.Facts, c.Plan.Environment.Application.Port = f, 80
		if r := do(t, client.Paths().Steps[0], c); r.Verdict != tasks.Pass || !strings.Contains(row(t, r, "on the host").Says, "port 80 of 127.0.0.1 is open (curl), of the private address open") {
			t.Errorf("%q: %s\n%+v", r.Verdict, r.Says, r.Rows)
		}
		c.Plan.Environment.Application.Port = 81
		if r := do(t, client.Paths().Steps[0], c); r.Verdict != tasks.Fail || !strings.HasPrefix(r.Says, "application: on the host itself port 81 is refused") {
			t.Errorf("%q: %s\n%+v", r.Verdict, r.Says, r.Rows)
		}
	})
}
