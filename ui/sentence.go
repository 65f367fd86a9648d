package ui

// sentence.go: every kind of event as one line of words, for the journal pane,
// for flights without a terminal, and for those who watch.

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// Sentence says in one line what happened. It names neither time nor author. The
// state knows the titles of the steps; without one, nil, their ids stand instead.
func Sentence(s *tasks.State, e tasks.Event) string { return safe.Line(sentence(s, e)) }

// Told is an event as a line for those without a screen: when, by whom, what.
func Told(s *tasks.Snapshot, e tasks.Event) string {
	return fmt.Sprintf("%s  %-9s  %s", e.Run.In(s.Plan.Zone).Format(time.TimeOnly), safe.Line(e.By), Sentence(s.State, e))
}

func sentence(s *tasks.State, e tasks.Event) string {
	switch b := e.Body.(type) {
	case tasks.RunOpened:
		return fmt.Sprintf("%s of %s opened as run %s", modeWord(b.Mode), b.Change, b.Run)
	case tasks.WriterOpened:
		return writerSentence(b)
	case tasks.Noted:
		return ofTask(b.Task) + "note: " + b.Text
	case tasks.Intended:
		if b.Undoes != "" {
			return fmt.Sprintf("%s begins to undo %s", b.Task, quoted(s, b.Task, b.Step))
		}
		return fmt.Sprintf("%s begins %s", b.Task, quoted(s, b.Task, b.Step))
	case tasks.Outcome:
		return settled("", effect(s, b.Intent), b.State, b.Error, b.Result)
	case tasks.Reconciled:
		return settled("asked the world: ", effect(s, b.Intent), b.State, b.Error, b.Result)
	case tasks.StepDone:
		return stepSentence(s, b)
	case tasks.Retracted:
		return "took back " + entrySentence(s, b.Event) + because(b.Reason)
	case tasks.Amended:
		return fmt.Sprintf("the plan was amended (%s): %s", strings.Join(b.Changes, "; "), b.Reason)
	case tasks.Released:
		return "released: every task is done"
	case tasks.Strange:
		return fmt.Sprintf("an event %q, which this build does not know", b.Type)
	}
	if words := runSentence(e); words != "" {
		return words
	}
	return taskSentence(s, e)
}

// runSentence is what happened to the run as a whole: who acts, holds, the way back; ""
// for anything else.
func runSentence(e tasks.Event) string {
	switch b := e.Body.(type) {
	case tasks.ConnTaken:
		if b.From != "" {
			return e.By + " took the conn from " + b.From
		}
		return e.By + " took the conn"
	case tasks.ConnOffered:
		if b.To == "" {
			return e.By + " withdrew the offer of the conn"
		}
		return e.By + " offers the conn to " + b.To
	case tasks.ConnReleased:
		return e.By + " released the conn: read-only"
	case tasks.Woke:
		return fmt.Sprintf("nobody has the conn any more: %s (%s by the calendar, %s by the steady clock)", b.Says, about(b.Wall), about(b.Steady))
	case tasks.HoldStarted:
		words := "the plan is held" + because(b.Reason)
		if b.Until != nil {
			words += fmt.Sprintf(" (expected to end in %s)", about(b.Until.Sub(e.Run)))
		}
		return words
	case tasks.HoldEnded:
		return "the plan goes on" + because(b.Note)
	case tasks.RollbackStarted:
		from := ""
		if b.From != "" {
			from = " from " + b.From + " on"
		}
		return fmt.Sprintf("rolling back %s%s: %s", plural(len(b.Intents), "effect"), from, b.Reason)
	case tasks.RollbackStopped:
		return "the rollback stopped: " + b.Reason
	case tasks.RollbackDone:
		if len(b.Left) == 0 {
			return "rolled back: nothing is left"
		}
		return "rolled back; left: " + strings.Join(b.Left, "; ")
	case tasks.Reopened:
		return "the run was reopened" + because(b.Reason)
	}
	return ""
}

