package awsops_test

// alarms_test.go: the plan's alarms, made, read back, found after a lost answer, and removed.

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cw "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
	"tminus/tasks/plan"
)

const topic = "arn:aws:sns:ap-southeast-1:610000000042:ops"

// watched is a plan whose risks name what CloudWatch can watch, and what it cannot.
func watched() *plan.Plan {
	p := scp()
	p.Environment.Topic = topic
	p.Risks = []plan.Risk{
		{ID: "R1", Signal: "aws.reachable == false"},
		{ID: "R2", Signal: "cloudwatch.cpu > 90 or memory.percent > 90", For: plan.Duration{Duration: 10 * time.Minute}},
		{ID: "R4", Signal: `instance.state != "running" or instance.status != "ok"`},
		{ID: "R6", Signal: "cloudwatch.sent >= 1000000 and cloudwatch.cpu > 80"},
		{ID: "R7", Signal: "20 > cloudwatch.credits"},
		{ID: "R8", Signal: "cloudwatch.status_failed > 0", For: plan.Duration{Duration: 2 * time.Minute}},
		{ID: "R9"},
	}
	return p
}

// watcher is somebody else's client of CloudWatch.
func watcher(t *testing.T, w world) *cloudwatch.Client {
	return cloudwatch.New(cloudwatch.Options{Region: pretendRegion, BaseEndpoint: aws.String(w.url), Credentials: key{"AKIAOTHER", "other"}, HTTPClient: private(t)})
}

func shownAlarms(t *testing.T, w world) []cw.MetricAlarm {
	t.Helper()
	out, err := watcher(t, w).DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{})
	must(t, err)
	return out.MetricAlarms
}

func TestAlarms(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, watched())
	must(t, f.fly(t.Context(), "T4", a.Launch(f.plan)))
	before := w.Inventory()
	action := a.Alarms(f.plan)
	must(t, f.fly(t.Context(), "T4b", action))
	id := f.facts[tasks.FactInstance]
	var got []string
	for _, m := range shownAlarms(t, w) {
		if *m.Dimensions[0].Value != id || *m.TreatMissingData != "missing" || !slices.Equal(m.AlarmActions, []string{topic}) || !*m.ActionsEnabled ||
			m.StateValue != cw.StateValueInsufficientData || *m.DatapointsToAlarm != *m.EvaluationPeriods {
			t.Errorf("%+v", m)
		}
		got = append(got, fmt.Sprintf("%s: %s %s %s %g, %d times %d s", *m.AlarmName, m.Statistic, *m.MetricName, m.ComparisonOperator, *m.Threshold, *m.EvaluationPeriods, *m.Period))
	}
	slices.Sort(got)
	want := []string{
		"tminus-SCP100X0219-1-T4b-1-R2: Average CPUUtilization GreaterThanThreshold 90, 2 times 300 s",
		"tminus-SCP100X0219-1-T4b-1-credits: Average CPUCreditBalance LessThanThreshold 20, 1 times 300 s",
		"tminus-SCP100X0219-1-T4b-1-status: Maximum StatusCheckFailed GreaterThanThreshold 0, 2 times 60 s",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	r := f.results["T4b/describe"]
	var rows []string
	for _, row := range r.Rows {
		rows = append(rows, row.Name+": "+string(row.Verdict)+" "+row.Says)
	}
	if d := cmp.Diff([]string{
		"StatusCheckFailed > 0 for 2 min: pass INSUFFICIENT_DATA",
		"CPUCreditBalance < 20 for 5 min: pass INSUFFICIENT_DATA",
		"CPUUtilization > 90 for 10 min: pass INSUFFICIENT_DATA",
		"R1:  not an alarm: aws.reachable == false: CloudWatch does not measure aws.reachable",
		"R2:  not an alarm: memory.percent > 90: CloudWatch does not measure memory.percent",
		`R4:  not an alarm: instance.state != "running": CloudWatch does not measure instance.state`,
		`R4:  not an alarm: instance.status != "ok": the alarm status watches it`,
		"R6:  not an alarm: (cloudwatch.sent >= 1000000) and (cloudwatch.cpu > 80): an alarm compares one metric with a number",
		"R7:  not an alarm: 20 > cloudwatch.credits: the alarm credits watches it",
		"R8:  not an alarm: cloudwatch.status_failed > 0: the alarm status watches it",
	}, rows); d != "" {
		t.Error(d)
	}
	wantSentence(t, errors.New(r.Says), "3 alarms on instance "+id, "INSUFFICIENT_DATA", "first minutes")
	for _, s := range action.Steps {
		if s.Effect {
			says, there, err := s.Undo.Prove(t.Context(), f.effect(t, s.ID).call)
			if err != nil || !there || !strings.Contains(says, "tagged tminus:run=") {
				t.Errorf("%s: %v, %v, %v", s.ID, says, there, err)
			}
		}
	}
	f.done = f.done[len(f.done)-3:]
	must(t, f.undo(t.Context()))
	if left := shownAlarms(t, w); len(left) > 0 {
		t.Errorf("left: %+v", left)
	}
	if d := cmp.Diff(before, w.Inventory()); d != "" {
		t.Error(d)
	}
}

