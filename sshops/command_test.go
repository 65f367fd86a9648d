package sshops

// command_test.go: the words for ssh are not decoration. OpenSSH's own client takes them.

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tminus/tasks"
)

func TestCommandOnOpenSSH(t *testing.T) {
	if _, err := exec.LookPath("ssh"); err != nil {
		t.Skip("NOT TESTED with OpenSSH's client: no ssh on this machine")
	}
	b := throughBastion(t)
	b.call.Facts[tasks.FactPublicIP] = "127.0.0.1"
	b.client.config = filepath.Join(b.home, ".ssh", "config") // ssh asks the system for the home, not HOME
	config := "Host i-*\n ProxyJump bastion\n HostName 192.0.2.1\n ForwardAgent yes\nHost bastion\n HostName 127.0.0.1\n Port " +
		strings.TrimPrefix(b.jump.addr, "127.0.0.1:") + "\n IdentityFile " + b.home + "/key\n UserKnownHostsFile " + b.home + "/.ssh/known_hosts\n"
	write(t, b.client.config, config)
	run := func() ([]byte, error) {
		words := b.client.Command(b.call.Plan, b.call.Facts)
		return exec.Command(words[0], append(words[1:], "echo as $USER, agent $SSH_AUTH_SOCK, from $SSH_CONNECTION")...).CombinedOutput()
	}
	if out, err := run(); err == nil || !strings.Contains(string(out), "Host key verification failed") {
		t.Errorf("a host that was not verified: %v\n%s", err, out)
	}
	if _, f := b.login(t); f != nil {
		t.Fatal(f)
	}
	if out, err := run(); err != nil || !strings.Contains(string(out), "as "+b.host.user+", agent , from 127.0.0.1 ") {
		t.Errorf("%v\n%s", err, out)
	}
	delete(b.call.Facts, tasks.FactPublicIP)
	if words := b.client.Command(b.call.Plan, b.call.Facts); words != nil {
		t.Errorf("without an address: %q", words)
	}
}
