package awsops

// metrics.go: the CloudWatch pane: one GetMetricData for primary, standby and their root volumes,
// asked no more often than the data changes.
//
// A metric has a point for each of its periods: five minutes with basic monitoring, one with
// detailed, always five for credits and volumes. After a period has ended its point is published
// some time later. A series is asked for once in each of its periods, half a minute into it, and
// that again for the last quarter of an hour, so that a point that came late is found by the next
// question. StatusCheckFailed has a point a minute under basic monitoring too, but what it says
// DescribeInstanceStatus tells every ten seconds for nothing: it goes with the rest.

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
	metricPeriod   = 5 * time.Minute // basic monitoring has no finer
	detailedPeriod = time.Minute
	metricGrace    = 30 * time.Second // into a period, so that a clock a little ahead asks for nothing in vain
	metricLate     = 15 * time.Minute // asked again each time: points come late, and the newest still grows
	metricFirst    = time.Hour        // asked when nothing is known
	metricKept     = 3 * time.Hour
)

// gauge is one series to ask for.
type gauge struct {
	name, stat, label, unit string
	namespace, dimension    string
	id                      string // of the instance or the volume
	of                      string // the instance's role
	period                  time.Duration
	since                   time.Time // of the launch: there is nothing before
}

// key tells series apart, from one question to the next.
func (g gauge) key() string { return g.id + " " + g.name + " " + g.period.String() }

// due reports whether a point can be there that was not when the series was last asked for.
func (g gauge) due(asked, now time.Time) bool {
	turn := func(t time.Time) time.Time { return t.Add(-metricGrace).Truncate(g.period) }
	if asked.IsZero() {
		return !turn(now).Before(g.since.Truncate(g.period).Add(g.period))
	}
	return turn(now).After(turn(asked))
}

// gaugesOf are the series of one instance, in the order of the pane. Network is bytes in each period.
func gaugesOf(in reading.Instance, of string) []gauge {
	period := metricPeriod
	if in.Detailed {
		period = detailedPeriod
	}
	var all []gauge
	for _, g := range []gauge{
		{name: "CPUUtilization", stat: "Average", label: "CPU", unit: "%", period: period},
		{name: "CPUCreditBalance", stat: "Average", label: "CPU credits", unit: "credits", period: metricPeriod},
		{name: "NetworkIn", stat: "Sum", label: "network in", unit: "B", period: period},
		{name: "NetworkOut", stat: "Sum", label: "network out", unit: "B", period: period},
		{name: "StatusCheckFailed", stat: "Maximum", label: "status check failed", period: period},
	} {
		g.namespace, g.dimension, g.id, g.of, g.since = "AWS/EC2", "InstanceId", in.ID, of, in.LaunchedAt
		all = append(all, g)
	}
	if len(in.Volumes) > 0 && in.Volumes[0].Type == "gp2" { // only what bursts has a balance
		all = append(all, gauge{name: "BurstBalance", stat: "Average", label: "disk burst", unit: "%", namespace: "AWS/EBS", dimension: "VolumeId",
			id: in.Volumes[0].ID, of: of, period: metricPeriod, since: in.LaunchedAt})
	}
	if of == "standby" {
		for n := range all {
			all[n].label = "standby " + all[n].label
		}
	}
	return all
}

// gauges is the metrics sensor: the series it keeps, and when each was asked for.
type gauges struct {
	sensor
	asked map[string]time.Time
	kept  map[string][]reading.Point
	shown []string // the keys of what is on the screen
}

func newGauges(s sensor) *gauges {
	return &gauges{sensor: s, asked: map[string]time.Time{}, kept: map[string][]reading.Point{}}
}

// wanted are the series of the primary, as the facts have it, and of the standby, as it was seen.
func (s *gauges) wanted(facts map[string]string) []gauge {
	id := facts[tasks.FactInstance]
	if id == "" {
		return nil
	}
	cloud := s.poll.cloud()
	primary := reading.Instance{ID: id} // until it is seen: basic monitoring, launched at any time
	if n := slices.IndexFunc(cloud.Instances, func(in reading.Instance) bool { return in.ID == id }); n >= 0 {
		primary = cloud.Instances[n]
	}
	all := gaugesOf(primary, "primary")
	if standby := cloud.ByRole("standby"); standby != nil && standby.ID != id {
		all = append(all, gaugesOf(*standby, "standby")...)
	}
	return all
}

func (s *gauges) ripe(all []gauge, now time.Time) []gauge {
	return slices.DeleteFunc(slices.Clone(all), func(g gauge) bool { return !g.due(s.asked[g.key()], now) })
}

// due: when a point can be new, or other series are wanted than those shown.
func (s *gauges) due(facts map[string]string, now time.Time) bool {
	all := s.wanted(facts)
	return len(s.ripe(all, now)) > 0 || !slices.Equal(s.shown, keys(all))
}

