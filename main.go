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
	"io/fs"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"tminus/awsops"
	"tminus/examples"
	"tminus/rehearsal"
	"tminus/sshops"
	"tminus/sshops/keys"
	"tminus/tasks"
	"tminus/tasks/clock"
	"tminus/tasks/engine"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
	"tminus/tasks/run"
	"tminus/ui"
	"tminus/ui/cli"
	"tminus/ui/watch"
	"tminus/webops"
)

func main() {
	stdio := cli.Stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Lent: new(atomic.Bool)}
	ctx, end := context.WithCancel(context.Background())
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		for s := range asked {
			if s == os.Interrupt && stdio.Lent.Load() { // meant for the command that has the terminal
				continue
			}
			end()
			// Leaving may wait for a call already sent. Whoever asks a second time leaves at once: that is a crash, and safe.
			signal.Reset(os.Interrupt, syscall.SIGTERM)
		}
	}()
	os.Exit(execute(ctx, os.Args[1:], stdio))
}

// execute is the whole program, for main and for the tests that run it in-process.
func execute(ctx context.Context, args []string, stdio cli.Stdio) int {
	return cli.Execute(ctx, program(clock.Real(), stdio), args, stdio)
}

// program is what the commands call. Live runs take their time from src.
func program(src clock.Source, stdio cli.Stdio) cli.Program {
	return cli.Program{
		Rehearse:  rehearse,
		Run:       func(ctx context.Context, f cli.Flight, p cli.Pilot) error { return runLive(ctx, src, f, p) },
		Resume:    func(ctx context.Context, f cli.Flight, p cli.Pilot) error { return resume(ctx, src, f, p) },
		Source:    source,
		Amendment: amendment,
		Doctor:    doctor,
		Preflight: preflight,
		Smoke:     smoke, ExportTests: exportTests, JudgeTests: judgeTests,
		Watch: func(ctx context.Context, dir string, theme ui.Theme) error {
			return watch.Run(ctx, dir, theme, stdio.In, stdio.Out)
		},
		Fault:  rehearsal.KnownFault,
		Faults: rehearsal.FaultNames(),
	}
}

