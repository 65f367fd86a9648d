package cli

// program.go: what main supplies, and what it is given.

import (
	"context"
	"io"

	"tminus/tasks"
	"tminus/ui"
)

// Program is what main supplies. Rehearse and Resume wire a run, fly it with the given
// pilot and take it apart again.
type Program struct {
	Rehearse func(context.Context, Flight, Pilot) error
	Resume   func(context.Context, Flight, Pilot) error
	// Source reads the plan that Rehearse flies: a file, or with "" the embedded one.
	Source func(path string) (name string, src []byte, err error)
	// Amendment reads a plan that is to take the place of the one a run is flown by; its
	// times are those of the file.
	Amendment func(path, run string) (*tasks.Amendment, error)
	Watch     func(ctx context.Context, dir string, theme ui.Theme) error
	Faults    []string // names for --fault
}

// Pilot flies an open session to its end, or until somebody leaves it.
type Pilot func(context.Context, Session) error

// Flight is how a run is to be flown.
type Flight struct {
	Plan      string // path; "" = the embedded SCP plan
	Run       string // folder of the run to go on with
	Root      string // folder of runs
	Speed     float64
	Rebase    string // day to which the plan is moved; "" = now
	Seed      int64
	AWSListen string
	Faults    []string
	Auto      bool
	Back      bool // roll back when a task fails
	Still     bool // nothing goes on by itself: only commands are answered
	ASCII     bool // the cockpit is drawn without a glyph beyond ASCII
	As        string
	Notice    func() string // what to know before the first frame, a line each; nil or "" = nothing
	Err       io.Writer     // messages
}

// Session is an open run, being flown.
type Session struct {
	Dir    string
	Send   func(tasks.Command) error
	Slot   *tasks.Slot
	First  *tasks.Snapshot
	Done   <-chan struct{}
	Err    func() error // why the engine stopped, once Done is closed
	Faults []string     // that can be switched on in the pretend world
	// Environ points other AWS clients at the pretend account, as KEY=value; nil = nobody asked.
	Environ []string
}

// Stdio is where a command reads and writes.
type Stdio struct {
	In       io.Reader
	Out, Err io.Writer
}

func (f Flight) notice() string {
	if f.Notice == nil {
		return ""
	}
	return f.Notice()
}
