package document

// when_test.go: dates and times of day as people write them.

import "testing"

func TestDates(t *testing.T) {
	for s, want := range map[string]string{
		"28-Jan-19": "2019-01-28", "1-Feb-19": "2019-02-01", "7th Feb 2019": "2019-02-07", "7th of February": "2019-02-07", "the 7th": "",
		"Thu, 7 Feb 2019": "2019-02-07", "Thursday 7 February 2019": "2019-02-07", "February 7, 2019": "2019-02-07", "2019-02-07": "2019-02-07", "2019-02-07 16:00": "2019-02-07",
		"7 Feb": "2019-02-07", "29 Feb": "", "31 Feb 2019": "", "13/2/2019": "2019-02-13", "2/13/2019": "2019-02-13", "7/2/2019": "", "2/2/2019": "2019-02-02", "7.2.19": "",
		"": "", "tomorrow": "", "43503": "", "7-Feb-1": "",
	} {
		got, ok := readDate(s, 2019)
		if ok != (want != "") || ok && got.Format(day) != want {
			t.Errorf("%q: %s, %t, want %q", s, got.Format(day), ok, want)
		}
	}
	if both := orders("7/2/2019"); len(both) != 2 || both[0].Format(day) != "2019-02-07" || both[1].Format(day) != "2019-07-02" {
		t.Errorf("7/2/2019 can mean %v", both)
	}
}

func TestClocks(t *testing.T) {
	for s, want := range map[string][2]int{"16:00": {16, 0}, "1600": {16, 0}, "900": {9, 0}, "16.30": {16, 30}, "16h30": {16, 30}, "4 pm": {16, 0}, "4:05 PM": {16, 5},
		"12 am": {0, 0}, "12 p.m.": {12, 0}, "1600 hrs": {16, 0}, "16:00:00": {16, 0}, "2019-02-07 16:45": {16, 45}, "0:00": {0, 0}} {
		if h, m, ok := readClock(s); !ok || h != want[0] || m != want[1] {
			t.Errorf("%q: %d:%02d, %t", s, h, m, ok)
		}
	}
	for _, s := range []string{"", "-", "16", "24:00", "16:60", "13 pm", "0 am", "noon", "16:00-17:00"} {
		if h, m, ok := readClock(s); ok {
			t.Errorf("%q is read as %d:%02d", s, h, m)
		}
	}
}

func TestNumberFormats(t *testing.T) {
	for code, want := range map[string]numberStyle{"d-mmm-yy": aDate, "hh:mm": aTime, "[$-409]h:mm AM/PM": aTime, "yyyy\\-mm\\-dd hh:mm": aMoment, "General": aNumber, "0.00": aNumber,
		`"day" 0`: aNumber, "[Red]0": aNumber, "dd/mm/yyyy;@": aDate, "#,##0 \"h\"": aNumber} {
		if got := styleOf("164", code); got != want {
			t.Errorf("%s: %d, want %d", code, got, want)
		}
	}
	for id, want := range map[string]numberStyle{"0": aNumber, "14": aDate, "20": aTime, "22": aMoment, "49": aNumber} {
		if got := styleOf(id, ""); got != want {
			t.Errorf("%s: %d, want %d", id, got, want)
		}
	}
	if got := (epoch{}).show(43503.6875, aMoment); got != "2019-02-07 16:30" {
		t.Errorf("43503.6875 is %s", got)
	}
	if got := (epoch{of1904: true}).show(42041, aDate); got != "2019-02-07" {
		t.Errorf("42041 since 1904 is %s", got)
	}
	if got := (epoch{}).show(0.6875, aTime); got != "16:30" {
		t.Errorf("0.6875 is %s", got)
	}
}
