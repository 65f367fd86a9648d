package awsops

// alarms.go: cloudwatch.alarms, the plan's monitoring made real: one alarm a step, all
// on the primary instance, removed by a rollback.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cw "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

const kindAlarm = "alarm"

// Alarms is cloudwatch.alarms: what the plan's risks say of CloudWatch's metrics, a failed
// status check and, for a type that has them, few CPU credits. They notify the plan's
// topic, if it names one.
func (a *Account) Alarms(p *plan.Plan) tasks.Action {
	all, not := watches(p)
	var steps []tasks.Step
	for _, w := range all {
		steps = append(steps, a.alarmStep(w))
	}
	return tasks.Action{Kind: "cloudwatch.alarms", Steps: append(steps, tasks.Step{
		ID: "describe", Title: "read the alarms back", Needs: []string{tasks.FactInstance},
		Do: a.step(func(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
			return a.readBack(ctx, t, c, all, not)
		})})}
}

func (a *Account) alarmStep(w watch) tasks.Step {
	return a.effect(tasks.Step{
		ID: "alarm-" + w.id, Title: "create the alarm " + w.says(), Call: "aws cloudwatch put-metric-alarm", Needs: []string{tasks.FactInstance},
		Look: func(ctx context.Context, c tasks.Call) (map[string]string, error) {
			return nil, a.nameIsFree(ctx, c, w)
		},
		Do: a.step(func(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
			in := alarmInput(c, w)
			if _, err := tell(ctx, t, alarmLine(in), a.write().PutMetricAlarm, in); err != nil {
				return tasks.Result{}, err
			}
			return created(c, w), nil
		}),
		Find: a.find(func(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, bool, error) {
			return a.findAlarm(ctx, t, c, w)
		}),
		Undo: &tasks.Undo{
			Describe: func(tasks.Call) tasks.UndoWords {
				return tasks.UndoWords{Title: "delete the alarm " + w.says(), Call: "aws cloudwatch delete-alarms", Lost: "its history", Expect: undoQuick}
			},
			Do: a.step(a.deleteAlarm), Gone: a.alarmGone, Prove: a.proveAlarm},
	})
}

// alarmName is tminus-<run>-<task>-<attempt>-<risk>. CloudWatch overwrites an alarm of the same name without a word.
func alarmName(c tasks.Call, w watch) string { return name(c) + "-" + w.id }

func alarmInput(c tasks.Call, w watch) *cloudwatch.PutMetricAlarmInput {
	in := &cloudwatch.PutMetricAlarmInput{
		AlarmName:        aws.String(alarmName(c, w)),
		AlarmDescription: aws.String(describable(fmt.Sprintf("%s: %s on %s", c.Plan.Change, w.why, c.Facts[tasks.FactInstance]))),
		Namespace:        aws.String("AWS/EC2"), MetricName: aws.String(w.metric), Statistic: w.stat,
		Dimensions: []cw.Dimension{{Name: aws.String("InstanceId"), Value: aws.String(c.Facts[tasks.FactInstance])}},
		Period:     aws.Int32(int32(w.period / time.Second)), EvaluationPeriods: aws.Int32(int32(w.times)), DatapointsToAlarm: aws.Int32(int32(w.times)),
		ComparisonOperator: w.op, Threshold: aws.Float64(w.limit),
		TreatMissingData: aws.String("missing"), // never notBreaching: a gap must not look healthy
		ActionsEnabled:   aws.Bool(true),
	}
	if topic := c.Plan.Environment.Topic; topic != "" {
		in.AlarmActions = []string{topic}
	}
	for _, tag := range tagged(c, "")[0].Tags {
		in.Tags = append(in.Tags, cw.Tag{Key: tag.Key, Value: tag.Value})
	}
	return in
}

