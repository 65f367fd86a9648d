package tasks_test

// transitions_test.go: docs/transitions.md, the one table of what is legal, asked of the rules themselves.

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

const transitionsHead = `# What is legal when

Made from the rules in ` + "`tasks/rule.go`" + ` by ` + "`TMINUS_WRITE_DOCS=1 go test ./tasks -run TestDocumentedTransitions`" + `. The engine refuses by
these rules and the cockpit says by them why a key is dead. **yes** is legal; a number is the refusal a person reads, listed at
the end; – is a state that such a task is never in.

## By the status of a task

Somebody has the conn, the plan goes on, all tasks before this one are finished, and the command brings what it needs (a note, a
reason, the facts). *waiting* is then ready. No task is *rolled back* here: while one is, the plan is locked (see the last table).
`

const transitionsRun = `
## By the condition of the run

All but *resume* and *reopen* are legal in the first column; the others show what takes that away. *take conn* is given by somebody
who does not have it, *roll back* is confirmed on the newest review. In a rehearsal *pause clock* and *inject fault* are always
legal, in a live run never; *look again* is always legal, for whoever sits there. The last two rows are of an on-demand task: a
hold does not hold it, and what it made can be taken back alone, also after the release.

`

// transitions writes the page: its refusals are numbered as they come.
type transitions struct {
	strings.Builder
	t        *testing.T
	refusals []string
}

// kindOfTask is a task of the plan that stands for all of its kind.
type kindOfTask struct{ title, id string }

var kindsOfTasks = [...]kindOfTask{{"A manual task", "T3"}, {"An action that changes the world", "T4"}, {"An action that only looks", "T6"}, {"A gate", "G1"},
	{"On demand: an action that changes the world", "A1"}, {"On demand: by hand", "A3"}}

var taskCommands = [...]tasks.CommandKind{tasks.StartTask, tasks.AttestTask, tasks.FailTask, tasks.SkipTask, tasks.PollGate, tasks.DecideGate, tasks.Waive, tasks.SignOffTask}

var shownStatuses = [...]tasks.Status{tasks.Waiting, tasks.Active, tasks.Checked, tasks.Done, tasks.Failed, tasks.Aborted, tasks.Skipped, tasks.Unsure}

