package awsops

// alarm_watch.go: which alarms a plan wants: what its risks say of CloudWatch's metrics,
// and the two that every instance should have. What cannot be an alarm is said.

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

const (
	fewCredits = 20 // CPU credits: 20 minutes of one full core
	mostAlarms = 50 // one answer of CloudWatch describes no more
)

// watch is what one alarm watches on the primary instance.
type watch struct {
	id     string // of its step, and the end of its name
	why    string // the risk, for the description
	metric string
	stat   types.Statistic
	op     types.ComparisonOperator
	limit  float64
	period time.Duration
	times  int // periods in a row
}

// says is the watch in words: "CPUUtilization > 90 for 10m0s".
func (w watch) says() string {
	return fmt.Sprintf("%s %s %s for %d min", w.metric, sign(w.op), w.threshold(), int(w.period.Minutes())*w.times)
}

func (w watch) threshold() string { return strconv.FormatFloat(w.limit, 'f', -1, 64) }

// same reports that two watches would ring together.
func (w watch) same(other watch) bool {
	w.id, w.why = other.id, other.why
	return w == other
}

// unwatched is a condition of a risk that is no alarm of its own.
type unwatched struct{ risk, says string }

// watches are the alarms of a plan, and which conditions are none.
func watches(p *plan.Plan) (all []watch, not []unwatched) {
	all = []watch{{id: "status", why: "a status check fails", metric: "StatusCheckFailed", stat: types.StatisticMaximum,
		op: types.ComparisonOperatorGreaterThanThreshold, period: time.Minute, times: 2}}
	if burstable(p.Environment.Instance.Type) {
		all = append(all, watch{id: "credits", why: "the CPU credits run out", metric: "CPUCreditBalance", stat: types.StatisticAverage,
			op: types.ComparisonOperatorLessThanThreshold, limit: fewCredits, period: metricPeriod, times: 1})
	}
	for n := range p.Risks {
		risk := &p.Risks[n]
		condition, err := p.Condition(risk)
		if err != nil || condition == nil {
			continue // a loaded plan's conditions compile; a risk without one says nothing to watch
		}
		for _, arm := range condition.Arms() {
			w, why := watchOf(arm.Name, arm.Op, arm.Value, risk.For.Duration)
			w.id, w.why = unusedID(all, risk.ID), "risk "+safe.Line(risk.ID)
			if at := slices.IndexFunc(all, w.same); why == "" && at >= 0 {
				why = "the alarm " + all[at].id + " watches it"
			} else if why == "" && len(all) == mostAlarms {
				why = fmt.Sprintf("the plan has more than %d", mostAlarms)
			}
			if why != "" {
				not = append(not, unwatched{safe.Line(risk.ID), fmt.Sprintf("not an alarm: %s: %s", safe.Line(arm.Text), why)})
				continue
			}
			all = append(all, w)
		}
	}
	return all, not
}

// watchOf is what watches a comparison; why says why nothing can.
func watchOf(name, op string, value any, lasting time.Duration) (w watch, why string) {
	if name == "instance.status" && (op == "==" && value == "impaired" || op == "!=" && value == "ok") {
		return w, "the alarm status watches it"
	}
	known := map[string]watch{
		"cpu.percent":              {metric: "CPUUtilization", stat: types.StatisticAverage, period: metricPeriod}, // seen from outside the guest
		"cloudwatch.cpu":           {metric: "CPUUtilization", stat: types.StatisticAverage, period: metricPeriod},
		"cloudwatch.credits":       {metric: "CPUCreditBalance", stat: types.StatisticAverage, period: metricPeriod},
		"cloudwatch.received":      {metric: "NetworkIn", stat: types.StatisticSum, period: metricPeriod},
		"cloudwatch.sent":          {metric: "NetworkOut", stat: types.StatisticSum, period: metricPeriod},
		"cloudwatch.status_failed": {metric: "StatusCheckFailed", stat: types.StatisticMaximum, period: time.Minute},
	}
	w, ok := known[name]
	limit, number := value.(float64)
	w.op, w.limit = comparison(op), limit
	switch {
	case name == "":
		return w, "an alarm compares one metric with a number"
	case !ok:
		return w, "CloudWatch does not measure " + name
	case !number || w.op == "":
		return w, "an alarm knows <, <=, > and >= only"
	}
	if w.times = max(1, int((lasting+w.period-1)/w.period)); time.Duration(w.times)*w.period > 24*time.Hour {
		return w, "an alarm looks back one day at most"
	}
	return w, ""
}

func comparison(op string) types.ComparisonOperator {
	switch op {
	case "<":
		return types.ComparisonOperatorLessThanThreshold
	case "<=":
		return types.ComparisonOperatorLessThanOrEqualToThreshold
	case ">":
		return types.ComparisonOperatorGreaterThanThreshold
	case ">=":
		return types.ComparisonOperatorGreaterThanOrEqualToThreshold
	}
	return ""
}

func sign(op types.ComparisonOperator) string {
	for _, s := range []string{"<", "<=", ">", ">="} {
		if comparison(s) == op {
			return s
		}
	}
	return safe.Line(string(op))
}

// burstable reports a type that lives on CPU credits: t2, t3, t3a, t4g.
func burstable(kind string) bool {
	return len(kind) > 1 && kind[0] == 't' && '0' <= kind[1] && kind[1] <= '9'
}

// unusedID is an id for a step and a name, made of a risk's.
func unusedID(all []watch, risk string) string {
	odd := regexp.MustCompile(`[^A-Za-z0-9.-]+`)
	id := strings.Trim(odd.ReplaceAllString(risk, "-"), "-")
	id = id[:min(len(id), 60)]
	for n, try := 2, id; ; n++ {
		if !slices.ContainsFunc(all, func(w watch) bool { return w.id == try }) && try != "" {
			return try
		}
		try = fmt.Sprintf("%s-%d", id, n)
	}
}
