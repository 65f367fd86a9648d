package tasks

// question.go: what only a person knows and only a worker may hear: an MFA code, a passphrase.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Question is what a worker asks of whoever sits at the cockpit. It is shown to everybody
// who watches; the answer goes straight to the worker that asked, and nowhere else.
type Question struct {
	ID     string    `json:"id"`     // unique in this process
	Title  string    `json:"title"`  // "MFA code"
	Detail string    `json:"detail"` // what for, in a sentence: "to assume the role deployer of 1234…9012 as LX"
	Since  time.Time `json:"since"`  // real time
}

// Secret is an answer. It cannot be printed, formatted or written as JSON by accident, not
// even inside something else: of an unexported field fmt asks no method, but it follows no pointer there.
type Secret struct{ text *string }

// NewSecret wraps what a person typed.
func NewSecret(text string) Secret { return Secret{&text} }

// Reveal returns the text, for the one call it was asked for; "" when there is none.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// String hides the secret.
func (s Secret) String() string { return "(secret)" }

// Format hides it from every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalJSON hides it from every journal.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"(secret)"`), nil }

// Ask asks a person and waits for the answer or the end of the context.
type Ask func(ctx context.Context, q Question) (Secret, error)

// ErrDeclined says that the person did not want to answer.
var ErrDeclined = errors.New("the question was declined")
