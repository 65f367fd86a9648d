package awsops

// metrics.go: the CloudWatch pane, one batch a minute.

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"tminus/tasks"
	"tminus/tasks/reading"
)

const (
	metricWindow = 60 * time.Minute
	metricPeriod = 5 * time.Minute // basic monitoring has no finer
)

// shown are the metrics asked for, in the order of the pane. Network is bytes in each period.
func shown() []struct{ name, stat, label, unit string } {
	return []struct{ name, stat, label, unit string }{
		{"CPUUtilization", "Average", "CPU", "%"},
		{"CPUCreditBalance", "Average", "CPU credits", "credits"},
		{"NetworkIn", "Sum", "network in", "B"},
		{"NetworkOut", "Sum", "network out", "B"},
		{"StatusCheckFailed", "Maximum", "status check failed", ""},
	}
}

// metrics reads the last hour of the primary instance. Without one there is nothing to read.
func (s sensor) metrics(ctx context.Context, facts map[string]string, now time.Time) (reading.Update, error) {
	id := facts[tasks.FactInstance]
	if id == "" {
		return func(r *reading.Readings) { r.Metrics = reading.Metrics{} }, nil
	}
	in := &cloudwatch.GetMetricDataInput{ScanBy: types.ScanByTimestampAscending,
		StartTime: aws.Time(now.Add(-metricWindow).Truncate(metricPeriod)), EndTime: aws.Time(now)}
	for n, m := range shown() {
		in.MetricDataQueries = append(in.MetricDataQueries, types.MetricDataQuery{Id: aws.String(fmt.Sprint("m", n)),
			MetricStat: &types.MetricStat{Stat: aws.String(m.stat), Period: aws.Int32(int32(metricPeriod / time.Second)),
				Metric: &types.Metric{Namespace: aws.String("AWS/EC2"), MetricName: aws.String(m.name),
					Dimensions: []types.Dimension{{Name: aws.String("InstanceId"), Value: aws.String(id)}}}}})
	}
	line := []string{"cloudwatch", "get-metric-data", "--start-time", in.StartTime.UTC().Format(time.RFC3339), "--end-time", in.EndTime.UTC().Format(time.RFC3339),
		"--metric-data-queries"}
	for n, m := range shown() {
		line = append(line, fmt.Sprintf("Id=m%d,MetricStat={Metric={Namespace=AWS/EC2,MetricName=%s,Dimensions=[{Name=InstanceId,Value=%s}]},Period=%d,Stat=%s}",
			n, m.name, id, int(metricPeriod/time.Second), m.stat))
	}
	out, err := ask(ctx, &trail{a: s.a}, line, s.a.read().metrics.GetMetricData, in)
	if err != nil {
		return nil, err
	}
	read := reading.Metrics{Stamp: reading.Stamp{At: now, Every: everyMetrics}}
	for n, m := range shown() {
		series := reading.Series{Name: m.name, Label: m.label, Unit: m.unit, Period: metricPeriod}
		for _, r := range out.MetricDataResults {
			if aws.ToString(r.Id) == fmt.Sprint("m", n) {
				series.Points = points(r)
			}
		}
		read.Series = append(read.Series, series)
	}
	return func(r *reading.Readings) { r.Metrics = read }, nil
}

// points pairs times and values, which come as two lists, oldest first.
func points(r types.MetricDataResult) []reading.Point {
	var all []reading.Point
	for i := range min(len(r.Timestamps), len(r.Values)) {
		all = append(all, reading.Point{At: r.Timestamps[i], Value: r.Values[i]})
	}
	slices.SortFunc(all, func(x, y reading.Point) int { return x.At.Compare(y.At) })
	return all
}
