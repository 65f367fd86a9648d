package cli

// doctor.go: tminus doctor: how AWS would be reached, who AWS says we are, and what we may do.

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"tminus/tasks"
	"tminus/tasks/reading"
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
			return unmet(cmd.Context(), err)
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

// unmet gives an error of the account its exit code: a precondition is not met. A plan that does not
// load and an interruption keep their own.
func unmet(ctx context.Context, err error) error {
	if n := exitCode(ctx, err); n != Internal {
		return err
	}
	return code(Precondition, err)
}

// failing counts the items that fail.
func failing(items []reading.Item) (n int) {
	for _, i := range items {
		if i.Verdict == string(tasks.Fail) {
			n++
		}
	}
	return n
}
