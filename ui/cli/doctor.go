package cli

// doctor.go: tminus doctor: how AWS would be reached, who AWS says we are, and what we may do.

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tminus/tasks"
	"tminus/tasks/reading"
	"tminus/tasks/safe"
)

func doctorCommand(p Program, stdio Stdio) *cobra.Command {
	var a Access
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor [PLAN]",
		Short: "Tell how AWS is reached, who we are there and, with a plan, what we may do",
		Long: "doctor prints each setting with where it was said, asks AWS who the credentials belong to and, with a plan, tries everything the plan will change as a dry run and everything it reads by reading it. It changes nothing. An MFA code is asked for at the terminal.\n\n" +
			"Exit codes: 0 we are somebody, in the plan's account and region if there is a plan; 2 usage; 3 the plan does not load; 6 nobody is signed in, or not where the plan is flown.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			plan := ""
			if len(args) > 0 {
				plan = args[0]
			}
			a.Ask = askAtTerminal
			items, err := p.Doctor(cmd.Context(), a, plan)
			if told := tellItems(stdio.Out, items, asJSON, len(items) > 0 || err == nil); told != nil {
				return told
			}
			return unmet(cmd.Context(), inShort(items, err))
		},
	}
	accessFlags(c, &a)
	c.Flags().BoolVar(&asJSON, "json", false, "everything as JSON; docs/aws.md has its shape")
	return c
}

// tellItems prints a check list, if there is one.
func tellItems(out io.Writer, items []reading.Item, asJSON, any bool) error {
	switch {
	case !any:
		return nil
	case asJSON:
		return writeJSON(out, struct {
			Items []jsonItem `json:"items"`
		}{jsonItems(items)})
	}
	return writeItems(out, items)
}

// toldAbove is an error that the list above it tells: it only points there.
type toldAbove struct {
	where string
	err   error
}

func (t *toldAbove) Error() string { return t.where }
func (t *toldAbove) Unwrap() error { return t.err }

// inShort is the error beside a list: what an item has said already is not said twice.
func inShort(items []reading.Item, err error) error {
	if err == nil {
		return nil
	}
	if n := len(failing(items)); n > 0 {
		return &toldAbove{fails(n, len(items), "item"), err}
	}
	for _, i := range items {
		known := strings.TrimPrefix(i.Says, "unreachable: ") // the state, before the error's own words
		if i.Verdict == string(tasks.Inconclusive) && strings.Contains(safe.Line(err.Error()), known) {
			return &toldAbove{fmt.Sprintf("AWS did not say who we are: %s, %s says why and what to do", safe.Line(i.Group), safe.Line(i.Name)), err}
		}
	}
	return err
}

// fails counts what fails.
func fails(n, of int, noun string) string {
	if n == 1 {
		return fmt.Sprintf("1 of %d %ss fails; it says what to do", of, noun)
	}
	return fmt.Sprintf("%d of %d %ss fail; each says what to do", n, of, noun)
}

// unmet gives an error of the account its exit code: a precondition is not met. A plan that does not
// load and an interruption keep their own.
func unmet(ctx context.Context, err error) error {
	if n := exitCode(ctx, err); n != Internal {
		return err
	}
	return code(Precondition, err)
}

// failing are the items that fail.
func failing(items []reading.Item) []reading.Item {
	return slices.DeleteFunc(slices.Clone(items), func(i reading.Item) bool { return i.Verdict != string(tasks.Fail) })
}
