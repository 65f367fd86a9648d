package tasks

// newer.go: events of a newer build. They are kept and can be looked at; they change no
// state here, so nobody can know by this build what is legal after them: nothing is written.

import (
	"encoding/json"
	"fmt"
)

// Strange is an event of a kind that this build does not know, as it was written.
type Strange struct {
	Type string
	Raw  json.RawMessage
}

// Kind is the name it has in the journal.
func (u Strange) Kind() string { return u.Type }

// MarshalJSON is the body as it was written.
func (u Strange) MarshalJSON() ([]byte, error) { return u.Raw, nil }

// ErrNewerFormat says that a journal holds an event this build does not know.
type ErrNewerFormat struct{ Kind string }

func (e ErrNewerFormat) Error() string {
	return fmt.Sprintf("the journal holds an event %q that this build of tminus does not know: use the newer build that wrote it", e.Kind)
}

// Known refuses to go on with a run of which this build does not know every event: an
// ErrNewerFormat for the first such one.
func Known(events []Event) error {
	for _, e := range events {
		if u, unknown := e.Body.(Strange); unknown {
			return fmt.Errorf("event %d: %w", e.Seq, ErrNewerFormat{u.Type})
		}
	}
	return nil
}
