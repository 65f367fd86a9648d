package cloud_test

// alarm_test.go: alarms as the Go SDK makes and reads them.

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"tminus/rehearsal/cloud"
)

const topic = "arn:aws:sns:ap-southeast-1:123456789012:scp-oncall"

// cpuAlarm is raised when the CPU of an instance is above a threshold for five minutes.
func cpuAlarm(name, id string, threshold float64) *cloudwatch.PutMetricAlarmInput {
	return &cloudwatch.PutMetricAlarmInput{
		AlarmName: &name, Namespace: aws.String("AWS/EC2"), MetricName: aws.String("CPUUtilization"), Statistic: "Average",
		Dimensions: []types.Dimension{{Name: aws.String("InstanceId"), Value: &id}}, Period: aws.Int32(300), EvaluationPeriods: aws.Int32(1),
		Threshold: &threshold, ComparisonOperator: "GreaterThanThreshold", AlarmActions: []string{topic},
		Tags: []types.Tag{{Key: aws.String("run"), Value: aws.String("7")}},
	}
}

func (b *bench) alarm(name string) types.MetricAlarm {
	b.Helper()
	all := must(b.cw.DescribeAlarms(b.Context(), &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{name}}))(b).MetricAlarms
	if len(all) != 1 {
		b.Fatalf("%d alarms are called %s", len(all), name)
	}
	return all[0]
}

func (b *bench) history(name, kind string) (summaries []string) {
	b.Helper()
	for _, h := range must(b.cw.DescribeAlarmHistory(b.Context(), &cloudwatch.DescribeAlarmHistoryInput{AlarmName: &name,
		HistoryItemType: types.HistoryItemType(kind), ScanBy: "TimestampAscending"}))(b).AlarmHistoryItems {
		summaries = append(summaries, *h.HistorySummary)
	}
	return summaries
}

func TestAlarmTakesItsCourse(t *testing.T) {
	d := new(disk)
	b := open(t, func(o *cloud.Options) { o.Save = d.save })
	id, _ := b.launch()
	must(b.cw.PutMetricAlarm(t.Context(), cpuAlarm("cpu", id, 10)))(t) // booting is above it, idling below
	first := b.alarm("cpu")
	if first.StateValue != "INSUFFICIENT_DATA" || *first.StateReason != "Unchecked: Initial alarm creation" || !*first.ActionsEnabled ||
		*first.AlarmArn != "arn:aws:cloudwatch:ap-southeast-1:123456789012:alarm:cpu" {
		t.Fatalf("a new alarm: %+v", first)
	}
	b.clock.pass(13 * time.Minute)
	raised := b.alarm("cpu")
	if raised.StateValue != "ALARM" || !strings.HasPrefix(*raised.StateReason, "Threshold Crossed: 1 out of the last 1 datapoints [") ||
		!strings.Contains(*raised.StateReason, "was greater than the threshold (10) (minimum 1 datapoint for INSUFFICIENT_DATA -> ALARM transition)") {
		t.Fatalf("after boot: %s: %s", raised.StateValue, *raised.StateReason)
	}
	_, saves := d.read()
	b.clock.pass(time.Hour)
	settled := b.alarm("cpu")
	if settled.StateValue != "OK" || !strings.Contains(*settled.StateReason, "was not greater than the threshold") ||
		!settled.StateUpdatedTimestamp.After(*raised.StateUpdatedTimestamp) {
		t.Fatalf("idling: %s: %s", settled.StateValue, *settled.StateReason)
	}
	want := []string{"Alarm updated from INSUFFICIENT_DATA to ALARM", "Alarm updated from ALARM to OK"}
	if got := b.history("cpu", "StateUpdate"); len(got) < 2 || !slices.Equal(got[:2], want) {
		t.Fatalf("history: %q", got)
	}
	if got := b.history("cpu", "Action"); len(got) == 0 || got[0] != "Successfully executed action "+topic {
		t.Fatalf("actions: %q", got)
	}
	if _, now := d.read(); now != saves {
		t.Fatal("looking at alarms was saved")
	}
}

