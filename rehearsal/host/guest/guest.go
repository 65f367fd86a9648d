package guest

// guest.go: the machine as a whole: who it is, since when it runs, what happened to it.

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"tminus/rehearsal/host/shell"
)

// Options describe one guest. All are required but the last six.
type Options struct {
	InstanceID     string
	PrivateIP      string
	InstanceType   string // t2.micro; unknown types get a t2.micro's hardware
	User           string // who may log in
	BootedAt       time.Time
	Now            func() time.Time
	Listening      func(port int) bool
	Web            http.Handler // what answers on port 80 of the loopback
	Seed           int64
	Region         string // "ap-southeast-1" if empty
	VolumeGiB      int    // 10 if zero
	Build          string // of the application, in /srv/scp/BUILD
	AuthorizedKeys string // of the login user, as the first boot wrote them
	Drifted        bool   // its software is not what the plan says, and waits for updates
}

// Guest is a running machine. Its methods are safe for concurrent use.
type Guest struct {
	o        Options
	hardware hardware
	cores    []core
	traffic  []curve // rx bytes, tx bytes, disk reads, disk writes: per second
	work     work
	rx, tx   atomic.Uint64
	ledger   ledger
	log      logs
	fixed    map[string]file // files that do not change
	written  home            // files that do
	units    units
}

// New boots a guest; it starts no goroutine.
func New(o Options) *Guest {
	if o.Region == "" {
		o.Region = "ap-southeast-1"
	}
	if o.VolumeGiB == 0 {
		o.VolumeGiB = 10
	}
	g := &Guest{o: o, hardware: hardwareOf(o.InstanceType)}
	dice := rand.New(rand.NewPCG(uint64(o.Seed), 0x5cb1)) // a stream of our own for each seed
	for range g.hardware.cpus {
		g.cores = append(g.cores, newCore(dice))
	}
	for _, level := range []float64{900, 1400, 0.4, 1.1} {
		g.traffic = append(g.traffic, newCurve(dice, level, level/2, level/3))
	}
	g.work.cpus = float64(g.hardware.cpus)
	g.fixed = g.fixedFiles()
	g.written.files = map[string]string{"authorized_keys": o.AuthorizedKeys}
	return g
}

// Exec makes Guest a shell.Machine.
func (g *Guest) Exec(ctx context.Context, p *shell.Process) (int, bool) {
	run := programNamed(p.Args[0])
	if run == nil {
		return shell.StatusNotFound, false
	}
	return run(g, ctx, p), true
}

// Session returns the process a login of the guest's user starts with; from is
// its address, tty the name of its terminal or empty.
func (g *Guest) Session(from, tty string) *shell.Process {
	vars := map[string]string{
		"USER": g.o.User, "LOGNAME": g.o.User, "HOME": g.home(), "SHELL": "/bin/bash",
		"PATH": "/usr/local/bin:/bin:/usr/bin:/usr/local/sbin:/usr/sbin:/sbin", "LANG": "en_US.UTF-8",
		"SSH_CLIENT": from, "SSH_CONNECTION": from + " 0 " + g.o.PrivateIP + " 22", "HOSTNAME": g.Hostname(),
	}
	if tty != "" {
		vars["SSH_TTY"] = "/dev/" + tty
	}
	return &shell.Process{Args: []string{"bash"}, Vars: vars, User: g.o.User, Dir: g.home()}
}

func (g *Guest) home() string { return "/home/" + g.o.User }

// Hostname is the short name EC2 gives: ip-172-31-5-17.
func (g *Guest) Hostname() string {
	return "ip-" + strings.ReplaceAll(g.o.PrivateIP, ".", "-")
}

// Spend makes the guest busy with d of CPU time, as answering a request does.
// It takes place over the following moments, never backwards in time.
func (g *Guest) Spend(d time.Duration) { g.work.add(g.up(), d.Seconds()) }

// Traffic counts bytes that reached and left the guest's network card.
func (g *Guest) Traffic(received, sent int) {
	g.rx.Add(uint64(max(received, 0)))
	g.tx.Add(uint64(max(sent, 0)))
}

func (g *Guest) now() time.Time { return g.o.Now().UTC() }

// up is the uptime in seconds, never negative.
func (g *Guest) up() float64 { return max(0, g.now().Sub(g.o.BootedAt).Seconds()) }
