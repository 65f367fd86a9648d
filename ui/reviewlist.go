package ui

// reviewlist.go: what a rollback would undo, as the open review shows it: each effect
// with what the world says of it now. What is kept and what cannot come back is said
// before anybody agrees.

import (
	"strings"
	"time"

	"tminus/tasks"
)

func reviewLines(p pen) []line {
	from, st := p.v.Dialog.From, p.s.State
	lines := scopeLines(p)
	head := len(lines)
	var takes time.Duration
	for n, u := range st.UndoListFrom(from) {
		lines = append(lines, reviewItem(p, n, u)...)
		if !u.Kept() {
			takes += u.Words.Expect
		}
	}
	for _, i := range st.Backwards(from) {
		if i.Open() {
			lines = append(lines, row(alarm.of("   ? "), plain.of(i.Task+" "), strong.of(quoted(st, i.Task, i.Step)), warn.of(" outcome unknown: the world is asked first")))
			lines = append(lines, proofLines(p, i.ID)...)
		}
	}
	if len(lines) == head {
		return append(lines, row(muted.of("nothing to undo")))
	}
	return append(lines, row(muted.f("   all of it takes about %s: done by %s", about(takes), p.clock(p.s.Now.Add(takes)))))
}

// scopeLines say what the list is of, and what it leaves.
func scopeLines(p pen) []line {
	from := p.v.Dialog.From
	if from == "" {
		return []line{row(strong.of("Everything this run made"), muted.of(", newest first"))}
	}
	lines := []line{row(strong.of("Only what was made from "+from+" on"), muted.of(", newest first"))}
	if left := stays(p.s.State, from); len(left) > 0 {
		lines = append(lines, row(plain.of("what "+strings.Join(left, ", ")+" made stays as it is")))
	}
	return lines
}

func reviewItem(p pen, n int, u tasks.UndoItem) []line {
	things := muted.of(" " + made(u.Made, max(p.w-cells(u.Words.Title)-26, 12)))
	if u.Kept() {
		lines := []line{row(muted.f("%2d ", n+1), warn.of("‖ kept "), plain.of(u.Words.Title), things).ends(muted.of(u.Task))}
		return append(lines, paragraph(plain.of("     "), u.Words.Keep, muted, p.w)...)
	}
	things.ink = plain
	l := row(muted.f("%2d ", n+1), accent.of("↶ "), strong.of(u.Words.Title), things).ends(muted.of(u.Task))
	if u.Words.Expect > 0 {
		l.tail = []span{muted.of("about " + about(u.Words.Expect) + " · " + u.Task)}
	}
	lines := append([]line{l}, proofLines(p, u.Intent)...)
	if u.Words.Call != "" {
		lines = append(lines, paragraph(muted.of("     "), u.Words.Call, muted, p.w)...)
	}
	if u.Words.Lost != "" {
		lines = append(lines, paragraph(warn.of("     lost: "), u.Words.Lost, warn, p.w)...)
	}
	if u.Error != "" {
		lines = append(lines, paragraph(alarm.of("     last try: "), u.Error, alarm, p.w)...)
	}
	return lines
}

// proofLines are what the world says of one effect.
func proofLines(p pen, intent string) []line {
	r := p.s.Review
	if r == nil || r.From != p.v.Dialog.From || r.Head != p.s.State.ReviewHead() {
		return []line{row(muted.of("     ◌ the world is being asked"))}
	}
	proof, told := r.Proofs[intent]
	says := because(proof.Says)
	switch {
	case !told && r.Done:
		return nil
	case !told:
		return []line{row(muted.of("     ◌ the world is being asked"))}
	case proof.Error != "":
		return paragraph(alarm.of("     ? cannot be told: "), proof.Error, alarm, p.w)
	case !proof.There:
		return paragraph(muted.of("     ○ "), "gone already, nothing has to be undone"+says, plain, p.w)
	}
	return paragraph(good.of("     ✓ "), "there"+says, plain, p.w)
}
