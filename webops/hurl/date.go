package hurl

// date.go: dates written and read by strftime specifications, as Rust's chrono has them.
//
// Against chrono: names of months and days are English in both; %Z reads any word and means UTC; week numbers (%U %W
// %G %g %V) are written but cannot be read.

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// composed are specifiers that stand for others.
func composed(c byte) string {
	switch c {
	case 'D', 'x':
		return "%m/%d/%y"
	case 'F':
		return "%Y-%m-%d"
	case 'v':
		return "%e-%b-%Y"
	case 'R':
		return "%H:%M"
	case 'T', 'X':
		return "%H:%M:%S"
	case 'r':
		return "%I:%M:%S %p"
	case 'c':
		return "%a %b %e %H:%M:%S %Y"
	case '+':
		return "%Y-%m-%dT%H:%M:%S%.f%:z"
	}
	return ""
}

// nextSpec cuts the next specifier off a format: its letter, and what stood between "%" and that ("-", ".3", ":").
func nextSpec(format string) (flags string, letter byte, rest string, err error) {
	for i := 1; i < len(format); i++ {
		if c := format[i]; !strings.ContainsRune("-_0.:#369", rune(c)) {
			return format[1:i], c, format[i+1:], nil
		}
	}
	return "", 0, "", fmt.Errorf("the date format %q ends within a specifier", format)
}

// formatDate writes a date.
func formatDate(t time.Time, format string) (string, error) {
	var b strings.Builder
	for format != "" {
		if format[0] != '%' {
			b.WriteByte(format[0])
			format = format[1:]
			continue
		}
		flags, letter, rest, err := nextSpec(format)
		if err != nil {
			return "", err
		}
		format = rest
		if inner := composed(letter); inner != "" {
			format = inner + rest
			continue
		}
		text, err := formatSpec(t, flags, letter)
		if err != nil {
			return "", err
		}
		if b.WriteString(text); b.Len() > mostText {
			return "", fmt.Errorf("the formatted date is longer than %d bytes", mostText)
		}
	}
	return b.String(), nil
}

func formatSpec(t time.Time, flags string, letter byte) (string, error) {
	if text, ok := formatWord(t, flags, letter); ok {
		return text, nil
	}
	n, width, ok := formatNumber(t, letter)
	if !ok {
		return "", fmt.Errorf("the date format knows no %%%s%c", flags, letter)
	}
	fill := byte('0')
	if letter == 'e' || letter == 'k' || letter == 'l' {
		fill = ' '
	}
	switch flags {
	case "-":
		width = 0
	case "_":
		fill = ' '
	case "0":
		fill = '0'
	}
	text := strconv.Itoa(n)
	return strings.Repeat(string(fill), max(0, width-len(text))) + text, nil
}

// formatWord is what is no padded number.
func formatWord(t time.Time, flags string, letter byte) (string, bool) {
	layouts := map[byte]string{'b': "Jan", 'h': "Jan", 'B': "January", 'a': "Mon", 'A': "Monday", 'p': "PM", 'P': "pm"}
	if layout, ok := layouts[letter]; ok {
		return t.Format(layout), true
	}
	switch letter {
	case 'f':
		return fraction(t.Nanosecond(), flags), true
	case 'z':
		if strings.HasPrefix(flags, ":") {
			return t.Format("-07:00"), true
		}
		return t.Format("-0700"), true
	case 'Z':
		return t.Format("MST"), true
	case 's':
		return strconv.FormatInt(t.Unix(), 10), true
	case 't':
		return "\t", true
	case 'n':
		return "\n", true
	case '%':
		return "%", true
	}
	return "", false
}

// fraction is the part of a second: %f has nine digits, %3f three, %.f as many as it takes (three, six or nine).
func fraction(nano int, flags string) string {
	digits := fmt.Sprintf("%09d", nano)
	dot, width := strings.CutPrefix(flags, ".")
	point := ""
	if width {
		point = "."
	}
	switch n := strings.Trim(dot, ":#-_0"); {
	case n == "3" || n == "6" || n == "9":
		return point + digits[:n[0]-'0']
	case point == "":
		return digits
	case nano == 0:
		return ""
	case nano%1e6 == 0:
		return point + digits[:3]
	case nano%1e3 == 0:
		return point + digits[:6]
	}
	return point + digits
}

func formatNumber(t time.Time, letter byte) (n, width int, ok bool) {
	isoYear, isoWeek := t.ISOWeek()
	day := int(t.Weekday())
	switch letter {
	case 'Y':
		return t.Year(), 4, true
	case 'C':
		return t.Year() / 100, 2, true
	case 'y':
		return t.Year() % 100, 2, true
	case 'm':
		return int(t.Month()), 2, true
	case 'd', 'e':
		return t.Day(), 2, true
	case 'j':
		return t.YearDay(), 3, true
	case 'H', 'k':
		return t.Hour(), 2, true
	case 'I', 'l':
		return (t.Hour()+11)%12 + 1, 2, true
	case 'M':
		return t.Minute(), 2, true
	case 'S':
		return t.Second(), 2, true
	case 'w':
		return day, 1, true
	case 'u':
		return (day+6)%7 + 1, 1, true
	case 'U':
		return (t.YearDay() + 6 - day) / 7, 2, true
	case 'W':
		return (t.YearDay() + 6 - (day+6)%7) / 7, 2, true
	case 'G':
		return isoYear, 4, true
	case 'g':
		return isoYear % 100, 2, true
	case 'V':
		return isoWeek, 2, true
	}
	return 0, 0, false
}

// isISODate reports a date and time as RFC 3339 writes them.
func isISODate(text string) bool {
	// Go has no leap seconds; RFC 3339 does.
	if _, clock, ok := strings.Cut(text, "T"); ok && len(clock) > 8 && clock[6:8] == "60" {
		text = strings.Replace(text, clock[:8], clock[:6]+"59", 1)
	}
	_, err := time.Parse(time.RFC3339, text)
	return err == nil
}

// trimBlank is text without the white space it begins with.
func trimBlank(text string) string { return strings.TrimLeftFunc(text, unicode.IsSpace) }
