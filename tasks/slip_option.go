package tasks

// slip_option.go: what could be done about a slip, in words. It proposes and decides
// nothing: which one is a person's to say.

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Option is one answer to a slip.
type Option struct {
	Do     OptionKind
	Task   string    // of drop: the task to be skipped
	Finish time.Time // forecast end of the last task then; of back out: when nothing is left
	Inside bool      // that lies inside the window
	Says   string    // "drop T8 (30 min): finish 17:50 +08, 10 min inside the window"
}

// OptionKind is a kind of answer.
type OptionKind string

// The answers to a slip.
const (
	OptionGoOn    OptionKind = "go on"
	OptionHold    OptionKind = "hold"
	OptionDrop    OptionKind = "drop"
	OptionBackOut OptionKind = "back out"
)

// Droppable tasks are tried one by one: so many of the longest, of which so many are told.
const (
	mostTried = 12
	mostDrops = 3
)

// options are the answers to the slip that this projection assumes.
func (pr *projection) options(v SlipPreview) []Option {
	all := []Option{pr.option(OptionGoOn, "", "go on: finish", v.Finish)}
	if v.Outside > 0 {
		all = append(all, pr.drops(v)...)
	}
	if !pr.state.Hold.On() {
		all = append(all, pr.holding(v))
	}
	if len(pr.state.UndoList()) > 0 {
		all = append(all, pr.option(OptionBackOut, "", "back out now: done", v.After.BackOutEnd))
	}
	return all
}

func (pr *projection) option(do OptionKind, task, lead string, end time.Time) Option {
	return Option{Do: do, Task: task, Finish: end, Inside: !end.After(pr.plan.Window.End.Time),
		Says: fmt.Sprintf("%s %s, %s", lead, clockIn(pr.plan, end), pr.where(end))}
}

// where says on which side of the window's end a moment lies.
func (pr *projection) where(end time.Time) string {
	switch over := end.Sub(pr.plan.Window.End.Time); {
	case over > 0:
		return words(over) + " after the window"
	case over == 0:
		return "with the window's last minute"
	default:
		return words(over) + " inside the window"
	}
}

// holding says how long a hold may last.
func (pr *projection) holding(v SlipPreview) Option {
	o := Option{Do: OptionHold, Finish: v.Finish, Inside: v.Outside == 0, Says: "hold: every minute of it ends further outside the window"}
	if left := pr.plan.Window.End.Sub(v.Finish); left > 0 {
		o.Says = fmt.Sprintf("hold: up to %s fit before the finish leaves the window", words(left))
	} else if left == 0 {
		o.Says = "hold: the first minute of it ends outside the window"
	}
	return o
}

// drops are the waiting tasks whose skipping brings the finish forward, the best first. A
// gate is never skipped, and what others signed up to accept is not dropped on the way.
func (pr *projection) drops(v SlipPreview) []Option {
	var tried []int
	for i := range pr.plan.Tasks {
		t := &pr.plan.Tasks[i]
		if v.After.Tasks[t.ID].Critical && pr.task(i).Status == Waiting && !t.Gate && t.ID != v.Task.Task && t.Duration() > 0 {
			tried = append(tried, i)
		}
	}
	slices.SortStableFunc(tried, func(a, b int) int { return cmp.Compare(pr.plan.Tasks[b].Duration(), pr.plan.Tasks[a].Duration()) })
	var found []Option
	for _, i := range tried[:min(len(tried), mostTried)] {
		without := *pr
		without.drop = i
		if end := finish(without.times()); end.Before(v.Finish) {
			t := &pr.plan.Tasks[i]
			found = append(found, pr.option(OptionDrop, t.ID, fmt.Sprintf("drop %s (%s): finish", t.ID, words(t.Duration())), end))
		}
	}
	slices.SortStableFunc(found, func(a, b Option) int { return a.Finish.Compare(b.Finish) })
	return found[:min(len(found), mostDrops)]
}
