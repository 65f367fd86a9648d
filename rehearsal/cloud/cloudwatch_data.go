package cloud

// cloudwatch_data.go: the points of metrics, by page, and the list of metrics.

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

const (
	maxQueries    = 500    // of one GetMetricData
	maxDatapoints = 100800 // that it returns at once
	maxStatistics = 1440   // points of one GetMetricStatistics
	maxListed     = 500    // metrics of one ListMetrics
)

func (w *watch) getMetricData() (map[string]any, error) {
	if err := w.only("MetricDataQueries", "StartTime", "EndTime", "ScanBy", "MaxDatapoints", "LabelOptions", "NextToken"); err != nil {
		return nil, err
	}
	from, to, err := w.span()
	if err != nil {
		return nil, err
	}
	queries := w.list("MetricDataQueries")
	if len(queries) == 0 || len(queries) > maxQueries {
		return nil, invalid("The collection MetricDataQueries must have 1 to %d members (got %d).", maxQueries, len(queries))
	}
	var all []graph
	for _, query := range queries {
		id := query.text("Id")
		if id == "" || id[0] < 'a' || id[0] > 'z' || len(id) > 255 || slices.ContainsFunc(all, func(g graph) bool { return g.id == id }) {
			return nil, invalid("The value %q for parameter Id is invalid: ids start with a lower-case letter and are unique.", clip(id))
		}
		g, err := w.graph(query, from, to)
		if err != nil {
			return nil, err
		}
		if g.id = id; w.text("ScanBy") != "TimestampAscending" {
			slices.Reverse(g.points)
		}
		all = append(all, g)
	}
	return w.cut(slices.DeleteFunc(all, func(g graph) bool { return g.hidden }))
}

// graph is the answer to one query. A hidden one was asked for with ReturnData false.
type graph struct {
	id, label, stat string
	points          []point
	hidden          bool
}

// cut answers with the points of one page. A graph whose points go on after it is partial.
func (w *watch) cut(all []graph) (map[string]any, error) {
	n := 0
	for _, g := range all {
		n += len(g.points)
	}
	page, next, err := w.page(n, "MaxDatapoints", maxDatapoints, maxDatapoints)
	if err != nil {
		return nil, err
	}
	results := []any{}
	begin := 0
	for _, g := range all {
		end := begin + len(g.points)
		low, high := max(begin, page.from), min(end, page.to)
		if low < high || begin == end && page.from == 0 {
			status := "Complete"
			if low < high && high < end {
				status = "PartialData"
			}
			times, values := []any{}, []any{}
			for _, p := range g.points[low-begin : max(high, low)-begin] {
				times, values = append(times, p.at), append(values, p.stat(g.stat))
			}
			results = append(results, map[string]any{"Id": g.id, "Label": g.label, "Timestamps": times, "Values": values, "StatusCode": status})
		}
		begin = end
	}
	return withNext(map[string]any{"MetricDataResults": results, "Messages": []any{}}, next), nil
}

// graph answers one query.
func (w *watch) graph(query document, from, to time.Time) (g graph, err error) {
	if query.text("Expression") != "" {
		return g, invalid("Error in expression %q: The pretend account does not evaluate metric expressions", clip(query.text("Id")))
	}
	if err := query.only("Id", "Label", "MetricStat", "ReturnData", "Expression"); err != nil {
		return g, err
	}
	stat := query.doc("MetricStat")
	if err := stat.only("Metric", "Period", "Stat", "Unit"); err != nil {
		return g, err
	}
	q, err := stat.series(stat.doc("Metric"), []string{stat.text("Stat")})
	if err != nil {
		return g, err
	}
	if strings.Contains(query.text("Label"), "${") {
		return g, invalid("The pretend account does not fill in labels: %q", clip(query.text("Label")))
	}
	q.from, q.to = from, to
	g = graph{label: cmp.Or(query.text("Label"), q.Name), stat: q.stats[0], hidden: !query.flag("ReturnData", true)}
	if !g.hidden {
		g.points = q.points(w.sources, w.now)
	}
	return g, nil
}

func (w *watch) getMetricStatistics() (map[string]any, error) {
	if err := w.only("Namespace", "MetricName", "Dimensions", "StartTime", "EndTime", "Period", "Statistics", "Unit"); err != nil {
		return nil, err
	}
	from, to, err := w.span()
	if err != nil {
		return nil, err
	}
	stats := w.texts("Statistics")
	if len(stats) == 0 {
		return nil, refuse(400, "InvalidParameterCombination", "At least one of the parameters Statistics and ExtendedStatistics must be specified.")
	}
	q, err := w.series(document{"Namespace": w.document["Namespace"], "MetricName": w.document["MetricName"], "Dimensions": w.document["Dimensions"]}, stats)
	if err != nil {
		return nil, err
	}
	if n := int(math.Ceil(float64(to.Sub(from)) / float64(q.Period))); n > maxStatistics {
		return nil, refuse(400, "InvalidParameterCombination", "You have requested up to %d datapoints, which exceeds the limit of %d. You may reduce the datapoints requested by increasing Period, or decreasing the time range.", n, maxStatistics)
	}
	q.from, q.to = from, to
	_, m := q.find(w.sources)
	points := []any{}
	for _, p := range q.points(w.sources, w.now) {
		row := map[string]any{"Timestamp": p.at, "Unit": m.unit}
		for _, s := range stats {
			row[s] = p.stat(s)
		}
		points = append(points, row)
	}
	return map[string]any{"Label": q.Name, "Datapoints": points}, nil
}

func (w *watch) listMetrics() (map[string]any, error) {
	if err := w.only("Namespace", "MetricName", "Dimensions", "RecentlyActive", "NextToken", "IncludeLinkedAccounts", "OwningAccount"); err != nil {
		return nil, err
	}
	since := w.now.Add(-kept)
	if w.text("RecentlyActive") == "PT3H" {
		since = w.now.Add(-3 * time.Hour)
	}
	var all []any
	for _, id := range slices.Sorted(maps.Keys(w.sources)) {
		s := w.sources[id]
		for _, m := range metrics(s.namespace) {
			q := series{Namespace: s.namespace, Name: m.name, Dimensions: []dimension{{s.dimension(), id}}, Period: basicPeriod, from: since, to: w.now}
			if w.lists(q) && len(q.points(w.sources, w.now)) > 0 {
				all = append(all, map[string]any{"Namespace": q.Namespace, "MetricName": q.Name, "Dimensions": dimensionRows(q.Dimensions)})
			}
		}
	}
	page, next, err := w.page(len(all), "", maxListed, maxListed)
	if err != nil {
		return nil, err
	}
	return withNext(map[string]any{"Metrics": values(all[page.from:page.to])}, next), nil
}

func dimensionRows(all []dimension) []any {
	rows := []any{}
	for _, d := range all {
		rows = append(rows, map[string]any{"Name": d.Name, "Value": d.Value})
	}
	return rows
}

// lists reports whether a metric passes the filters of ListMetrics.
func (w *watch) lists(q series) bool {
	if ns := w.text("Namespace"); ns != "" && ns != q.Namespace {
		return false
	}
	if n := w.text("MetricName"); n != "" && n != q.Name {
		return false
	}
	for _, d := range w.list("Dimensions") {
		if v := d.text("Value"); d.text("Name") != q.Dimensions[0].Name || v != "" && v != q.Dimensions[0].Value {
			return false
		}
	}
	return true
}
