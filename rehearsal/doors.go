package rehearsal

// doors.go: the world's public addresses as real loopback addresses of this machine, so that any ssh or curl on it
// reaches the instances, and sees an Elastic IP move.
//
// A door is a listener on each port of each public address that exists. Behind it is the world's own network (Dial):
// whom that would not answer waits here as well, and is hung up on when that gives up. Only that the first packet is
// answered is different: the kernel does it.

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// Where the doors are. Who may not bind a port below 1024 gets the other one.
const (
	sshPort, sshElse = "22", "10022"
	webPort, webElse = "80", "10080"

	probeAddress = "127.64.0.0" // in the block of the world's addresses, and never one of them
	maxGuests    = 64           // connections at one door at a time
)

// Door is a public address behind which an instance answers. SSH and Web are host:port, "" where that port of this
// machine is somebody else's.
type Door struct{ Address, Instance, SSH, Web string }

// doors are those of a world. Its zero value has none, and never opens any.
type doors struct {
	ssh, web string // ports; "" as long as there are no doors
	closed   error  // why there are none although they are wanted

	mu   sync.Mutex // held while the account is asked: who asked later decides later
	open map[string]doorway

	telling sync.Mutex // held while Options.Reach is written: who asked later writes later
	told    []byte     // what is in it
}

// doorway is the listeners on one address; nil where the port could not be had.
type doorway struct{ ssh, web net.Listener }

// choose finds out which ports can be had, once for the world.
func (d *doors) choose() {
	var errs [2]error
	d.ssh, errs[0] = choosePort(sshPort, sshElse)
	d.web, errs[1] = choosePort(webPort, webElse)
	if d.closed = errors.Join(errs[:]...); d.closed != nil {
		d.ssh, d.web = "", ""
	}
	d.open = map[string]doorway{}
}

func choosePort(ports ...string) (port string, err error) {
	for _, port := range ports {
		var l net.Listener
		if l, err = net.Listen("tcp4", net.JoinHostPort(probeAddress, port)); err == nil {
			l.Close() // it has served
			return port, nil
		}
	}
	return "", err
}

// hangDoors opens a door at each public address that there is now, and closes the others.
func (w *World) hangDoors() {
	d := &w.doors
	if d.ssh == "" {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	gone := map[string]bool{}
	for ip := range d.open {
		gone[ip] = true
	}
	for _, p := range w.account.PublicAddresses() {
		delete(gone, p.IP)
		if way, open := d.open[p.IP]; strings.HasPrefix(p.IP, "127.") && (!open || way.ssh == nil || way.web == nil) {
			if way.ssh == nil {
				way.ssh = w.hangDoor(p.IP, d.ssh, sshPort)
			}
			if way.web == nil {
				way.web = w.hangDoor(p.IP, d.web, webPort)
			}
			d.open[p.IP] = way
		}
	}
	for ip := range gone {
		d.open[ip].close()
		delete(d.open, ip)
	}
}

func (way doorway) close() {
	for _, l := range []net.Listener{way.ssh, way.web} {
		if l != nil {
			l.Close() // it only ever fails for being closed already
		}
	}
}

// hangDoor listens on a real port for a port of the world; nil if somebody else has it.
func (w *World) hangDoor(ip, port, behind string) net.Listener {
	l, err := net.Listen("tcp4", net.JoinHostPort(ip, port))
	if err != nil {
		return nil
	}
	if !w.start(func() { w.attend(l, net.JoinHostPort(ip, behind)) }) {
		l.Close()
		return nil
	}
	return l
}

// attend lets in who comes to a door, until it is closed or the world ends.
func (w *World) attend(l net.Listener, to string) {
	defer context.AfterFunc(w.ctx, func() { l.Close() })()
	guests := make(chan struct{}, maxGuests)
	for {
		c, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // a guest who left again, or no file to spare: neither is the door's fault
			select {
			case <-w.ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
			continue
		}
		select {
		case guests <- struct{}{}:
			if !w.start(func() { defer func() { <-guests }(); w.lead(c.(*net.TCPConn), to) }) {
				c.Close()
			}
		default:
			refuseGuest(c.(*net.TCPConn))
		}
	}
}

// lead connects a guest to an address of the world, and carries bytes until either end has enough.
func (w *World) lead(guest *net.TCPConn, to string) {
	defer guest.Close()
	defer context.AfterFunc(w.ctx, func() { guest.Close() })()
	inside, err := w.Dial(w.ctx, "tcp", to)
	if err != nil {
		refuseGuest(guest)
		return
	}
	defer inside.Close()
	var in sync.WaitGroup
	in.Go(func() {
		_, err := io.Copy(inside, guest)
		if half, ok := inside.(interface{ CloseWrite() error }); ok && err == nil {
			half.CloseWrite() // the guest has said all, and may still listen
			return
		}
		inside.Close()
	})
	_, _ = io.Copy(guest, inside) // an end that is gone is an end
	guest.Close()
	in.Wait()
}

// refuseGuest ends a connection at once, as a port does where nothing listens.
func refuseGuest(c *net.TCPConn) {
	_ = c.SetLinger(0) // a reset, and no farewell
	c.Close()
}

// Doors lists the addresses at which instances of the world can be reached by any program on this machine, Elastic IPs
// first. It is empty unless Options.Doors is set.
func (w *World) Doors() []Door {
	var out []Door
	w.doors.mu.Lock()
	defer w.doors.mu.Unlock()
	for _, p := range w.account.PublicAddresses() {
		if way, open := w.doors.open[p.IP]; open && p.InstanceID != "" {
			out = append(out, Door{Address: p.IP, Instance: p.InstanceID, SSH: at(way.ssh), Web: at(way.web)})
		}
	}
	return out
}

func at(l net.Listener) string {
	if l == nil {
		return ""
	}
	return l.Addr().String()
}
