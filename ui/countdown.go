package ui

// countdown.go: the two clocks of the header. T counts to what comes next and stands
// still while the plan is held; L counts to the planned end of the day and never does.
// L is shown beside T once there was a hold: until then both tell the same story.

import (
	"fmt"
	"time"

	"tminus/tasks"
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
