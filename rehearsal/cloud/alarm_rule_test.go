package cloud

// alarm_rule_test.go: the tables in AWS's documentation of how alarms treat missing data, row by row.

import (
	"testing"
	"time"
)

func TestMissingData(t *testing.T) {
	const stay = ""
	for _, row := range []struct {
		points                                   string // oldest first: 0 within, X beyond the threshold, - missing
		needed, periods                          int
		missing, ignore, breaching, notBreaching string
	}{
		{"0-X-X", 3, 3, stateOK, stateOK, stateOK, stateOK},
		{"----0", 3, 3, stateOK, stateOK, stateOK, stateOK},
		{"-----", 3, 3, stateInsufficient, stay, stateAlarm, stateOK},
		{"0XX-X", 3, 3, stateAlarm, stateAlarm, stateAlarm, stateAlarm},
		{"--X--", 3, 3, stateAlarm, stay, stateAlarm, stateOK},
		{"---X-", 3, 3, stay, stay, stateAlarm, stateOK},
		{"----X", 3, 3, stay, stay, stateAlarm, stateOK},
		{"0-X-X", 2, 3, stateAlarm, stateAlarm, stateAlarm, stateAlarm},
		{"00X0X", 2, 3, stateAlarm, stateAlarm, stateAlarm, stateAlarm},
		{"0-X--", 2, 3, stateOK, stateOK, stateAlarm, stateOK},
		{"----0", 2, 3, stateOK, stateOK, stateAlarm, stateOK},
		{"---X-", 2, 3, stateAlarm, stay, stateAlarm, stateOK},
	} {
		for treatment, want := range map[string]string{"": row.missing, "missing": row.missing, "ignore": row.ignore, "breaching": row.breaching, "notBreaching": row.notBreaching} {
			m := &alarm{Statistic: "Maximum", Rule: alarmRule{Operator: "GreaterThanThreshold", Threshold: 0.5, Needed: row.needed, Periods: row.periods, Missing: treatment}, Now: alarmState{Value: "before"}}
			var seen []slot
			for k, c := range row.points {
				at, v := time.Unix(int64(60*k), 0), 0.0
				if c == 'X' {
					v = 1
				}
				seen = append(seen, slot{at, point{at, sample{v, v, v, 1}}, c == '-'})
			}
			if want == stay {
				want = "before"
			}
			if m.evaluate(time.Unix(300, 0), seen); m.Now.Value != want {
				t.Errorf("%s, %d of %d, %q: %s, want %s", row.points, row.needed, row.periods, treatment, m.Now.Value, want)
			}
		}
	}
}
