package cli

// smoke_test.go: what tminus smoke refuses, what reaches main, how it ends, and what a person reads.

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
)

var ran = time.Date(2026, 11, 23, 17, 20, 4, 890210600, time.UTC)

// row is a check of a.hurl.
func row(name string, v tasks.Verdict, says string, change ...func(*tasks.Exchange)) tasks.Row {
	x := &tasks.Exchange{Group: "smoke/a.hurl", At: "smoke/a.hurl:2:1", Request: "GET http://192.0.2.7/", Target: "http://192.0.2.7 on i-1, build 1.0", Ran: ran, Status: 200, Bytes: 5, Tries: 1}
	for _, c := range change {
		c(x)
	}
	return tasks.Row{Name: name, Verdict: v, Says: says, Took: 30525 * time.Nanosecond, Exchange: x}
}

func stage(name string, v tasks.Verdict, rows ...tasks.Row) Tested {
	return Tested{name, 6 * time.Millisecond, tasks.Result{Verdict: v, Says: "what " + name + " says", Rows: rows}}
}

// behind is a stage that was not run.
func behind(name string) Tested {
	return Tested{name, 0, tasks.Result{Says: "not tested: read-only did not hold"}}
}

// afternoon is a stage with everything in it.
func afternoon() Tested {
	return stage("read-only", tasks.Fail,
		row("home answers", tasks.Pass, "200 in 5ms"),
		row("home answers at last", tasks.Pass, "200 in 5ms · 3rd try, after refused", func(x *tasks.Exchange) { x.Tries = 3 }),
		row("home is quick", tasks.Degraded, "slower than it should be: duration < 800: got 900", func(x *tasks.Exchange) {
			x.At, x.Line, x.Expected, x.Actual = "smoke/a.hurl:9:1", "duration < 800", "less than 800", "900"
		}),
		row("the list opens", tasks.Fail, "the status is 500 Internal Server Error, expected 200; 3 more asserts do not hold", func(x *tasks.Exchange) {
			x.At, x.Line, x.Expected, x.Actual, x.Excerpt, x.Status, x.Kept = "smoke/b.hurl:23:1", "HTTP 200", "200", "500", "<h1>Server Error (500)</h1>", 500, "bodies/1.txt"
		}),
		row("a contract opens", "", "not tested: an earlier request of its chain failed", func(x *tasks.Exchange) { x.At = "smoke/b.hurl:33:1" }),
		row("the certificate is valid", "", "skipped, as its file says", func(x *tasks.Exchange) { x.Skipped, x.At = true, "smoke/tls.hurl:4:1" }),
		tasks.Row{Name: fromHost, Verdict: tasks.Fail, Says: "it fails there as well: the application"},
	)
}

// tested runs tminus smoke on a program whose tests come to these stages.
func tested(t *testing.T, stages []Tested, result error, args ...string) (exit int, w Testing, out, complaints string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	smoke := func(_ context.Context, asked Testing, told func(stage, line string)) ([]Tested, error) {
		w = asked
		for _, s := range stages {
			told(s.Stage, "1 of 1: GET /")
		}
		return stages, result
	}
	exit = Execute(t.Context(), Program{Smoke: smoke}, append([]string{"smoke"}, args...), Stdio{In: strings.NewReader(""), Out: &stdout, Err: &stderr})
	return exit, w, stdout.String(), stderr.String()
}

// tests lays out what can be named, and returns its folder: a plan, two files, and below runs a run.
func tests(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"plan.yaml": toyPlan, "a.hurl": "GET {{base}}/\n", "more/b.hurl": "GET {{base}}/\n", "notes.txt": "x", "runs/TOY1-1/journal.jsonl": ""} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	return dir
}

