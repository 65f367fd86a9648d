package tasks_test

// snapshot_test.go: what a screen gets, and how it gets the newest.

import (
	"sync"
	"testing"
	"time"

	"tminus/tasks"
)

func TestSnapshotIsInWholeSeconds(t *testing.T) {
	d := newDay(t)
	n := tasks.NewSnapshot(d.plan, d.state, tasks.Live{Now: d.now.Add(1900 * time.Millisecond)})
	if want := d.now.Add(time.Second); !n.Now.Equal(want) || !n.Schedule.BackOutEnd.Equal(want) {
		t.Errorf("now is %s, backed out at %s", n.Now, n.Schedule.BackOutEnd)
	}
	if _, ts, ok := n.Task("T4"); !ok || ts != d.task("T4") {
		t.Error("T4 is not found")
	}
	if _, _, ok := n.Task("ghost"); ok {
		t.Error("a task that nobody has is found")
	}
}

func TestSlotHoldsTheNewest(t *testing.T) {
	slot := tasks.NewSlot()
	for n := range 5 {
		slot.Put(&tasks.Snapshot{Live: tasks.Live{Seq: uint64(n)}})
	}
	if got := <-slot.Newest(); got.Seq != 4 {
		t.Errorf("the slot held %d", got.Seq)
	}
	select {
	case n := <-slot.Newest():
		t.Errorf("there is another: %d", n.Seq)
	default:
	}
}

func TestSlotUnderHaste(t *testing.T) {
	const last = 20_000
	slot := tasks.NewSlot()
	var reader sync.WaitGroup
	reader.Go(func() {
		for seen := uint64(0); seen < last; {
			n := <-slot.Newest() // a lost last snapshot would hang here
			if n.Seq <= seen {
				t.Errorf("%d came after %d", n.Seq, seen)
				return
			}
			seen = n.Seq
		}
	})
	for n := range uint64(last) {
		slot.Put(&tasks.Snapshot{Live: tasks.Live{Seq: n + 1}})
	}
	reader.Wait()
}
