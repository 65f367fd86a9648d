package ui

// preflight_test.go: the check list before the launch, and the record it is after it.

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

func TestPreflightStandsInTheWayUntilTheLaunch(t *testing.T) {
	s := checked(t, true)
	says := func() bool {
		frame, _, _ := strings.Cut(ansi.Strip(Render(s.snapshot(), View{Width: 120, Height: 36, Actor: "LX"})), "\n")
		return strings.Contains(frame, "preflight: 1 ✗")
	}
	if !says() {
		t.Error("the header does not say that the preflight failed")
	}
	list := s.live.Readings.Preflight
	if s = launching(t); says() {
		t.Error("a preflight that was not looked up stands in the way")
	}
	if s.live.Readings.Preflight = list; says() {
		t.Error("the preflight is raised although the instance is launched")
	}
}

// TestPreflightIsARecordAfterTheLaunch: it is looked up no more, and says of when it is.
func TestPreflightIsARecordAfterTheLaunch(t *testing.T) {
	for _, size := range [][2]int{{200, 60}, {120, 36}, {80, 24}} {
		s := launching(t)
		s.live.Readings.Preflight = checked(t, true).live.Readings.Preflight
		at := s.live.Readings.Preflight.At.In(s.plan.Zone).Format("15:04")
		s.now = s.now.Add(2 * time.Hour) // stale, were it looked up still
		view := View{Width: size[0], Height: size[1], Focus: Preflight, Zoom: true, Actor: "LX"}
		frame := ansi.Strip(Render(s.snapshot(), view))
		if !strings.Contains(frame, "before the launch, "+at) || strings.Contains(frame, "stale") || strings.Contains(frame, "preflight: 1 ✗") {
			t.Errorf("%d×%d:\n%s", size[0], size[1], frame)
		}
		if frame := ansi.Strip(Render(checked(t, true).snapshot(), view)); strings.Contains(frame, "before the launch") || !strings.Contains(frame, "preflight: 1 ✗") && size[0] > 80 {
			t.Errorf("before it, %d×%d:\n%s", size[0], size[1], frame)
		}
	}
}

// TestNobodyLooksUpAfterTheLaunch: r would not do it.
func TestNobodyLooksUpAfterTheLaunch(t *testing.T) {
	frame := ansi.Strip(Render(launching(t).snapshot(), View{Width: 120, Height: 36, Focus: Preflight, Zoom: true, Actor: "LX"}))
	if !strings.Contains(frame, "no preflight read yet") || strings.Contains(frame, "r looks now") {
		t.Errorf("\n%s", frame)
	}
}
