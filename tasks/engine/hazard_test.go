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
	"tminus/tasks/reading"
)

// walkPlan has two tasks abreast that change the world, a gate after both, sign-offs of
// work by machine and by hand, and a mug and a call on demand.
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
  - {id: G1, title: "go?", start: 2019-02-07 16:30, end: 2019-02-07 16:30, in_charge: BB, after: [T1, T2], gate: true, poll: [AA, BB], quorum: 1, deadline: 2019-02-07 16:45}
  - {id: T3, title: "look", start: 2019-02-07 16:30, end: 2019-02-07 16:40, in_charge: AA, after: [G1], action: toy.look, signoff: [BB]}
  - {id: T4, title: "cover", start: 2019-02-07 16:30, end: 2019-02-07 16:40, in_charge: AA, after: [G1], action: toy.top}
  - {id: M2, title: "taste", start: 2019-02-07 16:40, end: 2019-02-07 16:50, in_charge: AA, after: [T3, T4], signoff: [AA, BB]}
on_demand:
  - {id: O1, title: "try", in_charge: AA, after: [M1], action: toy.try}
  - {id: O2, title: "call", in_charge: BB, after: [O1]}
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
	dir    string // of the run
	plan   *plan.Plan
	fault  fault         // of the next effect
	delay  time.Duration // real time of each effect on the way there, and again on the way back
	blind  bool          // looks and questions come to nothing
	says   tasks.Verdict // of work done by hand
	naps   int           // gaps so far
	unread bool          // nothing has read the world since the last one
	sick   bool          // the next verdict is a fail
	wrong  []string      // what must never happen and did
	lost   int
}

// calm takes all hazards away.
func (h *hazard) calm() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fault, h.delay, h.blind, h.sick, h.says = sound, 0, false, false, tasks.Pass
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
	actions = append(actions, tasks.Action{Kind: "toy.lay", Steps: []tasks.Step{bowl, salt}}, tasks.Action{Kind: "toy.top", Steps: []tasks.Step{h.step("lid")}},
		tasks.Action{Kind: "toy.try", Steps: []tasks.Step{h.step("mug")}})
	h.stated = func(_ context.Context, c tasks.Call) (tasks.Result, error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		switch {
		case h.blind && h.sick:
			return tasks.Result{}, errBlind
		case h.blind:
			return tasks.Result{}, tasks.Unknown(errBlind)
		}
		return tasks.Result{Verdict: h.says, Says: "by hand", Facts: map[string]string{"jug.id": c.Facts["cup.id"]}}, nil
	}
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
	undo, gone, prove := s.Undo.Do, s.Undo.Gone, s.Undo.Prove
	s.Undo.Prove = func(ctx context.Context, c tasks.Call) (string, bool, error) {
		if h.blinded() {
			return "", false, errBlind
		}
		return prove(ctx, c)
	}
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

// mustBeIntended asks the disk whether this very call was announced there, by somebody
// who had the conn and had seen the world as it is.
func (h *hazard) mustBeIntended(c tasks.Call, undo bool) {
	events, err := onDisk(h.dir)
	if err != nil {
		h.accuse("%v", err)
		return
	}
	s := tasks.Fold(h.plan, events)
	n := slices.IndexFunc(s.Intents, func(i *tasks.Intent) bool {
		return i.Token == c.Token && i.Step == c.Step && i.Open() && (i.Undoes != "") == undo
	})
	woke := naps(events)
	switch {
	case n < 0:
		h.accuse("%s %s was called (undo %v) and no open intent on the disk says so", c.Task.ID, c.Step, undo)
	case undo && s.Intent(s.Intents[n].Undoes).Undone:
		h.accuse("%s is undone twice", s.Intents[n].Undoes)
	case s.Conn.Holder == "":
		h.accuse("%s %s was begun (undo %v) while nobody had the conn", c.Task.ID, c.Step, undo)
	}
	h.mu.Lock()
	blindly, naps := h.unread, h.naps
	h.mu.Unlock()
	if blindly || woke != naps {
		h.accuse("%s %s was begun after a gap (%d of %d noticed), and nobody has read the world since: %v", c.Task.ID, c.Step, woke, naps, blindly)
	}
}

// naps counts the gaps that were noticed.
func naps(events []tasks.Event) (n int) {
	for _, e := range events {
		if _, ok := e.Body.(tasks.Woke); ok {
			n++
		}
	}
	return n
}

func (h *hazard) accuse(format string, args ...any) {
	h.set(func() { h.wrong = append(h.wrong, fmt.Sprintf(format, args...)) })
}

// eye is the sensor that reads the world.
func (h *hazard) eye() tasks.Sensor {
	return tasks.Sensor{Name: "eye", Every: 2 * time.Second, Real: true, Read: func(context.Context, map[string]string, time.Time) (reading.Update, error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.unread = false
		if h.blind {
			return nil, errBlind
		}
		return nil, nil
	}}
}
