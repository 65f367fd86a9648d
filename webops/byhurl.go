package webops

// byhurl.go: a stage run by the real Hurl, when it is installed: for what our subset lacks, and
// as a second opinion. The same files, the same variables; secrets go in its environment, never
// on its command line. What it talks to is its own affair: our fence does not stand around it.

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"tminus/tasks"
	"tminus/webops/hurl"
)

// maxReport bounds what Hurl reports, in bytes.
const maxReport = 32 << 20

// ErrNoHurl says that the real Hurl is not there.
var ErrNoHurl = errors.New("hurl is not installed, or not in PATH; see https://hurl.dev/docs/installation.html, or leave out --runner")

// ByHurl runs the tests of one stage with the program of that name.
func (c *Client) ByHurl(ctx context.Context, call tasks.Call, name, program string) (tasks.Result, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return tasks.Result{}, ErrNoHurl
	}
	stage := stageNamed(call.Plan, name)
	if stage == nil || len(c.o.Suite.stages[name]) == 0 {
		return tasks.Result{Verdict: tasks.NotTested, Says: "not tested: the plan lists no " + name + " checks"}, nil
	}
	t, found := c.find(call, tasks.FactElasticIP, tasks.FactPublicIP)
	if !found {
		return tasks.Result{Verdict: tasks.Inconclusive, Says: c.nowhere()}, nil
	}
	s, err := c.begin(ctx, call, stage, c.fence(call, t))
	var missing *unset
	if errors.As(err, &missing) {
		return tasks.Result{Verdict: tasks.Inconclusive, Says: missing.says}, nil
	}
	if err != nil {
		return tasks.Result{}, err
	}
	dir, err := os.MkdirTemp("", "tminus-hurl-*")
	if err != nil {
		return tasks.Result{}, fmt.Errorf("making a folder for hurl: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a folder left in the temporary folder harms nobody
	s.began = time.Now()
	reports, err := s.hurl(ctx, path, dir)
	if err != nil {
		return tasks.Result{}, err
	}
	for i, ch := range s.chains {
		s.rows[i] = s.reported(ch, reports[i])
	}
	r := s.result()
	r.Says += ", by hurl"
	return r, nil
}

// report is what Hurl tells of one file (--report-json of Hurl 8); times are milliseconds.
type report struct {
	Filename string `json:"filename"`
	Success  bool   `json:"success"`
	Entries  []struct {
		Index   int   `json:"index"`
		Time    int64 `json:"time"`
		Asserts []struct {
			Success bool   `json:"success"`
			Message string `json:"message"`
			Line    int    `json:"line"`
		} `json:"asserts"`
		Calls []struct {
			Request struct {
				Method string `json:"method"`
				URL    string `json:"url"`
			} `json:"request"`
			Response struct {
				Status int `json:"status"`
			} `json:"response"`
		} `json:"calls"`
	} `json:"entries"`
}

// hurl runs the program over all chains and returns what it reports of each.
func (s *stageRun) hurl(ctx context.Context, program, dir string) ([]report, error) {
	args := []string{"--test", "--no-color", "--jobs", strconv.Itoa(cap(s.slots)), "--max-time", strconv.Itoa(int(limit / time.Second)),
		"--report-json", filepath.Join(dir, "report")}
	if t := s.fence.t; t.host != "" && t.ip.IsValid() {
		args = append(args, "--resolve", net.JoinHostPort(t.host, strconv.Itoa(t.port))+":"+t.ip.String())
	}
	names, err := s.lay(dir)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.stage.Budget.Duration)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, append(args, names...)...)
	cmd.Env = append(os.Environ(), s.environ()...)
	cmd.WaitDelay = time.Second
	var says bytes.Buffer
	cmd.Stderr = &limited{&says, 64 << 10}
	cmd.Stdout = io.Discard
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, fmt.Errorf("hurl: the stage's budget of %s is spent", s.stage.Budget.Duration)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &exit) && (exit.ExitCode() == 3 || exit.ExitCode() == 4): // a run that found something
	case err != nil:
		return nil, fmt.Errorf("hurl did not run the tests: %w: %s", err, s.masked(says.String()))
	}
	return readReports(filepath.Join(dir, "report", "report.json"), names)
}

