package hurl

// problem.go: what is wrong with a Hurl file, as a person reads it.

import (
	"fmt"
	"strings"
	"unicode"

	"tminus/tasks/safe"
)

// maxProblems is how many problems of one file are told; who reads a hundred has seen enough.
const maxProblems = 100

// excerptWidth is how many characters of a long line a problem quotes.
const excerptWidth = 100

// Problem is one thing wrong at one place of a file.
type Problem struct {
	File    string
	Pos     Pos
	Line    string // the offending line, as it stands in the file
	Message string // what is wrong
	Instead string // what to write instead; "" = nothing to advise
}

// Error is the problem in one line: smoke/home.hurl:3:1: message; what to write instead.
func (p *Problem) Error() string {
	s := fmt.Sprintf("%s:%d:%d: %s", safe.Line(p.File), p.Pos.Line, p.Pos.Col, p.Message)
	if p.Instead != "" {
		s += "; " + p.Instead
	}
	return s
}

// Render is the problem over several lines: its place, the line with a caret under the
// column, and what to write instead.
func (p *Problem) Render() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: %s\n", safe.Line(p.File), p.Pos.Line, p.Pos.Col, p.Message)
	excerpt, caret := p.excerpt()
	fmt.Fprintf(&b, "  %5d | %s\n        | %s^\n", p.Pos.Line, excerpt, strings.Repeat(" ", caret))
	if p.Instead != "" {
		fmt.Fprintf(&b, "          %s\n", p.Instead)
	}
	return b.String()
}

// excerpt is the line, or the part of it around the column, and how far in it the column is.
// Each character is one cell, so that the caret stays true.
func (p *Problem) excerpt() (string, int) {
	line := []rune(strings.TrimRight(p.Line, " \t\r"))
	at := min(max(p.Pos.Col-1, 0), len(line))
	from := 0
	if len(line) > excerptWidth && at > excerptWidth*3/4 {
		from = min(at-excerptWidth/2, len(line)-excerptWidth)
	}
	to := min(from+excerptWidth, len(line))
	for i, r := range line[from:to] {
		if !unicode.IsPrint(r) || unicode.In(r, unicode.Mn, unicode.Me) {
			line[from+i] = unicode.ReplacementChar
		}
	}
	text, caret := string(line[from:to]), at-from
	if from > 0 {
		text, caret = "…"+text, caret+1
	}
	if to < len(line) {
		text += "…"
	}
	return safe.Line(text), caret
}

// Problems is everything wrong with one file, in the order of the file.
type Problems []*Problem

// Error tells each problem in one line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Render tells each problem with its line.
func (ps Problems) Render() string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(p.Render())
	}
	return b.String()
}
