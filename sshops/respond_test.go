package sshops

// respond_test.go: what the tests of the responses share: a host with a home of its own
// and programs of its own first in its PATH, and the engine's order for an effect.

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/rehearsal/host"
	"tminus/tasks"
)

// inhabited is an OpenSSH host on which a user has a home and programs.
type inhabited struct {
	sshd
	home string
	bin  string
	runs string // the run folder
	old  ssh.Signer
	pem  []byte
}

// inhabit starts sshd so that its sessions have the home and, first in PATH, the programs.
// authorized says what stands in authorized_keys, given the user's own line.
func inhabit(t *testing.T, authorized func(line string) string, more ...string) inhabited {
	t.Helper()
	user, userPEM := newKey(t)
	_, hostPEM := newKey(t)
	h := inhabited{home: t.TempDir(), bin: t.TempDir(), runs: runDir(t, userPEM), old: user, pem: userPEM}
	if err := os.Mkdir(filepath.Join(h.home, ".ssh"), 0o700); err != nil {
		t.Fatal(err)
	}
	h.write(t, authorized(strings.TrimSpace(authorize(user.PublicKey()))))
	h.sshd = startSSHD(t, hostPEM, "", append([]string{
		"SetEnv HOME=" + h.home + " PATH=" + h.bin + ":/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
		"Match all", "AuthorizedKeysFile " + h.home + "/.ssh/authorized_keys"}, more...)...)
	return h
}

func (h inhabited) keys() string { return filepath.Join(h.home, ".ssh", "authorized_keys") }

func (h inhabited) write(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile(h.keys(), []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
}

func (h inhabited) read(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(h.keys())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// program puts a shell script first into the host's PATH.
func (h inhabited) program(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(h.bin, name), []byte("#!/bin/sh\n"+text), 0o755); err != nil {
		t.Fatal(err)
	}
}

func (h inhabited) client(t *testing.T) *Client {
	t.Helper()
	c := New(Options{Dial: to(h.addr), Resolve: everything, RunDir: h.runs, Config: "none"})
	t.Cleanup(func() { c.Close() })
	return c
}

func (h inhabited) flight(params map[string]string) *flight {
	return newFlight(h.user, facts(h.host, h.old.PublicKey()), params)
}

// flight flies an action the way the engine does, and remembers what to undo.
type flight struct {
	user    string
	facts   map[string]string
	params  map[string]string
	now     time.Time
	policy  string // rollback.instance
	calls   []tasks.Call
	steps   []tasks.Step
	results map[string]tasks.Result
	left    []string
}

func newFlight(user string, facts map[string]string, params map[string]string) *flight {
	return &flight{user: user, facts: facts, params: params, now: time.Date(2019, 2, 7, 13, 10, 0, 0, time.UTC), results: map[string]tasks.Result{}}
}

func (f *flight) call(step string) tasks.Call {
	p := planFor(f.user)
	p.Rollback.Instance = f.policy
	c := tasks.Call{Plan: p, Run: "SCP100X0219-1-3dd470", Attempt: 1, Step: step, Facts: maps.Clone(f.facts),
		Now: func() time.Time { return f.now }, Progress: func(string) {}}
	c.Task.ID, c.Task.Params = "R1", f.params
	c.Token = tasks.Token(c.Run, c.Task.ID, c.Attempt, step)
	c.Wait = func(ctx context.Context, d time.Duration) error { f.now = f.now.Add(d); return ctx.Err() }
	return c
}

func (f *flight) learn(r tasks.Result) {
	for _, name := range r.Drop {
		delete(f.facts, name)
	}
	maps.Copy(f.facts, r.Facts)
}

// fly flies the steps that are named, or all.
func (f *flight) fly(ctx context.Context, a tasks.Action, only ...string) error {
	for _, s := range a.Steps {
		if len(only) > 0 && !strings.Contains(" "+strings.Join(only, " ")+" ", " "+s.ID+" ") {
			continue
		}
		if err := f.step(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s.ID, err)
		}
	}
	return nil
}

