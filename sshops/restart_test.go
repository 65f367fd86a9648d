package sshops

// restart_test.go: the restart on OpenSSH with systemd's words and with an init script's, in
// its period and outside it, allowed and not, and its answer lost.

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// systemd is a systemctl that keeps one unit in a directory: its state and how often it was started.
const systemd = `d=DIR
case "$1" in
show)
  [ "$2 $3 $4" = "-p LoadState nginx" ] && { echo LoadState=loaded; exit 0; }
  case "$*" in *nginx) ;; *) echo LoadState=not-found; exit 0;; esac
  n=$(cat $d/starts); echo MainPID=$((1000+n)); echo "ActiveState=$(cat $d/state)"; echo "ActiveEnterTimestamp=Thu 2019-02-07 12:00:0$n UTC"; echo "ActiveEnterTimestampMonotonic=$((n*1000000))";;
restart)
  echo "$*" >>$d/asked; [ -f $d/broken ] && { echo failed >$d/state; echo "Job for nginx.service failed" >&2; exit 1; }
  [ -f $d/dies ] && { echo failed >$d/state; exit 0; }
  echo $(($(cat $d/starts)+1)) >$d/starts; exit 0;;
esac`

type restarts struct {
	inhabited
	dir string
}

// withService is a host with the unit nginx, whose user may use sudo, and a port that is listened on.
func withService(t *testing.T) (restarts, map[string]string) {
	t.Helper()
	r := restarts{inhabit(t, func(line string) string { return line }), t.TempDir()}
	r.program(t, "systemctl", strings.ReplaceAll(systemd, "DIR", r.dir))
	r.program(t, "id", "echo 1000")
	r.program(t, "sudo", `[ -f `+r.dir+`/nosudo ] && { echo "sudo: a password is required" >&2; exit 1; }; shift; exec "$@"`)
	r.set(t, "starts", "1")
	r.set(t, "state", "active")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return r, map[string]string{"service": "nginx", "between": "13:00-13:30", "port": port}
}

func (r restarts) set(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// asked are the restarts that the host was asked for.
func (r restarts) asked() string {
	text, _ := os.ReadFile(filepath.Join(r.dir, "asked"))
	return string(text)
}

func TestRestartOnOpenSSH(t *testing.T) {
	t.Parallel()
	h, params := withService(t)
	f, c := h.flight(params), h.client(t)
	if err := f.fly(t.Context(), c.Restart(nil)); err != nil {
		t.Fatal(err)
	}
	r, check := f.results["restart"], f.results["restart/check"]
	if want := "`sudo -n systemctl restart nginx` ended well; before, nginx is active since Thu 2019-02-07 12:00:01 UTC, main process 1001, 0 workers"; r.Says != want {
		t.Errorf("%s", r.Says)
	}
	if h.asked() != "restart nginx\n" || len(r.Made) != 0 || len(check.Rows) != 3 || !strings.HasSuffix(r.Trace[0].Line, "'sudo -n systemctl restart nginx'") {
		t.Errorf("asked %q, made %v, rows %v, trace %v", h.asked(), r.Made, check.Rows, r.Trace)
	}
}

func TestRestartRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		params  map[string]string
		now     time.Time
		prepare string
		says    string
	}{
		"too early":       {now: time.Date(2019, 2, 7, 12, 59, 59, 0, time.UTC), says: "start it again today from 13:00"},
		"too late":        {now: time.Date(2019, 2, 7, 13, 30, 0, 0, time.UTC), says: "start it again tomorrow from 13:00"},
		"no period":       {params: map[string]string{"between": ""}, says: "params.between"},
		"no service":      {params: map[string]string{"service": ""}, says: "params.service"},
		"an option":       {params: map[string]string{"service": "--all"}, says: "no name of a service"},
		"a command":       {params: map[string]string{"service": "nginx;id"}, says: "no name of a service"},
		"a wrong port":    {params: map[string]string{"port": "http"}, says: "params.port"},
		"unknown":         {params: map[string]string{"service": "httpd"}, says: "knows no service httpd"},
		"sudo may not":    {prepare: "nosudo", says: "may not run `sudo -n systemctl restart nginx`"},
		"it fails":        {prepare: "broken", says: "Job for nginx.service failed"},
		"it dies at once": {prepare: "dies", says: "30s after the restart of nginx: nginx is failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, params := withService(t)
			for k, v := range tt.params {
				params[k] = v
			}
			if tt.prepare != "" {
				h.set(t, tt.prepare, "")
			}
			f := h.flight(params)
			if !tt.now.IsZero() {
				f.now = tt.now
			}
			err := f.fly(t.Context(), h.client(t).Restart(nil))
			if err == nil || !strings.Contains(err.Error(), tt.says) || errors.Is(err, tasks.ErrUnknown) {
				t.Errorf("%v", err)
			}
			if asked := h.asked() != ""; asked != (tt.prepare == "broken" || tt.prepare == "dies") {
				t.Errorf("asked: %q", h.asked())
			}
		})
	}
}

