package cloud

// cloudwatch.go: the operations of CloudWatch, on documents that came as CBOR or as JSON.

import (
	"math"
	"slices"
	"strings"
	"time"
)

const (
	maxQueries = 500
	ec2Metrics = "AWS/EC2"
)

func (a *Account) cloudWatch(op string, doc map[string]any, now time.Time) (any, error) {
	switch op {
	case "GetMetricData":
		return a.getMetricData(doc, now)
	case "GetMetricStatistics":
		return a.getMetricStatistics(doc, now)
	case "ListMetrics":
		return a.listMetrics(doc, now)
	case "DescribeAlarms":
		return map[string]any{"MetricAlarms": []any{}, "CompositeAlarms": []any{}}, nil
	default:
		return nil, refuse(400, "InvalidAction", "Could not find operation %s for version 2010-08-01", clip(op))
	}
}

// sources are the instances that ever lived, under their ids, cut loose from the account's state.
func (a *Account) sources() map[string]*source {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := map[string]*source{}
	for _, i := range a.state.Instances {
		out[i.ID] = newSource(i)
	}
	return out
}

// series is a question for the points of one metric.
type series struct {
	namespace, name, instance string
	period                    time.Duration
	stats                     []string
	from, to                  time.Time
}

// point is one period's sample.
type point struct {
	at time.Time
	sample
}

// points answers a series, oldest first. An unknown metric or instance has none, as at AWS.
func (q series) points(sources map[string]*source, now time.Time) []point {
	s := sources[q.instance]
	i := slices.IndexFunc(metrics(), func(m metric) bool { return m.name == q.name })
	if s == nil || i < 0 || q.namespace != ec2Metrics || len(s.life.Up) == 0 {
		return nil
	}
	m := metrics()[i]
	base := s.period(m)
	t := latest(q.from.Truncate(q.period), s.life.Up[0].From.Truncate(base), now.Add(-kept)).Truncate(base)
	var out []point
	for ; t.Before(q.to) && known(t, base, now); t = t.Add(base) {
		got := s.measure(m, t)
		if got.n == 0 {
			continue
		}
		if at := t.Truncate(q.period); len(out) > 0 && out[len(out)-1].at.Equal(at) {
			out[len(out)-1].sample = out[len(out)-1].with(got)
		} else {
			out = append(out, point{at, got})
		}
	}
	return out
}

func latest(times ...time.Time) time.Time {
	return slices.MaxFunc(times, time.Time.Compare)
}

func (p sample) stat(name string) float64 {
	switch name {
	case "Sum":
		return p.sum
	case "Minimum":
		return p.low
	case "Maximum":
		return p.high
	case "SampleCount":
		return float64(p.n)
	default:
		return math.Round(1e6*p.sum/float64(p.n)) / 1e6
	}
}

func (a *Account) getMetricData(doc document, now time.Time) (any, error) {
	if err := doc.only("MetricDataQueries", "StartTime", "EndTime", "ScanBy", "MaxDatapoints", "LabelOptions", "NextToken"); err != nil {
		return nil, err
	}
	from, to, err := doc.span()
	if err != nil {
		return nil, err
	}
	queries := doc.list("MetricDataQueries")
	if len(queries) == 0 || len(queries) > maxQueries {
		return nil, refuse(400, "ValidationError", "The collection MetricDataQueries must have 1 to %d members (got %d).", maxQueries, len(queries))
	}
	sources := a.sources()
	results := []any{}
	var ids []string
	for _, query := range queries {
		id := query.text("Id")
		if id == "" || id[0] < 'a' || id[0] > 'z' || slices.Contains(ids, id) {
			return nil, refuse(400, "ValidationError", "The value %q for parameter Id is invalid: ids start with a lower-case letter and are unique.", clip(id))
		}
		ids = append(ids, id)
		r, err := a.metricData(query, from, to, doc.text("ScanBy") == "TimestampAscending", sources, now)
		if err != nil {
			return nil, err
		}
		if r != nil {
			results = append(results, r)
		}
	}
	return map[string]any{"MetricDataResults": results, "Messages": []any{}}, nil
}

