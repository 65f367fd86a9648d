package webops

// smoke.go: the smoke tests (T8), one step a stage.

import (
	"context"
	"fmt"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// readOnly is the stage that never writes, whatever its checks say.
const readOnly = "read-only"

// Smoke is the action "smoke.run": the stages that the plan lists. The engine stops
// at the first that fails, so each is a gate for the next. A plan that lists none
// gets all three, and each says that there is nothing to test: never a tick.
func (c *Client) Smoke(p *plan.Plan) tasks.Action {
	action := tasks.Action{Kind: "smoke.run"}
	for _, name := range stagesOf(p) {
		action.Steps = append(action.Steps, tasks.Step{
			ID:    name,
			Title: "run the " + name + " tests",
			Do: func(ctx context.Context, call tasks.Call) (tasks.Result, error) {
				return c.stage(ctx, call, name)
			},
		})
	}
	return action
}

// stagesOf are the plan's stages that have checks, in the order in which they are flown.
func stagesOf(p *plan.Plan) []string {
	all := []string{readOnly, "functional", "full"}
	var listed []string
	for _, name := range all {
		if stage := stageNamed(p, name); stage != nil && len(stage.Checks) > 0 {
			listed = append(listed, name)
		}
	}
	if listed == nil {
		return all
	}
	return listed
}

// stage makes the checks of a stage in order, through the Elastic IP, or the
// public address when there is none.
func (c *Client) stage(ctx context.Context, call tasks.Call, name string) (tasks.Result, error) {
	stage := stageNamed(call.Plan, name)
	if stage == nil || len(stage.Checks) == 0 {
		return tasks.Result{Verdict: tasks.NotTested, Says: "not tested: the plan lists no " + name + " checks"}, nil
	}
	t, found := c.find(call, tasks.FactElasticIP, tasks.FactPublicIP)
	if !found {
		return tasks.Result{
			Verdict: tasks.Inconclusive,
			Says:    "no public address of this run to test; assign the Elastic IP (T7) first",
			Rests:   []string{tasks.FactElasticIP},
		}, nil
	}
	v := c.visit(t)
	defer c.leave(v)
	result := tasks.Result{Verdict: tasks.Pass, Rests: []string{t.fact}}
	start, passed, stopped := time.Now(), 0, false
	safe := stage.Safe || name == readOnly
	for i, check := range stage.Checks {
		if stopped {
			result.Rows = append(result.Rows, tasks.Row{Name: check.Name, Says: "not tested: an earlier check failed"})
			continue
		}
		call.Progress(fmt.Sprintf("%d of %d: %s", i+1, len(stage.Checks), check.Name))
		o, err := v.check(ctx, check, safe)
		if err != nil {
			return tasks.Result{}, fmt.Errorf("%s tests at %q: %w", name, check.Name, err)
		}
		result.Rows = append(result.Rows, o.row)
		if o.trace != nil {
			result.Trace = append(result.Trace, *o.trace)
		}
		if o.row.Verdict == tasks.Pass {
			passed++
			continue
		}
		if result.Verdict == tasks.Pass {
			result.Verdict, result.Says = tasks.Fail, fmt.Sprintf("%s: %s", check.Name, o.row.Says)
		}
		// Reading goes on, to see all that is broken. Writing does not build on
		// what failed, and nobody waits ten seconds a check for a dead host.
		stopped = !safe || o.lost
	}
	count := fmt.Sprintf("%d of %d checks passed in %s", passed, len(stage.Checks), short(time.Since(start)))
	if result.Verdict == tasks.Pass {
		result.Says = count
	} else {
		result.Says = count + "; " + result.Says
	}
	return result, nil
}

func stageNamed(p *plan.Plan, name string) *plan.Stage {
	for i := range p.Smoke {
		if p.Smoke[i].Name == name {
			return &p.Smoke[i]
		}
	}
	return nil
}
