package cloud

// world.go: what a surrounding world needs of the account: which machine answers where.

import (
	"crypto/ed25519"
	"net/netip"
	"slices"
	"time"
)

// Endpoint is the machine that answers at an address.
type Endpoint struct {
	InstanceID   string
	State        string    // an EC2 instance state
	BootedAt     time.Time // of the present boot; zero unless State is running
	ImageID      string
	InstanceType string
	RootGiB      int                // size of the root volume
	Hostname     string             // as the machine calls itself, for example ip-172-31-5-6
	PrivateIP    string             // always set
	PublicIP     string             // "" if it has none now
	RoutedAt     time.Time          // when traffic to PublicIP begins to arrive: some seconds after an association
	PublicKey    string             // the key pair's public half at launch, in OpenSSH's form; "" without a key pair
	HostKey      ed25519.PrivateKey // what its SSH server proves itself with
	Ingress      []Rule
}

// Rule lets a network reach ports From to To. Protocol is tcp, udp, icmp, or -1 for everything.
type Rule struct {
	Protocol string
	From, To int
	CIDR     netip.Prefix
}

// Admits reports whether the machine's security groups let source reach a TCP port.
func (e Endpoint) Admits(source netip.Addr, port int) bool {
	return slices.ContainsFunc(e.Ingress, func(r Rule) bool {
		return (r.Protocol == "-1" || r.Protocol == "tcp" && r.From <= port && port <= r.To) && r.CIDR.Contains(source)
	})
}

// Running reports whether the machine is on.
func (e Endpoint) Running() bool { return e.State == runningState().name }

// At returns the machine that answers at a public or private IP or a public DNS name now; false if none does.
func (a *Account) At(addr string) (Endpoint, bool) {
	now := a.opt.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, i := range a.state.Instances {
		if i.Life.at(now) == terminatedState() || addr == "" {
			continue
		}
		ip := a.state.publicIP(i, now)
		if addr == i.Net.PrivateIP || addr == ip || addr == a.publicDNS(ip) {
			return a.endpoint(i, ip, now), true
		}
	}
	return Endpoint{}, false
}

func (a *Account) endpoint(i *instance, ip string, now time.Time) Endpoint {
	e := Endpoint{
		InstanceID: i.ID, State: i.Life.at(now).name, BootedAt: i.Life.booted(now), ImageID: i.ImageID, InstanceType: i.Type,
		Hostname: hostname(i.Net.PrivateIP), PrivateIP: i.Net.PrivateIP, PublicIP: ip, PublicKey: i.PublicKey,
		HostKey: ed25519.NewKeyFromSeed(i.HostSeed),
	}
	root := a.image(i.ImageID).RootDevice
	if v := find(a.state.Volumes, func(v *volume) bool { return v.InstanceID == i.ID && v.Device == root }); v != nil {
		e.RootGiB = v.GiB
	}
	if elastic := a.state.elastic(i.ID); elastic != nil {
		e.RoutedAt = elastic.Routed
	}
	for _, id := range i.Groups {
		g := a.state.group(id)
		if g == nil {
			continue
		}
		for _, r := range g.Ingress {
			if p, err := netip.ParsePrefix(r.CIDR); err == nil { // rules that name a group admit nobody from outside
				e.Ingress = append(e.Ingress, Rule{r.Protocol, r.From, r.To, p})
			}
		}
	}
	return e
}

// Resolve returns the addresses of one of Amazon's public names: those of addresses that exist, none for others.
func (a *Account) Resolve(host string) []string {
	now := a.opt.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.opt.VPC.NoHostnames {
		return nil
	}
	for _, e := range a.state.Addresses {
		if a.publicDNS(e.PublicIP) == host {
			return []string{e.PublicIP}
		}
	}
	for _, i := range a.state.Instances {
		if ip := a.state.publicIP(i, now); ip != "" && a.publicDNS(ip) == host {
			return []string{ip}
		}
	}
	return nil
}
