package plan

// dst_test.go: every minute around every change of every zone's clocks, read as a plan
// would read it. From inside the package: that many plan files would take an hour.

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"
)

// zoneNames are the database's names that have a place in them, one a line:
//
//	unzip -Z1 $(go env GOROOT)/lib/time/zoneinfo.zip | grep '/.' | LC_ALL=C sort
//
//go:embed testdata/zones.txt
var zoneNames string

// read is one time of a plan in the zone: the instant, or what its refusal says.
func read(zone *time.Location, written string) (time.Time, string) {
	r, at := newReader(newSource(nil)), Time{}
	r.zone = zone
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: written, Line: 1, Column: 1}
	switch taken := r.moment(n, &at, "start"); {
	case taken && len(r.found) == 0:
		return at.Time, ""
	case taken || len(r.found) != 1 || !at.IsZero():
		return time.Time{}, fmt.Sprintf("taken %v, found %v, read %v", taken, r.found, at)
	}
	return time.Time{}, r.found[0].Message
}

// changes lists the instants at which a zone's offset changes from 2019 to 2037, to the
// second. It looks every day and then closer: in leap years ZoneBounds says wrong ends
// where a zone goes by a rule for ever, as in the database of the program itself.
func changes(zone *time.Location) []time.Time {
	offset := func(at int64) int {
		_, o := time.Unix(at, 0).In(zone).Zone()
		return o
	}
	const day = 24 * 60 * 60
	var all []time.Time
	last, end := start().Unix(), time.Date(2038, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	for ; last < end; last += day {
		if before := offset(last); offset(last+day) != before {
			seconds := sort.Search(day, func(s int) bool { return offset(last+int64(s)) != before })
			all = append(all, time.Unix(last+int64(seconds), 0))
		}
	}
	return all
}

// start is where the sweep of a zone begins, change or not.
func start() time.Time { return time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC) }

// history is what sets a zone apart from 2019 to 2037. Many names are another's alias.
func history(zone *time.Location, changes []time.Time) string {
	var all strings.Builder
	for _, at := range append(changes, start()) {
		_, offset := at.In(zone).Zone()
		fmt.Fprintln(&all, at.Unix(), offset)
	}
	return all.String()
}

// tally counts what the sweep met.
type tally struct{ zones, changes, minutes, gaps, folds, wrong int }

// TestEveryChangeOfEveryZone writes down every minute of the six hours around each change
// and holds the reading against the instants at which a clock on that wall shows it: none
// and two are refused, one is read as just that. What a clock shows is computed forwards,
// from instants; the plan's reading goes the other way.
//
// It reads the machine's zone database where there is one; with the program's own:
//
//	ZONEINFO=$(go env GOROOT)/lib/time/zoneinfo.zip go test -count 1 -v -run EveryChange ./tasks/plan
func TestEveryChangeOfEveryZone(t *testing.T) {
	var seen tally
	swept := map[string]bool{}
	for name := range strings.Lines(zoneNames) {
		zone, err := loadZone(strings.TrimSpace(name))
		if err != nil {
			t.Fatalf("%s %v", name, err)
		}
		seen.zones++
		all := changes(zone)
		seen.changes += len(all)
		past := history(zone, all)
		if swept[past] {
			continue
		}
		swept[past] = true
		for n, change := range append(all, start()) {
			if n%stride == 0 {
				seen.sweep(t, zone, change)
			}
		}
	}
	t.Logf("figure: %d zones (%d that differ), 2019–2037, %d changes, %d minutes written down: %d do not exist, %d happen twice, %d shifted or wrongly refused",
		seen.zones, len(swept), seen.changes, seen.minutes, seen.gaps, seen.folds, seen.wrong)
	if seen.zones < 500 || seen.gaps == 0 || seen.folds == 0 {
		t.Errorf("that is not the zone database: %+v", seen)
	}
}

