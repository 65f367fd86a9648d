package ui

// theme.go: what colours mean. Panes name a role, never a colour; the palette
// turns roles into SGR sequences for the viewer's terminal. Blue says well and
// orange says look, because red and green are alike to one man in twelve; red is
// kept for what needs a person now. Text itself has the terminal's own colours.

import "strings"

// ink is the role of a piece of text, and whether it stands on the chosen row.
type ink uint8

const (
	plain  ink = iota
	strong     // names, figures that are read first
	muted      // labels, ages, what is not there yet
	faint      // borders, empty tracks
	good       // done, passed
	live       // running now
	warn       // look at it
	alarm      // a person is needed now
	accent     // keys, the frame that has the focus
	badge      // the mode word: REHEARSAL, PROD
	button     // the button that has the focus
	shout      // an alarm in the header
	roles

	chosen  ink = 16 // flag: the ground of the selected row
	inkMask ink = 15
)

// painted reports an ink with a ground of its own, seen even on a blank.
func (k ink) painted() bool {
	role := k & inkMask
	return k&chosen != 0 || role == badge || role == button || role == shout
}

// palette holds the opening sequence of every ink; "" = the terminal's own colours.
type palette [chosen + roles]string

// newPalette is the palette of a terminal. production colours the mode word and the focus.
func newPalette(t Theme, production bool) *palette {
	codes := dark()
	if t.Light {
		codes = light()
	}
	if production {
		codes[accent], codes[badge] = codes[warn], "1;30;48;5;208"
	}
	ground := "48;5;237"
	if t.Light {
		ground = "48;5;254"
	}
	if t.Mono {
		codes, ground = mono(), "7"
	}
	var p palette
	for k, code := range codes {
		p[k] = sgr(code)
		p[chosen+ink(k)] = sgr(code, ground)
	}
	return &p
}

func sgr(codes ...string) string {
	all := strings.Trim(strings.Join(codes, ";"), ";")
	if all == "" {
		return ""
	}
	return "\x1b[" + all + "m"
}

func dark() [roles]string {
	return [roles]string{
		strong: "1", muted: "38;5;246", faint: "38;5;240", good: "38;5;75", live: "1;38;5;123",
		warn: "38;5;214", alarm: "1;38;5;203", accent: "38;5;80",
		badge: "1;30;48;5;80", button: "1;30;48;5;252", shout: "1;97;48;5;160",
	}
}

func light() [roles]string {
	return [roles]string{
		strong: "1", muted: "38;5;242", faint: "38;5;250", good: "38;5;25", live: "1;38;5;31",
		warn: "38;5;130", alarm: "1;38;5;160", accent: "38;5;30",
		badge: "1;97;48;5;30", button: "1;97;48;5;238", shout: "1;97;48;5;160",
	}
}

// mono has weight and reverse only; every meaning is in a glyph and a word anyway.
func mono() [roles]string {
	return [roles]string{
		strong: "1", muted: "", faint: "2", live: "1", warn: "1", alarm: "1", accent: "1",
		badge: "1;7", button: "7", shout: "1;7",
	}
}
