package cli

// check.go: tminus check: is the plan wise? The report is data and goes to stdout, in
// colour only on a terminal. Errors end it with the code of an invalid plan.

import (
	"errors"
	"fmt"
	"io"
	"os"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"tminus/tasks/check"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

// checking is what tminus check was asked for.
type checking struct {
	json, rules, schema bool
	explain             string
}

func checkCommand(stdio Stdio) *cobra.Command {
	w := checking{}
	c := &cobra.Command{
		Use:   "check PLAN",
		Short: "Judge a plan: float, people, gates, the way back, risks, the environment",
		Long: "check holds a plan against what a careful release manager asks, and says of each finding where it stands, why it matters and what to do. It needs no account and no network. A finding can be waived in the plan, with a name and a reason.\n\n" +
			"Exit codes: 0 no errors (warnings may be); 2 usage; 3 errors, or the plan does not load.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if n := w.asked(len(args)); n != 1 {
				return code(Usage, errors.New("check wants one thing: PLAN, --explain ID, --rules or --schema"))
			}
			switch {
			case w.explain != "":
				return explain(w.explain, stdio.Out)
			case w.rules:
				return printed(stdio.Out, check.List())
			case w.schema:
				return printed(stdio.Out, plan.Schema()+"\n")
			}
			return w.judge(args[0], stdio.Out)
		},
	}
	c.Flags().BoolVar(&w.json, "json", false, "the findings as JSON; docs/check.md has its shape")
	c.Flags().StringVar(&w.explain, "explain", "", "tell why a rule exists, by its id, such as L19")
	c.Flags().BoolVar(&w.rules, "rules", false, "list all rules")
	c.Flags().BoolVar(&w.schema, "schema", false, "print the JSON Schema of a plan file, for editors")
	return c
}

// asked is how many things are asked for at once.
func (w checking) asked(plans int) int {
	for _, flag := range []bool{w.rules, w.schema, w.explain != ""} {
		if flag {
			plans++
		}
	}
	return plans
}

func (w checking) judge(path string, out io.Writer) error {
	src, err := ReadPlan(path)
	if err != nil {
		return err
	}
	report := check.Check(path, src)
	if w.json {
		err = report.WriteJSON(out)
	} else {
		err = report.Write(out, paint(out))
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if report.Errors == 0 {
		return nil
	}
	return code(PlanInvalid, fmt.Errorf("%s: a live run would refuse it; tminus check --explain %s tells why", report.Sum(), report.First(check.Error)))
}

// paint colours severities where a person looks on.
func paint(out io.Writer) check.Paint {
	if !isTerminal(out) || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return func(_ check.Severity, text string) string { return text }
	}
	return func(s check.Severity, text string) string {
		style := lipgloss.NewStyle().Bold(true)
		switch s {
		case check.Error:
			style = style.Foreground(lipgloss.Red)
		case check.Warning:
			style = style.Foreground(lipgloss.Yellow)
		default:
			style = style.Foreground(lipgloss.Blue)
		}
		return style.Render(text)
	}
}

func explain(id string, out io.Writer) error {
	rule, known := check.Lookup(id)
	if !known {
		return code(Usage, fmt.Errorf("there is no rule %s: tminus check --rules lists them", safe.Line(id)))
	}
	return printed(out, rule.Explain())
}

func printed(out io.Writer, text string) error {
	_, err := io.WriteString(out, text)
	return err
}

// doubts is what tminus check says of a plan that loads, in one line, and how many errors
// are among it; "" when there are neither errors nor warnings. What does not load is told
// by whoever loads it.
func doubts(name string, src []byte) (says string, errors int) {
	report := check.Check(name, src)
	if !report.Loaded || report.Errors+report.Warnings == 0 {
		return "", 0
	}
	return fmt.Sprintf("%s: tminus check %s", report.Sum(), name), report.Errors
}
