package webops

// suite.go: the smoke tests of a plan, read and judged before the day: which files each
// stage runs, in which order, and everything they need.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"tminus/tasks/plan"
	"tminus/webops/hurl"
)

// The most that a stage may name.
const (
	maxFiles = 200
	maxFile  = 1 << 20 // bytes
)

// Suite is what the stages of a plan run.
type Suite struct {
	Files  map[string][]byte // all that is read, by path from the plan's folder: what is frozen with a run
	stages map[string][]chain
	dir    fs.FS // the plan's folder
}

// chain is what shares cookies and captures: one file, or several of which a later one
// uses what an earlier one captures. Chains know nothing of each other.
type chain []*hurl.File

// LoadSuite reads the smoke tests of a plan: its checks, and the files below dir, the plan's
// folder, that its stages name. The error tells all that is wrong: hurl.Problems for what
// stands in a file.
func LoadSuite(p *plan.Plan, dir fs.FS) (*Suite, error) {
	s := &Suite{Files: map[string][]byte{}, stages: map[string][]chain{}, dir: dir}
	var wrong []error
	for i := range p.Smoke {
		st := &p.Smoke[i]
		chains := compile(st)
		files, err := s.read(st)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		if problems := s.judge(p, st, files); len(problems) > 0 {
			wrong = append(wrong, problems)
		}
		s.stages[st.Name] = append(chains, linked(files)...)
	}
	if len(wrong) > 0 {
		return nil, mistakes(wrong)
	}
	return s, nil
}

// mistakes is everything wrong with a plan's tests, each with its line and a caret where it has one.
type mistakes []error

func (m mistakes) Error() string {
	parts := make([]string, len(m))
	for i, err := range m {
		parts[i] = err.Error()
		var problems hurl.Problems
		if errors.As(err, &problems) {
			parts[i] = strings.TrimSuffix(problems.Render(), "\n")
		}
	}
	return strings.Join(parts, "\n")
}

func (m mistakes) Unwrap() []error { return m }

// LoadFiles reads tests that no plan stands behind: a name that nobody defines is found out when it is needed.
func LoadFiles(p *plan.Plan, dir fs.FS) (*Suite, error) {
	s := &Suite{Files: map[string][]byte{}, stages: map[string][]chain{}, dir: dir}
	for i := range p.Smoke {
		files, err := s.read(&p.Smoke[i])
		if err != nil {
			return nil, mistakes{err}
		}
		s.stages[p.Smoke[i].Name] = linked(files)
	}
	return s, nil
}

// read parses the files of a stage, each once, in the order of the plan.
func (s *Suite) read(st *plan.Stage) ([]*hurl.File, error) {
	var names []string
	for _, pattern := range st.Files {
		found, err := s.glob(pattern)
		if err != nil {
			return nil, fmt.Errorf("stage %s: %w", st.Name, err)
		}
		for _, name := range found {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) > maxFiles {
		return nil, fmt.Errorf("stage %s: %d files; at most %d", st.Name, len(names), maxFiles)
	}
	var files []*hurl.File
	var problems hurl.Problems
	for _, name := range names {
		src, err := s.keep(name)
		if err != nil {
			return nil, fmt.Errorf("stage %s: %w", st.Name, err)
		}
		f, err := hurl.Parse(name, src)
		var wrong hurl.Problems
		switch {
		case errors.As(err, &wrong):
			problems = append(problems, wrong...)
			continue
		case err != nil:
			return nil, err
		}
		for _, body := range f.FilesUsed() {
			if _, err := s.keep(path.Join(path.Dir(name), body)); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		files = append(files, f)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return files, nil
}

func (s *Suite) glob(pattern string) ([]string, error) {
	if s.dir == nil {
		return nil, fmt.Errorf("%s: the plan was not read from a folder", pattern)
	}
	found, err := fs.Glob(s.dir, pattern)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("no file is called %s; files are looked for from the plan's folder on", pattern)
	}
	return found, err
}

// keep reads a file that the tests need, at most once.
func (s *Suite) keep(name string) ([]byte, error) {
	if data, known := s.Files[name]; known {
		return data, nil
	}
	info, err := fs.Stat(s.dir, name)
	if err == nil && !info.Mode().IsRegular() { // opening a pipe would wait for somebody to write
		err = fmt.Errorf("%s is no ordinary file", name)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the smoke tests: %w", err)
	}
	f, err := s.dir.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading the smoke tests: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s is longer than %d MiB", name, maxFile>>20)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the smoke tests: %w", err)
	}
	s.Files[name] = data
	return data, nil
}

