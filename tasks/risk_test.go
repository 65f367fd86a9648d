package tasks_test

// risk_test.go: the risks of the SCP day, and what raises them.

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
	"tminus/tasks/signal"
)

func TestRisksOfTheSCPDay(t *testing.T) {
	d := newDay(t, func(p *plan.Plan) { p.Risks[2].For.Duration = 5 * time.Minute }) // R3: cpu or memory over 90
	d.at("16:30")
	signals := tasks.NewSignals(d.plan)
	if len(signals) != 6 {
		t.Errorf("%d of the risks have a signal", len(signals))
	}
	var standing map[string]signal.Standing
	live := tasks.Live{Speed: 1}
	look := func(want ...string) {
		t.Helper()
		live.Now, live.Wall = d.now, d.now
		standing = signals.Next(standing, d.state, live)
		var raised []string
		for id, s := range standing {
			if s.Raised {
				raised = append(raised, id)
			}
		}
		slices.Sort(raised)
		if diff := cmp.Diff(want, raised); diff != "" {
			t.Errorf("at %s: %s", d.now, diff)
		}
	}
	read := func(cpu float64, in ...reading.Instance) {
		live.Readings.Cloud = reading.Cloud{Stamp: reading.Stamp{At: d.now, Every: 10 * time.Second}, Instances: in}
		live.Readings.Host = reading.Host{Stamp: reading.Stamp{At: d.now, Every: 2 * time.Second}, Cores: []float64{cpu}}
	}
	up := reading.Instance{Role: "primary", State: "running", SystemCheck: "ok", InstanceCheck: "ok"}
	look() // nothing was read: nothing is raised
	if got := standing["R5"]; got.Truth != signal.Unknown || len(got.Missing) != 2 {
		t.Errorf("nothing was read, and the crash is %+v", got)
	}
	d.start("T4")
	read(0.5, up)
	look()
	d.at("16:35")
	read(0.95, up)
	look("R7") // over 80; over 90 has to last
	d.at("16:40")
	read(0.95, up)
	look("R3", "R7")
	up.State = "stopped"
	d.do(tasks.TaskFailed{Task: "T4"})
	live.Readings.Failures = map[string]reading.Failure{"host": {Kind: reading.Failed, Says: "connection refused"}}
	read(0.95, up)
	look("R5", "R9")
	d.at("16:41") // a minute old is a beat of this clock
	live.Speed = 60
	look("R5", "R9")
	live.Speed = 1
	look("R9")
	live.Readings.Failures["cloud"] = reading.Failure{Kind: reading.Unreachable, Says: "timed out"}
	look("R1", "R9")
}

// TestSignalsKnowTheStatuses: the words that a condition may compare a task with are those
// that a task has.
func TestSignalsKnowTheStatuses(t *testing.T) {
	p := loadSCP(t)
	for _, st := range []tasks.Status{tasks.Waiting, tasks.Active, tasks.Checked, tasks.Done, tasks.Failed, tasks.Aborted, tasks.Skipped, tasks.Unsure, tasks.Undone} {
		risk := plan.Risk{ID: "R", Signal: `task.T4 == "` + string(st) + `"`}
		if _, err := p.Condition(&risk); err != nil {
			t.Error(err)
		}
	}
	p.Risks[0].Signal = "broken ("
	if got := tasks.NewSignals(p); got["R1"] != nil || got["R5"] == nil {
		t.Errorf("%v", got)
	}
}