// TestDocumentedTransitions keeps docs/transitions.md equal to the rules; TMINUS_WRITE_DOCS=1 writes it.
func TestDocumentedTransitions(t *testing.T) {
	page := &transitions{t: t}
	page.WriteString(transitionsHead)
	for _, k := range kindsOfTasks {
		page.ofTask(k)
	}
	page.WriteString(transitionsRun)
	page.ofRun()
	page.WriteString("\n## The refusals\n\n")
	for n, sentence := range page.refusals {
		fmt.Fprintf(page, "%d. %s\n", n+1, sentence)
	}
	file := filepath.Join("..", "docs", "transitions.md")
	if os.Getenv("TMINUS_WRITE_DOCS") != "" {
		if err := os.WriteFile(file, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	doc, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(doc) != page.String() {
		t.Error("docs/transitions.md is not what the rules say: TMINUS_WRITE_DOCS=1 go test ./tasks -run TestDocumentedTransitions")
	}
	t.Logf("figure: %d different refusals in docs/transitions.md", len(page.refusals))
}

// cell is what the rules answer, in a word.
func (page *transitions) cell(err error) string {
	var r tasks.Refusal
	if err == nil {
		return "yes"
	}
	if !errors.As(err, &r) {
		page.t.Fatalf("%v is no refusal", err)
	}
	gist := general(r.Sentence)
	for n, known := range page.refusals {
		if known == gist {
			return fmt.Sprint(n + 1)
		}
	}
	page.refusals = append(page.refusals, gist)
	return fmt.Sprint(len(page.refusals))
}

// general makes a refusal of one task, status and person that of any.
func general(sentence string) string {
	sentence = regexp.MustCompile(`\b(T\d|G1|A\d)\b`).ReplaceAllString(sentence, "T")
	sentence = regexp.MustCompile(`^T is [a-z ]+: (only|start|it is)`).ReplaceAllString(sentence, "T is …: $1")
	sentence = regexp.MustCompile(`decided already \([a-z ]+\)`).ReplaceAllString(sentence, "decided already (…)")
	return strings.NewReplacer("LX", "X", "JC", "Y", `"PR"`, "Y").Replace(sentence)
}

func (page *transitions) row(first string, cells []string) {
	fmt.Fprintf(page, "| %s | %s |\n", first, strings.Join(cells, " | "))
}

func (page *transitions) ofTask(k kindOfTask) {
	var heads []string
	for _, st := range shownStatuses {
		heads = append(heads, string(st))
	}
	fmt.Fprintf(page, "\n### %s\n\n", k.title)
	page.row("", heads)
	page.row("---", strings.Split(strings.Repeat("---,", len(heads)-1)+"---", ","))
	for _, kind := range taskCommands {
		var cells []string
		for _, st := range shownStatuses {
			d, possible := inStatus(page.t, k.id, st)
			if !possible {
				cells = append(cells, "–")
				continue
			}
			c := tasks.Command{Kind: kind, By: "LX", Task: k.id, Text: "said", For: "PR", Go: true}
			if k.id == "T4" && kind == tasks.AttestTask {
				c.Facts = map[string]string{tasks.FactInstance: "i-9"}
			}
			if step, _ := d.state.Waivable(d.plan.Task(k.id)); kind == tasks.Waive && step != "" {
				c.For = ""
			}
			cells = append(cells, page.cell(d.state.Allowed(d.plan, c)))
		}
		page.row(string(kind), cells)
	}
}

// inStatus is a day on which the task came to a status; possible false when such a task never does.
func inStatus(t *testing.T, id string, st tasks.Status) (d *day, possible bool) {
	d = newDay(t, manual, aside, func(p *plan.Plan) {
		task := p.Task(id)
		task.After = nil
		if task.Gate {
			task.Poll = []string{"PR"}
		} else {
			task.SignOff = []string{"PR"}
		}
	})
	if d.plan.Task(id).Gate {
		d.do(tasks.Polled{Task: id, Contact: "PR", Go: true})
		switch st {
		case tasks.Done, tasks.Failed:
			d.do(tasks.Decided{Task: id, Go: st == tasks.Done})
		}
		return d, d.task(id).Status == st
	}
	if st != tasks.Waiting && st != tasks.Skipped {
		d.start(id)
	}
	switch st {
	case tasks.Checked:
		d.do(tasks.TaskChecked{Task: id})
	case tasks.Done:
		d.do(tasks.TaskDone{Task: id})
	case tasks.Failed:
		if d.plan.Task(id).Action != "" {
			d.do(tasks.StepDone{Task: id, Step: d.task(id).NextStep(), Error: "no"})
		}
		d.do(tasks.TaskFailed{Task: id, Reason: "no"})
	case tasks.Aborted:
		d.do(tasks.TaskAborted{Task: id})
	case tasks.Skipped:
		d.do(tasks.TaskSkipped{Task: id, Reason: "no"})
	case tasks.Unsure:
		if step := (map[string]string{"T4": "group", "A1": "alarms"})[id]; step != "" {
			d.do(tasks.Outcome{Intent: d.intend(id, step), State: tasks.OutcomeUnknown})
		}
	}
	return d, d.task(id).Status == st
}

// conditions are the conditions of a run, as events that follow one another bring them about.
var conditions = [...]struct {
	title string
	given func(*day)
}{
	{"flying", func(*day) {}},
	{"nobody has the conn", func(d *day) { d.do(tasks.ConnReleased{}) }},
	{"the machine slept", func(d *day) { d.do(tasks.Woke{Says: "the machine slept"}) }},
	{"offered to Y", func(d *day) { d.do(tasks.ConnOffered{To: "JC"}) }},
	{"held", func(d *day) { d.hold("18:00") }},
	{"rolling back", func(d *day) { d.stopAll(); d.do(tasks.RollbackStarted{}) }},
	{"halted", func(d *day) { d.stopAll(); d.do(tasks.RollbackStarted{}, tasks.RollbackStopped{}) }},
	{"rolled back in part", func(d *day) { d.stopAll(); d.rollBack("T7") }},
	{"rolled back", func(d *day) { d.stopAll(); d.rollBack("") }},
	{"released", func(d *day) { d.fly("T3", "T5", "T6", "G1", "T8"); d.do(tasks.Released{}) }},
}

// stopAll aborts what runs: a rollback begins only then.
func (d *day) stopAll() {
	for _, id := range d.state.Busy(d.plan) {
		d.do(tasks.TaskAborted{Task: id})
	}
}

func (page *transitions) ofRun() {
	var heads []string
	for _, c := range conditions {
		heads = append(heads, c.title)
	}
	page.row("", heads)
	page.row("---", strings.Split(strings.Repeat("---,", len(heads)-1)+"---", ","))
	for _, kind := range allCommands {
		if kind == tasks.PauseClock || kind == tasks.InjectFault || kind == tasks.LiftFault || kind == tasks.LookAgain {
			continue
		}
		page.ofCommand(string(kind), kind, "")
	}
	page.ofCommand("start A, on demand", tasks.StartTask, "A2")
	page.ofCommand("roll back A, on demand", tasks.RollBack, "A1")
}

// ofCommand is the row of a command, of the task when it is not "".
func (page *transitions) ofCommand(title string, kind tasks.CommandKind, task string) {
	var cells []string
	for n, condition := range conditions {
		d, c := legalIn(page.t, kind, condition.given)
		if task != "" {
			c.Task = task
		}
		cells = append(cells, page.cell(d.state.Allowed(d.plan, c)))
		if n == 0 && cells[0] != "yes" && kind != tasks.ResumePlan && kind != tasks.ReopenRun {
			page.t.Errorf("%s is not legal while flying: the row would say nothing of the conditions: %v", title, d.state.Allowed(d.plan, c))
		}
	}
	page.row(title, cells)
}

// legalIn is a day on which everything is under way, then the condition; and a command that was legal before it.
func legalIn(t *testing.T, kind tasks.CommandKind, given func(*day)) (*day, tasks.Command) {
	d := newDay(t, manual, voted, aside, func(p *plan.Plan) {
		for _, id := range []string{"T4", "T6", "G1", "T7", "T8"} {
			p.Task(id).After = nil
		}
	})
	d.fly("T4", "T7", "A1") // T5 and A2 are ready
	d.start("T6")
	d.do(ladder(tasks.Fail, "no"), tasks.TaskFailed{Task: "T6", Step: "ladder", Reason: "no"}, tasks.TaskChecked{Task: "T8"},
		tasks.Polled{Task: "G1", Contact: "PR", Go: true}, tasks.Polled{Task: "G1", Contact: "HL", Go: true})
	if kind != tasks.AmendPlan && kind != tasks.RollBack && kind != tasks.ReviewRollback {
		d.start("T3")
	}
	c := tasks.Command{Kind: kind, By: "LX", Text: "said", Go: true, Until: d.now.Add(time.Hour), Confirm: d.plan.Change}
	c.Task = map[tasks.CommandKind]string{tasks.StartTask: "T5", tasks.AttestTask: "T3", tasks.FailTask: "T3", tasks.SkipTask: "T5", tasks.PollGate: "G1",
		tasks.DecideGate: "G1", tasks.Waive: "T6", tasks.SignOffTask: "T8"}[kind]
	c.For = map[tasks.CommandKind]string{tasks.OfferConn: "HL", tasks.PollGate: "JC", tasks.SignOffTask: "PR"}[kind]
	switch kind {
	case tasks.TakeConn:
		c.By = "HL"
	case tasks.TakeBack:
		d.do(tasks.TaskDone{Task: "T3"})
		c.Event = d.last("T3").Seq
	case tasks.AmendPlan:
		c.Amend = d.amended(func(p *plan.Plan) { p.Contact("LX").Phone = "1" })
	}
	given(d)
	if e, found := d.state.Entry("T3"); found {
		c.Event = e.Seq
	}
	c.Head = d.state.ReviewHead()
	return d, c
}
