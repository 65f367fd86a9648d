package webops

// fence.go: whom the tests may talk to. A test file, a redirect and a name server are all
// somebody else's word: the only targets are the addresses made by this run and the hosts
// that the plan names. Each address is judged once more when it is dialled, so that a name
// cannot lead elsewhere between the two.

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// fence is what may be talked to in one step.
type fence struct {
	c     *Client
	t     target
	own   []string // addresses and names of this run's instance
	hosts []string // those the plan names
	dial  func(ctx context.Context, network, addr string) (net.Conn, error)
}

func (c *Client) fence(call tasks.Call, t target) *fence {
	f := &fence{c: c, t: t, hosts: call.Plan.Environment.Application.Hosts, dial: c.o.Dial}
	for _, fact := range []string{tasks.FactElasticIP, tasks.FactPublicIP, tasks.FactPublicDNS} {
		if v := call.Facts[fact]; v != "" {
			f.own = append(f.own, v)
		}
	}
	return f
}

// refused is a place that no test may talk to.
type refused struct{ says string }

func (r *refused) Error() string { return r.says }

// admits says why nothing may be sent to a URL; nil = it may.
func (f *fence) admits(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return &refused{fmt.Sprintf("%s is neither http nor https", safe.Line(u.Scheme))}
	case u.User != nil:
		return &refused{"the URL holds a user name; use [BasicAuth]"}
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	_, err := f.route(u.Hostname(), port)
	return err
}

// route is where a host and port lead: an address to dial, or with ok a name to look up.
func (f *fence) route(host, port string) (leads place, err error) {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	ip, numeric := address(host)
	if numeric && never(ip) {
		return place{}, &refused{fmt.Sprintf("%s is a link-local or metadata address: nothing is ever sent there", ip)}
	}
	is := func(own string) bool {
		at, is := address(own)
		return is && numeric && at == ip || !is && !numeric && strings.EqualFold(own, host)
	}
	switch {
	case numeric && ip == f.t.ip, !numeric && host == strings.ToLower(f.t.host):
		return place{at: f.t.ip, name: host, port: port, listed: true}, f.ours(host, port)
	case slices.ContainsFunc(f.own, is):
		if !numeric { // a public DNS name changes its address with the Elastic IP
			ip = f.t.ip
		}
		return place{at: ip, port: port}, f.ours(host, port)
	}
	for _, named := range f.hosts {
		name, only, err := net.SplitHostPort(named)
		if err != nil {
			name, only = named, ""
		}
		if is(name) && (only == port || only == "" && f.usual(port)) {
			return place{at: ip, name: host, port: port}, nil
		}
	}
	return place{}, &refused{fmt.Sprintf("%s is neither an address of this run nor a host that the plan names; if it belongs to the tests, add it to environment: application: hosts",
		safe.Line(net.JoinHostPort(host, port)))}
}

// place is where a connection goes.
type place struct {
	at     netip.Addr // not valid = look the name up
	name   string
	port   string
	listed bool // somebody names it as the application: it may be anywhere, private too
}

// usual are the ports on which an application of the plan may be talked to.
func (f *fence) usual(port string) bool {
	return port == "80" || port == "443" || port == strconv.Itoa(f.t.port)
}

func (f *fence) ours(host, port string) error {
	if f.usual(port) {
		return nil
	}
	return &refused{fmt.Sprintf("port %s of %s is not the application's", safe.Line(port), safe.Line(host))}
}

// connect is the dialer of every exchange.
func (f *fence) connect(ctx context.Context, network, addr string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, &refused{"no address: " + safe.Line(addr)}
	}
	leads, err := f.route(host, port)
	if err != nil {
		return nil, err
	}
	if leads.at.IsValid() {
		return f.dial(ctx, network, net.JoinHostPort(leads.at.String(), leads.port))
	}
	found, err := f.c.o.Resolve(ctx, leads.name)
	if err != nil {
		return nil, fmt.Errorf("looking up %s: %w", safe.Line(leads.name), err)
	}
	var last error = &refused{safe.Line(leads.name) + " has no address"}
	for _, one := range found {
		ip, ok := address(one)
		if !ok {
			continue
		}
		inside := ip.IsPrivate() || ip.IsLoopback() || netip.MustParsePrefix("100.64.0.0/10").Contains(ip)
		if never(ip) || inside && !f.c.o.Emulated && !leads.listed {
			last = &refused{fmt.Sprintf("%s leads to %s, which is no public address; if that is meant, the plan has to name the address itself", safe.Line(leads.name), ip)}
			continue
		}
		conn, err := f.dial(ctx, network, net.JoinHostPort(ip.String(), leads.port))
		if err == nil {
			return conn, nil
		}
		last = err
	}
	return nil, last
}

// address is a host that is an address, however it is written.
func address(host string) (netip.Addr, bool) {
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return ip.Unmap().WithZone(""), err == nil
}

// never are addresses that are no application's: link-local with the metadata services in
// it, EC2's metadata service over IPv6, everybody's and nobody's.
func never(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if v4, ok := carried(ip); ok {
		return never(v4)
	}
	return ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsInterfaceLocalMulticast() || ip.IsUnspecified() ||
		ip == netip.MustParseAddr("fd00:ec2::254") || ip == netip.MustParseAddr("100.100.100.200")
}

// carried is the IPv4 address that NAT64 or 6to4 carries in an IPv6 one.
func carried(ip netip.Addr) (netip.Addr, bool) {
	b := ip.As16()
	switch {
	case netip.MustParsePrefix("64:ff9b::/96").Contains(ip):
		return netip.AddrFrom4([4]byte(b[12:16])), true
	case netip.MustParsePrefix("2002::/16").Contains(ip):
		return netip.AddrFrom4([4]byte(b[2:6])), true
	}
	return netip.Addr{}, false
}