// rehearse opens a new run of a plan, its times moved so that the first unfinished
// task starts at the next full minute, or to the day that was asked for, and flies it.
func rehearse(ctx context.Context, f cli.Flight, pilot cli.Pilot) error {
	name, src, p, tests, err := load(f.Plan)
	if err != nil {
		return err
	}
	now := time.Now()
	first := p.FirstUnfinished()
	if first == nil {
		return cli.Code(cli.Precondition, fmt.Errorf("every task of %s is completed: there is nothing to rehearse", name))
	}
	opened := tasks.RunOpened{Change: p.Change, Plan: p.Hash, Mode: tasks.RehearsalRun, Build: build(), Rebase: f.Rebase, Suite: tests.Digest()}
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
	dir, err := run.Create(f.Root, p.Change, src, tests, func(id string) tasks.Event {
		opened.Run = id
		opened.Actions, opened.States = promised(p, id)
		return tasks.Event{Wall: now, Run: from, By: tasks.ActorEngine, Body: opened}
	})
	if err != nil {
		return errors.Join(err, door.Close())
	}
	f.Run = dir
	r, err := run.Load(f.Run)
	if err != nil {
		return errors.Join(err, door.Close())
	}
	return pretend(ctx, f, r, door, pilot)
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

// load reads the plan to fly, a file or the embedded SCP plan, with its smoke tests, and refuses what this build cannot fly.
func load(path string) (name string, src []byte, p *plan.Plan, tests run.Suite, err error) {
	if name, src, err = source(path); err == nil {
		p, err = plan.Load(name, src)
	}
	if err == nil {
		err = flyable(name, p)
	}
	if err == nil {
		var suite *webops.Suite
		if suite, err = webops.LoadSuite(p, folder(path)); err == nil {
			tests = suite.Files
		}
		err = cli.Code(cli.PlanInvalid, err)
	}
	return name, src, p, tests, err
}

// folder is where a plan's files are looked for: beside it, or beside the embedded one.
func folder(path string) fs.FS {
	if path == "" {
		return examples.Folder()
	}
	return os.DirFS(filepath.Dir(path))
}

// doctor says how AWS is reached and, with a plan, what its account lets us do.
func doctor(ctx context.Context, a cli.Access, path string) ([]reading.Item, error) {
	w := awsops.Wish{Profile: a.Profile, Region: a.Region, Ask: a.Ask}
	if path != "" {
		_, _, p, _, err := load(path)
		if err != nil {
			return nil, err
		}
		w.Plan = p
	}
	return awsops.Doctor(ctx, w)
}

// preflight holds a plan against its account.
func preflight(ctx context.Context, a cli.Access, path string) ([]reading.Item, error) {
	_, _, p, _, err := load(path)
	if err != nil {
		return nil, err
	}
	settings, err := awsops.Resolve(ctx, awsops.Wish{Profile: a.Profile, Region: a.Region, Plan: p, Ask: a.Ask})
	if err != nil {
		return nil, err
	}
	account := awsops.New(settings.Options(awsops.Options{}))
	defer account.Close()
	return account.Preflight(ctx, p)
}

// amendment is a plan for a run that is flown already, described as at its opening.
func amendment(path, id string) (*tasks.Amendment, error) {
	_, src, p, tests, err := load(path)
	if err != nil {
		return nil, err
	}
	steps, states := promised(p, id)
	return &tasks.Amendment{Source: src, Plan: p, Actions: steps, States: states, Suite: tests, Digest: tests.Digest()}, nil
}

// flyable refuses a plan with an action that this build does not have, before anything is made of it.
func flyable(name string, p *plan.Plan) error {
	var kinds []string
	for _, a := range grounded(p) {
		kinds = append(kinds, a.Kind)
	}
	for t := range p.All() {
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
		for t := range p.All() {
			if t.Action == a.Kind {
				steps[a.Kind] = a.Plan(tasks.Call{Plan: p, Run: id, Task: *t, Attempt: 1})
				states[a.Kind] = a.States
			}
		}
	}
	return steps, states
}

// actions is the one table of them. Adding one: a file in its adapter, a line here.
func actions(p *plan.Plan, aws *awsops.Account, ssh *sshops.Client, web *webops.Client) []tasks.Action {
	return []tasks.Action{
		aws.Launch(p),
		aws.Credentials(),
		ssh.Test(),
		aws.Assign(p, ssh.Through(tasks.FactElasticIP), web.Through(tasks.FactElasticIP)),
		web.Smoke(p),
		ssh.Audit(),
		ssh.Paths(),
		ssh.Restart(p),
		ssh.Rotate(p),
		ssh.Loudest(p),
		aws.Trial(),
		aws.Alarms(p),
	}
}

// runLive opens a new live run of a plan, in the account and region that it pins, and flies it.
// Nothing is asked of AWS before the cockpit is open.
func runLive(ctx context.Context, src clock.Source, f cli.Flight, pilot cli.Pilot) error {
	name, text, p, tests, err := load(f.Plan)
	if err != nil {
		return err
	}
	if p.FirstUnfinished() == nil {
		return cli.Code(cli.Precondition, fmt.Errorf("every task of %s is completed: there is nothing to fly", name))
	}
	w, err := real(ctx, src, f, p)
	if err != nil {
		return err
	}
	opened := tasks.RunOpened{Change: p.Change, Plan: p.Hash, Mode: tasks.LiveRun, Build: build(), Rebase: f.Rebase, Suite: tests.Digest()}
	f.Run, err = run.Create(f.Root, p.Change, text, tests, func(id string) tasks.Event {
		opened.Run = id
		opened.Actions, opened.States = promised(p, id)
		return tasks.Event{Wall: w.clock.Wall(), Run: w.clock.Now(), By: tasks.ActorEngine, Body: opened}
	})
	if err != nil {
		return err
	}
	r, err := run.Load(f.Run)
	if err != nil {
		return err
	}
	return fly(ctx, f, r, w, pilot)
}

// resume goes on with the run in f.Run, in the world it was begun in.
func resume(ctx context.Context, src clock.Source, f cli.Flight, pilot cli.Pilot) error {
	r, err := run.Load(f.Run)
	if err != nil {
		return err
	}
	if tasks.Fold(r.Plan, r.Events).Mode == tasks.LiveRun {
		if f.Auto || f.AWSListen != "" || f.Paced {
			return cli.Code(cli.Usage, fmt.Errorf("%s is a live run: --auto, --aws-listen and --speed are for rehearsals", f.Run))
		}
		w, err := real(ctx, src, f, r.Plan)
		if err != nil {
			return err
		}
		return fly(ctx, f, r, w, pilot)
	}
	door, err := listen(f)
	if err != nil {
		return err
	}
	return pretend(ctx, f, r, door, pilot)
}

// listen opens the address of the pretend AWS: first of all, so that a bad one leaves no run behind.
func listen(f cli.Flight) (net.Listener, error) {
	l, err := rehearsal.Listen(cmp.Or(f.AWSListen, "127.0.0.1:0"))
	return l, cli.Code(cli.Usage, err)
}

// access is how each adapter reaches the world that a run is flown in, the pretend one or the real one.
type access struct {
	clock *clock.Clock
	aws   awsops.Options
	ssh   sshops.Options
	web   webops.Options
	desk  *engine.Desk // where workers ask whoever sits here; nil in the pretend world
	// Of the pretend world only.
	inject  func(fault string) error
	lift    func(fault string) error
	faults  func() []string
	environ []string
	reach   string // file
}

// fly flies the run in f.Run until the pilot leaves.
func fly(ctx context.Context, f cli.Flight, r *run.Run, to access, pilot cli.Pilot) error {
	to.aws.RunDir, to.ssh.RunDir, to.aws.PuTTY = f.Run, f.Run, keys.WritePPK
	to.ssh.Moved = func(address string) string {
		now, err := run.Load(f.Run)
		if err != nil {
			return "" // an explanation less, no more
		}
		return awsops.Moved(now.Events, now.Plan.Zone, address)
	}
	ssh := sshops.New(to.ssh)
	defer ssh.Close()
	to.aws.OpenKey = ssh.OpenKey
	suite, err := frozen(r)
	if err != nil {
		return err
	}
	to.web.Suite, to.web.RunDir, to.web.FromHost, to.web.Ways = suite, f.Run, ssh.FromHost, ssh.Paths().Steps[0].Do
	web, aws := webops.New(to.web), awsops.New(to.aws)
	defer aws.Close()
	id := r.Events[0].Body.(tasks.RunOpened).Run
	e, err := engine.Open(engine.Config{
		Dir: f.Run, Plan: r.Plan, Actions: actions(r.Plan, aws, ssh, web), Sensors: slices.Concat(aws.Sensors(r.Plan, id), ssh.Sensors(r.Plan), web.Sensors(r.Plan)),
		Clock: to.clock, Holder: holder(f.As), Inject: to.inject, Lift: to.lift, Faults: to.faults, Desk: to.desk, Still: f.Still, Readings: aws.Known(),
		Wake: func() { aws.Wake(); ssh.Wake(); web.Wake() },
	})
	if err != nil {
		return err
	}
	flight, land := context.WithCancel(ctx)
	first := e.First()
	go e.Run(flight) //nolint:errcheck // its error is e.Err, read below
	session := cli.Session{Dir: f.Run, Send: e.Send, Slot: e.Snapshots(), First: first, Done: e.Done(), Err: e.Err, Environ: to.environ, Reach: to.reach}
	if to.inject != nil {
		session.Faults = rehearsal.FaultNames()
	}
	if to.desk != nil {
		session.Answer = to.desk.Answer
		session.Shell = func(facts map[string]string) []string { return ssh.Command(r.Plan, facts) }
	}
	err = pilot(ctx, session)
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

// frozen are the smoke tests of a run as they were when it was opened, or last amended.
func frozen(r *run.Run) (*webops.Suite, error) {
	dir, err := run.SuiteOf(r.Dir, r.Events)
	if err != nil {
		return nil, cli.Code(cli.Precondition, err)
	}
	if dir == "" {
		return webops.LoadSuite(r.Plan, nil)
	}
	return webops.LoadSuite(r.Plan, os.DirFS(dir))
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

// real is the plan's account as the environment and the command line reach it. It asks
// nobody anything yet.
func real(ctx context.Context, src clock.Source, f cli.Flight, p *plan.Plan) (access, error) {
	desk := engine.NewDesk()
	settings, err := awsops.Resolve(ctx, awsops.Wish{Profile: f.Profile, Region: f.Region, Plan: p, Ask: desk.Ask})
	if err != nil {
		return access{}, cli.Code(cli.Precondition, err)
	}
	if want := p.Environment.Region; want != "" && settings.Region != want {
		return access{}, cli.Code(cli.Precondition, fmt.Errorf("the plan is for region %s and this session for %s (%s): nothing was touched; --region %s, or set it in the profile",
			want, settings.Region, settings.RegionFrom, want))
	}
	reference := "ec2." + settings.Region + ".amazonaws.com:443" // reached by whoever is not cut off
	if settings.Emulated() {
		reference = ""
	}
	return access{clock: clock.Live(src), aws: settings.Options(awsops.Options{}), web: webops.Options{Emulated: settings.Emulated(), Ask: desk.Ask}, desk: desk,
		ssh: sshops.Options{Ask: desk.Ask, Agent: true, Reference: reference}}, nil
}

// world is the pretend world of one process: its clock, its AWS on loopback.
type world struct {
	*rehearsal.World
	clock *clock.Clock
	url   string
	reach string // the file that says how ssh and curl reach the instances; "" = only we do
}

// openWorld opens the world of a run where it was left. Its clock goes on from
// the newest time that the run or the world remembers.
func openWorld(f cli.Flight, door net.Listener, r *run.Run) (*world, error) {
	dir, err := filepath.Abs(f.Run)
	if err != nil {
		return nil, err
	}
	path, from := filepath.Join(dir, "world.json"), run.LastTime(r)
	saved, err := rehearsal.SavedTime(path)
	if err != nil {
		return nil, err
	}
	if saved.After(from) {
		from = saved
	}
	c := clock.New(from, f.Speed)
	opt := rehearsal.Options{Now: c.Now, Sleep: c.Wait, Seed: f.Seed, Path: path, Faults: f.Faults}
	w := &world{clock: c, url: "http://" + door.Addr().String()}
	if f.AWSListen != "" { // other programs come too
		w.reach = filepath.Join(dir, "reach.txt")
		opt.Doors, opt.Reach = true, w.reach
		opt.KeyFile = func(pair string) string {
			key, _, _ := r.Plan.Environment.Instance.KeyFileOf(pair, dir) // "" for a name that cannot be a file's
			return key
		}
	}
	if w.World, err = rehearsal.Open(opt); err != nil {
		return nil, err
	}
	go w.ServeAWS(door) //nolint:errcheck // ends with Close; a door that fails shows in every AWS call
	return w, nil
}

// pretend flies a rehearsal in its world, whose AWS is behind the door.
func pretend(ctx context.Context, f cli.Flight, r *run.Run, door net.Listener, pilot cli.Pilot) (err error) {
	defer door.Close() // the world closes it too, once it is there
	w, err := openWorld(f, door, r)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	keyID, secret := w.Credentials()
	to := access{
		clock: w.clock, inject: w.Inject, lift: w.Lift, faults: w.Faults,
		aws: awsops.Options{Endpoint: w.url, Credentials: awsops.Static(keyID, secret), Region: r.Plan.Environment.Region},
		ssh: sshops.Options{Dial: w.Dial, Resolve: w.Resolve, Config: "none"}, web: webops.Options{Dial: w.Dial, Emulated: true, Resolve: w.Resolve, Getenv: func(string) string { return rehearsal.Password }},
		reach: w.reach,
	}
	if f.AWSListen != "" {
		to.environ = w.Environ(w.url)
	}
	return fly(ctx, f, r, to, pilot)
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
