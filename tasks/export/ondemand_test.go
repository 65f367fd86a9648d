package export_test

// ondemand_test.go: tasks without a time stand in no table of hours and in no calendar.

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"tminus/tasks/export"
)

func TestOnDemandIsNotExported(t *testing.T) {
	src := strings.TrimRight(toy, "\n") + "\non_demand:\n  - {id: X1, title: Try it, in_charge: AB, after: [T1]}\n"
	s := export.OfPlan(loaded(t, "toy.yaml", []byte(src)), time.Now())
	var out bytes.Buffer
	if err := export.CSV(&out, s); err != nil || out.String() != csvOfPlan {
		t.Errorf("%v\n%s", err, out.String())
	}
	if text, events := calendar(t, s, export.Invitation{For: "AB"}); strings.Contains(text, "Try it") || len(events) == 0 {
		t.Errorf("%d events\n%s", len(events), text)
	}
}