// metricData answers one query; nil if its data is not to be returned.
func (a *Account) metricData(query document, from, to time.Time, ascending bool, sources map[string]*source, now time.Time) (any, error) {
	if query.text("Expression") != "" {
		return nil, refuse(400, "ValidationError", "The pretend account does not evaluate metric expressions")
	}
	if err := query.only("Id", "Label", "MetricStat", "ReturnData", "Expression"); err != nil {
		return nil, err
	}
	stat := query.doc("MetricStat")
	if err := stat.only("Metric", "Period", "Stat", "Unit"); err != nil {
		return nil, err
	}
	q, err := stat.series(stat.doc("Metric"), []string{stat.text("Stat")})
	if err != nil {
		return nil, err
	}
	if wanted, given := query["ReturnData"].(bool); given && !wanted {
		return nil, nil
	}
	q.from, q.to = from, to
	points := q.points(sources, now)
	if !ascending {
		slices.Reverse(points)
	}
	times, values := []any{}, []any{}
	for _, p := range points {
		times, values = append(times, p.at), append(values, p.stat(q.stats[0]))
	}
	label := query.text("Label")
	if label == "" {
		label = q.name
	}
	return map[string]any{"Id": query.text("Id"), "Label": label, "Timestamps": times, "Values": values, "StatusCode": "Complete"}, nil
}

func (a *Account) getMetricStatistics(doc document, now time.Time) (any, error) {
	if err := doc.only("Namespace", "MetricName", "Dimensions", "StartTime", "EndTime", "Period", "Statistics", "Unit"); err != nil {
		return nil, err
	}
	from, to, err := doc.span()
	if err != nil {
		return nil, err
	}
	var stats []string
	named, _ := doc["Statistics"].([]any)
	for _, v := range named {
		s, _ := v.(string)
		stats = append(stats, s)
	}
	metric := document{"Namespace": doc["Namespace"], "MetricName": doc["MetricName"], "Dimensions": doc["Dimensions"]}
	q, err := doc.series(metric, stats)
	if err != nil {
		return nil, err
	}
	q.from, q.to = from, to
	points := []any{}
	for _, p := range q.points(a.sources(), now) {
		row := map[string]any{"Timestamp": p.at, "Unit": unit(q.name)}
		for _, s := range stats {
			row[s] = p.stat(s)
		}
		points = append(points, row)
	}
	return map[string]any{"Label": q.name, "Datapoints": points}, nil
}

func unit(metric string) string {
	switch {
	case metric == "CPUUtilization":
		return "Percent"
	case metric == "NetworkIn" || metric == "NetworkOut":
		return "Bytes"
	default:
		return "Count"
	}
}

func (a *Account) listMetrics(doc document, now time.Time) (any, error) {
	if err := doc.only("Namespace", "MetricName", "Dimensions", "RecentlyActive", "NextToken", "IncludeLinkedAccounts", "OwningAccount"); err != nil {
		return nil, err
	}
	out := []any{}
	sources := a.sources()
	ids := make([]string, 0, len(sources))
	for id := range sources {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, strings.Compare)
	for _, id := range ids {
		for _, m := range metrics() {
			q := series{ec2Metrics, m.name, id, basicPeriod, nil, now.Add(-kept), now}
			if !listed(doc, m.name, id) || len(q.points(sources, now)) == 0 {
				continue
			}
			out = append(out, map[string]any{"Namespace": ec2Metrics, "MetricName": m.name,
				"Dimensions": []any{map[string]any{"Name": "InstanceId", "Value": id}}})
		}
	}
	return map[string]any{"Metrics": out}, nil
}

// listed reports whether a metric passes the filters of ListMetrics.
func listed(doc document, name, id string) bool {
	if ns := doc.text("Namespace"); ns != "" && ns != ec2Metrics {
		return false
	}
	if n := doc.text("MetricName"); n != "" && n != name {
		return false
	}
	for _, d := range doc.list("Dimensions") {
		if v := d.text("Value"); d.text("Name") != "InstanceId" || v != "" && v != id {
			return false
		}
	}
	return true
}
