package ui

// theme.go: what colours mean. Panes name a role, never a colour; the palette
// turns roles into Lip Gloss styles for the viewer's terminal. Blue says well and
// orange says look, because red and green are alike to one man in twelve; red is
// kept for what needs a person now. Text itself has the terminal's own colours.

import (
	"strings"

	"charm.land/lipgloss/v2"
)

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
// The sequences are Lip Gloss's, taken once from its styles: a frame writes them
// for runs of cells, some hundred times a frame, without rendering each anew.
type palette [chosen + roles]string

// newPalette is the palette of a terminal. production colours the mode word and the focus.
func newPalette(t Theme, production bool) *palette {
	styles, ground := dark(), on("237")
	if t.Light {
		styles, ground = light(), on("254")
	}
	if production {
		styles[accent], styles[badge] = styles[warn], on("208").Foreground(lipgloss.Black).Bold(true)
	}
	if t.Guess {
		ground = reversed()
	}
	if t.Mono {
		styles, ground = mono(), reversed()
	}
	var p palette
	for k, style := range styles {
		p[k] = opening(style)
		p[chosen+ink(k)] = opening(style.Background(ground.GetBackground()).Reverse(style.GetReverse() || ground.GetReverse()))
	}
	return &p
}

// opening is what a style writes before its text.
func opening(s lipgloss.Style) string {
	before, _, _ := strings.Cut(s.Render("x"), "x")
	return before
}

func text(colour string) lipgloss.Style {
	return lipgloss.NewStyle().Foreground(lipgloss.Color(colour))
}
func on(colour string) lipgloss.Style { return lipgloss.NewStyle().Background(lipgloss.Color(colour)) }
func bold() lipgloss.Style            { return lipgloss.NewStyle().Bold(true) }
func reversed() lipgloss.Style        { return lipgloss.NewStyle().Reverse(true) }

func dark() [roles]lipgloss.Style {
	return [roles]lipgloss.Style{
		strong: bold(), muted: text("246"), faint: text("240"), good: text("75"), live: text("123").Bold(true),
		warn: text("214"), alarm: text("203").Bold(true), accent: text("80"),
		badge:  on("80").Foreground(lipgloss.Black).Bold(true),
		button: on("252").Foreground(lipgloss.Black).Bold(true),
		shout:  on("160").Foreground(lipgloss.BrightWhite).Bold(true),
	}
}

func light() [roles]lipgloss.Style {
	return [roles]lipgloss.Style{
		strong: bold(), muted: text("242"), faint: text("250"), good: text("25"), live: text("31").Bold(true),
		warn: text("130"), alarm: text("160").Bold(true), accent: text("30"),
		badge:  on("30").Foreground(lipgloss.BrightWhite).Bold(true),
		button: on("238").Foreground(lipgloss.BrightWhite).Bold(true),
		shout:  on("160").Foreground(lipgloss.BrightWhite).Bold(true),
	}
}

// mono has weight and reverse only; every meaning is in a glyph and a word anyway.
func mono() [roles]lipgloss.Style {
	return [roles]lipgloss.Style{
		strong: bold(), faint: lipgloss.NewStyle().Faint(true), live: bold(), warn: bold(), alarm: bold(), accent: bold(),
		badge: reversed().Bold(true), button: reversed(), shout: reversed().Bold(true),
	}
}
