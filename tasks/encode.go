package tasks

// encode.go: events as the journal keeps them.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

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

// Decode is the inverse of Encode. An event of a kind that this build does not know has a Strange body.
func Decode(seq uint64, payload json.RawMessage) (Event, error) {
	if w, ok := cutWire(payload); ok {
		if e, err := w.event(seq); err == nil {
			return e, nil
		}
	}
	var w wire
	err := json.Unmarshal(payload, &w)
	if err == nil {
		var e Event
		if e, err = w.event(seq); err == nil {
			return e, nil
		}
	}
	return Event{}, fmt.Errorf("reading event %d: %w", seq, err)
}

func (w wire) event(seq uint64) (Event, error) {
	body, err := decodeBody(w.Kind, w.Body)
	return Event{Seq: seq, Wall: w.Wall, Run: w.Run, Steady: time.Duration(w.Steady) * time.Millisecond, By: w.By, Body: body}, err
}

// cutWire reads an envelope that stands exactly as Encode writes it, which saves a long journal half of its decoding;
// any other is not ok, and encoding/json's to read. The body is whatever stands in its place: if it is one value, the
// envelope was one too.
func cutWire(payload []byte) (w wire, ok bool) {
	var parts [5][]byte
	rest := payload
	for i, part := range [...]struct{ before, after string }{
		{`{"t":"`, `"`}, {`","w":"`, `"`}, {`","r":"`, `"`}, {`","m":`, `,`}, {`,"by":"`, `"`},
	} {
		if rest, ok = bytes.CutPrefix(rest, []byte(part.before)); !ok {
			return wire{}, false
		}
		end := bytes.Index(rest, []byte(part.after))
		if end < 0 || bytes.ContainsFunc(rest[:end], func(r rune) bool { return r < ' ' || r > '~' || r == '\\' }) {
			return wire{}, false
		}
		parts[i], rest = rest[:end], rest[end:]
	}
	body, ok := bytes.CutPrefix(rest, []byte(`","d":`))
	if !ok || !bytes.HasSuffix(body, []byte("}")) {
		return wire{}, false
	}
	steady, err := strconv.ParseInt(string(parts[3]), 10, 64)
	err = errors.Join(err, w.Wall.UnmarshalText(parts[1]), w.Run.UnmarshalText(parts[2]))
	w.Kind, w.Steady, w.By, w.Body = string(parts[0]), steady, string(parts[4]), body[:len(body)-1]
	return w, err == nil
}

// decodeBody reads the body of an event of the kind.
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
	case "conn.offer":
		return body[ConnOffered](raw)
	case "clock.gap":
		return body[Woke](raw)
	case "hold.start":
		return body[HoldStarted](raw)
	case "hold.end":
		return body[HoldEnded](raw)
	case "task.byhand":
		return body[ByHand](raw)
	case "gate.poll":
		return body[Polled](raw)
	case "waive":
		return body[Waived](raw)
	case "retract":
		return body[Retracted](raw)
	case "run.reopen":
		return body[Reopened](raw)
	case "plan.amend":
		return body[Amended](raw)
	}
	if kind == "" || !json.Valid(raw) {
		return nil, fmt.Errorf("an event %q with the body %q is none", kind, raw)
	}
	return Strange{kind, bytes.Clone(raw)}, nil
}

func body[B Body](raw json.RawMessage) (Body, error) {
	var b B
	if err := json.Unmarshal(raw, &b); err != nil {
		return nil, fmt.Errorf("event %s: %w", b.Kind(), err)
	}
	return b, nil
}
