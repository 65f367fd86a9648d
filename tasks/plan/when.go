package plan

// when.go: times and zones. A time that does not exist, or exists twice, is refused and
// never shifted: Go's own parser would move it by an hour without a word.

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // a plan must mean the same on a machine without a zone database
	"unicode"

	"go.yaml.in/yaml/v4"
)

// layout is how a plan writes a time, always in the plan's zone.
const layout = "2006-01-02 15:04"

// readZone loads the plan's zone before anything else: every time is read in it.
func (r *reader) readZone(root *yaml.Node) {
	n := child(root, "timezone")
	if n == nil || n.Kind != yaml.ScalarNode || n.Tag != "!!str" || n.Value == "" {
		return // told as missing or as a misfit
	}
	zone, err := loadZone(n.Value)
	if err != nil {
		f := Finding{Message: fmt.Sprintf("timezone %s %v", quoted(n.Value), err), Expected: "an IANA zone, such as Asia/Singapore or UTC"}
		if meant := abbreviated(n.Value); len(meant) == 1 {
			f.Nearest = meant[0]
		} else if len(meant) > 1 {
			f.Expected += "; " + n.Value + " could be " + strings.Join(meant, " or ")
		}
		r.report(n, f)
		return
	}
	r.zone = zone
}

// loadZone loads an IANA zone. Abbreviations, "Local" and the database's own variants
// (posix/…, right/…) are refused: they mean different things on different machines.
func loadZone(name string) (*time.Location, error) {
	if name == "UTC" {
		return time.UTC, nil
	}
	if !strings.Contains(name, "/") {
		return nil, fmt.Errorf("is not a place: abbreviations mean different zones to different people")
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || !unicode.IsUpper(rune(part[0])) {
			return nil, fmt.Errorf("is not written as in the zone database")
		}
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("is not in the zone database")
	}
	return zone, nil
}

// abbreviated lists the zones people mean by an abbreviation.
func abbreviated(name string) []string {
	switch strings.ToUpper(name) {
	case "SGT", "SINGAPORE":
		return []string{"Asia/Singapore"}
	case "IST":
		return []string{"Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"}
	case "CST":
		return []string{"America/Chicago", "Asia/Shanghai", "America/Havana"}
	case "EST", "EDT", "EST5EDT":
		return []string{"America/New_York"}
	case "PST", "PDT", "PST8PDT":
		return []string{"America/Los_Angeles"}
	case "BST":
		return []string{"Europe/London", "Asia/Dhaka"}
	case "CET", "CEST":
		return []string{"Europe/Berlin", "Europe/Paris"}
	case "JST", "JAPAN":
		return []string{"Asia/Tokyo"}
	case "HKT", "HONGKONG":
		return []string{"Asia/Hong_Kong"}
	case "AEST", "AEDT":
		return []string{"Australia/Sydney"}
	case "GMT", "Z":
		return []string{"UTC"}
	}
	return nil
}

// moment reads a time in the plan's zone.
func (r *reader) moment(n *yaml.Node, t *Time, key string) bool {
	const form = "YYYY-MM-DD HH:MM in the plan's zone, such as 2019-02-07 16:00"
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return r.misfit(n, key, form)
	}
	zone := r.zone
	if zone == nil {
		zone = time.UTC // the zone is told already; the form can be judged without it
	}
	if utc, err := time.Parse(layout, n.Value); err != nil || utc.Format(layout) != n.Value {
		return r.misfit(n, key, form)
	}
	at, err := time.ParseInLocation(layout, n.Value, zone)
	switch {
	case err != nil:
		return r.misfit(n, key, form)
	case at.Format(layout) != n.Value:
		r.report(n, Finding{Message: fmt.Sprintf("%s %s does not exist in %s", key, n.Value, zone),
			Expected: "a time outside the hour that the clocks skip when they go forward"})
		return false
	case twice(at):
		r.report(n, Finding{Message: fmt.Sprintf("%s %s happens twice in %s", key, n.Value, zone),
			Expected: "a time outside the hour that the clocks repeat when they go back"})
		return false
	}
	t.Time = at
	return true
}

// twice reports whether the wall shows t's time at another instant too: with the offset
// in force before or after t's own.
func twice(t time.Time) bool {
	var edges []time.Time
	start, end := t.ZoneBounds()
	if !start.IsZero() {
		edges = append(edges, start.Add(-time.Second))
	}
	if !end.IsZero() {
		edges = append(edges, end)
	}
	_, here := t.Zone()
	for _, edge := range edges {
		_, there := edge.Zone()
		other := t.Add(time.Duration(here-there) * time.Second)
		if here != there && other.Format(layout) == t.Format(layout) {
			return true
		}
	}
	return false
}

// duration reads a length of time such as 90s or 10m.
func (r *reader) duration(n *yaml.Node, d *Duration, key string) bool {
	const form = "a length of time, such as 500ms, 2s or 10m, at most 24h"
	if n.Kind != yaml.ScalarNode {
		return r.misfit(n, key, form)
	}
	read, err := time.ParseDuration(n.Value)
	if err != nil || read <= 0 || read > 24*time.Hour {
		return r.misfit(n, key, form)
	}
	d.Duration = read
	return true
}

// checkSpan refuses what ends before it starts.
func (r *reader) checkSpan(what string, start, end *Time) {
	if r.sound(start) && r.sound(end) && end.Before(start.Time) {
		r.fault(end, fmt.Sprintf("%s ends %s, before it starts", what, end.Format(layout)),
			"an end from "+start.Format(layout)+" on")
	}
}

// checkTimes holds a task against itself and against the window. What the document calls
// completed lies in the past, and what is done by hand may prepare before the window;
// what acts on the world, or decides, belongs inside; nothing open may outlast it.
func (r *reader) checkTimes(what string, t *Task) {
	window := &r.plan.Window
	if t.Earliest != nil && r.sound(t.Earliest) && r.sound(&t.Start) && t.Earliest.After(t.Start.Time) {
		r.fault(t.Earliest, what+" may start earliest "+t.Earliest.Format(layout)+", after its planned start",
			"at the latest "+t.Start.Format(layout))
	}
	if t.Done() || r.spoiled[&t.Status] {
		return
	}
	if acts := t.Action != "" || t.Gate; acts && r.sound(&t.Start) && r.sound(&window.Start) && t.Start.Before(window.Start.Time) {
		r.fault(&t.Start, what+" starts before the window", "from "+window.Start.Format(layout)+" on: it acts or decides")
	}
	if r.sound(&t.End) && r.sound(&window.End) && t.End.After(window.End.Time) {
		r.fault(&t.End, what+" ends after the window", "at the latest "+window.End.Format(layout))
	}
}
