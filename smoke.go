package main

// smoke.go: the smoke tests alone, without a run being flown: of a plan, of a run as it stands, or of files.

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tminus/awsops"
	"tminus/sshops"
	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/run"
	"tminus/ui/cli"
	"tminus/webops"
)

// alone is what is tested, and where.
type alone struct {
	plan  *plan.Plan
	suite *webops.Suite
	facts map[string]string
	run   *run.Run // nil = the tests of no run
	web   webops.Options
}

// smoke runs stage after stage and ends with the first that does not hold.
func smoke(ctx context.Context, w cli.Testing, told func(stage, line string)) ([]cli.Tested, error) {
	a, err := testsOf(w)
	if err != nil {
		return nil, err
	}
	if err := a.aim(ctx, w); err != nil {
		return nil, err
	}
	if w.Run != "" && w.Base == "" { // its instance can be asked, too: for all of it, or when something fails
		ssh := sshops.New(sshops.Options{Ask: w.Ask, Agent: true, RunDir: w.Run})
		defer ssh.Close()
		a.web.FromHost, a.web.Ways = ssh.FromHost, ssh.Paths().Steps[0].Do
	}
	return a.fly(ctx, w, told)
}

// testsOf reads the tests that were asked for.
func testsOf(w cli.Testing) (a *alone, err error) {
	a = &alone{facts: map[string]string{}}
	switch {
	case w.Run != "":
		if a.run, err = run.Load(w.Run); err != nil {
			return nil, err
		}
		a.plan = a.run.Plan.Rebase(0) // a copy, to be completed
		a.facts = tasks.Fold(a.run.Plan, a.run.Events).Values()
		a.suite, err = frozen(a.run)
	case len(w.Files) > 0:
		a.plan, a.suite, err = filesAlone(w.Files)
	default:
		var src []byte
		var name string
		if name, src, err = source(w.Plan); err == nil {
			a.plan, err = plan.Load(name, src)
		}
		if err == nil {
			a.plan = a.plan.Rebase(0) // a copy, to be completed
			a.suite, err = webops.LoadSuite(completed(a.plan, w), folder(w.Plan))
			err = cli.Code(cli.PlanInvalid, err)
		}
	}
	if err != nil {
		return nil, err
	}
	for name := range w.Variables {
		if env, secret := a.plan.Testing.Secrets[name]; secret {
			return nil, cli.Code(cli.Usage, fmt.Errorf("--variable %s: the plan calls it a secret, and a command line is read by everybody on this machine; set %s in the environment", name, env))
		}
	}
	completed(a.plan, w)
	return a, nil
}

// filesAlone is a plan of one stage, which runs these files and may write.
func filesAlone(names []string) (*plan.Plan, *webops.Suite, error) {
	p := &plan.Plan{Smoke: []plan.Stage{{Name: plan.StageFull, Budget: plan.Duration{Duration: 30 * time.Minute}}}}
	var all []string
	root := ""
	for _, name := range names {
		found, err := hurlFiles(name)
		if err != nil {
			return nil, nil, cli.Code(cli.Usage, err)
		}
		all = append(all, found...)
	}
	for _, file := range all {
		if dir := filepath.Dir(file); root == "" {
			root = dir
		} else {
			root = common(root, dir)
		}
	}
	for _, file := range all {
		inside, err := filepath.Rel(root, file)
		if err != nil {
			return nil, nil, err
		}
		p.Smoke[0].Files = append(p.Smoke[0].Files, literal(filepath.ToSlash(inside)))
	}
	suite, err := webops.LoadFiles(p, os.DirFS(root))
	return p, suite, cli.Code(cli.PlanInvalid, err)
}

// hurlFiles are the absolute names of a file, or of those in a folder.
func hurlFiles(name string) ([]string, error) {
	at, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(at)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{at}, nil
	}
	var found []string
	err = filepath.WalkDir(at, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && path.Ext(p) == ".hurl" {
			found = append(found, p)
		}
		return err
	})
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("%s holds no .hurl file", name)
	}
	return found, err
}

// common is the folder that two folders share.
func common(a, b string) string {
	for !strings.HasPrefix(b+string(filepath.Separator), strings.TrimSuffix(a, string(filepath.Separator))+string(filepath.Separator)) {
		a = filepath.Dir(a)
	}
	return a
}

// literal is a name as a pattern that matches it alone.
func literal(name string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(name)
}

// completed puts what the command line says in the place of what the plan says.
func completed(p *plan.Plan, w cli.Testing) *plan.Plan {
	app := &p.Environment.Application
	app.Build = cmp.Or(w.Build, app.Build)
	app.Hosts = append(app.Hosts, w.Hosts...)
	p.Testing.Parallel = cmp.Or(w.Parallel, p.Testing.Parallel)
	if p.Testing.Variables == nil {
		p.Testing.Variables = map[string]string{}
	}
	maps.Copy(p.Testing.Variables, w.Variables)
	return p
}

