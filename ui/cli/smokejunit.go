package cli

// smokejunit.go: the results of the smoke tests as JUnit XML, for CI systems: a suite for each file of a stage, a case
// for each check. What was not tested never looks as if everything had passed: when nothing failed, the stage itself
// is a case with an error.

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tminus/tasks"
	"tminus/tasks/safe"
)

const junitTime = "2006-01-02T15:04:05" // UTC; JUnit's has no zone

type junitSuites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Time     string   `xml:"time,attr"`
	Suites   []*junitSuite
}

type junitSuite struct {
	XMLName    xml.Name         `xml:"testsuite"`
	Name       string           `xml:"name,attr"`
	Tests      int              `xml:"tests,attr"`
	Failures   int              `xml:"failures,attr"`
	Errors     int              `xml:"errors,attr"`
	Skipped    int              `xml:"skipped,attr"`
	Time       string           `xml:"time,attr"`
	Timestamp  string           `xml:"timestamp,attr"`
	Properties *junitProperties `xml:"properties"`
	Cases      []junitCase      `xml:"testcase"`

	took time.Duration
}

type junitProperties struct {
	All []junitProperty `xml:"property"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class   string     `xml:"classname,attr"`
	Name    string     `xml:"name,attr"`
	Time    string     `xml:"time,attr"`
	Failure *junitText `xml:"failure"`
	Error   *junitText `xml:"error"`
	Skipped *junitText `xml:"skipped"`
	Out     string     `xml:"system-out,omitempty"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// junit is the whole as a file. Characters that XML cannot hold were made visible, or are replaced by the encoder.
func (s *smoked) junit() ([]byte, error) {
	all := junitSuites{Name: "tminus smoke", Time: seconds(s.took)}
	for _, t := range s.stages {
		all.Suites = append(all.Suites, s.suites(t)...)
	}
	if s.err != nil {
		broken := s.suite("tminus smoke", Tested{})
		broken.add(junitCase{Class: "tminus smoke", Name: "the tests ran to their end",
			Error: &junitText{Message: clean(s.err.Error()), Type: "broken off", Text: safe.Redact(safe.Block(s.err.Error()))}}, 0)
		all.Suites = append(all.Suites, broken)
	}
	for _, suite := range all.Suites {
		suite.Time = seconds(suite.took)
		all.Tests, all.Failures, all.Errors, all.Skipped = all.Tests+suite.Tests, all.Failures+suite.Failures, all.Errors+suite.Errors, all.Skipped+suite.Skipped
	}
	data, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the results as JUnit XML: %w", err)
	}
	return append([]byte(xml.Header), append(data, '\n')...), nil
}

// suites are those of one stage.
func (s *smoked) suites(t Tested) (all []*junitSuite) {
	byFile, names := map[string]*junitSuite{}, map[string]int{}
	for _, r := range t.Result.Rows {
		if remark(r) {
			continue
		}
		file := fileOf(r)
		suite := byFile[file]
		if suite == nil {
			suite = s.suite(file, t)
			if r.Exchange != nil && !r.Exchange.Ran.IsZero() {
				suite.Timestamp = r.Exchange.Ran.UTC().Format(junitTime)
			}
			byFile[file] = suite
			all = append(all, suite)
		}
		c := s.testCase(t.Stage, file, r)
		if names[file+"\x00"+r.Name]++; names[file+"\x00"+r.Name] > 1 { // CI systems know a case by its name
			c.Name += fmt.Sprintf(" (%d)", names[file+"\x00"+r.Name])
		}
		suite.add(c, r.Took)
	}
	failed := false
	for _, suite := range all {
		failed = failed || suite.Failures+suite.Errors > 0
	}
	if !t.Result.Verdict.Holds() && !failed {
		all = append(all, s.untold(t))
	}
	return all
}