// sweep writes down every minute of three hours on either side of a change.
func (seen *tally) sweep(t *testing.T, zone *time.Location, change time.Time) {
	t.Helper()
	const around = 3 * 60
	shows := func(at time.Time) int64 {
		_, offset := at.In(zone).Zone()
		return at.Unix() + int64(offset)
	}
	before, after := shows(change.Add(-time.Second))+1, shows(change)
	from, to := min(before, after)-around*60, max(before, after)+around*60
	reach := int(to-from) / 60       // no instant further off shows a minute between from and to
	shown := map[int64][]time.Time{} // by the minute on the wall, as if it were UTC
	for minute := -reach; minute <= reach; minute++ {
		at := change.Add(time.Duration(minute) * time.Minute)
		shown[shows(at)] = append(shown[shows(at)], at)
	}
	for wall := from; wall <= to; wall += 60 {
		seen.minutes++
		written := time.Unix(wall, 0).UTC().Format(layout)
		got, refusal := read(zone, written)
		want := ""
		switch instants := shown[wall]; len(instants) {
		case 0:
			seen.gaps++
			want = fmt.Sprintf("start %s does not exist in %s", written, zone)
		case 1:
			if refusal == "" && (!got.Equal(instants[0]) || got.Location() != zone) {
				seen.wrong++
				t.Errorf("%s in %s is read as %s, yet it is %s", written, zone, got, instants[0].In(zone))
			}
		default:
			seen.folds++
			want = fmt.Sprintf("start %s happens twice in %s", written, zone)
		}
		if refusal != want {
			seen.wrong++
			t.Errorf("%s in %s: told %q, want %q", written, zone, refusal, want)
		}
	}
}

// TestTimesAtTheEdges are no changes of the clocks, but times that are easily misread.
func TestTimesAtTheEdges(t *testing.T) {
	const form = " is the text "
	for _, tt := range []struct{ zone, written, want string }{ // want: RFC 3339, or the refusal less its first word
		{"Asia/Singapore", "2019-02-07 23:59", "2019-02-07T23:59:00+08:00"},
		{"Asia/Singapore", "2019-02-08 00:00", "2019-02-08T00:00:00+08:00"},
		{"Asia/Singapore", "2019-02-07 24:00", form},
		{"Asia/Singapore", "2019-12-31 23:59", "2019-12-31T23:59:00+08:00"},
		{"Asia/Singapore", "2019-13-01 00:00", form},
		{"Asia/Singapore", "2019-00-10 00:00", form},
		{"Asia/Singapore", "2019-02-07 16:60", form},
		{"Europe/Berlin", "2028-02-29 12:00", "2028-02-29T12:00:00+01:00"},
		{"Europe/Berlin", "2027-02-29 12:00", form},
		{"Europe/Berlin", "2000-02-29 12:00", "2000-02-29T12:00:00+01:00"},
		{"Europe/Berlin", "2100-02-29 12:00", form},
		{"Europe/Berlin", "2026-04-31 12:00", form},
		{"Europe/Berlin", "19-02-07 16:00", form},
		{"Europe/Berlin", "07-02-19 16:00", form},
		{"Europe/Berlin", "07/02/2019 16:00", form},
		{"Europe/Berlin", "2019-2-7 16:00", form},
		{"Europe/Berlin", "2019-02-07 4:00 PM", form},
		{"Europe/Berlin", "2019-02-07T16:00", form},
		{"Europe/Berlin", "2019-02-07 16:00 IST", form},
		{"Europe/Berlin", "2019-02-07 16:00+01:00", form},
		{"Europe/Berlin", "2019-02-07 16:00:60", form},
		{"Europe/Berlin", "2019-02-07", form},
		{"Europe/Berlin", "16:00", form},
		{"Europe/Dublin", "2026-03-29 01:30", " does not exist in "}, // its winter is the shifted half
		{"Europe/Dublin", "2026-10-25 01:30", " happens twice in "},
		{"Africa/Casablanca", "2026-03-22 02:30", " does not exist in "}, // after Ramadan, to an offset from none
		{"America/Havana", "2026-11-01 00:30", " happens twice in "},     // at midnight, the day before again
		{"America/Havana", "2026-03-08 00:00", " does not exist in "},    // a day without a midnight
		{"Antarctica/Troll", "2026-03-29 01:59", " does not exist in "},  // two hours
		{"Antarctica/Troll", "2026-10-25 01:00", " happens twice in "},
		{"America/Nuuk", "2026-03-28 23:30", " does not exist in "}, // on Saturday evening
	} {
		t.Run(tt.zone+" "+tt.written, func(t *testing.T) {
			zone, err := loadZone(tt.zone)
			if err != nil {
				t.Fatal(err)
			}
			switch at, refusal := read(zone, tt.written); {
			case refusal == "" && at.Format(time.RFC3339) != tt.want:
				t.Errorf("read as %s, want %s", at.Format(time.RFC3339), tt.want)
			case refusal != "" && !strings.HasPrefix(refusal, "start"+tt.want) && !strings.HasPrefix(refusal, "start "+tt.written+tt.want):
				t.Errorf("told %q, want %q", refusal, tt.want)
			}
		})
	}
}

