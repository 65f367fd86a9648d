package webops

// target.go: where the application is, by the facts of the run and the plan.

import (
	"cmp"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// target is the one application that is tested.
type target struct {
	fact string // the address came from
	ip   netip.Addr
	port int
	tls  bool
	host string // the name it is asked by; "" = the address
}

// find is the target that was named, or else the one at the first of the facts that holds a public
// address. A private or local one is never the application's, whoever told it to us.
func (c *Client) find(call tasks.Call, facts ...string) (target, bool) {
	app := call.Plan.Environment.Application
	if c.o.Base != nil {
		return named(c.o.Base, app.Host)
	}
	for _, fact := range facts {
		ip, err := netip.ParseAddr(call.Facts[fact])
		ip = ip.Unmap()
		public := ip.IsGlobalUnicast() && !ip.IsPrivate() || c.o.Emulated && ip.IsLoopback()
		if err == nil && public && app.Port > 0 {
			return target{fact, ip, app.Port, app.TLS, app.Host}, true
		}
	}
	return target{}, false
}

// nowhere says why there is no target.
func (c *Client) nowhere() string {
	if c.o.Base == nil {
		return "no public address of this run to test; assign the Elastic IP (T7) first"
	}
	return safe.Line(c.o.Base.Host) + " is no application's, but a link-local or metadata address, or none at all: nothing is ever sent there"
}

// named is the target of a URL; an address is asked by the plan's name, if it has one.
func named(base *url.URL, host string) (target, bool) {
	t := target{tls: base.Scheme == "https", port: map[bool]int{false: 80, true: 443}[base.Scheme == "https"], host: strings.ToLower(base.Hostname())}
	if p := base.Port(); p != "" {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil {
			return target{}, false
		}
		t.port = int(n)
	}
	if ip, ok := address(base.Hostname()); ok {
		t.ip, t.host = ip, host
		return t, !never(ip)
	}
	return t, t.host != ""
}

// addr is what is dialled.
func (t target) addr() string {
	if !t.ip.IsValid() {
		return net.JoinHostPort(t.host, strconv.Itoa(t.port))
	}
	return net.JoinHostPort(t.ip.String(), strconv.Itoa(t.port))
}

// name is what the application is asked by.
func (t target) name() string {
	if t.host != "" {
		return t.host
	}
	return t.ip.String()
}

func (t target) scheme() string {
	if t.tls {
		return "https"
	}
	return "http"
}

// url of the target's root, without a final slash. The scheme's own port goes without saying.
func (t target) url() string {
	name := t.name()
	if t.port != map[bool]int{false: 80, true: 443}[t.tls] {
		return t.scheme() + "://" + net.JoinHostPort(name, strconv.Itoa(t.port))
	}
	if t.host == "" && t.ip.Is6() {
		name = "[" + name + "]"
	}
	return t.scheme() + "://" + name
}

// is reports a URL, as it is shown, that leads to the target.
func (t target) is(shown string) bool {
	u, err := url.Parse(shown)
	if err != nil || u.Scheme != t.scheme() {
		return false
	}
	port := cmp.Or(u.Port(), map[bool]string{false: "80", true: "443"}[t.tls])
	ip, numeric := address(u.Hostname())
	return port == strconv.Itoa(t.port) && (strings.EqualFold(u.Hostname(), t.host) || numeric && ip == t.ip)
}
