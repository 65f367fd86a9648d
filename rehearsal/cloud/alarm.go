package cloud

// alarm.go: alarms: what one watches, what it does about it, and what became of it.
//
// Nothing watches the metrics between two requests. Whoever asks for an alarm settles it first (alarm_course.go): each
// minute since it was last settled is judged with the points that could be read in that minute.

import (
	"slices"
	"strings"
	"time"
)

const (
	maxAlarmLog = 200                 // entries of history kept with an alarm
	alarmLog    = 30 * 24 * time.Hour // how long history is shown, also of an alarm that was deleted
)

// The states of an alarm.
const (
	stateOK           = "OK"
	stateAlarm        = "ALARM"
	stateInsufficient = "INSUFFICIENT_DATA"
)

// alarm is a metric alarm. Its name is unique among those not deleted.
type alarm struct {
	Name        string         `json:"name"`
	Description string         `json:"description,omitempty"`
	Series      series         `json:"series"`
	Statistic   string         `json:"statistic"`
	Rule        alarmRule      `json:"rule"`
	Reaction    reaction       `json:"reaction"`
	Tags        []Tag          `json:"tags,omitempty"`
	Configured  time.Time      `json:"configured"`
	Now         alarmState     `json:"now"`
	Settled     time.Time      `json:"settled"` // the time up to which Now holds
	Log         []alarmHistory `json:"log,omitempty"`
	Deleted     time.Time      `json:"deleted,omitzero"`
}

// alarmRule is when an alarm is raised: when Needed of the last Periods points breach the threshold.
type alarmRule struct {
	Operator  string  `json:"operator"`
	Threshold float64 `json:"threshold"`
	Needed    int     `json:"needed"`
	Explicit  bool    `json:"explicit,omitempty"` // Needed was given
	Periods   int     `json:"periods"`
	Missing   string  `json:"missing,omitempty"` // how missing points count; "" is as missing
}

// reaction is what an alarm does when its state changes, by ARN. Nothing behind these exists here: that they were
// called is in the history.
type reaction struct {
	Enabled      bool     `json:"enabled"`
	OK           []string `json:"ok,omitempty"`
	Alarm        []string `json:"alarm,omitempty"`
	Insufficient []string `json:"insufficient,omitempty"`
}

// alarmState is a state and why.
type alarmState struct {
	Value  string    `json:"value"`
	Reason string    `json:"reason"`
	Data   string    `json:"data,omitempty"` // the reason as JSON
	Since  time.Time `json:"since"`          // when the state or its reason changed
	Turned time.Time `json:"turned"`         // when the state changed
}

// alarmHistory is an entry of an alarm's history.
type alarmHistory struct {
	At      time.Time `json:"at"`
	Kind    string    `json:"kind"` // ConfigurationUpdate, StateUpdate, Action
	Summary string    `json:"summary"`
	Data    string    `json:"data"`
}

// actions are those of a state.
func (r reaction) actions(state string) []string {
	switch state {
	case stateOK:
		return r.OK
	case stateAlarm:
		return r.Alarm
	default:
		return r.Insufficient
	}
}

// note writes history.
func (m *alarm) note(at time.Time, kind, summary string, data any) {
	m.Log = append(m.Log, alarmHistory{at, kind, summary, string(mustJSON(data))})
	if extra := len(m.Log) - maxAlarmLog; extra > 0 {
		m.Log = slices.Delete(m.Log, 0, extra)
	}
}

// turn puts an alarm into a state, and calls the actions of a state that is new.
func (m *alarm) turn(to alarmState) {
	was := m.Now
	to.Turned = to.Since
	if was.Value == to.Value {
		to.Turned = was.Turned
	}
	m.Now = to
	if was.Value == to.Value {
		return
	}
	story := func(s alarmState) map[string]any {
		return map[string]any{"stateValue": s.Value, "stateReason": s.Reason, "stateReasonData": s.Data}
	}
	m.note(to.Since, "StateUpdate", "Alarm updated from "+was.Value+" to "+to.Value,
		map[string]any{"version": "1.0", "oldState": story(was), "newState": story(to)})
	if !m.Reaction.Enabled {
		return
	}
	for _, arn := range m.Reaction.actions(to.Value) {
		m.note(to.Since, "Action", "Successfully executed action "+arn,
			map[string]any{"actionState": "Succeeded", "notificationResource": arn, "stateUpdateTimestamp": to.Since.UnixMilli()})
	}
}

// alarms are those not deleted, settled, in the order of their names.
func (w *watch) alarms() []*alarm {
	var out []*alarm
	for _, m := range w.s.Alarms {
		if m.Deleted.IsZero() {
			m.settle(w.sources, w.now)
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b *alarm) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// alarmNamed is the alarm of a name, settled; nil if there is none.
func (w *watch) alarmNamed(name string) *alarm {
	return find(w.alarms(), func(m *alarm) bool { return m.Name == name })
}

func (w *watch) alarmARN(name string) string {
	return "arn:aws:cloudwatch:" + w.region + ":" + w.account + ":alarm:" + name
}

// AlarmItem is an alarm; Watches reads "AWS/EC2 CPUUtilization InstanceId=i-0a1b2c3d4e5f67890".
type AlarmItem struct{ Name, Watches, Tags string }

// alarmItems lists the alarms of the account's own region by name.
func (s *state) alarmItems() []AlarmItem {
	var out []AlarmItem
	for _, m := range s.Alarms {
		if !m.Deleted.IsZero() {
			continue
		}
		text := m.Series.Namespace + " " + m.Series.Name
		for _, d := range m.Series.Dimensions {
			text += " " + d.Name + "=" + d.Value
		}
		out = append(out, AlarmItem{m.Name, text, tagText(m.Tags)})
	}
	slices.SortFunc(out, func(a, b AlarmItem) int { return strings.Compare(a.Name, b.Name) })
	return out
}
