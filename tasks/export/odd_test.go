package export_test

// odd_test.go: documents unlike the team's own: other columns, styles and line ends.

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tminus/tasks"
	"tminus/tasks/document"
	"tminus/tasks/export"
	"tminus/tasks/plan"
)

const toy = `release: Toy 1
change: TOY1
timezone: Asia/Singapore
window: {start: 2026-03-02 22:00, end: 2026-03-03 04:00}
contacts:
  - {id: AB, name: Ada Byron, email: ada@toy.example, team: Ops}
  - {id: CD, name: "Cy O'Day, Jr", email: cy@toy.example, manager: AB, team: Ops}
tasks:
  - {id: T1, title: Pack, start: 2026-03-02 22:00, end: 2026-03-02 23:00, in_charge: AB, teams: [Ops]}
  - {id: T2, title: Move, start: 2026-03-02 23:00, end: 2026-03-02 23:30, in_charge: CD, teams: [Ops], after: [T1]}
  - {id: T3, title: "=Unpack", start: 2026-03-02 23:30, end: 2026-03-02 23:45, in_charge: CD, teams: [Ops], after: [T1, T2]}
`

// flown is the toy plan with T1 begun late and ended on the next day.
func flown(t testing.TB) export.Source {
	t.Helper()
	p := loaded(t, "toy.yaml", []byte(toy))
	at := func(clock string) time.Time {
		when, err := time.ParseInLocation("2006-01-02 15:04", "2026-03-"+clock, p.Zone)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	s := tasks.Fold(p, []tasks.Event{
		{Seq: 1, Run: at("02 21:00"), Body: tasks.RunOpened{Run: "TOY1-1-ab", Change: "TOY1", Plan: p.Hash, Mode: tasks.LiveRun}},
		{Seq: 2, Run: at("02 23:50"), By: "AB", Body: tasks.TaskStarted{Task: "T1", Attempt: 1}},
		{Seq: 3, Run: at("03 00:10"), By: "AB", Body: tasks.TaskDone{Task: "T1"}},
		{Seq: 4, Run: at("03 00:20"), By: "CD", Body: tasks.TaskStarted{Task: "T2", Attempt: 1}},
	})
	return export.OfRun(p, p, s, at("03 00:25"))
}

func TestOtherDocuments(t *testing.T) {
	for name, c := range map[string]struct{ src, want string }{
		"blank dates, past midnight": {
			"Task ID\tDate\tStart Time\t\tTask\tResponsible\tDependency\tStatus\n" +
				"T1\t2nd Mar 2026\t10 pm\t11 pm\tPack\tAda Byron\t-\t\n" +
				"T2\t\t11 pm\t11:30 pm\tMove\tAda Byron\tT1\topen\n" +
				"T3\t\t11:30 pm\t11:45 pm\tUnpack\tCD\tT1; T2\topen\n",
			"Task ID\tDate\tStart Time\t\tTask\tResponsible\tDependency\tStatus\n" +
				"T1\t2nd Mar 2026\t11:50 pm\t12:10 am\tPack\tAda Byron\t-\tcompleted\n" +
				"T2\t3rd Mar 2026\t12:20 am\t11:30 pm\tMove\tCy O'Day, Jr\tT1\tin progress\n" +
				"T3\t2nd Mar 2026\t11:30 pm\t11:45 pm\tUnpack\tCD\tT1; T2\topen\n",
		},
		"CRLF, BOM, spaces, no last line feed": {
			"\uFEFFTask ID\tDate\tStart\tEnd\tTask\tWho\tStatus\r\n T1 \t2026-03-02\t 22:00\t23:00 \tPack\tAB\tDONE \r\nT2\t2026-03-02\t23:00\t23:30\tMove\tCD\t Not started",
			"\uFEFFTask ID\tDate\tStart\tEnd\tTask\tWho\tStatus\r\n T1 \t2026-03-02\t 23:50\t00:10 \tPack\tAB\tDONE \r\nT2\t2026-03-03\t00:20\t23:30\tMove\tCD\t In progress",
		},
		"start and end in one cell": {
			"Task ID\tDate\tTime\tTask\tStatus\nT1\t2/3/2026\t22:00 – 23:00\tPack\tTo do\nT3\t2/3/2026\t23:30-23:45\tUnpack\tTo do\n",
			"Task ID\tDate\tTime\tTask\tStatus\nT1\t2/3/2026\t23:50 – 00:10\tPack\tCompleted\nT3\t2/3/2026\t23:30-23:45\tUnpack\tTo do\n",
		},
		"cells lacking at the end of a row": {
			"Task ID\tDate\tStart\tEnd\tTask\tDependency\tStatus\nT1\t2-Mar-26\t2200\t2300\tPack\nT2\t2-Mar-26\t2300\t2330\tMove\t\nT3\t2-Mar-26\t2330\t2345\tUnpack\n",
			"Task ID\tDate\tStart\tEnd\tTask\tDependency\tStatus\nT1\t2-Mar-26\t2350\t0010\tPack\t\tCompleted\nT2\t3-Mar-26\t0020\t2330\tMove\tT1\tIn progress\nT3\t2-Mar-26\t2330\t2345\tUnpack\tT1,T2\n",
		},
		"a cell that begins in the line below": {
			"Task ID\tDate\tStart\tEnd\tTask\tDependency\tStatus\tRemark\nT2\t2-Mar-26\t23:00\t23:30\tMove\n\t\t\t\t\t\t\tmind the step\nT3\t2-Mar-26\t23:30\t23:45\tUnpack\tT1,T2\n\t\t\t\t\t\topen\nT1\t2-Mar-26\t23:50\t00:10\tPack\t\tDone\n",
			"Task ID\tDate\tStart\tEnd\tTask\tDependency\tStatus\tRemark\nT2\t3-Mar-26\t00:20\t23:30\tMove\tT1\tIn progress\n\t\t\t\t\t\t\tmind the step\nT3\t2-Mar-26\t23:30\t23:45\tUnpack\tT1,T2\n\t\t\t\t\t\topen\nT1\t2-Mar-26\t23:50\t00:10\tPack\t\tDone\n",
		},
		"dependencies too many, and from the plan": {
			"Task ID\tDate\tStart\tEnd\tTask\tDependency\nT1\t2-Mar-26\t22:00\t23:00\tPack\tT2\nT2\t2-Mar-26\t23:00\t23:30\tMove\tT1 and T3\nT3\t2-Mar-26\t23:30\t23:45\tUnpack\tT1, \u04222\n",
			"Task ID\tDate\tStart\tEnd\tTask\tDependency\nT1\t2-Mar-26\t23:50\t00:10\tPack\t-\nT2\t3-Mar-26\t00:20\t23:30\tMove\tT1\nT3\t2-Mar-26\t23:30\t23:45\tUnpack\tT1, T2\n",
		},
		"a table without the columns": {"No\tStart\tTask\nT1\t22:00\tPack\n", "No\tStart\tTask\nT1\t23:50\tPack\n"},
	} {
		t.Run(name, func(t *testing.T) {
			back := like(t, []byte(c.src), flown(t))
			if got := string(back.After); got != c.want {
				t.Errorf("got\n%s\nwant\n%s\n%q", got, c.want, told(back))
			}
			if again := like(t, back.After, flown(t)); len(again.Changes) > 0 {
				t.Errorf("what was written back is changed again: %v", told(again))
			}
		})
	}
}

// TestAmendedPlanIsWrittenBack: the plan in force has other times and another person.
func TestAmendedPlanIsWrittenBack(t *testing.T) {
	p := loaded(t, "toy.yaml", []byte(strings.NewReplacer("2026-03-02 23:45", "2026-03-03 00:15", "in_charge: CD, teams: [Ops], after: [T1, T2]", "in_charge: AB, teams: [Ops], after: [T2]").Replace(toy)))
	src := "Task ID\tDate\tStart\tEnd\tTask\tWho\tDependency\nT3\t2-Mar-26\t23:30\t23:45\tUnpack\tCD\tT1,T2\nT2\t2-Mar-26\t23:00\t23:30\tMove\tCD\tT1\nT1\t2-Mar-26\t22:00\t23:00\tPack\tAB\t-\n"
	want := strings.Replace(src, "23:45\tUnpack\tCD\tT1,T2", "00:15\tUnpack\tAB\tT2", 1)
	if got := string(like(t, []byte(src), opened(p)).After); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestLineEndsAndMarksStay: whatever ends its lines, and whatever a run did, only cells
// change, and a document that was written back is written back as itself.
func TestLineEndsAndMarksStay(t *testing.T) {
	plain := string(read(t, "testdata", scp))
	p := example(t)
	rapid.Check(t, func(t *rapid.T) {
		src := plain
		if rapid.Bool().Draw(t, "padded") {
			src = strings.ReplaceAll(src, "\t", " \t ")
		}
		src = strings.ReplaceAll(src, "\n", rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(t, "line end"))
		src = rapid.SampledFrom([]string{"", "\uFEFF"}).Draw(t, "mark") + src
		s := someRun(t, p)
		back, err := export.Like(scp, []byte(src), s)
		if err != nil {
			t.Fatal(err)
		}
		for _, sign := range []string{"\n", "\r", "\t"} {
			if bytes.Count(back.Before, []byte(sign)) != bytes.Count(back.After, []byte(sign)) {
				t.Fatalf("the document has not as many %q as before", sign)
			}
		}
		before, after := cells(t, back.Before), cells(t, back.After)
		differ := 0
		for i := range before {
			if before[i] != after[i] {
				differ++
			}
		}
		if differ != len(back.Changes) {
			t.Fatalf("%d cells differ, %d changes are told: %q", differ, len(back.Changes), told(back))
		}
		again, err := export.Like(scp, back.After, s)
		if err != nil || len(again.Changes) > 0 || !bytes.Equal(again.After, back.After) {
			t.Fatalf("%v; changed again: %q", err, told(again))
		}
	})
}

// someRun is a live run of a plan in which tasks came as far as they would.
func someRun(t *rapid.T, p *plan.Plan) export.Source {
	var bodies []tasks.Body
	for _, id := range p.Order() {
		task := p.Task(id)
		if task.Done() {
			continue
		}
		end := rapid.SampledFrom([]tasks.Body{nil, tasks.TaskDone{Task: id}, tasks.TaskFailed{Task: id, Reason: "no"}, tasks.TaskSkipped{Task: id}, tasks.TaskAborted{Task: id}, tasks.TaskChecked{Task: id}}).Draw(t, id)
		if rapid.IntRange(0, 3).Draw(t, "begins") == 0 {
			break
		}
		if bodies = append(bodies, tasks.TaskStarted{Task: id, Attempt: 1}); end != nil {
			bodies = append(bodies, end)
		}
	}
	return opened(p, bodies...)
}

// cells are the texts between tabs and line ends.
func cells(t *rapid.T, src []byte) []string {
	return strings.FieldsFunc(strings.ReplaceAll(string(src), "\t", "\t\x00"), func(c rune) bool { return c == '\t' || c == '\n' || c == '\r' })
}

// FuzzLike: whatever the document, it is refused, or written back with as many lines.
func FuzzLike(f *testing.F) {
	f.Add(read(f, "testdata", scp))
	f.Add([]byte("Task ID\tDate\tStart\tEnd\tTask\tDependency\tStatus\nT1\t2-Mar-26\t2200\t2300\tPack\n\u04222\t\t\t\tMove\t\n"))
	f.Add([]byte("#\tTime\tTask\tTeam\nT1\t10 pm - 11 pm\tPack\tA, B and C\n\t\tmore of it\t\n"))
	f.Add([]byte("\uFEFFID\tDay\tStart\tEnd\tTask\tStatus\r\nT1\t\t2026-03-02 22:00\t\tPack\tdone\r\nT1\t\t\t\tPack\t"))
	f.Add([]byte("Task ID\tStart\tTask\tDependency\tStatus\tRemark\nT2\t23:00\tMove\n\t\t\t\t\tmind the step\nT1\t9 am\tPack\n\t\t\t\topen\n\nElastic IP\n\nInitials\tName\tTeam\n\u0410B\tAda Byron\tOps\n"))
	s := flown(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		back, err := export.Like("plan.txt", src, s)
		if err != nil {
			return
		}
		if a, b := bytes.Count(src, []byte("\n")), bytes.Count(back.After, []byte("\n")); a != b {
			t.Fatalf("%d lines became %d", a, b)
		}
		if (len(back.Changes) == 0) != bytes.Equal(src, back.After) {
			t.Fatalf("changes %q and bytes disagree", told(back))
		}
		back.Diff("plan.txt")
		if _, err := document.Read("plan.txt", back.After); err != nil {
			t.Fatalf("what was written back is no document any more: %v", err)
		}
		if again, err := export.Like("plan.txt", back.After, s); err != nil || len(again.Changes) > 0 {
			t.Fatalf("%v; %q, and then again %q\n%q", err, told(back), told(again), back.After)
		}
	})
}

func TestChangeTellsItself(t *testing.T) {
	back := like(t, []byte("ID\tStart\tTask\nT1\t22:00\tPack\n"), flown(t))
	if want := []string{`2:4: T1, Start: "22:00" → "23:50" (actual time)`}; !slices.Equal(told(back), want) {
		t.Errorf("%q, want %q", told(back), want)
	}
	if fmt.Sprint(back.Left) != "[T2 of the plan has no row in the table T3 of the plan has no row in the table T1 ended on 2026-03-03, and the table has one date a row]" {
		t.Errorf("left %q", back.Left)
	}
}
