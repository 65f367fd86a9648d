package ui

// smokedays_test.go: days of smoke tests: not begun, running, failed in several ways, tried
// again, passed and waiting for their sign-offs; and what the probe saw meanwhile.

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// suite are stages of files, as the SCP suite has them.
func suite() []plan.Stage {
	budget := plan.Duration{Duration: 5 * time.Minute}
	return []plan.Stage{
		{Name: "read-only", Safe: true, Budget: budget, Files: []string{"smoke/read-only/*.hurl"}},
		{Name: "functional", Budget: budget, Files: []string{"smoke/functional/*.hurl"}},
		{Name: "full", Budget: budget, Files: []string{"smoke/full/*.hurl"}},
	}
}

// ofChecks are stages of the plan's own checks.
func ofChecks() []plan.Stage {
	return []plan.Stage{
		{Name: "read-only", Safe: true, Budget: plan.Duration{Duration: 5 * time.Minute}, Checks: []plan.Check{
			{Name: "home shows the application", Method: "GET", Path: "/"}, {Name: "health", Method: "GET", Path: "/healthz"},
			{Name: "the login page shows its form", Method: "GET", Path: "/login/"}}},
		{Name: "functional", Checks: []plan.Check{{Name: "login form", Method: "GET", Path: "/login/"}, {Name: "login", Method: "POST", Path: "/login/"}}},
	}
}

// suiteFiles are the checks of each stage, by file.
func suiteFiles() map[string][][]string {
	return map[string][][]string{
		"read-only": {{"build.hurl", "health names the build and the instance"},
			{"errors.hurl", "a page that is not there", "a debug page leaks nothing"},
			{"home.hurl", "the home page shows the application", "the home page answers to HEAD", "the login page shows its form", "a path without its last slash leads to the page", "contracts are not public"},
			{"speed.hurl", "the home page is quick", "the login page is quick"},
			{"static.hurl", "the style sheet is there", "a broken static file is told"}},
		"functional": {{"csrf.hurl", "a form without its token is refused"},
			{"login.hurl + session.hurl", "the login form", "a wrong password is refused", "login", "the session is kept", "logout ends it"}},
		"full": {{"contract.hurl", "login", "a contract is created", "it is read back", "it stands in the list", "it is deleted"}},
	}
}

// stageRows are the rows of a stage, all passed.
func (s *scene) stageRows(stage string) []tasks.Row {
	var rows []tasks.Row
	for _, file := range suiteFiles()[stage] {
		var names []string
		for _, f := range strings.Split(file[0], " + ") {
			names = append(names, "smoke/"+stage+"/"+f)
		}
		for i, name := range file[1:] {
			took := time.Duration(18+len(name)) * time.Millisecond
			rows = append(rows, tasks.Row{Name: name, Verdict: tasks.Pass, Says: fmt.Sprintf("200 in %d ms", took.Milliseconds()), Took: took, Exchange: &tasks.Exchange{
				Group: strings.Join(names, " + "), At: fmt.Sprintf("%s:%d:1", names[0], 4+i*9), Request: "GET http://13.228.4.17/", Status: 200, Bytes: 1834,
				Digest: "3f9c0a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789ab", Tries: 1,
				Target: "http://13.228.4.17 on " + instanceID + ", build 1.0.0", Ran: s.now.Add(time.Second)}})
		}
	}
	return rows
}

// broken makes the named row a failure.
func broken(rows []tasks.Row, name, line, expected, actual, request string, status int, excerpt string) {
	for i := range rows {
		if rows[i].Name == name {
			r := &rows[i]
			r.Verdict, r.Says = tasks.Fail, line+": got "+actual
			r.Exchange.Line, r.Exchange.Expected, r.Exchange.Actual, r.Exchange.Request, r.Exchange.Status, r.Exchange.Excerpt = line, expected, actual, request, status, excerpt
		}
	}
}

func breakBuild(rows []tasks.Row) {
	broken(rows, "health names the build and the instance", `jsonpath "$.build" == "{{build}}"`, `"1.0.0"`, `"0.9.9"`, "GET http://13.228.4.17/healthz", 200,
		`{"status":"ok","build":"0.9.9","instance":"`+instanceID+`"}`)
}

func slow(rows []tasks.Row, name string) {
	for i := range rows {
		if r := &rows[i]; r.Name == name {
			r.Verdict, r.Took, r.Says = tasks.Degraded, 812*time.Millisecond, "slower or worse than it should be: duration < 500: got 812 ms"
			r.Exchange.Line, r.Exchange.Expected, r.Exchange.Actual = "duration < 500", "less than 500 ms", "812 ms"
		}
	}
}

func retried(rows []tasks.Row, name string) {
	for i := range rows {
		if r := &rows[i]; r.Name == name {
			r.Exchange.Tries = 3
			r.Says += " · 3rd try, after HTTP 200: got 503"
		}
	}
}

