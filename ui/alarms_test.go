package ui

// alarms_test.go: what beside the series may never look calm when it is not.

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tminus/tasks/reading"
)

// TestCreditsUsedUp is no calm: a machine at its baseline loses no credits because it has none.
func TestCreditsUsedUp(t *testing.T) {
	s := gate(t)
	for i := range s.live.Readings.Metrics.Series {
		m := &s.live.Readings.Metrics.Series[i]
		for j := range m.Points {
			switch m.Name {
			case "CPUCreditBalance":
				m.Points[j].Value = 0
			case "CPUUtilization":
				m.Points[j].Value = 10
			}
		}
	}
	for _, width := range []int{80, 200} {
		frame := ansi.Strip(Render(s.snapshot(), View{Width: width, Height: 50, Focus: CloudWatch}))
		if !strings.Contains(frame, "credits are used up") || strings.Contains(frame, "do not run out") {
			t.Errorf("\n%s", frame)
		}
	}
}

// TestAlarmsThatCannotBeReadAreTold also before there is any series.
func TestAlarmsThatCannotBeReadAreTold(t *testing.T) {
	s := opened(t)
	s.fails(reading.Denied, "not allowed: cloudwatch:DescribeAlarms", time.Minute, nil, "alarms")
	if frame := ansi.Strip(Render(s.snapshot(), View{Width: 120, Height: 36, Focus: CloudWatch, Zoom: true})); !strings.Contains(frame, "cloudwatch:DescribeAlarms") {
		t.Errorf("\n%s", frame)
	}
}
