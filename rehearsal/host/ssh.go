package host

// ssh.go: the SSH server: key exchange, who may come in, and one connection's channels.

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// The settings of a stock sshd.
const (
	loginGrace   = 120 * time.Second
	maxAuthTries = 6
	maxStrangers = 10
	maxSessions  = 10
)

// ServeSSH answers one connection to port 22 and returns when it is over and
// everything it started has ended. It closes c.
func (h *Host) ServeSSH(ctx context.Context, c net.Conn) {
	defer c.Close()
	if !h.Listening(22) {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { c.Close() })()

	conn, channels, requests, err := h.handshake(c)
	if err != nil {
		return
	}
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	all.Go(func() { ssh.DiscardRequests(requests) }) // keepalives are answered, forwarding to the client refused
	sessions, forwards := make(chan struct{}, maxSessions), make(chan struct{}, maxForwards)
	for offer := range channels {
		slots, serve := sessions, func() { h.session(ctx, offer, conn.RemoteAddr()) }
		switch offer.ChannelType() {
		case "session":
		case "direct-tcpip":
			slots, serve = forwards, func() { h.forward(ctx, offer) }
		case "direct-streamlocal@openssh.com":
			offer.Reject(ssh.Prohibited, "open failed")
			continue
		default:
			offer.Reject(ssh.UnknownChannelType, "unknown channel type")
			continue
		}
		select {
		case slots <- struct{}{}:
			all.Go(func() { defer func() { <-slots }(); serve() })
		default:
			offer.Reject(ssh.ResourceShortage, "open failed")
		}
	}
}

// handshake lets somebody in or not. More than maxStrangers at the door are
// turned away without a word, as MaxStartups does.
func (h *Host) handshake(c net.Conn) (*ssh.ServerConn, <-chan ssh.NewChannel, <-chan *ssh.Request, error) {
	defer h.strangers.Add(-1)
	if h.strangers.Add(1) > maxStrangers {
		h.guest.NoteSSH("drop connection from [%s] past MaxStartups", c.RemoteAddr())
		return nil, nil, nil, errors.New("too many connections that have not logged in")
	}
	c.SetDeadline(time.Now().Add(loginGrace))
	conn, channels, requests, err := ssh.NewServerConn(counted{c, h.guest}, h.config(c.RemoteAddr()))
	if err != nil {
		return nil, nil, nil, err
	}
	c.SetDeadline(time.Time{})
	return conn, channels, requests, nil
}

// config is the server's, for one connection: the log names where it comes from.
func (h *Host) config(from net.Addr) *ssh.ServerConfig {
	config := &ssh.ServerConfig{
		ServerVersion: "SSH-2.0-OpenSSH_7.4",
		MaxAuthTries:  maxAuthTries,
		PublicKeyCallback: func(who ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			if who.User() != h.o.User || !slices.Contains(publicKeys(h.guest.AuthorizedKeys()), string(key.Marshal())) {
				return nil, errors.New("permission denied (publickey)")
			}
			return nil, nil
		},
		AuthLogCallback: func(who ssh.ConnMetadata, method string, err error) {
			address, port := split(from)
			switch {
			case method != "publickey":
			case err == nil:
				h.guest.NoteSSH("Accepted publickey for %s from %s port %s ssh2", who.User(), address, port)
			case who.User() != h.o.User:
				h.guest.NoteSSH("Invalid user %.40s from %s port %s", who.User(), address, port)
			default:
				h.guest.NoteSSH("Failed publickey for %s from %s port %s ssh2", who.User(), address, port)
			}
		},
	}
	config.AddHostKey(h.signer)
	return config
}

// split takes an address apart; what is not host:port is all host.
func split(a net.Addr) (address, port string) {
	address, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String(), "0"
	}
	return address, port
}
