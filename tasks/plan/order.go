package plan

// order.go: a loaded plan asked what comes first, what comes next, and who waits for whom.

// FirstUnfinished returns the task that starts earliest among those the document does not
// call completed, or nil when all are. Of two that start together the first in the file.
func (p *Plan) FirstUnfinished() *Task {
	var first *Task
	for i := range p.Tasks {
		if t := &p.Tasks[i]; !t.Done() && (first == nil || t.Start.Before(first.Start.Time)) {
			first = t
		}
	}
	return first
}

// Order returns the ids of all tasks with a time, each after everything it depends on, and otherwise
// in the order of the file.
func (p *Plan) Order() []string {
	order := make([]string, 0, len(p.Tasks))
	for _, i := range p.Graph().Order {
		order = append(order, p.Tasks[i].ID)
	}
	return order
}

// Dependents returns the ids of the tasks, also on demand, that name id in their after, in the order of the file.
func (p *Plan) Dependents(id string) []string {
	var waiting []string
	for t := range p.All() {
		for _, dependency := range t.After {
			if dependency == id {
				waiting = append(waiting, t.ID)
				break
			}
		}
	}
	return waiting
}