// stageDone ends a stage.
func (s *scene) stageDone(stage string, v tasks.Verdict, rows []tasks.Row) {
	says := tallied(rows).words() + " in 1.4 s"
	done := tasks.StepDone{Task: "T8", Step: stage, Took: 1400 * time.Millisecond, Result: tasks.Result{Verdict: v, Says: says, Rows: rows}}
	if !v.Holds() {
		done.Error = says
	}
	s.now = s.now.Add(20 * time.Second)
	s.add("tminus", done)
	if !v.Holds() {
		s.add("tminus", tasks.TaskFailed{Task: "T8", Step: stage, Reason: says})
	}
}

// checkedDay is T8 passed, its sign-offs open.
func checkedDay(t testing.TB) *scene {
	s := testing8(t)
	for _, stage := range []string{"read-only", "functional", "full"} {
		s.stageDone(stage, tasks.Pass, s.stageRows(stage))
	}
	s.add("tminus", tasks.TaskChecked{Task: "T8"})
	s.live.Head = "9f3c0a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789ab"
	telemetry(s)
	probed(s, nil)
	return s
}

// sign records an acceptance as the engine does.
func (s *scene) sign(who, how, reference string) {
	s.add("LX", tasks.SignedOff{Task: "T8", Contact: who, How: how, Evidence: reference, Head: fmt.Sprintf("%d:9f3c0a1b2c3d4e5f", len(s.events)),
		Results: tasks.Fold(s.plan, s.events).Results("T8")})
}

// probed gives the scene ten minutes of the probe; wrong says what is wrong with the nth newest.
func probed(s *scene, wrong func(n int) string) {
	p := reading.Probe{}
	for n := reading.MostBeats - 1; n >= 0; n-- {
		b := reading.Beat{At: s.now.Add(-time.Duration(n)*5*time.Second - time.Second), OK: true, Took: time.Duration(28+n*7%19) * time.Millisecond, Status: 200, Build: "1.0.0", Instance: instanceID}
		if wrong != nil && wrong(n) != "" {
			b.OK, b.Says, b.Status, b.Build, b.Instance = false, wrong(n), 503, "", ""
		}
		p = p.With("http://13.228.4.17/healthz", 5*time.Second, 2*time.Second, b)
	}
	s.live.Readings.Probe = p
}

// notBegun is the day before T8, with files; and with checks of the plan alone.
func notBegun(t testing.TB, stages []plan.Stage) *scene {
	s := gate(t)
	s.plan.Smoke = stages
	return s
}

// running is the second stage half way.
func running(t testing.TB) *scene {
	s := testing8(t)
	s.stageDone("read-only", tasks.Pass, s.stageRows("read-only"))
	s.live.Rows = map[string][]tasks.Row{"T8": s.stageRows("functional")[:1]}
	s.live.Progress = map[string]string{"T8": "4 of 6: login"}
	s.now = s.now.Add(30 * time.Second)
	telemetry(s)
	probed(s, nil)
	return s
}

// wrongBuild is a day on which the old build is still there: two checks fail, one is slow, one needed three tries, and the host finds the same.
func wrongBuild(t testing.TB) *scene {
	s := testing8(t)
	rows := s.stageRows("read-only")
	breakBuild(rows)
	broken(rows, "a path without its last slash leads to the page", `url == "{{base}}/login/"`, `"http://13.228.4.17/login/"`, `"http://13.228.4.17/accounts/login/?next=/login/and/a/very/long/path/that/does/not/fit"`,
		"GET http://13.228.4.17/login", 404, "<!doctype html><html><head><title>Not Found</title></head><body><h1>Not Found</h1><p>The requested resource was not found on this server.</p></body></html>")
	rows[7] = tasks.Row{Name: rows[7].Name, Says: "not tested: an earlier request of its file failed", Exchange: &tasks.Exchange{Group: rows[7].Exchange.Group}}
	slow(rows, "the home page is quick")
	retried(rows, "the style sheet is there")
	rows[11].Verdict, rows[11].Says, rows[11].Exchange.Skipped = tasks.NotTested, "skipped, as its file says", true
	rows[3].Exchange.Kept = "bodies/173012-3f9c0a1b2c3d.txt"
	rows[0].Exchange.Kept = "bodies/173011-3f9c0a1b2c3d.txt"
	rows = append(rows, tasks.Row{Name: fromHost, Verdict: tasks.Fail, Says: "it fails there as well: the application. 8 of 10 checks passed in 0.9 s; health names the build and the instance: jsonpath \"$.build\" == \"1.0.0\": got \"0.9.9\""})
	s.stageDone("read-only", tasks.Fail, rows)
	s.live.Faults = []string{"stale-build"}
	telemetry(s)
	probed(s, nil)
	return s
}

