package cli

// smokeasked.go: what tminus smoke is to test: its arguments and flags, read and held against each other before
// anything is asked of anybody.

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"tminus/tasks/plan"
	"tminus/tasks/run"
	"tminus/tasks/safe"
)

// maxParallel is the most requests at once, as in a plan.
const maxParallel = 32

// read completes what was asked for, or refuses it.
func (w *smoking) read(root string, args []string, parallel bool) error {
	if err := w.named(root, args); err != nil {
		return err
	}
	if err := w.check(parallel); err != nil {
		return code(Usage, err)
	}
	if err := w.readVariables(); err != nil {
		return code(Usage, err)
	}
	if w.failed == "" {
		return nil
	}
	var err error
	w.testing.Before, err = readResults(w.failed)
	return code(Usage, err)
}

// isReport refuses what cannot be written before anything is tested: what is there already, a folder that is not, and
// what is no file. With --force a report takes the place of what is there, and root would lose /dev/null.
func isReport(o output) error {
	if !o.named() {
		return nil
	}
	info, err := os.Stat(o.path)
	if err == nil && !info.Mode().IsRegular() {
		return code(Precondition, fmt.Errorf("%s is no ordinary file; name another one for the report", safe.Line(o.path)))
	}
	if folder := filepath.Dir(o.path); !isFolder(folder) {
		return code(Precondition, fmt.Errorf("%s cannot be written: there is no folder %s; make it first", safe.Line(o.path), safe.Line(folder)))
	}
	return o.free()
}

// named tells what the arguments are: one plan, one run, or files.
func (w *smoking) named(root string, args []string) error {
	t := &w.testing
	if len(args) == 0 {
		return code(Usage, errors.New("smoke wants what to test: a plan (.yaml), the name of a run, or Hurl files (.hurl) and folders of them"))
	}
	if len(args) == 1 {
		switch arg, ext := args[0], strings.ToLower(filepath.Ext(args[0])); {
		case isFolder(arg) && !isRun(arg) && (arg != filepath.Base(arg) || !isRun(filepath.Join(root, arg))):
		case ext == ".yaml" || ext == ".yml":
			t.Plan = arg
			return nil
		case ext != ".hurl" && !isFile(arg):
			dir, err := run.Find(root, arg)
			if err != nil {
				return code(Precondition, fmt.Errorf("%w; it is no plan (.yaml) and no Hurl file or folder either", err))
			}
			t.Run = dir
			return nil
		}
	}
	for _, arg := range args {
		info, err := os.Stat(arg)
		switch {
		case err != nil:
			return code(Usage, fmt.Errorf("reading the smoke tests: %w", err))
		case !info.IsDir() && strings.ToLower(filepath.Ext(arg)) != ".hurl":
			return code(Usage, fmt.Errorf("%s is no Hurl file (.hurl): smoke takes one plan, or one run, or any number of Hurl files and folders", safe.Line(arg)))
		}
	}
	t.Files = args
	return nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

func isRun(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "journal.jsonl"))
	return err == nil
}

// check refuses flags that do not go together, or say nothing.
func (w *smoking) check(parallel bool) error {
	t := &w.testing
	switch {
	case t.Run == "" && t.Base == "":
		return errors.New("where is the application? --base URL says it, such as --base https://scp.example.com; only a run knows by itself")
	case t.FromHost && t.Run == "":
		return errors.New("--from-host goes with a run: only a run knows its instance, and the way in")
	case t.Runner != "" && t.Runner != "hurl":
		return fmt.Errorf("--runner %s: leave it out, or say hurl", safe.Line(t.Runner))
	case t.FromHost && t.Runner != "":
		return errors.New("--from-host goes without --runner: the real Hurl knows no way through the instance")
	case len(t.Files) > 0 && len(t.Stages) > 0:
		return errors.New("--stage goes with a plan or a run: files alone have no stages")
	case parallel && (t.Parallel < 1 || t.Parallel > maxParallel):
		return fmt.Errorf("--parallel %d: 1 to %d requests at once", t.Parallel, maxParallel)
	case w.failed != "" && (t.Runner != "" || t.FromHost):
		return errors.New("--failed goes without --runner and --from-host: they always run everything")
	case w.junit.path == "-" || w.results.path == "-":
		return errors.New("a report is a file; --json writes the results to stdout")
	case w.junit.named() && filepath.Clean(w.junit.path) == filepath.Clean(w.results.path):
		return errors.New("--report-junit and --report-json name the same file")
	}
	for _, host := range t.Hosts {
		if u, err := url.Parse("//" + host); err != nil || u.Host != host || u.Hostname() == "" {
			return fmt.Errorf("--host %s is not HOST or HOST:PORT", safe.Line(safe.Redact(host)))
		}
	}
	if t.Base != "" {
		return checkBase(t.Base)
	}
	return nil
}

// checkBase refuses what is not the root of an application. A password in it is not said again.
func checkBase(base string) error {
	u, err := url.Parse(base)
	switch {
	case err == nil && u.User != nil:
		return errors.New("--base takes no name and password: a test has [BasicAuth] for them, and a plan keeps its passwords under testing: secrets")
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "", strings.Trim(u.Path, "/") != "", u.RawQuery != "", u.Fragment != "":
		return fmt.Errorf("--base %s is not the root of an application, such as https://scp.example.com or http://13.228.4.17", safe.Line(safe.Redact(base)))
	}
	return nil
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// readVariables takes the variables apart. A value is never said again.
func (w *smoking) readVariables() error {
	for _, said := range w.variables {
		name, value, paired := strings.Cut(said, "=")
		_, twice := w.testing.Variables[name]
		switch {
		case !paired || !variableName.MatchString(name):
			return errors.New("--variable wants name=value, with a name of letters, digits, - and _")
		case slices.Contains(plan.Provided(), name):
			return fmt.Errorf("--variable %s: tminus gives that one its value; --base, --build and --instance say it", name)
		case twice:
			return fmt.Errorf("--variable %s is said twice", name)
		}
		if w.testing.Variables == nil {
			w.testing.Variables = map[string]string{}
		}
		w.testing.Variables[name] = value
	}
	return nil
}
