package plan_test

// when_test.go: times at the changes of the clocks, and names of zones. A time is read as
// exactly the instant it names, or refused.

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks/plan"
)

func TestClockChanges(t *testing.T) {
	const gap, fold = "does not exist in", "happens twice in"
	tests := []struct {
		zone, at string
		want     string // the instant in RFC 3339, or what the refusal says
	}{
		{"Asia/Singapore", "2019-02-07 16:00", "2019-02-07T16:00:00+08:00"},
		{"UTC", "2019-02-07 16:00", "2019-02-07T16:00:00Z"},
		{"America/New_York", "2026-03-08 01:59", "2026-03-08T01:59:00-05:00"},
		{"America/New_York", "2026-03-08 02:00", gap},
		{"America/New_York", "2026-03-08 02:30", gap},
		{"America/New_York", "2026-03-08 02:59", gap},
		{"America/New_York", "2026-03-08 03:00", "2026-03-08T03:00:00-04:00"},
		{"America/New_York", "2026-11-01 00:59", "2026-11-01T00:59:00-04:00"},
		{"America/New_York", "2026-11-01 01:00", fold},
		{"America/New_York", "2026-11-01 01:59", fold},
		{"America/New_York", "2026-11-01 02:00", "2026-11-01T02:00:00-05:00"},
		{"Europe/London", "2027-03-28 01:30", gap},
		{"Europe/London", "2026-10-25 01:30", fold},
		{"Europe/London", "2026-10-25 02:00", "2026-10-25T02:00:00Z"},
		{"Australia/Lord_Howe", "2026-10-04 02:15", gap}, // half an hour
		{"Australia/Lord_Howe", "2026-04-05 01:45", fold},
		{"Australia/Lord_Howe", "2026-04-05 01:15", "2026-04-05T01:15:00+11:00"},
		{"Pacific/Apia", "2011-12-30 12:00", gap}, // a whole day
		{"Africa/Casablanca", "2026-02-15 02:30", fold},
		{"Asia/Kathmandu", "2026-05-05 12:00", "2026-05-05T12:00:00+05:45"},
	}
	for _, tt := range tests {
		t.Run(tt.zone+" "+tt.at, func(t *testing.T) {
			// A completed task may lie outside the window, so the window can stay where it is.
			src := strings.Replace(small(t), "Asia/Singapore", tt.zone, 1)
			src = strings.Replace(src, "    start: 2019-02-07 17:00\n    end: 2019-02-07 18:00\n", "    status: completed\n    start: "+tt.at+"\n    end: "+tt.at+"\n", 1)
			if tt.want == gap || tt.want == fold {
				want := []string{"22:12: start " + tt.at + " " + tt.want + " " + tt.zone, "23:10: end " + tt.at + " " + tt.want + " " + tt.zone}
				if diff := cmp.Diff(want, told(t, src)); diff != "" {
					t.Error(diff)
				}
				return
			}
			p, err := plan.Load("p.yaml", []byte(src))
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Task("T2").Start.Format(time.RFC3339); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestZones(t *testing.T) {
	for zone, want := range map[string]string{
		"SGT":                  `"SGT" is not a place: abbreviations mean different zones to different people → Asia/Singapore`,
		"IST":                  `"IST" is not a place: abbreviations mean different zones to different people`,
		"Local":                `"Local" is not a place: abbreviations mean different zones to different people`,
		"EST":                  `"EST" is not a place: abbreviations mean different zones to different people → America/New_York`,
		"+08:00":               `"+08:00" is not a place: abbreviations mean different zones to different people`,
		"Asia/Atlantis":        `"Asia/Atlantis" is not in the zone database`,
		"asia/singapore":       `"asia/singapore" is not written as in the zone database`,
		"right/Asia/Singapore": `"right/Asia/Singapore" is not written as in the zone database`,
		"../etc/passwd":        `"../etc/passwd" is not written as in the zone database`,
		"/Asia/Singapore":      `"/Asia/Singapore" is not written as in the zone database`,
	} {
		t.Run(zone, func(t *testing.T) {
			src := strings.Replace(small(t), "Asia/Singapore", zone, 1)
			if diff := cmp.Diff([]string{"3:11: timezone " + want}, told(t, src)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
