package plan

// cycle.go: dependencies that wait for themselves. Depth first, every edge once; an edge
// back to a task still being followed closes a cycle, and is reported where it stands.

import (
	"slices"
	"strings"
)

// longestCycle is how many tasks of a cycle are named.
const longestCycle = 12

// walk follows dependencies from task to task.
type walk struct {
	tasks []*Task
	index map[string]int
	state []int8 // 0 not seen, 1 on the path, 2 done
	path  []int
	found func(from, dependency int, cycle []string)
}

func (r *reader) checkCycles() {
	all := slices.Collect(r.plan.All())
	w := walk{tasks: all, index: map[string]int{}, state: make([]int8, len(all))}
	for i, t := range w.tasks {
		if _, twice := w.index[t.ID]; !twice && t.ID != "" {
			w.index[t.ID] = i
		}
	}
	w.found = func(from, dependency int, cycle []string) {
		r.fault(&w.tasks[from].After[dependency], "tasks wait for each other: "+strings.Join(cycle, " → "),
			"dependencies that end; one of these has to go")
	}
	for i := range w.tasks {
		w.visit(i)
	}
}

func (w *walk) visit(i int) {
	if w.state[i] != 0 {
		return
	}
	w.state[i] = 1
	w.path = append(w.path, i)
	for j, id := range w.tasks[i].After {
		next, known := w.index[id]
		switch {
		case !known: // told by checkReferences
		case w.state[next] == 1:
			w.found(i, j, w.cycle(next))
		default:
			w.visit(next)
		}
	}
	w.path = w.path[:len(w.path)-1]
	w.state[i] = 2
}

// cycle names the tasks from the path's task first round to it again, bounded.
func (w *walk) cycle(first int) []string {
	from := len(w.path) - 1
	for w.path[from] != first {
		from--
	}
	var names []string
	for _, i := range w.path[from:] {
		if len(names) == longestCycle {
			names = append(names, "…")
			break
		}
		names = append(names, shown(w.tasks[i].ID))
	}
	return append(names, shown(w.tasks[first].ID))
}
