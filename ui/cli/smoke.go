package cli

// smoke.go: tminus smoke: the smoke tests alone, of a plan, of a run or of files, while nobody flies.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tminus/tasks"
)

// smoking is what tminus smoke was asked for.
type smoking struct {
	testing   Testing
	variables []string // name=value
	failed    string   // results of an earlier try
	json      bool
	verbose   bool
	junit     output
	results   output // JSON
}

func smokeCommand(p Program, root *string, stdio Stdio) *cobra.Command {
	w := smoking{}
	c := &cobra.Command{
		Use:   "smoke PLAN|RUN|FILES...",
		Short: "Run the smoke tests alone: those of a plan, of a run, or Hurl files",
		Long: "smoke runs the smoke tests stage by stage, each a gate for the next, and tells of each check that does not hold where it stands, what was asked, expected and answered. It is given a plan (.yaml), the name or the folder of a run, or Hurl files (.hurl) and folders of them; with a plan or files --base says where the application is, a run knows. A plan that is called export is ./export.\n\n" +
			"Secrets have no flag: they come from the environment variables that the plan names under testing: secrets, or are asked for at the terminal, with nothing echoed.\n\n" +
			"--report-json keeps the results; with --failed and that file only what did not pass is run again. --runner hurl runs the same files with the real Hurl.\n\n" +
			"Exit codes: 0 everything holds (what is degraded too, and it is said); 2 usage; 3 the plan or a test file cannot be read; 4 a check failed, or was not tested; 6 no address is known, no way in over SSH, a secret nobody gave, hurl is not installed, or a report is there already; 130 interrupted.",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := w.read(*root, args, cmd.Flags().Changed("parallel")); err != nil {
				return err
			}
			return w.run(cmd.Context(), p, stdio)
		},
	}
	f, t := c.Flags(), &w.testing
	f.StringVar(&t.Base, "base", "", "address of the application, such as https://scp.example.com")
	f.StringSliceVar(&t.Stages, "stage", nil, "only this stage; may be said several times")
	f.StringArrayVar(&w.variables, "variable", nil, "variable of the tests, as name=value, in the place of the plan's; for no secret: see above")
	f.StringSliceVar(&t.Hosts, "host", nil, "another host that may be talked to, HOST or HOST:PORT")
	f.StringVar(&t.Build, "build", "", "the build that must answer (default: the plan's)")
	f.StringVar(&t.Instance, "instance", "", "the instance that must answer (default: the run's)")
	f.StringVar(&t.Authority, "cacert", "", "file of certificates, in PEM, that are trusted as well")
	f.StringVar(&t.Runner, "runner", "", "who runs the files: hurl, the real one (default: tminus)")
	f.BoolVar(&t.FromHost, "from-host", false, "from the instance of RUN itself, over SSH")
	f.IntVar(&t.Parallel, "parallel", 0, "requests at once, 1 to 32 (default: as the plan says, else 4)")
	f.StringVar(&w.failed, "failed", "", "results of an earlier try, as JSON: what passed there is not run again")
	f.BoolVar(&w.json, "json", false, "the results as JSON; docs/smoke.md has its shape")
	f.BoolVarP(&w.verbose, "verbose", "v", false, "list what passed, too")
	f.StringVar(&w.junit.path, "report-junit", "", "file for the results as JUnit XML")
	f.StringVar(&w.results.path, "report-json", "", "file for the results as JSON")
	force := f.Bool("force", false, "write over a report that is there")
	c.PreRun = func(*cobra.Command, []string) { w.junit.force, w.results.force = *force, *force }
	c.AddCommand(smokeExport(p, stdio))
	return c
}

// run runs the tests and tells what came of them, also of those before an error.
func (w *smoking) run(ctx context.Context, p Program, stdio Stdio) error {
	if err := errors.Join(isReport(w.junit), isReport(w.results)); err != nil {
		return err
	}
	line := newProgress(stdio.Err)
	w.testing.Ask = func(ctx context.Context, q tasks.Question) (tasks.Secret, error) {
		line.clear()
		return askAtTerminal(ctx, q)
	}
	began := time.Now()
	stages, err := p.Smoke(ctx, w.testing, line.told)
	line.end()
	err = interrupted(ctx, err, "what was not run is not tested")
	if n := exitCode(ctx, err); len(stages) == 0 && (n == Usage || n == PlanInvalid) {
		return err // nothing was begun
	}
	s := newSmoked(w.testing, stages, err, began)
	written := errors.Join(w.report(s), w.tell(s, stdio.Out))
	return errors.Join(s.end(w.results.path), written)
}

// report writes the files that were asked for.
func (w *smoking) report(s *smoked) (err error) {
	if w.junit.named() {
		data, wrong := s.junit()
		if wrong == nil {
			wrong = w.junit.write(data, io.Discard)
		}
		err = wrong
	}
	if w.results.named() {
		var data strings.Builder
		wrong := writeJSON(&data, s.json())
		if wrong == nil {
			wrong = w.results.write([]byte(data.String()), io.Discard)
		}
		err = errors.Join(err, wrong)
	}
	return err
}

// tell prints the results.
func (w *smoking) tell(s *smoked, out io.Writer) error {
	if w.json {
		return writeJSON(out, s.json())
	}
	text := newSmokeText(out, w.verbose)
	for _, stage := range s.stages {
		if s.lacks() == "" { // else the error says all there is
			text.stage(s, stage)
		}
	}
	if s.verdict().Holds() {
		text.last(s)
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// end is how the command ends: nil once everything holds. Else it says what to do next, where the results are
// kept in a file with that.
func (s *smoked) end(kept string) error {
	again := "then run it again; with --report-json FILE now, --failed FILE runs only what did not pass"
	if kept != "" {
		again = "then the same command with --failed " + kept + " runs only what did not pass"
	}
	switch v := s.verdict(); {
	case s.err != nil:
		return s.err
	case v.Holds():
		return nil
	case v == tasks.Fail:
		return code(TaskFailed, fmt.Errorf("failed: %s; repair what is told above, %s", s.sentence(), again))
	case s.lacks() != "":
		return code(Precondition, errors.New(s.lacks()))
	}
	return code(TaskFailed, fmt.Errorf("not everything was tested: %s; look at why above, %s", s.sentence(), again))
}

// lacks is why nothing at all could be asked; "" = something was, or there was nothing to ask.
func (s *smoked) lacks() string {
	n := slices.IndexFunc(s.stages, func(t Tested) bool { return !t.Result.Verdict.Holds() })
	if n < 0 || s.stages[n].Result.Verdict != tasks.Inconclusive || len(s.stages[n].Result.Rows) > 0 {
		return ""
	}
	return s.stages[n].Stage + ": " + s.stages[n].Result.Says
}
