package sshops

// sample.go: our side of the sampling protocol: opening the shell, asking for a
// sample, reading its answer. The host's side is sampler.go. Whatever stands
// before the first marker of a sample (a greeting, the rest of an older answer)
// is skipped.

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
)

// The sections of an answer.
const (
	secPlain  = "plain" // present and empty where there is no awk
	secUptime = "uptime"
	secCPU    = "cpu"
	secMemory = "memory"
	secLoad   = "load"
	secNet    = "net"
	secTop    = "top"
	secDisks  = "disks"
	secLimits = "limits"
	secUsers  = "users"
	secEnd    = "end"
)

// How often, in samples, what changes slowly is asked for.
const (
	disksEvery   = 10
	usersEvery   = 5
	crowdedEvery = 5 // processes, where there are more than crowd
	// crowd is how many processes can be looked at in each sample: a look costs
	// about 15 µs a process, and a sample shall stay under 1 % of a core.
	crowd = 500
)

// asked is which of the parts that are not in every sample one is to hold.
type asked struct{ disks, users, processes bool }

// due is what the sample after taken others is to hold.
func due(taken int, before *sample) asked {
	return asked{
		disks:     taken%disksEvery == 0,
		users:     taken%usersEvery == 0,
		processes: before == nil || before.processes <= crowd || taken%crowdedEvery == 0,
	}
}

// shell is the sampler, open on a host. One at a time may use it.
type shell struct {
	session *session
	runs    *sync.WaitGroup // everything that runs for it
	in      io.Writer
	out     *bufio.Reader
	mark    string // begins every marker; random, so that no output can forge one
	count   int    // samples asked for
}

// newMark returns the beginning of the markers of one shell.
func newMark() string { return "--tminus-" + rand.Text()[:12] + "-" }

// openShell starts the sampler on a kept connection. It ends with that at the
// latest. The login shell is left for sh at once: it may be one that does not know
// sh's language.
func openShell(ctx context.Context, l *link, runs *sync.WaitGroup) (*shell, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	session, err := l.session(ctx)
	if err != nil {
		return nil, cause(ctx, err)
	}
	in, inErr := session.StdinPipe()
	out, outErr := session.StdoutPipe()
	if err := errors.Join(inErr, outErr); err != nil {
		session.Close()
		return nil, err
	}
	s := &shell{session: session, runs: runs, in: in, out: bufio.NewReader(out), mark: newMark()}
	_, err = within(ctx, s, func() (struct{}, error) { return struct{}{}, s.start() })
	if err != nil {
		s.leave()
	}
	return s, err
}

func (s *shell) start() error {
	if err := s.session.Start("exec sh"); err != nil {
		s.session.Close()
		return err
	}
	s.runs.Go(func() {
		_ = s.session.Wait()
		s.session.Close() // only now is its place free: what it sent was held until here
	})
	if _, err := io.WriteString(s.in, sampler); err != nil {
		return fmt.Errorf("the shell takes no input: %w", err)
	}
	return s.await()
}

// leave ends the session, and waits for nothing: the host may not answer.
func (s *shell) leave() {
	s.runs.Go(func() { _ = s.session.Session.Close() })
}

// within does what may wait for the host until ctx ends. After that the shell is
// of no use: who left must leave it.
func within[T any](ctx context.Context, s *shell, do func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	ready := make(chan answer, 1)
	s.runs.Go(func() {
		value, err := do()
		ready <- answer{value, err}
	})
	select {
	case a := <-ready:
		return a.value, cause(ctx, a.err)
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// await reads up to the line that says that the sampler runs.
func (s *shell) await() error {
	var said strings.Builder // instead; the first of it explains most failures
	for size := 0; ; {
		line, err := s.line(&size)
		if err != nil {
			if text := clean(said.String()); text != "" {
				err = fmt.Errorf("%w; it said: %s", err, text)
			}
			return err
		}
		if strings.TrimRight(line, "\r\n") == ready {
			return nil
		}
		if said.Len() < 300 {
			said.WriteString(line)
		}
	}
}

// noShell says why the sampler did not start on a host that let us in.
func noShell(l *link, addr string, err error) *failure {
	says := clean(err.Error())
	if wireKind(err) == kindTimedOut {
		says = "no answer within " + limit.String()
	}
	return &failure{
		rung: rungCommand, kind: kindShell, err: err,
		says: "`sh` does not run on " + addr + ": " + says,
		next: "look at the login shell and start-up files of user " + clean(l.User()),
	}
}

// ask takes one sample: the text of each section by name.
func (s *shell) ask(ctx context.Context, a asked) (map[string]string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	s.count++
	mark := fmt.Sprintf("%s%d", s.mark, s.count)
	line := fmt.Sprintf("%s %s %s %s\n", mark, digit(a.disks), digit(a.users), digit(a.processes))
	return within(ctx, s, func() (map[string]string, error) {
		if _, err := io.WriteString(s.in, line); err != nil {
			return nil, fmt.Errorf("the shell ended and takes no more input: %w", err)
		}
		return s.sections(mark + "-")
	})
}

func digit(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

// sections reads an answer up to its end marker, at most maxOutput bytes.
func (s *shell) sections(mark string) (map[string]string, error) {
	found := map[string]string{}
	var name string
	var text strings.Builder
	for size := 0; ; {
		line, err := s.line(&size)
		if err != nil {
			return nil, err
		}
		next, isMark := strings.CutPrefix(strings.TrimRight(line, "\r\n"), mark)
		if !isMark {
			if name != "" {
				text.WriteString(line)
			}
			continue
		}
		if name != "" {
			found[name] = text.String()
		}
		if next == secEnd {
			return found, nil
		}
		name = next
		text.Reset()
	}
}

// line reads a line, or a piece of one that is long: no marker is. size counts
// the bytes of the answer that it belongs to.
func (s *shell) line(size *int) (string, error) {
	line, err := s.out.ReadSlice('\n')
	if *size += len(line); *size > maxOutput {
		return "", errors.New("the answer is longer than 256 KiB")
	}
	if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
		return "", fmt.Errorf("the shell ended: %w", err)
	}
	return string(line), nil
}
