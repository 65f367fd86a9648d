package sshops

// audit_test.go: the audit of the pretend host, as planned and drifted, by the action and by the sensor.

import (
	"strings"
	"testing"
	"time"

	"tminus/rehearsal/host"
	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// scp is what the SCP plan says of the guest and its ports.
func scp(p *plan.Plan) *plan.Plan {
	p.Environment.Guest = plan.Guest{OS: "Red/centos (Linux)", Nginx: "1:1.14.1-2.34", Django: "2.1.5", Python: "3.6", Pip: "9.0.3"}
	p.Environment.Instance.Ports = []plan.Port{{Port: 22, From: "0.0.0.0/0"}, {Port: 80, From: "0.0.0.0/0"}}
	return p
}

func TestAuditOfPretendHost(t *testing.T) {
	for _, tt := range []struct {
		name     string
		drifted  bool
		verdict  tasks.Verdict
		observed map[string]string
		verdicts map[string]reading.Verdict
	}{
		{"as planned", false, tasks.Pass, map[string]string{
			reading.RowOS: "Amazon Linux AMI 2018.03", reading.RowWebServer: "nginx 1:1.14.1-2.34.amzn1", reading.RowFramework: "Django 2.1.5",
			reading.RowLanguage: "Python 3.6.5", reading.RowPip: "pip 9.0.3", "security updates": "none waits"}, nil},
		{"drifted", true, tasks.Fail, map[string]string{
			reading.RowWebServer: "nginx 1:1.12.1-2.34.amzn1", reading.RowFramework: "Django 2.2.28", "security updates": "2 waiting"},
			map[string]reading.Verdict{reading.RowWebServer: reading.Drifted, reading.RowFramework: reading.Drifted, "security updates": reading.Remarkable}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			onHost(t, host.Options{Drifted: tt.drifted}, func(t *testing.T, client *Client, _ *host.Host, c tasks.Call) {
				scp(c.Plan)
				time.Sleep(time.Hour)
				guest, f := client.audit(t.Context(), c.Plan, c.Facts)
				if f != nil {
					t.Fatal(f)
				}
				for _, row := range guest.Rows {
					want := tt.verdicts[row.Name]
					if want == "" {
						want = reading.Fine
					}
					if row.Verdict != want || row.Command == "" {
						t.Errorf("%+v, want %s", row, want)
					}
				}
				for name, want := range map[string]string{ // a row that needed root, or the app's owner, says so
					reading.RowFramework: "sudo -n -u '#501' /usr/bin/python3.6 -c", "security updates": "sudo -n yum -C", "failed logins": "sudo "} {
					if row := guest.Row(name); row == nil || !strings.HasPrefix(row.Command, want) {
						t.Errorf("%+v, want %s", row, want)
					}
				}
				for name, want := range tt.observed {
					if row := guest.Row(name); row == nil || row.Observed != want {
						t.Errorf("%s: %+v, want %s", name, row, want)
					}
				}
				r := do(t, client.Audit().Steps[0], c)
				if r.Verdict != tt.verdict || len(r.Rows) != len(guest.Rows) || !strings.Contains(r.Says, "of 5 rows") {
					t.Errorf("%q %s", r.Verdict, r.Says)
				}
			})
		})
	}
}

// What an audit finds of people is for the screen; a result is journaled.
func TestAuditResultNamesNobody(t *testing.T) {
	guest := reading.Guest{Users: []string{"mei pts/0 (192.0.2.7)"}}
	row, users := usersRow("mei      pts/0        2019-02-07 16:20 (192.0.2.7)", true)
	failed, from := failedRow("asked\nroot ssh:notty 198.51.100.9 Thu Feb  7 16:00 - 16:00  (00:00)", "")
	guest.Rows = []reading.GuestRow{row.GuestRow, failed.GuestRow}
	if len(users) != 1 || len(from) != 1 || from[0].Address != "198.51.100.9" {
		t.Fatalf("%v %v", users, from)
	}
	for _, r := range auditResult(guest, time.Second).Rows {
		for _, secret := range []string{"mei", "192.0.2.7", "198.51.100.9"} {
			if strings.Contains(r.Says, secret) {
				t.Errorf("%s says %s", r.Name, r.Says)
			}
		}
	}
}

func TestAuditSensor(t *testing.T) {
	onHost(t, host.Options{}, func(t *testing.T, client *Client, _ *host.Host, c tasks.Call) {
		scp(c.Plan)
		sensor := client.auditSensor(c.Plan)
		var now reading.Readings
		read := func(facts map[string]string) (bool, error) {
			t.Helper()
			update, err := sensor.Read(t.Context(), facts, time.Time{})
			if update != nil {
				update(&now)
			}
			return update != nil, err
		}
		if _, err := read(c.Facts); err == nil || now.Guest.Taken() {
			t.Fatalf("the host has not booted, and was audited: %v", err)
		}
		time.Sleep(time.Minute)
		if news, err := read(c.Facts); err != nil || !news || now.Guest.Row(reading.RowOS).Verdict != reading.Fine {
			t.Fatalf("%v %+v", err, now.Guest)
		}
		first := now.Guest.At
		time.Sleep(auditRest)
		if news, err := read(c.Facts); err != nil || news {
			t.Errorf("one audit is enough for ten minutes: %v %v", news, err)
		}
		client.Wake()
		if news, err := read(c.Facts); err != nil || !news || !now.Guest.At.After(first) {
			t.Errorf("who looks again gets an audit: %v %v", news, err)
		}
		first = now.Guest.At
		time.Sleep(auditEvery)
		if news, err := read(c.Facts); err != nil || !news || !now.Guest.At.After(first) {
			t.Errorf("after ten minutes: %v %v", news, err)
		}
		other := map[string]string{}
		for k, v := range c.Facts {
			other[k] = v
		}
		other[tasks.FactAssociation] = "eipassoc-1"
		if _, err := read(other); err != nil || now.Guest.Taken() {
			t.Errorf("another address: what was read there is not of here: %v %+v", err, now.Guest)
		}
		if _, err := read(other); err != nil || now.Guest.Address != other[tasks.FactElasticIP] {
			t.Errorf("another address: %v %+v", err, now.Guest)
		}
		if _, err := read(map[string]string{}); err != nil || now.Guest.Taken() {
			t.Errorf("nobody there: %v %+v", err, now.Guest)
		}
	})
}
