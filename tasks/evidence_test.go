package tasks_test

// evidence_test.go: a tick is worth what it rests on, and only the newest look counts.

import (
	"slices"
	"testing"

	"tminus/tasks"
)

// ladder is a look at SSH that rests on the public DNS name.
func ladder(v tasks.Verdict, problem string) tasks.StepDone {
	return tasks.StepDone{Task: "T6", Step: "ladder", Error: problem, Result: tasks.Result{Verdict: v, Says: string(v), Rests: []string{tasks.FactPublicDNS}}}
}

func toT6(t *testing.T) *day {
	d := newDay(t)
	d.fly("T4")
	d.start("T5")
	d.do(tasks.StepDone{Task: "T5", Step: "dns", Result: tasks.Result{Facts: map[string]string{tasks.FactPublicDNS: "ec2-1.example"}}},
		tasks.StepDone{Task: "T5", Step: "host-key"}, tasks.TaskDone{Task: "T5"})
	d.at("17:00").start("T6")
	d.do(ladder(tasks.Pass, ""), tasks.TaskDone{Task: "T6"})
	return d
}

func TestEvidenceGoesStaleWhenItsFactChanges(t *testing.T) {
	d := toT6(t)
	e := d.task("T6").Evidence
	if len(e) != 1 || len(d.state.Stale(e[0])) != 0 || e[0].On[tasks.FactPublicDNS] != "ec2-1.example" {
		t.Fatalf("fresh evidence: %+v", e)
	}
	d.fly("G1")
	d.start("T7") // an Elastic IP gives the instance another public name
	d.effect("T7", "allocate", nil)
	d.effect("T7", "associate", map[string]string{tasks.FactPublicDNS: "ec2-2.example"})
	if stale := d.state.Stale(d.task("T6").Evidence[0]); !slices.Equal(stale, []string{tasks.FactPublicDNS}) {
		t.Errorf("T6 was tested through the old name, but its evidence is stale in %v", stale)
	}
	if len(d.state.Stale(e[0])) == 0 {
		t.Error("the evidence handed out earlier changed with the state")
	}
	d.at("17:40").start("T6")
	d.do(ladder(tasks.Pass, ""), tasks.TaskDone{Task: "T6"})
	if e := d.task("T6").Evidence; len(e) != 1 || len(d.state.Stale(e[0])) != 0 || !e[0].At.Equal(d.now) {
		t.Errorf("after verifying again: %+v", e)
	}
}

func TestDroppedFactMakesEvidenceStale(t *testing.T) {
	d := toT6(t)
	d.do(tasks.StepDone{Task: "T5", Step: "dns", Result: tasks.Result{Drop: []string{tasks.FactPublicDNS}}})
	if len(d.state.Stale(d.task("T6").Evidence[0])) != 1 {
		t.Error("the name is gone, the evidence is not stale")
	}
}

func TestNewerLookReplacesTheEvidence(t *testing.T) {
	for name, again := range map[string]tasks.StepDone{
		"failed": ladder(tasks.Fail, "refused"), "inconclusive": ladder(tasks.Inconclusive, "timed out"), "failed without a word": ladder(tasks.Fail, ""),
	} {
		d := toT6(t)
		d.at("17:40").start("T6")
		d.do(again, tasks.TaskFailed{Task: "T6", Step: "ladder", Reason: "refused"})
		if e := d.task("T6").Evidence; len(e) != 0 {
			t.Errorf("the newest look %s, yet T6 still shows %+v", name, e)
		}
	}
}

func TestVerifyingAgainKeepsTheActualTimes(t *testing.T) {
	d := toT6(t)
	before := *d.task("T6")
	d.at("17:40").start("T6")
	if ts := d.task("T6"); ts.Status != tasks.Active || !ts.Again || ts.Step("ladder").Status != tasks.StepDoing {
		t.Errorf("verified again: %s, again %v, %s", ts.Status, ts.Again, ts.Step("ladder").Status)
	}
	d.at("17:45").do(ladder(tasks.Pass, ""), tasks.TaskDone{Task: "T6"})
	ts := d.task("T6")
	if !ts.StartedAt.Equal(before.StartedAt) || !ts.EndedAt.Equal(before.EndedAt) || ts.Again {
		t.Errorf("T6 was done %s–%s; verified again it is %s–%s", before.StartedAt, before.EndedAt, ts.StartedAt, ts.EndedAt)
	}
	if f := d.schedule().Tasks["T6"]; f.Late != before.EndedAt.Sub(f.PlannedEnd) {
		t.Errorf("verifying again made T6 late by %s", f.Late)
	}
}
