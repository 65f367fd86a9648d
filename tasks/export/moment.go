package export

// moment.go: a day and a time of day, written as the cell that held another one.

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const moment = "2006-01-02 15:04" // as a plan writes it, and a spreadsheet's cell is read

var (
	clock   = regexp.MustCompile(`(?i)^(\d{1,2})([:.h]?)(\d{2})?(:\d{2})?(\s*)(am|pm|a\.m\.|p\.m\.|hrs?)?$`)
	span    = regexp.MustCompile(`^(\S.*?)(\s*[-–]\s*)(\S.*)$`)
	ordinal = regexp.MustCompile(`(?i)\b(\d{1,2})(st|nd|rd|th)\b`)
	layouts = [...]string{
		"2-Jan-06", "02-Jan-06", "2-Jan-2006", "02-Jan-2006", "2 Jan 06", "02 Jan 06", "2 Jan 2006", "02 Jan 2006", "2 January 2006", "02 January 2006",
		"2 of January 2006", "2 of Jan 2006", "Jan 2, 2006", "January 2, 2006", "Jan 2 2006", "January 2 2006", "2006-01-02", "2 Jan", "02 Jan", "2 January",
		"2 of January", "Jan 2", "January 2", "2-Jan", "2/1/2006", "02/01/2006", "2/1/06", "02/01/06", "1/2/2006", "01/02/2006", "1/2/06", "01/02/06",
		"2.1.2006", "02.01.2006", "2.1.06", "02.01.06",
	}
	weekdays = [...]string{"", "Mon ", "Mon, ", "Mon. ", "Monday ", "Monday, "}
)

// clockOf reads the time of day of a cell, in minutes since midnight.
func clockOf(s string) (minutes int, ok bool) {
	if at, err := time.Parse(moment, s); err == nil {
		return at.Hour()*60 + at.Minute(), true
	}
	m := clock.FindStringSubmatch(s)
	if m == nil || m[3] == "" && !halved(m[6]) {
		return 0, false
	}
	hour, _ := strconv.Atoi(m[1]) // digits, as the pattern has it
	minute, _ := strconv.Atoi(m[3])
	if halved(m[6]) {
		hour %= 12
		if m[6][0]|0x20 == 'p' {
			hour += 12
		}
	}
	return hour*60 + minute, true
}

// halved reports a mark of the half of the day, am or pm.
func halved(mark string) bool { return mark != "" && mark[0]|0x20 != 'h' }

// clockLike writes a time of day as the style has one; "" when the style is none.
func clockLike(style string, at time.Time) string {
	if _, err := time.Parse(moment, style); err == nil {
		return at.Format(moment)
	}
	if _, ok := clockOf(style); !ok {
		return ""
	}
	m := clock.FindStringSubmatch(style)
	hour, separator, half := at.Hour(), m[2], m[6]
	if halved(half) {
		letter := "a"
		if hour >= 12 {
			letter = "p"
		}
		if half[0] < 'a' {
			letter = strings.ToUpper(letter)
		}
		hour, half = (hour+11)%12+1, letter+half[1:]
	}
	width := len(m[1])
	if halved(m[6]) && m[1][0] != '0' {
		width = 1
	}
	if separator == "" && m[3] != "" {
		width = 2
	}
	text := fmt.Sprintf("%0*d", width, hour)
	switch {
	case m[3] != "":
		text += fmt.Sprintf("%s%02d", separator, at.Minute())
	case at.Minute() > 0:
		text += fmt.Sprintf(":%02d", at.Minute())
	}
	if m[4] != "" {
		text += at.Format(":05")
	}
	return text + m[5] + half
}

// dateLike writes a day as the style has one. The style stands for the day old, which tells
// 7/2 from 2/7; unknown when zero. "" when the style is none.
func dateLike(style string, old, at time.Time) string {
	plain := ordinal.ReplaceAllString(style, "$1")
	for _, prefix := range weekdays {
		for _, layout := range layouts {
			read, err := time.Parse(prefix+layout, plain)
			if err != nil || !old.IsZero() && (read.Day() != old.Day() || read.Month() != old.Month()) {
				continue
			}
			if old.IsZero() {
				old = read
			}
			told := old.Format(prefix + layout)
			if told != plain && !strings.EqualFold(told, plain) {
				continue
			}
			if plain == style {
				return at.Format(prefix + layout)
			}
			const mark = "\x00" // stands where the ordinal's letters go
			return strings.Replace(at.Format(prefix+strings.Replace(layout, "2", "2"+mark, 1)), mark, nth(at.Day()), 1)
		}
	}
	return ""
}

// nth is the letters behind the number of a day.
func nth(day int) string {
	switch {
	case day/10 == 1:
		return "th"
	case day%10 == 1:
		return "st"
	case day%10 == 2:
		return "nd"
	case day%10 == 3:
		return "rd"
	}
	return "th"
}

// sameDay reports whether both fall on one day, each as it is written.
func sameDay(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }
