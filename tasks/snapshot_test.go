package tasks_test

// snapshot_test.go: what a screen gets, and how it gets the newest.

import (
	"sync"
	"testing"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
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

func TestDrift(t *testing.T) {
	d := newDay(t)
	verdicts := func(live tasks.Live) map[string]tasks.Verdict {
		m := map[string]tasks.Verdict{}
		for _, r := range tasks.Drift(d.plan, live) {
			m[r.Name] = r.Verdict
			if r.Verdict == tasks.NotTested && r.Observed != "" || r.Verdict != tasks.NotTested && !r.At.Equal(live.Readings.Cloud.At) {
				t.Errorf("%s: observed %q at %s is %q", r.Name, r.Observed, r.At, r.Verdict)
			}
		}
		return m
	}
	for name, v := range verdicts(tasks.Live{}) {
		if v != tasks.NotTested {
			t.Errorf("nothing was read, yet %s is %q", name, v)
		}
	}
	e := d.plan.Environment.Instance
	var live tasks.Live
	live.Readings.Cloud = reading.Cloud{Stamp: reading.Stamp{At: d.now}, Instances: []reading.Instance{
		{Role: "other", Type: "t3.nano"},
		{Role: "primary", Type: e.Type, AMI: "ami-00000000", VPC: e.VPC, Volumes: []reading.Volume{{Type: e.Volume.Type, SizeGB: e.Volume.SizeGB + 1, Encrypted: e.Volume.Encrypted}}},
	}}
	got := verdicts(live)
	for name, want := range map[string]tasks.Verdict{
		"instance type": tasks.Pass, "AMI": tasks.Fail, "network": tasks.Pass, "vCPU": tasks.NotTested, "IOPS baseline": tasks.NotTested,
		"storage size": tasks.Fail, "volume type": tasks.Pass, "encrypted": tasks.Pass, "language": tasks.NotTested,
	} {
		if v, ok := got[name]; !ok || v != want {
			t.Errorf("%s is %q, want %q", name, v, want)
		}
	}
}

func TestDriftHoldsNobodyToWhatThePlanDoesNotSay(t *testing.T) {
	d := newDay(t, func(p *plan.Plan) { p.Environment.Instance = plan.Instance{Type: p.Environment.Instance.Type} })
	var live tasks.Live
	live.Readings.Cloud.Instances = []reading.Instance{{Role: "primary", Type: "t3.nano", AMI: "ami-1", VPC: "vpc-1", VCPU: 2,
		Volumes: []reading.Volume{{Type: "gp3", SizeGB: 8, IOPS: 3000}}}}
	for _, r := range tasks.Drift(d.plan, live) {
		if r.Verdict == tasks.Fail && r.Name != "instance type" {
			t.Errorf("%s: the plan says nothing, yet %q is a fail (expected %q)", r.Name, r.Observed, r.Expected)
		}
	}
}
