package ui

// start.go: starting a task. One that only reads starts at once; one that
// changes the world is confirmed against account, region, every step and its undo.

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// enter does what the selected task waits for, else opens it; other panes it zooms.
func (c *Cockpit) enter() tea.Cmd {
	if c.view.Focus != Timeline && c.view.Focus != Task {
		return c.zoom()
	}
	switch enterOn(c.snap, c.view) {
	case enterGate:
		return c.pressKey(findKey("gate"), "g")
	case enterStart:
		return c.startAsked(c.view.TaskID(c.snap))
	}
	if c.view.Focus == Task {
		return c.zoom()
	}
	c.view.Focus = Task
	return nil
}

// The things enter may mean.
const (
	enterOpen  = "open"
	enterStart = "start"
	enterGate  = "go/no-go"
)

// enterOn is what enter means for the task in view.
func enterOn(s *tasks.Snapshot, v View) string {
	if at := v.focus(); s == nil || v.Watch || at != Timeline && at != Task {
		return enterOpen
	}
	t, ts, ok := s.Task(v.TaskID(s))
	if !ok || s.State.Rollback.Locked() {
		return enterOpen
	}
	switch {
	case ts.Status == tasks.Checked, t.Gate && free(s.State, t):
		return enterGate
	case t.Gate:
		return enterOpen
	case free(s.State, t), ts.Status == tasks.Failed, ts.Status == tasks.Aborted, ts.Status == tasks.Unsure, repeats(s, v, t):
		return enterStart
	}
	return enterOpen
}

// repeats reports an on-demand task that is done and may be done once more.
func repeats(s *tasks.Snapshot, v View, t *plan.Task) bool {
	return t.OnDemand && s.State.Tasks[t.ID].Status == tasks.Done && unless(startWish)(s, v) == ""
}

// free reports a task that only a hold, if anything, keeps from beginning.
func free(s *tasks.State, t *plan.Task) bool {
	ts := s.Tasks[t.ID]
	return ts != nil && ts.Status == tasks.Waiting && !s.Rollback.Locked() && len(s.Blockers(t)) == 0
}

func enterLabel(s *tasks.Snapshot, v View) string {
	switch does := enterOn(s, v); {
	case does == enterGate:
		return gateLabel(s, v)
	case does == enterStart && excusedFrom(s.State.Tasks[v.TaskID(s)]):
		return "go on"
	case does == enterStart && s.State.Tasks[v.TaskID(s)].Status == tasks.Done:
		return "once more"
	case does == enterStart && s.State.Tasks[v.TaskID(s)].Status != tasks.Waiting:
		return "try again"
	case does != enterOpen:
		return does
	case v.focus() != Timeline:
		return zoomLabel(s, v)
	}
	return enterOpen
}

func whyNotEnter(s *tasks.Snapshot, v View) string {
	switch enterOn(s, v) {
	case enterStart:
		return unless(startWish)(s, v)
	case enterGate:
		return unless(gateWish)(s, v)
	}
	return ""
}

func startWish(s *tasks.Snapshot, v View) tasks.Command {
	return tasks.Command{Kind: tasks.StartTask, By: v.Actor, Task: v.TaskID(s)}
}

func runWish(kind tasks.CommandKind) func(*tasks.Snapshot, View) tasks.Command {
	return func(_ *tasks.Snapshot, v View) tasks.Command { return tasks.Command{Kind: kind, By: v.Actor} }
}

// taskOf is the task whose action has the kind: the one in view, else the plan's first.
func taskOf(s *tasks.Snapshot, v View, kind string) *plan.Task {
	if t := s.Plan.Task(v.TaskID(s)); t != nil && t.Action == kind {
		return t
	}
	for t := range s.Plan.All() {
		if t.Action == kind {
			return t
		}
	}
	return nil
}

func whyNotAction(kind string) func(*tasks.Snapshot, View) string {
	return func(s *tasks.Snapshot, v View) string {
		t := taskOf(s, v, kind)
		if t == nil {
			return fmt.Sprintf("no task of this plan has the action %s", kind)
		}
		v.Selected = t.ID
		return unless(startWish)(s, v)
	}
}

// startAction starts the task with the action, as a key of its own.
func startAction(kind string) func(*Cockpit, string) tea.Cmd {
	return pressed(func(c *Cockpit) tea.Cmd { return c.startAsked(taskOf(c.snap, c.view, kind).ID) })
}

// startAsked confirms a task that changes something and starts any other at once.
func (c *Cockpit) startAsked(id string) tea.Cmd {
	t, ts, _ := c.snap.Task(id)
	if careful(t, ts) {
		return c.confirmStart(t, ts)
	}
	return c.start(id)
}

