package guest

// logins.go: who is and was logged in, and the log files that tell of it.

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// login is one session, present until left is set.
type login struct {
	user, from, tty string
	pid             int
	at, left        time.Time
}

// maxLogins bounds how many past sessions are remembered.
const maxLogins = 200

// ledger is the guest's wtmp.
type ledger struct {
	mu   sync.Mutex
	next int
	all  []*login
}

// LogIn records that the guest's user came from an address (host without port),
// with a terminal or without. It returns the terminal's name, empty without
// one, and the function that records the leaving.
func (g *Guest) LogIn(from string, terminal bool) (tty string, leave func()) {
	g.ledger.mu.Lock()
	defer g.ledger.mu.Unlock()
	l := &login{user: g.o.User, from: from, pid: 2700 + 4*(g.ledger.next%1500), at: g.now()}
	g.ledger.next++
	if terminal {
		l.tty = g.ledger.freeTerminal()
	}
	g.ledger.all = append(g.ledger.all, l)
	g.ledger.forget()
	return l.tty, func() {
		g.ledger.mu.Lock()
		defer g.ledger.mu.Unlock()
		if l.left.IsZero() {
			l.left = g.now()
		}
	}
}

// freeTerminal is the first pts nobody sits at; mu is held.
func (l *ledger) freeTerminal() string {
	for n := 0; ; n++ {
		name := fmt.Sprintf("pts/%d", n)
		if !slices.ContainsFunc(l.all, func(o *login) bool { return o.tty == name && o.left.IsZero() }) {
			return name
		}
	}
}

// forget drops the oldest session that is over once there are too many; mu is held.
func (l *ledger) forget() {
	if len(l.all) <= maxLogins {
		return
	}
	if i := slices.IndexFunc(l.all, func(o *login) bool { return !o.left.IsZero() }); i >= 0 {
		l.all = slices.Delete(l.all, i, i+1)
	}
}

// history is a copy of all sessions, oldest first.
func (l *ledger) history() []login {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]login, len(l.all))
	for i, o := range l.all {
		out[i] = *o
	}
	return out
}

func (l *ledger) present() []login {
	return slices.DeleteFunc(l.history(), func(o login) bool { return !o.left.IsZero() })
}

// Log files the guest keeps; only root reads them.
const (
	SecureLog = "var/log/secure"
	AccessLog = "var/log/nginx/access.log"
)

// maxLines bounds each log file, and maxLine each line in bytes.
const (
	maxLines = 500
	maxLine  = 512
)

// logs are files that only grow at their end and lose their beginning.
type logs struct {
	mu    sync.Mutex
	lines map[string][]string
}

// Note adds a line to a log file. Control characters are replaced, so that
// what a client sends cannot forge a second line.
func (g *Guest) Note(name, line string) {
	line = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, line)
	g.log.mu.Lock()
	defer g.log.mu.Unlock()
	if g.log.lines == nil {
		g.log.lines = map[string][]string{}
	}
	kept := append(g.log.lines[name], line[:min(len(line), maxLine)])
	g.log.lines[name] = kept[max(0, len(kept)-maxLines):]
}

// NoteSSH adds what sshd has to say to the secure log.
func (g *Guest) NoteSSH(format string, args ...any) {
	g.Note(SecureLog, fmt.Sprintf("%s %s sshd[%d]: ", g.now().Format(time.Stamp), g.Hostname(), sshdPID)+fmt.Sprintf(format, args...))
}

func (l *logs) text(name string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.lines[name]) == 0 {
		return ""
	}
	return strings.Join(l.lines[name], "\n") + "\n"
}

func (l *logs) names() iter.Seq[string] {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Values(slices.Collect(maps.Keys(l.lines)))
}
