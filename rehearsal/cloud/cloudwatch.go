package cloud

// cloudwatch.go: the operations of CloudWatch, on documents in whichever protocol they came, and the points of a metric.

import (
	"cmp"
	"math"
	"slices"
	"time"
)

func cloudWatchOperations() map[string]func(*watch) (map[string]any, error) {
	return map[string]func(*watch) (map[string]any, error){
		"GetMetricData":           (*watch).getMetricData,
		"GetMetricStatistics":     (*watch).getMetricStatistics,
		"ListMetrics":             (*watch).listMetrics,
		"DescribeAlarms":          (*watch).describeAlarms,
		"DescribeAlarmsForMetric": (*watch).describeAlarmsForMetric,
		"DescribeAlarmHistory":    (*watch).describeAlarmHistory,
		"ListTagsForResource":     (*watch).listTags,
		"PutMetricAlarm":          (*watch).putMetricAlarm,
		"DeleteAlarms":            (*watch).deleteAlarms,
		"SetAlarmState":           (*watch).setAlarmState,
		"EnableAlarmActions":      (*watch).enableActions,
		"DisableAlarmActions":     (*watch).disableActions,
		"TagResource":             (*watch).tagResource,
		"UntagResource":           (*watch).untagResource,
	}
}

// watch is one request to CloudWatch at work inside its transaction.
type watch struct {
	document
	s       *state
	sources map[string]*source
	region  string
	account string
	now     time.Time
}

// cloudWatch answers a request. What alarms did by themselves is kept with the next change: one who looks at them finds
// it anew, and finds the same.
func (a *Account) cloudWatch(in *incoming, now time.Time) (out map[string]any, err error) {
	do, known := cloudWatchOperations()[in.Operation]
	if !known {
		return nil, refuse(400, "InvalidAction", "Could not find operation %s for version 2010-08-01", clip(in.Operation))
	}
	region := cmp.Or(in.Region, a.opt.Region)
	err = a.transact(now, in.Mutates, func(whole *state) error {
		return whole.within(a.opt.Region, region, func(s *state) error {
			out, err = do(&watch{in.doc, s, s.sources(), region, a.opt.AccountID, now})
			return err
		})
	})
	return out, err
}

// sources are the instances that ever lived and their volumes, under their ids.
func (s *state) sources() map[string]*source {
	out := map[string]*source{}
	for _, i := range s.Instances {
		out[i.ID] = newSource(i)
	}
	for _, v := range s.Volumes {
		if i := s.instance(v.InstanceID); i != nil {
			out[v.ID] = newVolumeSource(v, i)
		}
	}
	return out
}

// dimension is a part of what a metric is of.
type dimension struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// series is a question for the points of one metric. What is exported is kept with an alarm.
type series struct {
	Namespace  string        `json:"namespace"`
	Name       string        `json:"name"`
	Dimensions []dimension   `json:"dimensions,omitempty"`
	Unit       string        `json:"unit,omitempty"`
	Period     time.Duration `json:"period"`
	stats      []string
	from, to   time.Time
}

// point is one period's sample.
type point struct {
	at time.Time
	sample
}

// find returns the metric of a series and what it is of; nil if the account has no such metric. Metrics here have one
// dimension: one of several is another metric, and has no points, as at AWS.
func (q series) find(sources map[string]*source) (*source, metric) {
	if len(q.Dimensions) != 1 {
		return nil, metric{}
	}
	s := sources[q.Dimensions[0].Value]
	if s == nil || s.namespace != q.Namespace || s.dimension() != q.Dimensions[0].Name {
		return nil, metric{}
	}
	all := metrics(q.Namespace)
	i := slices.IndexFunc(all, func(m metric) bool { return m.name == q.Name })
	if i < 0 || q.Unit != "" && q.Unit != all[i].unit {
		return nil, metric{}
	}
	return s, all[i]
}

// points answers a series, oldest first. An unknown metric or instance has none, as at AWS.
func (q series) points(sources map[string]*source, now time.Time) []point {
	s, m := q.find(sources)
	if s == nil || len(s.life.Up) == 0 {
		return nil
	}
	from := latest(q.from.Truncate(q.Period), now.Add(-kept))
	var out []point
	t := latest(from, s.life.Up[0].From).Truncate(basicPeriod)
	for ; t.Before(q.to) && known(t, s.period(m, t), now); t = t.Add(s.period(m, t)) {
		got := s.measure(m, t)
		if got.n == 0 || t.Truncate(q.Period).Before(from) {
			continue
		}
		if at := t.Truncate(q.Period); len(out) > 0 && out[len(out)-1].at.Equal(at) {
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
