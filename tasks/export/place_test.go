package export_test

// place_test.go: what is found, what is left alone and told, and runs on another day.

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
	"tminus/tasks/export"
)

const toyHead = "Task ID\tDate\tStart\tEnd\tTask\tWho\tDependency\tStatus\n"

func TestLeftAsItIs(t *testing.T) {
	for name, c := range map[string]struct {
		src, left string
	}{
		"twice":             {"T1\t2-Mar-26\t22:00\t23:00\tPack\tAB\t-\tOpen\n\u04221\t2-Mar-26\t22:00\t23:00\tPack\tAB\t-\tOpen\n", `line 3: "\u04221" is no task of the plan`},
		"goes on below":     {"T1\t2-Mar-26\t22:00\t23:00\tPack\tAB\t-\tOpen\n\t\t\t\t\t\t\tsince noon\n", "2:35: T1, Status would be \"Completed\", but its text goes on in another line"},
		"a free id":         {"\t2-Mar-26\t22:00\t23:00\tRepack\tAB\t-\tOpen\nT3\t2-Mar-26\t23:30\t23:45\tUnpack\tCD\tT1\tOpen\n", `line 2: "" is no task of the plan`},
		"no row for a task": {"T1\t2-Mar-26\t22:00\t23:00\tPack\tAB\t-\tOpen\n", "T2 of the plan has no row in the table"},
		"another day":       {"T1\t2-Mar-26\t22:00\t23:00\tPack\tAB\t-\tOpen\n", "T1 ended on 2026-03-03, and the table has one date a row"},
	} {
		t.Run(name, func(t *testing.T) {
			back := like(t, []byte(toyHead+c.src), flown(t))
			left := strings.Join(back.Left, "\n")
			if !strings.Contains(left, strings.ReplaceAll(c.left, `\u0422`, "\u0422")) {
				t.Errorf("left\n%s\nwant %s", left, c.left)
			}
		})
	}
}

// TestFreeIDWithTheTitle: a row without an id is the task that import made of it.
func TestFreeIDWithTheTitle(t *testing.T) {
	back := like(t, []byte(toyHead+"\t2-Mar-26\t23:50\t00:10\tPack\tAB\t-\tDone\n"), flown(t))
	if want := toyHead + "T1\t2-Mar-26\t23:50\t00:10\tPack\tAB\t-\tDone\n"; string(back.After) != want {
		t.Errorf("got %q, want %q", back.After, want)
	}
}

