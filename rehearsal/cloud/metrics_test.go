package cloud_test

// metrics_test.go: CloudWatch as the Go SDK asks it, in CBOR. The aws command line asks in JSON: see cli_test.go.

import (
	"reflect"
	"slices"
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

// query asks for a metric of anything.
func query(id, namespace, name, dimension, of string, period int32) types.MetricDataQuery {
	return types.MetricDataQuery{Id: &id, MetricStat: &types.MetricStat{Period: &period, Stat: aws.String("Average"), Metric: &types.Metric{
		Namespace: &namespace, MetricName: &name, Dimensions: []types.Dimension{{Name: &dimension, Value: &of}}}}}
}

func TestMetricDataByPage(t *testing.T) {
	b := open(t)
	id, _ := b.launch()
	volume := b.account.Inventory().Volumes[0].ID
	b.clock.pass(time.Hour)
	now := b.clock.now()
	in := &cloudwatch.GetMetricDataInput{StartTime: aws.Time(now.Add(-2 * time.Hour)), EndTime: &now, ScanBy: "TimestampAscending", MetricDataQueries: []types.MetricDataQuery{
		query("cpu", "AWS/EC2", "CPUUtilization", "InstanceId", id, 300),
		query("none", "AWS/EC2", "CPUUtilization", "InstanceId", volume, 300),
		query("burst", "AWS/EBS", "BurstBalance", "VolumeId", volume, 300),
		query("elsewhere", "AWS/EBS", "BurstBalance", "InstanceId", id, 300),
		query("queue", "AWS/EBS", "VolumeQueueLength", "VolumeId", volume, 300),
	}}
	whole := must(b.cw.GetMetricData(t.Context(), in))(t)
	if r := whole.MetricDataResults; len(r) != 5 || whole.NextToken != nil || len(r[0].Values) != 11 || len(r[1].Values)+len(r[3].Values) != 0 || len(r[4].Values) != 11 {
		t.Fatalf("at once: %+v", r)
	}
	if burst := whole.MetricDataResults[2].Values; len(burst) != 11 || burst[0] >= burst[10] || burst[10] != 100 {
		t.Fatalf("burst balance %v", burst)
	}
	in.MaxDatapoints = aws.Int32(8)
	values, partial, pages := map[string][]float64{}, 0, 0
	for p := cloudwatch.NewGetMetricDataPaginator(b.cw, in); p.HasMorePages(); pages++ {
		n := 0
		for _, r := range must(p.NextPage(t.Context()))(t).MetricDataResults {
			values[*r.Id] = append(values[*r.Id], r.Values...)
			n += len(r.Values)
			if r.StatusCode == "PartialData" {
				partial++
			}
		}
		if n > 8 {
			t.Errorf("a page of %d points", n)
		}
	}
	if pages != 5 || partial != 4 || len(values) != 5 {
		t.Errorf("%d pages, %d partial, %d series", pages, partial, len(values))
	}
	for _, r := range whole.MetricDataResults {
		if !slices.Equal(values[*r.Id], r.Values) {
			t.Errorf("%s by page: %v, at once %v", *r.Id, values[*r.Id], r.Values)
		}
	}
	in.NextToken = aws.String("torn")
	_, err := b.cw.GetMetricData(t.Context(), in)
	refused(t, err, "InvalidNextToken")
}

func TestDetailedMonitoring(t *testing.T) {
	b := open(t)
	id, _ := b.launch()
	b.clock.pass(22 * time.Minute)
	must(b.ec2.MonitorInstances(t.Context(), &ec2.MonitorInstancesInput{InstanceIds: []string{id}}))(t)
	b.clock.pass(20 * time.Minute)
	fine := b.metric(id, "CPUUtilization", "Average", 60)
	steps := map[time.Duration]int{}
	for k := range fine.Timestamps[1:] {
		steps[fine.Timestamps[k+1].Sub(fine.Timestamps[k])]++
	}
	if late := b.clock.now().Sub(fine.Timestamps[len(fine.Timestamps)-1]); steps[5*time.Minute] != 4 || steps[time.Minute] < 15 || late > 4*time.Minute {
		t.Errorf("points are apart by %v, the last %v old", steps, late)
	}
	if n := len(b.metric(id, "CPUCreditBalance", "Average", 60).Values); n != 7 {
		t.Errorf("%d credit balances, which come every five minutes", n)
	}
}

func TestCreditsOfAMicro(t *testing.T) {
	b := open(t)
	id, _ := b.launch()
	b.clock.pass(2 * time.Hour)
	balance, used := b.metric(id, "CPUCreditBalance", "Average", 300).Values, b.metric(id, "CPUCreditUsage", "Sum", 300).Values
	for k := range balance[1:] { // six an hour are half a credit in five minutes
		if want := balance[k] + 0.5 - used[k]; balance[k+1]-want > 1e-3 || want-balance[k+1] > 1e-3 {
			t.Fatalf("balance %v after %v with %v used", balance[k+1], balance[k], used[k])
		}
	}
	b.clock.pass(5 * 24 * time.Hour)
	full := b.metric(id, "CPUCreditBalance", "Average", 300).Values
	if last := full[len(full)-1]; balance[0] != 30 || last > 144 || last < 140 {
		t.Fatalf("from %v to %v: the launch credits are spent first, and at most a day's earnings are kept", balance[0], last)
	}
}

func TestMetricRefusals(t *testing.T) {
	b := open(t)
	now := b.clock.now()
	ask := func(queries ...types.MetricDataQuery) error {
		_, err := b.cw.GetMetricData(t.Context(), &cloudwatch.GetMetricDataInput{StartTime: aws.Time(now.Add(-time.Hour)), EndTime: &now, MetricDataQueries: queries})
		return err
	}
	one := query("m1", "AWS/EC2", "CPUUtilization", "InstanceId", "i-00000000000000000", 300)
	odd := query("m1", "AWS/EC2", "CPUUtilization", "InstanceId", "i-00000000000000000", 90)
	refused(t, ask(odd), "ValidationError")
	refused(t, ask(one, one), "ValidationError")
	refused(t, ask(one, types.MetricDataQuery{Id: aws.String("e1"), Expression: aws.String("m1*2")}), "ValidationError")
	refused(t, ask(slices.Repeat([]types.MetricDataQuery{one}, 501)...), "ValidationError")
	_, err := b.cw.GetMetricStatistics(t.Context(), &cloudwatch.GetMetricStatisticsInput{Namespace: aws.String("AWS/EC2"), MetricName: aws.String("CPUUtilization"),
		Period: aws.Int32(60), Statistics: []types.Statistic{"Average"}, StartTime: aws.Time(now.Add(-48 * time.Hour)), EndTime: &now})
	refused(t, err, "InvalidParameterCombination")
}