func TestAlarmOutlivesItsAccount(t *testing.T) {
	d := new(disk)
	b := open(t, func(o *cloud.Options) { o.Save = d.save })
	id, _ := b.launch()
	must(b.cw.PutMetricAlarm(t.Context(), cpuAlarm("cpu", id, 10)))(t)
	b.clock.pass(40 * time.Minute)
	must(b.cw.PutMetricAlarm(t.Context(), cpuAlarm("other", id, 90)))(t) // keeps what cpu has been through
	saved, _ := d.read()
	opt := options(b.clock)
	opt.State = saved
	a, err := cloud.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	again := serve(t, b.clock, a)
	b.clock.pass(40 * time.Minute)
	if x, y := b.alarm("cpu"), again.alarm("cpu"); !reflect.DeepEqual(x, y) {
		t.Fatalf("the alarm differs:\n%+v\n%+v", x, y)
	}
	if x, y := b.history("cpu", ""), again.history("cpu", ""); !slices.Equal(x, y) || len(x) < 3 {
		t.Fatalf("its history differs:\n%q\n%q", x, y)
	}
	if x := again.account.Inventory().Alarms; len(x) != 2 || x[0] != (cloud.AlarmItem{Name: "cpu", Watches: "AWS/EC2 CPUUtilization InstanceId=" + id, Tags: "run=7"}) {
		t.Fatalf("inventory: %+v", x)
	}
}

func TestAlarmSetByHandAndChanged(t *testing.T) {
	b := open(t)
	id, _ := b.launch()
	ctx := t.Context()
	b.clock.pass(time.Hour)
	must(b.cw.PutMetricAlarm(ctx, cpuAlarm("cpu", id, 90)))(t)
	b.clock.pass(2 * time.Minute)
	if m := b.alarm("cpu"); m.StateValue != "OK" {
		t.Fatalf("quiet: %s %s", m.StateValue, *m.StateReason)
	}
	must(b.cw.SetAlarmState(ctx, &cloudwatch.SetAlarmStateInput{AlarmName: aws.String("cpu"), StateValue: "ALARM", StateReason: aws.String("a drill")}))(t)
	if m := b.alarm("cpu"); m.StateValue != "ALARM" || *m.StateReason != "a drill" {
		t.Fatalf("set by hand: %s %s", m.StateValue, *m.StateReason)
	}
	changed := cpuAlarm("cpu", id, 80)
	changed.Tags = nil
	must(b.cw.PutMetricAlarm(ctx, changed))(t)
	m := b.alarm("cpu")
	tags := must(b.cw.ListTagsForResource(ctx, &cloudwatch.ListTagsForResourceInput{ResourceARN: m.AlarmArn}))(t).Tags
	if m.StateValue != "ALARM" || *m.Threshold != 80 || len(tags) != 1 || *tags[0].Key != "run" {
		t.Fatalf("changed: %s, above %v, tags %v", m.StateValue, *m.Threshold, tags)
	}
	must(b.cw.DisableAlarmActions(ctx, &cloudwatch.DisableAlarmActionsInput{AlarmNames: []string{"cpu", "nobody"}}))(t)
	calls := len(b.history("cpu", "Action"))
	b.clock.pass(time.Minute)
	if m = b.alarm("cpu"); m.StateValue != "OK" || *m.ActionsEnabled {
		t.Fatalf("a minute later: %s %s", m.StateValue, *m.StateReason)
	}
	must(b.cw.SetAlarmState(ctx, &cloudwatch.SetAlarmStateInput{AlarmName: aws.String("cpu"), StateValue: "ALARM", StateReason: aws.String("a drill")}))(t)
	if n := len(b.history("cpu", "Action")); n != calls {
		t.Fatalf("a disabled action ran: %d, then %d", calls, n)
	}
	must(b.cw.EnableAlarmActions(ctx, &cloudwatch.EnableAlarmActionsInput{AlarmNames: []string{"cpu"}}))(t)
	must(b.cw.TagResource(ctx, &cloudwatch.TagResourceInput{ResourceARN: m.AlarmArn, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}}))(t)
	must(b.cw.UntagResource(ctx, &cloudwatch.UntagResourceInput{ResourceARN: m.AlarmArn, TagKeys: []string{"run"}}))(t)
	if got := b.account.Inventory().Alarms[0].Tags; got != "a=b" || !*b.alarm("cpu").ActionsEnabled {
		t.Fatalf("tags %q", got)
	}
}