// lay writes the files of each chain where Hurl finds them, with what lies beside them. A chain
// of several files is one for Hurl: it shares nothing between files.
func (s *stageRun) lay(dir string) ([]string, error) {
	suite := s.c.o.Suite
	for name, data := range suite.Files {
		file := filepath.Join(dir, "suite", filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, data, 0o600)); err != nil {
			return nil, fmt.Errorf("laying out the tests for hurl: %w", err)
		}
	}
	names := make([]string, len(s.chains))
	for i, ch := range s.chains {
		src, at := suite.Files[ch[0].Name], filepath.Join(dir, "suite", filepath.FromSlash(ch[0].Name))
		switch {
		case src == nil: // the plan's own checks
			src, at = hurl.Format(ch[0]), filepath.Join(dir, fmt.Sprintf("checks-%d.hurl", i+1))
		case len(ch) > 1:
			src = nil
			for _, f := range ch {
				src = append(append(src, suite.Files[f.Name]...), '\n')
			}
			at = filepath.Join(filepath.Dir(at), fmt.Sprintf("chain-%d.hurl", i+1))
		}
		if err := os.WriteFile(at, src, 0o600); err != nil {
			return nil, fmt.Errorf("laying out the tests for hurl: %w", err)
		}
		names[i] = at
	}
	return names, nil
}

// environ is how Hurl learns the variables.
func (s *stageRun) environ() (env []string) {
	for name, value := range s.vars {
		kind := "VARIABLE"
		if _, is := s.call.Plan.Testing.Secrets[name]; is {
			kind = "SECRET"
		}
		env = append(env, fmt.Sprintf("HURL_%s_%s=%v", kind, name, value))
	}
	slices.Sort(env)
	return env
}

// readReports reads Hurl's report, in the order of the names.
func readReports(path string, names []string) ([]report, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading hurl's report: %w", err)
	}
	defer f.Close()
	var all []report
	if err := json.NewDecoder(io.LimitReader(f, maxReport)).Decode(&all); err != nil {
		return nil, fmt.Errorf("reading hurl's report: %w", err)
	}
	inOrder := make([]report, len(names))
	for i, name := range names {
		n := slices.IndexFunc(all, func(r report) bool {
			return filepath.Base(r.Filename) == filepath.Base(name) && strings.HasSuffix(name, filepath.Clean(r.Filename))
		})
		if n >= 0 {
			inOrder[i] = all[n]
		}
	}
	return inOrder, nil
}

// reported are the rows of a chain as Hurl reports it. The last try of an entry counts.
func (s *stageRun) reported(ch chain, told report) (rows []tasks.Row) {
	index := 0
	for _, f := range ch {
		for _, e := range f.Entries {
			index++
			row := s.blank(ch, f, e)
			row.Says = "not tested: hurl did not come to it"
			if told.Success { // it came to the end, so this was skipped
				row.Says, row.Exchange.Skipped = "skipped, as its file says", true
			}
			for _, got := range told.Entries {
				if got.Index != index {
					continue
				}
				row.Exchange.Skipped = false
				row.Exchange.Tries++
				row.Verdict, row.Took = tasks.Pass, time.Duration(got.Time)*time.Millisecond
				if n := len(got.Calls); n > 0 {
					last := got.Calls[n-1]
					row.Exchange.Request, row.Exchange.Status = s.masked(last.Request.Method+" "+last.Request.URL), last.Response.Status
				}
				row.Says = fmt.Sprintf("%d in %s", row.Exchange.Status, short(row.Took))
				failed := 0
				for _, a := range got.Asserts {
					if a.Success {
						continue
					}
					if failed++; failed == 1 {
						row.Verdict, row.Says = tasks.Fail, s.masked(strings.Join(strings.Fields(a.Message), " "))
						row.Exchange.At, row.Exchange.Actual = fmt.Sprintf("%s:%d", f.Name, a.Line), s.masked(a.Message)
					}
				}
			}
			rows = append(rows, row)
		}
	}
	// What failed without an assert, such as no answer at all, fails the entry it ended at.
	if !told.Success && !slices.ContainsFunc(rows, func(r tasks.Row) bool { return r.Verdict == tasks.Fail }) && len(rows) > 0 {
		n := max(0, min(len(told.Entries), len(rows))-1)
		rows[n].Verdict, rows[n].Says = tasks.Fail, "hurl reports no success, and no assert that failed: was there an answer?"
	}
	return rows
}

// masked is what Hurl says without the secrets, whatever it does of that itself.
func (s *stageRun) masked(text string) string {
	shown := hurl.NewSession(nil, s.secrets).Shown(text)
	return strings.TrimSuffix(strings.TrimPrefix(shown, `"`), `"`)
}

// limited keeps the beginning of what a program says.
type limited struct {
	to   *bytes.Buffer
	most int
}

func (l *limited) Write(p []byte) (int, error) {
	if room := l.most - l.to.Len(); room > 0 {
		l.to.Write(p[:min(len(p), room)])
	}
	return len(p), nil
}