// judge finds what a file on its own cannot tell: what writes in a stage that only reads, and
// names that nobody defines.
func (s *Suite) judge(p *plan.Plan, st *plan.Stage, files []*hurl.File) (problems hurl.Problems) {
	fault := func(f *hurl.File, at hurl.Pos, message, instead string) {
		line := ""
		if lines := bytes.Split(s.Files[f.Name], []byte("\n")); at.Line >= 1 && at.Line <= len(lines) {
			line = string(lines[at.Line-1])
		}
		problems = append(problems, &hurl.Problem{File: f.Name, Pos: at, Line: line, Message: message, Instead: instead})
	}
	known := p.Names()
	for _, f := range files {
		for _, use := range f.Unbound(func(name string) bool { return known[name] }) {
			fault(f, use.Pos, fmt.Sprintf("{{%s}} is defined nowhere", use.Name),
				"capture it before, here or in a file that the stage names earlier; or define it in the plan, under testing: variables or secrets")
		}
		for _, name := range f.Captures() {
			known[name] = true
		}
		if !st.ReadsOnly() {
			continue
		}
		for _, e := range f.Entries {
			if hurl.Writes(e.Request.Method) && !e.Login {
				fault(f, e.Request.Pos, fmt.Sprintf("%s may write, and stage %s only reads", e.Request.Method, st.Name),
					"move the request to a later stage; or, if all it does is log in, put the comment # [login] above it")
			}
		}
	}
	return problems
}

// linked puts files that share captures into one chain: a file that uses what it does not
// capture itself follows the ones that do, as if they were written below each other.
func linked(files []*hurl.File) []chain {
	var chains []chain
	for _, f := range files {
		var joined chain
		rest := chains[:0:0]
		for _, earlier := range chains {
			if captures(earlier, f) {
				joined = append(joined, earlier...)
			} else {
				rest = append(rest, earlier)
			}
		}
		slices.SortStableFunc(joined, func(x, y *hurl.File) int { return slices.Index(files, x) - slices.Index(files, y) })
		chains = append(rest, append(joined, f))
	}
	return chains
}

// captures reports a chain that captures what the file uses and does not capture itself.
func captures(c chain, f *hurl.File) bool {
	names := map[string]bool{}
	for _, earlier := range c {
		for _, name := range earlier.Captures() {
			names[name] = true
		}
	}
	uses := f.Unbound(func(string) bool { return false })
	return slices.ContainsFunc(uses, func(u hurl.Use) bool { return names[u.Name] })
}

// entries are how many requests a chain makes.
func (c chain) entries() (n int) {
	for _, f := range c {
		n += len(f.Entries)
	}
	return n
}

// label names a chain by its files.
func (c chain) label() string {
	names := make([]string, len(c))
	for i, f := range c {
		names[i] = f.Name
	}
	return strings.Join(names, " + ")
}

// Export is the plan's own checks of a stage as Hurl, for QA to go on from; nil when it has none.
func (s *Suite) Export(stage string) []byte {
	var b bytes.Buffer
	for _, c := range s.stages[stage] {
		if f := c[0]; f.Entries[0].Request.Pos == (hurl.Pos{}) {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.Write(hurl.Format(f))
		}
	}
	return b.Bytes()
}