func TestSmokeThatIsRefused(t *testing.T) {
	tests(t)
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"", Usage, "smoke wants what to test"},
		{"plan.yaml", Usage, "--base"},
		{"a.hurl", Usage, "--base"},
		{"NOPE-1 --runs runs", Precondition, "TOY1-1"},
		{"notes.txt --base http://h", Usage, "is no Hurl file"},
		{"gone.hurl --base http://h", Usage, "no such file"},
		{"plan.yaml a.hurl --base http://h", Usage, "one plan, or one run, or any number"},
		{"plan.yaml --base h", Usage, "not the root of an application"},
		{"plan.yaml --base ftp://h", Usage, "not the root of an application"},
		{"plan.yaml --base http://h/app", Usage, "not the root of an application"},
		{"plan.yaml --base http://h/?q=1", Usage, "not the root of an application"},
		{"plan.yaml --base http://qa:hunter2@h", Usage, "takes no name and password"},
		{"plan.yaml --base http://h --from-host", Usage, "--from-host goes with a run"},
		{"TOY1-1 --runs runs --from-host --runner hurl", Usage, "without --runner"},
		{"plan.yaml --base http://h --runner curl", Usage, "--runner curl"},
		{"a.hurl --base http://h --stage full", Usage, "no stages"},
		{"plan.yaml --base http://h --parallel 0", Usage, "1 to 32"},
		{"plan.yaml --base http://h --parallel 33", Usage, "1 to 32"},
		{"plan.yaml --base http://h --host http://x/", Usage, "HOST or HOST:PORT"},
		{"plan.yaml --base http://h --host qa@x", Usage, "HOST or HOST:PORT"},
		{"plan.yaml --base http://h --variable hunter2", Usage, "name=value"},
		{"plan.yaml --base http://h --variable 1a=hunter2", Usage, "name=value"},
		{"plan.yaml --base http://h --variable a=1 --variable a=2", Usage, "said twice"},
		{"plan.yaml --base http://h --variable build=2", Usage, "--build"},
		{"plan.yaml --base http://h --failed gone.json", Usage, "--failed"},
		{"plan.yaml --base http://h --failed notes.txt", Usage, "holds no results"},
		{"plan.yaml --base http://h --report-json -", Usage, "--json writes"},
		{"plan.yaml --base http://h --report-json r --report-junit ./r", Usage, "the same file"},
		{"plan.yaml --base http://h --report-json notes.txt", Precondition, "is there already"},
		{"plan.yaml --base http://h --password x", Usage, "unknown flag"},
	} {
		exit, w, out, says := tested(t, []Tested{stage("full", tasks.Pass)}, nil, strings.Fields(c.args)...)
		if exit != c.code || !strings.Contains(says, c.says) || out != "" || w.Ask != nil || strings.Contains(says, "hunter2") {
			t.Errorf("%s: exit %d, %q, %q; main saw %+v", c.args, exit, out, says, w)
		}
	}
}

func TestWhatOfSmokeReachesMain(t *testing.T) {
	dir := tests(t)
	for _, c := range []struct {
		args string
		want Testing
	}{
		{"plan.yaml --base http://h/ --stage full --stage read-only --variable a=b=c --variable _d= --host x --host y:81 --build 2 --instance i-1 --cacert ca.pem --parallel 2 --runner hurl",
			Testing{Plan: "plan.yaml", Base: "http://h/", Stages: []string{"full", "read-only"}, Variables: map[string]string{"a": "b=c", "_d": ""}, Hosts: []string{"x", "y:81"},
				Build: "2", Instance: "i-1", Authority: "ca.pem", Parallel: 2, Runner: "hurl"}},
		{"TOY1-1 --runs runs --from-host", Testing{Run: filepath.Join("runs", "TOY1-1"), FromHost: true}},
		{"runs/TOY1-1", Testing{Run: filepath.Join("runs", "TOY1-1")}},
		{dir + "/runs/TOY1-1", Testing{Run: dir + "/runs/TOY1-1"}},
		{"a.hurl more --base https://[2001:db8::1]:8443", Testing{Files: []string{"a.hurl", "more"}, Base: "https://[2001:db8::1]:8443"}},
		{"more --base http://h", Testing{Files: []string{"more"}, Base: "http://h"}},
		{"gone.yaml --base http://h", Testing{Plan: "gone.yaml", Base: "http://h"}}, // main says why it cannot be read
		{"./export --base http://h", Testing{Files: []string{"./export"}, Base: "http://h"}},
	} {
		if strings.HasPrefix(c.args, "./export") {
			if err := os.Mkdir("export", 0o700); err != nil {
				t.Fatal(err)
			}
		}
		exit, w, _, says := tested(t, []Tested{stage("full", tasks.Pass, row("a", tasks.Pass, "200"))}, nil, strings.Fields(c.args)...)
		if w.Ask == nil || exit != OK {
			t.Errorf("%s: exit %d, %q", c.args, exit, says)
		}
		w.Ask = nil
		if diff := cmp.Diff(c.want, w); diff != "" {
			t.Errorf("%s: %s", c.args, diff)
		}
	}
}

