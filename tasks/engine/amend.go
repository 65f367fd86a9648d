package engine

// amend.go: a plan changed on the day. The new copy is frozen beside the older ones,
// and the event names it. The plan in memory is the old one still, so nothing more is
// done here: whoever opens the run next flies the new one.

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/run"
	"tminus/tasks/safe"
)

// The most that an amendment tells of its changes in the journal; the copies hold them all.
const (
	mostChanges = 60
	mostChange  = 160
)

func (e *Engine) amend(c tasks.Command) error {
	if !e.cfg.Still {
		return tasks.Refusal{Sentence: "leave the cockpit first: tminus amend needs the run for itself"}
	}
	if err := e.quiet(); err != nil {
		return err
	}
	sum := sha256.Sum256(c.Amend.Source)
	if hex.EncodeToString(sum[:]) != c.Amend.Plan.Hash {
		return fmt.Errorf("amending the plan: its source is not the file it was loaded from")
	}
	name, err := run.KeepPlan(e.cfg.Dir, e.state.Events, c.Amend.Source)
	if err == nil {
		err = run.KeepSuite(e.cfg.Dir, name, c.Amend.Suite)
	}
	if err != nil {
		return err
	}
	e.wants.leave = e.record(c.By, tasks.Amended{
		From: e.state.Plan, To: c.Amend.Plan.Hash, File: name, Reason: c.Text,
		Changes: e.changes(c.Amend), Actions: c.Amend.Actions, States: c.Amend.States, Was: c.Amend.Was(e.plan), Suite: c.Amend.Digest,
	})
	return nil
}

// changes are the amendment's changes, a line each, as many as a record can hold.
func (e *Engine) changes(a *tasks.Amendment) []string {
	var lines []string
	all := a.Changes(e.plan)
	for _, ch := range all[:min(len(all), mostChanges)] {
		lines = append(lines, cut(safe.Redact(change(ch)), mostChange))
	}
	if a.Digest != e.state.Suite {
		lines = append(lines, "the smoke tests' files changed")
	}
	if n := len(all) - mostChanges; n > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", n))
	}
	return lines
}

// change is one change in words. What is said of people stays in the plan: the journal
// tells that it changed, not from what to what.
func change(ch plan.Change) string {
	if !strings.HasPrefix(ch.Path, "contacts.") {
		return ch.String()
	}
	switch {
	case ch.From == "":
		return ch.Path + " added"
	case ch.To == "":
		return ch.Path + " taken out"
	}
	return ch.Path + " changed"
}
