package document_test

// dirty_test.go: what other teams' documents are like.

import (
	"strings"
	"testing"

	"tminus/tasks/document"
)

const people = "\nInitials\tName\tEmail\tTeam\nLX\tGuo Lingxing\tlx@toy.sg\tOps (Lead)\nJC\tJustin Choy\tjc@toy.sg\tComms\nJD\tJane Doe\tjd@toy.sg\tComms\n"

func TestDirtyTables(t *testing.T) {
	const head = "Toy\nChange Number: C1\nTimezone: Asia/Singapore\nTask ID\tDate\tStart\tEnd\tTask\tTeam\tOwner\tDepends on\tStatus\tCost\n"
	for _, c := range []struct {
		name, rows string
		ask        string // a proposal that must be there
		says       string // in it
		yaml       string // that must be in the plan with all repairs accepted
	}{
		{"no end", "T1\t7 Feb 2019\t16:00\t\tA\tOps\tLX\t-\t\nT2\t7 Feb 2019\t16:30\t17:00\tB\tOps\tLX\tT1\t", "T1.end", "the next row starts then", "end: 2019-02-07 16:30 # lacking"},
		{"no end, and none after", "T1\t7 Feb 2019\t16:00\t\tA\tOps\tLX\t-\t", "T1.end", "T1 has no end", `end: ""`},
		{"past midnight", "T1\t7 Feb 2019\t23:00\t1 am\tA\tOps\tLX\t-\t", "T1.end", "past midnight", "end: 2019-02-08 01:00 # was: 1 am"},
		{"no date below the first", "T1\t7 Feb 2019\t16:00\t17:00\tA\tOps\tLX\t-\t\nT2\t\t17:00\t18:00\tB\tOps\tLX\t-\t", "T2.date", "that of the row above", "start: 2019-02-07 17:00"},
		{"figures alone", "T1\t2/7/2019\t16:00\t17:00\tA\tOps\tLX\t-\t", "T1.start", "2019-07-02 16:00: the day first", `start: "2/7/2019 16:00"`},
		{"a span in one cell", "T1\t7 Feb 2019\t16:00-17:00\t\tA\tOps\tLX\t-\t", "", "", "end: 2019-02-07 17:00"},
		{"a status of its own", "T1\t7 Feb 2019\t16:00\t17:00\tA\tOps\tLX\t-\tblocked", "T1.status", "no status \"blocked\"", "status: blocked"},
		{"a name", "T1\t7 Feb 2019\t16:00\t17:00\tA\tOps\tjustin choy\t-\t", "", "", "in_charge: JC"},
		{"part of a name", "T1\t7 Feb 2019\t16:00\t17:00\tA\tOps\tLingxing\t-\t", "T1.in_charge", "part of the name Guo Lingxing", "in_charge: LX # was: Lingxing"},
		{"two people", "T1\t7 Feb 2019\t16:00\t17:00\tA\tOps\tLX/JC\t-\t", "T1.in_charge", "LX: one of those the cell names", "in_charge: LX/JC"},
		{"nobody", "T1\t7 Feb 2019\t16:00\t17:00\tA\tOps\t\t-\t", "T1.in_charge", "in charge of the task's team", `in_charge: ""`},
		{"Cyrillic initials", "T1\t7 Feb 2019\t16:00\t17:00\tA\tOps\tL\u0425\t-\t", "T1.in_charge", "U+0425", "in_charge: LX # was: L\u0425 with a Cyrillic \u0425 (U+0425)"},
		{"an id twice", "T1\t7 Feb 2019\t16:00\t17:00\tA\tOps\tLX\t-\t\nT1\t7 Feb 2019\t17:00\t18:00\tB\tOps\tLX\t-\t", "T2.id", "given twice", "id: T2 # was: T1"},
		{"an id of two words", "Task 1\t7 Feb 2019\t16:00\t17:00\tA\tOps\tLX\t-\t\nT2\t7 Feb 2019\t17:00\t18:00\tB\tOps\tLX\tTask 1\t", "T2.after", "Task 1", "after: [T1]"},
		{"a task that is not there", "T1\t7 Feb 2019\t16:00\t17:00\tA\tOps\tLX\tT2 and T9\t\nT2\t7 Feb 2019\t16:00\t17:00\tB\tOps\tLX\t-\t", "T1.after", "T9", "after: [T2, T9]"},
		{"a column of its own", "T1\t7 Feb 2019\t16:00\t17:00\tA\tOps\tLX\t-\tdone\t7 EUR", "", "", `"T1, Cost: 7 EUR"`},
		{"YAML in a title", "T1\t7 Feb 2019\t16:00\t17:00\t- yes: [no] # \"x\"\tOps\tLX\t-\t", "", "", `title: "- yes: [no] # \"x\""`},
	} {
		d := draftOf(t, c.name, head+c.rows+"\n"+people)
		if c.ask != "" {
			if p := asked(t, d, c.ask); !strings.Contains(p.String(), c.says) {
				t.Errorf("%s: told as %s, want %q", c.name, p, c.says)
			}
		}
		d.AcceptAll()
		if yaml := string(d.YAML()); !strings.Contains(yaml, c.yaml) {
			t.Errorf("%s: %s is not in\n%s", c.name, c.yaml, yaml)
		}
	}
}