// TestISTIsAskedBack names the three places that call their time IST.
func TestISTIsAskedBack(t *testing.T) {
	src, err := os.ReadFile("testdata/small.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Load("p.yaml", bytes.Replace(src, []byte("Asia/Singapore"), []byte("IST"), 1))
	var refused *Errors
	if !errors.As(err, &refused) || len(refused.Findings) != 1 {
		t.Fatalf("%v; want one finding", err)
	}
	want := "an IANA zone, such as Asia/Singapore or UTC; IST could be Asia/Kolkata or Asia/Jerusalem or Europe/Dublin"
	if f := refused.Findings[0]; f.Expected != want || f.Nearest != "" {
		t.Errorf("expected %q, nearest %q; want %q and no guess", f.Expected, f.Nearest, want)
	}
}

// TestRebaseAcrossAChange moves a plan over nights on which an hour is skipped or
// repeated: every length and distance stays as it was, and only the wall shows it.
func TestRebaseAcrossAChange(t *testing.T) {
	zone, err := loadZone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := func(written string) Time {
		when, refusal := read(zone, written)
		if refusal != "" {
			t.Fatal(refusal)
		}
		return Time{when}
	}
	earliest := at("2026-03-28 23:00")
	p := &Plan{Zone: zone, Window: Window{at("2026-03-28 22:00"), at("2026-03-29 05:00")}, Tasks: []Task{
		{ID: "T1", Start: at("2026-03-28 22:00"), End: at("2026-03-29 01:59"), Earliest: &earliest},
		{ID: "T2", Start: at("2026-03-29 01:59"), End: at("2026-03-29 03:00")}, // a minute, over the gap
	}}
	if got := p.Tasks[1].Duration(); got != time.Minute {
		t.Errorf("from 01:59 to 03:00 in the night of the gap is %s", got)
	}
	for shift, want := range map[time.Duration]string{ // how the wall shows the window
		0:                          "22:00–05:00",
		-24 * time.Hour:            "22:00–04:00",
		24 * time.Hour:             "23:00–05:00",
		7 * 30 * 24 * time.Hour:    "23:00–04:00", // 24 October, into the night of the fold
		-365 * 24 * time.Hour:      "22:00–04:00",
		12*time.Hour + time.Minute: "11:01–17:01",
	} {
		moved := p.Rebase(shift)
		shown := moved.Window.Start.In(zone).Format("15:04") + "–" + moved.Window.End.In(zone).Format("15:04")
		if shown != want {
			t.Errorf("moved by %s the window shows %s, want %s", shift, shown, want)
		}
		distance := func(a, b time.Time, what string) {
			t.Helper()
			if a.Sub(b) != shift {
				t.Errorf("moved by %s, %s lies %s from where it was", shift, what, a.Sub(b))
			}
		}
		distance(moved.Window.Start.Time, p.Window.Start.Time, "the window's start")
		distance(moved.Window.End.Time, p.Window.End.Time, "the window's end")
		distance(moved.Tasks[0].Earliest.Time, earliest.Time, "T1's earliest")
		for i, task := range moved.Tasks {
			distance(task.Start.Time, p.Tasks[i].Start.Time, task.ID+"'s start")
			if task.Duration() != p.Tasks[i].Duration() {
				t.Errorf("moved by %s, %s takes %s instead of %s", shift, task.ID, task.Duration(), p.Tasks[i].Duration())
			}
		}
	}
}

// TestTheZonesAreInTheProgram looks for the zone database in the running program itself:
// it has to work on a machine without one. Each zone's data begins with TZif.
func TestTheZonesAreInTheProgram(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if got := bytes.Count(program, []byte("TZif2")); got < 500 {
		t.Errorf("the program holds %d zones; is time/tzdata still imported?", got)
	}
}
