package engine

// hazard_test.go: the toy world with the hazards that a walk draws: calls that are
// refused, slow, or answered by nobody, a world that cannot be asked, looks that fail.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// walkPlan has two tasks abreast that change the world, a gate after both, and sign-offs
// of work by machine and by hand.
const walkPlan = `release: Toy 2.0
change: TOY1
timezone: Asia/Singapore
window: {start: 2019-02-07 16:00, end: 2019-02-07 18:00}
contacts:
  - {id: AA, name: Anna}
  - {id: BB, name: Ben}
tasks:
  - {id: M1, title: "agree", start: 2019-02-07 16:00, end: 2019-02-07 16:10, in_charge: AA}
  - {id: T1, title: "make", start: 2019-02-07 16:10, end: 2019-02-07 16:30, in_charge: AA, after: [M1], action: toy.make}
  - {id: T2, title: "lay", start: 2019-02-07 16:10, end: 2019-02-07 16:30, in_charge: AA, after: [M1], action: toy.lay}
  - {id: G1, title: "go?", start: 2019-02-07 16:30, end: 2019-02-07 16:30, in_charge: BB, after: [T1, T2], gate: true}
  - {id: T3, title: "look", start: 2019-02-07 16:30, end: 2019-02-07 16:40, in_charge: AA, after: [G1], action: toy.look, signoff: [BB]}
  - {id: M2, title: "taste", start: 2019-02-07 16:40, end: 2019-02-07 16:50, in_charge: AA, after: [T3], signoff: [AA, BB]}
`

// fault is what happens to the next effect, or to the next undoing of one.
type fault string

const (
	sound      fault = ""
	refusing   fault = "refused"
	lostBefore fault = "lost before it happened"
	lostAfter  fault = "answer lost after it happened"
	panicking  fault = "the step panics after it happened"
)

// hazard is a toy in a world that does not always work. Its lock is the toy's.
type hazard struct {
	*toy
	dir   string // of the run
	plan  *plan.Plan
	fault fault         // of the next effect
	delay time.Duration // real time of each effect on the way there, and again on the way back
	blind bool          // looks and questions come to nothing
	sick  bool          // the next verdict is a fail
	wrong []string      // what must never happen and did
	lost  int
}

// calm takes all hazards away.
func (h *hazard) calm() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fault, h.delay, h.blind, h.sick = sound, 0, false, false
}

func (h *hazard) set(change func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change()
}

// What a rollback leaves in place: one kind of thing by policy, one that has no way back.
const keptKind, loneKind = "bowl", "salt"

func (h *hazard) actions() []tasks.Action {
	actions := h.toy.actions()
	bowl, salt := h.step(keptKind), h.step(loneKind)
	bowl.Undo.Describe = func(tasks.Call) tasks.UndoWords {
		return tasks.UndoWords{Title: "break the bowl", Keep: "the bowl is kept: policy"}
	}
	salt.Look, salt.Check, salt.Undo = nil, nil, nil
	actions = append(actions, tasks.Action{Kind: "toy.lay", Steps: []tasks.Step{bowl, salt}})
	for _, a := range actions {
		for i := range a.Steps {
			h.endanger(&a.Steps[i])
		}
	}
	return actions
}

// endanger puts the hazards around a step.
func (h *hazard) endanger(s *tasks.Step) {
	if !s.Effect {
		s.Do = h.verdict(s.Do)
		return
	}
	do := s.Do
	s.Do = func(ctx context.Context, c tasks.Call) (tasks.Result, error) { return h.send(ctx, c, false, do) }
	if s.Check != nil {
		s.Check = h.verdict(s.Check)
	}
	if look := s.Look; look != nil {
		s.Look = func(ctx context.Context, c tasks.Call) (map[string]string, error) {
			if h.blinded() {
				return nil, errBlind
			}
			return look(ctx, c)
		}
	}
	find := s.Find
	s.Find = func(ctx context.Context, c tasks.Call) (tasks.Result, bool, error) {
		if h.blinded() {
			return tasks.Result{}, false, errBlind
		}
		return find(ctx, c)
	}
	if s.Undo == nil {
		return
	}
	undo, gone := s.Undo.Do, s.Undo.Gone
	s.Undo.Do = func(ctx context.Context, c tasks.Call) (tasks.Result, error) { return h.send(ctx, c, true, undo) }
	s.Undo.Gone = func(ctx context.Context, c tasks.Call) (bool, error) {
		if h.blinded() || ctx.Err() != nil {
			return false, errBlind
		}
		return gone(ctx, c)
	}
}

var errBlind = errors.New("the world does not answer")

func (h *hazard) blinded() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.blind
}

type deed = func(context.Context, tasks.Call) (tasks.Result, error)

// verdict is a look that comes out badly when one is due to.
func (h *hazard) verdict(do deed) deed {
	return func(ctx context.Context, c tasks.Call) (tasks.Result, error) {
		r, err := do(ctx, c)
		h.mu.Lock()
		defer h.mu.Unlock()
		if err == nil && h.blind {
			return tasks.Result{}, errBlind
		}
		if err == nil && h.sick {
			h.sick = false
			return tasks.Result{Verdict: tasks.Inconclusive, Says: "hard to tell"}, nil
		}
		return r, err
	}
}

// send makes an effect, or takes one back, through the hazards.
func (h *hazard) send(ctx context.Context, c tasks.Call, undo bool, do deed) (tasks.Result, error) {
	h.mustBeIntended(c, undo)
	h.mu.Lock()
	f, delay := h.fault, h.delay
	if h.fault = sound; f == lostBefore || f == lostAfter {
		h.lost++
	}
	h.mu.Unlock()
	if err := travel(ctx, delay); err != nil {
		return tasks.Result{}, err
	}
	switch f {
	case refusing:
		return tasks.Result{}, errors.New("not today")
	case lostBefore:
		return tasks.Result{}, tasks.Unknown(errors.New("no route"))
	}
	r, err := do(ctx, c)
	switch f {
	case lostAfter:
		return tasks.Result{}, tasks.Unknown(errors.New("connection reset"))
	case panicking:
		panic("a drawn mistake")
	}
	if late := travel(ctx, delay); late != nil {
		return tasks.Result{}, late
	}
	return r, err
}

func travel(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// mustBeIntended asks the disk whether this very call was announced there.
func (h *hazard) mustBeIntended(c tasks.Call, undo bool) {
	events, err := onDisk(h.dir)
	said := false
	if err == nil {
		said = slices.ContainsFunc(tasks.Fold(h.plan, events).Intents, func(i *tasks.Intent) bool {
			return i.Token == c.Token && i.Step == c.Step && i.Open() && (i.Undoes != "") == undo
		})
	}
	if !said {
		h.set(func() {
			h.wrong = append(h.wrong, fmt.Sprintf("%s %s was called (undo %v) and no open intent on the disk says so (%v)", c.Task.ID, c.Step, undo, err))
		})
	}
}
