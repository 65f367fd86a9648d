package sshops

// audit_script.go: what an audit asks a guest, and how. Three fixed scripts are fed to sh, each in one
// session: the first looks around, the second asks the interpreter that the first one found, the third
// the package manager. A marker stands before each answer, as in a sample, so that what came before a
// time-out still counts.
//
// The rules: nothing is installed, written or refreshed over the network. No command line of a process
// leaves the guest, it may hold a password: only its program's name does. sudo is used where it asks
// for no password, for reading only. What the guest told is never run but as its owner (audit_app.go).

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"tminus/tasks/safe"
)

// The answers of all scripts.
const (
	ansPrivilege = "privilege"
	ansOS        = "os"
	ansRelease   = "release"
	ansRPM       = "rpm"
	ansDeb       = "deb"
	ansApk       = "apk"
	ansNginx     = "nginx"
	ansProcesses = "processes"
	ansListening = "listening"
	ansUsers     = "users"
	ansLast      = "last"
	ansFailed    = "failed"
	ansAuthLog   = "authlog"
	ansClock     = "clock"
	ansCache     = "cache"
	ansUpdates   = "updates"
	ansPython    = "python"
	ansDjango    = "django"
	ansPip       = "pip"
	ansEnd       = "end"
)

// prelude sets T, which bounds a command in time, and S, which runs one as root, where they can be had.
// Whatever runs has no input: the rest of the script stands there.
const prelude = `export LC_ALL=C PATH="$PATH:/usr/local/bin:/usr/sbin:/sbin:/usr/local/sbin"
cd /
T=; if command -v timeout >/dev/null 2>&1; then T='timeout 6'; fi
S=; R=no; if [ "$(id -u)" = 0 ]; then R=root; elif sudo -n true </dev/null >/dev/null 2>&1; then S='sudo -n'; R=sudo; fi
`

// question is a name for an answer, and the fixed command that prints it.
type question struct{ name, command string }

// lookAround are the questions of the first script.
func lookAround() []question {
	return []question{
		{ansPrivilege, `echo "$R $(id -u)"`},
		{ansOS, `cat /etc/os-release 2>/dev/null`},
		{ansRelease, `cat /etc/redhat-release /etc/system-release /etc/alpine-release 2>/dev/null`},
		{ansRPM, `if command -v rpm >/dev/null 2>&1; then echo asked; $T rpm -q --qf '%{NAME} %{EPOCH}:%{VERSION}-%{RELEASE}\n' nginx 2>/dev/null; fi`},
		{ansDeb, `if command -v dpkg-query >/dev/null 2>&1; then echo asked; $T dpkg-query -W -f '${Package} ${Version} ${Status}\n' nginx 2>/dev/null; fi`},
		{ansApk, `if command -v apk >/dev/null 2>&1; then echo asked; $T apk info -ve nginx 2>/dev/null; fi`},
		{ansNginx, `nginx -v 2>&1`},
		// The brackets keep grep from finding whoever greps.
		{ansProcesses, `for p in $($S grep -lE '[g]unicorn|[u]wsgi|[m]anage[.]py|[w]sgi:' /proc/[0-9]*/cmdline 2>/dev/null | tr -dc '0123456789\n' | head -n 20); do ` +
			`echo "pid $p"; echo "uid $(stat -c %u /proc/$p 2>/dev/null)"; echo "comm $(cat /proc/$p/comm 2>/dev/null)"; echo "exe $($S readlink /proc/$p/exe 2>/dev/null)"; ` +
			`$S cat /proc/$p/environ 2>/dev/null | tr '\000' '\n' | grep -E '^VIRTUAL_ENV=/'; ` +
			`$S cat /proc/$p/cmdline 2>/dev/null | tr '\000' '\n' | head -n 3 | grep -E '^(-m|[^ =]*(python[0-9.]*|gunicorn|uwsgi|manage[.]py))$'; done`},
		{ansListening, `ss -tlnH 2>/dev/null || ss -tln 2>/dev/null || netstat -tln 2>/dev/null || cat /proc/net/tcp /proc/net/tcp6 2>/dev/null`},
		{ansUsers, `if command -v who >/dev/null 2>&1; then echo asked; who 2>/dev/null; fi`},
		{ansLast, `if (last -n 1 || last) >/dev/null 2>&1; then echo asked; (last -wi -n 300 2>/dev/null || last 2>/dev/null) | head -n 300; fi`},
		// sudo may be for some commands only, so each is tried before its answer counts.
		{ansFailed, `if $S lastb -n 1 >/dev/null 2>&1; then echo asked; $S lastb -wi -n 300 2>/dev/null; else echo denied; fi`},
		{ansAuthLog, `L=; for f in /var/log/secure /var/log/auth.log /var/log/messages; do if [ -f $f ]; then L="$S tail -n 2000 $f"; break; fi; done; ` +
			`if [ -z "$L" ] && [ "$R" != no ] && command -v journalctl >/dev/null 2>&1; then L="$S journalctl -q --no-pager -t sshd -n 2000"; fi; ` +
			`if [ -n "$L" ] && $L >/dev/null 2>&1; then echo asked; $L 2>/dev/null | grep -E 'sshd.*(Failed|authenticating user|invalid user)' | tail -n 300; else echo denied; fi`},
	}
}

