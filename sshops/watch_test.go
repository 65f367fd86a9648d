package sshops

// watch_test.go: the kept connection in synctest's time, over the pretend wire:
// how often it logs in, when it moves, how it ends.

import (
	"bufio"
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/rehearsal/pipe"
	"tminus/tasks"
	"tminus/tasks/reading"
)

// world is a network of one host. down refuses connections.
type world struct {
	answer func(net.Conn)
	dials  atomic.Int32
	last   atomic.Value // address dialled last
	down   atomic.Bool
}

func (w *world) dial(_ context.Context, _, addr string) (net.Conn, error) {
	w.dials.Add(1)
	w.last.Store(addr)
	if w.down.Load() {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	client, server := pipe.New(&net.TCPAddr{Port: 1}, &net.TCPAddr{Port: 22})
	go func() {
		defer server.Close()
		w.answer(server)
	}()
	return client, nil
}

// shellServer answers each line that a program is sent with what reply writes;
// reply returning false ends it.
func shellServer(reply func(line string, out io.Writer) bool) func(ssh.Channel, *ssh.Request) {
	return func(c ssh.Channel, r *ssh.Request) {
		_ = r.Reply(r.Type == "exec", nil)
		go func() {
			defer c.Close()
			lines := bufio.NewScanner(c)
			for lines.Scan() && reply(lines.Text(), c) {
			}
		}()
	}
}

// scripted plays the sampler against canned output, section by section.
func scripted(canned map[string]string) func(string, io.Writer) bool {
	return func(line string, out io.Writer) bool {
		if line == "fi" { // the last of the script
			io.WriteString(out, "Last login: Thu Feb  7\n"+ready+"\n")
		}
		mark, flags, request := strings.Cut(line, " ")
		if !request || !strings.HasPrefix(mark, "--tminus-") {
			return true
		}
		for name, text := range canned {
			if strings.HasSuffix(flags, "0") && name == secTop || strings.HasPrefix(flags, "0") && name == secDisks {
				continue
			}
			io.WriteString(out, mark+"-"+name+"\n"+text)
		}
		io.WriteString(out, mark+"-"+secEnd+"\n")
		return true
	}
}

// canned is what a small healthy host answers, by section.
func canned() map[string]string {
	return map[string]string{
		secCPU:    "cpu  10 0 10 980 0 0 0 0 0 0\ncpu0 10 0 10 980 0 0 0 0 0 0\nintr 1 2 3\n",
		secMemory: "MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 400 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n",
		secLoad:   "0.21 0.18 0.11 1/80 1234\n",
		secNet:    "Inter-| Receive | Transmit\n face |bytes\n    lo: 9 0 0 0 0 0 0 0 9 0 0 0 0 0 0 0\n  eth0: 1000 0 0 0 0 0 0 0 500 0 0 0 0 0 0 0\n",
		secUptime: "100.00 90.00\n",
		secDisks:  "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/xvda1 10000 4000 6000 40% /\ntmpfs 5 0 5 0% /run\n",
		secUsers:  "ec2-user pts/0 2019-02-07 17:00 (203.0.113.9)\n",
		secTop:    "all 80 2.01 1\n7 nginx 1.1 2.0 800 nginx\n",
	}
}

// bubble runs a test with a client, a world and facts inside synctest.
func bubble(t *testing.T, reply func(string, io.Writer) bool, body func(*testing.T, *world, *Client, map[string]string)) {
	t.Helper()
	host, _ := newKey(t)
	user, userPEM := newKey(t)
	dir := runDir(t, userPEM)
	synctest.Test(t, func(t *testing.T) {
		w := &world{answer: sshServer(user.PublicKey(), shellServer(reply), host)}
		client := New(Options{Dial: w.dial, Resolve: everything, RunDir: dir})
		body(t, w, client, facts(host.PublicKey(), user.PublicKey()))
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestOneLoginForManySamples(t *testing.T) {
	bubble(t, scripted(canned()), func(t *testing.T, w *world, c *Client, f map[string]string) {
		read := c.Sensors(planFor("ec2-user"))[0].Read
		for range 20 {
			if _, err := read(t.Context(), f, time.Time{}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(every) // synctest's time
		}
		if n := w.dials.Load(); n != 1 {
			t.Errorf("%d logins for 20 samples", n)
		}
	})
}

func TestNothingToReadYet(t *testing.T) {
	bubble(t, scripted(canned()), func(t *testing.T, w *world, c *Client, f map[string]string) {
		read := c.Sensors(planFor("ec2-user"))[0].Read
		for _, missing := range []string{tasks.FactInstance, tasks.FactHostKey, tasks.FactKeyName} {
			less := map[string]string{}
			for k, v := range f {
				if k != missing {
					less[k] = v
				}
			}
			noHost(t, read, less, "without "+missing)
		}
		allocated := maps.Clone(f) // but not associated, and the automatic address is gone: a stopped instance
		delete(allocated, tasks.FactPublicIP)
		noHost(t, read, allocated, "without a way to the host")
		if n := w.dials.Load(); n != 0 {
			t.Errorf("%d connections to a host that cannot be verified", n)
		}
	})
}

// noHost: there is nothing to read, so nothing is shown, and that is no error.
func noHost(t *testing.T, read func(context.Context, map[string]string, time.Time) (reading.Update, error), facts map[string]string, when string) {
	t.Helper()
	update, err := read(t.Context(), facts, time.Time{})
	if update == nil || err != nil {
		t.Errorf("%s: update %v, error %v", when, update != nil, err)
		return
	}
	now := reading.Readings{Host: reading.Host{Stamp: reading.Stamp{At: time.Now(), Every: every}, Address: "203.0.113.7"}}
	if update(&now); now.Host.Taken() || now.Host.Address != "" {
		t.Errorf("%s: the host of before is still shown", when)
	}
}

// After a rollback the host is gone: its last sample goes from the screen, its connection is closed.
func TestRolledBackIsQuiet(t *testing.T) {
	bubble(t, scripted(canned()), func(t *testing.T, w *world, c *Client, f map[string]string) {
		read := c.Sensors(planFor("ec2-user"))[0].Read
		if _, err := read(t.Context(), f, time.Time{}); err != nil {
			t.Fatal(err)
		}
		w.down.Store(true)
		for range 30 { // a minute
			noHost(t, read, map[string]string{}, "rolled back")
			time.Sleep(every)
		}
		if n := w.dials.Load(); n != 1 {
			t.Errorf("%d connections, 1 expected", n)
		}
	})
}

func TestLoginsAreCapped(t *testing.T) {
	bubble(t, scripted(canned()), func(t *testing.T, w *world, c *Client, f map[string]string) {
		read := c.Sensors(planFor("ec2-user"))[0].Read
		w.down.Store(true)
		for range 30 { // a minute
			if _, err := read(t.Context(), f, time.Time{}); err == nil || !strings.HasPrefix(err.Error(), "refused:") {
				t.Fatalf("error %v", err)
			}
			time.Sleep(every)
		}
		if n := w.dials.Load(); n != 6 {
			t.Errorf("%d logins in a minute, 6 expected", n)
		}
		w.down.Store(false)
		time.Sleep(maxPause)
		if _, err := read(t.Context(), f, time.Time{}); err != nil {
			t.Errorf("after the host is back: %v", err)
		}
	})
}

func TestReadingFollowsTheAddress(t *testing.T) {
	bubble(t, scripted(canned()), func(t *testing.T, w *world, c *Client, f map[string]string) {
		read := c.Sensors(planFor("ec2-user"))[0].Read
		for _, step := range []struct{ association, addr string }{
			{"", "203.0.113.7:22"}, // allocated only: leads nowhere yet
			{"eipassoc-1", "198.51.100.4:22"},
		} {
			f[tasks.FactAssociation] = step.association
			update, err := read(t.Context(), f, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			var now reading.Readings
			update(&now)
			if w.last.Load() != step.addr || now.Host.Address+":22" != step.addr {
				t.Errorf("read %s over %v, %s expected", now.Host.Address, w.last.Load(), step.addr)
			}
		}
	})
}

// Whatever a host does instead of answering, the sensor says so in bounded
// time and memory, and leaves no goroutine.
func TestHostsThatDoNotAnswer(t *testing.T) {
	cases := []struct {
		name, says string
		reply      func(string, io.Writer) bool
	}{
		{"silence", "no answer within 10s", func(string, io.Writer) bool { return true }},
		{"the end", "the shell ended", func(string, io.Writer) bool { return false }},
		{"a flood", "longer than 256 KiB", func(_ string, out io.Writer) bool {
			junk := strings.Repeat("x", 1<<15) + "\n"
			for range 20 {
				if _, err := io.WriteString(out, junk); err != nil {
					return false
				}
			}
			return true
		}},
		{"nonsense", "/proc/stat", scripted(map[string]string{secCPU: "cpu0 a b c d\n"})},
		{"no login", "This account is not available", func(line string, out io.Writer) bool {
			io.WriteString(out, "This account is not available.\n")
			return false
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, c.reply, func(t *testing.T, _ *world, client *Client, f map[string]string) {
				start := time.Now()
				_, err := client.Sensors(planFor("ec2-user"))[0].Read(t.Context(), f, time.Time{})
				if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "203.0.113.7") {
					t.Errorf("error %v", err)
				}
				if took := time.Since(start); took > limit {
					t.Errorf("gave up after %s", took)
				}
			})
		})
	}
}

func TestCloseEndsARead(t *testing.T) {
	bubble(t, func(string, io.Writer) bool { return true }, func(t *testing.T, _ *world, c *Client, f map[string]string) {
		read := c.Sensors(planFor("ec2-user"))[0].Read
		ended := make(chan error)
		go func() {
			_, err := read(t.Context(), f, time.Time{})
			ended <- err
		}()
		synctest.Wait()
		start := time.Now()
		c.Close()
		if err := <-ended; !errors.Is(err, context.Canceled) || time.Since(start) > 0 {
			t.Errorf("read ended with %v after %s", err, time.Since(start))
		}
		if _, err := read(t.Context(), f, time.Time{}); !errors.Is(err, errClosed) {
			t.Errorf("a read after Close: %v", err)
		}
	})
}
