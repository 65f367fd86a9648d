package cloud_test

// metrics_test.go: CloudWatch as the Go SDK asks it, in CBOR. The aws command line asks in JSON: see cli_test.go.

import (
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

func (b *bench) metric(id, name, stat string, period int32) types.MetricDataResult {
	b.Helper()
	now := b.clock.now()
	out := must(b.cw.GetMetricData(b.Context(), &cloudwatch.GetMetricDataInput{
		StartTime: aws.Time(now.Add(-3 * time.Hour)), EndTime: aws.Time(now), ScanBy: "TimestampAscending",
		MetricDataQueries: []types.MetricDataQuery{{Id: aws.String("m1"), MetricStat: &types.MetricStat{
			Period: aws.Int32(period), Stat: aws.String(stat), Metric: &types.Metric{
				Namespace: aws.String("AWS/EC2"), MetricName: aws.String(name),
				Dimensions: []types.Dimension{{Name: aws.String("InstanceId"), Value: aws.String(id)}},
			}}}},
	}))(b)
	return out.MetricDataResults[0]
}

func TestMetricsArriveLateAndStay(t *testing.T) {
	b := open(t)
	id, group := b.launch()
	if r := b.metric(id, "CPUUtilization", "Average", 300); len(r.Values) != 0 {
		t.Fatalf("a fresh instance has points %v", r.Values)
	}
	if n := len(must(b.cw.ListMetrics(t.Context(), &cloudwatch.ListMetricsInput{}))(t).Metrics); n != 0 {
		t.Fatalf("a fresh instance lists %d metrics", n)
	}
	b.clock.pass(30 * time.Minute)
	cpu := b.metric(id, "CPUUtilization", "Average", 300)
	if len(cpu.Values) != 5 || cpu.StatusCode != "Complete" || cpu.Values[0] < 10 || cpu.Values[4] > 30 {
		t.Fatalf("CPU over 30 minutes, the last 5 not yet in: %v", cpu.Values)
	}
	if gap := cpu.Timestamps[1].Sub(cpu.Timestamps[0]); gap != 5*time.Minute || cpu.Timestamps[0].Unix()%300 != 0 {
		t.Fatalf("points are %v apart, from %v", gap, cpu.Timestamps[0])
	}
	balance := b.metric(id, "CPUCreditBalance", "Average", 300).Values
	if len(balance) != 5 || balance[0] != 30 || balance[4] == balance[1] {
		t.Fatalf("credit balance %v", balance)
	}
	if failed := b.metric(id, "StatusCheckFailed", "Maximum", 60); len(failed.Values) < 20 || failed.Values[0] != 0 {
		t.Fatalf("status checks %v", failed.Values)
	}
	if in := b.metric(id, "NetworkIn", "Sum", 600); len(in.Values) != 3 || in.Values[0] < in.Values[2] {
		t.Fatalf("network in by ten minutes %v", in.Values)
	}
	if n := len(must(b.cw.ListMetrics(t.Context(), &cloudwatch.ListMetricsInput{Namespace: aws.String("AWS/EC2")}))(t).Metrics); n != 10 {
		t.Fatalf("%d metrics listed", n)
	}
	b.tearDown(id, group)
	b.clock.pass(30 * time.Minute)
	after := b.metric(id, "CPUUtilization", "Average", 300)
	if len(after.Values) != 7 || !reflect.DeepEqual(after.Values[:5], cpu.Values) {
		t.Fatalf("after termination:\n%v\n%v", cpu.Values, after.Values)
	}
}

func TestCloudWatchRefusals(t *testing.T) {
	b := open(t)
	_, err := b.cw.GetMetricData(t.Context(), &cloudwatch.GetMetricDataInput{StartTime: aws.Time(b.clock.now()), EndTime: aws.Time(b.clock.now().Add(time.Hour)), MetricDataQueries: []types.MetricDataQuery{{Id: aws.String("M1")}}})
	refused(t, err, "ValidationError")
	_, err = b.cw.PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{Namespace: aws.String("x"), MetricData: []types.MetricDatum{{MetricName: aws.String("y"), Value: aws.Float64(1)}}})
	refused(t, err, "InvalidAction")
	if n := len(must(b.cw.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{}))(t).MetricAlarms); n != 0 {
		t.Fatalf("%d alarms", n)
	}
	stats := must(b.cw.GetMetricStatistics(t.Context(), &cloudwatch.GetMetricStatisticsInput{
		Namespace: aws.String("AWS/EC2"), MetricName: aws.String("CPUUtilization"), Period: aws.Int32(300), Statistics: []types.Statistic{"Average"},
		StartTime: aws.Time(b.clock.now().Add(-time.Hour)), EndTime: aws.Time(b.clock.now()),
	}))(t)
	if len(stats.Datapoints) != 0 {
		t.Fatal("points of no instance")
	}
	must(b.ec2.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{}))(t)
}
