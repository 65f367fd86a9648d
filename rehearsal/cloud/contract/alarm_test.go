package contract

// alarm_test.go: CloudWatch's alarms.

import (
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

func alarms() []scenario {
	const put, guide = "PutMetricAlarm", "CloudWatch User Guide: Alarms"
	return []scenario{
		{name: "an alarm at first", says: "its state is INSUFFICIENT_DATA", source: put, run: alarmAtFirst,
			moto: lack{"is OK at once", "state: OK, want INSUFFICIENT_DATA"}},
		{name: "an alarm changed", says: "the new configuration replaces the old one as a whole, the state stays", source: put, run: alarmChanged,
			moto: lack{"forgets the state", "state: OK, want ALARM"}},
		{name: "an alarm evaluated", says: "missing data treated as breaching raises it after its periods", source: guide, run: alarmRaised,
			moto: lack{"never evaluates", "state: OK, want ALARM"}},
		{name: "missing data by default", says: "without data and without a word on it an alarm has insufficient data", source: guide, run: alarmMissing,
			moto: lack{"never evaluates", "state: OK, want INSUFFICIENT_DATA"}},
		{name: "an alarm set by hand", says: "SetAlarmState puts it into a state with a reason", source: "SetAlarmState", run: alarmSet},
		{name: "an alarm set by hand, later", says: "the next evaluation puts it back into its true state", source: "SetAlarmState", run: alarmSetBack,
			moto: lack{"never evaluates", "state: OK, want ALARM"}},
		{name: "a state that is none", says: "it is refused with ValidationError", source: "SetAlarmState", run: alarmStateNone},
		{name: "the state of what is not there", says: "it is refused with ResourceNotFound", source: "SetAlarmState", run: alarmStateNowhere},
		{name: "alarms deleted", says: "they are gone", source: "DeleteAlarms", run: alarmDeleted},
		{name: "alarms deleted that are not there", says: "they are refused with ResourceNotFound, and none of those named is deleted", source: "DeleteAlarms", run: alarmNotThere,
			moto: lack{"deletes those that are there", "done, want ResourceNotFound"}},
		{name: "alarms listed", says: "names that do not exist are passed over; a prefix finds those that begin with it", source: "DescribeAlarms", run: alarmsListed},
		{name: "what became of an alarm", says: "the history tells of its making and of each change of state", source: "DescribeAlarmHistory", run: alarmHistory,
			moto: lack{"answers 500: not implemented", "StatusCode: 500"}},
		{name: "an alarm over more than a day", says: "periods times evaluations are no more than a day: ValidationError", source: put, run: alarmTooLong,
			moto: lack{"takes it", "done, want ValidationError"}},
		{name: "more points than periods", says: "DatapointsToAlarm is no more than EvaluationPeriods: ValidationError", source: put, run: alarmPoints,
			moto: lack{"takes it", "done, want ValidationError"}},
		{name: "actions switched off", says: "DisableAlarmActions keeps the alarm and silences it", source: "DisableAlarmActions", run: alarmSilenced,
			moto: lack{"answers 500: not implemented", "StatusCode: 500"}},
	}
}

// watching is an alarm on the CPU of an instance that is not there.
func watching(name string) *cloudwatch.PutMetricAlarmInput {
	return &cloudwatch.PutMetricAlarmInput{AlarmName: str(name), Namespace: str("AWS/EC2"), MetricName: str("CPUUtilization"), Statistic: types.StatisticAverage,
		Dimensions: []types.Dimension{{Name: str("InstanceId"), Value: str(nobody)}}, Period: num(300), EvaluationPeriods: num(2), Threshold: new(80.0),
		ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold}
}

func (p *place) alarm(name string) types.MetricAlarm {
	all := got(p.cw.DescribeAlarms(p.ctx, &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{name}})).MetricAlarms
	same("alarms of that name", len(all), 1)
	return all[0]
}

func (p *place) setAlarm(name string, to types.StateValue) (*cloudwatch.SetAlarmStateOutput, error) {
	return p.cw.SetAlarmState(p.ctx, &cloudwatch.SetAlarmStateInput{AlarmName: str(name), StateValue: to, StateReason: str("contract")})
}

func (p *place) deleteAlarms(names ...string) (*cloudwatch.DeleteAlarmsOutput, error) {
	return p.cw.DeleteAlarms(p.ctx, &cloudwatch.DeleteAlarmsInput{AlarmNames: names})
}

func alarmAtFirst(p *place) {
	got(p.cw.PutMetricAlarm(p.ctx, watching("cpu")))
	same("state", p.alarm("cpu").StateValue, types.StateValueInsufficientData)
}

