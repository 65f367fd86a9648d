package watch

// newer_test.go: an older build that watches what a newer one flies.

import (
	"encoding/json"
	"strings"
	"testing"

	"tminus/tasks"
)

// TestWhatANewerBuildWritesIsFollowed and said to be more than this one can show.
func TestWhatANewerBuildWritesIsFollowed(t *testing.T) {
	dir := newRun(t)
	appendTo(t, dir, tasks.Strange{Type: "task.teleported", Raw: json.RawMessage(`{"to":"the moon"}`)}, tasks.Noted{Text: "it went well"})
	announce(t, dir, 3)
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.journal.Close()
	s := f.First()
	if n := len(s.State.Events); n != 3 || s.State.Events[n-1].Body.Kind() != "note" {
		t.Errorf("%d events are shown", n)
	}
	if !strings.Contains(s.Trouble, `an event "task.teleported" that this build of tminus does not know`) {
		t.Errorf("the trouble is %q", s.Trouble)
	}
}