// careful reports a task with an effect, or one whose own key asks for care:
// smoke tests leave nothing in the account but write to the application.
func careful(t *plan.Task, ts *tasks.TaskState) bool {
	return slices.ContainsFunc(ts.Steps, func(step tasks.StepState) bool { return step.Effect }) ||
		slices.ContainsFunc(actingKeys(), func(k Key) bool { return k.Action != "" && k.Action == t.Action && k.Danger != Harmless })
}

// start goes to the task and asks the engine to start it.
func (c *Cockpit) start(id string) tea.Cmd {
	c.goTo(id)
	return c.send(tasks.Command{Kind: tasks.StartTask, By: c.view.Actor, Task: id}, c.sayRefusal)
}

// goTo looks at the task. The current one is followed rather than selected, so that
// the view goes on to the next by itself.
func (c *Cockpit) goTo(id string) {
	c.view.Selected = id
	if id == c.snap.Schedule.Current {
		c.view.Selected = ""
	}
}

func (c *Cockpit) confirmStart(t *plan.Task, ts *tasks.TaskState) tea.Cmd {
	id, verb := t.ID, "Start"
	if ts.Status != tasks.Waiting && ts.Status != tasks.Done {
		verb = "Go on with"
	}
	stages := writing(c.snap.Plan, t)
	c.goTo(id)
	return c.open(Dialog{
		Kind: Confirm, Danger: Careful, Action: "enter", OK: "start " + id,
		Title: fmt.Sprintf("%s %s  %s", verb, id, t.Title),
		Body:  place(c.snap) + "\n\n" + startWords(ts, stages) + smokeWords(stages) + keptWords(t, ts) + besideWords(t) + objects(c.snap),
	}, question{command: func(Dialog, Stop) tasks.Command {
		return tasks.Command{Kind: tasks.StartTask, By: c.view.Actor, Task: id}
	}})
}

// place names where an effect lands: account, region, and whether it is real.
func place(s *tasks.Snapshot) string {
	e := s.Plan.Environment
	account := e.Account
	if account == "" {
		account = "of the plan, not named"
	}
	if e.Alias != "" {
		account += " " + e.Alias
	}
	real := "LIVE"
	switch {
	case s.State.Mode == tasks.RehearsalRun:
		real = "REHEARSAL"
	case e.Production:
		real = "PROD"
	}
	lines := fmt.Sprintf("%s · account %s · %s", real, account, e.Region)
	if seen := s.Readings.Identity.Account; seen != "" && seen != e.Account {
		lines += "\n≠ but the credentials belong to account " + seen
	}
	return lines + notWell(s)
}

// notWell is a line on AWS not answering as it should, for those who are about to act there; "" = it does.
func notWell(s *tasks.Snapshot) string {
	kind, sensors := worstOfAWS(s)
	if kind == "" {
		return ""
	}
	f := s.Readings.Failures[sensors[0]]
	words := "\n▲ AWS: " + string(kind)
	if since := s.Now.Sub(f.Since); !f.Since.IsZero() && since > 0 {
		words += " for " + about(since)
	}
	return words + because(f.Says)
}

// startWords lists what is still to be done, each effect with its way back, and
// says of the stages named that they write.
func startWords(ts *tasks.TaskState, writes []string) string {
	var b strings.Builder
	for _, step := range ts.Steps {
		switch {
		case step.Status == tasks.StepOK:
			fmt.Fprintf(&b, "✓ %s (done already)\n", step.Title)
		case step.Status == tasks.StepWaived:
			fmt.Fprintf(&b, "↷ %s (waived)\n", step.Title)
		case slices.Contains(writes, step.ID):
			fmt.Fprintf(&b, "● %s (writes)\n", step.Title)
		case !step.Effect:
			fmt.Fprintf(&b, "○ %s (only reads)\n", step.Title)
		default:
			fmt.Fprintf(&b, "● %s\n    %s\n", step.Title, callWords(step.StepPlan))
		}
	}
	return b.String()
}

// callWords is the exact call of an effect and what undoes it.
func callWords(step tasks.StepPlan) string {
	back := "undo: " + step.Undo
	if step.Undo == "" {
		back = "leaves nothing of its own to undo"
	}
	if step.Call == "" {
		return back
	}
	return step.Call + " · " + back
}

// besideWords says of a trial that it is a machine of its own, and what ends it.
func besideWords(t *plan.Task) string {
	if t.Action != "ec2.trial" {
		return ""
	}
	return "\nIt is a second instance, for testing, beside the primary: it costs until R on " + t.ID + " takes it back."
}

// objects names what the run has made so far and the steps will meet.
func objects(s *tasks.Snapshot) string {
	var known []string
	for _, fact := range []string{tasks.FactInstance, tasks.FactGroup, tasks.FactElasticIP} {
		if v := s.State.Facts[fact].Value; v != "" {
			known = append(known, v)
		}
	}
	if known == nil {
		return ""
	}
	return "\non " + strings.Join(known, " · ")
}
