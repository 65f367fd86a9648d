package cli

// amend_test.go: what a preview of an amendment promises.

import (
	"strings"
	"testing"
)

// TestAPreviewPromisesNothingThatIsRefused: --yes writes nothing while somebody else has the conn.
func TestAPreviewPromisesNothingThatIsRefused(t *testing.T) {
	s := fold(t, four, conn) // the rehearsal's people have it
	w := amending{seat: seat{as: "BB"}}
	if got := w.hint(s); !strings.Contains(got, "--yes would be refused: rehearsal has the conn") || !strings.Contains(got, "--take") {
		t.Error(got)
	}
	if w.seat.take = true; w.hint(s) != "nothing was written: --yes writes it" {
		t.Error(w.hint(s))
	}
	if w.seat.take = false; w.hint(fold(t, four)) != "nothing was written: --yes writes it" {
		t.Error(w.hint(fold(t, four)))
	}
}
