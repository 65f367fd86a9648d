package ui

// countdown.go: the two clocks of the header. T counts to what comes next and stands
// still while the plan is held; L counts to the planned end of the day and never does.
// L is shown beside T once there was a hold: until then both tell the same story.

import (
	"fmt"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// countdown is a T-clock: "T-00:12:41" before, "T+00:00:03" after.
func countdown(to time.Duration) string {
	sign, s := ahead(to)
	return fmt.Sprintf("T%s%02d:%02d:%02d", sign, s/3600, s/60%60, s%60)
}

// coarse is a clock in hours and minutes, "L-00:53": its seconds are T's.
func coarse(letter string, to time.Duration) string {
	sign, s := ahead(to)
	return fmt.Sprintf("%s%s%02d:%02d", letter, sign, s/3600, s/60%60)
}

func ahead(to time.Duration) (sign string, seconds int) {
	if to < 0 {
		return "+", int(-to / time.Second)
	}
	return "-", int(to / time.Second)
}

// milestonePiece is the clock to what comes next, what that is, and who does it.
func milestonePiece(p pen) piece {
	if p.stopped() != nil {
		return stoppedPiece(p)
	}
	clock, long, short := milestone(p)
	at := p.s.Schedule.Clock
	by := ""
	if t := p.s.Plan.Task(at.To); t != nil && !at.Ends && t.InCharge != "" && !p.s.State.Rollback.Locked() {
		by = " · " + t.InCharge
	}
	forms := [][]span{one(strong.of(clock), plain.of(long+by)), one(strong.of(clock), plain.of(long)),
		one(strong.of(clock), plain.of(short)), one(strong.of(clock))}
	if at.Held == 0 || at.To == "" || p.s.State.Rollback.Locked() {
		return piece{forms, []int{10, 8, 3}}
	}
	l, words, k := coarse("L", at.L), " to the planned end", muted
	if at.L < 0 {
		words, k = " past the planned end", warn
	}
	tail := []span{plain.of(gap), k.of(l)}
	forms = append(forms[:3], one(strong.of(coarse("T", at.T)), plain.of(short)))
	for i := range forms {
		forms[i] = append(forms[i], tail...)
	}
	full := one(strong.of(clock), plain.of(long+by), plain.of(gap), k.of(l), k.of(words))
	forms = append([][]span{full}, append(forms, one(strong.of(coarse("T", at.T)), plain.of(" "), k.of(l)))...)
	return piece{forms, []int{11, 10, 8, 3, 0}} // what comes next goes last of all
}

// stopped is the task that comes next when it failed or was aborted, or nil: before somebody
// has gone on with it nothing is counted down to.
func (p pen) stopped() *plan.Task {
	t, ts, ok := p.s.Task(p.s.Schedule.Clock.To)
	if !ok || !ts.Status.Stopped() || p.s.State.Rollback.Locked() {
		return nil
	}
	return t
}

// stoppedPiece says what stopped, and since when, in the place of the countdown.
func stoppedPiece(p pen) piece {
	t := p.stopped()
	ts := p.s.State.Tasks[t.ID]
	word := alarm.of(t.ID + " " + taskMark(p.s, t, ts).word)
	since := muted.of(" since " + p.clock(ts.EndedAt))
	forms := [][]span{one(word, since, muted.of(" ("+p.since(ts.EndedAt)+")")), one(word, since), one(word, muted.of(" "+p.clock(ts.EndedAt))), one(word)}
	if at := p.s.Schedule.Clock; at.Held > 0 {
		for i := range forms {
			forms[i] = append(forms[i], plain.of(gap), either(at.L < 0, warn, muted).of(coarse("L", at.L)))
		}
	}
	return piece{forms, []int{8, 5, 1}}
}

// milestone is the clock to what comes next, and what that is in a long and a short form.
func milestone(p pen) (clock, long, short string) {
	s, at := p.s, p.s.Schedule.Clock
	switch {
	case s.State.Rollback.Locked():
		done, all := undoCount(s)
		word := "rolling back"
		if s.State.Rollback.Phase == tasks.RollbackHalted {
			word = "rollback stopped"
		}
		return word, fmt.Sprintf(" · %d of %d undone", done, all), fmt.Sprintf(" %d/%d", done, all)
	case at.To == "":
		return "all tasks done", "", ""
	}
	clock = countdown(at.T)
	switch due := at.T <= 0; {
	case at.Ends && at.T < 0:
		return clock, " " + at.To + " overran", " overran"
	case at.Ends:
		return clock, " to the end of " + at.To, " to end"
	case due && at.To == s.Schedule.Current:
		return clock, " " + at.To + " is due", " " + at.To
	case due:
		return clock, " " + at.To + " was due", " " + at.To
	}
	return clock, " to " + at.To, " " + at.To
}
