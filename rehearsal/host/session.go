package host

// session.go: one SSH session: its requests, and the command or shell it runs.

import (
	"bufio"
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"strings"
	"sync"

	"golang.org/x/crypto/ssh"

	"tminus/rehearsal/host/shell"
)

// maxVars bounds how many variables a client may set.
const maxVars = 32

// session is one channel. Only the goroutine of serve changes its fields.
type session struct {
	host     *Host
	channel  ssh.Channel
	from     net.Addr
	vars     map[string]string
	terminal bool
	started  bool
	ended    sync.Once
}

// signalled is why a session's context ended: the client sent a signal.
type signalled string

func (s signalled) Error() string { return "signal " + string(s) }

// session serves one channel until it is closed.
func (h *Host) session(ctx context.Context, offer ssh.NewChannel, from net.Addr) {
	channel, requests, err := offer.Accept()
	if err != nil {
		return
	}
	s := &session{host: h, channel: channel, from: from, vars: map[string]string{}}
	s.serve(ctx, requests)
}

// serve answers requests until the channel is closed; then whatever runs ends too.
func (s *session) serve(ctx context.Context, requests <-chan *ssh.Request) {
	ctx, cancel := context.WithCancelCause(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel(nil)
	for req := range requests {
		ok := false
		switch req.Type {
		case "env":
			ok = s.setenv(req.Payload)
		case "pty-req":
			if ok = !s.started; ok {
				s.terminal = true
			}
		case "window-change":
			ok = s.terminal
		case "shell", "exec":
			command, whole := payload(req)
			if ok = whole && !s.started; ok {
				s.started = true
				req.Reply(true, nil) // before the output, as clients expect
				all.Go(func() { s.run(ctx, req.Type == "exec", command, &all) })
				continue
			}
		case "signal":
			if name, whole := text(req.Payload); whole && s.started {
				ok = true
				cancel(signalled(name))
			}
		}
		if req.WantReply {
			req.Reply(ok, nil)
		}
	}
}

// payload is the command of an exec request; a shell request has none.
func payload(req *ssh.Request) (string, bool) {
	if req.Type == "shell" {
		return "", true
	}
	return text(req.Payload)
}

// text reads the SSH string a payload consists of.
func text(payload []byte) (string, bool) {
	var m struct{ Text string }
	err := ssh.Unmarshal(payload, &m)
	return m.Text, err == nil
}

// setenv accepts what AcceptEnv accepts on a stock image: the locale.
func (s *session) setenv(payload []byte) bool {
	var m struct{ Name, Value string }
	if ssh.Unmarshal(payload, &m) != nil || len(s.vars) >= maxVars || s.started {
		return false
	}
	if m.Name != "LANG" && !strings.HasPrefix(m.Name, "LC_") {
		return false
	}
	s.vars[m.Name] = m.Value
	return true
}

// run is the login: it starts the command or shell and tells how it ended. A
// command may be waiting for input when its time is up; closing the channel
// under it wakes it.
func (s *session) run(ctx context.Context, exec bool, command string, all *sync.WaitGroup) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { s.bye(ctx, shell.StatusEnded) })()
	address, _ := split(s.from)
	tty, leave := s.host.guest.LogIn(address, s.terminal)
	defer leave()

	p := s.host.guest.Session(address, tty)
	maps.Copy(p.Vars, s.vars)
	sh := shell.New(s.host.guest, p)
	streams := shell.Streams{
		In:  bufio.NewReader(s.channel),
		Out: &ending{s.channel, cancel},
		Err: &ending{s.channel.Stderr(), cancel},
	}
	var console shell.Console
	if s.terminal {
		t := newTerminal(s.channel, s.host.o.User, s.host.guest.Hostname(), cancel)
		all.Go(t.pump)
		streams = shell.Streams{In: bufio.NewReader(t), Out: t, Err: t}
		console = t
	}
	var status int
	if exec {
		status = sh.Run(ctx, command, streams)
	} else {
		if console != nil {
			io.WriteString(streams.Out, motd)
		}
		status = sh.Converse(ctx, streams, console)
	}
	s.bye(ctx, status)
}

// bye sends the exit status, or the signal that ended the command, and closes
// the channel; only the first call counts. It announces no end of output before:
// a command may still be writing, and x/crypto's CloseWrite must not meet a Write.
func (s *session) bye(ctx context.Context, status int) {
	s.ended.Do(func() {
		defer s.channel.Close()
		var sent signalled
		if errors.As(context.Cause(ctx), &sent) {
			s.channel.SendRequest("exit-signal", false, ssh.Marshal(struct {
				Signal string
				Core   bool
				Text   string
				Lang   string
			}{Signal: string(sent)}))
			return
		}
		s.channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{uint32(status)}))
	})
}

// ending is output that ends the session once nobody can read it.
type ending struct {
	io.Writer
	cancel context.CancelFunc
}

func (e *ending) Write(p []byte) (int, error) {
	n, err := e.Writer.Write(p)
	if err != nil {
		e.cancel()
	}
	return n, err
}

const motd = `
       __|  __|_  )
       _|  (     /   Amazon Linux AMI
      ___|\___|___|

https://aws.amazon.com/amazon-linux-ami/2018.03-release-notes/
`
