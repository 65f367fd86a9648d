package export

// moment_test.go: days and times of day in the styles that people write.

import (
	"testing"
	"time"
)

func TestClockLike(t *testing.T) {
	for _, c := range []struct{ style, at, want string }{
		{"16:00", "17:05", "17:05"}, {"16:00", "09:05", "09:05"}, {"9:30", "08:05", "8:05"}, {"09:30", "08:05", "08:05"}, {"9:30", "17:05", "17:05"},
		{"1600", "09:05", "0905"}, {"900", "08:05", "0805"}, {"16.00", "17:05", "17.05"}, {"16h00", "17:05", "17h05"}, {"16:00:00", "17:05", "17:05:09"},
		{"4 pm", "17:00", "5 pm"}, {"4 pm", "17:05", "5:05 pm"}, {"4:00 PM", "11:59", "11:59 AM"}, {"4:00pm", "00:10", "12:10am"}, {"12:30 p.m.", "12:40", "12:40 p.m."},
		{"04:00 PM", "17:05", "05:05 PM"}, {"1600 hrs", "17:05", "1705 hrs"}, {"2019-02-07 16:00", "17:05", "2019-02-08 17:05"},
		{"soon", "17:05", ""}, {"16", "17:05", ""}, {"", "17:05", ""},
	} {
		at, err := time.Parse("15:04", c.at)
		if err != nil {
			t.Fatal(err)
		}
		at = time.Date(2019, 2, 8, at.Hour(), at.Minute(), 9, 0, time.UTC)
		got := clockLike(c.style, at)
		if got != c.want {
			t.Errorf("%s like %q is %q, want %q", c.at, c.style, got, c.want)
		}
		if minutes, ok := clockOf(got); got != "" && (!ok || minutes != at.Hour()*60+at.Minute()) {
			t.Errorf("%q is read as %d minutes, %v", got, minutes, ok)
		}
	}
}

func TestDateLike(t *testing.T) {
	old, at := time.Date(2019, 2, 7, 0, 0, 0, 0, time.UTC), time.Date(2019, 2, 23, 0, 0, 0, 0, time.UTC)
	for style, want := range map[string]string{
		"7-Feb-19": "23-Feb-19", "07-Feb-2019": "23-Feb-2019", "7th Feb 2019": "23rd Feb 2019", "7th of February": "23rd of February", "7 Feb": "23 Feb",
		"February 7, 2019": "February 23, 2019", "Feb 7th, 2019": "Feb 23rd, 2019", "2019-02-07": "2019-02-23", "7/2/2019": "23/2/2019", "02/07/19": "02/23/19",
		"07.02.2019": "23.02.2019", "Thu 7 Feb 2019": "Sat 23 Feb 2019", "Thursday, 7th February 2019": "Saturday, 23rd February 2019",
		"the day after": "", "": "", "Fri 7 Feb 2019": "",
	} {
		if got := dateLike(style, old, at); got != want {
			t.Errorf("the 23rd like %q is %q, want %q", style, got, want)
		}
	}
	if got := dateLike("07/02/2019", time.Time{}, at); got != "23/02/2019" {
		t.Errorf("of an unknown day: %q", got)
	}
	for day, want := range map[int]string{1: "st", 2: "nd", 3: "rd", 4: "th", 11: "th", 12: "th", 13: "th", 21: "st", 22: "nd", 31: "st"} {
		if got := nth(day); got != want {
			t.Errorf("%d%s, want %s", day, got, want)
		}
	}
}
