// Command tminus is the cockpit for a deployment day.
//
// Only wiring lives here: which adapters serve a run, which world they reach,
// who is handed what. The story of a run is told in package tasks, that of the
// screen in package ui.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"tminus/awsops"
	"tminus/examples"
	"tminus/rehearsal"
	"tminus/sshops"
	"tminus/tasks"
	"tminus/tasks/clock"
	"tminus/tasks/engine"
	"tminus/tasks/plan"
	"tminus/tasks/run"
	"tminus/ui"
	"tminus/ui/cli"
	"tminus/ui/watch"
	"tminus/webops"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	// Leaving may wait for a call already sent. Whoever asks a second time leaves at once: that is a crash, and safe.
	context.AfterFunc(ctx, func() { signal.Reset(os.Interrupt, syscall.SIGTERM) })
	os.Exit(execute(ctx, os.Args[1:], cli.Stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}

// execute is the whole program, for main and for the tests that run it in-process.
func execute(ctx context.Context, args []string, stdio cli.Stdio) int {
	return cli.Execute(ctx, cli.Program{
		Rehearse:  rehearse,
		Source:    source,
		Resume:    resume,
		Amendment: amendment,
		Watch: func(ctx context.Context, dir string, theme ui.Theme) error {
			return watch.Run(ctx, dir, theme, stdio.In, stdio.Out)
		},
		Faults: rehearsal.FaultNames(),
	}, args, stdio)
}

// rehearse opens a new run of a plan, its times moved so that the first unfinished
// task starts at the next full minute, or to the day that was asked for, and flies it.
func rehearse(ctx context.Context, f cli.Flight, pilot cli.Pilot) error {
	name, src, p, err := load(f.Plan)
	if err != nil {
		return err
	}
	now := time.Now()
	first := p.FirstUnfinished()
	if first == nil {
		return cli.Code(cli.Precondition, fmt.Errorf("every task of %s is completed: there is nothing to rehearse", name))
	}
	opened := tasks.RunOpened{Change: p.Change, Plan: p.Hash, Mode: tasks.RehearsalRun, Build: build(), Rebase: f.Rebase}
	from := now
	if opened.Shift = now.Add(time.Minute - time.Nanosecond).Truncate(time.Minute).Sub(first.Start.Time); f.Rebase != "" {
		moved, err := p.RebaseTo(f.Rebase)
		if err != nil {
			return cli.Code(cli.Usage, fmt.Errorf("--rebase: %w", err))
		}
		opened.Shift, from = 0, moved.FirstUnfinished().Start.Add(-time.Minute)
	}
	door, err := listen(f)
	if err != nil {
		return err
	}
	dir, err := run.Create(f.Root, p.Change, src, func(id string) tasks.Event {
		opened.Run = id
		opened.Actions, opened.States = promised(p, id)
		return tasks.Event{Wall: now, Run: from, By: tasks.ActorEngine, Body: opened}
	})
	if err != nil {
		return errors.Join(err, door.Close())
	}
	f.Run = dir
	return fly(ctx, f, door, pilot)
}

// source reads a plan's file; "" is the embedded SCP plan.
func source(path string) (name string, src []byte, err error) {
	if path == "" {
		name, src = examples.SCP()
		return name, src, nil
	}
	src, err = cli.ReadPlan(path)
	return path, src, err
}

// load reads the plan to fly, a file or the embedded SCP plan, and refuses what this build cannot fly.
func load(path string) (name string, src []byte, p *plan.Plan, err error) {
	if name, src, err = source(path); err == nil {
		p, err = plan.Load(name, src)
	}
	if err == nil {
		err = flyable(name, p)
	}
	return name, src, p, err
}

// amendment is a plan for a run that is flown already, described as at its opening.
func amendment(path, id string) (*tasks.Amendment, error) {
	_, src, p, err := load(path)
	if err != nil {
		return nil, err
	}
	steps, states := promised(p, id)
	return &tasks.Amendment{Source: src, Plan: p, Actions: steps, States: states}, nil
}

// flyable refuses a plan with an action that this build does not have, before anything is made of it.
func flyable(name string, p *plan.Plan) error {
	var kinds []string
	for _, a := range grounded(p) {
		kinds = append(kinds, a.Kind)
	}
	for _, t := range p.Tasks {
		if t.Action != "" && !slices.Contains(kinds, t.Action) {
			return cli.Code(cli.PlanInvalid, fmt.Errorf("%s: %s wants the action %s, which this build does not have; it has %s", name, t.ID, t.Action, strings.Join(kinds, ", ")))
		}
	}
	return nil
}

// grounded are the actions to be described, not flown: they reach no world.
func grounded(p *plan.Plan) []tasks.Action {
	return actions(p, awsops.New(awsops.Options{Region: p.Environment.Region}), sshops.New(sshops.Options{}), webops.New(webops.Options{}))
}

// promised describes, of each action the plan uses, its steps and the facts to state when it was done by hand.
func promised(p *plan.Plan, id string) (steps map[string][]tasks.StepPlan, states map[string][]string) {
	steps, states = map[string][]tasks.StepPlan{}, map[string][]string{}
	for _, a := range grounded(p) {
		for _, t := range p.Tasks {
			if t.Action == a.Kind {
				steps[a.Kind] = a.Plan(tasks.Call{Plan: p, Run: id, Task: t, Attempt: 1})
				states[a.Kind] = a.States
			}
		}
	}
	return steps, states
}

// actions is the one table of them. Adding one: a file in its adapter, a line here.
func actions(p *plan.Plan, aws *awsops.Account, ssh *sshops.Client, web *webops.Client) []tasks.Action {
	return []tasks.Action{
		aws.Launch(),
		aws.Credentials(),
		ssh.Test(),
		aws.Assign(ssh.Through(tasks.FactElasticIP), web.Through(tasks.FactElasticIP)),
		web.Smoke(p),
	}
}

// resume goes on with the run in f.Run.
func resume(ctx context.Context, f cli.Flight, pilot cli.Pilot) error {
	door, err := listen(f)
	if err != nil {
		return err
	}
	return fly(ctx, f, door, pilot)
}

// listen opens the address of the pretend AWS: first of all, so that a bad one leaves no run behind.
func listen(f cli.Flight) (net.Listener, error) {
	l, err := rehearsal.Listen(cmp.Or(f.AWSListen, "127.0.0.1:0"))
	return l, cli.Code(cli.Usage, err)
}

// fly flies the run in f.Run in its pretend world, whose AWS is behind the door, until the pilot leaves.
func fly(ctx context.Context, f cli.Flight, door net.Listener, pilot cli.Pilot) (err error) {
	defer door.Close() // the world closes it too, once it is there
	r, err := run.Load(f.Run)
	if err != nil {
		return err
	}
	if tasks.Fold(r.Plan, r.Events).Mode != tasks.RehearsalRun {
		return cli.Code(cli.Precondition, fmt.Errorf("%s is a live run: this version flies rehearsals only", f.Run))
	}
	w, err := openWorld(f, door, run.LastTime(r))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	ssh := sshops.New(sshops.Options{Dial: w.Dial, Resolve: w.Resolve, RunDir: f.Run})
	defer ssh.Close()
	web := webops.New(webops.Options{Dial: w.Dial})
	keyID, secret := w.Credentials()
	aws := awsops.New(awsops.Options{Endpoint: w.url, Credentials: awsops.Static(keyID, secret), Region: r.Plan.Environment.Region, RunDir: f.Run})
	defer aws.Close()
	id := r.Events[0].Body.(tasks.RunOpened).Run
	e, err := engine.Open(engine.Config{
		Dir: f.Run, Plan: r.Plan, Actions: actions(r.Plan, aws, ssh, web), Sensors: append(aws.Sensors(r.Plan, id), ssh.Sensors(r.Plan)...),
		Clock: w.clock, Holder: holder(f.As), Inject: w.Inject, Faults: w.Faults, Still: f.Still, Wake: func() { aws.Wake(); ssh.Wake(); web.Wake() },
	})
	if err != nil {
		return err
	}
	var environ []string
	if f.AWSListen != "" {
		environ = w.Environ(w.url)
	}
	flight, land := context.WithCancel(ctx)
	first := e.First()
	go e.Run(flight) //nolint:errcheck // its error is e.Err, read below
	err = pilot(ctx, cli.Session{
		Dir: f.Run, Send: e.Send, Slot: e.Snapshots(), First: first, Done: e.Done(), Err: e.Err,
		Faults: rehearsal.FaultNames(), Environ: environ,
	})
	land()
	landed(e.Done(), f.Err)
	if errors.Is(e.Err(), engine.ErrJournal) {
		return cli.Code(cli.JournalError, e.Err())
	}
	if errors.Is(err, e.Err()) { // the pilot told it already
		return err
	}
	return errors.Join(err, e.Err())
}

// landed waits for the engine, and says so when that takes a while: the screen is gone by then.
func landed(done <-chan struct{}, tell io.Writer) {
	select {
	case <-done:
		return
	case <-time.After(1500 * time.Millisecond):
		fmt.Fprintln(tell, "waiting for the answer to a call already sent, at most 16 s; ctrl+c leaves without it, tminus resume asks the world then")
	}
	<-done
}

// world is the pretend world of one process: its clock, its AWS on loopback.
type world struct {
	*rehearsal.World
	clock *clock.Clock
	url   string
}

// openWorld opens the world of a run where it was left. Its clock goes on from
// the newest time that the run or the world remembers.
func openWorld(f cli.Flight, door net.Listener, from time.Time) (*world, error) {
	path := filepath.Join(f.Run, "world.json")
	saved, err := rehearsal.SavedTime(path)
	if err != nil {
		return nil, err
	}
	if saved.After(from) {
		from = saved
	}
	c := clock.New(from, f.Speed)
	w, err := rehearsal.Open(rehearsal.Options{Now: c.Now, Sleep: c.Wait, Seed: f.Seed, Path: path, Faults: f.Faults})
	if err != nil {
		return nil, err
	}
	go w.ServeAWS(door) //nolint:errcheck // ends with Close; a door that fails shows in every AWS call
	return &world{w, c, "http://" + door.Addr().String()}, nil
}

// holder names this process to whoever finds the run locked.
func holder(as string) string {
	host, _ := os.Hostname()
	if as == "" {
		as = "somebody"
	}
	return fmt.Sprintf("%s on %s, process %d, since %s", as, host, os.Getpid(), time.Now().Format("15:04:05 MST"))
}

func build() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return ""
}
