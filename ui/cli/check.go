package cli

// check.go: tminus check: is the plan wise? The report is data and goes to stdout, in
// colour only on a terminal. Errors end it with the code of an invalid plan.

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"tminus/tasks/check"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
	"tminus/tasks/safe"
)

// checking is what tminus check was asked for.
type checking struct {
	json, rules, schema, live bool
	waived                    bool // with live: print them, too
	explain                   string
	access                    Access
}

func checkCommand(p Program, stdio Stdio) *cobra.Command {
	w := checking{}
	c := &cobra.Command{
		Use:   "check PLAN",
		Short: "Judge a plan: float, people, gates, the way back, risks, the environment",
		Long: "check holds a plan against what a careful release manager asks, and says of each finding where it stands, why it matters and what to do. It reads the files of the smoke tests, too, and needs no account and no network. A finding can be waived in the plan, with a name and a reason.\n\n" +
			"--live also holds it against its AWS account: the image, the network, the quota, the key pair and the permissions, each with the call that found it. It changes nothing; tminus doctor tells how the account is reached.\n\n" +
			"Exit codes: 0 no errors (warnings may be); 2 usage; 3 errors, in the smoke tests too, or the plan does not load; with --live also 4 the account does not fit the plan; 6 nobody is signed in, or not where the plan is flown.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if n := w.asked(len(args)); n != 1 {
				return code(Usage, errors.New("check wants one thing: PLAN, --explain ID, --rules or --schema"))
			}
			switch account := w.access.Profile != "" || w.access.Region != ""; {
			case w.live && len(args) == 0:
				return code(Usage, errors.New("--live goes with a PLAN: it is held against its account"))
			case w.waived && !w.live:
				return code(Usage, errors.New("--waived goes with --live: without it what is waived is shown anyway"))
			case account && !w.live:
				return code(Usage, errors.New("--profile and --region go with --live: without it no account is asked"))
			}
			switch {
			case w.explain != "":
				return explain(w.explain, stdio.Out)
			case w.rules:
				return printed(stdio.Out, check.List())
			case w.schema:
				return printed(stdio.Out, plan.Schema()+"\n")
			}
			if w.live {
				w.access.Ask = askAtTerminal
				return w.judgeLive(cmd.Context(), p, args[0], stdio.Out)
			}
			return w.judge(p, args[0], stdio.Out)
		},
	}
	c.Flags().BoolVar(&w.json, "json", false, "the findings as JSON; docs/check.md has its shape")
	c.Flags().StringVar(&w.explain, "explain", "", "tell why a rule exists, by its id, such as L19")
	c.Flags().BoolVar(&w.rules, "rules", false, "list all rules")
	c.Flags().BoolVar(&w.live, "live", false, "hold the plan against its AWS account too")
	c.Flags().BoolVar(&w.waived, "waived", false, "with --live: show the findings that are waived, too")
	accessFlags(c, &w.access)
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

func (w checking) judge(p Program, path string, out io.Writer) error {
	report, err := reportOn(path)
	if err != nil {
		return err
	}
	amiss := amissTests(p, report, path)
	if w.json {
		err = writeReport(out, report, amiss)
	} else if err = report.Write(out, paint(out)); err == nil {
		err = tellTests(out, amiss)
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return wrong(report, amiss)
}

func reportOn(path string) (*check.Report, error) {
	src, err := ReadPlan(path)
	if err != nil {
		return nil, err
	}
	return check.Check(path, src), nil
}

// wrong is how a report with errors ends the command.
func wrong(report *check.Report, amiss []string) error {
	switch {
	case report.Errors > 0:
		tests := ""
		if len(amiss) > 0 {
			tests = "; its smoke tests cannot be run as they are, either"
		}
		return code(PlanInvalid, fmt.Errorf("%s: a live run would refuse it; tminus check --explain %s tells why%s", report.Sum(), report.First(check.Error), tests))
	case len(amiss) > 0:
		return code(PlanInvalid, errors.New("the smoke tests cannot be run as they are: repair what is told above"))
	}
	return nil
}

// judgeLive judges the plan, and then its account by the plan. A plan that does not load has no account.
func (w checking) judgeLive(ctx context.Context, p Program, path string, out io.Writer) error {
	report, err := reportOn(path)
	if err != nil {
		return err
	}
	tests := amissTests(p, report, path)
	if !w.json {
		if err := errors.Join(w.tellPlan(report, out), tellTests(out, tests)); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
	}
	var items []reading.Item
	if report.Loaded {
		items, err = p.Preflight(ctx, w.access, path)
	}
	if told := w.tellLive(report, tests, items, out); told != nil {
		return fmt.Errorf("writing the report: %w", told)
	}
	amiss := failing(items)
	switch {
	case err != nil && report.Loaded:
		return unmet(ctx, inShort(items, err))
	case report.Errors > 0, len(tests) > 0:
		return wrong(report, tests)
	case slices.ContainsFunc(amiss, func(i reading.Item) bool { return i.ID == reading.Pinned }):
		return code(Precondition, errors.New("not where the plan is flown: nothing else was looked up"))
	case len(amiss) > 0:
		return code(TaskFailed, errors.New(fails(len(amiss), len(items), "item")))
	}
	return nil
}

// tellPlan prints what the plan alone is judged by. What somebody answers for is only counted, unless
// it was asked for: the account's answers would be lost below it.
func (w checking) tellPlan(report *check.Report, out io.Writer) error {
	shown := *report
	if !w.waived {
		shown.Findings = slices.DeleteFunc(slices.Clone(report.Findings), func(f check.Finding) bool { return f.Waived != nil })
	}
	if err := shown.Write(out, paint(out)); err != nil {
		return err
	}
	switch hidden := len(report.Findings) - len(shown.Findings); hidden {
	case 0:
		return nil
	case 1:
		return printed(out, "1 finding waived (--waived shows it)\n")
	default:
		return printed(out, fmt.Sprintf("%d findings waived (--waived shows them)\n", hidden))
	}
}

func (w checking) tellLive(report *check.Report, tests []string, items []reading.Item, out io.Writer) error {
	if !w.json {
		if len(items) == 0 {
			return nil
		}
		if err := printed(out, "\n"); err != nil {
			return err
		}
		return writeItems(out, items)
	}
	var ordinary bytes.Buffer
	if err := writeReport(&ordinary, report, tests); err != nil {
		return err
	}
	return writeJSON(out, struct {
		Check json.RawMessage `json:"check"`
		Live  []jsonItem      `json:"live"`
	}{ordinary.Bytes(), jsonItems(items)})
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
