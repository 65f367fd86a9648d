package plan

// rebase_wall.go: a loaded plan moved to another day as people mean it. A team that says
// "the same on Tuesday" means the same times on the wall; Rebase keeps elapsed time instead.
//
// A live run is moved by RebaseTo: its times were agreed on as read from a wall, with
// people, offices and a window. It refuses what the wall of that day does not show, or
// shows twice, and a task across a change of the clocks becomes longer or shorter in fact.
// A rehearsal is moved by Rebase, to a now at any second: nothing of it can be refused,
// and every length is exactly the plan's.

import (
	"fmt"
	"strings"
	"time"
)

// farthest bounds how far a plan is moved.
const farthest = 100 * 365 * 24 * time.Hour

// RebaseTo returns a deep copy of the plan whose window begins on the day written as
// 2026-11-24, at its own time of day, or at 2026-11-24 18:00 when the time is written too.
// Every other time lies as many days, hours and minutes from it on the wall of the plan's
// zone as before. A time that does not exist there on that day, or exists twice, is told
// with its place, and there is no plan. Zone and Hash stay: it is the same file.
func (p *Plan) RebaseTo(day string) (*Plan, error) {
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	from := onWall(p.Window.Start.Time, zone)
	to, err := wallTime(day, from)
	if err != nil {
		return nil, err
	}
	shift := to.Sub(from)
	if shift.Abs() > farthest {
		return nil, fmt.Errorf("%s is more than 100 years from the plan's own day %s", to.Format(time.DateOnly), from.Format(time.DateOnly))
	}
	m := mover{zone: zone, shift: shift}
	moved := p.clone()
	m.move("window.start", &moved.Window.Start)
	m.move("window.end", &moved.Window.End)
	for i := range moved.Tasks {
		t := &moved.Tasks[i]
		place := "tasks." + shown(t.ID)
		m.move(place+".start", &t.Start)
		m.move(place+".end", &t.End)
		if t.Earliest != nil {
			m.move(place+".earliest", t.Earliest)
		}
		if t.Deadline != nil {
			m.move(place+".deadline", t.Deadline)
		}
	}
	if len(m.refused) > 0 {
		return nil, fmt.Errorf("the plan cannot be moved to %s, where its clocks change; move these times in the plan, or choose another day:\n  %s",
			to.Format(time.DateOnly), strings.Join(m.refused, "\n  "))
	}
	return moved, nil
}

// wallTime reads a day, or a day and a time, as a wall shows it. A day alone keeps the
// time of day of from.
func wallTime(day string, from time.Time) (time.Time, error) {
	if at, err := time.Parse(layout, day); err == nil && at.Format(layout) == day {
		return at, nil
	}
	at, err := time.Parse(time.DateOnly, day)
	if err != nil || at.Format(time.DateOnly) != day {
		return time.Time{}, fmt.Errorf("%s is no day: write it as 2026-11-24, or as \"2026-11-24 18:00\" for a window that begins at another time", quoted(day))
	}
	return at.Add(from.Sub(from.Truncate(24 * time.Hour))), nil
}

// onWall is what a wall in the zone shows, written as if it were UTC: between two such
// times a day is always 24 hours.
func onWall(at time.Time, zone *time.Location) time.Time {
	_, offset := at.In(zone).Zone()
	return at.UTC().Add(time.Duration(offset) * time.Second)
}

// mover moves times on the wall of a zone.
type mover struct {
	zone    *time.Location
	shift   time.Duration
	refused []string // what could not be, with its place
}

// mostRefused is how many refusals are told one by one.
const mostRefused = 20

func (m *mover) move(place string, t *Time) {
	wall := onWall(t.Time, m.zone).Add(m.shift)
	year, month, day := wall.Date()
	hour, minute, second := wall.Clock()
	at := time.Date(year, month, day, hour, minute, second, wall.Nanosecond(), m.zone)
	switch {
	case !onWall(at, m.zone).Equal(wall):
		m.refuse(place, wall, "does not exist")
	case twice(at):
		m.refuse(place, wall, "happens twice")
	default:
		t.Time = at
	}
}

func (m *mover) refuse(place string, wall time.Time, why string) {
	switch len(m.refused) {
	case mostRefused:
		m.refused = append(m.refused, "and more")
	case mostRefused + 1:
	default:
		m.refused = append(m.refused, fmt.Sprintf("%s %s %s in %s", place, wall.Format(layout), why, m.zone))
	}
}
