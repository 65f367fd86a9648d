package cloud

// alarm_course.go: how an alarm is evaluated, as AWS documents it: M out of N points, those missing, and farther back.

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// farther is how many periods more than it needs an alarm looks back for points, in case some are missing.
const farther = 2

// settle judges each whole minute since the alarm was last settled.
func (m *alarm) settle(sources map[string]*source, now time.Time) {
	first := m.Settled.Truncate(time.Minute).Add(time.Minute)
	if first = latest(first, now.Add(-kept).Truncate(time.Minute)); first.After(now) {
		return
	}
	q, look := m.Series, m.Rule.Periods+farther
	s, found := q.find(sources)
	q.stats = []string{m.Statistic}
	q.from, q.to = first.Add(-time.Duration(look+3)*q.Period-time.Hour), now
	points := q.points(sources, now)
	for t := first; !t.After(now); t = t.Add(time.Minute) {
		m.Settled = t
		base := q.Period
		if s != nil {
			base = s.period(found, t)
		}
		newest := t.Truncate(q.Period)
		for !known(newest.Add(max(q.Period-base, 0)), base, t) {
			newest = newest.Add(-q.Period)
		}
		m.evaluate(t, window(points, newest, q.Period, look))
	}
}

// slot is a period that an alarm looks at; there is no point in it if it is missing.
type slot struct {
	at      time.Time
	point   point
	missing bool
}

// window returns n periods up to newest, oldest first.
func window(points []point, newest time.Time, period time.Duration, n int) []slot {
	out := make([]slot, n)
	for k := range out {
		at := newest.Add(-time.Duration(n-1-k) * period)
		i, found := slices.BinarySearchFunc(points, at, func(p point, at time.Time) int { return p.at.Compare(at) })
		if out[k] = (slot{at: at, missing: !found}); found {
			out[k].point = points[i]
		}
	}
	return out
}

// evaluate judges the alarm at a time by what it sees then.
func (m *alarm) evaluate(t time.Time, seen []slot) {
	var real, breaching []slot
	for _, s := range seen {
		if !s.missing {
			real = append(real, s)
		}
	}
	if extra := len(real) - m.Rule.Periods; extra > 0 {
		real = real[extra:]
	}
	for _, s := range real {
		if m.Rule.breaches(s.point.stat(m.Statistic)) {
			breaching = append(breaching, s)
		}
	}
	to := m.Rule.judge(seen, real, breaching)
	if to == "" || to == m.Now.Value {
		return
	}
	m.turn(alarmState{Value: to, Reason: m.reason(to, real, breaching), Data: m.reasonData(t, real), Since: t})
}

func (r alarmRule) breaches(v float64) bool {
	switch r.Operator {
	case "GreaterThanThreshold":
		return v > r.Threshold
	case "GreaterThanOrEqualToThreshold":
		return v >= r.Threshold
	case "LessThanThreshold":
		return v < r.Threshold
	default:
		return v <= r.Threshold
	}
}

// judge says which state the periods seen call for, "" for the present one. Real are the points that count, at most
// as many as the alarm evaluates, and breaching those of them beyond the threshold. Missing periods are filled in only
// as far as points are lacking.
func (r alarmRule) judge(seen, real, breaching []slot) string {
	lacking := r.Periods - len(real)
	switch {
	case len(breaching) >= r.Needed:
		return stateAlarm
	case lacking <= 0 || r.Missing == "notBreaching":
		return stateOK
	case r.Missing == "breaching":
		if len(breaching)+lacking >= r.Needed {
			return stateAlarm
		}
		return stateOK
	case len(real) > len(breaching):
		return stateOK
	case r.Missing == "ignore":
		return ""
	case len(real) == 0:
		return stateInsufficient
	case !breaching[0].at.After(seen[len(seen)-r.Needed].at):
		return stateAlarm // all there is breaches, and has for as long as it takes
	default:
		return "" // that would be premature
	}
}

// words of a comparison, as they stand in reasons.
func (r alarmRule) words() string {
	switch r.Operator {
	case "GreaterThanThreshold":
		return "greater than"
	case "GreaterThanOrEqualToThreshold":
		return "greater than or equal to"
	case "LessThanThreshold":
		return "less than"
	default:
		return "less than or equal to"
	}
}

func (m *alarm) reason(to string, real, breaching []slot) string {
	r := m.Rule
	if to == stateInsufficient {
		return fmt.Sprintf("Insufficient Data: %s unknown.", plural(r.Periods, "datapoint was", "datapoints were"))
	}
	if len(real) == 0 {
		return fmt.Sprintf("Threshold Crossed: no datapoints were received for %s and %s treated as [%s].",
			plural(r.Periods, "period", "periods"), plural(r.Periods, "missing datapoint was", "missing datapoints were"),
			map[string]string{stateAlarm: "Breaching", stateOK: "NonBreaching"}[to])
	}
	cited, not := breaching, ""
	if to == stateOK {
		cited, not = slices.DeleteFunc(slices.Clone(real), func(s slot) bool { return r.breaches(s.point.stat(m.Statistic)) }), "not "
	}
	if len(cited) == 0 { // missing points alone made the difference
		cited = real
	}
	var values []string
	for _, s := range slices.Backward(cited) {
		values = append(values, fmt.Sprintf("%v (%s)", s.point.stat(m.Statistic), s.at.UTC().Format("02/01/06 15:04:05")))
	}
	verb := "were"
	if len(cited) == 1 {
		verb = "was"
	}
	return fmt.Sprintf("Threshold Crossed: %d out of the last %d datapoints [%s] %s %s%s the threshold (%v) (minimum %s for %s -> %s transition).",
		len(cited), r.Periods, strings.Join(values, ", "), verb, not, r.words(),
		r.Threshold, plural(r.Needed, "datapoint", "datapoints"), m.Now.Value, to)
}

func plural(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n) + " " + more
}

// reasonData is the reason for programs.
func (m *alarm) reasonData(t time.Time, real []slot) string {
	var values []float64
	for _, s := range real {
		values = append(values, s.point.stat(m.Statistic))
	}
	doc := map[string]any{"version": "1.0", "queryDate": t.UTC().Format("2006-01-02T15:04:05.000+0000"), "statistic": m.Statistic,
		"period": int(m.Series.Period / time.Second), "recentDatapoints": values, "threshold": m.Rule.Threshold}
	if len(real) > 0 {
		doc["startDate"] = real[0].at.UTC().Format("2006-01-02T15:04:05.000+0000")
	}
	return string(mustJSON(doc))
}
