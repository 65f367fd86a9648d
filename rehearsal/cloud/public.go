package cloud

// public.go: the public addresses that exist, whether or not anybody answers there.

import "slices"

// PublicAddress is a public address of the account's own region.
type PublicAddress struct {
	IP         string
	InstanceID string // that it belongs to; "" for an Elastic IP that is not associated
	KeyName    string // of the instance's key pair
	Elastic    bool
}

// PublicAddresses lists every address that is somebody's: Elastic IPs, and the automatic ones of instances that run or
// are about to.
func (a *Account) PublicAddresses() []PublicAddress {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []PublicAddress
	for _, e := range a.state.Addresses {
		p := PublicAddress{IP: e.PublicIP, InstanceID: e.InstanceID, Elastic: true}
		if i := a.state.instance(e.InstanceID); i != nil {
			p.KeyName = i.KeyName
		}
		out = append(out, p)
	}
	for _, i := range a.state.Instances {
		taken := slices.ContainsFunc(out, func(p PublicAddress) bool { return p.InstanceID == i.ID })
		if i.Life.Order == orderRun && i.Net.AutoIP != "" && !taken {
			out = append(out, PublicAddress{IP: i.Net.AutoIP, InstanceID: i.ID, KeyName: i.KeyName})
		}
	}
	return out
}
