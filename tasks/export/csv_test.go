package export_test

// csv_test.go: the hour-by-hour table, to the byte.

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"tminus/tasks/export"
)

const csvOfFlown = `id,title,teams,in_charge,after,status,planned_start,planned_end,forecast_start,forecast_end,actual_start,actual_end,late_minutes,slack_minutes,by,reason
T1,Pack,Ops,AB,,completed,2026-03-02T22:00:00+08:00,2026-03-02T23:00:00+08:00,,,2026-03-02T23:50:00+08:00,2026-03-03T00:10:00+08:00,70,,AB,
T2,Move,Ops,CD,T1,in progress,2026-03-02T23:00:00+08:00,2026-03-02T23:30:00+08:00,,2026-03-03T00:50:00+08:00,2026-03-03T00:20:00+08:00,,80,0,CD,
T3,'=Unpack,Ops,CD,"T1,T2",not started,2026-03-02T23:30:00+08:00,2026-03-02T23:45:00+08:00,2026-03-03T00:50:00+08:00,2026-03-03T01:05:00+08:00,,,80,0,,
`

const csvOfPlan = `id,title,teams,in_charge,after,status,planned_start,planned_end,forecast_start,forecast_end,actual_start,actual_end,late_minutes,slack_minutes,by,reason
T1,Pack,Ops,AB,,not started,2026-03-02T22:00:00+08:00,2026-03-02T23:00:00+08:00,,,,,,,,
T2,Move,Ops,CD,T1,not started,2026-03-02T23:00:00+08:00,2026-03-02T23:30:00+08:00,,,,,,,,
T3,'=Unpack,Ops,CD,"T1,T2",not started,2026-03-02T23:30:00+08:00,2026-03-02T23:45:00+08:00,,,,,,,,
`

func TestCSV(t *testing.T) {
	for name, c := range map[string]struct {
		source export.Source
		want   string
	}{
		"of a run": {flown(t), csvOfFlown}, "of a plan": {export.OfPlan(loaded(t, "toy.yaml", []byte(toy)), time.Now()), csvOfPlan},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := export.CSV(&out, c.source); err != nil {
				t.Fatal(err)
			}
			if out.String() != c.want {
				t.Errorf("got\n%s\nwant\n%s", out.String(), c.want)
			}
		})
	}
}

// TestNoFormulas: nothing that a plan says is computed by whoever opens the table.
func TestNoFormulas(t *testing.T) {
	for _, formula := range []string{`=HYPERLINK("http://x","y")`, "+1", "-2+3|cmd", "@SUM(A1)", "＝1", "  =1"} {
		src := strings.Replace(toy, "title: Pack", "title: "+yamlText(formula), 1)
		var out bytes.Buffer
		if err := export.CSV(&out, export.OfPlan(loaded(t, "toy.yaml", []byte(src)), time.Now())); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(rows) != 4 || rows[1][1] != "'"+strings.TrimSpace(formula) {
			t.Errorf("%v; %q stands as %q", err, formula, rows)
		}
	}
}

func yamlText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
