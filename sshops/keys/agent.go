package keys

// agent.go: the keys of an SSH agent. It signs for us on this machine; nothing here
// lets a host reach it. An agent may hang, or answer anything: each exchange has a
// deadline, and one that missed it ends the connection, as a late answer would be
// taken for that to the next question.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"tminus/tasks/safe"
)

// ErrNoAgent says that there is no agent to ask, which is no fault.
var ErrNoAgent = errors.New("no agent runs here (SSH_AUTH_SOCK is not set)")

// Bounds of the agent: listing is its own work, to sign it may wait for a person who
// confirms or touches.
const (
	maxAgentKeys = 64
	listLimit    = 5 * time.Second
	signLimit    = 30 * time.Second
)

// Agent lists the keys of the agent at SSH_AUTH_SOCK, at most 64 and within five seconds.
// They can sign until the closer is closed. Without an agent it is [ErrNoAgent].
func Agent(ctx context.Context) ([]Key, io.Closer, error) {
	path := os.Getenv("SSH_AUTH_SOCK")
	switch {
	case path != "" && runtime.GOOS != "windows":
		return agentAt(ctx, path, listLimit)
	case runtime.GOOS == "windows":
		return nil, nil, fmt.Errorf("the agent of Windows, a named pipe, is not supported; name a key file: %w", ErrNoAgent)
	}
	return nil, nil, ErrNoAgent
}

func agentAt(ctx context.Context, path string, limit time.Duration) ([]Key, io.Closer, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	raw, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
	if err != nil {
		return nil, nil, fmt.Errorf("the agent at %s cannot be reached: start it again (ssh-agent), or unset SSH_AUTH_SOCK: %w", safe.Line(path), err)
	}
	conn := &patience{Conn: raw} // the context's time is enough until then
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	signers, err := signers(conn)
	if !stop() || err != nil {
		conn.Close()
		if ctx.Err() != nil {
			return nil, nil, fmt.Errorf("the agent at %s did not list its keys within %v; start it again (ssh-agent), or unset SSH_AUTH_SOCK", safe.Line(path), limit)
		}
		return nil, nil, fmt.Errorf("the agent at %s does not list its keys; start it again (ssh-agent), or unset SSH_AUTH_SOCK: %s", safe.Line(path), safe.Line(err.Error()))
	}
	conn.limit.Store(int64(signLimit))
	return signers, conn, nil
}

// signers asks for the keys once. Those that no host accepts any more are left out.
func signers(conn net.Conn) (all []Key, err error) {
	defer recovered(&err)
	client := agent.NewClient(conn)
	listed, err := client.Signers()
	if err != nil {
		return nil, err
	}
	for _, signer := range listed {
		offered, ok := signer.PublicKey().(*agent.Key)
		if !ok {
			continue
		}
		public, err := ssh.ParsePublicKey(offered.Blob)
		if err != nil || plain(public).Type() == "ssh-dss" {
			continue
		}
		info := describe(public)
		info.Format, info.Comment = "agent", safe.Line(offered.Comment)
		if c, ok := public.(*ssh.Certificate); ok {
			for _, p := range c.ValidPrincipals {
				info.Principals = append(info.Principals, safe.Line(p))
			}
		}
		if all = append(all, Key{Signer: signer, Info: info}); len(all) == maxAgentKeys {
			break
		}
	}
	return all, nil
}

// patience is a connection on which each question and its answer have a time.
type patience struct {
	net.Conn
	limit atomic.Int64 // nanoseconds; 0 = any
}

func (p *patience) Write(b []byte) (int, error) {
	if limit := p.limit.Load(); limit > 0 {
		_ = p.SetDeadline(time.Now().Add(time.Duration(limit)))
	}
	return p.kept(p.Conn.Write(b))
}

func (p *patience) Read(b []byte) (int, error) { return p.kept(p.Conn.Read(b)) }

// kept ends the connection with the first thing that goes wrong on it.
func (p *patience) kept(n int, err error) (int, error) {
	if err != nil {
		p.Conn.Close()
	}
	return n, err
}
