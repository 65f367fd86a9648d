package sshops

// audit_recorded_test.go: what guests of five distributions answer, as testdata/audit holds it, and what
// an audit makes of it; and answers of hosts that mean harm.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

const recordedMark = "--audit-"

// auditRecord is the answers of all scripts.
func auditRecord(t testing.TB, name string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "audit", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	answers, whole := answersOf(string(text), recordedMark)
	if !whole {
		t.Fatalf("%s has no end", name)
	}
	return answers
}

// auditOf is an audit without a host: what interview would have brought is in the answers.
func auditOf(p *plan.Plan, answers map[string]string) reading.Guest {
	want := p.Environment.Guest
	found, why := interpreters(parseApps(answers[ansProcesses]))
	if len(found) == 0 {
		return compareGuest(p, answers, noAppRows(want, why))
	}
	return compareGuest(p, answers, appRows(want, found[0], len(found)-1, answers))
}

func TestRecordedAudits(t *testing.T) {
	type seen struct {
		observed string
		verdict  reading.Verdict
	}
	for _, tt := range []struct {
		name string
		want plan.Guest
		rows map[string]seen
	}{
		{"amazon-2018.03", scp(planFor("")).Environment.Guest, map[string]seen{
			reading.RowOS:        {"Amazon Linux AMI 2018.03", reading.Fine},
			reading.RowWebServer: {"nginx 1:1.14.1-2.34.amzn1", reading.Fine},
			reading.RowFramework: {"Django 2.1.5", reading.Fine},
			reading.RowLanguage:  {"Python 3.6.5", reading.Fine},
			reading.RowPip:       {"pip 9.0.3", reading.Fine},
			"listening ports":    {"22, 80; on the machine itself 25, 8000", reading.Fine},
			"security updates":   {"2 waiting", reading.Remarkable},
			"logged in":          {"1 with a terminal", reading.Fine},
			"last logins":        {"3 from 2 addresses", reading.Fine},
			"failed logins":      {"3 from 2 addresses", reading.Fine},
		}},
		{"centos-7", scp(planFor("")).Environment.Guest, map[string]seen{
			reading.RowOS:        {"CentOS Linux 7 (Core)", reading.Fine},
			reading.RowWebServer: {"nginx 1:1.12.2-2.el7", reading.Drifted},
			reading.RowFramework: {"", reading.Unknown}, // mod_wsgi tells nothing of its interpreter
			reading.RowLanguage:  {"", reading.Unknown},
			reading.RowPip:       {"", reading.Unknown},
			"listening ports":    {"22, 80, 111; on the machine itself 25", reading.Remarkable},
			"security updates":   {"", reading.Unknown}, // no notices in its repositories
			"logged in":          {"0 with a terminal", reading.Fine},
			"last logins":        {"1 from 1 address", reading.Fine},
			"failed logins":      {"", reading.Unknown}, // not permitted
		}},
		{"debian-12", plan.Guest{OS: "Debian 12", Nginx: "1.22.1-9", Django: "4.2", Python: "3.11"}, map[string]seen{
			reading.RowOS:        {"Debian GNU/Linux 12 (bookworm)", reading.Fine},
			reading.RowWebServer: {"nginx 1.22.1-9+deb12u1", reading.Fine},
			reading.RowFramework: {"not installed", reading.Drifted},
			reading.RowLanguage:  {"Python 3.11.2", reading.Fine},
			reading.RowPip:       {"not installed", ""}, // the plan does not say
			"listening ports":    {"22, 80; on the machine itself 53, 34799", reading.Fine},
			"security updates":   {"2 waiting", reading.Remarkable},
			"logged in":          {"0 with a terminal", reading.Fine},
			"last logins":        {"none", reading.Fine},
			"failed logins":      {"none", reading.Fine},
		}},
		{"ubuntu-22.04", plan.Guest{OS: "Ubuntu 22.04", Nginx: "1.18", Python: "3.10"}, map[string]seen{
			reading.RowOS:        {"Ubuntu 22.04.3 LTS", reading.Fine},
			reading.RowWebServer: {"nginx 1.18.0-6ubuntu14.4", reading.Fine},
			reading.RowFramework: {"", reading.Unknown},
			reading.RowLanguage:  {"", reading.Unknown}, // uWSGI has it built in
			reading.RowPip:       {"", reading.Unknown},
			"listening ports":    {"22, 80; on the machine itself 53", reading.Fine},
			"security updates":   {"none waits", reading.Unknown}, // by lists that are two weeks old
			"logged in":          {"1 with a terminal", reading.Fine},
			"last logins":        {"1 from 1 address", reading.Fine},
			"failed logins":      {"3 from 2 addresses", reading.Fine},
		}},
		{"alpine-3.19", plan.Guest{OS: "Alpine", Nginx: "1.24.0-r16"}, map[string]seen{
			reading.RowOS:        {"Alpine Linux v3.19", reading.Fine},
			reading.RowWebServer: {"nginx 1.24.0-r16", reading.Fine},
			reading.RowFramework: {"", reading.Unknown},
			reading.RowLanguage:  {"", reading.Unknown},
			reading.RowPip:       {"", reading.Unknown},
			"listening ports":    {"22, 80; on the machine itself 25, 8000", reading.Fine},
			"security updates":   {"2 updates waiting", reading.Unknown}, // Alpine does not say which
			"logged in":          {"", reading.Unknown},
			"last logins":        {"none", reading.Fine},
			"failed logins":      {"", reading.Unknown},
		}},
	} {
		p := scp(planFor(""))
		p.Environment.Guest = tt.want
		guest := auditOf(p, auditRecord(t, tt.name))
		got := map[string]seen{}
		for _, row := range guest.Rows {
			got[row.Name] = seen{row.Observed, row.Verdict}
			if row.Command == "" && row.Verdict != reading.Unknown || row.Verdict == reading.Unknown && row.Says == "" {
				t.Errorf("%s: %+v", tt.name, row)
			}
		}
		if diff := cmp.Diff(tt.rows, got, cmp.AllowUnexported(seen{})); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

func TestRecordedPeople(t *testing.T) {
	guest := auditOf(scp(planFor("")), auditRecord(t, "amazon-2018.03"))
	want := reading.Guest{
		Users:  []string{"ec2-user pts/0 (192.0.2.7)"},
		Logins: []reading.Login{{Address: "192.0.2.7", Count: 2}, {Address: "198.51.100.31", Count: 1}},
		Failed: []reading.Login{{Address: "203.0.113.66", Count: 2}, {Address: "203.0.113.70", Count: 1}}, // not the address in the name
		Listening: []reading.Listener{{Address: "0.0.0.0", Port: 22, Outside: true, Planned: true}, {Address: "::", Port: 22, Outside: true, Planned: true},
			{Address: "127.0.0.1", Port: 25}, {Address: "0.0.0.0", Port: 80, Outside: true, Planned: true}, {Address: "127.0.0.1", Port: 8000}},
		Updates: reading.Updates{Known: true, Age: 7 * time.Hour,
			Security: []string{"kernel-4.14.97-74.72.amzn1.x86_64", "openssl-1:1.0.2k-16.146.amzn1.x86_64"}},
	}
	guest.Rows = nil
	if diff := cmp.Diff(want, guest); diff != "" {
		t.Error(diff)
	}
	if row := auditOf(scp(planFor("")), map[string]string{ansFailed: "asked\n" + strings.Repeat("root ssh:notty 203.0.113.66 Mon Jan 15 09:00\n", 51)}).Row("failed logins"); row.Verdict != reading.Remarkable {
		t.Errorf("%+v", row)
	}
}

func TestInterpreters(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"python -m gunicorn", "pid 7\nuid 5\ncomm python3\nexe /usr/bin/python3.6\n/usr/bin/python3.6\n-m\ngunicorn", "/usr/bin/python3.6 gunicorn 5"},
		{"a relative word", "pid 7\nuid 5\ncomm python3\nexe /usr/bin/python3.6\npython3\nmanage.py", "/usr/bin/python3.6 manage.py 5"},
		{"a title in place of words", "pid 7\nuid 5\ncomm gunicorn\nexe /usr/bin/python3.6\nVIRTUAL_ENV=/srv/venv", "/srv/venv/bin/python gunicorn 5"},
		{"a title, and no permission", "pid 7\nuid 5\ncomm gunicorn\nexe ", ""},
		{"a replaced interpreter", "pid 7\nuid 5\ncomm gunicorn\nexe /usr/bin/python3.6 (deleted)", "/usr/bin/python3.6 gunicorn 5"},
		{"uWSGI in an environment", "pid 7\nuid 5\ncomm uwsgi\nexe /usr/sbin/uwsgi\nVIRTUAL_ENV=/srv/venv", "/srv/venv/bin/python uwsgi 5"},
		{"gunicorn before runserver", "pid 7\nuid 5\ncomm python3\n/a/python3\nmanage.py\npid 8\nuid 6\ncomm gunicorn\n/b/bin/python3\n/b/bin/gunicorn", "/b/bin/python3 gunicorn 6"},
		{"an editor", "pid 7\nuid 5\ncomm vim\nexe /usr/bin/vim\nmanage.py", ""},
		{"a shell in the path", "pid 7\nuid 5\ncomm gunicorn\n/tmp/$(reboot)/python3\n/b/gunicorn", ""},
		{"a quote in the path", "pid 7\nuid 5\ncomm gunicorn\n/tmp/'; reboot; '/python3\n/b/gunicorn", ""},
		{"a way out", "pid 7\nuid 5\ncomm gunicorn\n/srv/../tmp/python3\n/b/gunicorn", ""},
		{"another program", "pid 7\nuid 5\ncomm gunicorn\n/tmp/pythonrc\n/b/gunicorn", ""},
	} {
		found, why := interpreters(parseApps(tt.text))
		got := ""
		if len(found) > 0 {
			got = strings.TrimSpace(found[0].path + " " + found[0].server + " " + string(rune('0'+found[0].uid)))
		}
		if got != tt.want || why == "" {
			t.Errorf("%s: %q, %s; want %q", tt.name, got, why, tt.want)
		}
	}
}

