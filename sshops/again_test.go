package sshops

// again_test.go: a task is flown again after a rollback. The new instance has
// another host key and another key file, and may get the very address of the old one.

import (
	"maps"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/tasks"
	"tminus/tasks/reading"
)

func TestSecondAttempt(t *testing.T) {
	const second = "i-0c1f00d5cb2000002"
	oldHost, _ := newKey(t)
	newHost, _ := newKey(t)
	oldUser, oldPEM := newKey(t)
	newUser, newPEM := newKey(t)
	dir := runDir(t, oldPEM)
	if err := os.WriteFile(filepath.Join(dir, "keys", "scp-2.pem"), newPEM, 0o600); err != nil {
		t.Fatal(err)
	}
	first := facts(oldHost.PublicKey(), oldUser.PublicKey())
	again := facts(newHost.PublicKey(), newUser.PublicKey())
	again[tasks.FactInstance], again[tasks.FactKeyName] = second, "scp-2"
	synctest.Test(t, func(t *testing.T) {
		shells := shellServer(scripted(canned()))
		hosts := []func(net.Conn){sshServer(oldUser.PublicKey(), shells, oldHost), sshServer(newUser.PublicKey(), shells, newHost)}
		var up atomic.Int32 // which of them has the address
		w := &world{answer: func(c net.Conn) { hosts[up.Load()](c) }}
		client := New(Options{Dial: w.dial, Resolve: everything, RunDir: dir})
		defer client.Close()
		read := client.Sensors(planFor("ec2-user"))[0].Read
		watched := func(f map[string]string) {
			t.Helper()
			update, err := read(t.Context(), f, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			var now reading.Readings
			update(&now)
			if now.Host.Address == "" {
				t.Error("no reading")
			}
			time.Sleep(every) // synctest's time
		}
		watched(first)
		up.Store(1) // without a moment in between: the sensor may not even see the rollback
		watched(again)
		if n := w.dials.Load(); n != 2 {
			t.Errorf("%d logins to two hosts", n)
		}

		// A key or a host key of the first attempt opens nothing on the second.
		for fact, word := range map[string]string{tasks.FactHostKey: "was verified for", tasks.FactKeyName: "another key"} {
			mixed := maps.Clone(again)
			mixed[fact] = first[fact]
			if r := verified(t, client, mixed); r.Verdict != tasks.Fail || !strings.Contains(r.Says, word) {
				t.Errorf("with the old %s: %q %s", fact, r.Verdict, r.Says)
			}
		}
	})
	known, err := os.ReadFile(filepath.Join(dir, "known_hosts"))
	if err != nil {
		t.Fatal(err)
	}
	for id, key := range map[string]ssh.PublicKey{instance: oldHost.PublicKey(), second: newHost.PublicKey()} {
		if !strings.Contains(string(known), id+" "+authorize(key)) {
			t.Errorf("known_hosts lacks %s:\n%s", id, known)
		}
	}
}

// verified climbs the ladder of the SSH test.
func verified(t *testing.T, client *Client, f map[string]string) tasks.Result {
	t.Helper()
	waits := 0
	return do(t, client.Test().Steps[0], call("ec2-user", f, &waits))
}
