package sshops

// audit_sshd_test.go: an audit of this very machine through OpenSSH's own server, held against what the
// machine tells without it; and the application's interpreter in a real virtual environment.

import (
	"bufio"
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tminus/tasks"
	"tminus/tasks/reading"
)

// printedBy is what a command prints on this machine; "" when there is none.
func printedBy(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Logf("%s: %v", name, err)
	}
	return strings.TrimSpace(string(out))
}

// auditClient is a client of a server on this machine, and the call to audit it with.
func auditClient(t *testing.T) (*Client, sshd, tasks.Call) {
	t.Helper()
	user, userPEM := newKey(t)
	_, hostPEM := newKey(t)
	host := startSSHD(t, hostPEM, authorize(user.PublicKey()))
	client := New(Options{Dial: to(host.addr), Resolve: everything, RunDir: runDir(t, userPEM), Config: "none"})
	t.Cleanup(func() { client.Close() })
	waits := 0
	c := call(host.user, facts(host.host, user.PublicKey()), &waits)
	return client, host, c
}

func TestAuditOnOpenSSH(t *testing.T) {
	client, host, c := auditClient(t)
	scp(c.Plan)
	guest, f := client.audit(t.Context(), c.Plan, c.Facts)
	if f != nil {
		t.Fatal(f)
	}
	release, err := os.ReadFile("/etc/os-release")
	if err != nil {
		t.Skip("NOT TESTED against the machine itself: it has no /etc/os-release")
	}
	local := parseRelease(string(release), "")
	if row := guest.Row(reading.RowOS); row.Observed != local.name || row.Verdict == reading.Unknown {
		t.Errorf("system: %+v, here it is %s", row, local.name)
	}
	_, port, _ := net.SplitHostPort(host.addr)
	number, _ := strconv.Atoi(port)
	if !slices.Contains(guest.Listening, reading.Listener{Address: "127.0.0.1", Port: number}) {
		t.Errorf("the server itself listens on %s, told are %+v", port, guest.Listening)
	}
	if _, err := exec.LookPath("who"); err == nil {
		if users := parseUsers(printedBy(t, "who")); !slices.Equal(users, guest.Users) {
			t.Errorf("logged in are %v, told are %v", users, guest.Users)
		}
	}
	if _, err := exec.LookPath("dpkg-query"); err == nil {
		row, installed := guest.Row(reading.RowWebServer), printedBy(t, "dpkg-query", "-W", "-f", "${Version}", "nginx")
		want := "not installed"
		if installed != "" {
			want = "nginx " + installed
		}
		if row.Observed != want && installed != "" || row.Command == "" {
			t.Errorf("nginx: %+v, here it is %q", row, want)
		}
		row = guest.Row("security updates")
		waiting := parseApt(printedBy(t, "apt", "list", "--upgradable"))
		if len(waiting.Security) > 0 && !slices.Equal(waiting.Security, guest.Updates.Security) || !guest.Updates.Known {
			t.Errorf("updates: %+v, %d told, here are %d", row, len(guest.Updates.Security), len(waiting.Security))
		}
	}
	if len(guest.Rows) != 10 || !guest.Taken() || guest.Address != "203.0.113.7" {
		t.Errorf("%+v", guest)
	}
}

// startApp runs a program named gunicorn in a virtual environment of its own, as a server would.
func startApp(t *testing.T) (python string, pid int) {
	t.Helper()
	base, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("NOT TESTED: the application's interpreter; no python3 on this machine")
	}
	venv := filepath.Join(t.TempDir(), "venv")
	if out, err := exec.Command(base, "-m", "venv", "--without-pip", "--system-site-packages", venv).CombinedOutput(); err != nil {
		t.Skipf("NOT TESTED: the application's interpreter; python3 makes no virtual environment here: %s", out)
	}
	site, _ := filepath.Glob(filepath.Join(venv, "lib", "python3*", "site-packages"))
	if len(site) != 1 {
		t.Fatalf("no site-packages in %s: %v", venv, site)
	}
	write := func(name, text string, mode os.FileMode) string {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return name
	}
	write(filepath.Join(site[0], "django", "__init__.py"), "__version__ = '2.1.5'\n", 0o644)
	python = filepath.Join(venv, "bin", "python3")
	server := write(filepath.Join(venv, "bin", "gunicorn"), "#!"+python+"\nimport sys\nprint('ready', flush=True)\nsys.stdin.read()\n", 0o755)
	cmd := exec.Command(server, "--secret", "hunter2")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		_ = cmd.Wait()
		written, _ := filepath.Glob(filepath.Join(site[0], "django", "__pycache__", "*"))
		if len(written) > 0 {
			t.Errorf("an audit writes nothing, and left %v", written)
		}
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("the server did not start: %q %v", line, err)
	}
	return python, cmd.Process.Pid
}

func TestAuditAsksTheInterpreterOfTheApp(t *testing.T) {
	client, _, c := auditClient(t)
	python, pid := startApp(t)
	l, f := client.kept(t.Context(), c.Plan, c.Facts)
	if f != nil {
		t.Fatal(f)
	}
	answers, f := l.interview(t.Context(), target{addr: "203.0.113.7:22"}, lookAround())
	if f != nil {
		t.Fatal(f)
	}
	var ours string // this machine may run other servers
	for part := range strings.SplitSeq(answers[ansProcesses], "pid ") {
		if strings.HasPrefix(part, strconv.Itoa(pid)+"\n") {
			ours = "pid " + part
		}
	}
	if ours == "" || strings.Contains(answers[ansProcesses], "hunter2") || strings.Contains(answers[ansProcesses], "--secret") {
		t.Fatalf("process %d in %q", pid, answers[ansProcesses])
	}
	answers[ansProcesses] = ours
	rows := l.app(t.Context(), target{}, scp(c.Plan).Environment.Guest, answers)
	version := strings.TrimPrefix(printedBy(t, python, "-V"), "Python ")
	pip := strings.Fields(printedBy(t, python, "-B", "-m", "pip", "--version") + " ? ?")[1]
	want := []string{"Django 2.1.5", "Python " + version, "pip " + pip}
	if pip == "?" {
		want[2] = "not installed"
	}
	for i, row := range rows {
		if row.Observed != want[i] || !strings.Contains(row.Says, python) || !strings.Contains(row.Command, python) {
			t.Errorf("%+v, want %s of %s", row, want[i], python)
		}
	}
	if rows[0].Verdict != reading.Fine {
		t.Errorf("%+v", rows[0])
	}
}

// The script is POSIX: every shell that may be sh on a guest reads it, and nothing else is asked of it.
func TestAuditScriptInEveryShell(t *testing.T) {
	shells := [][]string{{"dash"}, {"bash", "--posix"}, {"busybox", "sh"}}
	tried := 0
	for _, shell := range shells {
		path, err := exec.LookPath(shell[0])
		if err != nil {
			t.Logf("NOT TESTED with %s: it is not on this machine", shell[0])
			continue
		}
		tried++
		cmd := exec.Command(path, shell[1:]...)
		cmd.Stdin = strings.NewReader(auditScript(recordedMark, lookAround()))
		var problem bytes.Buffer
		cmd.Stderr = &problem
		out, err := cmd.Output()
		answers, whole := answersOf(string(out), recordedMark)
		if err != nil || !whole || len(answers) != len(lookAround()) || strings.Contains(problem.String(), "yntax") {
			t.Errorf("%v: %v, %d answers, %s", shell, err, len(answers), problem.String())
		}
	}
	if tried == 0 {
		t.Skip("NOT TESTED: no dash, bash or busybox on this machine")
	}
}
