package sshops

// restart_period.go: the part of the day in which the plan allows a restart.

import (
	"fmt"
	"strings"
	"time"

	"tminus/tasks"
)

// period is a part of every day, in minutes from midnight; it may go over midnight.
type period struct{ from, to int }

// readPeriod reads "13:00-13:30".
func readPeriod(text string) (period, error) {
	first, last, _ := strings.Cut(text, "-")
	var p period
	for at, part := range map[*int]string{&p.from: first, &p.to: last} {
		t, err := time.Parse("15:04", strings.TrimSpace(part))
		if err != nil {
			return period{}, fmt.Errorf("%q is no period", clean(text))
		}
		*at = 60*t.Hour() + t.Minute()
	}
	if p.from == p.to {
		return period{}, fmt.Errorf("%q begins when it ends", clean(text))
	}
	return p, nil
}

// holds reports whether now, on its own clock, is in the period; its end is not.
func (p period) holds(now time.Time) bool {
	m := 60*now.Hour() + now.Minute()
	if p.from < p.to {
		return p.from <= m && m < p.to
	}
	return m >= p.from || m < p.to
}

func (p period) String() string {
	return fmt.Sprintf("%02d:%02d to %02d:%02d", p.from/60, p.from%60, p.to/60, p.to%60)
}

// inPeriod refuses outside the task's period and says when it would be allowed.
func inPeriod(call tasks.Call) error {
	text := param(call, "between", "")
	p, err := readPeriod(text)
	if err != nil {
		return fmt.Errorf("params.between of task %s: %w; amend the plan, as in between: 13:00-13:30", call.Task.ID, err)
	}
	zone := call.Plan.Zone
	if zone == nil {
		zone = time.UTC
	}
	now := call.Now().In(zone)
	if p.holds(now) {
		return nil
	}
	day := "today"
	if m := 60*now.Hour() + now.Minute(); m >= p.from {
		day = "tomorrow"
	}
	return fmt.Errorf("it is %s in %s and the plan allows the restart from %s: start it again %s from %02d:%02d, or amend params.between of task %s",
		now.Format("15:04"), zone, p, day, p.from/60, p.from%60, call.Task.ID)
}
