package cli

// review.go: what a rollback would undo, in words, for those without a screen.

import (
	"fmt"
	"io"
	"time"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// review lists what a rollback would undo, newest effect first, and what the world says of it.
func review(out io.Writer, s *tasks.Snapshot, task string) {
	say := func(format string, args ...any) { fmt.Fprintln(out, safe.Line(fmt.Sprintf(format, args...))) }
	env, items := s.Plan.Environment, s.State.UndoListFrom(task)
	say("%s in account %s, %s: %s", s.State.Change, env.Account, env.Region, extent(items))
	for _, u := range items {
		say("%-4s %s%s", u.Task, u.Words.Title, called(u.Words))
		for _, r := range u.Made {
			say("       %s %s", r.Kind, r.ID)
		}
		if u.Words.Lost != "" {
			say("       lost: %s", u.Words.Lost)
		}
		if u.Kept() {
			say("       stays: %s", u.Words.Keep)
		}
		if u.Error != "" {
			say("       the last try failed: %s", u.Error)
		}
		if asked(s, task) {
			if proof, told := s.Review.Proofs[u.Intent]; told { // what stays is not asked about
				say("       now: %s", proven(proof))
			}
		}
	}
	for _, i := range s.State.Backwards(task) {
		if i.Open() {
			say("%-4s %s: nobody knows yet whether it happened; the world is asked first", i.Task, i.Step)
		}
	}
}

// extent is how much there is to undo, and how long that should take.
func extent(items []tasks.UndoItem) string {
	var kept int
	var sum time.Duration
	for _, u := range items {
		if u.Kept() {
			kept++
		} else {
			sum += u.Words.Expect
		}
	}
	text := fmt.Sprintf("%d to undo, newest first", len(items)-kept)
	if sum > 0 {
		text += ", about " + sum.String()
	}
	if kept > 0 {
		text += fmt.Sprintf("; %d to stay", kept)
	}
	return text
}

func called(w tasks.UndoWords) string {
	if w.Call == "" {
		return ""
	}
	return "  (" + w.Call + ")"
}

// proven is what the world says of one target.
func proven(p tasks.Proof) string {
	switch {
	case p.Error != "":
		return "it cannot be told: " + p.Error
	case p.Says != "":
		return p.Says
	case p.There:
		return "it is there"
	}
	return "it is gone: nothing has to be undone"
}
