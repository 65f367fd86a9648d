package host

// forward.go: what sshd connects for a client (ssh -L, ssh -W): to the host's own web server.

import (
	"context"
	"io"
	"net"
	"sync"

	"golang.org/x/crypto/ssh"

	"tminus/rehearsal/pipe"
)

// maxForwards bounds the connections that one client may have forwarded at once.
const maxForwards = 64

// wanted is the payload of a direct-tcpip request (RFC 4254, 7.2).
type wanted struct {
	Host     string
	Port     uint32
	From     string
	FromPort uint32
}

// forward answers a request for a connection, and carries it until either side has closed
// or ctx ends. From the network behind the host nothing is to be had.
func (h *Host) forward(ctx context.Context, offer ssh.NewChannel) {
	var to wanted
	if err := ssh.Unmarshal(offer.ExtraData(), &to); err != nil {
		offer.Reject(ssh.ConnectionFailed, "open failed")
		return
	}
	ip := net.ParseIP(to.Host)
	if to.Host == "localhost" {
		ip = net.IPv4(127, 0, 0, 1)
	}
	if ip == nil || !ip.IsLoopback() && !ip.Equal(net.ParseIP(h.o.PrivateIP)) {
		offer.Reject(ssh.Prohibited, "open failed")
		return
	}
	if to.Port != 80 || !h.Listening(80) {
		offer.Reject(ssh.ConnectionFailed, "Connection refused")
		return
	}
	channel, requests, err := offer.Accept()
	if err != nil {
		return
	}
	var all sync.WaitGroup
	defer all.Wait()
	ours, theirs := pipe.New(&net.TCPAddr{IP: ip, Port: int(to.FromPort & 0xffff)}, &net.TCPAddr{IP: ip, Port: 80})
	all.Go(func() { ssh.DiscardRequests(requests) })
	all.Go(func() { h.web(ctx, theirs) })
	all.Go(func() {
		io.Copy(ours, channel)
		ours.(interface{ CloseWrite() error }).CloseWrite() // who has asked everything may still listen
	})
	io.Copy(channel, ours) // until the web server closes, as it does when ctx ends, or the client
	ours.Close()
	channel.Close()
}
