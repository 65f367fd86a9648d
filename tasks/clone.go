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
	c.Facts = maps.Clone(s.Facts)
	c.Tasks = make(map[string]*TaskState, len(s.Tasks))
	for id, t := range s.Tasks {
		tc := *t
		tc.Steps = slices.Clone(t.Steps)
		for i := range tc.Steps {
			tc.Steps[i].Trace = slices.Clip(tc.Steps[i].Trace)
		}
		tc.SignOffs, tc.Evidence = slices.Clip(t.SignOffs), slices.Clone(t.Evidence)
		c.Tasks[id] = &tc
	}
	c.Intents = make([]*Intent, len(s.Intents))
	for i, in := range s.Intents {
		ic := *in
		c.Intents[i] = &ic
	}
	return &c
}