// Whoever owns the process chose the path: run as somebody who may do more, it would be a way up.
func TestInterpreterIsRunAsItsOwner(t *testing.T) {
	for _, tt := range []struct {
		mine   string
		owner  int
		prefix string
		allow  bool
	}{
		{"no 1000", 1000, "", true},
		{"no 1000", 501, "", false},
		{"sudo 1000", 501, "sudo -n -u '#501' ", true},
		{"sudo 1000", 0, "", true},
		{"sudo 1000", 1000, "", true},
		{"root 0", 0, "", true},
		{"root 0", 501, "sudo -n -u '#501' ", true},
		{"root 0", -1, "", false},
		{"sudo 1000", -1, "", false},
		{"", -1, "", false},
		{"sudo x", 501, "", false},
	} {
		prefix, why := parsePrivilege(tt.mine).as(tt.owner)
		if prefix != tt.prefix || (why == "") != tt.allow {
			t.Errorf("%q asks the interpreter of %d: %q %q", tt.mine, tt.owner, prefix, why)
		}
	}
}

// An audit that ran out of time tells what was answered before.
func TestAuditOfHalfAnAnswer(t *testing.T) {
	text, err := os.ReadFile("testdata/audit/amazon-2018.03.txt")
	if err != nil {
		t.Fatal(err)
	}
	half, _, _ := strings.Cut(string(text), recordedMark+ansListening)
	answers, whole := answersOf(half+recordedMark+ansListening+"\nLISTEN 0 128 *:31337", recordedMark)
	if _, there := answers[ansListening]; whole || there {
		t.Fatalf("the last answer may be half of one: %v", answers)
	}
	guest := auditOf(scp(planFor("")), answers)
	for name, want := range map[string]reading.Verdict{reading.RowOS: reading.Fine, reading.RowWebServer: reading.Fine, "listening ports": reading.Unknown,
		"security updates": reading.Unknown, "logged in": reading.Unknown, "failed logins": reading.Unknown, reading.RowFramework: reading.Unknown} {
		if row := guest.Row(name); row.Verdict != want {
			t.Errorf("%+v, want %s", row, want)
		}
	}
}