func TestZonesThatTheDocumentGivesAway(t *testing.T) {
	const table = "Toy\nChange Number: C1\nTask\tDate\tStart\tEnd\nA\t7 Feb 2019\t16:00\t17:00\n"
	for _, c := range []struct{ add, value, comment string }{
		{"Time zone: UTC\n", "timezone: UTC\n", ""},
		{"Time zone: Asia/Singapore (SGT)\n", "timezone: Asia/Singapore # was: Asia/Singapore (SGT)", ""},
		{"Time zone: IST\n", "timezone: IST\n", "can be meant in several ways"},
		{"Time zone: Mars/Olympus\n", "timezone: Mars/Olympus\n", "can be meant in several ways"},
		{people, "timezone: \"\"\n", "Asia/Singapore (e-mail addresses end in .sg)"},
	} {
		yaml := string(draftOf(t, "x", c.add+table+people).YAML())
		if !strings.Contains(yaml, c.value) || !strings.Contains(strings.ReplaceAll(yaml, "\n#", ""), c.comment) {
			t.Errorf("%q: want %q and %q in\n%s", c.add, c.value, c.comment, yaml)
		}
	}
}

func TestAnswersOfAFile(t *testing.T) {
	answers, err := document.ReadAnswers("a.yaml", []byte("# ours\n\nT3.id: accept # yes\n\"T1.in_charge\": 'JC'\ntimezone: Asia/Singapore\n"))
	if err != nil || len(answers) != 3 || answers[1] != (document.Decision{ID: "T1.in_charge", Choice: "JC", Line: 4}) {
		t.Fatalf("%+v, %v", answers, err)
	}
	d := drafted(t, scp)
	if err := d.Decide("a.yaml", answers); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"T1.in_charge": "JC", "timezone": "Asia/Singapore", "T2.in_charge": ""} {
		if p := asked(t, d, id); p.Choice() != want || p.Open() != (want == "") {
			t.Errorf("%s: %q", id, p.Choice())
		}
	}
	for _, c := range []struct{ text, says string }{
		{"T1.in_charge: ZZ", "a.yaml:1: T1.in_charge: \"ZZ\" is no answer: say JC, LX, open"},
		{"timezone: SGT", "say Asia/Singapore, Asia/Hong_Kong, open"},
		{"\nT99.id: accept", "a.yaml:2: the document raises no \"T99.id\""},
		{"header.end: accept", "only tells"},
	} {
		answers, err := document.ReadAnswers("a.yaml", []byte(c.text))
		if err == nil {
			err = d.Decide("a.yaml", answers)
		}
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v, want %q", c.text, err, c.says)
		}
	}
	for _, text := range []string{"a: b\na: c", "what", ": x", "x: "} {
		if _, err := document.ReadAnswers("a.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), "a.yaml:") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := asked(t, d, "timezone").Answer("Europe/Berlin"); err != nil {
		t.Errorf("a zone that the document does not speak for: %v", err)
	}
}