// aim says where the application is.
func (a *alone) aim(ctx context.Context, w cli.Testing) error {
	if w.Instance != "" {
		a.facts[tasks.FactInstance] = w.Instance
	}
	a.web = webops.Options{Suite: a.suite, Ask: w.Ask, RunDir: w.Run}
	if a.run != nil && tasks.Fold(a.run.Plan, a.run.Events).Mode == tasks.RehearsalRun && w.Base == "" {
		return cli.Code(cli.Precondition, errors.New("the run is a rehearsal: its application lives in the cockpit only; t runs its tests there, or say where it is with --base"))
	}
	if w.Base != "" {
		u, err := url.Parse(w.Base)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
			return cli.Code(cli.Usage, fmt.Errorf("--base %q is not the root of an application, such as https://scp.example.com or http://13.228.4.17", w.Base))
		}
		a.web.Base = u
	} else if a.run != nil { // a live run: its account may be played on this machine
		settings, err := awsops.Resolve(ctx, awsops.Wish{Plan: a.run.Plan, Ask: w.Ask})
		a.web.Emulated = err == nil && settings.Emulated()
	}
	if w.Authority != "" {
		pem, err := os.ReadFile(w.Authority)
		if err != nil {
			return cli.Code(cli.Usage, err)
		}
		if a.web.Roots, err = x509.SystemCertPool(); err != nil {
			a.web.Roots = x509.NewCertPool()
		}
		if !a.web.Roots.AppendCertsFromPEM(pem) {
			return cli.Code(cli.Usage, fmt.Errorf("--cacert %s holds no certificate in PEM", w.Authority))
		}
	}
	return nil
}

// fly runs the stages, each a gate for the next.
func (a *alone) fly(ctx context.Context, w cli.Testing, told func(stage, line string)) (all []cli.Tested, err error) {
	web := webops.New(a.web)
	stages := webops.Stages(a.plan)
	for _, name := range w.Stages {
		if !slices.Contains(stages, name) {
			return nil, cli.Code(cli.Usage, fmt.Errorf("there is no stage %q: there are %s", name, strings.Join(stages, ", ")))
		}
	}
	shut := ""
	for _, name := range stages {
		if len(w.Stages) > 0 && !slices.Contains(w.Stages, name) {
			continue
		}
		if shut != "" {
			all = append(all, cli.Tested{Stage: name, Result: tasks.Result{Says: "not tested: " + shut + " did not hold"}})
			continue
		}
		call := tasks.Call{Plan: a.plan, Task: plan.Task{Action: "smoke.run"}, Step: name, Facts: a.facts, Before: w.Before[name],
			Now: time.Now, Progress: func(line string) { told(name, line) }}
		began := time.Now()
		r, err := a.stage(ctx, web, call, name, w)
		if err == nil || len(r.Rows) > 0 { // or broken off on the way
			all = append(all, cli.Tested{Stage: name, Took: time.Since(began), Result: r})
		}
		if err != nil {
			return all, err
		}
		if !r.Verdict.Holds() {
			shut = name
		}
	}
	return all, nil
}

func (a *alone) stage(ctx context.Context, web *webops.Client, call tasks.Call, name string, w cli.Testing) (tasks.Result, error) {
	switch {
	case w.Runner == "hurl":
		r, err := web.ByHurl(ctx, call, name, "hurl")
		if errors.Is(err, webops.ErrNoHurl) {
			err = cli.Code(cli.Precondition, err)
		}
		return r, err
	case w.Runner != "":
		return tasks.Result{}, cli.Code(cli.Usage, fmt.Errorf("there is no runner %q: leave it out, or say hurl", w.Runner))
	case w.FromHost:
		return web.StageInside(ctx, call, name)
	}
	return web.Stage(ctx, call, name)
}

// exportTests are the one-line checks of a plan as Hurl, by stage.
func exportTests(path string) (map[string][]byte, error) {
	name, src, err := source(path)
	if err != nil {
		return nil, err
	}
	p, err := plan.Load(name, src)
	if err != nil {
		return nil, err
	}
	suite, err := webops.LoadSuite(p, folder(path))
	if err != nil {
		return nil, cli.Code(cli.PlanInvalid, err)
	}
	all := map[string][]byte{}
	for _, stage := range webops.Stages(p) {
		if text := suite.Export(stage); len(text) > 0 {
			all[stage] = text
		}
	}
	return all, nil
}

// judgeTests says what is wrong with the smoke tests of a plan that loads.
func judgeTests(path string) error {
	name, src, err := source(path)
	if err != nil {
		return err
	}
	p, err := plan.Load(name, src)
	if err != nil {
		return nil //nolint:nilerr // that is told by whoever judges the plan
	}
	_, err = webops.LoadSuite(p, folder(path))
	return err
}