// A manager that was stopped lists nothing, and nothing is not none.
func TestUpdatesThatDidNotCome(t *testing.T) {
	for _, answer := range []string{"", "yum", "yum\nstatus 124", "yum\nstatus 1", "yum\nError: Cache-only enabled but no cache\nstatus 1", "apt\nListing...",
		"apt\nListing...\nstatus 124", "apt\nstatus 0", "apk\nWARNING: opening from cache https://dl-cdn: No such file or directory\nstatus 0", "pacman\nstatus 0"} {
		if p := parseUpdates(answer, "amzn"); p.Known || p.why == "" {
			t.Errorf("%q: %+v", answer, p)
		}
	}
	if p := parseUpdates("yum\nstatus 0", "amzn"); !p.Known {
		t.Errorf("none waits: %+v", p)
	}
}

// Whatever a host answers: no panic, nothing long, nothing that moves a cursor.
func FuzzAudit(f *testing.F) {
	for _, name := range []string{"amazon-2018.03", "centos-7", "debian-12", "ubuntu-22.04", "alpine-3.19"} {
		text, err := os.ReadFile(filepath.Join("testdata", "audit", name+".txt"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("\n--audit-processes\npid 1\nuid 0\ncomm gunicorn\nexe /usr/bin/python3\n\n--audit-django\n\x1b]0;x\a9\n--audit-end\n")
	f.Fuzz(func(t *testing.T, text string) {
		answers, _ := answersOf(text, recordedMark)
		guest := auditOf(scp(planFor("")), answers)
		if len(guest.Rows) != 10 || len(guest.Logins) > maxAddresses || len(guest.Failed) > maxAddresses || len(guest.Listening) > maxListeners ||
			len(guest.Users) > maxUsers || len(guest.Updates.Security) > maxUpdates || guest.Updates.Age < 0 {
			t.Fatalf("out of bounds: %+v", guest)
		}
		shown := append(append([]string{}, guest.Users...), guest.Updates.Security...)
		for _, row := range guest.Rows {
			shown = append(shown, row.Observed, row.Says, row.Command)
		}
		for _, l := range append(guest.Logins, guest.Failed...) {
			shown = append(shown, l.Address)
		}
		for _, s := range shown {
			if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 }) || len(s) > 4<<10 {
				t.Fatalf("unclean: %q", s)
			}
		}
		for _, i := range func() []interpreter { found, _ := interpreters(parseApps(answers[ansProcesses])); return found }() {
			if !runnable(i.path) || strings.ContainsAny(i.path, " '\"$`;&|<>(){}[]*?!~#\\\n") {
				t.Fatalf("would run %q", i.path)
			}
		}
	})
}

func FuzzVersions(f *testing.F) {
	f.Add("1:1.14.1-2.34", "1:1.14.1-2.34.amzn1")
	f.Add("3.6", "3.6.5")
	f.Fuzz(func(t *testing.T, want, got string) {
		verdict, _ := compareVersion(parseVersion(want), parseVersion(got), true)
		if v := parseVersion(got); strings.TrimSpace(got) == strings.TrimSpace(want) && v.number != "" && verdict != reading.Fine {
			t.Fatalf("%q is not itself: %s", got, verdict)
		}
	})
}
