package tasks

// failure.go: what the failed reading of a sensor means for a person.

import (
	"errors"
	"time"

	"tminus/tasks/reading"
)

// Failing is an error of an adapter that knows in which way it failed, and perhaps what mends it.
type Failing interface {
	error
	// Failure is the kind and, where one helps, a command a person may run; its Says and Since are not read.
	Failure() reading.Failure
}

// FailureOf is a sensor's error as a reading. says is its sentence, was the failure before it, if any.
func FailureOf(err error, says string, was reading.Failure, now time.Time) reading.Failure {
	f := reading.Failure{Kind: reading.Failed}
	if known := Failing(nil); errors.As(err, &known) {
		f = known.Failure()
	}
	f.Says, f.Since = says, was.Since
	if was.Says == "" || was.Kind != f.Kind {
		f.Since = now
	}
	return f
}