// askUpdates are the slow questions. What is listed counts only if the manager came to its end.
func askUpdates() []question {
	return []question{
		{ansClock, `date +%s`},
		{ansCache, `stat -c '%Y' /var/lib/apt/lists /var/lib/apt/periodic/update-success-stamp /var/cache/dnf/*/repodata/repomd.xml /var/cache/yum/*/*/*/repomd.xml /var/cache/apk/APKINDEX* 2>/dev/null`},
		{ansUpdates, `if command -v apt >/dev/null 2>&1; then echo apt; $T apt list --upgradable 2>/dev/null; echo "status $?"; ` +
			`elif command -v dnf >/dev/null 2>&1; then echo dnf; $T $S nice dnf -C -q updateinfo list security 2>&1; echo "status $?"; ` +
			`elif command -v yum >/dev/null 2>&1; then echo yum; $T $S nice yum -C -q updateinfo list security 2>&1; echo "status $?"; ` +
			`elif command -v apk >/dev/null 2>&1; then echo apk; $T apk --no-network version -l '<' 2>&1; echo "status $?"; fi`},
	}
}

// askInterpreter are the questions to a Python. It compiles nothing to disk, and finds nothing in the
// directory it stands in.
func askInterpreter(as, path string) []question {
	python := `$T ` + as + safe.Word(path) + ` -B `
	return []question{
		{ansPython, python + `-V 2>&1`},
		{ansDjango, python + `-c ` + safe.Word(djangoProgram) + ` 2>&1`},
		{ansPip, python + `-m pip --version 2>&1`},
	}
}

const djangoProgram = "import django; print(django.__version__)"

// auditScript asks the questions in turn, each behind its marker.
func auditScript(mark string, questions []question) string {
	var script strings.Builder
	script.WriteString(prelude)
	for _, q := range questions {
		fmt.Fprintf(&script, "echo; echo %s%s; { %s\n} </dev/null\n", mark, q.name, q.command)
	}
	fmt.Fprintf(&script, "echo; echo %s%s\nexit 0\n", mark, ansEnd)
	return script.String()
}

// interview feeds the questions to sh on the host. What was answered until something failed is told.
func (l *link) interview(ctx context.Context, t target, questions []question) (map[string]string, *failure) {
	mark := newMark()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	const shell = "sh"
	s, err := l.session(ctx)
	if err != nil {
		return nil, shellFailure(ctx, t, shell, err, "")
	}
	var out, problem transcript
	s.Stdin, s.Stdout, s.Stderr = strings.NewReader(auditScript(mark, questions)), &out, &problem
	ended := make(chan error, 1)
	go func() {
		err := s.Run(shell)
		s.Close()
		ended <- err
	}()
	select {
	case err = <-ended:
	case <-ctx.Done():
		err = ctx.Err()
		go s.Session.Close() // the slot is freed by whoever runs it
	}
	answers, whole := answersOf(out.text(), mark)
	if err == nil && !whole {
		err = fmt.Errorf("its answer is longer than %d KiB, or not whole", maxOutput>>10)
	}
	if err != nil {
		return answers, shellFailure(ctx, t, shell, err, problem.text())
	}
	return answers, nil
}

// transcript is output that is read while it is still written.
type transcript struct {
	mu   sync.Mutex
	kept capped
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.kept.Write(p)
}

func (t *transcript) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.kept.String()
}

// answersOf splits what a script printed. The last answer of one that did not come to its end is not
// whole either, and left out.
func answersOf(text, mark string) (answers map[string]string, whole bool) {
	answers = map[string]string{}
	name, begun, at := "", -1, 0 // begun is where the answer does
	for line := range strings.Lines(text) {
		next, isMark := strings.CutPrefix(strings.TrimRight(line, "\r\n"), mark)
		if isMark {
			if begun >= 0 {
				answers[name] = strings.TrimSpace(text[begun:at])
			}
			if next == ansEnd {
				return answers, true
			}
			name, begun = next, at+len(line)
		}
		at += len(line)
	}
	return answers, false
}
