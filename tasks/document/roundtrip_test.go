package document_test

// roundtrip_test.go: a plain plan written as the team's table is the same plan again.

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"tminus/tasks/document"
	"tminus/tasks/plan"
)

// tableOf writes a plan as a text with tabs, in the columns of the team's own document.
func tableOf(p *plan.Plan) string {
	var b strings.Builder
	row := func(cells ...string) {
		for i, c := range cells {
			if c == "" {
				cells[i] = "-"
			}
		}
		b.WriteString(strings.Join(cells, "\t") + "\n")
	}
	fmt.Fprintf(&b, "%s Hour-By-Hour Plan\n\nChange Number: %s\nTime zone: %s\n", p.Release, p.Change, p.Timezone)
	fmt.Fprintf(&b, "Business Owner: %s\nDeployment Owner: %s\n\n", p.Owners.Business, p.Owners.Deployment)
	b.WriteString("Task ID\tDate\tStart Time\t\tTask\tTeam\tResponsible (In Charge)\tPreparation\tPost-Check\tDependency\tStatus\n")
	for _, t := range p.Tasks {
		row(t.ID, t.Start.Format("2-Jan-06"), t.Start.Format("15:04"), t.End.Format("15:04"), t.Title, strings.Join(t.Teams, ", "), t.InCharge,
			strings.Join(t.Preparation, " "), strings.Join(t.PostCheck, " "), strings.Join(t.After, ","), t.Status)
	}
	b.WriteString("\nContacts:\n\n")
	row("Initials", "Name", "Phone", "Email", "Manager", "Team", "Role")
	for _, c := range p.Contacts {
		team, manager := c.Team, ""
		if c.Lead {
			team += " (IC)"
		}
		if m := p.Contact(c.Manager); m != nil {
			manager = m.Name
		}
		row(c.ID, c.Name, c.Phone, c.Email, manager, team, c.Role)
	}
	return b.String()
}

// plainPlan is a plan of which every field has a column.
func plainPlan(t *rapid.T) *plan.Plan {
	teams := []string{"Infrastructure", "Security", "Quality"}
	p := &plan.Plan{Release: "Toy Build 1.2.0", Change: "TOY1", Timezone: "Asia/Singapore", Environment: plan.Environment{Application: plan.Application{Build: "1.2.0"}}}
	p.Environment.Instance.SSHPort = 22 // what a file leaves unsaid
	p.Owners = plan.Owners{Business: "Ada Lovelace", Deployment: "Alan Turing"}
	people := rapid.IntRange(1, 6).Draw(t, "people")
	for i := range people {
		c := plan.Contact{ID: fmt.Sprintf("%c%c", 'A'+i, 'K'+i), Name: fmt.Sprintf("%s %sson", []string{"Bo", "Cy", "Di", "Ed", "Flo", "Gus"}[i], []string{"Alf", "Ben", "Carl", "Dan", "Erik", "Finn"}[i]),
			Phone: fmt.Sprintf("5550 %04d", i), Email: fmt.Sprintf("p%d@toy.example", i), Team: teams[i%3], Lead: rapid.Bool().Draw(t, "lead")}
		if i > 0 {
			c.Manager = p.Contacts[0].ID
		}
		p.Contacts = append(p.Contacts, c)
	}
	return p
}

// fillTasks gives a plan tasks one after the other, some of them done.
func fillTasks(t *rapid.T, p *plan.Plan) {
	words := rapid.StringMatching(`[A-Z][a-z]{2,8}( [a-z0-9:#'"&{}\[\]-]{2,9}){0,5} [a-z]{3}`)
	at := time.Date(2026, time.March, 2, 6, 0, 0, 0, time.UTC)
	n := rapid.IntRange(1, 12).Draw(t, "tasks")
	for i := range n {
		end := at.Add(time.Duration(rapid.IntRange(1, 60).Draw(t, "minutes")) * time.Minute)
		task := plan.Task{ID: fmt.Sprintf("T%d", i+1), Title: words.Draw(t, "title"), Start: plan.Time{Time: at}, End: plan.Time{Time: end},
			InCharge: rapid.SampledFrom(p.Contacts).Draw(t, "in charge").ID, Status: "not started", Teams: []string{p.Contacts[0].Team}}
		if i < min(2, n-1) && rapid.Bool().Draw(t, "done") {
			task.Status = "completed"
		}
		if rapid.Bool().Draw(t, "prepared") {
			task.Preparation, task.PostCheck = []string{words.Draw(t, "preparation")}, []string{words.Draw(t, "check")}
		}
		for j := range i {
			if rapid.IntRange(0, 3).Draw(t, "after") == 0 {
				task.After = append(task.After, p.Tasks[j].ID)
			}
		}
		p.Tasks, at = append(p.Tasks, task), end
	}
}

func TestPlainPlanThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := plainPlan(t)
		fillTasks(t, want)
		src := tableOf(want)
		d, err := document.Read("plan.txt", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		draft, err := document.NewDraft(d)
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		draft.AcceptAll()
		got, err := plan.Load("plan.yaml", draft.YAML())
		if err != nil {
			t.Fatalf("%v\n%s\n%s", err, src, draft.YAML())
		}
		opts := cmp.Options{cmpopts.IgnoreFields(plan.Plan{}, "Window", "Notes", "Hash", "Zone"), cmpopts.EquateEmpty(),
			cmp.Comparer(func(a, b plan.Time) bool { return a.Format("2006-01-02 15:04") == b.Format("2006-01-02 15:04") })}
		if diff := cmp.Diff(want, got, opts); diff != "" {
			t.Fatalf("another plan (-written +imported):\n%s\n%s\n%s", diff, src, draft.YAML())
		}
		if again := tableOf(got); again != src {
			t.Fatalf("the imported plan's own table differs:\n%s", cmp.Diff(src, again))
		}
	})
}
