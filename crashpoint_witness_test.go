package main

// crashpoint_witness_test.go: whoever stands beside a flight and remembers: what the screen
// showed, what people were granted, what was on the disk when a call was sent. The journal
// at the end must know all of it.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"tminus/tasks"
	"tminus/tasks/journal"
	"tminus/tasks/run"
)

// witness remembers what a flight acknowledged, through all deaths of its process.
type witness struct {
	shown   [][]tasks.Event // by stretch, the longest history that the screen had
	granted map[string]int  // by kind of the event that a command becomes
	rash    int             // calls sent before their intent was on the disk
}

// boards is the begin of a stretch.
func (w *witness) boards() { w.shown = append(w.shown, nil) }

// sees keeps what a screen shows: it was on the disk.
func (w *witness) sees(s *tasks.Snapshot) {
	if now := &w.shown[len(w.shown)-1]; len(s.State.Events) > len(*now) {
		*now = s.State.Events
	}
}

// hears keeps that a command was granted.
func (w *witness) hears(c tasks.Command) {
	becomes := map[tasks.CommandKind]tasks.Body{
		tasks.TakeConn: tasks.ConnTaken{}, tasks.HoldPlan: tasks.HoldStarted{}, tasks.ResumePlan: tasks.HoldEnded{},
		tasks.StartTask: tasks.TaskStarted{}, tasks.PollGate: tasks.Polled{}, tasks.DecideGate: tasks.Decided{}, tasks.SignOffTask: tasks.SignedOff{},
		tasks.AddNote: tasks.Noted{}, tasks.TakeBack: tasks.Retracted{}, tasks.RollBack: tasks.RollbackStarted{}, tasks.ReopenRun: tasks.Reopened{},
	}
	if body := becomes[c.Kind]; body != nil {
		if w.granted == nil {
			w.granted = map[string]int{}
		}
		w.granted[body.Kind()]++
	}
}

// sends looks for the intent of a call in the journal, as it would be after a power cut.
func (w *witness) sends(synced []byte) {
	open := map[string]bool{}
	for line := range bytes.Lines(synced) {
		var rec struct{ T, ID, Intent, State string }
		if json.Unmarshal(line, &rec) != nil {
			continue // a torn tail
		}
		switch {
		case rec.T == tasks.Intended{}.Kind():
			open[rec.ID] = true
		case rec.Intent != "" && rec.State != string(tasks.OutcomeUnknown):
			delete(open, rec.Intent)
		}
	}
	if len(open) == 0 {
		w.rash++
	}
}

// missing is what was acknowledged and is not in the journal, in words.
func (w *witness) missing(events []tasks.Event) (lost []string) {
	for n, shown := range w.shown {
		for at, e := range shown {
			if at >= len(events) || !same(e, events[at]) {
				lost = append(lost, fmt.Sprintf("record %d, %s, was shown in stretch %d", e.Seq, e.Body.Kind(), n+1))
			}
		}
	}
	written := map[string]int{}
	for _, e := range events {
		if e.By == tasks.ActorRehearsal {
			written[e.Body.Kind()]++
		}
	}
	for kind, n := range w.granted {
		if written[kind] < n {
			lost = append(lost, fmt.Sprintf("%s: %d granted, %d written", kind, n, written[kind]))
		}
	}
	return lost
}

func same(a, b tasks.Event) bool {
	left, err := tasks.Encode(a)
	right, also := tasks.Encode(b)
	return errors.Join(err, also) == nil && a.Seq == b.Seq && bytes.Equal(left, right)
}

// TestWitnessNotices flies on a disk that lies about its syncs until the power goes: what the
// witness saw is gone then, and it says so. On an honest disk it has nothing to say.
func TestWitnessNotices(t *testing.T) {
	t.Parallel()
	from := opened(t)
	for _, lies := range []bool{false, true} {
		dir := duplicate(t, from)
		disk, err := newPlatter(dir)
		if err != nil {
			t.Fatal(err)
		}
		disk.lies = lies
		d := &doom{moment: moment{powerCut, 20}, disk: disk, witness: &witness{}}
		if over, err := stretch(t, dir, forwards, d); over || err != nil {
			t.Fatalf("over %v, %v", over, err)
		}
		r, err := run.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		lost := d.witness.missing(r.Events)
		if shown := len(d.witness.shown[0]); shown < 10 || len(d.witness.granted) == 0 {
			t.Errorf("lies %v: the witness saw %d records and heard %v", lies, shown, d.witness.granted)
		}
		if lies != (len(lost) > 0) || lies != (d.witness.rash > 0) {
			t.Errorf("lies %v: lost %q, %d calls before their intent", lies, lost, d.witness.rash)
		}
	}
}

// TestDeathsLeaveWhatTheyShould dies at one and the same record in every way there is.
func TestDeathsLeaveWhatTheyShould(t *testing.T) {
	t.Parallel()
	from := opened(t)
	before, _, err := journal.Read(from)
	if err != nil {
		t.Fatal(err)
	}
	const record = 10 // of the stretch; its sync is one later, since a journal is synced when it is opened
	for _, c := range []struct {
		moment
		whole int // records of the stretch
		torn  bool
	}{
		{moment{unwritten, record}, record - 1, false},
		{moment{torn, record}, record - 1, true},
		{moment{unsynced, record + 1}, record, false},
		{moment{powerCut, record + 1}, record - 1, false},
		{moment{powerCutTorn, record + 1}, record - 1, true},
		{moment{untold, record + 1}, record, false},
	} {
		dir := duplicate(t, from)
		disk, err := newPlatter(dir)
		if err != nil {
			t.Fatal(err)
		}
		if over, err := stretch(t, dir, forwards, &doom{moment: c.moment, disk: disk, witness: &witness{}}); over || err != nil {
			t.Fatalf("%s: over %v, %v", c.moment, over, err)
		}
		records, tail, err := journal.Read(dir)
		if err != nil || len(records) != len(before)+c.whole || (tail.Bytes > 0) != c.torn {
			t.Errorf("%s leaves %d records and %d bytes, want %d and torn %v: %v", c.moment, len(records), tail.Bytes, len(before)+c.whole, c.torn, err)
		}
	}
}
