package ui

// outcome.go: what came of an effect, a look or a check, in one line of words.

import (
	"fmt"
	"strings"

	"tminus/tasks"
)

func settled(lead, intent string, state tasks.OutcomeState, problem string, r tasks.Result) string {
	switch state {
	case tasks.OutcomeFailed:
		return lead + intent + " did not happen" + because(problem)
	case tasks.OutcomeUnknown:
		return lead + "nobody knows whether " + intent + " happened" + because(problem)
	}
	if r.Says != "" {
		return lead + r.Says
	}
	var ids []string
	for _, m := range r.Made {
		ids = append(ids, m.Kind+" "+m.ID)
	}
	if len(ids) > 0 {
		return lead + "made " + strings.Join(ids, ", ")
	}
	return lead + intent + " ok"
}

func stepSentence(s *tasks.State, b tasks.StepDone) string {
	if b.Step == tasks.StatedStep {
		return statedSentence(b)
	}
	if b.Error != "" {
		return fmt.Sprintf("%s did not pass %s: %s", b.Task, quoted(s, b.Task, b.Step), b.Error)
	}
	text := b.Result.Says
	if text == "" && len(b.Result.Rows) > 0 {
		text = tallied(b.Result.Rows).words()
	}
	switch word := verdictMark(b.Result.Verdict).word; {
	case b.Result.Verdict == tasks.Inconclusive, b.Result.Verdict == tasks.Degraded && !strings.Contains(text, word):
		text = word + because(text)
	}
	if text == "" {
		text = "ok"
	}
	return fmt.Sprintf("%s %s: %s", b.Task, b.Step, text)
}

// statedSentence is what the world said of facts stated by hand.
func statedSentence(b tasks.StepDone) string {
	switch {
	case b.Error != "":
		return fmt.Sprintf("%s: what was stated by hand does not hold: %s", b.Task, b.Error)
	case b.Result.Verdict == tasks.Pass:
		return fmt.Sprintf("%s: the world agrees with what was stated by hand%s", b.Task, because(b.Result.Says))
	}
	return fmt.Sprintf("%s: stated by hand, not verified%s", b.Task, because(b.Result.Says))
}
