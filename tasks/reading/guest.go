package reading

// guest.go: what an audit of the guest found: its software against the plan, what listens, who
// came in, what waits to be updated.

import "time"

// Guest is one audit of the primary.
type Guest struct {
	Stamp     // real time
	Address   string
	Rows      []GuestRow
	Listening []Listener
	Users     []string // logged in now: "ec2-user pts/0 (192.0.2.7)"
	Logins    []Login  // by address, the most frequent first
	Failed    []Login  // logins that were refused
	Updates   Updates
}

// GuestRow is one expectation and what became of it.
type GuestRow struct {
	Name               string
	Expected, Observed string // "" = the plan says nothing; nobody could tell
	Command            string // with which a person sees the same
	Verdict            Verdict
	Says               string // why, what was left out of the comparison, what to do
}

// Verdict is what came of a row. The empty one: there was nothing to compare with.
type Verdict string

// The verdicts.
const (
	Fine       Verdict = "pass"
	Drifted    Verdict = "fail"         // not what the plan says
	Remarkable Verdict = "warn"         // the plan does not forbid it, a person should look
	Unknown    Verdict = "inconclusive" // nobody could tell
)

// The rows that the configuration table of the plan has as well.
const (
	RowOS        = "operating system"
	RowWebServer = "web server"
	RowFramework = "web framework"
	RowLanguage  = "language"
	RowPip       = "pip"
)

// Row returns the row with the name, or nil.
func (g Guest) Row(name string) *GuestRow {
	for i := range g.Rows {
		if g.Rows[i].Name == name {
			return &g.Rows[i]
		}
	}
	return nil
}

// Listener is a TCP port that accepts connections.
type Listener struct {
	Address string // as bound: 0.0.0.0, ::, 127.0.0.1
	Port    int
	Outside bool // reachable from outside the machine, security groups permitting
	Planned bool // the plan opens the port
}

// Login counts what came from one address; "" is the machine's own console.
type Login struct {
	Address string
	Count   int
}

// Updates are the packages that wait.
type Updates struct {
	Known    bool
	Security []string      // names with versions, at most 50
	Pending  int           // of any kind; 0 where only security updates are told
	Age      time.Duration // of the package lists they were found in; 0 = not known
}
