package reading_test

// probe_test.go: the history of a probe.

import (
	"testing"
	"time"

	"tminus/tasks/reading"
)

func TestProbeHistory(t *testing.T) {
	at := time.Date(2019, 2, 7, 9, 0, 0, 0, time.UTC)
	var p reading.Probe
	if n, _ := p.Failing(); n != 0 || p.Failed(time.Minute) != 0 {
		t.Error("a probe that never asked has failed")
	}
	for i := range 200 {
		before := p
		p = p.With("http://a/healthz", 5*time.Second, time.Second, reading.Beat{At: at.Add(time.Duration(i) * 5 * time.Second), OK: i < 190 || i == 195})
		if len(before.Beats) > 0 && before.Beats[0].At == p.Beats[0].At && len(p.Beats) > reading.MostBeats {
			t.Fatal("it grows")
		}
	}
	last, _ := p.Newest()
	if n, since := p.Failing(); n != 4 || !since.Equal(at.Add(196*5*time.Second)) || len(p.Beats) != reading.MostBeats || !last.At.Equal(p.At) {
		t.Errorf("%d failed since %s, %d kept", n, since, len(p.Beats))
	}
	if got := p.Failed(time.Minute); got != 75 { // 9 of the last 12
		t.Errorf("%g %% failed in the last minute", got)
	}
	if moved := p.With("http://b/healthz", 0, 0, reading.Beat{At: at}); len(moved.Beats) != 1 {
		t.Errorf("the history of another place: %d", len(moved.Beats))
	}
}