// unanswered is a day on which the security group is shut: the application is well, seen from the host.
func unanswered(t testing.TB) *scene {
	s := testing8(t)
	rows := s.stageRows("read-only")
	for i := range rows {
		x := rows[i].Exchange
		rows[i] = tasks.Row{Name: rows[i].Name, Says: "not tested: the application does not answer", Exchange: &tasks.Exchange{Group: x.Group, At: x.At, Request: x.Request}}
	}
	rows[0].Verdict, rows[0].Took, rows[0].Says, rows[0].Exchange.Tries = tasks.Fail, 10*time.Second, "no answer from 13.228.4.17:80 within 10 s", 1
	rows = append(rows, tasks.Row{Name: fromHost, Verdict: tasks.Pass, Says: "11 of 11 checks passed in 0.8 s: not the application; port 80 is shut: security group sg-0f00ba4f00ba4f00b does not let in tcp 80 from everywhere"})
	s.stageDone("read-only", tasks.Fail, rows)
	telemetry(s)
	probed(s, func(n int) string {
		return either(n < 4, "no answer from 13.228.4.17:80 within 2 s", "")
	})
	return s
}

// degradedDay passed, and one page is slow.
func degradedDay(t testing.TB) *scene {
	s := testing8(t)
	rows := s.stageRows("read-only")
	slow(rows, "the home page is quick")
	retried(rows, "the style sheet is there")
	s.stageDone("read-only", tasks.Degraded, rows)
	s.stageDone("functional", tasks.Pass, s.stageRows("functional"))
	s.stageDone("full", tasks.Pass, s.stageRows("full"))
	s.add("tminus", tasks.TaskChecked{Task: "T8"})
	telemetry(s)
	return s
}

// again is the wrong build mended, and what failed asked once more; the rest is kept.
func again(t testing.TB) *scene {
	s := wrongBuild(t)
	s.now = s.now.Add(11 * time.Minute)
	s.add("LX", tasks.TaskStarted{Task: "T8", Attempt: 1, From: "read-only"})
	s.live.Progress = map[string]string{"T8": "1 of 6: health names the build and the instance, try 2"}
	old := tasks.Fold(s.plan, s.events).Tasks["T8"].Step("read-only").Before
	s.live.Rows = map[string][]tasks.Row{"T8": {old[1], old[2], old[9]}}
	s.now = s.now.Add(10 * time.Second)
	telemetry(s)
	probed(s, func(n int) string { return either(n == 40, "it took 2.4 s, more than 2s", "") })
	return s
}

// mended is that try come to its end.
func mended(t testing.TB) *scene {
	s := again(t)
	kept := s.live.Rows["T8"]
	rows := s.stageRows("read-only")
	rows[1], rows[2], rows[9] = kept[0], kept[1], kept[2]
	s.live.Rows, s.live.Progress = nil, nil
	s.stageDone("read-only", tasks.Pass, rows)
	s.stageDone("functional", tasks.Pass, s.stageRows("functional"))
	s.stageDone("full", tasks.Pass, s.stageRows("full"))
	s.add("tminus", tasks.TaskChecked{Task: "T8"})
	telemetry(s)
	return s
}

// otherResults is a sign-off given before the tests were run once more.
func otherResults(t testing.TB) *scene {
	s := degradedDay(t)
	s.sign("PM", "e-mail", "“SCP 1.0.0 smoke tests” of 17:41")
	signed := s.events[len(s.events)-1].Body.(tasks.SignedOff)
	signed.Results = strings.Repeat("0", 64)
	s.events[len(s.events)-1].Body = signed
	return s
}

// unset is a stage that could not be begun.
func unset(t testing.TB) *scene {
	s := testing8(t)
	s.add("tminus", tasks.StepDone{Task: "T8", Step: "read-only", Error: "set TMINUS_QA_PASSWORD, the password of qa, in the environment and start tminus again",
		Result: tasks.Result{Verdict: tasks.Inconclusive, Says: "set TMINUS_QA_PASSWORD, the password of qa, in the environment and start tminus again"}},
		tasks.TaskFailed{Task: "T8", Step: "read-only", Reason: "set TMINUS_QA_PASSWORD, the password of qa, in the environment and start tminus again"})
	return s
}

// smokeDays are these days by name.
func smokeDays(t testing.TB) map[string]*scene {
	days := map[string]*scene{"files": notBegun(t, suite()), "checks": notBegun(t, ofChecks()), "running": running(t), "wrong-build": wrongBuild(t), "unanswered": unanswered(t),
		"degraded": degradedDay(t), "again": again(t), "mended": mended(t), "checked": checkedDay(t), "other-results": otherResults(t), "unset": unset(t)}
	return days
}
