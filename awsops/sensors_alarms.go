package awsops

// sensors_alarms.go: the CloudWatch alarms that watch this run's instances.

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"tminus/tasks"
	"tminus/tasks/reading"
	"tminus/tasks/safe"
)

// alarmPages is how many pages of a hundred alarms are looked through, in an account full of others'.
const alarmPages = 5

// alarms reads the alarms of this run by their names and, of the others, those that watch the
// primary or the standby: CloudWatch has no filter for that, so all are looked through.
func (s sensor) alarms(ctx context.Context, facts map[string]string, now time.Time) (reading.Update, error) {
	ids := []string{facts[tasks.FactInstance]}
	if standby := s.poll.cloud().ByRole("standby"); standby != nil {
		ids = append(ids, standby.ID)
	}
	prefix := alarmPrefix(s.run)
	all, more, err := s.describeAlarms(ctx, "", alarmPages)
	if err == nil && more { // too many: at least ours are sure to be seen
		var ours []types.MetricAlarm
		ours, _, err = s.describeAlarms(ctx, prefix, 1)
		all = append(ours, slices.DeleteFunc(all, func(a types.MetricAlarm) bool { return strings.HasPrefix(aws.ToString(a.AlarmName), prefix) })...)
	}
	if err != nil {
		return nil, err
	}
	read := reading.Alarms{Stamp: reading.Stamp{At: now, Every: everyAlarms}}
	for _, a := range all {
		ours := strings.HasPrefix(aws.ToString(a.AlarmName), prefix)
		watches := slices.ContainsFunc(a.Dimensions, func(d types.Dimension) bool {
			return aws.ToString(d.Name) == "InstanceId" && aws.ToString(d.Value) != "" && slices.Contains(ids, aws.ToString(d.Value))
		})
		if ours || watches {
			read.All = append(read.All, alarmOf(a, ours))
		}
	}
	usage := s.poll.usage(now)
	return func(r *reading.Readings) { r.Alarms, r.Usage = read, usage }, nil
}

// describeAlarms are the alarms of so many pages, and whether there are more.
func (s sensor) describeAlarms(ctx context.Context, prefix string, pages int) (all []types.MetricAlarm, more bool, err error) {
	in, line := &cloudwatch.DescribeAlarmsInput{MaxRecords: aws.Int32(100)}, []string{"cloudwatch", "describe-alarms"}
	if prefix != "" {
		in.AlarmNamePrefix, line = aws.String(prefix), append(line, "--alarm-name-prefix", prefix)
	}
	for range pages {
		out, err := ask(ctx, &trail{a: s.a}, line, s.a.read().metrics.DescribeAlarms, in)
		if err != nil {
			return nil, false, err
		}
		all = append(all, out.MetricAlarms...)
		if aws.ToString(out.NextToken) == "" {
			return all, false, nil
		}
		in.NextToken = out.NextToken
	}
	return all, true, nil
}

// alarmPrefix begins the names of a run's alarms, as name spells them.
func alarmPrefix(run string) string { return strings.TrimSuffix(name(tasks.Call{Run: run}), "-0") }

func alarmOf(a types.MetricAlarm, ours bool) reading.Alarm {
	return reading.Alarm{Name: clean(a.AlarmName), State: safe.Line(string(a.StateValue)), Says: clean(a.StateReason), Condition: condition(a), Ours: ours,
		Since: since(a), Silent: !aws.ToBool(a.ActionsEnabled) || len(a.AlarmActions) == 0}
}

// since is when the alarm came into its state; an older CloudWatch tells only when it last looked.
func since(a types.MetricAlarm) time.Time {
	if a.StateTransitionedTimestamp != nil {
		return *a.StateTransitionedTimestamp
	}
	return aws.ToTime(a.StateUpdatedTimestamp)
}

// condition is what an alarm watches for: "CPUCreditBalance < 20 for 10 min".
func condition(a types.MetricAlarm) string {
	if a.MetricName == nil || a.Threshold == nil {
		return "" // a sum of metrics or a band: its name has to do
	}
	says := fmt.Sprintf("%s %s %s", aws.ToString(a.MetricName), sign(a.ComparisonOperator), strconv.FormatFloat(*a.Threshold, 'f', -1, 64))
	over := time.Duration(aws.ToInt32(a.Period)) * time.Duration(aws.ToInt32(a.EvaluationPeriods)) * time.Second
	switch {
	case over >= time.Minute && over%time.Minute == 0:
		says += fmt.Sprintf(" for %d min", over/time.Minute)
	case over > 0:
		says += " for " + over.String()
	}
	return safe.Line(says)
}
