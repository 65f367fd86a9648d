package cloud

// document.go: reading a CloudWatch request, whichever protocol brought it.

import (
	"math"
	"slices"
	"time"
)

// document is a decoded request with the reads that operations need. What has the wrong shape reads as absent.
type document map[string]any

func (d document) text(key string) string     { s, _ := d[key].(string); return s }
func (d document) doc(key string) document    { m, _ := d[key].(map[string]any); return m }
func (d document) number(key string) float64  { f, _ := d[key].(float64); return f }
func (d document) list(key string) []document { return asDocuments(d[key]) }

func asDocuments(v any) []document {
	all, _ := v.([]any)
	var out []document
	for _, kid := range all {
		m, _ := kid.(map[string]any)
		out = append(out, m)
	}
	return out
}

// only refuses keys the account would have to ignore.
func (d document) only(keys ...string) error {
	for k := range d {
		if !slices.Contains(keys, k) {
			return refuse(400, "ValidationError", "The pretend account does not know the parameter %s here", clip(k))
		}
	}
	return nil
}

// span reads StartTime and EndTime.
func (d document) span() (from, to time.Time, err error) {
	from, ok := moment(d["StartTime"])
	to, ok2 := moment(d["EndTime"])
	if !ok || !ok2 {
		return from, to, refuse(400, "MissingRequiredParameter", "The parameters StartTime and EndTime are required.")
	}
	if !from.Before(to) {
		return from, to, refuse(400, "ValidationError", "The parameter StartTime must be less than the parameter EndTime.")
	}
	return from, to, nil
}

// series reads a metric, its period and its statistics.
func (d document) series(metric document, stats []string) (q series, err error) {
	if err = metric.only("Namespace", "MetricName", "Dimensions"); err != nil {
		return q, err
	}
	q.namespace, q.name, q.stats = metric.text("Namespace"), metric.text("MetricName"), stats
	if q.namespace == "" || q.name == "" {
		return q, refuse(400, "ValidationError", "A metric needs Namespace and MetricName.")
	}
	seconds := d.number("Period")
	if seconds < 60 || seconds > 86400 || math.Mod(seconds, 60) != 0 {
		return q, refuse(400, "ValidationError", "Period must be a multiple of 60 and at most 86400 (got %v)", seconds)
	}
	q.period = time.Duration(seconds) * time.Second
	for _, s := range stats {
		if !slices.Contains([]string{"Average", "Sum", "Minimum", "Maximum", "SampleCount"}, s) {
			return q, refuse(400, "ValidationError", "The pretend account does not know the statistic %q", clip(s))
		}
	}
	if dims := metric.list("Dimensions"); len(dims) == 1 && dims[0].text("Name") == "InstanceId" {
		q.instance = dims[0].text("Value")
	}
	return q, nil
}
