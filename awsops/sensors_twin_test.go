package awsops_test

// sensors_twin_test.go: a primary that was launched by hand, a standby that is known by its name
// only, and the alarms on both: none of them carries the run's tag.

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"tminus/rehearsal/cloud"
	"tminus/tasks"
	"tminus/tasks/reading"
)

func TestSensorsOfWhatIsNotOurs(t *testing.T) {
	c := newClock()
	asked := map[string]int{}
	w := pretend(t, c, func(o *cloud.Options) {
		o.Before = func(r cloud.Request) *cloud.Fault { asked[r.Operation]++; return nil }
	})
	settle := func(tags ...cloud.Tag) string {
		id, err := w.Settle(tags...)
		must(t, err)
		return id
	}
	primary, standby := settle(), settle(cloud.Tag{Key: "Name", Value: "scp-standby"})
	settle() // somebody else's
	f := newFlight(c, scp())
	f.plan.Environment.Standby = "scp-standby"
	f.facts[tasks.FactInstance] = primary
	watch(t, w.url, "cpu of the primary", primary, "arn:aws:sns:ap-southeast-1:610000000042:ops")
	watch(t, w.url, "cpu of the standby", standby, "")
	watch(t, w.url, "cpu of a stranger", "i-00000000000000001", "")
	must(t, c.Wait(t.Context(), 30*time.Minute))

	var live reading.Readings
	sensors := reach(t, w.url, nil, nil).SensorsBy(f.plan, f.run, c.Now)
	for range 3 {
		for _, s := range sensors {
			update, err := s.Read(t.Context(), f.facts, c.Now())
			must(t, err)
			if update != nil {
				update(&live)
			}
		}
		must(t, c.Wait(t.Context(), time.Minute))
	}
	one, other := live.Cloud.ByRole("primary"), live.Cloud.ByRole("standby")
	if len(live.Cloud.Instances) != 2 || one == nil || one.ID != primary || one.Ours || other == nil || other.ID != standby || other.Ours {
		t.Fatalf("instances: %+v", live.Cloud.Instances)
	}
	// Tag, id and name in the first round, tag and both ids from then on; the half hour and the period that began then.
	if asked["DescribeInstances"] != 3+2+2 || asked["DescribeInstanceTypes"] != 1 || asked["GetMetricData"] != 2 {
		t.Errorf("calls: %v", asked)
	}
	if one.Monitoring != "disabled" || one.Detailed || one.MemoryGiB != 1 || one.Storage != "EBS only" || one.EBSCheck != "ok" || one.HTTPTokens == "" || one.Arch == "" || len(live.Cloud.Groups) != 1 {
		t.Errorf("primary: %+v, groups %+v", one, live.Cloud.Groups)
	}
	var labels []string
	for _, s := range live.Metrics.Series {
		if s.Name == "CPUUtilization" {
			labels = append(labels, s.Of+" "+s.Label)
			if len(s.Points) == 0 {
				t.Errorf("%s has no points", s.Label)
			}
		}
	}
	if !slices.Equal(labels, []string{"primary CPU", "standby standby CPU"}) {
		t.Errorf("series %q", labels)
	}
	var alarms []string
	for _, a := range live.Alarms.All {
		alarms = append(alarms, fmt.Sprintf("%s: %s, silent %v, ours %v", a.Name, a.Condition, a.Silent, a.Ours))
		if a.State == "" || a.Since.IsZero() || a.Says == "" {
			t.Errorf("alarm: %+v", a)
		}
	}
	slices.Sort(alarms)
	if want := []string{"cpu of the primary: CPUUtilization > 90 for 10 min, silent false, ours false", "cpu of the standby: CPUUtilization > 90 for 10 min, silent true, ours false"}; !slices.Equal(alarms, want) {
		t.Errorf("alarms: %q", alarms)
	}
	if twins := tasks.Twins(f.plan, &tasks.State{}, tasks.Live{Now: c.Now(), Speed: 60, Readings: live}); len(twins) != 0 {
		t.Errorf("they were made alike, and differ: %+v", twins)
	}
}

// TestStandbyThatWasReplaced: the one that ended keeps its name for an hour, and is nobody's standby any more.
func TestStandbyThatWasReplaced(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	named := cloud.Tag{Key: "Name", Value: "scp-standby"}
	first, err := w.Settle(named)
	must(t, err)
	f := newFlight(c, scp())
	f.plan.Environment.Standby = "scp-standby"
	end := func(id string) {
		_, err := console(t, w).TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: []string{id}})
		must(t, err)
	}
	sensors := reach(t, w.url, nil, nil).SensorsBy(f.plan, f.run, c.Now)
	n := slices.IndexFunc(sensors, func(s tasks.Sensor) bool { return s.Name == "cloud" })
	standby := func(sensor tasks.Sensor) string {
		t.Helper()
		must(t, c.Wait(t.Context(), time.Minute))
		update, err := sensor.Read(t.Context(), f.facts, c.Now())
		must(t, err)
		var live reading.Readings
		update(&live)
		if one := live.Cloud.ByRole("standby"); one != nil {
			return one.ID
		}
		return ""
	}
	if got := standby(sensors[n]); got != first {
		t.Fatalf("standby is %q, not %s", got, first)
	}
	end(first)
	must(t, c.Wait(t.Context(), time.Minute))
	if got := standby(sensors[n]); got != "" {
		t.Errorf("%s has ended and stands by", got)
	}
	second, err := w.Settle(named)
	must(t, err)
	if got := standby(sensors[n]); got != second {
		t.Errorf("standby is %q, not %s that replaced it", got, second)
	}
	again := reach(t, w.url, nil, nil).SensorsBy(f.plan, f.run, c.Now) // a cockpit that was started again sees both at once
	if got := standby(again[n]); got != second {
		t.Errorf("after a restart the standby is %q, not %s", got, second)
	}
}

// watch makes an alarm as somebody in the console might.
func watch(t *testing.T, url, name, instance, topic string) {
	t.Helper()
	in := &cloudwatch.PutMetricAlarmInput{AlarmName: aws.String(name), Namespace: aws.String("AWS/EC2"), MetricName: aws.String("CPUUtilization"), Statistic: types.StatisticAverage,
		Dimensions: []types.Dimension{{Name: aws.String("InstanceId"), Value: aws.String(instance)}}, Period: aws.Int32(300), EvaluationPeriods: aws.Int32(2),
		ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold, Threshold: aws.Float64(90)}
	if topic != "" {
		in.AlarmActions = []string{topic}
	}
	client := cloudwatch.New(cloudwatch.Options{Region: pretendRegion, BaseEndpoint: aws.String(url), Credentials: key{"AKIAPRETEND", "pretend"}})
	_, err := client.PutMetricAlarm(t.Context(), in)
	must(t, err)
}