func alarmLine(in *cloudwatch.PutMetricAlarmInput) []string {
	number := func(n *int32) string { return strconv.Itoa(int(*n)) }
	line := []string{"cloudwatch", "put-metric-alarm", "--alarm-name", *in.AlarmName, "--alarm-description", *in.AlarmDescription,
		"--namespace", *in.Namespace, "--metric-name", *in.MetricName, "--statistic", string(in.Statistic),
		"--dimensions", "Name=" + *in.Dimensions[0].Name + ",Value=" + *in.Dimensions[0].Value,
		"--period", number(in.Period), "--evaluation-periods", number(in.EvaluationPeriods), "--datapoints-to-alarm", number(in.DatapointsToAlarm),
		"--comparison-operator", string(in.ComparisonOperator), "--threshold", strconv.FormatFloat(*in.Threshold, 'f', -1, 64),
		"--treat-missing-data", *in.TreatMissingData, "--actions-enabled"}
	for _, topic := range in.AlarmActions {
		line = append(line, "--alarm-actions", topic)
	}
	line = append(line, "--tags")
	for _, tag := range in.Tags {
		line = append(line, "Key="+*tag.Key+",Value="+*tag.Value)
	}
	return line
}

func created(c tasks.Call, w watch) tasks.Result {
	r := tasks.Result{Says: fmt.Sprintf("alarm %s on instance %s created", w.says(), c.Facts[tasks.FactInstance]),
		Made: []tasks.Resource{{Kind: kindAlarm, ID: alarmName(c, w)}}}
	if c.Plan.Environment.Topic == "" {
		r.Says += "; nobody is notified, the plan names no alarm_topic"
	}
	return r
}

// alarm is the alarm of a name with its tags, nil if there is none.
func (a *Account) alarm(ctx context.Context, t *trail, name string) (*cw.MetricAlarm, []types.Tag, error) {
	all, err := a.alarms(ctx, t, name)
	if err != nil || len(all) == 0 {
		return nil, nil, err
	}
	arn := aws.ToString(all[0].AlarmArn)
	out, err := ask(ctx, t, []string{"cloudwatch", "list-tags-for-resource", "--resource-arn", arn}, a.read().metrics.ListTagsForResource,
		&cloudwatch.ListTagsForResourceInput{ResourceARN: aws.String(arn)})
	if err != nil {
		return nil, nil, ignoreMissing(err) // deleted between two looks
	}
	var tags []types.Tag
	for _, tag := range out.Tags {
		tags = append(tags, types.Tag{Key: tag.Key, Value: tag.Value})
	}
	return &all[0], tags, nil
}

func (a *Account) alarms(ctx context.Context, t *trail, names ...string) ([]cw.MetricAlarm, error) {
	out, err := ask(ctx, t, append([]string{"cloudwatch", "describe-alarms", "--alarm-names"}, names...), a.read().metrics.DescribeAlarms,
		&cloudwatch.DescribeAlarmsInput{AlarmNames: names})
	if err != nil {
		return nil, err
	}
	return out.MetricAlarms, nil
}

// nameIsFree refuses to overwrite an alarm that this very effect did not make.
func (a *Account) nameIsFree(ctx context.Context, c tasks.Call, w watch) error {
	there, tags, err := a.alarm(ctx, &trail{a: a}, alarmName(c, w))
	if err != nil || there == nil || tag(tags, tasks.IntentTag) == c.Token {
		return err
	}
	return fmt.Errorf("there is an alarm %s already, which this step did not make, and it would be overwritten; look at it in the console", alarmName(c, w))
}

// findAlarm asks by the name, which only this run gives, and the tag of the intent.
func (a *Account) findAlarm(ctx context.Context, t *trail, c tasks.Call, w watch) (r tasks.Result, found bool, err error) {
	found, err = settled(ctx, c, "the alarm "+alarmName(c, w), func() (bool, error) {
		there, tags, err := a.alarm(ctx, t, alarmName(c, w))
		if err != nil || there == nil || tag(tags, tasks.IntentTag) != c.Token {
			return false, err
		}
		r = created(c, w)
		return true, nil
	})
	return r, found, err
}