func TestAlarmOfNothing(t *testing.T) {
	b := open(t)
	for missing, want := range map[string]types.StateValue{"": "INSUFFICIENT_DATA", "missing": "INSUFFICIENT_DATA", "breaching": "ALARM", "notBreaching": "OK", "ignore": "INSUFFICIENT_DATA"} {
		in := cpuAlarm("cpu "+missing, "i-00000000000000000", 50)
		if in.TreatMissingData = nil; missing != "" {
			in.TreatMissingData = &missing
		}
		must(b.cw.PutMetricAlarm(t.Context(), in))(t)
		b.clock.pass(time.Minute)
		if m := b.alarm("cpu " + missing); m.StateValue != want {
			t.Errorf("%q: %s (%s), want %s", missing, m.StateValue, *m.StateReason, want)
		}
	}
}

func TestAlarmsListed(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	for _, name := range []string{"b2", "a1", "b1", "b3"} {
		must(b.cw.PutMetricAlarm(ctx, cpuAlarm(name, "i-00000000000000000", 50)))(t)
	}
	var names []string
	pages := cloudwatch.NewDescribeAlarmsPaginator(b.cw, &cloudwatch.DescribeAlarmsInput{AlarmNamePrefix: aws.String("b"), MaxRecords: aws.Int32(2)})
	for pages.HasMorePages() {
		for _, m := range must(pages.NextPage(ctx))(t).MetricAlarms {
			names = append(names, *m.AlarmName)
		}
	}
	if !slices.Equal(names, []string{"b1", "b2", "b3"}) {
		t.Fatalf("by prefix and page: %v", names)
	}
	for _, test := range []struct {
		in   cloudwatch.DescribeAlarmsInput
		want int
	}{
		{cloudwatch.DescribeAlarmsInput{StateValue: "ALARM"}, 0},
		{cloudwatch.DescribeAlarmsInput{StateValue: "INSUFFICIENT_DATA"}, 4},
		{cloudwatch.DescribeAlarmsInput{AlarmTypes: []types.AlarmType{"CompositeAlarm"}}, 0},
		{cloudwatch.DescribeAlarmsInput{AlarmNames: []string{"a1", "zz"}}, 1},
		{cloudwatch.DescribeAlarmsInput{ActionPrefix: aws.String("arn:aws:sns:")}, 4},
		{cloudwatch.DescribeAlarmsInput{ActionPrefix: aws.String("arn:aws:lambda:")}, 0},
	} {
		if n := len(must(b.cw.DescribeAlarms(ctx, &test.in))(t).MetricAlarms); n != test.want {
			t.Errorf("%+v: %d alarms, want %d", test.in, n, test.want)
		}
	}
	metric := &cloudwatch.DescribeAlarmsForMetricInput{MetricName: aws.String("CPUUtilization"), Namespace: aws.String("AWS/EC2"),
		Dimensions: []types.Dimension{{Name: aws.String("InstanceId"), Value: aws.String("i-00000000000000000")}}}
	if n := len(must(b.cw.DescribeAlarmsForMetric(ctx, metric))(t).MetricAlarms); n != 4 {
		t.Errorf("%d alarms of the metric", n)
	}
	_, err := b.cw.DeleteAlarms(ctx, &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"a1", "zz"}})
	refused(t, err, "ResourceNotFound")
	b.alarm("a1") // none was deleted
	must(b.cw.DeleteAlarms(ctx, &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"a1", "b1"}}))(t)
	if got := b.history("a1", ""); len(b.account.Inventory().Alarms) != 2 || !slices.Equal(got, []string{`Alarm "a1" created`, `Alarm "a1" deleted`}) {
		t.Errorf("after deletion: %q", got)
	}
}