func TestRestartWithALostAnswer(t *testing.T) {
	t.Parallel()
	h, params := withService(t)
	f, c := h.flight(params), h.client(t)
	step := c.Restart(nil).Step("restart")
	intended := f.call("restart")
	var err error
	if intended.Pre, err = step.Look(t.Context(), intended); err != nil {
		t.Fatal(err)
	}
	if _, found, err := step.Find(t.Context(), intended); err != nil || found {
		t.Errorf("it did not happen: found %v, %v", found, err)
	}
	h.program(t, "sudo", `shift; "$@"; case "$*" in *restart*) kill -9 $PPID;; esac`) // its sshd dies before the answer
	if _, err := step.Do(t.Context(), intended); !errors.Is(err, tasks.ErrUnknown) {
		t.Errorf("the answer was lost: %v", err)
	}
	if r, found, err := step.Find(t.Context(), intended); err != nil || !found || !strings.Contains(r.Says, "main process 1002") {
		t.Errorf("it happened: found %v, %v, %s", found, err, r.Says)
	}
	if h.asked() != "restart nginx\n" {
		t.Errorf("asked %q", h.asked())
	}
}

func TestRestartIsNamed(t *testing.T) {
	p := &plan.Plan{}
	p.Tasks = []plan.Task{{ID: "R1", Action: "ssh.restart", Params: map[string]string{"service": "nginx", "between": "13:00-13:30"}}}
	step := New(Options{Config: "none"}).Restart(p).Steps[0]
	if step.Title != "restart nginx, between 13:00-13:30" || step.Call != "ssh … sudo -n systemctl restart nginx" || !strings.Contains(step.Undo.Describe(tasks.Call{}).Keep, "cannot be taken back") {
		t.Errorf("%s: %s", step.Title, step.Call)
	}
}

func TestPeriods(t *testing.T) {
	at := func(h, m int) time.Time { return time.Date(2019, 2, 7, h, m, 59, 0, time.UTC) }
	for text, holds := range map[string][2]time.Time{"13:00-13:30": {at(13, 29), at(13, 30)}, "23:30-00:30": {at(0, 29), at(0, 30)}, "00:00-23:59": {at(0, 0), at(23, 59)}} {
		p, err := readPeriod(text)
		if err != nil || !p.holds(holds[0]) || p.holds(holds[1]) {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{"", "13:00", "13:00-13:00", "25:00-26:00", "13-14"} {
		if _, err := readPeriod(text); err == nil {
			t.Errorf("%q is a period", text)
		}
	}
}

func TestParseService(t *testing.T) {
	table := "  PID  PPID COMMAND\n    1     0 init\n  700     1 nginx\n  701   700 nginx\n  702   700 nginx: \n"
	for name, tt := range map[string]struct {
		text string
		want service
	}{
		"an init script": {"manager=service\nmay=sudo\n" + table, service{manager: "service", may: true, state: "active", pid: 700, workers: 2}},
		"stopped":        {"manager=rc-service\nmay=root\n", service{manager: "rc-service", root: true, may: true, state: "inactive"}},
		"systemd":        {"manager=systemctl\nmay=password\nActiveState=active\nMainPID=700\nActiveEnterTimestampMonotonic=5\n" + table, service{manager: "systemctl", state: "active", pid: 700, workers: 2, mark: "700@5"}},
		"nonsense":       {"manager=rm -rf\nmay=yes\n\x1b[31m\nx y z\n", service{state: "inactive"}},
	} {
		if got := parseService(tt.text, "nginx"); got != tt.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func FuzzService(f *testing.F) {
	f.Add("manager=service\nmay=sudo\n1 0 nginx\n")
	f.Fuzz(func(t *testing.T, text string) {
		s := parseService(text, "nginx")
		if len(s.says("nginx")) > 2000 || s.may && s.manager == "" && s.pid < 0 {
			t.Errorf("%+v", s)
		}
	})
}
