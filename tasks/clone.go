package tasks

// clone.go: how a state is published: a copy that later events do not change.

import (
	"maps"
	"slices"
)

// Clone is a deep enough copy to publish: what Apply changes is copied, what it
// only appends to or replaces is shared.
func (s *State) Clone() *State {
	c := *s
	c.Events = slices.Clip(s.Events)
	c.Ledger = slices.Clip(s.Ledger)
	c.Facts = maps.Clone(s.Facts)
	c.Tasks = make(map[string]*TaskState, len(s.Tasks))
	for id, t := range s.Tasks {
		c.Tasks[id] = t.clone()
	}
	c.Intents = make([]*Intent, len(s.Intents))
	for i, in := range s.Intents {
		ic := *in
		c.Intents[i] = &ic
	}
	return &c
}

func (t *TaskState) clone() *TaskState {
	c := *t
	c.Steps = slices.Clone(t.Steps)
	for i := range c.Steps {
		c.Steps[i].Trace = slices.Clip(c.Steps[i].Trace)
	}
	c.SignOffs, c.Poll, c.Waivers = slices.Clip(t.SignOffs), slices.Clip(t.Poll), slices.Clip(t.Waivers)
	c.Evidence = slices.Clone(t.Evidence)
	return &c
}