func TestAlarmRefusals(t *testing.T) {
	b := open(t)
	for _, test := range []struct {
		name, code string
		change     func(*cloudwatch.PutMetricAlarmInput)
	}{
		{"long name", "ValidationError", func(in *cloudwatch.PutMetricAlarmInput) { in.AlarmName = aws.String(strings.Repeat("x", 256)) }},
		{"odd period", "ValidationError", func(in *cloudwatch.PutMetricAlarmInput) { in.Period = aws.Int32(90) }},
		{"operator", "ValidationError", func(in *cloudwatch.PutMetricAlarmInput) { in.ComparisonOperator = "Above" }},
		{"missing data", "ValidationError", func(in *cloudwatch.PutMetricAlarmInput) { in.TreatMissingData = aws.String("good") }},
		{"no period to evaluate", "ValidationError", func(in *cloudwatch.PutMetricAlarmInput) { in.EvaluationPeriods = aws.Int32(0) }},
		{"more points than periods", "ValidationError", func(in *cloudwatch.PutMetricAlarmInput) { in.DatapointsToAlarm = aws.Int32(2) }},
		{"more than a day", "ValidationError", func(in *cloudwatch.PutMetricAlarmInput) { in.EvaluationPeriods = aws.Int32(289) }},
		{"no threshold", "MissingParameter", func(in *cloudwatch.PutMetricAlarmInput) { in.Threshold = nil }},
		{"no statistic", "InvalidParameterCombination", func(in *cloudwatch.PutMetricAlarmInput) { in.Statistic = "" }},
		{"action without ARN", "ValidationError", func(in *cloudwatch.PutMetricAlarmInput) { in.AlarmActions = []string{"oncall"} }},
		{"topic elsewhere", "ValidationError", func(in *cloudwatch.PutMetricAlarmInput) {
			in.OKActions = []string{"arn:aws:sns:us-east-1:123456789012:x"}
		}},
		{"six actions", "ValidationError", func(in *cloudwatch.PutMetricAlarmInput) { in.AlarmActions = slices.Repeat([]string{topic}, 6) }},
		{"reserved tag", "ValidationError", func(in *cloudwatch.PutMetricAlarmInput) { in.Tags[0].Key = aws.String("aws:run") }},
		{"anomalies", "ValidationError", func(in *cloudwatch.PutMetricAlarmInput) { in.ThresholdMetricId = aws.String("ad1") }},
	} {
		in := cpuAlarm("cpu", "i-00000000000000000", 50)
		test.change(in)
		_, err := b.cw.PutMetricAlarm(t.Context(), in)
		t.Run(test.name, func(t *testing.T) { refused(t, err, test.code) })
	}
	if n := len(b.account.Inventory().Alarms); n != 0 {
		t.Fatalf("refusals left %d alarms", n)
	}
	_, err := b.cw.SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{AlarmName: aws.String("x"), StateValue: "OK", StateReason: aws.String("y")})
	refused(t, err, "ResourceNotFound")
}

func TestAlarmsMeetTheSeams(t *testing.T) {
	s := new(seam)
	b := open(t, func(o *cloud.Options) { o.Before, o.After = s.strikeBefore, s.strikeAfter })
	must(b.cw.PutMetricAlarm(t.Context(), cpuAlarm("cpu", "i-00000000000000000", 50)))(t)
	must(b.cw.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{}))(t)
	s.mu.Lock()
	defer s.mu.Unlock()
	if w, r := s.seen[0], s.seen[1]; w.Service != "cloudwatch" || w.Operation != "PutMetricAlarm" || !w.Mutates || w.Region != "ap-southeast-1" || r.Mutates {
		t.Fatalf("the seam saw %+v, then %+v", w, r)
	}
}

func TestAlarmsOfARegion(t *testing.T) {
	b := open(t)
	there := b.config("AKIDPRETEND", "secret", "")
	there.Region = "us-east-1"
	cw := cloudwatch.NewFromConfig(there)
	in := cpuAlarm("cpu", "i-00000000000000000", 50)
	_, err := cw.PutMetricAlarm(t.Context(), in)
	refused(t, err, "ValidationError") // its topic is in our region
	in.AlarmActions = nil
	must(cw.PutMetricAlarm(t.Context(), in))(t)
	all := must(cw.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{}))(t).MetricAlarms
	if len(all) != 1 || *all[0].AlarmArn != "arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu" {
		t.Fatalf("there: %+v", all)
	}
	if n := len(must(b.cw.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{}))(t).MetricAlarms); n != 0 {
		t.Fatalf("here: %d alarms", n)
	}
}
