package cli

// import.go: the team's own document becomes a plan. What would be repaired is shown first,
// with its reason; nothing is repaired that nobody agreed to, and no file is written over.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"tminus/tasks/document"
	"tminus/tasks/safe"
)

// importing is one document on its way to a plan.
type importing struct {
	file      string // the document, as it was named
	plan      output // "" = only show
	answers   string // file of decisions
	acceptAll bool
}

func importCommand(stdio Stdio) *cobra.Command {
	i := importing{}
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Make a plan of the team's own document (text, CSV, XLSX, DOCX)",
		Long: "import reads the hour-by-hour table, the contacts, the risks and the configuration out of FILE, and shows what it would repair and what it cannot know. " +
			"With -o it writes the plan: at a terminal each repair and each question is asked one by one; --accept-all takes every repair, --answers takes what a file says. " +
			"What nobody decided stays in the plan as the document has it, with a comment, and tminus check reports it.\n\n" +
			"Exit codes: 0 shown or written; 2 usage; 3 the document cannot be read, or holds no hour-by-hour table; 6 PLAN.yaml is there already.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			i.file = args[0]
			return i.run(cmd.Context(), stdio)
		},
	}
	c.Flags().StringVarP(&i.plan.path, "output", "o", "", "the plan to write; - is stdout")
	c.Flags().BoolVar(&i.acceptAll, "accept-all", false, "accept every repair; questions stay open")
	c.Flags().StringVar(&i.answers, "answers", "", "file of decisions, one a line: T3.id: accept")
	c.Flags().BoolVar(&i.plan.force, "force", false, "write over PLAN.yaml if it is there")
	return c
}

func (i *importing) run(ctx context.Context, stdio Stdio) error {
	if err := i.plan.free(); err != nil {
		return err
	}
	src, err := readBounded(i.file, document.MaxPacked)
	if err != nil {
		return err
	}
	d, err := document.Read(i.file, src)
	if err != nil {
		return code(PlanInvalid, err)
	}
	draft, err := document.NewDraft(d)
	if err != nil {
		return code(PlanInvalid, err)
	}
	if err := i.decide(ctx, draft, stdio); err != nil {
		return err
	}
	words := stdio.Out
	if i.plan.path == "-" {
		words = stdio.Err
	}
	i.tell(words, draft)
	if i.plan.path == "" {
		fmt.Fprintln(words, "nothing was written: -o PLAN.yaml writes the plan")
		return nil
	}
	return i.plan.write(draft.YAML(), stdio.Out)
}

// readBounded reads a file that somebody named, at most one byte more than it may have.
func readBounded(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, code(Usage, fmt.Errorf("reading the document: %w", err))
	case !info.Mode().IsRegular():
		return nil, code(Usage, fmt.Errorf("reading the document: %s is no file", path))
	case info.Size() > limit:
		return nil, code(PlanInvalid, document.TooLarge(path))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, code(Usage, fmt.Errorf("reading the document: %w", err))
	}
	src, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("reading the document: %w", err)
	}
	return src, nil
}

// decide takes the decisions of the flags; without any, and with a plan to write, it asks
// whoever is at the terminal.
func (i *importing) decide(ctx context.Context, draft *document.Draft, stdio Stdio) error {
	if i.acceptAll {
		draft.AcceptAll()
	}
	if i.answers != "" {
		src, err := readBounded(i.answers, document.MaxText)
		if err != nil {
			return err
		}
		decisions, err := document.ReadAnswers(i.answers, src)
		if err == nil {
			err = draft.Decide(i.answers, decisions)
		}
		return code(Usage, err)
	}
	if !i.acceptAll && i.plan.named() && stdio.terminal() {
		return askAll(ctx, draft, stdio, os.Getenv("ACCESSIBLE") != "" || os.Getenv("TERM") == "dumb")
	}
	return nil
}

// tell lists what import found, in the order of the document, and what became of it.
func (i *importing) tell(out io.Writer, draft *document.Draft) {
	say := func(format string, args ...any) { fmt.Fprintln(out, safe.Line(fmt.Sprintf(format, args...))) }
	var repaired, answered, left, open int
	for _, p := range draft.Proposals {
		switch {
		case p.Repair() && p.Open():
			left++
		case p.Repair():
			repaired++
		case p.Question() && p.Open():
			open++
		case p.Question():
			answered++
		}
		if (p.Repair() || p.Question()) && !p.Open() {
			say("%s:%s: %s %s: decided: %s: %s", i.file, p.Place, p.Severity, p.Rule, p.ID, p.Choice())
			continue
		}
		for n, line := range strings.Split(p.String(), "\n") {
			if n == 0 {
				line = i.file + ":" + line
			}
			say("%s", line)
		}
	}
	f := draft.Figures
	say("%s: %d tasks, %d contacts, %d rows of risks in %d risks, %d rows of configuration, %d monitoring tools; %d letters of other alphabets in ids",
		i.file, f.Tasks, f.Contacts, f.RiskRows, draft.Register(), f.SettingRows, f.Tools, f.Foreign)
	say("%d repairs accepted, %d left; %d questions answered, %d open", repaired, left, answered, open)
}
