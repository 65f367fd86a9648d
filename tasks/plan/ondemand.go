package plan

// ondemand.go: tasks without a time. Nobody knows when they are wanted, or whether at
// all: so nothing that has a time may wait for one, and none may decide or be decided.

func (r *reader) checkOnDemand() {
	for i := range r.plan.OnDemand {
		t := &r.plan.OnDemand[i]
		what := called("task", t.ID, i)
		r.checkRow(what, t)
		for _, timed := range []struct {
			value any
			key   string
		}{{&t.Start, "start"}, {&t.End, "end"}, {t.Earliest, "earliest"}, {t.Deadline, "deadline"}} {
			if r.sound(timed.value) {
				r.fault(timed.value, "an on-demand task has no time, but "+what+" gives its "+timed.key, "no "+timed.key+"; a task with a time stands under tasks")
			}
		}
		for _, decides := range []struct {
			value any
			key   string
		}{{&t.Gate, "gate"}, {&t.Poll, "poll"}, {&t.Quorum, "quorum"}} {
			if r.sound(decides.value) {
				r.fault(decides.value, "an on-demand task decides nothing, but "+what+" has a "+decides.key, "gates under tasks, where others wait for them")
			}
		}
		if r.sound(&t.Status) && t.Status != "not started" {
			r.fault(&t.Status, "status of "+what+" is "+quoted(t.Status), "not started: an on-demand task is done on the day, or not at all")
		}
	}
}

// checkTimeless refuses that a task with a time waits for one that has none.
func (r *reader) checkTimeless() {
	timeless := map[string]bool{}
	for i := range r.plan.OnDemand {
		timeless[r.plan.OnDemand[i].ID] = true
	}
	for i := range r.plan.Tasks {
		timeless[r.plan.Tasks[i].ID] = false // an id given twice is told already
	}
	for i := range r.plan.Tasks {
		t := &r.plan.Tasks[i]
		for j := range t.After {
			if r.sound(&t.After[j]) && timeless[t.After[j]] {
				r.fault(&t.After[j], called("task", t.ID, i)+" has a time and waits for "+shown(t.After[j])+", which is on demand",
					"a task with a time: nobody knows when an on-demand task is done")
			}
		}
	}
}