func TestHowSmokeEnds(t *testing.T) {
	tests(t)
	pass, slow := row("a", tasks.Pass, "200"), row("b", tasks.Degraded, "slow")
	for name, c := range map[string]struct {
		stages []Tested
		err    error
		code   int
		last   string // what the last line says
	}{
		"all hold":            {[]Tested{stage("read-only", tasks.Pass, pass), stage("full", tasks.Pass, pass)}, nil, OK, "pass: 2 of 2 checks held in "},
		"degraded":            {[]Tested{stage("read-only", tasks.Degraded, pass, slow)}, nil, OK, "degraded: 2 of 2 checks held in "},
		"retried":             {[]Tested{stage("read-only", tasks.Pass, afternoon().Result.Rows[1])}, nil, OK, "only when tried again"},
		"failed":              {[]Tested{afternoon(), behind("functional"), behind("full")}, nil, TaskFailed, "tminus: failed: 1 of 5 checks failed, 1 not tested; functional and full not run; repair"},
		"not tested":          {[]Tested{stage("full", tasks.Inconclusive, pass, row("b", "", "not tested: the stage's budget of 1s is spent"))}, nil, TaskFailed, "tminus: not everything was tested: 1 of 2 checks"},
		"nothing to test":     {[]Tested{stage("full", tasks.NotTested)}, nil, TaskFailed, "there was no check to run"},
		"no stage":            {nil, nil, TaskFailed, "there was no check to run"},
		"a secret is missing": {[]Tested{stage("read-only", tasks.Inconclusive), behind("full")}, nil, Precondition, "tminus: read-only: what read-only says"},
		"later, no way in":    {[]Tested{stage("read-only", tasks.Pass, pass), stage("full", tasks.Inconclusive)}, nil, Precondition, "tminus: full: what full says"},
		"no hurl":             {nil, Code(Precondition, errors.New("hurl is not installed")), Precondition, "tminus: hurl is not installed"},
		"a file is wrong":     {nil, Code(PlanInvalid, errors.New("a.hurl:1:1: no")), PlanInvalid, "tminus: a.hurl:1:1: no"},
		"it broke":            {[]Tested{stage("read-only", tasks.Pass, pass)}, errors.New("the disk is full"), Internal, "tminus: the disk is full"},
	} {
		exit, _, out, says := tested(t, c.stages, c.err, "plan.yaml", "--base", "http://h")
		last := says
		if c.code == OK {
			last = out
		}
		lines := strings.Split(strings.TrimSpace(last), "\n")
		if exit != c.code || !strings.Contains(lines[len(lines)-1], c.last) || strings.Contains(out+says, "\x1b") {
			t.Errorf("%s: exit %d, %q, %q", name, exit, out, says)
		}
	}
}

// TestInterruptedSmokeKeepsWhatWasTested: what is known is told and written, and nothing looks complete.
func TestInterruptedSmokeKeepsWhatWasTested(t *testing.T) {
	tests(t)
	ctx, cancel := context.WithCancel(t.Context())
	smoke := func(ctx context.Context, _ Testing, _ func(string, string)) ([]Tested, error) {
		cancel()
		<-ctx.Done()
		return []Tested{stage("read-only", tasks.Pass, row("a", tasks.Pass, "200"))}, ctx.Err()
	}
	var out, says bytes.Buffer
	exit := Execute(ctx, Program{Smoke: smoke}, []string{"smoke", "plan.yaml", "--base", "http://h", "--report-json", "r.json", "--report-junit", "r.xml"},
		Stdio{In: strings.NewReader(""), Out: &out, Err: &says})
	if exit != Interrupted || !strings.Contains(says.String(), "interrupted; what was not run is not tested") || strings.Contains(out.String(), "nothing is left to do") {
		t.Errorf("exit %d, %q, %q", exit, out.String(), says.String())
	}
	kept, err := os.ReadFile("r.json")
	if err != nil || !strings.Contains(string(kept), `"verdict": "inconclusive"`) || !strings.Contains(string(kept), `"error": "interrupted`) {
		t.Errorf("%v: %s", err, kept)
	}
	if kept, err = os.ReadFile("r.xml"); err != nil || !strings.Contains(string(kept), `errors="1"`) {
		t.Errorf("%v: %s", err, kept)
	}
}

const told = `read-only   FAIL  1 failed, 1 degraded, 2 passed, 1 not tested, 1 skipped, 1 tried more than once in 6ms
            http://192.0.2.7 on i-1, build 1.0
  FAIL         the list opens
               the status is 500 Internal Server Error, expected 200; 3 more asserts do not hold
               at       smoke/b.hurl:23:1  HTTP 200
               request  GET http://192.0.2.7/
               expected 200
               actual   500
               answer   500, 5 bytes in 31µs: <h1>Server Error (500)</h1>
               kept     bodies/1.txt
  degraded     home is quick
               slower than it should be: duration < 800: got 900
               at       smoke/a.hurl:9:1  duration < 800
               request  GET http://192.0.2.7/
               expected less than 800
               actual   900
               answer   200, 5 bytes in 31µs:
  not tested   1: an earlier request of its chain failed
               a contract opens  smoke/b.hurl:33:1
  pass         home answers at last  smoke/a.hurl:2:1: 200 in 5ms · 3rd try, after refused
  pass         1 (-v names it)
  skipped      1, on purpose: their files say so
  from the host itself  it fails there as well: the application
full        not tested  read-only did not hold
`

