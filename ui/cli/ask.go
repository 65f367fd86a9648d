package cli

// ask.go: what import would repair and cannot know, asked one by one.

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"charm.land/huh/v2"

	"tminus/tasks/document"
	"tminus/tasks/safe"
)

// askAll asks a person about everything that is undecided, in the order of the document.
// Plain asks in lines, for terminals and people who cannot use a form. Each question starts
// at the answer that changes nothing; leaving the form leaves everything undecided.
func askAll(ctx context.Context, draft *document.Draft, stdio Stdio, plain bool) error {
	var groups []*huh.Group
	var asked []*document.Proposal
	var choices []*string
	for _, p := range draft.Proposals {
		if p.Open() {
			choice := p.Choices()[len(p.Choices())-1]
			asked, choices = append(asked, p), append(choices, &choice)
		}
	}
	for n, p := range asked {
		groups = append(groups, huh.NewGroup(huh.NewSelect[string]().Title(fmt.Sprintf("%d of %d  %s", n+1, len(asked), title(p))).
			Description(description(p)).Options(options(p)...).Value(choices[n])))
	}
	if len(groups) == 0 {
		return nil
	}
	err := huh.NewForm(groups...).WithAccessible(plain).WithInput(stdio.In).WithOutput(stdio.Out).RunWithContext(ctx)
	switch {
	case errors.Is(err, huh.ErrUserAborted):
		return code(Interrupted, errors.New("nothing was decided, and nothing was written"))
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("asking at the terminal: %w", err)
	}
	for n, p := range asked {
		if err := p.Answer(*choices[n]); err != nil {
			return err
		}
	}
	return nil
}

// title is what is wrong, and where.
func title(p *document.Proposal) string {
	return safe.Line(fmt.Sprintf("%s: %s: %s", p.Place, p.Rule, p.What))
}

// description is what speaks for a repair, or for each answer.
func description(p *document.Proposal) string {
	if p.Repair() {
		return safe.Line("because " + p.Reason)
	}
	var lines []string
	for _, c := range p.Candidates {
		lines = append(lines, safe.Line(c.Value+": "+c.Reason))
	}
	return strings.Join(lines, "\n")
}

// options are the answers in words.
func options(p *document.Proposal) []huh.Option[string] {
	var all []huh.Option[string]
	for _, choice := range p.Choices() {
		label := choice
		switch {
		case choice == document.Accept:
			label = "accept: " + p.Change()
		case choice == document.Keep:
			label = "keep the document's text"
			if p.From == "" {
				label = "leave it open"
			}
		case choice == document.Open && p.Question():
			label = "leave it open"
		}
		all = append(all, huh.NewOption(safe.Line(label), choice))
	}
	return all
}
