package guest_test

// home_test.go: what a login user can write, and what nobody can; services that begin anew.

import (
	"strings"
	"testing"
	"time"
)

// twoLines is the SHA-256 of "one\ntwo\n".
const twoLines = "c3f9c8c283a2b1f2f1896f27a01cbe3cddc0c9d93f752e4639035a0f5b36f6e8"

func TestWhatCanBeWritten(t *testing.T) {
	g := newGuest(&clock{boot.Add(10 * time.Minute)}, "t2.micro", 1)
	out, errs, st := run(t, g, `cd && echo one >.ssh/a && echo two >>.ssh/a && cp -p .ssh/a .ssh/b && mv -f .ssh/b .ssh/authorized_keys && rm -f .ssh/a .ssh/none && ls .ssh && sha256sum <.ssh/authorized_keys`)
	if st != 0 || errs != "" || out != "authorized_keys\n"+twoLines+"  -\n" {
		t.Errorf("%d %q %q", st, out, errs)
	}
	if got := g.AuthorizedKeys(); got != "one\ntwo\n" {
		t.Errorf("authorized_keys %q", got)
	}
	for script, says := range map[string]string{
		"echo x >/etc/passwd":   "Read-only file system",
		"echo x >.ssh/deep/er":  "Read-only file system",
		"echo x >.ssh/../x":     "Read-only file system",
		"cp /etc/shadow .ssh/a": "Permission denied",
		"rm .ssh/none":          "No such file",
		"sudo -n -u nginx cp /etc/hostname /home/ec2-user/.ssh/a":             "Permission denied",
		"for i in 1 2 3 4 5 6 7 8 9 a b c d e f g; do echo $i >.ssh/$i; done": "No space left",
	} {
		if _, errs, _ := run(t, g, script); !strings.Contains(errs, says) {
			t.Errorf("%s: %q", script, errs)
		}
	}
}

func TestRestartedService(t *testing.T) {
	c := &clock{boot.Add(10 * time.Minute)}
	g := newGuest(c, "t2.micro", 1)
	show := "systemctl show -p ActiveState -p MainPID -p ActiveEnterTimestampMonotonic nginx; ps -eo pid,ppid,comm | grep -c nginx"
	before, _, _ := run(t, g, show)
	if before != "ActiveState=active\nMainPID=2602\nActiveEnterTimestampMonotonic=37000000\n2\n" {
		t.Errorf("before: %q", before)
	}
	if _, errs, st := run(t, g, "systemctl restart nginx"); st == 0 || !strings.Contains(errs, "Access denied") {
		t.Errorf("without sudo: %d %q", st, errs)
	}
	if _, errs, st := run(t, g, "sudo -n systemctl restart nginx.service"); st != 0 {
		t.Errorf("%d %q", st, errs)
	}
	c.now = c.now.Add(time.Minute)
	if after, _, _ := run(t, g, show); after != "ActiveState=active\nMainPID=30052\nActiveEnterTimestampMonotonic=600000000\n2\n" {
		t.Errorf("after: %q", after)
	}
	if _, errs, st := run(t, g, "sudo -n systemctl restart httpd"); st != 5 || !strings.Contains(errs, "Unit not found") {
		t.Errorf("unknown: %d %q", st, errs)
	}
}
