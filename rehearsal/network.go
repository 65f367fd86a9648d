package rehearsal

// network.go: the way from our machine to the instances: names, routes, firewalls, and who answers.

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"syscall"
	"time"

	"tminus/rehearsal/cloud"
	"tminus/rehearsal/host"
	"tminus/rehearsal/pipe"
)

// Operator is the address our machine has in this world; security groups see it as the source of a connection.
const Operator = "203.0.113.10"

// connectTimeout is how long, in pretend time, a connection to nowhere is tried if the caller sets no deadline.
const connectTimeout = 20 * time.Second

// route is an open connection to a machine.
type route struct {
	addr     string // the address it was dialled at
	instance string
	booted   time.Time
	cut      context.CancelFunc
}

// Resolve returns the addresses of a name: of an IP address itself, of a public DNS name of this world its address.
func (w *World) Resolve(ctx context.Context, name string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, &net.DNSError{Err: err.Error(), Name: name, IsTimeout: errors.Is(err, context.DeadlineExceeded), UnwrapErr: err}
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return []string{name}, nil
	}
	if found := w.account.Resolve(name); len(found) > 0 {
		return found, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// Dial connects to an address of this world and has the signature of [net.Dialer.DialContext]. The errors are those of
// a real network: a name that does not exist is a *net.DNSError; an address where nobody is, or a port the security
// groups do not open, times out after the context's deadline or 20 s of pretend time; a port where nothing listens is
// refused at once.
func (w *World) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	name, portText, err := net.SplitHostPort(address)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil || network != "tcp" && network != "tcp4" {
		return nil, &net.OpError{Op: "dial", Net: network, Err: &net.AddrError{Err: "no such port or network in the pretend world", Addr: network + " " + address}}
	}
	addrs, err := w.Resolve(ctx, name)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	to := &net.TCPAddr{IP: net.ParseIP(addrs[0]), Port: int(port)}
	c, err := w.try(ctx, to)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Addr: to, Err: err}
	}
	return c, nil
}

// try knocks as TCP does: again after 1, 3, 7 and 15 s, because an address may come to lead somewhere meanwhile.
func (w *World) try(ctx context.Context, to *net.TCPAddr) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(w.ctx, cancel)()
	waited := time.Duration(0)
	for wait := time.Second; waited < connectTimeout; wait *= 2 {
		if e, ok := w.reach(to); ok {
			h := w.hostOf(e)
			if h == nil || !h.Listening(to.Port) {
				return nil, os.NewSyscallError("connect", syscall.ECONNREFUSED)
			}
			return w.connect(e, h, to)
		}
		wait = min(wait, connectTimeout-waited)
		waited += wait
		if err := w.opt.Sleep(ctx, wait); err == nil {
			continue
		}
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil, os.ErrDeadlineExceeded
		}
		return nil, context.Canceled
	}
	return nil, os.NewSyscallError("connect", syscall.ETIMEDOUT)
}

// reach returns the machine a packet of ours arrives at. Private addresses are not routed to us, and a firewall answers
// as an empty address does: not at all. An Elastic IP leads to its instance only some seconds after it was associated.
func (w *World) reach(to *net.TCPAddr) (cloud.Endpoint, bool) {
	ip := to.IP.String()
	e, ok := w.account.At(ip)
	return e, ok && e.Running() && e.PublicIP == ip && !w.opt.Now().Before(e.RoutedAt) && e.Admits(netip.MustParseAddr(Operator), to.Port)
}

// hostOf returns the host of an instance in its present boot, and boots it if need be; nil if the world is closed.
func (w *World) hostOf(e cloud.Endpoint) *host.Host {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil
	}
	if m, ok := w.hosts[e.InstanceID]; ok && m.booted.Equal(e.BootedAt) {
		return m.host
	}
	h := host.New(host.Options{
		InstanceID: e.InstanceID, PrivateIP: e.PrivateIP, InstanceType: e.InstanceType, BootedAt: e.BootedAt, Now: w.opt.Now,
		HostKey: e.HostKey, AuthorizedKey: e.PublicKey, Seed: int64(binary.BigEndian.Uint64(e.HostKey.Seed())), Build: buildOf(e.ImageID),
		BadBuild: slices.Contains(w.kept.Faults, SmokeFails), SSHDown: slices.Contains(w.kept.Faults, SSHRefused),
		Region: Region, VolumeGiB: e.RootGiB,
	})
	w.hosts[e.InstanceID] = machine{e.BootedAt, h}
	return h
}

// connect makes a connection to a host and lets the host serve its end.
func (w *World) connect(e cloud.Endpoint, h *host.Host, to *net.TCPAddr) (net.Conn, error) {
	ctx, cut := context.WithCancel(w.ctx)
	r := &route{addr: to.IP.String(), instance: e.InstanceID, booted: e.BootedAt, cut: cut}
	w.mu.Lock()
	w.dialled++
	from := &net.TCPAddr{IP: net.ParseIP(Operator), Port: 49152 + w.dialled%16384}
	w.routes[r] = true
	w.mu.Unlock()
	ours, theirs := pipe.New(from, to)
	leave := func() {
		cut()
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.routes, r)
	}
	serve := h.ServeSSH
	if to.Port == 80 {
		serve = h.ServeWeb
	}
	if !w.start(func() { defer leave(); serve(ctx, theirs) }) {
		leave()
		return nil, net.ErrClosed
	}
	return ours, nil
}

// follow lets the network follow a change of the account.
func (w *World) follow() error {
	w.cutRoutes()
	w.hangDoors()
	return w.tellReach()
}

// cutRoutes ends the connections whose address no longer leads to the machine they were made to. A change of security
// groups ends none: AWS lets tracked connections live.
func (w *World) cutRoutes() {
	w.mu.Lock()
	var open []*route
	for r := range w.routes {
		open = append(open, r)
	}
	w.mu.Unlock()
	for _, r := range open {
		if e, ok := w.account.At(r.addr); !ok || e.InstanceID != r.instance || !e.BootedAt.Equal(r.booted) {
			r.cut()
		}
	}
}
