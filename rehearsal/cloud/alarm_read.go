package cloud

// alarm_read.go: alarms, their history and their tags, as they are shown.

import (
	"slices"
	"strings"
	"time"
)

func (w *watch) describeAlarms() (map[string]any, error) {
	if err := w.only("AlarmNames", "AlarmNamePrefix", "AlarmTypes", "StateValue", "ActionPrefix", "MaxRecords", "NextToken"); err != nil {
		return nil, err
	}
	names, prefix, types := w.texts("AlarmNames"), w.text("AlarmNamePrefix"), w.texts("AlarmTypes")
	if len(names) > 0 && prefix != "" {
		return nil, invalid("AlarmNamePrefix and AlarmNames cannot be specified together.")
	}
	if len(names) > 100 {
		return nil, invalid("The collection AlarmNames must have at most 100 members.")
	}
	all := slices.DeleteFunc(w.alarms(), func(m *alarm) bool {
		state, action := w.text("StateValue"), w.text("ActionPrefix")
		return len(names) > 0 && !slices.Contains(names, m.Name) || !strings.HasPrefix(m.Name, prefix) ||
			len(types) > 0 && !slices.Contains(types, "MetricAlarm") || state != "" && state != m.Now.Value ||
			action != "" && !m.Reaction.has(action)
	})
	page, next, err := w.page(len(all), "MaxRecords", 50, 100)
	if err != nil {
		return nil, err
	}
	rows := []any{}
	for _, m := range all[page.from:page.to] {
		rows = append(rows, w.alarmRow(m))
	}
	return withNext(map[string]any{"MetricAlarms": rows, "CompositeAlarms": []any{}}, next), nil
}

// has reports whether an action starts with a prefix.
func (r reaction) has(prefix string) bool {
	return slices.ContainsFunc(slices.Concat(r.OK, r.Alarm, r.Insufficient), func(arn string) bool { return strings.HasPrefix(arn, prefix) })
}

func (w *watch) alarmRow(m *alarm) map[string]any {
	row := map[string]any{
		"AlarmName": m.Name, "AlarmArn": w.alarmARN(m.Name), "AlarmConfigurationUpdatedTimestamp": m.Configured,
		"ActionsEnabled": m.Reaction.Enabled, "OKActions": values(m.Reaction.OK), "AlarmActions": values(m.Reaction.Alarm),
		"InsufficientDataActions": values(m.Reaction.Insufficient),
		"StateValue":              m.Now.Value, "StateReason": m.Now.Reason, "StateUpdatedTimestamp": m.Now.Since, "StateTransitionedTimestamp": m.Now.Turned,
		"MetricName": m.Series.Name, "Namespace": m.Series.Namespace, "Statistic": m.Statistic, "Dimensions": dimensionRows(m.Series.Dimensions),
		"Period": int(m.Series.Period / time.Second), "EvaluationPeriods": m.Rule.Periods, "Threshold": m.Rule.Threshold, "ComparisonOperator": m.Rule.Operator,
	}
	if m.Rule.Explicit {
		row["DatapointsToAlarm"] = m.Rule.Needed
	}
	for key, text := range map[string]string{"AlarmDescription": m.Description, "StateReasonData": m.Now.Data, "Unit": m.Series.Unit, "TreatMissingData": m.Rule.Missing} {
		if text != "" {
			row[key] = text
		}
	}
	return row
}

func (w *watch) describeAlarmsForMetric() (map[string]any, error) {
	if err := w.only("MetricName", "Namespace", "Statistic", "Dimensions", "Period", "Unit"); err != nil {
		return nil, err
	}
	dims, err := w.dimensions()
	if err != nil {
		return nil, err
	}
	if w.text("MetricName") == "" || w.text("Namespace") == "" {
		return nil, refuse(400, "MissingParameter", "The parameters MetricName and Namespace are required.")
	}
	rows := []any{}
	for _, m := range w.alarms() {
		q := m.Series
		if q.Name == w.text("MetricName") && q.Namespace == w.text("Namespace") && slices.Equal(q.Dimensions, dims) &&
			(w.text("Statistic") == "" || w.text("Statistic") == m.Statistic) && (w.text("Unit") == "" || w.text("Unit") == q.Unit) &&
			(w.number("Period") == 0 || w.number("Period") == q.Period.Seconds()) {
			rows = append(rows, w.alarmRow(m))
		}
	}
	return map[string]any{"MetricAlarms": rows}, nil
}

func (w *watch) describeAlarmHistory() (map[string]any, error) {
	if err := w.only("AlarmName", "AlarmTypes", "HistoryItemType", "StartDate", "EndDate", "MaxRecords", "NextToken", "ScanBy"); err != nil {
		return nil, err
	}
	w.alarms() // settles them
	from, to := w.now.Add(-alarmLog), w.now
	if t, given := moment(w.document["StartDate"]); given {
		from = latest(from, t)
	}
	if t, given := moment(w.document["EndDate"]); given {
		to = t
	}
	type entry struct {
		name string
		alarmHistory
	}
	var all []entry
	for _, m := range w.s.Alarms {
		for _, h := range m.Log {
			if (w.text("AlarmName") == "" || w.text("AlarmName") == m.Name) && (w.text("HistoryItemType") == "" || w.text("HistoryItemType") == h.Kind) &&
				!h.At.Before(from) && !h.At.After(to) {
				all = append(all, entry{m.Name, h})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return a.At.Compare(b.At) })
	if w.text("ScanBy") != "TimestampAscending" {
		slices.Reverse(all)
	}
	page, next, err := w.page(len(all), "MaxRecords", 100, 100)
	if err != nil {
		return nil, err
	}
	rows := []any{}
	for _, e := range all[page.from:page.to] {
		rows = append(rows, map[string]any{"AlarmName": e.name, "AlarmType": "MetricAlarm", "Timestamp": e.At,
			"HistoryItemType": e.Kind, "HistorySummary": e.Summary, "HistoryData": e.Data})
	}
	return withNext(map[string]any{"AlarmHistoryItems": rows}, next), nil
}

// taggedAlarm is the alarm of ResourceARN.
func (w *watch) taggedAlarm() (*alarm, error) {
	arn := w.text("ResourceARN")
	name, ours := strings.CutPrefix(arn, w.alarmARN(""))
	if !ours {
		return nil, refuse(400, "InvalidParameterValue", "Invalid ARN of an alarm: %s", clip(arn))
	}
	if m := w.alarmNamed(name); m != nil {
		return m, nil
	}
	return nil, refuse(404, "ResourceNotFoundException", "Unknown: Alarm %s does not exist", clip(name))
}

func (w *watch) listTags() (map[string]any, error) {
	m, err := w.taggedAlarm()
	if err != nil {
		return nil, err
	}
	rows := []any{}
	for _, t := range m.Tags {
		rows = append(rows, map[string]any{"Key": t.Key, "Value": t.Value})
	}
	return map[string]any{"Tags": rows}, nil
}

func (w *watch) tagResource() (map[string]any, error) {
	m, err := w.taggedAlarm()
	if err != nil {
		return nil, err
	}
	tags, err := w.tags("Tags")
	if err != nil {
		return nil, err
	}
	m.Tags, err = merge(m.Tags, tags)
	return map[string]any{}, err
}

func (w *watch) untagResource() (map[string]any, error) {
	m, err := w.taggedAlarm()
	if err != nil {
		return nil, err
	}
	gone := w.texts("TagKeys")
	m.Tags = slices.DeleteFunc(m.Tags, func(t Tag) bool { return slices.Contains(gone, t.Key) })
	return map[string]any{}, nil
}