func TestWhatAPersonReadsOfSmoke(t *testing.T) {
	tests(t)
	_, _, out, says := tested(t, []Tested{afternoon(), behind("full")}, nil, "plan.yaml", "--base", "http://h")
	if diff := cmp.Diff(told, out); diff != "" {
		t.Error(diff)
	}
	if !strings.HasPrefix(says, "read-only: through after ") || !strings.Contains(says, "\nfull: through after ") {
		t.Errorf("progress: %q", says)
	}
	_, _, out, _ = tested(t, []Tested{afternoon()}, nil, "plan.yaml", "--base", "http://h", "-v")
	for _, line := range []string{"  pass         home answers  smoke/a.hurl:2:1: 200 in 5ms\n", "               the certificate is valid  smoke/tls.hurl:4:1\n"} {
		if !strings.Contains(out, line) {
			t.Errorf("with -v %q is missing: %s", line, out)
		}
	}
}

// TestSmokeIsCleanedAndBounded: an application's answer neither repaints the screen, nor fills it, nor tells whom to call.
func TestSmokeIsCleanedAndBounded(t *testing.T) {
	tests(t)
	evil := "\x1b[2J\u202e" + strings.Repeat("x", 100_000) + "\ufffe\x00"
	bad := row("na\x1b[31mme jc@scp.example.com", tasks.Fail, "says +65 5550 9330 \u202e", func(x *tasks.Exchange) {
		x.Excerpt, x.Actual, x.Line, x.Group, x.At = evil, evil, evil, evil, "a\x1b.hurl:1:1"
	})
	for _, format := range []string{"--verbose", "--json"} {
		_, _, out, _ := tested(t, []Tested{stage("read-only", tasks.Fail, bad)}, nil, "plan.yaml", "--base", "http://h", format)
		if strings.ContainsAny(out, "\x1b\u202e\x00\ufffe") || strings.Contains(out, "jc@scp") || strings.Contains(out, "5550") || len(out) > 30_000 {
			t.Errorf("%s: %d bytes: %.3000q", format, len(out), out)
		}
	}
}

func TestManyUntestedAreNotListed(t *testing.T) {
	tests(t)
	var rows []tasks.Row
	for range 40 {
		rows = append(rows, row("later", "", "not tested: the application does not answer"))
	}
	_, _, out, _ := tested(t, []Tested{stage("full", tasks.Inconclusive, rows...)}, nil, "plan.yaml", "--base", "http://h")
	if strings.Count(out, "later") != maxNamed || !strings.Contains(out, "… and 30 more (-v lists them)") {
		t.Error(out)
	}
	if _, _, out, _ = tested(t, []Tested{stage("full", tasks.Inconclusive, rows...)}, nil, "plan.yaml", "--base", "http://h", "-v"); strings.Count(out, "later") != 40 {
		t.Error(out)
	}
}

// TestProgressOnATerminalIsOneLine: it is written over, never wider than the terminal, and gone at the end.
func TestProgressOnATerminalIsOneLine(t *testing.T) {
	t.Setenv("TERM", "xterm-256color")
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer tty.Close()
	p := newProgress(tty)
	p.told("read-only", "1 of 2: GET /")
	p.told("read-only", "2 of 2: \x1b[2J"+strings.Repeat("x", 500))
	p.clear()
	p.clear()
	p.told("full", "1 of 1: GET /")
	p.end()
	if _, err := tty.WriteString("END"); err != nil {
		t.Fatal(err)
	}
	said := read(t, master, "END")
	if strings.Contains(said, "\n") || strings.Contains(said, "\x1b[2J") || !strings.HasSuffix(said, "full: 1 of 1: GET /\r\x1b[KEND") || strings.Count(said, "\x1b[K") != 5 {
		t.Errorf("%q", said)
	}
	for _, line := range strings.Split(said, "\r\x1b[K") {
		if len([]rune(line)) >= p.width {
			t.Errorf("%d of %d columns: %q", len(line), p.width, line)
		}
	}
}

// TestSmokeIsColouredOnATerminalOnly, and where somebody wants it.
func TestSmokeIsColouredOnATerminalOnly(t *testing.T) {
	t.Setenv("TERM", "xterm-256color")
	for noColor, coloured := range map[string]bool{"": true, "1": false} {
		t.Setenv("NO_COLOR", noColor)
		master, tty, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		w := smoking{}
		if err := w.tell(newSmoked(Testing{}, []Tested{afternoon()}, nil, time.Now()), tty); err != nil {
			t.Fatal(err)
		}
		if said := read(t, master, "as well: the application"); strings.Contains(said, "\x1b[") != coloured {
			t.Errorf("NO_COLOR=%q: %q", noColor, said)
		}
		_, _ = tty.Close(), master.Close()
	}
}
