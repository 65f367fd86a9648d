package cloud

// alarm_put.go: alarms made, changed and deleted.

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"
)

func (w *watch) putMetricAlarm() (map[string]any, error) {
	if err := w.only("AlarmName", "AlarmDescription", "ActionsEnabled", "OKActions", "AlarmActions", "InsufficientDataActions",
		"MetricName", "Namespace", "Statistic", "Dimensions", "Period", "Unit", "EvaluationPeriods", "DatapointsToAlarm",
		"Threshold", "ComparisonOperator", "TreatMissingData", "Tags"); err != nil {
		return nil, err
	}
	next := alarm{Name: w.text("AlarmName"), Description: w.text("AlarmDescription"), Statistic: w.text("Statistic"), Configured: w.now}
	if next.Name == "" || len(next.Name) > 255 || strings.ContainsFunc(next.Name, func(r rune) bool { return r < ' ' }) {
		return nil, invalid("Value at 'alarmName' failed to satisfy constraint: Member must have a length from 1 to 255 and no control characters")
	}
	if len(next.Description) > 1024 {
		return nil, invalid("Value at 'alarmDescription' failed to satisfy constraint: Member must have length less than or equal to 1024")
	}
	if next.Statistic == "" {
		return nil, refuse(400, "InvalidParameterCombination", "Exactly one of the parameters Statistic and ExtendedStatistic must be specified (the pretend account knows Statistic only).")
	}
	var err error
	metric := document{"Namespace": w.document["Namespace"], "MetricName": w.document["MetricName"], "Dimensions": w.document["Dimensions"]}
	if next.Series, err = w.series(metric, []string{next.Statistic}); err != nil {
		return nil, err
	}
	if next.Rule, err = w.alarmRule(next.Series.Period); err != nil {
		return nil, err
	}
	if next.Reaction, err = w.reaction(); err != nil {
		return nil, err
	}
	if next.Tags, err = w.tags("Tags"); err != nil {
		return nil, err
	}
	w.put(&next)
	return map[string]any{}, nil
}

// put makes an alarm, or gives one of that name another configuration: its state and its tags stay.
func (w *watch) put(next *alarm) {
	data := map[string]any{"version": "1.0", "type": "Update"}
	if old := w.alarmNamed(next.Name); old != nil {
		next.Tags, next.Now, next.Settled, next.Log = old.Tags, old.Now, old.Settled, old.Log
		*old = *next
		old.note(w.now, "ConfigurationUpdate", `Alarm "`+next.Name+`" updated`, data)
		return
	}
	data["type"] = "Create"
	next.Now = alarmState{Value: stateInsufficient, Reason: "Unchecked: Initial alarm creation", Since: w.now, Turned: w.now}
	next.Settled = w.now
	next.note(w.now, "ConfigurationUpdate", `Alarm "`+next.Name+`" created`, data)
	w.s.draw("alarm") // it leaves a mark on the account's fate as all that is made does
	w.s.Alarms = slices.DeleteFunc(w.s.Alarms, func(m *alarm) bool { return !m.Deleted.IsZero() && w.now.Sub(m.Deleted) > alarmLog })
	w.s.Alarms = append(w.s.Alarms, next)
}

func (w *watch) alarmRule(period time.Duration) (r alarmRule, err error) {
	r.Operator, r.Missing = w.text("ComparisonOperator"), w.text("TreatMissingData")
	if !slices.Contains([]string{"GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"}, r.Operator) {
		return r, invalid("Value '%s' at 'comparisonOperator' failed to satisfy constraint: Member must satisfy enum value set: [GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold, LessThanOrEqualToThreshold]", clip(r.Operator))
	}
	if !slices.Contains([]string{"", "breaching", "notBreaching", "ignore", "missing"}, r.Missing) {
		return r, invalid("Option '%s' is not supported by this API; TreatMissingData is one of breaching, notBreaching, ignore, missing", clip(r.Missing))
	}
	threshold, ok := w.document["Threshold"].(float64)
	if !ok || math.IsNaN(threshold) || math.IsInf(threshold, 0) {
		return r, refuse(400, "MissingParameter", "The parameter Threshold is required, and a number.")
	}
	r.Threshold = threshold
	if r.Periods, err = w.whole("EvaluationPeriods", 0, 1, math.MaxInt32); err != nil {
		return r, err
	}
	if r.Periods == 0 {
		return r, refuse(400, "MissingParameter", "The parameter EvaluationPeriods is required.")
	}
	if r.Needed, err = w.whole("DatapointsToAlarm", r.Periods, 1, r.Periods); err != nil {
		return r, err
	}
	_, r.Explicit = w.document["DatapointsToAlarm"]
	most := 24 * time.Hour
	if period >= time.Hour {
		most = 7 * 24 * time.Hour
	}
	if r.Periods > int(most/period) {
		return r, invalid("Metrics cannot be checked across more than %v (EvaluationPeriods * Period must be at most %d).", most, int(most/time.Second))
	}
	return r, nil
}