func keys(all []gauge) []string {
	var out []string
	for _, g := range all {
		out = append(out, g.key())
	}
	return out
}

// read asks for the series that can have a new point, all in one call. Without an instance there is nothing to read.
func (s *gauges) read(ctx context.Context, facts map[string]string, now time.Time) (reading.Update, error) {
	all := s.wanted(facts)
	s.poll.measures(all)
	if ripe := s.ripe(all, now); len(ripe) > 0 {
		if err := s.ask(ctx, ripe, now); err != nil {
			return nil, err
		}
	} else if slices.Equal(s.shown, keys(all)) {
		return nil, nil // looked out of turn: there can be nothing new, and asking costs
	}
	s.shown = keys(all)
	if len(all) == 0 {
		return func(r *reading.Readings) { r.Metrics = reading.Metrics{} }, nil
	}
	read := reading.Metrics{Stamp: reading.Stamp{At: now, Every: metricPeriod}}
	for _, g := range all {
		read.Every = min(read.Every, g.period)
		read.Series = append(read.Series, reading.Series{Name: g.name, Of: g.of, Label: g.label, Unit: g.unit, Period: g.period, Points: s.kept[g.key()]})
	}
	return func(r *reading.Readings) { r.Metrics = read }, nil
}

// ask asks for series from where the first of them has a gap, and keeps what came. An answer holds
// up to 100,800 points, and this one some hundred: there is no second page.
func (s *gauges) ask(ctx context.Context, ripe []gauge, now time.Time) error {
	from := now
	for _, g := range ripe {
		if start := s.from(g, now); start.Before(from) {
			from = start
		}
	}
	from = from.Truncate(metricPeriod)
	in := &cloudwatch.GetMetricDataInput{ScanBy: types.ScanByTimestampAscending, StartTime: aws.Time(from), EndTime: aws.Time(now)}
	line := []string{"cloudwatch", "get-metric-data", "--start-time", from.UTC().Format(time.RFC3339), "--end-time", now.UTC().Format(time.RFC3339), "--metric-data-queries"}
	for n, g := range ripe {
		in.MetricDataQueries = append(in.MetricDataQueries, types.MetricDataQuery{Id: aws.String(fmt.Sprint("m", n)),
			MetricStat: &types.MetricStat{Stat: aws.String(g.stat), Period: aws.Int32(int32(g.period / time.Second)),
				Metric: &types.Metric{Namespace: aws.String(g.namespace), MetricName: aws.String(g.name),
					Dimensions: []types.Dimension{{Name: aws.String(g.dimension), Value: aws.String(g.id)}}}}})
		line = append(line, fmt.Sprintf("Id=m%d,MetricStat={Metric={Namespace=%s,MetricName=%s,Dimensions=[{Name=%s,Value=%s}]},Period=%d,Stat=%s}",
			n, g.namespace, g.name, g.dimension, g.id, int(g.period/time.Second), g.stat))
	}
	out, err := ask(ctx, &trail{a: s.a}, line, s.a.read().metrics.GetMetricData, in)
	if err != nil {
		return err
	}
	for n, g := range ripe {
		s.asked[g.key()] = now
		for _, r := range out.MetricDataResults {
			if aws.ToString(r.Id) == fmt.Sprint("m", n) {
				s.kept[g.key()] = merged(s.kept[g.key()], points(r), now.Add(-metricKept))
			}
		}
	}
	return nil
}

// from is where a series' gap begins.
func (s *gauges) from(g gauge, now time.Time) time.Time {
	kept := s.kept[g.key()]
	if len(kept) == 0 {
		return now.Add(-metricFirst)
	}
	start := kept[len(kept)-1].At
	if late := now.Add(-metricLate); late.Before(start) {
		start = late
	}
	if oldest := now.Add(-metricKept); start.Before(oldest) {
		start = oldest
	}
	return start
}

// merged is what is known and what is new, oldest first; of two values of one moment the newer counts.
// What was published is not changed.
func merged(known, newer []reading.Point, oldest time.Time) []reading.Point {
	all := slices.Clone(newer)
	for _, p := range known {
		if !slices.ContainsFunc(newer, func(q reading.Point) bool { return q.At.Equal(p.At) }) {
			all = append(all, p)
		}
	}
	all = slices.DeleteFunc(all, func(p reading.Point) bool { return p.At.Before(oldest) })
	slices.SortFunc(all, func(x, y reading.Point) int { return x.At.Compare(y.At) })
	return all
}

// points pairs times and values, which come as two lists.
func points(r types.MetricDataResult) []reading.Point {
	var all []reading.Point
	for i := range min(len(r.Timestamps), len(r.Values)) {
		all = append(all, reading.Point{At: r.Timestamps[i], Value: r.Values[i]})
	}
	return all
}