// untold is a stage that does not hold, though none of its checks says so.
func (s *smoked) untold(t Tested) *junitSuite {
	suite := s.suite("stage "+t.Stage, t)
	why := &junitText{Message: t.Result.Says, Type: stageWord(t.Result.Verdict)}
	c := junitCase{Class: "stage " + t.Stage, Name: "everything was tested"}
	if first := s.stages[0]; t.Result.Verdict == tasks.NotTested && len(t.Result.Rows) == 0 && first.Stage != t.Stage {
		c.Skipped = &junitText{Message: t.Result.Says} // the stage before it is what went wrong
	} else {
		c.Error = why
	}
	suite.add(c, 0)
	return suite
}

func (s *smoked) suite(file string, t Tested) *junitSuite {
	suite := &junitSuite{Name: file, Timestamp: s.began.UTC().Format(junitTime)}
	if t.Stage == "" {
		return suite
	}
	suite.Name = t.Stage + ": " + file
	all := []junitProperty{{"stage", t.Stage}, {"verdict of the stage", stageWord(t.Result.Verdict)}}
	if at := target(t); at != "" {
		all = append(all, junitProperty{"target", at})
	}
	for _, r := range t.Result.Rows {
		if remark(r) {
			all = append(all, junitProperty{fromHost, r.Says})
		}
	}
	suite.Properties = &junitProperties{all}
	return suite
}

func (j *junitSuite) add(c junitCase, took time.Duration) {
	j.Tests++
	switch {
	case c.Failure != nil:
		j.Failures++
	case c.Error != nil:
		j.Errors++
	case c.Skipped != nil:
		j.Skipped++
	}
	j.took += took
	c.Time = seconds(took)
	j.Cases = append(j.Cases, c)
}

// testCase is one check.
func (s *smoked) testCase(stage, file string, r tasks.Row) junitCase {
	c := junitCase{Class: file, Name: r.Name}
	switch word := wordOf(r); word {
	case "fail":
		c.Failure = &junitText{r.Says, "does not hold", junitEvidence(r)}
		if r.Exchange == nil || r.Exchange.Status == 0 {
			c.Failure.Type = "no answer"
		}
	case "inconclusive":
		c.Error = &junitText{r.Says, word, junitEvidence(r)}
	case "not tested", "skipped":
		c.Skipped = &junitText{Message: r.Says}
	case "degraded":
		c.Out = "degraded: " + r.Says + "\n" + junitEvidence(r)
	default:
		if r.Exchange != nil && r.Exchange.Tries > 1 {
			c.Out = "tried more than once: " + r.Says
		}
	}
	if s.earlier(stage, r) {
		c.Out = strings.TrimSpace(c.Out + "\nof an earlier try, not run again: " + r.Exchange.Ran.UTC().Format(time.RFC3339))
	}
	return c
}

// junitEvidence is the exchange behind a check, a line each.
func junitEvidence(r tasks.Row) string {
	x := r.Exchange
	if x == nil {
		return ""
	}
	var b strings.Builder
	for _, line := range [][2]string{{"at", strings.TrimSpace(x.At + "  " + x.Line)}, {"request", x.Request}, {"expected", x.Expected}, {"actual", x.Actual},
		{"answer", x.Excerpt}, {"sha256", x.Digest}, {"target", x.Target}} {
		if line[1] != "" {
			fmt.Fprintf(&b, "%-9s %s\n", line[0], line[1])
		}
	}
	if x.Tries > 1 {
		fmt.Fprintf(&b, "%-9s %d\n", "tries", x.Tries)
	}
	return b.String()
}

var place = regexp.MustCompile(`(:\d+){1,2}$`)

// fileOf is the file that a check stands in, without the line.
func fileOf(r tasks.Row) string {
	if r.Exchange == nil {
		return "other checks"
	}
	if at := place.ReplaceAllString(r.Exchange.At, ""); at != "" {
		return at
	}
	return r.Exchange.Group
}

// seconds are written as CI systems read them: 0.031.
func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 6, 64) }