// entrySentence is the event that was taken back, in its own words.
func entrySentence(s *tasks.State, seq uint64) string {
	e, ok := eventOf(s, seq)
	if _, again := e.Body.(tasks.Retracted); !ok || again {
		return fmt.Sprintf("event %d", seq)
	}
	return fmt.Sprintf("%d (%s)", seq, sentence(s, e))
}

func taskSentence(s *tasks.State, e tasks.Event) string {
	switch b := e.Body.(type) {
	case tasks.TaskStarted:
		switch {
		case b.Again:
			return b.Task + " is verified again"
		case b.From != "":
			return b.Task + " goes on at " + quoted(s, b.Task, b.From)
		}
		return b.Task + " started"
	case tasks.TaskChecked:
		return b.Task + " passed its checks and waits for sign-off"
	case tasks.TaskDone:
		return b.Task + " done" + because(b.Note)
	case tasks.TaskFailed:
		if b.Step != "" && b.Step != tasks.StatedStep {
			return fmt.Sprintf("%s failed at %s%s", b.Task, quoted(s, b.Task, b.Step), because(b.Reason))
		}
		return b.Task + " failed" + because(b.Reason)
	case tasks.TaskSkipped:
		return b.Task + " skipped" + because(b.Reason)
	case tasks.TaskAborted:
		return b.Task + " aborted" + because(b.Reason)
	case tasks.ByHand:
		return b.Task + " was done by hand" + stated(b.Facts) + because(b.Note)
	case tasks.Polled:
		return fmt.Sprintf("%s: %s says %s%s", b.Task, b.Contact, goWord(b.Go), because(b.Note))
	case tasks.Waived:
		return "↷ " + b.Task + " goes on without " + waivedThing(s, b.Task, b.Step, b.Contact) + ", waived" + because(b.Reason)
	case tasks.Decided:
		if b.Task == "" {
			return "past decide-by the run goes on" + because(b.Note)
		}
		return b.Task + " decided: " + goWord(b.Go) + because(b.Note)
	case tasks.SignedOff:
		return signedSentence(b)
	case nil:
		return "an event without a body"
	}
	return e.Body.Kind()
}

func goWord(yes bool) string {
	if yes {
		return "go"
	}
	return "no-go"
}

// stated are facts as somebody states them: " (stated: instance id i-0c1f)".
func stated(facts map[string]string) string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		words = append(words, factWord(name)+" "+facts[name])
	}
	if words == nil {
		return ""
	}
	return " (stated: " + strings.Join(words, ", ") + ")"
}

// waivedThing is what a task goes on without: a check by its title, or a sign-off.
func waivedThing(s *tasks.State, task, step, contact string) string {
	if contact != "" {
		return "the sign-off of " + contact
	}
	return quoted(s, task, step)
}

func writerSentence(b tasks.WriterOpened) string {
	text := fmt.Sprintf("process %d writes the journal", b.PID)
	if b.Epoch > 1 {
		text = fmt.Sprintf("process %d goes on with the journal from %d", b.PID, b.From)
	}
	if b.Torn > 0 {
		text += fmt.Sprintf("; %s of a torn line set aside", plural(b.Torn, "byte"))
	}
	return text
}

// quoted is a step by its title, as a person knows it.
func quoted(s *tasks.State, task, step string) string {
	if s == nil || s.Tasks[task] == nil {
		return step
	}
	if title := s.Tasks[task].Step(step).Title; title != "" {
		return "“" + title + "”"
	}
	return step
}

// effect is an intent by its task and the title of its step, or by its id.
func effect(s *tasks.State, intent string) string {
	if s == nil {
		return intent
	}
	i := s.Intent(intent)
	switch {
	case i == nil:
		return intent
	case i.Undoes != "":
		return "undoing " + quoted(s, i.Task, i.Step) + " of " + i.Task
	}
	return quoted(s, i.Task, i.Step) + " of " + i.Task
}

func modeWord(m tasks.Mode) string {
	if m == tasks.RehearsalRun {
		return "rehearsal"
	}
	return "live run"
}

// ofTask is the task a remark belongs to, before it.
func ofTask(task string) string {
	if task == "" {
		return ""
	}
	return task + " "
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
