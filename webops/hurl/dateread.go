package hurl

// dateread.go: dates read by strftime specifications.

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// moment is what was read of a date so far.
type moment struct {
	year, month, day, yearDay int
	hour, minute, second      int
	nano                      int
	offset                    int
	afternoon, morning        bool
	weekday                   int // from 1, Sunday; 0 = was not told
	epoch                     *int64
}

// parseDate reads a text as the format says. Without a zone it is UTC, without a time midnight.
func parseDate(text, format string) (time.Time, error) {
	var m moment
	rest, err := m.read(text, format)
	if err != nil {
		return time.Time{}, err
	}
	if rest != "" {
		return time.Time{}, errors.New("something follows it")
	}
	if m.epoch != nil {
		return time.Unix(*m.epoch, int64(m.nano)).UTC(), nil
	}
	t, ok := m.time()
	if !ok {
		return time.Time{}, errors.New("there is no such day and time")
	}
	return t, nil
}

// time puts together what was read, if it is a day that exists.
func (m moment) time() (time.Time, bool) {
	if m.yearDay > 0 && m.month == 0 {
		m.month, m.day = 1, m.yearDay
	} else if m.month < 1 || m.month > 12 || m.day < 1 || m.day > 31 {
		return time.Time{}, false
	}
	switch {
	case m.afternoon && m.hour < 12:
		m.hour += 12
	case m.morning && m.hour == 12:
		m.hour = 0
	}
	if m.hour > 23 || m.minute > 59 || m.second > 60 {
		return time.Time{}, false
	}
	t := time.Date(m.year, time.Month(m.month), m.day, m.hour, m.minute, m.second, m.nano, time.UTC)
	if m.yearDay == 0 && t.Day() != m.day && m.second < 60 || m.yearDay > 0 && t.YearDay() != m.yearDay {
		return time.Time{}, false
	}
	if m.weekday > 0 && int(t.Weekday()) != m.weekday-1 {
		return time.Time{}, false
	}
	return t.Add(-time.Duration(m.offset) * time.Second), true
}

// read takes from a text what the format names, and returns what is left.
func (m *moment) read(text, format string) (string, error) {
	for format != "" {
		switch c := format[0]; {
		case c == ' ' || c == '\t' || c == '\n':
			text, format = trimBlank(text), format[1:]
			continue
		case c != '%':
			if text == "" || text[0] != c {
				return "", fmt.Errorf("%q is missing", c)
			}
			text, format = text[1:], format[1:]
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
		if text, err = m.readSpec(text, flags, letter); err != nil {
			return "", err
		}
	}
	return text, nil
}

func (m *moment) readSpec(text, flags string, letter byte) (string, error) {
	switch letter {
	case 'b', 'h', 'B':
		return readName(text, 12, func(i int) string { return time.Month(i + 1).String() }, &m.month)
	case 'a', 'A':
		return readName(text, 7, func(i int) string { return time.Weekday(i).String() }, &m.weekday)
	case 'p', 'P':
		return m.readHalf(text)
	case 'f':
		return m.readFraction(text, flags)
	case 'z':
		return m.readZone(text)
	case 'Z':
		return strings.TrimLeft(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), nil
	case 't', 'n':
		return trimBlank(text), nil
	case '%':
		rest, ok := strings.CutPrefix(text, "%")
		if !ok {
			return "", fmt.Errorf("%q is missing", "%")
		}
		return rest, nil
	}
	return m.readNumber(text, letter)
}

func (m *moment) readNumber(text string, letter byte) (string, error) {
	var ignored, short int
	into, width := &ignored, 2
	switch letter {
	case 'Y':
		into, width = &m.year, 4
	case 'y':
		into = &short
	case 'm':
		into = &m.month
	case 'd', 'e':
		into = &m.day
	case 'j':
		into, width = &m.yearDay, 3
	case 'H', 'k', 'I', 'l':
		into = &m.hour
	case 'M':
		into = &m.minute
	case 'S':
		into = &m.second
	case 'u', 'w':
		width = 1
	case 's':
		width = 18
	default:
		return "", fmt.Errorf("%%%c cannot be read from a text", letter)
	}
	n, rest, err := digits(trimBlank(text), width)
	if err != nil {
		return "", err
	}
	*into = int(n)
	switch {
	case letter == 'y' && short < 70:
		m.year = 2000 + short
	case letter == 'y':
		m.year = 1900 + short
	case letter == 's':
		m.epoch = &n
	case letter == 'u', letter == 'w':
		m.weekday = int(n)%7 + 1
	}
	return rest, nil
}

// digits takes a number of at most so many digits, with a sign if it may be that long.
func digits(text string, width int) (int64, string, error) {
	end := 0
	if width > 3 && text != "" && (text[0] == '-' || text[0] == '+') {
		end, width = 1, width+1
	}
	for end < len(text) && end < width && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	n, err := strconv.ParseInt(text[:end], 10, 64)
	if err != nil {
		return 0, "", errors.New("a number is missing")
	}
	return n, text[end:], nil
}

// readName takes a name, whole or its first three letters, and keeps its number from 1.
func readName(text string, count int, name func(int) string, into *int) (string, error) {
	for i := range count {
		for _, word := range []string{name(i), name(i)[:3]} {
			if len(text) >= len(word) && strings.EqualFold(text[:len(word)], word) {
				*into = i + 1
				return text[len(word):], nil
			}
		}
	}
	return "", errors.New("the name of a month or a day is missing")
}

func (m *moment) readHalf(text string) (string, error) {
	if len(text) >= 2 && strings.EqualFold(text[:2], "am") {
		m.morning = true
		return text[2:], nil
	}
	if len(text) >= 2 && strings.EqualFold(text[:2], "pm") {
		m.afternoon = true
		return text[2:], nil
	}
	return "", errors.New("am or pm is missing")
}

// readFraction takes the part of a second; with a point before it (%.f) it may be missing.
func (m *moment) readFraction(text, flags string) (string, error) {
	if strings.HasPrefix(flags, ".") {
		rest, ok := strings.CutPrefix(text, ".")
		if !ok {
			return text, nil
		}
		text = rest
	}
	end := 0
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	if end == 0 {
		return "", errors.New("a fraction of a second is missing")
	}
	n, _ := strconv.Atoi((text[:end] + "000000000")[:9]) // nine digits are a number
	if flags == "" {
		n, _ = strconv.Atoi(text[:min(end, 9)]) // %f alone counts nanoseconds
	}
	m.nano = n
	return text[end:], nil
}

// readZone takes Z, +hhmm or +hh:mm.
func (m *moment) readZone(text string) (string, error) {
	if rest, ok := strings.CutPrefix(text, "Z"); ok {
		return rest, nil
	}
	for _, layout := range []string{"-07:00", "-0700", "-07"} {
		if len(text) < len(layout) {
			continue
		}
		if t, err := time.Parse(layout, text[:len(layout)]); err == nil {
			_, m.offset = t.Zone()
			return text[len(layout):], nil
		}
	}
	return "", errors.New("a time zone such as +02:00 is missing")
}
