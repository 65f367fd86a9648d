package ui

// view.go: how one person looks at a snapshot: size, place, choices. A View is
// plain data without pointers into the run; equal views of one snapshot are one
// frame.

import (
	"time"

	"tminus/tasks"
)

// View is what Render needs beside the snapshot.
type View struct {
	Width, Height int
	Focus         Pane
	Zoom          bool
	Selected      string     // task id; "" = the current one
	Scroll        [Panes]int // first visible row of each pane
	Zone          ZoneChoice
	Local         *time.Location // the viewer's zone; nil = UTC
	Theme         Theme
	Actor         string // who sits here (initials); "" = not said yet
	Watch         bool   // a follower: no keys that act
	Dialog        Dialog // what lies over the frame; Kind NoDialog = nothing
	Toast         string // a sentence over the footer, "" = none
}

// TaskID is the task that the view is on: the selected one, else the current one,
// else the plan's last.
func (v View) TaskID(s *tasks.Snapshot) string {
	if s == nil {
		return ""
	}
	if s.Plan.Task(v.Selected) != nil {
		return v.Selected
	}
	if s.Schedule.Current != "" || len(s.Plan.Tasks) == 0 {
		return s.Schedule.Current
	}
	return s.Plan.Tasks[len(s.Plan.Tasks)-1].ID
}

// Pane is one of the cockpit's panes; its number is its key, and 0 is the tenth's.
type Pane int

// The panes in the order of their keys 1–9 and 0.
const (
	Timeline Pane = iota + 1
	Task
	Risks
	Instances
	CloudWatch
	Host
	Smoke
	Journal
	People
	Preflight

	lastPane = Preflight
	Panes    = int(lastPane) + 1
)

// ZoneChoice is the zone in which times are shown.
type ZoneChoice int

// The zones a viewer may choose.
const (
	PlanZone ZoneChoice = iota
	LocalZone
	UTCZone
)

// Theme is the palette and glyphs of a viewer's terminal.
type Theme struct {
	Light bool // dark otherwise
	Guess bool // dark or light is not known yet: no ground of a fixed colour
	Mono  bool // NO_COLOR: words, reverse and bold only
	ASCII bool // no glyph beyond ASCII
}

// Dialog is a question or a page over the frame. It is drawn by Render and moved by the cockpit's Update.
type Dialog struct {
	Kind   DialogKind
	Title  string
	Body   string // lines
	Danger Danger
	Fields [mostFields]Field
	At     int    // what has the focus: 0 = first field … ; after the fields: Cancel, OK, Alt
	Says   string // what the fields are understood as, "" = nothing
	// List holds lines to choose from, drawn under Body and kept in sight around
	// Choice; a line that begins with no space is a heading and is never chosen.
	List    string
	Choice  int    // the marked line of List
	OK      string // label of the confirming button, "" = nothing to confirm (one button: close)
	Alt     string // label of a second button after OK ("no-go"), "" = none
	Waiting bool   // it absorbs keys until the operator has been quiet for 400 ms
	Problem string // why OK was refused
	Scroll  int
	Action  string // id of the key's action this dialog confirms
	From    string // of a Review: the task from whose effects on, "" = everything; of a Slip: the task that slips
}

// mostFields is how many text fields a dialog has room for.
const mostFields = 3

// Field is a line to type into.
type Field struct {
	Prompt string // its label, "" = it is not there
	Input  string // typed so far; of an Asked dialog a dot for each character
}

// ask are empty fields with these labels.
func ask(prompts ...string) (fields [mostFields]Field) {
	for i, prompt := range prompts {
		fields[i].Prompt = prompt
	}
	return fields
}

// DialogKind says what a dialog is.
type DialogKind int

// The dialogs.
const (
	NoDialog DialogKind = iota
	Confirm             // Cancel or OK; severe ones type the change number
	Help                // the key table
	Review              // what a rollback will undo, then its confirmation
	Slip                // what moves if a task ends later; it asks nothing
	Asked               // what a worker asks: one field, of whose text only dots are here
)

// Danger is how much care a key asks for.
type Danger int

// The degrees of danger.
const (
	Harmless Danger = iota // reads only, or looks
	Careful                // confirm: Cancel has the focus, enter chooses what has the focus
	Severe                 // typed change number and a reason; enter alone never confirms
)
