package cli

// smokejson.go: the results of the smoke tests for programs, and for a later try that runs only what did not pass.
// docs/smoke.md has the shape; keys are added, never renamed.

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"tminus/tasks"
	"tminus/tasks/safe"
)

const (
	smokeFormat = 1
	maxResults  = 64 << 20 // bytes of results that are read back
)

type jsonSmoke struct {
	Format   int         `json:"format"`
	Plan     string      `json:"plan,omitempty"`
	Run      string      `json:"run,omitempty"`
	Files    []string    `json:"files,omitempty"`
	Base     string      `json:"base,omitempty"`
	Runner   string      `json:"runner"` // tminus or hurl
	FromHost bool        `json:"from_host"`
	Verdict  string      `json:"verdict"`
	Error    string      `json:"error,omitempty"` // what broke it off
	Began    time.Time   `json:"began"`
	TookMS   float64     `json:"took_ms"`
	Counts   counts      `json:"counts"`
	Stages   []jsonStage `json:"stages"`
}

type jsonStage struct {
	Stage   string    `json:"stage"`
	Verdict string    `json:"verdict"`
	Says    string    `json:"says,omitempty"`
	Target  string    `json:"target,omitempty"`
	TookMS  float64   `json:"took_ms"`
	Counts  counts    `json:"counts"`
	Rows    []jsonRow `json:"rows"`
}

// jsonRow is one check, or without an exchange a remark on the stage.
type jsonRow struct {
	Name     string          `json:"name"`
	Verdict  string          `json:"verdict"` // pass, degraded, fail, inconclusive, not tested, skipped
	Says     string          `json:"says,omitempty"`
	TookMS   float64         `json:"took_ms"`
	Earlier  bool            `json:"earlier,omitempty"` // it passed in an earlier try, and was not run again
	Exchange *tasks.Exchange `json:"exchange,omitempty"`
}

func (s *smoked) json() jsonSmoke {
	j := jsonSmoke{
		Format: smokeFormat, Plan: clean(s.asked.Plan), Run: clean(s.asked.Run), Base: clean(s.asked.Base), Runner: "tminus", FromHost: s.asked.FromHost,
		Verdict: stageWord(s.verdict()), Began: s.began.UTC().Truncate(time.Millisecond), TookMS: ms(s.took), Counts: s.count(""), Stages: []jsonStage{},
	}
	for _, f := range s.asked.Files {
		j.Files = append(j.Files, clean(f))
	}
	if s.asked.Runner != "" {
		j.Runner = s.asked.Runner
	}
	if s.err != nil {
		j.Error = safe.Redact(safe.Block(s.err.Error()))
	}
	for _, t := range s.stages {
		stage := jsonStage{Stage: t.Stage, Verdict: stageWord(t.Result.Verdict), Says: t.Result.Says, Target: target(t), TookMS: ms(t.Took),
			Counts: s.count(t.Stage), Rows: []jsonRow{}}
		for _, r := range t.Result.Rows {
			word := wordOf(r)
			if remark(r) {
				word = stageWord(r.Verdict)
			}
			stage.Rows = append(stage.Rows, jsonRow{r.Name, word, r.Says, ms(r.Took), s.earlier(t.Stage, r), r.Exchange})
		}
		j.Stages = append(j.Stages, stage)
	}
	return j
}

// stageWord is a verdict as a word that is never empty.
func stageWord(v tasks.Verdict) string {
	if v == tasks.NotTested {
		return "not tested"
	}
	return string(v)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// readResults reads what an earlier try wrote as JSON: its rows by stage. What passed elsewhere, or by another
// program, did not pass here.
func readResults(path string) (map[string][]tasks.Row, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("--failed: %w", err)
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, maxResults+1))
	if err != nil {
		return nil, fmt.Errorf("--failed: %w", err)
	}
	var j jsonSmoke
	switch err := json.Unmarshal(src, &j); {
	case len(src) > maxResults:
		return nil, fmt.Errorf("--failed: %s is longer than %d MiB", safe.Line(path), maxResults>>20)
	case err != nil || j.Format == 0:
		return nil, fmt.Errorf("--failed: %s holds no results of tminus smoke: --report-json writes them", safe.Line(path))
	case j.Format > smokeFormat:
		return nil, fmt.Errorf("--failed: %s was written by a newer tminus (format %d)", safe.Line(path), j.Format)
	case j.FromHost:
		return nil, fmt.Errorf("--failed: %s was found from the host itself; what passes there may fail from here: leave --failed out", safe.Line(path))
	case j.Runner == "hurl":
		return nil, fmt.Errorf("--failed: %s was found by hurl, not by tminus: leave --failed out", safe.Line(path))
	}
	before := map[string][]tasks.Row{}
	for _, stage := range j.Stages {
		for _, r := range stage.Rows {
			row := tasks.Row{Name: r.Name, Says: r.Says, Took: time.Duration(r.TookMS * float64(time.Millisecond)), Exchange: r.Exchange}
			switch v := tasks.Verdict(r.Verdict); v {
			case tasks.Pass, tasks.Degraded, tasks.Fail, tasks.Inconclusive:
				row.Verdict = v
			}
			before[stage.Stage] = append(before[stage.Stage], row)
		}
	}
	return before, nil
}
