package ui

// glyph.go: a glyph and a word for every state, and ASCII for terminals that
// have nothing else. All glyphs are one rune and one column wide, and none is an
// emoji: those shift borders.

import (
	"slices"
	"strings"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// mark is a state as it is shown: never a colour alone.
type mark struct {
	glyph, word string
	ink         ink
}

func (m mark) span() span { return m.ink.of(m.glyph + " " + m.word) }

// taskMark is where a task stands.
func taskMark(s *tasks.Snapshot, t *plan.Task, ts *tasks.TaskState) mark {
	switch ts.Status {
	case tasks.Active:
		return mark{"▶", "running", live}
	case tasks.Checked:
		return mark{"‖", "sign-off", warn}
	case tasks.Done:
		if ts.Claimed {
			return mark{"✓", "claimed", muted}
		}
		switch {
		case t.Gate:
			return mark{"✓", "go", good}
		case len(ts.Waivers) > 0:
			return mark{"↷", "waived", warn}
		case ts.ByHand() && !ts.Verified():
			return mark{"◑", "stated", warn}
		case ts.ByHand():
			return mark{"✓", "by hand", good}
		}
		return mark{"✓", "done", good}
	case tasks.Failed:
		if t.Gate {
			return mark{"✗", "no-go", alarm}
		}
		return mark{"✗", "failed", alarm}
	case tasks.Aborted:
		return mark{"■", "aborted", alarm}
	case tasks.Skipped:
		return mark{"↷", "skipped", muted}
	case tasks.Unsure:
		return mark{"?", "unknown", alarm}
	case tasks.Undone:
		return mark{"↶", "undone", muted}
	}
	switch {
	case t.Gate && ts.Overdue && free(s.State, t):
		return mark{"◇", "overdue", alarm}
	case s.State.Hold.On() && free(s.State, t):
		return mark{"‖", "held", warn}
	case s.State.Ready(t) && t.Gate:
		return mark{"◇", "decide", warn}
	case s.State.Ready(t):
		return mark{"○", "ready", strong}
	}
	return mark{"○", "waiting", muted}
}

func stepMark(status tasks.StepStatus) mark {
	switch status {
	case tasks.StepDoing:
		return mark{"▶", "running", live}
	case tasks.StepOK:
		return mark{"✓", "ok", good}
	case tasks.StepFailed:
		return mark{"✗", "failed", alarm}
	case tasks.StepUnknown:
		return mark{"?", "unknown", alarm}
	case tasks.StepUndone:
		return mark{"↶", "undone", muted}
	case tasks.StepWaived:
		return mark{"↷", "waived", warn}
	case tasks.StepByHand:
		return mark{"◑", "by hand", warn}
	}
	return mark{"○", "to do", muted}
}

// foundMark is a step by its status, amber when what it found holds and is worse than it should be.
func foundMark(st tasks.StepState) mark {
	if worse(st) {
		return verdictMark(tasks.Degraded)
	}
	return stepMark(st.Status)
}

// worse reports a step that holds, degraded.
func worse(st tasks.StepState) bool { return st.Status == tasks.StepOK && st.Verdict == tasks.Degraded }

// degraded reports a task that has such a step.
func degraded(ts *tasks.TaskState) bool { return slices.ContainsFunc(ts.Steps, worse) }

func verdictMark(v tasks.Verdict) mark {
	switch v {
	case tasks.Pass:
		return mark{"✓", "pass", good}
	case tasks.Degraded:
		return mark{"△", "degraded", warn}
	case tasks.Fail:
		return mark{"✗", "fail", alarm}
	case tasks.Inconclusive:
		return mark{"?", "inconclusive", warn}
	}
	return mark{"◌", "not tested", muted}
}

// signs are the glyphs and what they stand for, for the documentation. On the screen each
// has its word beside it.
func signs() [][2]string {
	return [][2]string{
		{"✓", "done, passed, go"}, {"▶", "running"}, {"○", "waiting, to do"}, {"●", "to do, and it changes the account"}, {"◇", "a gate to decide"},
		{"‖", "held, waits for a sign-off, kept by policy"}, {"✗", "failed, no-go"}, {"■", "aborted"}, {"?", "nobody knows, no data"},
		{"↷", "skipped, or waived: gone on without it"}, {"↶", "undone, or taken back"}, {"◑", "done by hand: stated by a person"},
		{"◌", "not tested, not asked yet"}, {"≠", "differs, stale"}, {"◆", "critical path"}, {"△", "degraded: it holds, and is slower or worse than it should be"},
		{"▲", "a person is needed now; on the window's line, decide by"},
		{"▒", "the window's warning, before decide by"}, {"┄", "as planned when the run opened"},
	}
}

// asciiGlyphs pairs each glyph of ours with its stand-in.
const asciiGlyphs = "✓+≈~±~◑@▶>○o●O✗x■#↷/↶\\‖=◌.≠!?? ◇<◆*▲^△~▼v·.…~→>←<↑^↓v−-–-—-×x" +
	"╭+╮+╰+╯+─-│|├+┤+┬+┴+┼+╌-┄-╷|╵|╎:▏|▕|█#▉#▊#▋#▌#▍#▎#▒%░:▁_▂_▃_▄=▅=▆=▇#" +
	"•*“\"”\"‘'’'␛^␊/⟨<⟩>"

// asciiFor is the stand-in for one drawn character, of the same width.
func asciiFor(cluster string) string {
	if len(cluster) == 0 || len(cluster) == 1 && cluster[0] < 0x7f {
		return cluster
	}
	r := []rune(cluster)
	if len(r) == 1 && r[0] > 0x2800 && r[0] <= 0x28ff {
		return brailleASCII(byte(r[0] - 0x2800))
	}
	if len(r) == 1 {
		if r[0] == 0x2800 {
			return " "
		}
		if at := strings.Index(asciiGlyphs, cluster); at >= 0 {
			return asciiGlyphs[at+len(cluster) : at+len(cluster)+1]
		}
	}
	return strings.Repeat("?", max(cells(cluster), 1))
}

// brailleASCII says whether a chart's dots lie high, in the middle or low in their cell.
func brailleASCII(dots byte) string {
	high, low := dots&0b00011011 != 0, dots&0b11100100 != 0
	switch {
	case high && low:
		return "|"
	case high:
		return "'"
	}
	return "."
}
