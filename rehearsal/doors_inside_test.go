package rehearsal

// doors_inside_test.go: where the doors are when ports or addresses cannot be had.

import (
	"net"
	"strings"
	"testing"
)

func TestPortsOfTheDoors(t *testing.T) {
	l, err := net.Listen("tcp4", net.JoinHostPort(probeAddress, "0"))
	if err != nil {
		t.Skipf("SKIPPED: this machine has no loopback addresses but 127.0.0.1 (%v): no port was chosen", err)
	}
	defer l.Close()
	_, busy, _ := net.SplitHostPort(l.Addr().String())
	if port, err := choosePort(busy, "0"); err != nil || port != "0" {
		t.Errorf("beside a port that is taken: %q, %v", port, err)
	}
	if port, err := choosePort(busy); err == nil {
		t.Errorf("a port that is taken was chosen: %q", port)
	}
}

func TestReachSaysWhyNot(t *testing.T) {
	w := &World{opt: Options{Doors: true}, doors: doors{closed: &net.AddrError{Err: "can't assign requested address", Addr: probeAddress}}}
	if lines := w.Reach(); len(lines) != 1 || !strings.Contains(lines[0], "can't assign requested address") {
		t.Errorf("it says %q", lines)
	}
}

func TestLinesAreForAShell(t *testing.T) {
	d := Door{Address: "127.64.3.7", SSH: "127.64.3.7:10022", Web: "127.64.3.7:10080"}
	for key, want := range map[string]string{
		"run/keys/scp.pem":       "ssh -i run/keys/scp.pem -p 10022 ec2-user@127.64.3.7",
		"a run/keys/it's me.pem": `ssh -i 'a run/keys/it'\''s me.pem' -p 10022 ec2-user@127.64.3.7`,
	} {
		if lines := d.lines("scp", key); lines[0] != want || lines[1] != "curl http://127.64.3.7:10080/" {
			t.Errorf("%q", lines)
		}
	}
	if lines := d.lines("their\n\"own", ""); len(lines) != 3 || lines[0] != `# KEY: (the private key of "their\n\"own")` || lines[1] != "ssh -i KEY -p 10022 ec2-user@127.64.3.7" {
		t.Errorf("%q", lines)
	}
	if lines := d.lines("", ""); !strings.Contains(lines[0], "has no key pair") {
		t.Errorf("%q", lines)
	}
	d.Web = "127.64.3.7:80"
	if lines := d.lines("scp", "k"); lines[1] != "curl http://127.64.3.7/" {
		t.Errorf("%q", lines)
	}
}