func alarmChanged(p *place) {
	in := watching("cpu")
	in.AlarmDescription = str("first")
	got(p.cw.PutMetricAlarm(p.ctx, in))
	got(p.setAlarm("cpu", types.StateValueAlarm))
	next := watching("cpu")
	next.Threshold = new(90.0)
	got(p.cw.PutMetricAlarm(p.ctx, next))
	m := p.alarm("cpu")
	same("threshold", *m.Threshold, 90)
	same("description", m.AlarmDescription == nil || *m.AlarmDescription == "", true)
	same("state", m.StateValue, types.StateValueAlarm)
}

func alarmRaised(p *place) {
	in := watching("cpu")
	in.TreatMissingData = str("breaching")
	got(p.cw.PutMetricAlarm(p.ctx, in))
	p.wait(20 * time.Minute)
	same("state", p.alarm("cpu").StateValue, types.StateValueAlarm)
}

func alarmMissing(p *place) {
	got(p.cw.PutMetricAlarm(p.ctx, watching("cpu")))
	p.wait(20 * time.Minute)
	same("state", p.alarm("cpu").StateValue, types.StateValueInsufficientData)
}

func alarmSet(p *place) {
	got(p.cw.PutMetricAlarm(p.ctx, watching("cpu")))
	got(p.setAlarm("cpu", types.StateValueAlarm))
	m := p.alarm("cpu")
	same("state", m.StateValue, types.StateValueAlarm)
	same("reason", *m.StateReason, "contract")
}

func alarmSetBack(p *place) {
	in := watching("cpu")
	in.TreatMissingData = str("breaching")
	got(p.cw.PutMetricAlarm(p.ctx, in))
	got(p.setAlarm("cpu", types.StateValueOk))
	p.wait(20 * time.Minute)
	same("state", p.alarm("cpu").StateValue, types.StateValueAlarm)
}

func alarmStateNone(p *place) {
	got(p.cw.PutMetricAlarm(p.ctx, watching("cpu")))
	same("code", code(p.setAlarm("cpu", "CALM")), "ValidationError")
}

func alarmStateNowhere(p *place) {
	_, err := p.setAlarm("cpu", types.StateValueOk)
	var missing *types.ResourceNotFound
	same("code", code(0, err), "ResourceNotFound")
	same("known to the SDK as that", errors.As(err, &missing), true)
}

func alarmDeleted(p *place) {
	got(p.cw.PutMetricAlarm(p.ctx, watching("cpu")))
	got(p.deleteAlarms("cpu"))
	same("left", len(got(p.cw.DescribeAlarms(p.ctx, &cloudwatch.DescribeAlarmsInput{})).MetricAlarms), 0)
}

func alarmNotThere(p *place) {
	got(p.cw.PutMetricAlarm(p.ctx, watching("cpu")))
	same("code", code(p.deleteAlarms("cpu", "disk")), "ResourceNotFound")
	p.alarm("cpu")
}

func alarmsListed(p *place) {
	for _, name := range []string{"scp-cpu", "scp-status", "other"} {
		got(p.cw.PutMetricAlarm(p.ctx, watching(name)))
	}
	named := got(p.cw.DescribeAlarms(p.ctx, &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{"scp-cpu", "disk"}})).MetricAlarms
	same("by name", len(named), 1)
	begun := got(p.cw.DescribeAlarms(p.ctx, &cloudwatch.DescribeAlarmsInput{AlarmNamePrefix: str("scp-")})).MetricAlarms
	same("by prefix", len(begun), 2)
}

func alarmHistory(p *place) {
	got(p.cw.PutMetricAlarm(p.ctx, watching("cpu")))
	p.wait(time.Second)
	got(p.setAlarm("cpu", types.StateValueAlarm))
	all := got(p.cw.DescribeAlarmHistory(p.ctx, &cloudwatch.DescribeAlarmHistoryInput{AlarmName: str("cpu"), ScanBy: types.ScanByTimestampAscending})).AlarmHistoryItems
	same("entries", len(all), 2)
	same("kinds", all[0].HistoryItemType+" "+all[1].HistoryItemType, types.HistoryItemTypeConfigurationUpdate+" "+types.HistoryItemTypeStateUpdate)
}

func alarmTooLong(p *place) {
	in := watching("cpu")
	in.EvaluationPeriods = num(289)
	same("code", code(p.cw.PutMetricAlarm(p.ctx, in)), "ValidationError")
}

func alarmPoints(p *place) {
	in := watching("cpu")
	in.DatapointsToAlarm = num(3)
	same("code", code(p.cw.PutMetricAlarm(p.ctx, in)), "ValidationError")
}

func alarmSilenced(p *place) {
	got(p.cw.PutMetricAlarm(p.ctx, watching("cpu")))
	got(p.cw.DisableAlarmActions(p.ctx, &cloudwatch.DisableAlarmActionsInput{AlarmNames: []string{"cpu"}}))
	same("enabled", *p.alarm("cpu").ActionsEnabled, false)
}
