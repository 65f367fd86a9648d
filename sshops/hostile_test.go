package sshops

// hostile_test.go: servers that never come to an end. Whatever they send, we are gone in
// time, keep little of it, and show none of it as it came.

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/tasks"
)

const nasty = "\x1b]0;owned\a\x1b[2J\x9b31m\u202e\x00"

// endless writes the same again and again until the other side is gone.
func endless(w io.Writer, sent *atomic.Int64, text string) {
	block := []byte(strings.Repeat(text, 1+32<<10/len(text)))
	for {
		n, err := w.Write(block)
		sent.Add(int64(n))
		if err != nil {
			return
		}
	}
}

// ignored is an SSH packet without a meaning, as it goes over the wire before keys are agreed on.
func ignored() string {
	payload := append([]byte{2, 0, 0, 3, 0xe8}, make([]byte, 1000)...)
	padding := 8 - (5+len(payload))%8 + 8
	packet := binary.BigEndian.AppendUint32(nil, uint32(1+len(payload)+padding))
	return string(append(append(append(packet, byte(padding)), payload...), make([]byte, padding)...))
}

func TestHostileServers(t *testing.T) {
	host, _ := newKey(t)
	user, userPEM := newKey(t)
	var sent atomic.Int64
	session := func(answer func(ssh.Channel)) func(net.Conn) {
		return sshServer(user.PublicKey(), func(c ssh.Channel, r *ssh.Request) {
			_ = r.Reply(true, nil)
			go answer(c)
		}, host)
	}
	banners := func(conn net.Conn) {
		config := &ssh.ServerConfig{
			BannerCallback: func(ssh.ConnMetadata) string { return strings.Repeat(nasty, 2000) },
			PublicKeyCallback: func(ssh.ConnMetadata, ssh.PublicKey) (*ssh.Permissions, error) {
				return nil, &ssh.BannerError{Err: io.EOF, Message: strings.Repeat(nasty, 2000)}
			},
		}
		config.AddHostKey(host)
		_, _, _, _ = ssh.NewServerConn(conn, config)
	}
	for _, tt := range []struct {
		name   string
		answer func(net.Conn)
		rung   string
		kind   kind
	}{
		{"endless banner", func(c net.Conn) { endless(c, &sent, nasty+"\r\n") }, rungBanner, kindProtocol},
		{"endless line", func(c net.Conn) { endless(c, &sent, nasty) }, rungBanner, kindProtocol},
		{"banner byte by byte", func(c net.Conn) { drip(c, nasty) }, rungBanner, kindTimedOut},
		{"long version", func(c net.Conn) { io.WriteString(c, "SSH-2.0-"+strings.Repeat(nasty, 300)+"\r\n") }, rungKeyExchange, kindProtocol},
		{"key exchange that never begins", func(c net.Conn) {
			io.WriteString(c, "SSH-2.0-x\r\n")
			endless(c, &sent, ignored())
		}, rungKeyExchange, kindTimedOut},
		{"a packet of 4 GB", func(c net.Conn) {
			io.WriteString(c, "SSH-2.0-x\r\n\xff\xff\xff\xff\x04\x14")
			endless(c, &sent, "\x00")
		}, rungKeyExchange, kindProtocol},
		{"banners at the login", banners, rungAuthentication, kindKey},
		{"output without end", session(func(c ssh.Channel) { endless(c, &sent, nasty+"\n") }), rungCommand, kindShell},
		{"errors without end", session(func(c ssh.Channel) { endless(c.Stderr(), &sent, nasty+"\n") }), rungCommand, kindShell},
		{"a command that never ends", session(func(ssh.Channel) {}), rungCommand, kindShell},
		{"output of another command", session(func(c ssh.Channel) {
			io.WriteString(c, strings.Repeat(nasty, 1000))
			_, _ = c.SendRequest("exit-status", false, make([]byte, 4))
			c.Close()
		}), rungCommand, kindForced},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client := New(Options{Dial: to(serve(t, tt.answer)), Resolve: everything, RunDir: runDir(t, userPEM), Config: "none"})
			defer client.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond) // in place of limit
			defer cancel()
			sent.Store(0)
			most := peak(t, ctx)
			start, waits := time.Now(), 0
			r, err := client.Test().Steps[0].Do(ctx, call("ec2-user", facts(host.PublicKey(), user.PublicKey()), &waits))
			took := time.Since(start)
			if err != nil {
				t.Fatal(err)
			}
			if got := row(t, r, tt.rung); got.Verdict != tasks.Fail || !strings.HasPrefix(got.Says, string(tt.kind)+": ") {
				t.Errorf("%s %q: %.300q", tt.rung, got.Verdict, got.Says)
			}
			if took > 3*time.Second {
				t.Errorf("it took %s", took)
			}
			if grown := most(); grown > 32<<20 {
				t.Errorf("%d MiB more memory for %d MiB sent", grown>>20, sent.Load()>>20)
			}
			clear := fmt.Sprintf("%+v", r)
			if strings.ContainsAny(clear, "\x1b\x00\a\u202e\u009b") || len(clear) > 8<<10 {
				t.Errorf("%d bytes shown: %.300q", len(clear), clear)
			}
			t.Logf("%s, %d KiB sent: %.120s", took.Round(time.Millisecond), sent.Load()>>10, r.Says)
		})
	}
}

// drip writes slowly enough to keep any deadline alive that counts from the last byte.
func drip(c net.Conn, text string) {
	for {
		for i := range len(text) {
			if _, err := c.Write([]byte{text[i]}); err != nil {
				return
			}
			<-time.After(time.Millisecond)
		}
	}
}

// peak watches the heap until ctx ends; the function returns by how much it grew at most.
func peak(t *testing.T, ctx context.Context) func() int64 {
	t.Helper()
	heap := func() int64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	runtime.GC()
	before, most, done := heap(), int64(0), make(chan struct{})
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer close(done)
		for tick := time.NewTicker(10 * time.Millisecond); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case <-tick.C:
				most = max(most, heap()-before)
			}
		}
	}()
	return func() int64 { cancel(); <-done; return most }
}

// A peer that grants no room stops whoever writes to it, until the link's time is up.
func TestWindowOfNothing(t *testing.T) {
	host, _ := newKey(t)
	user, userPEM := newKey(t)
	answer := sshServer(user.PublicKey(), func(c ssh.Channel, r *ssh.Request) {
		_ = r.Reply(true, nil) // and nobody reads: the window is used up and never given back
	}, host)
	client := New(Options{Dial: to(serve(t, answer)), Resolve: everything, RunDir: runDir(t, userPEM), Config: "none"})
	defer client.Close()
	target, f := client.target(planFor("ec2-user"), facts(host.PublicKey(), user.PublicKey()), "203.0.113.7")
	if f != nil {
		t.Fatal(f)
	}
	link, f := client.login(t.Context(), target, nowhere)
	if f != nil {
		t.Fatal(f)
	}
	defer link.Close()
	session, err := link.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	session.Stdin = bytes.NewReader(make([]byte, 8<<20)) // more than any window
	ended := make(chan error, 1)
	go func() { ended <- session.Run("cat") }()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	ctx, done := link.bounded(ctx)
	defer done()
	select {
	case <-ended: // the wire was cut under it
	case <-time.After(5 * time.Second):
		t.Error("it still writes into a window of nothing")
	}
	if ctx.Err() == nil {
		t.Error("it ended before its time")
	}
}
