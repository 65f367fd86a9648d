package cloud

// inventory.go: everything that exists, as plain values that can be compared.

import (
	"fmt"
	"slices"
	"strings"
)

// Inventory is what exists in the account at one moment, each list sorted by id. Two accounts with equal inventories
// differ in nothing that costs money or can be seen from outside.
type Inventory struct {
	Instances []InstanceItem
	KeyPairs  []KeyPairItem
	Groups    []GroupItem
	Addresses []AddressItem
	Volumes   []VolumeItem
	Alarms    []AlarmItem
}

// InstanceItem is an instance. A terminated one is listed for as long as AWS shows it.
type InstanceItem struct{ ID, State, ImageID, Type, PublicIP, Token, Tags string }

// KeyPairItem is a key pair.
type KeyPairItem struct{ ID, Name, Fingerprint, Tags string }

// GroupItem is a security group; each rule reads "tcp 22-22 0.0.0.0/0".
type GroupItem struct {
	ID, Name, Tags  string
	Ingress, Egress []string
}

// AddressItem is an Elastic IP; InstanceID is empty while it is not associated.
type AddressItem struct{ ID, PublicIP, InstanceID, AssociationID, Tags string }

// VolumeItem is a volume; State is in-use or available.
type VolumeItem struct {
	ID, InstanceID, State, Type string
	GiB                         int
	Tags                        string
}

// Inventory lists what exists now.
func (a *Account) Inventory() Inventory {
	now := a.opt.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	c := &call{a: a, s: a.state, now: now}
	var out Inventory
	for _, i := range c.instances() {
		out.Instances = append(out.Instances, InstanceItem{i.ID, i.Life.at(now).name, i.ImageID, i.Type, a.state.publicIP(i, now), i.Token, tagText(i.Tags)})
	}
	for _, k := range a.state.KeyPairs {
		out.KeyPairs = append(out.KeyPairs, KeyPairItem{k.ID, k.Name, k.Fingerprint, tagText(k.Tags)})
	}
	for _, g := range a.state.Groups {
		item := GroupItem{ID: g.ID, Name: g.Name, Tags: tagText(g.Tags)}
		item.Ingress, item.Egress = ruleTexts(g.Ingress), ruleTexts(g.Egress)
		out.Groups = append(out.Groups, item)
	}
	for _, e := range a.state.Addresses {
		out.Addresses = append(out.Addresses, AddressItem{e.AllocationID, e.PublicIP, e.InstanceID, e.AssociationID, tagText(e.Tags)})
	}
	for _, v := range a.state.Volumes {
		if c.exists(v) {
			out.Volumes = append(out.Volumes, VolumeItem{v.ID, v.InstanceID, a.state.volumeState(v, now), v.Type, v.GiB, tagText(v.Tags)})
		}
	}
	out.Alarms = a.state.alarmItems()
	out.sort()
	return out
}

func (v *Inventory) sort() {
	slices.SortFunc(v.Instances, func(a, b InstanceItem) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(v.KeyPairs, func(a, b KeyPairItem) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(v.Groups, func(a, b GroupItem) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(v.Addresses, func(a, b AddressItem) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(v.Volumes, func(a, b VolumeItem) int { return strings.Compare(a.ID, b.ID) })
}

// WithoutTerminated returns the inventory without instances in state terminated: they cost nothing and AWS keeps
// showing them for an hour, so a rollback cannot remove them.
func (v Inventory) WithoutTerminated() Inventory {
	v.Instances = slices.DeleteFunc(slices.Clone(v.Instances), func(i InstanceItem) bool { return i.State == "terminated" })
	if len(v.Instances) == 0 {
		v.Instances = nil
	}
	return v
}

func ruleTexts(rules []rule) (texts []string) {
	for _, r := range rules {
		texts = append(texts, fmt.Sprintf("%s %d-%d %s%s", r.Protocol, r.From, r.To, r.CIDR, r.Source))
	}
	slices.Sort(texts)
	return texts
}

func tagText(tags []Tag) string {
	var out []string
	for _, t := range tags {
		out = append(out, t.Key+"="+t.Value)
	}
	return strings.Join(out, ",")
}
