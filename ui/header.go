package ui

// header.go: the two lines that answer in five seconds where we are, whether we
// are late, what is next, who acts and whether we can still back out. In a
// narrow terminal they are shortened, never dropped.

import (
	"fmt"
	"strings"
	"time"

	"tminus/tasks"
)

// piece is one thing the header says, longest form first. gives[i] is how
// readily it goes from form i to the next; what must stay has no empty form.
type piece struct {
	forms [][]span
	gives []int
}

// squeeze chooses the longest forms that fit the width together.
func squeeze(pieces []piece, width int, gap string) [][]span {
	form := make([]int, len(pieces))
	chosen := make([][]span, len(pieces))
	for {
		victim, total := -1, -len(gap)
		for i, p := range pieces {
			chosen[i] = p.forms[form[i]]
			if w := widthOf(chosen[i]); w > 0 {
				total += w + len(gap)
			}
			if form[i] < len(p.gives) && (victim < 0 || p.gives[form[i]] > pieces[victim].gives[form[victim]]) {
				victim = i
			}
		}
		if total <= width || victim < 0 {
			return chosen
		}
		form[victim]++
	}
}

// join puts a gap between the parts that say something.
func join(parts [][]span, gap string) []span {
	var spans []span
	for _, part := range parts {
		if widthOf(part) == 0 {
			continue
		}
		if len(spans) > 0 {
			spans = append(spans, plain.of(gap))
		}
		spans = append(spans, part...)
	}
	return spans
}

func one(s ...span) []span { return s }

const gap = "  "

func header(p pen) []line {
	first := squeeze([]piece{
		{[][]span{one(plain.of(p.s.Plan.Release), muted.of(" · "+p.s.Plan.Change)), one(plain.of(p.s.Plan.Change)), nil}, []int{18, 0}},
		modePiece(p), endpointPiece(p), placePiece(p), holdPiece(p), awsPiece(p), probePiece(p), raisedPiece(p), faultPiece(p), askedPiece(p), connPiece(p),
	}, p.w, gap)
	conn := len(first) - 1
	return []line{
		row(join(first[:conn], gap)...).ends(first[conn]...),
		row(join(squeeze(clockPieces(p), p.w, gap), gap)...),
	}
}

// modePiece is the word that says whether this is real.
func modePiece(p pen) piece {
	word := ""
	switch {
	case p.s.State.Mode == tasks.RehearsalRun:
		word = fmt.Sprintf(" REHEARSAL %g× ", max(p.s.Speed, 1))
		if p.s.Paused {
			word = " REHEARSAL paused "
		}
	case p.s.Plan.Environment.Production:
		word = " PROD "
	default:
		word = " LIVE "
	}
	return piece{[][]span{one(badge.of(word))}, nil}
}

// raisedPiece is what needs a person now, from whichever page. In a narrow terminal it is the
// first of it and how much more, then how much.
func raisedPiece(p pen) piece {
	raised := raisedWords(p)
	if len(raised) == 0 {
		return piece{[][]span{nil}, nil}
	}
	first, more := strings.Replace(raised[0], demandRaised, demandLabel, 1), len(raised)-1
	rest := ""
	if more > 0 {
		rest = fmt.Sprintf(" +%d", more)
	}
	return piece{[][]span{one(shout.of(" ▲ " + strings.Join(raised, " · ") + " ")), one(shout.of(" ▲ " + atMost(first, 22) + rest + " ")),
		one(shout.f(" ▲ %d ", len(raised)))}, []int{10, 2}}
}

// faultPiece is what is broken in the pretend world: a reminder, and the first to go.
func faultPiece(p pen) piece {
	if len(p.s.Faults) == 0 {
		return piece{[][]span{nil}, nil}
	}
	return piece{[][]span{one(warn.of("fault " + strings.Join(p.s.Faults, ", "))), one(warn.of(plural(len(p.s.Faults), "fault"))), nil}, []int{20, 11}}
}

func raisedWords(p pen) []string {
	var raised []string
	for t := range p.s.Plan.All() {
		if p.s.State.Ended() && (!t.OnDemand || p.s.State.Rollback.Locked()) { // on demand it goes on after a release
			continue
		}
		switch p.s.State.Tasks[t.ID].Status {
		case tasks.Failed:
			raised = append(raised, t.ID+" failed")
		case tasks.Aborted:
			raised = append(raised, t.ID+" aborted")
		case tasks.Unsure:
			raised = append(raised, t.ID+" outcome unknown")
		}
	}
	if p.s.State.Rollback.Phase == tasks.RollbackHalted {
		raised = append(raised, "rollback stopped")
	}
	if p.s.Schedule.Demand != "" {
		raised = append(raised, demandRaised)
	}
	if n := len(leftBehind(p.s.State)); n > 0 {
		raised = append(raised, fmt.Sprintf("%d left behind", n))
	}
	if n := inTheWay(p.s); n > 0 {
		raised = append(raised, fmt.Sprintf("preflight: %d ✗", n))
	}
	if p.s.Trouble != "" {
		raised = append(raised, p.s.Trouble)
	}
	return raised
}

