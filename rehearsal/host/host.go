package host

// host.go: the instance: its options, when it listens, and its host key.

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"net"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/rehearsal/host/guest"
	"tminus/rehearsal/host/site"
)

// How long after boot a service accepts connections, in pretend time.
const (
	SSHAfter = 20 * time.Second
	WebAfter = 40 * time.Second
)

// Options describe one instance. Now is the pretend clock.
type Options struct {
	InstanceID    string
	PrivateIP     string
	InstanceType  string
	BootedAt      time.Time
	Now           func() time.Time
	HostKey       ed25519.PrivateKey // made from Seed if empty
	User          string             // who may log in; "ec2-user" if empty
	AuthorizedKey string             // authorized_keys lines; empty lets nobody in
	Seed          int64
	Build         string // of the application; "1.0.0" if empty
	BadBuild      bool
	Drifted       bool // the guest's software is not what the plan says
	SSHDown       bool
	Region        string // "ap-southeast-1" if empty
	VolumeGiB     int    // size of the root volume; 10 if zero
}

// Host is one running instance. Its methods are safe for concurrent use.
type Host struct {
	o         Options
	signer    ssh.Signer
	guest     *guest.Guest
	site      *site.Site
	sshDown   atomic.Bool
	strangers atomic.Int32 // connections that have not logged in yet
}

// New boots an instance. It starts no goroutine.
func New(o Options) *Host {
	if o.User == "" {
		o.User = "ec2-user"
	}
	if o.Build == "" {
		o.Build = "1.0.0"
	}
	if len(o.HostKey) != ed25519.PrivateKeySize {
		o.HostKey = keyOf(o.Seed, o.InstanceID)
	}
	h := &Host{o: o}
	h.sshDown.Store(o.SSHDown)
	signer, err := ssh.NewSignerFromKey(o.HostKey)
	if err != nil {
		panic("host: an ed25519 key of the right length was refused: " + err.Error())
	}
	h.signer = signer
	h.site = site.New(site.Options{
		InstanceID: o.InstanceID, Build: o.Build, Bad: o.BadBuild, Now: o.Now,
		Spend: func(d time.Duration) { h.guest.Spend(d) },
		Log:   func(line string) { h.guest.Note(guest.AccessLog, line) },
	})
	h.guest = guest.New(guest.Options{
		InstanceID: o.InstanceID, PrivateIP: o.PrivateIP, InstanceType: o.InstanceType, User: o.User,
		BootedAt: o.BootedAt, Now: o.Now, Listening: h.Listening, Web: h.site, Seed: o.Seed,
		Region: o.Region, VolumeGiB: o.VolumeGiB, Build: o.Build, Drifted: o.Drifted, AuthorizedKeys: o.AuthorizedKey,
	})
	return h
}

// keyOf makes a host key that is the same for the same instance of the same seed.
func keyOf(seed int64, instance string) ed25519.PrivateKey {
	sum := sha256.Sum256(append(binary.BigEndian.AppendUint64(nil, uint64(seed)), "host key of "+instance...))
	return ed25519.NewKeyFromSeed(sum[:])
}

// publicKeys reads authorized_keys lines; a line that is none lets nobody in.
func publicKeys(text string) []string {
	var keys []string
	for rest := []byte(text); len(rest) > 0; {
		key, _, _, next, err := ssh.ParseAuthorizedKey(rest)
		if err != nil {
			break // ParseAuthorizedKey skips bad lines itself: nothing is left
		}
		keys = append(keys, string(key.Marshal()))
		rest = next
	}
	return keys
}

// Listening says whether a connection to port would be accepted now.
func (h *Host) Listening(port int) bool {
	up := h.o.Now().Sub(h.o.BootedAt)
	switch port {
	case 22:
		return !h.sshDown.Load() && up >= SSHAfter
	case 80:
		return up >= WebAfter
	}
	return false
}

// SetSSHDown stops sshd, or starts it again. Sessions that are open stay.
func (h *Host) SetSSHDown(down bool) { h.sshDown.Store(down) }

// HostKey is the public host key as a known_hosts or console line has it:
// "ssh-ed25519 AAAA…", without a newline.
func (h *Host) HostKey() string {
	line := ssh.MarshalAuthorizedKey(h.signer.PublicKey())
	return string(line[:len(line)-1])
}

// counted is a connection whose bytes the guest's network card counts.
type counted struct {
	net.Conn
	guest *guest.Guest
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.guest.Traffic(n, 0)
	return n, err
}

func (c counted) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.guest.Traffic(0, n)
	return n, err
}
