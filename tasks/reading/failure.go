package reading

// failure.go: a reading that did not come, and in which of the ways that a person answers differently.

import "time"

// Failure is why a sensor's last reading failed. None of its kinds ever looks healthy.
type Failure struct {
	Kind  FailureKind
	Says  string    // a sentence with a next step
	Since time.Time // run time of the first failure in a row
	// Mend is the command that a person may run, in their terminal, to mend it, such as
	// aws sso login --profile scp; nil = there is none.
	Mend []string `json:",omitempty"`
}

// The parts of the cloud reading that may be denied while the rest is told. Each is a name in
// Readings.Failures: where one stands there, its part is unknown, not empty.
const (
	Checks    = "status checks"
	Volumes   = "volumes"
	Groups    = "security groups"
	Addresses = "addresses"
)

// FailureKind is a way to fail.
type FailureKind string

// The kinds. What is none of the first four is Failed.
const (
	Throttled   FailureKind = "throttled"   // too many calls in this account: the next one may pass
	Denied      FailureKind = "denied"      // these credentials may not
	Expired     FailureKind = "expired"     // the credentials have run out, or nobody is signed in
	Unreachable FailureKind = "unreachable" // no answer: a network, an outage
	Failed      FailureKind = "failed"
)
