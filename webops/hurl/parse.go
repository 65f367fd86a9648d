package hurl

// parse.go: a file as a chain of entries, the comments between them, and what is wrong
// with a file as a whole.

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tminus/tasks/letters"
	"tminus/tasks/safe"
)

// The bounds of a file.
const (
	maxFile    = 1 << 20
	maxLine    = 64 << 10
	maxEntries = 1000
)

// The marks of ours, in comments.
const (
	loginMark    = "login"
	degradedMark = "degraded"
)

// Parse reads a file. What is wrong with it is told all at once, as Problems.
func Parse(name string, src []byte) (*File, error) {
	p := &parser{cursor: cursor{line: 1, col: 1}, name: name, src: strings.TrimPrefix(string(src), "\uFEFF"), words: newVocabulary()}
	p.end = len(p.src)
	if err := p.unreadable(); err != nil {
		p.keep(err)
		return nil, p.told()
	}
	file := &File{Name: name}
	for !p.full() {
		notes := p.gap(false)
		if p.eof() {
			p.strayMarks(notes, "the end of the file")
			break
		}
		if e := p.entry(notes); e != nil {
			file.Entries = append(file.Entries, e)
		}
		if len(file.Entries) > maxEntries {
			p.keep(p.problem(p.pos(), "split the file", "more than %d requests in one file", maxEntries))
			break
		}
	}
	if len(p.problems) > 0 {
		return nil, p.told()
	}
	return file, nil
}

// told puts the problems into the order of the file, and gives each its line.
func (p *parser) told() Problems {
	slices.SortStableFunc(p.problems, func(a, b *Problem) int {
		return cmp.Or(cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col))
	})
	lines := strings.Split(p.src[:min(len(p.src), 2*maxFile)], "\n")
	for _, found := range p.problems {
		if i := found.Pos.Line - 1; i < len(lines) {
			found.Line = strings.TrimSuffix(lines[i][:min(len(lines[i]), maxLine)], "\r")
		}
	}
	return p.problems
}

// unreadable refuses what is no text, or too much of it.
func (p *parser) unreadable() error {
	if len(p.src) > maxFile {
		return p.problem(p.pos(), "split it", "the file is longer than 1 MiB")
	}
	if utf8.ValidString(p.src) && !strings.Contains(p.src, "\x00") {
		n := 0
		for line := range strings.Lines(p.src) {
			if n++; len(line) > maxLine {
				return p.problem(Pos{Line: n, Col: 1}, "put a long body into a file beside this one, and write file,name;", "the line is longer than 64 KiB")
			}
		}
		return nil
	}
	for !p.eof() {
		at := p.pos()
		if r, n := utf8.DecodeRuneInString(p.rest()); r == 0 || r == utf8.RuneError && n == 1 {
			return p.problem(at, "save the file again as UTF-8", "byte 0x%02X is not UTF-8 text", p.src[p.at])
		}
		p.next()
	}
	return nil
}

// note is a line of comment, without its # and the blanks around it.
type note struct {
	at    Pos
	text  string
	close bool // no blank line stands between it and what follows
}

// mark is the word a comment holds in brackets at its beginning; rest is what follows it.
func (n note) mark() (word, rest string) {
	word, rest, closed := strings.Cut(strings.TrimPrefix(n.text, "["), "]")
	if !closed || !strings.HasPrefix(n.text, "[") || strings.TrimFunc(word, unicode.IsLetter) != "" {
		return "", ""
	}
	return word, rest
}

// isMark reports a mark of ours, or what was probably meant to be one.
func isMark(word string) bool { return letters.Nearest(word, []string{loginMark, degradedMark}) != "" }

// gap passes over blank lines and comments, and returns the comments. Among asserts it stops
// in front of one that is marked as degraded.
func (p *parser) gap(asserts bool) []note {
	var notes []note
	block := 0 // where the comment begins that no blank line has ended
	for {
		p.blanks()
		switch {
		case p.eof():
			return closed(notes, block)
		case p.atLineEnd():
			block = len(notes)
		case p.peek() == '#':
			start := p.cursor
			n := note{at: p.pos(), text: strings.TrimSpace(strings.TrimLeft(p.toLineEnd(), "# \t"))}
			if word, _ := n.mark(); asserts && word == degradedMark {
				p.cursor = start
				return closed(notes, block)
			}
			notes = append(notes, n)
		default:
			return closed(notes, block)
		}
		p.nextLine()
	}
}

// closed marks the notes of the last block.
func closed(notes []note, block int) []note {
	for i := range notes[block:] {
		notes[block+i].close = true
	}
	return notes
}

// strayMarks refuses marks that stand where they mean nothing: a check, or a permission, must
// not get lost in a comment.
func (p *parser) strayMarks(notes []note, where string) {
	for _, n := range notes {
		switch word, _ := n.mark(); {
		case word == "":
		case word == loginMark:
			p.keep(p.problem(n.at, "write it in the comment right above the request line", "[login] does nothing in front of %s", where))
		case word == degradedMark:
			p.keep(p.problem(n.at, "write it among the [Asserts]: # [degraded] duration < 800", "[degraded] does nothing in front of %s", where))
		case isMark(word):
			p.keep(p.problem(n.at, "did you mean ["+letters.Nearest(word, []string{loginMark, degradedMark})+"]?", "%s is no mark", quoted("["+word+"]")))
		}
	}
}

// heading takes name and marks of a request from the comments above it: the name is the first
// line of the comment that stands right above, a rule of dashes and the marks aside.
func (p *parser) heading(notes []note) (name string, login bool) {
	var others []note
	for _, n := range notes {
		word, rest := n.mark()
		switch {
		case word == loginMark && n.close && strings.TrimSpace(rest) == "":
			login = true
		case word == loginMark && n.close:
			p.keep(p.problem(n.at, "write the name in a line of its own", "text behind [login]"))
		case isMark(word):
			others = append(others, n)
		case n.close && name == "" && strings.ContainsFunc(n.text, letterOrDigit):
			name = strings.Join(strings.Fields(safe.Line(n.text)), " ")
		}
	}
	p.strayMarks(others, "this request")
	return name, login
}

func letterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
