package plan

// graph.go: who waits for whom, for all tasks at once. A plan of thousands of tasks is
// asked about each of them every second: by name, one by one, that would be quadratic.

// Graph is the dependencies of a plan by index into Plan.Tasks; none of those waits for a
// task on demand. A dependency that names
// no task is left out, one that is named twice is there once.
type Graph struct {
	Order []int   // every task with a time, each after everything it depends on, and otherwise in the order of the file
	After [][]int // by task: what it waits for
	Next  [][]int // by task: what waits for it, in the order of the file
}

// Graph returns the plan's dependencies. It takes the time of one look at each task and
// each dependency, and nothing is kept: a plan that was changed gives its new graph.
func (p *Plan) Graph() *Graph {
	index := make(map[string]int, len(p.Tasks))
	for i := range p.Tasks {
		index[p.Tasks[i].ID] = i
	}
	g := &Graph{Order: make([]int, 0, len(p.Tasks)), After: make([][]int, len(p.Tasks)), Next: make([][]int, len(p.Tasks))}
	named := make([]int, len(p.Tasks)) // by task: the last one that named it, plus one
	for i := range p.Tasks {
		for _, id := range p.Tasks[i].After {
			if before, known := index[id]; known && named[before] != i+1 {
				named[before] = i + 1
				g.After[i], g.Next[before] = append(g.After[i], before), append(g.Next[before], i)
			}
		}
	}
	seen := make([]bool, len(p.Tasks))
	for i := range p.Tasks {
		g.visit(i, seen)
	}
	return g
}

// visit puts a task into the order behind those it waits for. A task that waits for
// itself, which no loaded plan holds, comes where it is met first.
func (g *Graph) visit(i int, seen []bool) {
	if seen[i] {
		return
	}
	seen[i] = true
	for _, before := range g.After[i] {
		g.visit(before, seen)
	}
	g.Order = append(g.Order, i)
}

// OnDemandOrder is the tasks on demand, each after those of them that it depends on, and
// otherwise in the order of the file.
func (p *Plan) OnDemandOrder() []*Task {
	index := make(map[string]*Task, len(p.OnDemand))
	for i := range p.OnDemand {
		index[p.OnDemand[i].ID] = &p.OnDemand[i]
	}
	order, seen := make([]*Task, 0, len(p.OnDemand)), map[*Task]bool{}
	var visit func(*Task)
	visit = func(t *Task) {
		if t == nil || seen[t] {
			return
		}
		seen[t] = true
		for _, id := range t.After {
			visit(index[id])
		}
		order = append(order, t)
	}
	for i := range p.OnDemand {
		visit(&p.OnDemand[i])
	}
	return order
}