// TestAlarmsUnanswered: a CloudWatch of which nothing is heard when the alarms are read back is no CloudWatch without alarms.
func TestAlarmsUnanswered(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	silent := false
	a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
		return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err == nil && silent && op == "DescribeAlarms" {
				resp = emptied(resp, "the proxy's own words")
			}
			return resp, err
		}}
	}, nil)
	p := watched()
	f := newFlight(c, p)
	f.facts[tasks.FactInstance] = "i-0123456789abcdef0"
	action := a.Alarms(p)
	for _, s := range action.Steps {
		if silent = !s.Effect; !silent {
			must(t, f.step(t.Context(), "T4b", s))
		}
	}
	step := action.Step("describe")
	r, err := step.Do(t.Context(), f.call("T4b", *step))
	if wantSentence(t, err, "the answer to DescribeAlarms (HTTP 200) is not in the protocol of CloudWatch"); r.Verdict == tasks.Fail || len(r.Rows) > 0 {
		t.Errorf("%+v", r)
	}
}

// TestAlarmsOfOthers: an alarm with our name is not overwritten, and one that lost our tag is not deleted.
func TestAlarmsOfOthers(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	p := watched()
	p.Environment.Topic = ""
	f := newFlight(c, p)
	f.facts[tasks.FactInstance] = "i-0123456789abcdef0"
	const name = "tminus-SCP100X0219-1-T4b-1-status"
	other := watcher(t, w)
	_, err := other.PutMetricAlarm(t.Context(), &cloudwatch.PutMetricAlarmInput{AlarmName: aws.String(name), Namespace: aws.String("AWS/EC2"), MetricName: aws.String("CPUUtilization"),
		ComparisonOperator: cw.ComparisonOperatorGreaterThanThreshold, Threshold: aws.Float64(1), EvaluationPeriods: aws.Int32(1), Period: aws.Int32(60), Statistic: cw.StatisticSum})
	must(t, err)
	wantSentence(t, f.fly(t.Context(), "T4b", a.Alarms(p)), name, "overwritten")
	_, err = other.DeleteAlarms(t.Context(), &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{name}})
	must(t, err)
	must(t, f.fly(t.Context(), "T4b", a.Alarms(p)))
	wantSentence(t, errors.New(f.results["T4b/describe"].Says), "nobody is notified")
	for _, m := range shownAlarms(t, w) {
		_, err = other.TagResource(t.Context(), &cloudwatch.TagResourceInput{ResourceARN: m.AlarmArn, Tags: []cw.Tag{{Key: aws.String(tasks.RunTag), Value: aws.String("another")}}})
		must(t, err)
	}
	must(t, f.undo(t.Context()))
	wantSentence(t, errors.New(strings.Join(f.left, "\n")), name, "untouched")
	if left := shownAlarms(t, w); len(left) != 3 || len(f.left) != 3 {
		t.Errorf("%d alarms, %d left", len(left), len(f.left))
	}
}