func (w *watch) reaction() (r reaction, err error) {
	r.Enabled = w.flag("ActionsEnabled", true)
	for key, to := range map[string]*[]string{"OKActions": &r.OK, "AlarmActions": &r.Alarm, "InsufficientDataActions": &r.Insufficient} {
		*to = w.texts(key)
		if len(*to) > 5 {
			return r, invalid("The collection %s must have at most 5 members.", key)
		}
		for _, arn := range *to {
			if err := w.action(arn); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}

// action checks an ARN of something to do. An EC2 action would have to be done here, and is not.
func (w *watch) action(arn string) error {
	part := strings.SplitN(arn, ":", 6)
	switch {
	case len(arn) > 1024 || len(part) != 6 || part[0] != "arn" || part[1] != "aws" || part[5] == "":
		return invalid("Invalid arn syntax: %s", clip(arn))
	case part[2] != "sns":
		return invalid("The pretend account takes ARNs of SNS topics as actions of alarms, not of %s: %s", clip(part[2]), clip(arn))
	case part[3] != w.region:
		return invalid("Invalid region %s specified. Only %s is supported.", clip(part[3]), w.region)
	case len(part[4]) != 12 || strings.Trim(part[4], "0123456789") != "":
		return invalid("Invalid account in arn: %s", clip(arn))
	}
	return nil
}

// deleteAlarms deletes all that are named, or none if one of them does not exist.
func (w *watch) deleteAlarms() (map[string]any, error) {
	if err := w.only("AlarmNames"); err != nil {
		return nil, err
	}
	names := w.texts("AlarmNames")
	if len(names) > 100 {
		return nil, invalid("The collection AlarmNames must have at most 100 members.")
	}
	for _, name := range names {
		m := w.alarmNamed(name)
		if m == nil {
			return nil, refuse(404, "ResourceNotFound", "Unknown: Alarm %s does not exist; no alarm was deleted.", clip(name))
		}
		m.Deleted = w.now
		m.note(w.now, "ConfigurationUpdate", `Alarm "`+name+`" deleted`, map[string]any{"version": "1.0", "type": "Delete"})
	}
	return map[string]any{}, nil
}

func (w *watch) setAlarmState() (map[string]any, error) {
	if err := w.only("AlarmName", "StateValue", "StateReason", "StateReasonData"); err != nil {
		return nil, err
	}
	to := alarmState{Value: w.text("StateValue"), Reason: w.text("StateReason"), Data: w.text("StateReasonData"), Since: w.now}
	switch {
	case !slices.Contains([]string{stateOK, stateAlarm, stateInsufficient}, to.Value):
		return nil, invalid("Value '%s' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]", clip(to.Value))
	case to.Reason == "" || len(to.Reason) > 1023:
		return nil, invalid("Value at 'stateReason' failed to satisfy constraint: Member must have a length from 1 to 1023")
	case len(to.Data) > 4000 || to.Data != "" && !json.Valid([]byte(to.Data)):
		return nil, refuse(400, "InvalidFormat", "StateReasonData is not JSON of at most 4000 bytes.")
	}
	m := w.alarmNamed(w.text("AlarmName"))
	if m == nil {
		return nil, refuse(404, "ResourceNotFound", "Unknown: Alarm %s does not exist", clip(w.text("AlarmName")))
	}
	m.turn(to)
	return map[string]any{}, nil
}

func (w *watch) enableActions() (map[string]any, error)  { return w.switchActions(true) }
func (w *watch) disableActions() (map[string]any, error) { return w.switchActions(false) }

// switchActions passes over names of no alarm, as AWS does.
func (w *watch) switchActions(on bool) (map[string]any, error) {
	if err := w.only("AlarmNames"); err != nil {
		return nil, err
	}
	for _, name := range w.texts("AlarmNames") {
		if m := w.alarmNamed(name); m != nil && m.Reaction.Enabled != on {
			m.Reaction.Enabled, m.Configured = on, w.now
			m.note(w.now, "ConfigurationUpdate", `Alarm "`+name+`" updated`, map[string]any{"version": "1.0", "type": "Update"})
		}
	}
	return map[string]any{}, nil
}
