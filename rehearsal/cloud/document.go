package cloud

// document.go: reading a CloudWatch request, whichever protocol brought it.

import (
	"encoding/base64"
	"math"
	"slices"
	"strconv"
	"strings"
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
			return invalid("The pretend account does not know the parameter %s here", clip(k))
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

// texts reads a list of strings.
func (d document) texts(key string) []string {
	all, _ := d[key].([]any)
	var out []string
	for _, v := range all {
		s, _ := v.(string)
		out = append(out, s)
	}
	return out
}

// flag reads a boolean, def if it is absent.
func (d document) flag(key string, def bool) bool {
	if b, ok := d[key].(bool); ok {
		return b
	}
	return def
}

// whole reads an integer between low and high, def if it is absent.
func (d document) whole(key string, def, low, high int) (int, error) {
	v, given := d[key]
	if !given {
		return def, nil
	}
	f, ok := v.(float64)
	if !ok || f != math.Trunc(f) || f < float64(low) || f > float64(high) {
		return 0, invalid("The value %v for parameter %s is invalid: it must be an integer from %d to %d.", v, key, low, high)
	}
	return int(f), nil
}

// tags reads a list of tags.
func (d document) tags(key string) (out []Tag, err error) {
	for _, t := range d.list(key) {
		tag := Tag{t.text("Key"), t.text("Value")}
		switch {
		case tag.Key == "" || len(tag.Key) > 128 || len(tag.Value) > 256:
			return nil, invalid("Tag keys have 1 to 128 characters and values at most 256 (key %q)", clip(tag.Key))
		case strings.HasPrefix(strings.ToLower(tag.Key), "aws:"):
			return nil, invalid("Tag keys starting with aws: are reserved (key %q)", clip(tag.Key))
		case slices.ContainsFunc(out, func(o Tag) bool { return o.Key == tag.Key }):
			return nil, invalid("The tag key %q was given twice", clip(tag.Key))
		}
		out = append(out, tag)
	}
	return sortTags(out), nil
}

// invalid refuses what CloudWatch finds wrong with a parameter.
func invalid(format string, args ...any) error {
	return refuse(400, "ValidationError", format, args...)
}

// part is the half-open range of a list that a page shows.
type part struct{ from, to int }

// page reads a page's size, called limit, and its NextToken, for a list of n; next is the token of the page after it,
// empty after the last.
func (d document) page(n int, limit string, usual, most int) (p part, next string, err error) {
	size, err := d.whole(limit, usual, 1, most)
	if err != nil {
		return p, "", err
	}
	if token := d.text("NextToken"); token != "" {
		b, err := base64.RawURLEncoding.DecodeString(token)
		if err == nil {
			p.from, err = strconv.Atoi(string(b))
		}
		if err != nil || p.from < 0 || p.from > n {
			return p, "", refuse(400, "InvalidNextToken", "The next token specified is invalid.")
		}
	}
	if p.to = min(p.from+size, n); p.to < n {
		next = base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(p.to)))
	}
	return p, next, nil
}

// withNext puts the token of the next page on an answer, if there is one.
func withNext(answer map[string]any, next string) map[string]any {
	if next != "" {
		answer["NextToken"] = next
	}
	return answer
}

// values makes a list of an answer.
func values[T any](all []T) []any {
	out := make([]any, 0, len(all))
	for _, v := range all {
		out = append(out, v)
	}
	return out
}

// dimensions reads what a metric is of.
func (d document) dimensions() (out []dimension, err error) {
	for _, dim := range d.list("Dimensions") {
		got := dimension{dim.text("Name"), dim.text("Value")}
		if got.Name == "" || got.Value == "" || len(got.Name) > 255 || len(got.Value) > 1024 || slices.ContainsFunc(out, func(o dimension) bool { return o.Name == got.Name }) {
			return nil, refuse(400, "InvalidParameterValue", "A dimension needs a name and a value, and a name comes once (got %q)", clip(got.Name))
		}
		out = append(out, got)
	}
	if len(out) > 30 {
		return nil, invalid("The collection Dimensions must have at most 30 members.")
	}
	slices.SortFunc(out, func(a, b dimension) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// series reads a metric, its period, its unit and its statistics.
func (d document) series(metric document, stats []string) (q series, err error) {
	if err = metric.only("Namespace", "MetricName", "Dimensions"); err != nil {
		return q, err
	}
	q.Namespace, q.Name, q.Unit, q.stats = metric.text("Namespace"), metric.text("MetricName"), d.text("Unit"), stats
	if q.Namespace == "" || q.Name == "" {
		return q, invalid("A metric needs Namespace and MetricName.")
	}
	seconds := d.number("Period")
	if seconds < 60 || seconds > 86400 || math.Mod(seconds, 60) != 0 {
		return q, invalid("Period must be a multiple of 60 and at most 86400 (got %v)", seconds)
	}
	q.Period = time.Duration(seconds) * time.Second
	for _, s := range stats {
		if !slices.Contains([]string{"Average", "Sum", "Minimum", "Maximum", "SampleCount"}, s) {
			return q, invalid("The pretend account does not know the statistic %q", clip(s))
		}
	}
	q.Dimensions, err = metric.dimensions()
	return q, err
}
