package awsops_test

// flight_test.go: a plan, a hand-driven clock and the engine's order for an
// effect, small enough to read. The world behind it is real HTTP.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"tminus/awsops"
	"tminus/rehearsal/cloud"
	"tminus/tasks"
	"tminus/tasks/plan"
)

const (
	pretendAccount = "610000000042"
	pretendRegion  = "ap-southeast-1"
)

// clock is run time that moves only when somebody waits.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2019, 2, 7, 8, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Wait(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return nil
}

func scp() *plan.Plan {
	return &plan.Plan{
		Release: "SCP Build 1.0.0", Change: "SCP100X0219",
		Environment: plan.Environment{Account: pretendAccount, Alias: "scp", Region: pretendRegion,
			Instance: plan.Instance{Type: "t2.micro", AMI: "ami-04681a1dbd79675a5", VPC: "vpc-9fcee6f8", SSHPort: 22,
				Volume: plan.Volume{SizeGB: 10, Type: "gp2", BaseIOPS: 100},
				Ports: []plan.Port{{Port: 22, From: "0.0.0.0/0", Why: "SSH for the team"}, {Port: 80, From: "0.0.0.0/0", Why: "the application’s clients"},
					{Port: 443, From: "0.0.0.0/0"}}}},
		Rollback: plan.Rollback{Instance: "terminate", Address: "release", Group: "delete", Key: "delete"},
	}
}

// world is a pretend AWS account behind a real socket.
type world struct {
	*cloud.Account
	url string
}

func pretend(t *testing.T, c *clock, change func(*cloud.Options)) world {
	t.Helper()
	opt := cloud.Options{Now: c.Now, Seed: 7, AccountID: pretendAccount, Region: pretendRegion, Alias: "scp",
		VPC: cloud.VPC{ID: "vpc-9fcee6f8", CIDR: "172.31.0.0/16", Default: true, Subnets: []cloud.Subnet{
			{ID: "subnet-0b000000000000001", CIDR: "172.31.16.0/20", Zone: pretendRegion + "b"},
			{ID: "subnet-0a000000000000001", CIDR: "172.31.0.0/20", Zone: pretendRegion + "a"}}},
		Images: []cloud.Image{
			{ID: "ami-04681a1dbd79675a5", Name: "scp-1.0.0", Owner: "610000000007", Arch: "x86_64", Virtualization: "hvm", RootDevice: "/dev/sda1", RootGiB: 8, Shared: true},
			{ID: "ami-0a000000000000002", Name: "scp-arm", Owner: "610000000007", Arch: "arm64", Virtualization: "hvm", RootDevice: "/dev/xvda", RootGiB: 8, BootMode: "uefi", ENA: true, Shared: true},
		}}
	if change != nil {
		change(&opt)
	}
	account, err := cloud.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(account.Handler())
	t.Cleanup(server.Close)
	return world{account, server.URL}
}

type key struct{ id, secret string }

func (k key) Retrieve(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: k.id, SecretAccessKey: k.secret, Source: "test"}, nil
}

// reach is an account of the adapter that talks to a server, through wires if given.
func reach(t *testing.T, server string, through func(http.RoundTripper) http.RoundTripper, change func(*awsops.Options)) *awsops.Account {
	t.Helper()
	opt := awsops.Options{Endpoint: server, Credentials: key{"AKIAPRETEND", "pretend"}, Region: pretendRegion, RunDir: t.TempDir()}
	if through != nil {
		direct := http.DefaultTransport.(*http.Transport).Clone()
		t.Cleanup(direct.CloseIdleConnections)
		opt.HTTP = &http.Client{Transport: through(direct)}
	}
	if change != nil {
		change(&opt)
	}
	a := awsops.New(opt)
	t.Cleanup(a.Close)
	return a
}

// flight flies actions the way the engine does and remembers what to undo.
type flight struct {
	clock   *clock
	plan    *plan.Plan
	run     string
	attempt int
	facts   map[string]string
	skip    map[string]bool // steps by id that this world cannot play
	done    []effect
	left    []string                // what undoing found to stay for good
	results map[string]tasks.Result // by task/step
	told    []string                // what the screen was told of waits
}

type effect struct {
	step tasks.Step
	call tasks.Call
}

func newFlight(c *clock, p *plan.Plan) *flight {
	return &flight{clock: c, plan: p, run: "SCP100X0219-1", attempt: 1, facts: map[string]string{}, results: map[string]tasks.Result{}}
}

