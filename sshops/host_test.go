package sshops

// host_test.go: the ladder and the sensor against the pretend host, over the
// pretend wire, in synctest's time.

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/rehearsal/host"
	"tminus/rehearsal/pipe"
	"tminus/tasks"
	"tminus/tasks/reading"
)

// onHost runs body against a pretend host that has just booted.
func onHost(t *testing.T, o host.Options, body func(*testing.T, *Client, *host.Host, tasks.Call)) {
	t.Helper()
	user, userPEM := newKey(t)
	dir := runDir(t, userPEM)
	synctest.Test(t, func(t *testing.T) {
		o.InstanceID, o.InstanceType, o.PrivateIP, o.Seed = instance, "t2.micro", "172.31.5.17", 7
		o.BootedAt, o.Now, o.AuthorizedKey = time.Now(), time.Now, authorize(user.PublicKey())
		h := host.New(o)
		ctx, cancel := context.WithCancel(t.Context())
		var serving sync.WaitGroup
		defer serving.Wait()
		defer cancel()
		client := New(Options{Resolve: everything, RunDir: dir, Dial: func(context.Context, string, string) (net.Conn, error) {
			if !h.Listening(22) {
				return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
			}
			near, far := pipe.New(&net.TCPAddr{IP: net.IPv4(192, 0, 2, 9), Port: 40000}, &net.TCPAddr{Port: 22})
			serving.Go(func() { h.ServeSSH(ctx, far) })
			return near, nil
		}})
		defer client.Close()
		key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(h.HostKey()))
		if err != nil {
			t.Fatal(err)
		}
		waits := 0
		c := call("ec2-user", facts(key, user.PublicKey()), &waits)
		c.Wait = func(ctx context.Context, d time.Duration) error {
			time.Sleep(d) // synctest's time, and the host's
			return ctx.Err()
		}
		body(t, client, h, c)
	})
}

func TestLadderOnPretendHost(t *testing.T) {
	onHost(t, host.Options{}, func(t *testing.T, client *Client, _ *host.Host, c tasks.Call) {
		r := do(t, client.Test().Steps[0], c)
		if r.Verdict != tasks.Pass || !strings.Contains(r.Says, "after 3 tries") {
			t.Fatalf("%q %s", r.Verdict, r.Says)
		}
		for _, row := range r.Rows {
			if row.Verdict != tasks.Pass {
				t.Errorf("rung %s: %q %s", row.Name, row.Verdict, row.Says)
			}
		}
	})
}

func TestLadderWhenSSHIsDown(t *testing.T) {
	onHost(t, host.Options{SSHDown: true}, func(t *testing.T, client *Client, _ *host.Host, c tasks.Call) {
		start := time.Now()
		r := do(t, client.Test().Steps[0], c)
		if took := time.Since(start); r.Verdict != tasks.Fail || !strings.Contains(r.Says, "refused:") || took != retries*retryPause {
			t.Errorf("%q after %s: %s", r.Verdict, took, r.Says)
		}
	})
}

func TestHostReadingsOnPretendHost(t *testing.T) {
	onHost(t, host.Options{}, func(t *testing.T, client *Client, h *host.Host, c tasks.Call) {
		sensor := client.Sensors(c.Plan)[0]
		time.Sleep(host.WebAfter)
		var now reading.Readings
		for range 5 {
			update, err := sensor.Read(t.Context(), c.Facts, time.Time{})
			if err != nil || update == nil {
				t.Fatalf("no reading: %v", err)
			}
			update(&now)
			time.Sleep(sensor.Every)
		}
		g := now.Host
		for what, wrong := range map[string]bool{
			"cores":     len(g.Cores) != 1 || g.Cores[0] < 0 || g.Cores[0] > 1,
			"memory":    g.MemTotal < 900<<20 || g.MemUsed <= 0 || g.MemUsed > g.MemTotal,
			"disks":     len(g.Disks) == 0 || g.Disks[0].Mount != "/",
			"processes": len(g.Processes) != maxProcesses,
			"network":   g.NetIn <= 0 || g.NetOut <= 0,
			"uptime":    g.Uptime < host.WebAfter,
		} {
			if wrong {
				t.Errorf("%s in %+v", what, g)
			}
		}
		if !strings.Contains(strings.Join(processNames(g), " "), "nginx") {
			t.Errorf("no nginx among %v", processNames(g))
		}
		h.SetSSHDown(true) // what is open stays open
		if _, err := sensor.Read(t.Context(), c.Facts, time.Time{}); err != nil {
			t.Errorf("the kept connection was not kept: %v", err)
		}
	})
}

// TestFromHostOnPretendHost: the same view from inside, until the machine is gone.
func TestFromHostOnPretendHost(t *testing.T) {
	onHost(t, host.Options{}, func(t *testing.T, client *Client, h *host.Host, c tasks.Call) {
		c.Facts[tasks.FactPrivateIP] = "172.31.5.17"
		time.Sleep(host.SSHAfter)
		transport := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			return client.FromHost(ctx, c, network, addr)
		}}
		defer transport.CloseIdleConnections()
		web := &http.Client{Transport: transport}
		if _, err := web.Get("http://127.0.0.1/"); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("before the web server is up: %v", err)
		}
		time.Sleep(host.WebAfter)
		for _, at := range []string{"127.0.0.1", "172.31.5.17"} {
			resp, err := web.Get("http://" + at + "/healthz")
			if err != nil {
				t.Fatal(err)
			}
			if body, err := io.ReadAll(resp.Body); err != nil || !strings.Contains(string(body), instance) {
				t.Errorf("%s: %q %v", at, body, err)
			}
			resp.Body.Close()
		}
	})
}

func processNames(h reading.Host) []string {
	var names []string
	for _, p := range h.Processes {
		names = append(names, p.Command)
	}
	return names
}
