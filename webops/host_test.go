package webops

// host_test.go: the SCP plan's own smoke tests against the pretend host, over
// the pretend wire, in synctest's time.

import (
	"context"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"tminus/examples"
	"tminus/rehearsal/host"
	"tminus/rehearsal/host/site"
	"tminus/rehearsal/pipe"
	"tminus/tasks"
	"tminus/tasks/plan"
)

// scp is the example plan.
func scp(t *testing.T) *plan.Plan {
	t.Helper()
	p, err := plan.Load(examples.SCP())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// onHost runs body against a pretend host that has just booted.
func onHost(t *testing.T, o host.Options, body func(*testing.T, *Client, tasks.Call)) {
	t.Helper()
	p := scp(t)
	synctest.Test(t, func(t *testing.T) {
		o.InstanceID, o.InstanceType, o.PrivateIP = instance, "t2.micro", "172.31.5.17"
		o.BootedAt, o.Now, o.Seed = time.Now(), time.Now, 1
		h := host.New(o)
		ctx, cancel := context.WithCancel(t.Context())
		var serving sync.WaitGroup
		defer serving.Wait()
		defer cancel()
		client := tester(t, Options{Getenv: func(string) string { return site.Password }, Dial: func(_ context.Context, _, addr string) (net.Conn, error) {
			if addr != elastic+":80" || !h.Listening(80) {
				return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
			}
			near, far := pipe.New(&net.TCPAddr{Port: 40000}, &net.TCPAddr{Port: 80})
			serving.Go(func() { h.ServeWeb(ctx, far) })
			return near, nil
		}}, tasks.Call{Plan: p}, examples.Folder())
		c := call()
		c.Plan = p
		c.Wait = func(ctx context.Context, d time.Duration) error {
			time.Sleep(d) // synctest's time, and the host's
			return ctx.Err()
		}
		body(t, client, c)
	})
}

func TestSCPSmokeTests(t *testing.T) {
	onHost(t, host.Options{Build: "1.0.0"}, func(t *testing.T, client *Client, c tasks.Call) {
		through := client.Through(tasks.FactElasticIP) // waits until the host has booted
		if r := do(t, &through, c); r.Verdict != tasks.Pass {
			t.Fatalf("through the address: %q %s", r.Verdict, r.Says)
		}
		for _, step := range client.Smoke(&plan.Plan{}).Steps {
			r := do(t, &step, c)
			if r.Verdict != tasks.Pass || !strings.Contains(r.Says, "checks passed") {
				t.Errorf("%s: %q %s", step.ID, r.Verdict, r.Says)
			}
		}
	})
}

func TestSCPSmokeTestsOfABadBuild(t *testing.T) {
	onHost(t, host.Options{BadBuild: true}, func(t *testing.T, client *Client, c tasks.Call) {
		through := client.Through(tasks.FactElasticIP) // waits until the web server is up
		if r := do(t, &through, c); r.Verdict != tasks.Pass {
			t.Errorf("through the address, where it looks well: %q %s", r.Verdict, r.Says)
		}
		r := do(t, client.Smoke(&plan.Plan{}).Step(plan.StageReadOnly), c)
		if r.Verdict != tasks.Fail || !strings.Contains(r.Says, "contracts") || !strings.Contains(r.Says, "500 Internal Server Error") {
			t.Errorf("read-only: %q %s", r.Verdict, r.Says)
		}
	})
}

func TestThroughTheAddressToAnotherBuild(t *testing.T) {
	onHost(t, host.Options{Build: "0.9.9"}, func(t *testing.T, client *Client, c tasks.Call) {
		through := client.Through(tasks.FactElasticIP)
		if r := do(t, &through, c); r.Verdict != tasks.Fail || !strings.Contains(r.Says, "0.9.9") {
			t.Errorf("through the address: %q %s", r.Verdict, r.Says)
		}
	})
}
