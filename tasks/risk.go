package tasks

// risk.go: which risks the readings raise. The conditions are the plan's, compiled once;
// where they stand is carried from one look to the next by whoever looks.

import (
	"tminus/tasks/plan"
	"tminus/tasks/signal"
)

// Signals are the conditions of a plan's risks, by risk id. A risk without one is not in it.
type Signals map[string]*signal.Signal

// NewSignals compiles the conditions of a plan. A loaded plan's all compile; one that does
// not, of a plan made otherwise, is left out: it is never raised.
func NewSignals(p *plan.Plan) Signals {
	all := Signals{}
	for i := range p.Risks {
		if s, err := p.Condition(&p.Risks[i]); err == nil && s != nil {
			all[p.Risks[i].ID] = s
		}
	}
	return all
}

// Next is where every condition stands at a look, by risk id, after what stood at the one
// before; nil for the first.
func (all Signals) Next(was map[string]signal.Standing, s *State, live Live) map[string]signal.Standing {
	statuses := make(map[string]string, len(s.Tasks))
	for id, t := range s.Tasks {
		statuses[id] = string(t.Status)
	}
	known := signal.Known(live.Readings, statuses, signal.Moment{Run: live.Now, Wall: live.Wall, Beat: live.Beat()})
	is := make(map[string]signal.Standing, len(all))
	for id, condition := range all {
		is[id] = condition.Next(was[id], known, live.Now)
	}
	return is
}