func (f *flight) step(ctx context.Context, s tasks.Step) (err error) {
	for _, need := range s.Needs {
		if f.facts[need] == "" {
			return fmt.Errorf("needs %s", need)
		}
	}
	c := f.call(s.ID)
	if s.Look != nil {
		if c.Pre, err = s.Look(ctx, c); err != nil {
			return err
		}
	}
	r, err := s.Do(ctx, c)
	for tries := 0; errors.Is(err, tasks.ErrUnknown) && tries < 3; tries++ {
		found := false
		if r, found, err = s.Find(ctx, c); err == nil && !found {
			r, err = s.Do(ctx, c)
		}
	}
	f.results[s.ID] = r
	if err != nil {
		return err
	}
	f.learn(r)
	if !s.Effect {
		return nil
	}
	f.effect(s, c, r)
	if s.Check == nil {
		return nil
	}
	c.Facts = maps.Clone(f.facts)
	r, err = s.Check(ctx, c)
	f.results[s.ID+"/check"] = r
	if err == nil && r.Verdict != tasks.Pass {
		err = errors.New(r.Says)
	}
	return err
}

// effect remembers what the engine would take back: an effect that made something.
func (f *flight) effect(s tasks.Step, c tasks.Call, r tasks.Result) {
	if c.Made = r.Made; len(r.Made) > 0 {
		f.steps, f.calls = append(f.steps, s), append(f.calls, c)
	}
}

// undo takes everything back, newest first, each after it was proven.
func (f *flight) undo(ctx context.Context) error {
	for n := len(f.steps) - 1; n >= 0; n-- {
		s, c := f.steps[n], f.calls[n]
		at := maps.Clone(f.facts) // as the engine rebuilds them
		maps.Copy(at, c.Facts)
		maps.Copy(at, f.results[s.ID].Facts)
		c.Facts = at
		if _, there, err := s.Undo.Prove(ctx, c); err != nil || !there {
			return fmt.Errorf("prove %s: there %v, %w", s.ID, there, err)
		}
		r, err := s.Undo.Do(ctx, c)
		if err != nil {
			return fmt.Errorf("undo %s: %w", s.ID, err)
		}
		f.learn(r)
		if r.Left != "" {
			f.left = append(f.left, r.Left)
			continue
		}
		if gone, err := s.Undo.Gone(ctx, c); err != nil || !gone {
			return fmt.Errorf("undo %s: gone %v, %w", s.ID, gone, err)
		}
	}
	return nil
}

// lossy is a wire that can be cut under a connection.
type lossy struct {
	net.Conn
	gone atomic.Bool
}

// Read loses what still comes after the cut.
func (l *lossy) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	if l.gone.Load() {
		return 0, net.ErrClosed
	}
	return n, err
}

func (l *lossy) cut() {
	l.gone.Store(true)
	l.Close()
}

// The pretend host plays all three, so that a rehearsal can.
func TestResponsesOnPretendHost(t *testing.T) {
	onHost(t, host.Options{}, func(t *testing.T, client *Client, h *host.Host, c tasks.Call) {
		time.Sleep(host.WebAfter)
		f := newFlight("ec2-user", c.Facts, map[string]string{"service": "nginx", "between": "13:00-13:30", "port": "80"})
		for _, a := range []tasks.Action{client.Loudest(nil), client.Restart(nil), client.Rotate(nil)} {
			if err := f.fly(t.Context(), a); err != nil {
				t.Fatalf("%s: %v", a.Kind, err)
			}
		}
		if f.facts[tasks.FactKeyName] != rotated || len(f.results["restart/check"].Rows) != 3 {
			t.Errorf("facts %v, restart %v", f.facts, f.results["restart/check"])
		}
		if err := f.undo(t.Context()); err != nil || f.facts[tasks.FactKeyName] != "scp" {
			t.Errorf("the way back: %v", err)
		}
	})
}