func TestContactsAreRepaired(t *testing.T) {
	src := toyHead + "T1\t2-Mar-26\t23:50\t00:10\tPack\t\u0410B\t-\tDone\n\nInitials\tName\tTeam\n\u0410B \tAda Byron\tOps\nCD\tCy O'Day, Jr\tOps\n"
	if got, want := string(like(t, []byte(src), flown(t)).After), strings.ReplaceAll(src, "\u0410B", "AB"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestPlaceOfTheAddress: only what keeps the place is replaced.
func TestPlaceOfTheAddress(t *testing.T) {
	p := loaded(t, "toy.yaml", []byte(toy))
	learnt := func(address string) export.Source {
		return opened(p, tasks.TaskStarted{Task: "T1", Attempt: 1}, tasks.StepDone{Task: "T1", Step: "x", Result: tasks.Result{Facts: map[string]string{tasks.FactElasticIP: address}}})
	}
	table := toyHead + "T1\t2-Mar-26\t22:07\t23:00\tPack\tAB\t-\tIn progress\n\nConfiguration Management:\n\nOperating System\tLinux\n"
	for row, want := range map[string]string{
		"Elastic IP\t": "Elastic IP\t192.0.2.7", "Elastic IP": "Elastic IP\t192.0.2.7", "Elastic IP\tTBD": "Elastic IP\t192.0.2.7", "elastic ip address:\t - ": "elastic ip address:\t 192.0.2.7 ",
		"Elastic IP\t<to be set during deployment>": "Elastic IP\t192.0.2.7", "Elastic IP\t198.51.100.1": "Elastic IP\t198.51.100.1", "Elastic IP\tsee Keeve": "Elastic IP\tsee Keeve",
		"Elastic IP\t192.0.2.7": "Elastic IP\t192.0.2.7", "IP\tTBD": "IP\tTBD",
	} {
		back := like(t, []byte(table+row+"\n"), learnt("192.0.2.7"))
		if got := strings.TrimPrefix(string(back.After), table); got != want+"\n" {
			t.Errorf("%q became %q, want %q", row, got, want)
		}
		if other := strings.HasSuffix(row, ".1") || strings.HasSuffix(row, "Keeve"); other != (len(back.Left) == 3) { // T2 and T3 have no rows
			t.Errorf("%q: left %q", row, back.Left)
		}
		if kept := like(t, []byte(table+row+"\n"), learnt("no address\tat all")); len(kept.Changes) > 0 {
			t.Errorf("%q: %q", row, told(kept))
		}
	}
}

// TestOnAnotherDay: a live run on another day keeps the planned dates of the document until
// something happens; a rehearsal is written in them.
func TestOnAnotherDay(t *testing.T) {
	written := loaded(t, "toy.yaml", []byte(toy))
	src := toyHead + "T1\t2-Mar-26\t22:00\t23:00\tPack\tAB\t-\tOpen\nT2\t2-Mar-26\t23:00\t23:30\tMove\tCD\tT1\tOpen\nT3\t2-Mar-26\t23:30\t23:45\tUnpack\tCD\tT1,T2\tOpen\n"
	moved, err := written.RebaseTo("2026-03-09")
	if err != nil {
		t.Fatal(err)
	}
	source := func(mode tasks.Mode, bodies ...tasks.Body) export.Source {
		at := moved.Window.Start.Time
		events := []tasks.Event{{Seq: 1, Run: at, Body: tasks.RunOpened{Run: "TOY1-1-ab", Change: "TOY1", Plan: written.Hash, Mode: mode, Rebase: "2026-03-09"}}}
		for i, b := range bodies {
			events = append(events, tasks.Event{Seq: uint64(i + 2), Run: at.Add(time.Duration(i+1) * 5 * time.Minute), By: "AB", Body: b})
		}
		return export.OfRun(written, moved, tasks.Fold(moved, events), at.Add(time.Hour))
	}
	begun := []tasks.Body{tasks.TaskStarted{Task: "T1", Attempt: 1}, tasks.TaskDone{Task: "T1"}}
	for _, c := range []struct {
		name   string
		source export.Source
		want   string
	}{
		{"live, nothing happened", source(tasks.LiveRun), src},
		{"live", source(tasks.LiveRun, begun...), strings.Replace(src, "2-Mar-26\t22:00\t23:00\tPack\tAB\t-\tOpen", "9-Mar-26\t22:05\t22:10\tPack\tAB\t-\tCompleted", 1)},
		{"rehearsed", source(tasks.RehearsalRun, begun...), strings.Replace(src, "2-Mar-26\t22:00\t23:00\tPack\tAB\t-\tOpen", "2-Mar-26\t22:05\t22:10\tPack\tAB\t-\tCompleted", 1)},
	} {
		if diff := cmp.Diff(c.want, string(like(t, []byte(src), c.source).After)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// BenchmarkLike writes two cells in each of 2,000 rows.
func BenchmarkLike(b *testing.B) {
	var plan, table strings.Builder
	plan.WriteString(toy[:strings.Index(toy, "  - {id: T1,")])
	table.WriteString(toyHead)
	for i := range 2000 {
		id := "T" + strings.Repeat("0", 4-len(strconv.Itoa(i))) + strconv.Itoa(i)
		plan.WriteString("  - {id: " + id + ", title: Pack, start: 2026-03-02 22:00, end: 2026-03-02 23:00, in_charge: AB}\n")
		table.WriteString(id + "\t2-Mar-26\t21:00\t23:00\tPack\tAB\t-\tDone\n")
	}
	s, src := opened(loaded(b, "big.yaml", []byte(plan.String()))), []byte(table.String())
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if back := like(b, src, s); len(back.Changes) != 2000*2 {
			b.Fatal(len(back.Changes))
		}
	}
}
