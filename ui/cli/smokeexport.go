package cli

// smokeexport.go: tminus smoke export: the one-line checks of a plan as Hurl, for QA to go on from.

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

func smokeExport(p Program, stdio Stdio) *cobra.Command {
	var stages []string
	var to output
	c := &cobra.Command{
		Use:   "export PLAN",
		Short: "Write the one-line checks of a plan as a Hurl file",
		Long: "export writes the checks that PLAN holds in one line each as a Hurl file, which real Hurl reads as well, and tminus smoke. Its head says how to run it.\n\n" +
			"Exit codes: 0 written; 2 usage; 3 the plan or its tests cannot be read; 6 there is no such check, or OUT is there already.",
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := isReport(to); err != nil {
				return err
			}
			all, err := p.ExportTests(args[0])
			if err != nil {
				return err
			}
			data, err := hurlFile(args[0], to.path, all, stages)
			if err != nil {
				return err
			}
			return to.write(data, stdio.Out)
		},
	}
	c.Flags().StringSliceVar(&stages, "stage", nil, "only the checks of this stage; may be said several times")
	c.Flags().StringVarP(&to.path, "output", "o", "", "file to write; - is stdout")
	c.Flags().BoolVar(&to.force, "force", false, "write over OUT if it is there")
	return c
}

// hurlFile puts the checks of the stages below a head that says what they are. An empty line keeps the head apart from the
// comment that names the first request.
func hurlFile(from, to string, all map[string][]byte, wanted []string) ([]byte, error) {
	if len(all) == 0 {
		return nil, code(Precondition, errors.New("the plan has no checks of one line: there is nothing to export"))
	}
	known := stageOrder(all)
	for _, name := range wanted {
		if all[name] == nil {
			return nil, code(Usage, fmt.Errorf("stage %s has no checks of one line: those of %s do", safe.Line(name), list(known)))
		}
	}
	var body bytes.Buffer
	for _, name := range known {
		if len(wanted) == 0 || slices.Contains(wanted, name) {
			fmt.Fprintf(&body, "\n# ---- stage %s ----\n\n%s", safe.Line(name), all[name])
		}
	}
	file := to
	if file == "" || file == "-" {
		file = "FILE.hurl"
	}
	var head bytes.Buffer
	fmt.Fprintf(&head, "# The checks of one line of %s, written by tminus smoke export.\n", safe.Line(filepath.Base(from)))
	fmt.Fprintf(&head, "# With Hurl:    hurl --test --file-root . %s %s\n", strings.Join(variables(body.String()), " "), safe.Word(safe.Line(file)))
	fmt.Fprintf(&head, "# With tminus:  tminus smoke --base http://HOST %s\n", safe.Word(safe.Line(file)))
	return append(head.Bytes(), body.Bytes()...), nil
}

// stageOrder are the stages in the order in which they are flown.
func stageOrder(all map[string][]byte) []string {
	order := slices.DeleteFunc([]string{plan.StageReadOnly, plan.StageFunctional, plan.StageFull}, func(name string) bool { return all[name] == nil })
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !slices.Contains(order, name) {
			order = append(order, name)
		}
	}
	return order
}

var (
	used     = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_-]+)\s*\}\}`)
	captured = regexp.MustCompile(`(?m)^([A-Za-z0-9_-]+): (?:regex|jsonpath|xpath|header|cookie|body|status) ?`)
)

// variables are the options for the names that the file uses and does not capture.
func variables(text string) []string {
	own := map[string]bool{}
	for _, m := range captured.FindAllStringSubmatch(text, -1) {
		own[m[1]] = true
	}
	names := map[string]bool{}
	for _, m := range used.FindAllStringSubmatch(text, -1) {
		names[m[1]] = !own[m[1]]
	}
	var options []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		switch {
		case name == "base":
			options = append(options, "--variable base=http://HOST")
		case names[name]:
			options = append(options, "--variable "+name+"=…")
		}
	}
	return options
}
