package ui

// clock.go: moments and lengths of time in words, in the zone the viewer chose.

import (
	"fmt"
	"strings"
	"time"
)

// zone is the zone times are shown in.
func zone(v View, plan *time.Location) *time.Location {
	switch {
	case v.Zone == UTCZone, v.Zone == LocalZone && v.Local == nil, v.Zone == PlanZone && plan == nil:
		return time.UTC
	case v.Zone == LocalZone:
		return v.Local
	}
	return plan
}

// about is a length of time to a person's precision: "40 s", "12 min", "1 h 05 min", "3 days".
func about(d time.Duration) string {
	switch d = d.Abs(); {
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second && d%time.Second != 0:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 100*time.Second && d != time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d days", int(d.Hours())/24)
}

// age is how long ago something was; "now" within two seconds.
func age(d time.Duration) string {
	if d < 2*time.Second {
		return "now"
	}
	return about(d.Truncate(time.Second)) + " ago"
}

// onTime is the lateness that nobody calls late.
const onTime = 30 * time.Second

// lateness says early or late in words: "2 min early", "+4 min late", "on time".
func lateness(late time.Duration) string {
	switch {
	case late >= onTime:
		return "+" + minutes(late) + " late"
	case late <= -onTime:
		return minutes(late) + " early"
	}
	return "on time"
}

// shift is lateness in a column: "+4 min", "−3 min", "±0".
func shift(late time.Duration) string {
	switch {
	case late >= onTime:
		return "+" + short(late)
	case late <= -onTime:
		return "−" + short(late)
	}
	return "±0"
}

// tight is shift in six columns or fewer, for where every column counts: "+25m", "−1h40".
func tight(late time.Duration) string {
	return strings.NewReplacer(" min", "m", " h ", "h").Replace(shift(late))
}

// short is a lateness in seven columns or fewer, up to four days.
func short(d time.Duration) string {
	if d = d.Abs().Round(time.Minute); d >= 100*time.Minute {
		return fmt.Sprintf("%d h %02d", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d min", int(d.Minutes()))
}

// minutes is a length of time in whole minutes.
func minutes(d time.Duration) string {
	d = d.Abs().Round(time.Minute)
	if d < time.Hour {
		return fmt.Sprintf("%d min", int(d.Minutes()))
	}
	return about(d)
}

// lateInk is the ink of a lateness.
func lateInk(late time.Duration) ink {
	if late >= onTime {
		return warn
	}
	return muted
}
