package awsops

// trial.go: ec2.trial, a test instance of the plan's image ("deploy on a separate testing
// instance": the mitigation of risk 3). It is launched by the very steps of ec2.launch,
// beside the day: with a key, a group and tags of its own, and with facts of its own
// ("trial.instance.id"), so that nothing of the day is overwritten. Whatever the plan's
// rollback keeps, all of it is taken back: a test instance never stays.

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// trialFact is before the name of each fact of a test instance.
const trialFact = "trial."

// Trial is ec2.trial. It may be done by hand without anything to state: nothing of the day rests on it.
func (a *Account) Trial() tasks.Action {
	steps := a.launchSteps(a.keyStep())
	checks := &steps[len(steps)-1]
	checks.Do = a.step(a.trialChecks)
	steps = append(steps, tasks.Step{ID: "console", Title: "read on the console how it came up", Needs: []string{tasks.FactInstance}, Do: a.step(a.trialConsole)})
	for i := range steps {
		steps[i] = beside(steps[i])
	}
	return tasks.Action{Kind: "ec2.trial", Steps: steps}
}

// trialChecks waits for both status checks. Where they do not come, the console says why.
func (a *Account) trialChecks(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	r, err := a.statusChecks(ctx, t, c)
	if r.Verdict != tasks.Fail && r.Verdict != tasks.Inconclusive {
		return r, err
	}
	text, cerr := a.consoleNow(ctx, t, c.Facts[tasks.FactInstance])
	if dead := bootSigns(text).dead; cerr == nil && dead != "" {
		rows := r.Rows
		r, err = no(r.Says + "; its console says: " + dead)
		r.Rows = rows
	}
	return r, err
}

// trialConsole waits until the console shows how the boot ended.
func (a *Account) trialConsole(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	id, size := c.Facts[tasks.FactInstance], 0
	var seen signs
	err := poll(ctx, c, patience, fresh(c, func() (bool, error) {
		text, err := a.consoleNow(ctx, t, id)
		seen, size = bootSigns(text), len(text)
		if err == nil && seen == (signs{}) {
			progress(c, "the console of %s shows %d bytes, and neither a login prompt nor a kernel that gave up", id, size)
		}
		return seen != signs{}, err
	}))
	var over *ending
	switch {
	case errors.As(err, &over):
		return no(over.text)
	case errors.Is(err, errPatience):
		return unclear(fmt.Sprintf("the console of %s does not show after %s how it came up (%d bytes read); look at it in the console, then roll this test back", id, patience, size))
	case err != nil:
		return tasks.Result{}, err
	case seen.dead != "":
		return no(fmt.Sprintf("the image does not come up on %s: the console of %s says: %s; send that to the developers, and roll this test back", c.Plan.Environment.Instance.Type, id, seen.dead))
	}
	return tasks.Result{Verdict: tasks.Pass, Rests: []string{tasks.FactInstance},
		Says: fmt.Sprintf("test instance %s came up: its console shows %s; roll this test back when nobody needs it any more", id, seen.up)}, nil
}

// beside is a step that sees and learns the facts of the test instance under the names of
// the day's, and whose plan calls everything a test and keeps nothing.
func beside(s tasks.Step) tasks.Step {
	for i, need := range s.Needs {
		s.Needs[i] = trialFact + need
	}
	s.Look, s.Do, s.Check = besideLook(s.Look), besideWork(s.Do), besideWork(s.Check)
	if find := s.Find; find != nil {
		s.Find = func(ctx context.Context, c tasks.Call) (tasks.Result, bool, error) {
			r, found, err := find(ctx, trialCall(c))
			return trialResult(r), found, err
		}
	}
	if s.Undo == nil {
		return s
	}
	u := *s.Undo
	s.Undo = &tasks.Undo{
		Describe: func(c tasks.Call) tasks.UndoWords { return u.Describe(trialCall(c)) },
		Do:       besideWork(u.Do),
		Gone:     func(ctx context.Context, c tasks.Call) (bool, error) { return u.Gone(ctx, trialCall(c)) },
		Prove:    func(ctx context.Context, c tasks.Call) (string, bool, error) { return u.Prove(ctx, trialCall(c)) },
	}
	return s
}

func besideLook(look func(context.Context, tasks.Call) (map[string]string, error)) func(context.Context, tasks.Call) (map[string]string, error) {
	if look == nil {
		return nil
	}
	return func(ctx context.Context, c tasks.Call) (map[string]string, error) { return look(ctx, trialCall(c)) }
}

func besideWork(do func(context.Context, tasks.Call) (tasks.Result, error)) func(context.Context, tasks.Call) (tasks.Result, error) {
	if do == nil {
		return nil
	}
	return func(ctx context.Context, c tasks.Call) (tasks.Result, error) {
		r, err := do(ctx, trialCall(c))
		return trialResult(r), err
	}
}

// trialCall is a call as the steps of a launch know it. The call given is not changed.
func trialCall(c tasks.Call) tasks.Call {
	if c.Plan != nil {
		p := *c.Plan
		p.Release = p.Release + " test"
		p.Rollback = plan.Rollback{Instance: "terminate", Address: "release", Group: "delete", Key: "delete", Budget: p.Rollback.Budget}
		p.Environment.Instance.KeyPair, p.Environment.Instance.KeyFile = "", ""
		c.Plan = &p
	}
	facts := map[string]string{}
	for name, v := range c.Facts {
		if name, ours := strings.CutPrefix(name, trialFact); ours {
			facts[name] = v
		}
	}
	c.Facts = facts
	return c
}

func trialResult(r tasks.Result) tasks.Result {
	facts := map[string]string{}
	for name, v := range r.Facts {
		facts[trialFact+name] = v
	}
	r.Facts, r.Drop, r.Rests = facts, trialNames(r.Drop), trialNames(r.Rests)
	return r
}

func trialNames(names []string) []string {
	var ours []string
	for _, name := range names {
		ours = append(ours, trialFact+name)
	}
	return ours
}
