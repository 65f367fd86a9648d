package document

// writing.go: lines of YAML: indented, quoted where a plain text would say something else,
// with comments beside them, or above when they are long.

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// width is how long a line may get by its comment, in characters.
const width = 120

// writing is a plan file on its way.
type writing struct {
	b      strings.Builder
	item   bool // the next key opens an entry of a list
	opened bool // the section written last has something in it
}

func (w *writing) gap() { w.b.WriteByte('\n') }

// line writes one line, depth levels of two spaces in.
func (w *writing) line(depth int, text string) {
	indent := strings.Repeat("  ", depth)
	if w.item {
		indent = strings.Repeat("  ", depth-1) + "- "
		w.item = false
	}
	w.b.WriteString(indent + text + "\n")
}

// comment writes a comment on lines of its own.
func (w *writing) comment(depth int, text string) {
	indent := strings.Repeat("  ", depth) + "#"
	line := indent
	for word := range strings.FieldsSeq(comment(text)) {
		if len(line) > len(indent) && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			w.b.WriteString(line + "\n")
			line = indent
		}
		line += " " + word
	}
	w.b.WriteString(line + "\n")
}

// beside writes a line with a comment beside it, or above when that gets too long.
func (w *writing) beside(depth int, text, about string) {
	about = comment(about)
	switch {
	case about == "":
		w.line(depth, text)
	case utf8.RuneCountInString(text)+utf8.RuneCountInString(about)+2*depth+3 <= width:
		w.line(depth, text+" # "+about)
	default:
		above := depth
		if w.item {
			above--
		}
		w.comment(above, about)
		w.line(depth, text)
	}
}

// key writes a key and its value, "" too: that is what is open, and stays an error.
func (w *writing) key(depth int, key string, f Field) {
	value, about := f.settled()
	if !f.Bare || f.Ask != nil {
		value = scalar(value)
	}
	w.beside(depth, key+": "+value, about)
}

// some writes a key that may be left out.
func (w *writing) some(depth int, key string, f Field) {
	if !f.absent() {
		w.key(depth, key, f)
	}
}

// flow writes a list of words on one line.
func (w *writing) flow(depth int, key string, fields []Field) {
	var values, told []string
	for _, f := range fields {
		value, about := f.settled()
		if about != "" {
			told = append(told, about)
		}
		if !f.absent() {
			values = append(values, entryOf(value))
		}
	}
	switch {
	case len(values) > 0:
		w.beside(depth, key+": ["+strings.Join(values, ", ")+"]", strings.Join(told, "; "))
	case len(told) > 0:
		w.comment(depth, strings.Join(told, "; "))
	}
}

// list writes a list of texts, one a line.
func (w *writing) list(depth int, key string, texts []string) {
	if len(texts) == 0 {
		return
	}
	w.line(depth, key+":")
	for _, t := range texts {
		w.entry(depth+1, t)
	}
}

func (w *writing) entry(depth int, text string) { w.line(depth, "- "+scalar(text)) }

var (
	// plainText starts with a letter, so it is no number, no date and no sign of YAML's.
	plainText = regexp.MustCompile(`^\pL[^\n]*$`)
	plainWord = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9 _-]*$`)
	yamlWord  = regexp.MustCompile(`(?i)^(true|false|yes|no|on|off|y|n|null|nan|inf)$`)
)

// scalar is a text as YAML reads it back.
func scalar(s string) string {
	switch {
	case isMoment(s):
		return s
	case plainText.MatchString(s) && !yamlWord.MatchString(s) && !strings.Contains(s, ": ") && !strings.Contains(s, " #") &&
		!strings.HasSuffix(s, ":") && !strings.HasSuffix(s, " ") && strings.IndexFunc(s, odd) < 0:
		return s
	}
	return quoted(s)
}

// entryOf is a text as an entry of a list on one line.
func entryOf(s string) string {
	if plainWord.MatchString(s) && !yamlWord.MatchString(s) && !strings.HasSuffix(s, " ") {
		return s
	}
	return quoted(s)
}

// odd reports characters that no plain text may hold.
func odd(c rune) bool { return invisible(c) || c == '\t' || c == utf8.RuneError || c == '\uFEFF' }

// quoted is a text in double quotes.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteString(`\` + string(c))
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case odd(c) && c > 0xFFFF:
			fmt.Fprintf(&b, `\U%08X`, c)
		case odd(c):
			fmt.Fprintf(&b, `\u%04X`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// comment is a text that stays within its comment.
func comment(s string) string {
	return strings.Map(func(c rune) rune {
		if c == '\n' || c == '\t' {
			return ' '
		}
		if odd(c) {
			return -1
		}
		return c
	}, strings.TrimSpace(s))
}
