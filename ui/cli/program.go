package cli

// program.go: what main supplies, and what it is given.

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"tminus/tasks"
	"tminus/tasks/reading"
	"tminus/ui"
)

// Program is what main supplies. Rehearse and Resume wire a run, fly it with the given
// pilot and take it apart again.
type Program struct {
	Rehearse func(context.Context, Flight, Pilot) error
	Run      func(context.Context, Flight, Pilot) error
	Resume   func(context.Context, Flight, Pilot) error
	// Doctor resolves the access and says where each value comes from; with a plan also what
	// its account lets us do. Preflight holds a plan against its account. Both only look.
	Doctor    func(ctx context.Context, a Access, plan string) ([]reading.Item, error)
	Preflight func(ctx context.Context, a Access, plan string) ([]reading.Item, error)
	// Source reads the plan that Rehearse flies: a file, or with "" the embedded one.
	Source func(path string) (name string, src []byte, err error)
	// Amendment reads a plan that is to take the place of the one a run is flown by; its
	// times are those of the file.
	Amendment func(path, run string) (*tasks.Amendment, error)
	// Smoke runs smoke tests alone, stage by stage, and ends with the first stage that does not hold. What was run so
	// far comes with an error too. told is given a line whenever there is one to tell.
	Smoke func(ctx context.Context, w Testing, told func(stage, line string)) ([]Tested, error)
	// ExportTests writes a plan's one-line checks as Hurl, by stage. JudgeTests says what is wrong with a plan's smoke
	// tests, their files included; nil = nothing.
	ExportTests func(plan string) (map[string][]byte, error)
	JudgeTests  func(plan string) error
	Watch       func(ctx context.Context, dir string, theme ui.Theme) error
	Fault       func(name string) error // refuses what --fault does not know
	Faults      []string                // names for --fault
}

// Pilot flies an open session to its end, or until somebody leaves it.
type Pilot func(context.Context, Session) error

// Access is how an AWS account is to be reached, as far as the command line says.
type Access struct {
	Profile string // "" = as the environment says
	Region  string // "" = as the environment, the profile or the plan says
	Ask     tasks.Ask
}

// Testing is what tminus smoke is to run: the tests of a plan, those of a run, or files alone.
type Testing struct {
	Plan      string                 // file
	Run       string                 // folder of a run: its frozen plan and tests, and what it knows of its instance
	Files     []string               // Hurl files or folders of them
	Stages    []string               // by name; empty = all, in their order
	Base      string                 // URL of the application; "" = what the run knows
	Build     string                 // expected; "" = the plan's
	Instance  string                 // expected; "" = the run's
	Hosts     []string               // others that may be talked to, beside those of the plan
	Variables map[string]string      // beside those of the plan, in whose place they stand
	Authority string                 // file with certificates in PEM that are trusted, too
	Runner    string                 // "" = our own; "hurl" = the program of that name
	FromHost  bool                   // from the instance itself, over SSH; goes with Run
	Parallel  int                    // requests at once; 0 = as the plan says
	Before    map[string][]tasks.Row // by stage: an earlier try, of which what passed is not run again
	Ask       tasks.Ask              // for secrets that the environment lacks; nil = nobody is asked
}

// Tested is what came of one stage. A stage behind one that does not hold was not tested, and has no rows.
type Tested struct {
	Stage  string        `json:"stage"`
	Took   time.Duration `json:"took"`
	Result tasks.Result  `json:"result"`
}

// Flight is how a run is to be flown.
type Flight struct {
	Access

	Plan      string // path; "" = the embedded SCP plan
	Run       string // folder of the run to go on with
	Root      string // folder of runs
	Speed     float64
	Paced     bool   // the speed was asked for
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
	Dir   string
	Send  func(tasks.Command) error
	Slot  *tasks.Slot
	First *tasks.Snapshot
	Done  <-chan struct{}
	Err   func() error // why the engine stopped, once Done is closed
	// Shell is the command that opens the instance with these facts in a terminal; nil = none can.
	Shell func(facts map[string]string) []string
	// Answer gives a person's answer to the worker that asked, and to nobody else; nil = nobody asks.
	Answer func(id string, s tasks.Secret) error
	Faults []string // that can be switched on in the pretend world
	// Environ points other AWS clients at the pretend account, as KEY=value; nil = nobody asked.
	Environ []string
	// Reach is the file that says, with each change anew, how ssh and curl reach the pretend instances; "" = none.
	Reach string
}

// Stdio is where a command reads and writes.
type Stdio struct {
	In       io.Reader
	Out, Err io.Writer
	// Lent is true while a command has been lent the terminal: an interrupt is meant for it.
	// nil = nobody asks.
	Lent *atomic.Bool
}

func (f Flight) notice() string {
	if f.Notice == nil {
		return ""
	}
	return f.Notice()
}
