package contract

// metric_test.go: CloudWatch's metrics and alarms. They are played in two protocols on the pretend account.

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

func metrics() []scenario {
	const data = "GetMetricData"
	taken := func(what string) lack { return lack{what, "done, want ValidationError"} }
	return []scenario{
		{name: "the CPU of an instance", says: "EC2 sends CPUUtilization each 5 minutes, at points aligned to the period", source: "EC2 User Guide: CloudWatch metrics", run: cpuPoints,
			moto: lack{"has no metrics but those put there", "points: false, want true"}},
		{name: "newest first", says: "unless ScanBy says TimestampAscending points come newest first", source: data, run: newestFirst,
			moto: lack{"has no metrics but those put there", "points: false, want true"}},
		{name: "a metric of nothing", says: "a metric that does not exist gives a complete result without points", source: data, run: metricOfNothing},
		{name: "queries told apart", says: "each result carries the Id of its query", source: data, run: metricIDs},
		{name: "two queries of one id", says: "ids are unique in a request: ValidationError", source: data, run: metricTwice,
			moto: taken("takes them")},
		{name: "a query's id", says: "an id starts with a lower-case letter: ValidationError", source: data, run: metricBadID, moto: taken("takes any")},
		{name: "501 queries", says: "a request has up to 500 queries: ValidationError", source: data, run: metricTooMany, moto: taken("takes them")},
		{name: "a period of 45 seconds", says: "a period is 1, 5, 10, 20, 30 or a multiple of 60 seconds: ValidationError", source: data, run: metricPeriod, moto: taken("takes it")},
		{name: "an end before the start", says: "the start is before the end: ValidationError", source: data, run: metricBackwards},
		{name: "a query that is hidden", says: "ReturnData false gives no result", source: data, run: metricHidden},
		{name: "metrics listed", says: "ListMetrics lists what has had points in the last two weeks, by namespace and dimension", source: "ListMetrics", run: metricsListed,
			moto: lack{"has no metrics but those put there", "listed: false, want true"}},
	}
}

// query asks for the average CPU of an instance.
func query(id, instance string) types.MetricDataQuery {
	return types.MetricDataQuery{Id: str(id), MetricStat: &types.MetricStat{Period: num(300), Stat: str("Average"), Metric: &types.Metric{
		Namespace: str("AWS/EC2"), MetricName: str("CPUUtilization"), Dimensions: []types.Dimension{{Name: str("InstanceId"), Value: str(instance)}}}}}
}

const nobody = "i-00000000000000000"

// points asks for the last hour.
func (p *place) points(change func(*cloudwatch.GetMetricDataInput), queries ...types.MetricDataQuery) (*cloudwatch.GetMetricDataOutput, error) {
	end := p.now()
	in := &cloudwatch.GetMetricDataInput{MetricDataQueries: queries, StartTime: new(end.Add(-time.Hour)), EndTime: &end}
	if change != nil {
		change(in)
	}
	return p.cw.GetMetricData(p.ctx, in)
}

func cpuPoints(p *place) {
	id := p.launch()
	p.wait(time.Hour)
	r := got(p.points(nil, query("cpu", id))).MetricDataResults[0]
	same("points", len(r.Timestamps) > 6 && len(r.Timestamps) == len(r.Values), true)
	same("status", r.StatusCode, types.StatusCodeComplete)
	for n, at := range r.Timestamps {
		same("aligned", at.Equal(at.Truncate(5*time.Minute)), true)
		same("percent", r.Values[n] >= 0 && r.Values[n] <= 100, true)
	}
}

func newestFirst(p *place) {
	id := p.launch()
	p.wait(time.Hour)
	down := got(p.points(nil, query("cpu", id))).MetricDataResults[0].Timestamps
	up := got(p.points(func(in *cloudwatch.GetMetricDataInput) { in.ScanBy = types.ScanByTimestampAscending }, query("cpu", id))).MetricDataResults[0].Timestamps
	same("points", len(down) > 1 && len(up) == len(down), true)
	same("newest first", down[0].After(down[1]), true)
	same("oldest first", up[0].Before(up[1]), true)
}

func metricOfNothing(p *place) {
	r := got(p.points(nil, query("cpu", nobody))).MetricDataResults[0]
	same("status", r.StatusCode, types.StatusCodeComplete)
	same("points", len(r.Timestamps), 0)
}

func metricIDs(p *place) {
	all := got(p.points(nil, query("cpu", nobody), query("other", nobody))).MetricDataResults
	same("results", len(all), 2)
	same("ids", *all[0].Id+" "+*all[1].Id, "cpu other")
}

func metricTwice(p *place) {
	same("code", code(p.points(nil, query("cpu", nobody), query("cpu", nobody))), "ValidationError")
}

func metricBadID(p *place) {
	same("code", code(p.points(nil, query("CPU", nobody))), "ValidationError")
}

func metricTooMany(p *place) {
	var all []types.MetricDataQuery
	for n := range 501 {
		all = append(all, query(fmt.Sprint("q", n), nobody))
	}
	got(p.points(nil, all[:500]...))
	same("code", code(p.points(nil, all...)), "ValidationError")
}

func metricPeriod(p *place) {
	q := query("cpu", nobody)
	q.MetricStat.Period = num(45)
	same("code", code(p.points(nil, q)), "ValidationError")
}

func metricBackwards(p *place) {
	same("code", code(p.points(func(in *cloudwatch.GetMetricDataInput) { in.StartTime, in.EndTime = in.EndTime, in.StartTime }, query("cpu", nobody))), "ValidationError")
}

func metricHidden(p *place) {
	hidden := query("cpu", nobody)
	hidden.ReturnData = new(false)
	all := got(p.points(nil, hidden, query("other", nobody))).MetricDataResults
	same("results", len(all), 1)
	same("id", *all[0].Id, "other")
}

func metricsListed(p *place) {
	id := p.launch()
	p.wait(time.Hour)
	all := got(p.cw.ListMetrics(p.ctx, &cloudwatch.ListMetricsInput{Namespace: str("AWS/EC2"), Dimensions: []types.DimensionFilter{{Name: str("InstanceId"), Value: str(id)}}})).Metrics
	found := false
	for _, m := range all {
		found = found || *m.MetricName == "CPUUtilization"
	}
	same("listed", found, true)
}