// clockPieces are the second line: T-clock, run time, forecast, and the two ways out.
func clockPieces(p pen) []piece {
	s, sc := p.s, p.s.Schedule
	now := s.Now.In(p.zone)
	name := muted.of(" " + p.zoneName())
	two := sc.Clock.Held > 0 // the second clock makes room among these, and not at decide-by's cost
	pieces := []piece{milestonePiece(p),
		{[][]span{one(plain.of(now.Format("15:04:05")), name), one(plain.of(now.Format("15:04")), name), one(plain.of(now.Format("15:04")))}, []int{4, either(two, 2, 0)}}}
	if s.State.Ended() {
		return append([]piece{endPiece(p)}, pieces[1:]...)
	}
	if s.State.Rollback.Locked() {
		return append(pieces, piece{[][]span{one(muted.of("back out ends → "), strong.of(p.clock(sc.BackOutEnd)),
			muted.of(" window ends "), plain.of(p.clock(sc.Window.End.Time)))}, nil})
	}
	word, finish, how := "finish ", p.clock(sc.Finish), lateInk(sc.Late)
	back, by := p.clock(sc.BackOutEnd), p.clock(sc.DecideBy)
	pieces = append(pieces, piece{[][]span{
		one(muted.of("forecast finish "), strong.of(finish), how.of(" ("+lateness(sc.Late)+")")),
		one(muted.of(word), strong.of(finish), how.of(" ("+lateness(sc.Late)+")")),
		one(muted.of(word), strong.of(finish), how.of(" "+shift(sc.Late))),
		one(muted.of(word), strong.of(finish), how.of(" "+tight(sc.Late))),
	}, []int{9, 6, either(two, 1, 0)}})
	decide, gone, shortest := muted, "", by
	left := sc.DecideBy.Sub(s.Now)
	switch {
	case left < 0:
		decide, gone, shortest = alarm, " ✗", "✗ "+by // never only a colour
	case sc.Closing(s.Now):
		decide = warn
	}
	return append(pieces,
		piece{[][]span{one(muted.of("back out now → "), plain.of(back)), one(muted.of("back → "), plain.of(back)), one(muted.of("back "), plain.of(back)), nil}, []int{6, 5, 2}},
		piece{[][]span{one(decide.of("decide by "), decideInk(decide).of(by), decide.of(decideWords(left))),
			one(decide.of("decide by "), decideInk(decide).of(by+gone)),
			one(decide.of("decide "), decideInk(decide).of(shortest))}, []int{7, 1}})
}

func decideInk(k ink) ink {
	if k == muted {
		return strong
	}
	return k
}

func decideWords(left time.Duration) string {
	if left < 0 {
		return " passed"
	}
	return " in " + minutes(left)
}

// endPiece says beyond doubt that nothing goes on: how it ended, when, and what to know of it.
func endPiece(p pen) piece {
	s, sc := p.s, p.s.Schedule
	if s.State.Rollback.Phase != tasks.RolledBack {
		word, at := badge.of(" RELEASED "), strong.of(" "+p.clock(sc.Finish))
		late, inside := lateInk(sc.Late).of(" · "+lateness(sc.Late)), good.of(" · inside the window")
		if sc.Finish.After(sc.Window.End.Time) {
			inside = warn.of(" · the window ended " + p.clock(sc.Window.End.Time))
		}
		return piece{[][]span{one(word, at, late, inside), one(word, at, late), one(word, at)}, []int{8, 4}}
	}
	done, all := undoCount(s)
	word, at, undone := badge.of(" ROLLED BACK "), strong.of(" "+p.clock(s.State.Rollback.EndedAt)), plain.f(" · %d of %d undone", done, all)
	left := good.of(" · nothing is left")
	n, from := len(leftBehind(s.State)), s.State.Rollback.From
	if n > 0 {
		left = warn.f(" · %d left behind", n)
	}
	if from == "" {
		return piece{[][]span{one(word, at, undone, left), one(word, at, left), one(word, at)}, []int{8, 4}}
	}
	word = badge.of(" ROLLED BACK from " + from + " on ")
	if n == 0 { // what matters more is what still costs money
		return piece{[][]span{one(word, at, undone, good.of(" · nothing of it is left"), plain.of(", the rest stands")),
			one(word, at, plain.of(" · the rest stands")), one(word, at)}, []int{8, 4}}
	}
	return piece{[][]span{one(word, at, undone, left, plain.of(", the rest stands")), one(word, at, left), one(word, at)}, []int{8, 4}}
}
