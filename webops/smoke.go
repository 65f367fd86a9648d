package webops

// smoke.go: the smoke tests (T8), one step a stage.

import (
	"context"
	"errors"
	"fmt"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// Smoke is the action "smoke.run": the stages that the plan lists. The engine stops
// at the first that fails, so each is a gate for the next. A plan that lists none
// gets all three, and each says that there is nothing to test: never a tick.
func (c *Client) Smoke(p *plan.Plan) tasks.Action {
	action := tasks.Action{Kind: "smoke.run"}
	for _, name := range Stages(p) {
		action.Steps = append(action.Steps, tasks.Step{
			ID:     name,
			Title:  "run the " + name + " tests",
			Writes: !safeStage(p, name),
			Do: func(ctx context.Context, call tasks.Call) (tasks.Result, error) {
				return c.Stage(ctx, call, name)
			},
		})
	}
	return action
}

// Stages are the plan's stages that test something, in the order in which they are flown.
func Stages(p *plan.Plan) []string {
	all := []string{plan.StageReadOnly, plan.StageFunctional, plan.StageFull}
	var listed []string
	for _, name := range all {
		if stage := stageNamed(p, name); stage != nil && len(stage.Checks)+len(stage.Files) > 0 {
			listed = append(listed, name)
		}
	}
	if listed == nil {
		return all
	}
	return listed
}

// safeStage reports a stage of the plan that only reads.
func safeStage(p *plan.Plan, name string) bool {
	st := stageNamed(p, name)
	return st == nil || st.ReadsOnly()
}

func stageNamed(p *plan.Plan, name string) *plan.Stage {
	for i := range p.Smoke {
		if p.Smoke[i].Name == name {
			return &p.Smoke[i]
		}
	}
	return nil
}

// Stage runs the tests of one stage through the Elastic IP, or the public address when
// there is none. When they fail, the host itself is asked the same (vantage.go).
func (c *Client) Stage(ctx context.Context, call tasks.Call, name string) (tasks.Result, error) {
	stage := stageNamed(call.Plan, name)
	if stage == nil || len(stage.Checks)+len(stage.Files) == 0 {
		return tasks.Result{Verdict: tasks.NotTested, Says: "not tested: the plan lists no " + name + " checks"}, nil
	}
	if c.o.Suite == nil {
		return tasks.Result{}, errors.New("internal error: the smoke tests were not loaded")
	}
	t, found := c.find(call, tasks.FactElasticIP, tasks.FactPublicIP)
	if !found {
		return tasks.Result{
			Verdict: tasks.Inconclusive,
			Says:    c.nowhere(),
			Rests:   []string{tasks.FactElasticIP},
		}, nil
	}
	s, err := c.begin(ctx, call, stage, c.fence(call, t))
	var missing *unset
	if errors.As(err, &missing) {
		return tasks.Result{Verdict: tasks.Inconclusive, Says: missing.says, Rests: []string{t.fact}}, nil
	}
	if err != nil {
		return tasks.Result{}, fmt.Errorf("%s tests: %w", name, err)
	}
	if err := s.run(ctx); err != nil { // broken off: what was found so far comes with it
		return s.result(), fmt.Errorf("%s tests: %w", name, err)
	}
	r := s.result()
	r.Rests = []string{t.fact, tasks.FactInstance}
	if r.Verdict == tasks.Fail && s.sent && c.o.FromHost != nil {
		if err := c.vantage(ctx, call, s, &r); err != nil { // broken off: what was found from here stands
			return r, fmt.Errorf("%s tests, from the host: %w", name, err)
		}
	}
	return r, nil
}