func (f *flight) call(task string, s tasks.Step) tasks.Call {
	of := plan.Task{ID: task}
	if t := f.plan.Task(task); t != nil {
		of = *t
	}
	return tasks.Call{Plan: f.plan, Run: f.run, Task: of, Attempt: f.attempt, Step: s.ID,
		Token: fmt.Sprintf("%s-%s-%s-%d", f.run, task, s.ID, f.attempt), Facts: maps.Clone(f.facts),
		Now: f.clock.Now, Wait: f.clock.Wait, Progress: func(s string) { f.told = append(f.told, s) }}
}

func (f *flight) fly(ctx context.Context, task string, a tasks.Action) error {
	for _, s := range a.Steps {
		if f.skip[s.ID] {
			continue
		}
		if err := f.step(ctx, task, s); err != nil {
			return fmt.Errorf("%s %s: %w", task, s.ID, err)
		}
	}
	return nil
}

func (f *flight) step(ctx context.Context, task string, s tasks.Step) error {
	for _, need := range s.Needs {
		if f.facts[need] == "" {
			return fmt.Errorf("needs %s", need)
		}
	}
	c := f.call(task, s)
	if s.Look != nil {
		pre, err := s.Look(ctx, c)
		if err != nil {
			return err
		}
		c.Pre = pre
	}
	began := f.clock.Now()
	r, err := s.Do(ctx, c)
	c.At = began
	for tries := 0; errors.Is(err, tasks.ErrUnknown) && tries < 3; tries++ {
		found := false
		if r, found, err = s.Find(ctx, c); err == nil && !found {
			r, err = s.Do(ctx, c)
		}
	}
	f.results[task+"/"+s.ID] = r
	if err != nil {
		return err
	}
	f.learn(r)
	if s.Effect {
		c.Made = r.Made
		f.done = append(f.done, effect{s, c})
	}
	if s.Check != nil {
		c.Facts = maps.Clone(f.facts)
		if r, err = s.Check(ctx, c); err == nil {
			f.learn(r)
		}
		f.results[task+"/"+s.ID+"/check"] = r
	}
	return err
}

func (f *flight) learn(r tasks.Result) {
	for _, name := range r.Drop {
		delete(f.facts, name)
	}
	maps.Copy(f.facts, r.Facts)
}

// undo takes everything back, newest first. A lost answer is settled by Gone and then by trying again.
func (f *flight) undo(ctx context.Context) error {
	for n := len(f.done) - 1; n >= 0; n-- {
		e := f.done[n]
		if e.step.Undo == nil || e.step.Undo.Describe(e.call).Keep != "" {
			continue
		}
		r, err := e.step.Undo.Do(ctx, e.call)
		for tries := 0; errors.Is(err, tasks.ErrUnknown) && tries < 3; tries++ {
			gone := false
			if gone, err = e.step.Undo.Gone(ctx, e.call); err == nil && !gone {
				r, err = e.step.Undo.Do(ctx, e.call)
			}
		}
		if err != nil {
			return fmt.Errorf("undo %s: %w", e.step.ID, err)
		}
		if r.Left != "" {
			f.left = append(f.left, r.Left)
			continue
		}
		gone, err := e.step.Undo.Gone(ctx, e.call)
		if err != nil || !gone {
			return fmt.Errorf("undo %s: gone %v, %w", e.step.ID, gone, err)
		}
		f.learn(r)
	}
	f.done = nil
	return nil
}

// day flies the whole story.
func (f *flight) day(ctx context.Context, a *awsops.Account) error {
	if err := f.fly(ctx, "T4", a.Launch(scp())); err != nil {
		return err
	}
	if err := f.fly(ctx, "T5", a.Credentials()); err != nil {
		return err
	}
	return f.fly(ctx, "T7", a.Assign(f.plan))
}

// wires is a RoundTripper made of a function that sees the operation's name.
type wires struct {
	next http.RoundTripper
	do   func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error)
}

func (w wires) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body.Close()
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body))
	op := form.Get("Action")
	if i := strings.LastIndex(r.URL.Path, "/operation/"); i >= 0 {
		op = r.URL.Path[i+len("/operation/"):]
	}
	return w.do(op, r, w.next)
}

func (w wires) CloseIdleConnections() {
	w.next.(interface{ CloseIdleConnections() }).CloseIdleConnections()
}

// emptyConsole answers GetConsoleOutput as EC2 does before it has anything.
func emptyConsole(resp *http.Response) *http.Response {
	return emptied(resp, `<GetConsoleOutputResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><output></output></GetConsoleOutputResponse>`)
}

// emptied is an answer with another body.
func emptied(resp *http.Response, body string) *http.Response {
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader([]byte(body))), int64(len(body))
	return resp
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
