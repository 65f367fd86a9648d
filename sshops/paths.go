package sshops

// paths.go: three ways to the application: on the host itself, to the instance's own
// address, to the Elastic IP. Which of them end says whose trouble it is: the
// application's, the security group's, the address's, or ours (paths_verdict.go).

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"

	"tminus/tasks"
)

// pathLimit bounds one connection that only looks who takes it.
const pathLimit = 5 * time.Second

// Paths is the action "ssh.paths"; its one step only looks, so it stands as well at
// the end of a task that moves an address.
func (c *Client) Paths() tasks.Action {
	return tasks.Action{Kind: "ssh.paths", Steps: []tasks.Step{{
		ID:    "paths",
		Title: "try the three ways to the application",
		Needs: []string{tasks.FactInstance, tasks.FactKeyName},
		Do:    c.tryPaths,
	}}}
}

// outcome is how a way ended.
type outcome string

const (
	pathUntried     outcome = ""
	pathOpen        outcome = "open"
	pathRefused     outcome = "refused"
	pathSilent      outcome = "silent"
	pathUnreachable outcome = "unreachable"
	pathElsewhere   outcome = "another machine"
	pathUnverified  outcome = "not verified"
	pathFailing     outcome = "failing"
)

// route is one address with what was found at its two ports.
type route struct {
	name, addr string
	ssh, app   outcome
	says       string // why ssh is not open
	took       time.Duration
}

// routes are all that was tried.
type routes struct {
	local     outcome // the application on 127.0.0.1 of the host, asked over SSH
	private   outcome // the same on the host's private address
	how       string  // the program the host looked with
	own       route   // the instance's own address
	address   route   // the Elastic IP
	reference outcome // a host that answers whenever our network does
	port      int     // of the application
}

func (c *Client) tryPaths(ctx context.Context, call tasks.Call) (tasks.Result, error) {
	w := routes{
		own:     route{name: "instance address", addr: call.Facts[tasks.FactPublicIP]},
		address: route{name: "Elastic IP", addr: call.Facts[tasks.FactElasticIP]},
		port:    call.Plan.Environment.Application.Port,
	}
	if w.own.addr == w.address.addr {
		w.own.addr = "" // EC2 takes the automatic address back when an Elastic IP comes
	}
	if w.own.addr == "" && w.address.addr == "" {
		return tasks.Result{Verdict: tasks.Inconclusive, Says: "no public address of the instance is known; launch or associate it first"}, nil
	}
	var inside *link
	var t target
	for _, to := range []*route{&w.address, &w.own} {
		link, at := c.try(ctx, call, to, w.port)
		switch {
		case link != nil && inside == nil:
			inside, t = link, at
			defer inside.Close()
		case link != nil:
			link.Close()
		}
	}
	if inside != nil {
		w.lookInside(ctx, inside, t, call.Facts[tasks.FactPrivateIP])
	}
	if c.reference != "" && w.address.deaf() && w.own.deaf() {
		w.reference, _ = c.knock(ctx, c.reference)
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return tasks.Result{}, fmt.Errorf("trying the ways to the application: %w", ctx.Err())
	}
	return w.result(), nil
}

// try logs in at an address and knocks at the application's port there.
func (c *Client) try(ctx context.Context, call tasks.Call, to *route, port int) (*link, target) {
	if to.addr == "" {
		return nil, target{}
	}
	start := time.Now()
	defer func() { to.took = time.Since(start) }()
	to.app, _ = c.knock(ctx, net.JoinHostPort(to.addr, strconv.Itoa(port)))
	t, f := c.target(call.Plan, call.Facts, to.addr)
	if f != nil {
		to.ssh, to.says = pathFailing, f.Error()
		return nil, t
	}
	link, f := c.login(ctx, t, nowhere)
	if f != nil {
		to.ssh, to.says = endOf(f), f.Error()
		return nil, t
	}
	to.ssh = pathOpen
	return link, t
}

// endOf is a failed login as the end of a way: a host that refuses us has been reached.
func endOf(f *failure) outcome {
	switch f.kind {
	case kindRefused:
		return pathRefused
	case kindTimedOut:
		if f.rung == rungTCP {
			return pathSilent
		}
	case kindUnreachable:
		return pathUnreachable
	case kindHostKey:
		return pathElsewhere
	case kindUnverified:
		return pathUnverified
	}
	return pathFailing
}

// knock connects and hangs up.
func (c *Client) knock(ctx context.Context, addr string) (outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, pathLimit)
	defer cancel()
	conn, err := c.dial(ctx, "tcp", addr)
	if err == nil {
		conn.Close()
		return pathOpen, nil
	}
	switch wireKind(cause(ctx, err)) {
	case kindRefused:
		return pathRefused, err
	case kindTimedOut:
		return pathSilent, err
	case kindUnreachable:
		return pathUnreachable, err
	}
	return pathFailing, err
}

// deaf reports whether nothing at all came back from the address.
func (w route) deaf() bool {
	silent := func(o outcome) bool { return o == pathSilent || o == pathUnreachable || o == pathUntried }
	return silent(w.ssh) && silent(w.app)
}

// lookInside asks the host about its own ports, over the login we have.
func (w *routes) lookInside(ctx context.Context, link *link, t target, private string) {
	out, f := link.run(ctx, t, insideCommand("127.0.0.1", w.port))
	if f != nil {
		w.how = f.says
		return
	}
	w.local, w.how = insideAnswer(out)
	ip, err := netip.ParseAddr(private)
	if err != nil || !ip.Is4() {
		return
	}
	if out, f := link.run(ctx, t, insideCommand(ip.String(), w.port)); f == nil {
		w.private, _ = insideAnswer(out)
	}
}

// insideCommand looks with what the host has whether something takes connections.
// The address is one of ours or parsed, the port a number: nothing has to be quoted.
func insideCommand(addr string, port int) string {
	at := fmt.Sprintf("%s:%d", addr, port)
	return "if command -v curl >/dev/null 2>&1; then no_proxy='*' curl -s -o /dev/null -m 4 http://" + at + "/; echo \"path curl $?\"; " +
		"elif command -v bash >/dev/null 2>&1; then timeout 4 bash -c 'exec 3<>/dev/tcp/" + addr + "/" + strconv.Itoa(port) + "' 2>/dev/null; echo \"path bash $?\"; " +
		"elif command -v wget >/dev/null 2>&1; then no_proxy='*' http_proxy= timeout 4 wget -O /dev/null http://" + at + "/ 2>&1; echo \"path wget $?\"; " +
		"else echo 'path none 0'; fi"
}
