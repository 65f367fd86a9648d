package cli

// export.go: tminus export: a run back in the team's own table, as CSV, or in calendars.
// What is written back is shown first; no file is written over.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tminus/tasks"
	"tminus/tasks/document"
	"tminus/tasks/export"
	"tminus/tasks/plan"
	"tminus/tasks/run"
	"tminus/tasks/safe"
)

// exporting is what tminus export was asked for.
type exporting struct {
	like     string // the team's document
	csv, ics bool
	output   output // "" = none: the diff, the table or the calendar goes to stdout
	yes      bool
	calendar export.Invitation
}

func exportCommand(root *string, stdio Stdio) *cobra.Command {
	w := exporting{}
	c := &cobra.Command{
		Use:   "export RUN",
		Short: "Write a run back into the team's own table, or as CSV or calendar",
		Long: "export --like FILE writes the team's own document, a text with tabs between the cells, again as RUN has it: status, times as they happened, accepted repairs and the Elastic IP; every other byte stays. The diff is shown first, and OUT written with --yes or when y is typed.\n" +
			"export --csv writes the hour-by-hour table with planned, forecast and actual times, --ics one event a task for the person in charge. Both take a plan file in the place of RUN too.\n\n" +
			"Exit codes: 0 shown or written; 2 usage; 3 the document or the plan cannot be read; 6 there is no such run, or OUT is there already.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := w.check(); err != nil {
				return err
			}
			return w.run(cmd.Context(), *root, args[0], stdio)
		},
	}
	f := c.Flags()
	f.StringVar(&w.like, "like", "", "the team's document, to be written again")
	f.BoolVar(&w.csv, "csv", false, "the hour-by-hour table as CSV")
	f.BoolVar(&w.ics, "ics", false, "one event a task, as iCalendar")
	f.StringVarP(&w.output.path, "output", "o", "", "file to write; - is stdout")
	f.BoolVar(&w.yes, "yes", false, "write the document without asking")
	f.BoolVar(&w.output.force, "force", false, "write over OUT if it is there, even if it is FILE")
	f.StringVar(&w.calendar.For, "for", "", "only the events of this contact")
	f.BoolVar(&w.calendar.Emails, "with-emails", false, "names and e-mail addresses in the calendar")
	return c
}

func (w *exporting) check() error {
	asked := 0
	for _, flag := range []bool{w.like != "", w.csv, w.ics} {
		if flag {
			asked++
		}
	}
	switch {
	case asked != 1:
		return code(Usage, errors.New("export writes one thing: --like FILE, --csv or --ics"))
	case !w.ics && (w.calendar.For != "" || w.calendar.Emails):
		return code(Usage, errors.New("--for and --with-emails belong to --ics"))
	case w.like == "" && w.yes:
		return code(Usage, errors.New("--yes belongs to --like: nothing is asked about a CSV or a calendar"))
	}
	return nil
}

func (w *exporting) run(ctx context.Context, root, name string, stdio Stdio) error {
	if err := w.output.free(); err != nil {
		return err
	}
	source, err := w.source(root, name)
	if err != nil {
		return err
	}
	if source.Rehearsed() {
		fmt.Fprintln(stdio.Err, "this is a rehearsal: what it did, and what it learnt, is of the pretend world")
	}
	if w.like != "" {
		return w.writeBack(ctx, source, stdio)
	}
	if w.calendar.For != "" && !source.Contact(w.calendar.For) {
		return code(Usage, fmt.Errorf("--for %s: the plan has no such contact", safe.Line(w.calendar.For)))
	}
	var out bytes.Buffer
	if w.csv {
		err = export.CSV(&out, source)
	} else {
		err = export.Calendar(&out, source, w.calendar)
	}
	if err != nil {
		return err
	}
	return w.output.write(out.Bytes(), stdio.Out)
}

// source reads a run's folder, or a plan file where one will do.
func (w *exporting) source(root, name string) (export.Source, error) {
	if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
		if w.like != "" {
			return export.Source{}, code(Usage, fmt.Errorf("%s is a file: --like writes back a run; tminus import reads a document", safe.Line(name)))
		}
		src, err := ReadPlan(name)
		if err != nil {
			return export.Source{}, err
		}
		p, err := plan.Load(name, src)
		if err != nil {
			return export.Source{}, err
		}
		return export.OfPlan(p, time.Now()), nil
	}
	dir, err := run.Find(root, name)
	if err != nil {
		return export.Source{}, code(Precondition, err)
	}
	r, err := run.Load(dir)
	if err != nil {
		return export.Source{}, err
	}
	written, err := run.Written(dir, r.Events)
	if err != nil {
		return export.Source{}, err
	}
	return export.OfRun(written, r.Plan, tasks.Fold(r.Plan, r.Events), run.LastTime(r)), nil
}

// writeBack shows what changes in the document, and writes it once that is agreed to.
func (w *exporting) writeBack(ctx context.Context, source export.Source, stdio Stdio) error {
	src, err := readBounded(w.like, document.MaxPacked) // of which a text may have less
	if err != nil {
		return err
	}
	back, err := export.Like(w.like, src, source)
	if err != nil {
		return code(PlanInvalid, err)
	}
	shown := stdio.Out
	if w.output.path == "-" {
		shown = stdio.Err
	}
	if err := w.show(shown, back); err != nil {
		return err
	}
	for _, c := range back.Changes {
		fmt.Fprintln(stdio.Err, safe.Line(w.like+":"+c.String()))
	}
	for _, sentence := range back.Left {
		fmt.Fprintln(stdio.Err, safe.Line("left as it is: "+sentence))
	}
	if len(back.Changes) == 0 {
		fmt.Fprintln(stdio.Err, safe.Line(w.like+" says what the run says already"))
	}
	switch {
	case w.output.path == "":
		return nil
	case w.yes || w.output.path == "-":
	case !stdio.terminal():
		fmt.Fprintln(stdio.Err, "nothing was written: --yes writes it")
		return nil
	default:
		if key, err := press(ctx, stdio, "Write "+w.output.path+"? y = yes, n = no", "yn"); key != 'y' || err != nil {
			return err
		}
	}
	return w.output.write(back.After, stdio.Out)
}

// show prints the diff: its bytes for a program such as patch, cleaned for a person.
func (w *exporting) show(out io.Writer, back *export.WriteBack) error {
	diff := back.Diff(w.like)
	if !isTerminal(out) {
		_, err := out.Write(diff)
		return err
	}
	for line := range strings.Lines(string(diff)) {
		if _, err := fmt.Fprintln(out, safe.Line(strings.TrimRight(line, "\r\n"))); err != nil {
			return err
		}
	}
	return nil
}