func (a *Account) deleteAlarm(ctx context.Context, t *trail, c tasks.Call) (r tasks.Result, err error) {
	for _, id := range made(c, kindAlarm) {
		var tags []types.Tag
		there, err := settled(ctx, c, kindAlarm+" "+id, func() (bool, error) {
			one, found, err := a.alarm(ctx, t, id)
			tags = found
			return one != nil, err
		})
		if err != nil {
			return r, err
		}
		if !there {
			r.Says = "alarm " + id + " is gone already"
			continue
		}
		if err := notOurs(c, kindAlarm, id, tags); err != nil {
			return r, err
		}
		_, err = tell(ctx, t, []string{"cloudwatch", "delete-alarms", "--alarm-names", id}, a.write().DeleteAlarms,
			&cloudwatch.DeleteAlarmsInput{AlarmNames: []string{id}})
		if ignoreMissing(err) != nil {
			return r, err
		}
		r.Says = "alarm " + id + " is deleted"
	}
	return r, nil
}

func (a *Account) alarmGone(ctx context.Context, c tasks.Call) (bool, error) {
	return vanished(ctx, c, kindAlarm, func(id string) (bool, error) {
		there, _, err := a.alarm(ctx, &trail{a: a}, id)
		return there != nil, err
	})
}

func (a *Account) proveAlarm(ctx context.Context, c tasks.Call) (string, bool, error) {
	return a.prove(ctx, c, kindAlarm, func(id string) (sight, error) {
		there, tags, err := a.alarm(ctx, &trail{a: a}, id)
		if err != nil || there == nil {
			return sight{}, err
		}
		return sight{there: true, tags: tags, says: "at CloudWatch, " + safe.Line(string(there.StateValue))}, nil
	})
}

// readBack says of each alarm whether it is there and what it says now, and of what there is none.
func (a *Account) readBack(ctx context.Context, t *trail, c tasks.Call, all []watch, not []unwatched) (tasks.Result, error) {
	var names []string
	for _, w := range all {
		names = append(names, alarmName(c, w))
	}
	var there []cw.MetricAlarm
	var unheard error // of the last look
	err := poll(ctx, c, renaming, func() (bool, error) {
		if there, unheard = a.alarms(ctx, t, names...); unheard == nil {
			progress(c, "CloudWatch shows %d of %d alarms", len(there), len(all))
		}
		return len(there) == len(all), unheard
	})
	if err != nil && (unheard != nil || !errors.Is(err, errPatience)) { // that nobody answers does not say that nothing is there
		return tasks.Result{}, err
	}
	r := tasks.Result{Verdict: tasks.Pass, Rests: []string{tasks.FactInstance},
		Says: fmt.Sprintf("%d alarms on instance %s; INSUFFICIENT_DATA is what each says in its first minutes", len(all), c.Facts[tasks.FactInstance])}
	ringing := 0
	for n, w := range all {
		row := tasks.Row{Name: w.says(), Verdict: tasks.Fail, Says: "is not there"}
		if at := slices.IndexFunc(there, func(m cw.MetricAlarm) bool { return aws.ToString(m.AlarmName) == names[n] }); at >= 0 {
			row.Verdict, row.Says = tasks.Pass, safe.Line(string(there[at].StateValue))
			if there[at].StateValue == cw.StateValueAlarm {
				ringing++
				row.Verdict, row.Says = tasks.Inconclusive, "ALARM: "+safe.Line(aws.ToString(there[at].StateReason))
			}
		} else {
			r.Verdict = tasks.Fail
		}
		r.Rows = append(r.Rows, row)
	}
	for _, u := range not {
		r.Rows = append(r.Rows, tasks.Row{Name: u.risk, Says: u.says})
	}
	if ringing > 0 {
		r.Says += fmt.Sprintf("; %d of them in ALARM", ringing)
	}
	if c.Plan.Environment.Topic == "" {
		r.Says += "; nobody is notified, the plan names no alarm_topic"
	}
	if r.Verdict == tasks.Fail {
		r.Says = fmt.Sprintf("CloudWatch shows %d of %d alarms after %s; look at them in the console, then try again", len(there), len(all), renaming)
		return r, errors.New(r.Says)
	}
	return r, nil
}
