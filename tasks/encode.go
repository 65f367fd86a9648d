package tasks

// encode.go: events as the journal keeps them.

import (
	"encoding/json"
	"fmt"
	"time"
)

// ErrNewerFormat says that a journal holds an event this build does not know.
type ErrNewerFormat struct{ Kind string }

func (e ErrNewerFormat) Error() string {
	return fmt.Sprintf("the journal holds an event %q that this build of tminus does not know: use the newer build that wrote it", e.Kind)
}

// wire is an event as its journal line holds it, between seq and sum.
type wire struct {
	Kind   string          `json:"t"`
	Wall   time.Time       `json:"w"`
	Run    time.Time       `json:"r"`
	Steady int64           `json:"m"` // ms
	By     string          `json:"by"`
	Body   json.RawMessage `json:"d"`
}

// Encode is the event as a JSON object; the journal adds seq, len, prev and sum.
func Encode(e Event) (json.RawMessage, error) {
	body, err := json.Marshal(e.Body)
	if err != nil {
		return nil, fmt.Errorf("encoding event %s: %w", e.Body.Kind(), err)
	}
	return json.Marshal(wire{e.Body.Kind(), e.Wall.UTC().Truncate(time.Millisecond), e.Run.UTC().Truncate(time.Millisecond),
		e.Steady.Milliseconds(), e.By, body})
}

// Decode is the inverse of Encode. An unknown kind is an ErrNewerFormat.
func Decode(seq uint64, payload json.RawMessage) (Event, error) {
	var w wire
	if err := json.Unmarshal(payload, &w); err != nil {
		return Event{}, fmt.Errorf("reading event %d: %w", seq, err)
	}
	body, err := decodeBody(w.Kind, w.Body)
	if err != nil {
		return Event{}, fmt.Errorf("reading event %d: %w", seq, err)
	}
	return Event{Seq: seq, Wall: w.Wall, Run: w.Run, Steady: time.Duration(w.Steady) * time.Millisecond, By: w.By, Body: body}, nil
}

func decodeBody(kind string, raw json.RawMessage) (Body, error) {
	switch kind {
	case "run.open":
		return body[RunOpened](raw)
	case "writer.open":
		return body[WriterOpened](raw)
	case "conn.take":
		return body[ConnTaken](raw)
	case "conn.release":
		return body[ConnReleased](raw)
	case "task.start":
		return body[TaskStarted](raw)
	case "intent":
		return body[Intended](raw)
	case "outcome":
		return body[Outcome](raw)
	case "reconciled":
		return body[Reconciled](raw)
	case "step":
		return body[StepDone](raw)
	case "task.checked":
		return body[TaskChecked](raw)
	case "task.done":
		return body[TaskDone](raw)
	case "task.fail":
		return body[TaskFailed](raw)
	case "task.skip":
		return body[TaskSkipped](raw)
	case "task.abort":
		return body[TaskAborted](raw)
	case "gate":
		return body[Decided](raw)
	case "signoff":
		return body[SignedOff](raw)
	case "note":
		return body[Noted](raw)
	case "rollback.start":
		return body[RollbackStarted](raw)
	case "rollback.stop":
		return body[RollbackStopped](raw)
	case "rollback.done":
		return body[RollbackDone](raw)
	case "run.released":
		return body[Released](raw)
	}
	return nil, ErrNewerFormat{kind}
}

func body[B Body](raw json.RawMessage) (Body, error) {
	var b B
	if err := json.Unmarshal(raw, &b); err != nil {
		return nil, fmt.Errorf("event %s: %w", b.Kind(), err)
	}
	return b, nil
}
