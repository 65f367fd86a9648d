package webops

// vantage.go: the same tests once more, from the host itself. A stage that fails from here
// and passes there is no fault of the application; the three ways then say whether it is the
// security group's, the address's, or ours.

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"syscall"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

// fromHost is the row that tells of the second vantage.
const fromHost = "from the host itself"

// vantage adds to a failed stage what the host finds. Only reading tests are run there: those
// that failed, if the stage only reads; else the read-only stage. The error is ctx's.
func (c *Client) vantage(ctx context.Context, call tasks.Call, failed *stageRun, r *tasks.Result) error {
	stage := failed.stage
	if !stage.ReadsOnly() {
		if stage = stageNamed(call.Plan, plan.StageReadOnly); stage == nil {
			return nil
		}
	}
	call.Progress("the same, from the host itself")
	inside, why, err := c.inside(ctx, call, stage, failed.chainsToCompare(stage))
	if err != nil {
		return err
	}
	row := tasks.Row{Name: fromHost, Verdict: tasks.Inconclusive}
	switch {
	case why != "":
		row.Says = why
	case inside.Verdict == tasks.Fail:
		row.Verdict = tasks.Fail
		of := "its reading tests"
		if failed.stage.ReadsOnly() {
			of = "the files that failed"
		}
		row.Says = fmt.Sprintf("it fails there as well: the application (of %s, %s)", of, inBrief(inside))
	case inside.Verdict.Holds() && failed.lost:
		row.Verdict, row.Says = tasks.Pass, inBrief(inside)+": not the application"
		ways, err := c.ways(ctx, call)
		if err != nil {
			return err
		}
		row.Says += ways
	case inside.Verdict.Holds() && failed.stage.ReadsOnly():
		row.Verdict = tasks.Pass
		row.Says = inBrief(inside) + ": the address, or what stands between: what answers from here is not what the host answers; run the Elastic IP task's checks again"
	case inside.Verdict.Holds():
		row.Verdict = tasks.Pass
		row.Says = "its reading tests pass there (" + inBrief(inside) + "), and from here it answers too: the application, in what only this stage asks"
	default:
		row.Says = inside.Says
	}
	r.Rows = append(r.Rows, row)
	for _, there := range inside.Trace { // the journal has room for few calls: those that passed there are counted
		if there.Error != "" {
			there.Line += ", " + fromHost
			r.Trace = append(r.Trace, there)
		}
	}
	r.Says += "; " + fromHost + ": " + row.Says
	return nil
}

// inBrief counts what passed there, and leaves the rest to the rows from here.
func inBrief(r tasks.Result) string {
	says, _, _ := strings.Cut(r.Says, ";")
	return says
}

// chainsToCompare are the chains of the stage that the host is asked.
func (s *stageRun) chainsToCompare(stage *plan.Stage) []chain {
	if stage.Name != s.stage.Name {
		return s.c.o.Suite.stages[stage.Name]
	}
	var failed []chain
	for i, ch := range s.chains {
		for _, r := range s.rows[i] {
			if !r.Verdict.Holds() && !r.Exchange.Skipped {
				failed = append(failed, ch)
				break
			}
		}
	}
	return failed
}

// inside runs tests of a stage from the host itself: the same requests, by the same name, to its
// own port. why says that nobody could look from there.
func (c *Client) inside(ctx context.Context, call tasks.Call, stage *plan.Stage, chains []chain) (r tasks.Result, why string, err error) {
	t, found := c.find(call, tasks.FactElasticIP, tasks.FactPublicIP)
	if !found || c.o.FromHost == nil {
		return r, "nobody can look from there: no address of this run is known, or no way in over SSH", nil
	}
	f := c.fence(call, t)
	home := t.addr()
	f.dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if addr != home {
			return c.o.Dial(ctx, network, addr)
		}
		return c.o.FromHost(ctx, call, network, net.JoinHostPort("127.0.0.1", strconv.Itoa(t.port)))
	}
	probe, err := f.dial(ctx, "tcp", home)
	switch {
	case ctx.Err() != nil:
		return r, "", ctx.Err()
	case err != nil && !errors.Is(err, syscall.ECONNREFUSED):
		return r, "nobody can look from there: " + safe.Line(err.Error()), nil
	case err == nil:
		probe.Close()
	}
	call.Before, call.Show = nil, nil
	s, err := c.begin(ctx, call, stage, f)
	var missing *unset
	if errors.As(err, &missing) {
		return r, missing.says, nil
	}
	if err != nil {
		return r, "", err
	}
	s.chains, s.rows, s.all = chains, make([][]tasks.Row, len(chains)), 0
	for _, ch := range chains {
		s.all += ch.entries()
	}
	if err := s.run(ctx); err != nil {
		return r, "", err
	}
	return s.result(), "", nil
}

// StageInside runs a whole stage from the host itself, and nowhere else.
func (c *Client) StageInside(ctx context.Context, call tasks.Call, name string) (tasks.Result, error) {
	stage := stageNamed(call.Plan, name)
	if stage == nil || c.o.Suite == nil || len(c.o.Suite.stages[name]) == 0 {
		return tasks.Result{Verdict: tasks.NotTested, Says: "not tested: the plan lists no " + name + " checks"}, nil
	}
	r, why, err := c.inside(ctx, call, stage, c.o.Suite.stages[name])
	if why != "" {
		r = tasks.Result{Verdict: tasks.Inconclusive, Says: why}
	} else if err == nil {
		r.Says += ", " + fromHost
	}
	return r, err
}

// ways says which of the three ways is shut.
func (c *Client) ways(ctx context.Context, call tasks.Call) (string, error) {
	if c.o.Ways == nil {
		return "", nil
	}
	r, err := c.o.Ways(ctx, call)
	if err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "; the three ways: " + safe.Line(err.Error()), nil
	}
	return "; " + r.Says, nil
}
