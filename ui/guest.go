package ui

// guest.go: what an audit found inside the guest: a count in a small pane, every row with what
// was planned, what is there and with which command to see it where there is room.

import (
	"fmt"
	"strings"
	"time"

	"tminus/tasks/reading"
)

// guestRows is the fewest columns in which the rows are worth reading.
const guestRows = 60

func guest(p pen) []line {
	g := p.s.Readings.Guest
	if !g.Taken() {
		return problems(p, "guest")
	}
	count := map[reading.Verdict]int{}
	for _, r := range g.Rows {
		count[r.Verdict]++
	}
	head := row(muted.of(fit("audit", 6)), good.f("%d ✓", count[reading.Fine]), guestInk(count[reading.Drifted]).f("  %d ≠", count[reading.Drifted]),
		guestInk(count[reading.Remarkable]).f("  %d ▲", count[reading.Remarkable]), muted.f("  %d ?", len(g.Rows)-count[reading.Fine]-count[reading.Drifted]-count[reading.Remarkable]))
	if p.w < guestRows {
		return append(problems(p, "guest"), head)
	}
	lines := append([]line{blank()}, problems(p, "guest")...)
	lines = append(lines, head.ends(muted.of(about(g.Age(p.s.Wall).Truncate(time.Second))+" ago")))
	for _, r := range g.Rows {
		lines = append(lines, guestRow(p, r)...)
	}
	for _, of := range []struct {
		name  string
		seen  []reading.Login
		alike ink
	}{{"logins", g.Logins, plain}, {"refused", g.Failed, warn}} {
		if len(of.seen) > 0 {
			lines = append(lines, paragraph(muted.of(fit(of.name, 9)), logins(of.seen), of.alike, p.w)...)
		}
	}
	if g.Stale(p.s.Wall, 0) || p.failing("guest") {
		dim(lines)
	}
	return lines
}

func guestInk(n int) ink {
	if n > 0 {
		return warn
	}
	return muted
}

// guestRow is a row: what is there beside what was planned; what is not fine says why, and how to see it.
func guestRow(p pen, r reading.GuestRow) []line {
	m := map[reading.Verdict]mark{reading.Fine: {"✓", "as planned", good}, reading.Drifted: {"≠", "differs", warn},
		reading.Remarkable: {"▲", "look at it", warn}, reading.Unknown: {"?", "not known", muted}}[r.Verdict]
	if m.glyph == "" {
		m = mark{"○", "not compared", muted}
	}
	room := max(p.w-2-19-14, 10)
	says := r.Observed
	if says == "" {
		says = "?"
	}
	if r.Expected != "" && r.Verdict != reading.Fine {
		says += ", planned " + r.Expected
	}
	lines := []line{row(m.ink.of(m.glyph+" "), plain.of(fit(r.Name, 19)), m.ink.of(fit(atMost(says, room-1), room)), m.ink.of(m.word))}
	if r.Verdict == reading.Fine || r.Says == "" {
		return lines
	}
	lines = append(lines, paragraph(plain.of("    "), r.Says, muted, p.w)...)
	if r.Command != "" {
		lines = append(lines, row(plain.of("    "), faint.of(atMost(r.Command, p.w-4))))
	}
	return lines
}

// logins are addresses with how often each came.
func logins(all []reading.Login) string {
	var words []string
	for _, l := range all {
		from := l.Address
		if from == "" {
			from = "console"
		}
		words = append(words, fmt.Sprintf("%s ×%d", from, l.Count))
	}
	return strings.Join(words, ", ")
}
