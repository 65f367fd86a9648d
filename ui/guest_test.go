package ui

// guest_test.go: what the audit found stands in the Host pane: counted in a small one, told in a large one.

import (
	"testing"
	"time"

	"tminus/tasks"
	"tminus/tasks/reading"
)

func audited(d *desk) *tasks.Snapshot {
	s := d.snapshot()
	s.Readings.Host = reading.Host{Stamp: reading.Stamp{At: s.Wall, Every: 2 * time.Second}, Address: "13.250.1.9", Cores: []float64{0.1}, MemUsed: 1, MemTotal: 2,
		Missing: []string{"disks: df is not there"}}
	s.Readings.Guest = reading.Guest{Stamp: reading.Stamp{At: s.Wall.Add(-3 * time.Minute), Every: 10 * time.Minute}, Address: "13.250.1.9",
		Rows: []reading.GuestRow{
			{Name: reading.RowOS, Expected: "Red/centos (Linux)", Observed: "Amazon Linux 2", Verdict: reading.Fine, Command: "cat /etc/os-release"},
			{Name: reading.RowFramework, Expected: "2.1.5", Observed: "2.1.4", Verdict: reading.Drifted, Says: "of the interpreter that runs the application", Command: "python3 -B -c 'import django'"},
			{Name: "security updates", Observed: "3 wait", Verdict: reading.Remarkable, Says: "openssl, nginx, kernel"},
			{Name: "failed logins", Verdict: reading.Unknown, Says: "the log is not for this user"},
		},
		Logins: []reading.Login{{Address: "203.0.113.10", Count: 3}, {Count: 1}}, Failed: []reading.Login{{Address: "198.51.100.7", Count: 51}}}
	return s
}

func TestGuestAudit(t *testing.T) {
	d := newDesk(t, tasks.LiveRun)
	d.launched()
	s := audited(d)
	large := View{Width: 120, Height: 40, Focus: Host, Zoom: true, Actor: "LX"}
	wants(t, s, large, "audit 1 ✓ 1 ≠ 1 ▲ 1 ?", "3 min ago", "≠ web framework 2.1.4, planned 2.1.5", "differs", "of the interpreter that runs", "python3 -B -c",
		"▲ security updates 3 wait", "? failed logins ?", "logins 203.0.113.10 ×3, console ×1", "refused 198.51.100.7 ×51", "disks: df is not there")
	small := View{Width: 120, Height: 36, Actor: "LX"}
	wants(t, s, small, "audit 1 ✓ 1 ≠ 1 ▲ 1 ?")
	lacks(t, s, small, "planned 2.1.5")
	s.Readings.Failures = map[string]reading.Failure{"guest": {Kind: reading.Unreachable, Says: "no answer within 10s"}}
	wants(t, s, large, "no answer within 10s", "unreachable")
}
