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

// Order returns the ids of all tasks, each after everything it depends on, and otherwise
// in the order of the file.
func (p *Plan) Order() []string {
	index := make(map[string]int, len(p.Tasks))
	for i, t := range p.Tasks {
		index[t.ID] = i
	}
	order, seen := make([]string, 0, len(p.Tasks)), make([]bool, len(p.Tasks))
	var visit func(i int)
	visit = func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true
		for _, id := range p.Tasks[i].After {
			if next, known := index[id]; known {
				visit(next)
			}
		}
		order = append(order, p.Tasks[i].ID)
	}
	for i := range p.Tasks {
		visit(i)
	}
	return order
}

// Dependents returns the ids of the tasks that name id in their after, in the order of the file.
func (p *Plan) Dependents(id string) []string {
	var waiting []string
	for _, t := range p.Tasks {
		for _, dependency := range t.After {
			if dependency == id {
				waiting = append(waiting, t.ID)
				break
			}
		}
	}
	return waiting
}
