package cli

// exit.go: exit codes. They are documented and stable.

import (
	"context"
	"errors"
	"strings"

	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/plan"
)

// The exit codes of tminus.
const (
	OK           = 0
	Internal     = 1
	Usage        = 2
	PlanInvalid  = 3
	TaskFailed   = 4
	WasAborted   = 5
	Precondition = 6
	JournalError = 74
	Interrupted  = 130
)

// Exit is an error with the exit code it ends the program with.
type Exit struct {
	Code int
	Err  error
}

func (e *Exit) Error() string { return e.Err.Error() }
func (e *Exit) Unwrap() error { return e.Err }

// Code gives an error its exit code; nil stays nil.
func Code(n int, err error) error { return code(n, err) }

func code(n int, err error) error {
	if err == nil {
		return nil
	}
	return &Exit{n, err}
}

func exitCode(ctx context.Context, err error) int {
	var exit *Exit
	var locked *journal.LockedError
	var corrupt *journal.CorruptError
	var invalid *plan.Errors
	switch {
	case err == nil:
		return OK
	case errors.As(err, &exit):
		return exit.Code
	case errors.As(err, &invalid):
		return PlanInvalid
	case errors.As(err, &locked), errors.As(err, &corrupt), errors.As(err, new(tasks.ErrNewerFormat)):
		return Precondition
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return Interrupted
	case usage(err):
		return Usage
	}
	return Internal
}

// usage recognises cobra's own complaints, which have no type.
func usage(err error) bool {
	for _, start := range []string{"unknown command", "unknown flag", "unknown shorthand", "invalid argument", "accepts ", "requires ", "flag needs", "bad flag syntax"} {
		if strings.HasPrefix(err.Error(), start) {
			return true
		}
	}
	return false
}

func list(names []string) string { return strings.Join(names, ", ") }
