package hurl

// format_text.go: texts with the escapes they need where they stand.

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// slashed is a pattern between slashes.
func slashed(pattern string) string {
	var b strings.Builder
	escaped := false
	for _, r := range pattern {
		if r == '/' && !escaped {
			b.WriteByte('\\')
		}
		escaped = r == '\\' && !escaped
		b.WriteRune(r)
	}
	return "/" + b.String() + "/"
}

func quotedText(t Template) string { return `"` + escapedText(t, `"`) + `"` }

// valueText is a text without quotes: # and the blanks at its ends are escaped.
func valueText(t Template) string {
	s := escapedText(t, "#")
	if trimmed := strings.TrimRight(s, " "); trimmed != s {
		s = trimmed + strings.Repeat(`\u{20}`, len(s)-len(trimmed))
	}
	if trimmed := strings.TrimLeft(s, " "); trimmed != s {
		s = strings.Repeat(`\u{20}`, len(s)-len(trimmed)) + trimmed
	}
	return s
}

// escapedText is a template in which special characters, braces and backslashes are escaped.
func escapedText(t Template, special string) string {
	return writtenAs(t, func(r, next rune) string {
		switch {
		case strings.ContainsRune(special, r) || r == '\\':
			return `\` + string(r)
		case r == '{' && next == '{':
			return `\u{7b}`
		}
		return control(r)
	})
}

// control is a character as it is written in any text with escapes.
func control(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < ' ' || r == 0x7f:
		return fmt.Sprintf(`\u{%x}`, r)
	}
	return string(r)
}

// keyText is the name in front of a colon.
func keyText(t Template) string {
	first := true
	return writtenAs(t, func(r, _ rune) string {
		bracket := first && r == '['
		first = false
		if keyRune(r) && !bracket {
			return string(r)
		}
		return fmt.Sprintf(`\u{%x}`, r)
	})
}

// pathText is the name of a file.
func pathText(t Template) string {
	return writtenAs(t, func(r, _ rune) string {
		if strings.ContainsRune(`#; \{}`, r) {
			return `\` + string(r)
		}
		return control(r)
	})
}

// addressText is an address: what cannot stand in one is written with %.
func addressText(t Template) string {
	return writtenAs(t, func(r, _ rune) string {
		if urlRune(r) && (r < unicode.MaxASCII || unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return string(r)
		}
		return strings.ReplaceAll(url.QueryEscape(string(r)), "+", "%20")
	})
}

// writtenAs is a template with its names, and each character of its texts as char has it,
// which is told the one behind it too.
func writtenAs(t Template, char func(r, next rune) string) string {
	var b strings.Builder
	for i, piece := range t {
		if piece.Expr {
			b.WriteString("{{" + piece.Text + "}}")
			continue
		}
		runes := []rune(piece.Text + "\x00")
		if i+1 < len(t) && t[i+1].Expr {
			runes[len(runes)-1] = '{'
		}
		for n, r := range runes[:len(runes)-1] {
			b.WriteString(char(r, runes[n+1]))
		}
	}
	return b.String()
}
