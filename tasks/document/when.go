package document

// when.go: the dates and times of day that people write.

import (
	"regexp"
	"strings"
	"time"
)

const (
	moment = "2006-01-02 15:04" // as a plan writes it
	day    = "2006-01-02"
)

var (
	ordinal = regexp.MustCompile(`(?i)\b(\d{1,2})(st|nd|rd|th)\b( of\b)?`)
	weekday = regexp.MustCompile(`(?i)^(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?[,.]?\s+`)
	numeric = regexp.MustCompile(`^(\d{1,2})[/.](\d{1,2})[/.](\d{2}|\d{4})$`)
	clock   = regexp.MustCompile(`(?i)^(\d{1,2})(?:[:.h]?(\d{2}))?(?::\d{2})?\s*(am|pm|a\.m\.|p\.m\.|hrs?)?$`)
)

// readDate reads a date: 28-Jan-19, 7th Feb 2019, 7th of February (in the year given),
// 2019-02-07. A date in figures alone is read when it can be meant in one order only.
func readDate(s string, year int) (time.Time, bool) {
	s = strings.TrimSpace(weekday.ReplaceAllString(ordinal.ReplaceAllString(strings.TrimSpace(s), "$1"), ""))
	s = strings.Join(strings.FieldsFunc(s, func(c rune) bool {
		return c == ' ' || c == '-' || c == ',' || c == '\u00A0' || c == '‑' || c == '–'
	}), " ")
	for _, layout := range []string{"2 Jan 06", "2 Jan 2006", "2 January 2006", "2 January 06", "Jan 2 2006", "January 2 2006", "2006 01 02",
		"2006 01 02T15:04:05", "2006 01 02 15:04"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at.Truncate(24 * time.Hour), true
		}
	}
	if year > 0 {
		for _, layout := range []string{"2 Jan", "2 January", "Jan 2", "January 2"} {
			if at, err := time.Parse(layout, s); err == nil {
				return time.Date(year, at.Month(), at.Day(), 0, 0, 0, 0, time.UTC), at.Day() < 29 || at.Month() != time.February
			}
		}
	}
	if both := orders(s); len(both) == 1 {
		return both[0], true
	}
	return time.Time{}, false
}

// orders lists the dates that figures alone can mean: day first, month first.
func orders(s string) []time.Time {
	if !numeric.MatchString(s) {
		return nil
	}
	s = strings.ReplaceAll(s, ".", "/")
	var both []time.Time
	for _, layout := range []string{"2/1/2006", "2/1/06", "1/2/2006", "1/2/06"} {
		if at, err := time.Parse(layout, s); err == nil && (len(both) == 0 || !both[0].Equal(at)) {
			both = append(both, at)
		}
	}
	return both
}

// readClock reads a time of day: 16:00, 1600, 4 pm, 16.00; an instant of a spreadsheet
// gives its time of day.
func readClock(s string) (hour, minute int, ok bool) {
	if _, after, found := strings.Cut(s, " "); found && isMoment(s) {
		s = after
	}
	m := clock.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return 0, 0, false
	}
	number := func(s string) int {
		n := 0
		for _, c := range s {
			n = n*10 + int(c-'0')
		}
		return n
	}
	hour, minute = number(m[1]), number(m[2])
	half := strings.ToLower(strings.ReplaceAll(m[3], ".", ""))
	switch {
	case half == "am" || half == "pm":
		if hour < 1 || hour > 12 {
			return 0, 0, false
		}
		if hour %= 12; half == "pm" {
			hour += 12
		}
	case m[2] == "": // a bare number is no time
		return 0, 0, false
	}
	return hour, minute, hour < 24 && minute < 60
}

// at is a day and a time of day as a plan writes them.
func at(date time.Time, hour, minute int) string {
	return date.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute).Format(moment)
}
