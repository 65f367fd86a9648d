package cloud

// foreign.go: what other people do in the account, at a console of their own.

import (
	"errors"
	"slices"
	"time"
)

// Settle puts an instance of somebody else into the account: it has been running for three days and belongs to no
// change of ours. Its tags say whose it is.
func (a *Account) Settle(tags ...Tag) (instanceID string, err error) {
	now := a.opt.Now()
	err = a.transact(now, true, func(s *state) error {
		c := &call{a: a, s: s, now: now.Add(-72 * time.Hour)}
		i, err := c.settle(s.Groups[0].ID, "", tags)
		if err != nil {
			return err
		}
		instanceID = i.ID
		return nil
	})
	return instanceID, err
}

func (c *call) settle(groupID, keyName string, tags []Tag) (*instance, error) {
	images := c.a.images()
	if len(images) == 0 {
		return nil, errors.New("settle an instance: the account has no image")
	}
	im := images[0]
	m, _ := machineNamed("t2.micro")
	tags = sortTags(slices.Clone(tags))
	i, err := c.launch(launch{
		image: im, kind: m, subnet: c.a.opt.VPC.Subnets[0], groups: []string{groupID}, keyName: keyName,
		devices: []device{{name: im.RootDevice, volumeType: "gp2", gib: im.RootGiB, iops: 100, deleteWith: true}},
		options: defaultOptions(),
		tags:    map[string][]Tag{"instance": tags, "volume": tags},
	})
	if err != nil {
		return nil, err
	}
	i.Reservation = c.s.id("r")
	return i, nil
}

// Seize associates the newest free Elastic IP with an instance, as another user of the account might. It reports the
// address; "" if none was free.
func (a *Account) Seize(instanceID string) (publicIP string, err error) {
	return a.take(instanceID, func(s *state) *address {
		for _, e := range slices.Backward(s.Addresses) {
			if e.InstanceID == "" {
				return e
			}
		}
		return nil
	})
}

// Divert moves the Elastic IP that was associated last to an instance, whoever it serves, as another user of the account
// might. It reports the address; "" if none was associated.
func (a *Account) Divert(instanceID string) (publicIP string, err error) {
	return a.take(instanceID, func(s *state) (last *address) {
		for _, e := range s.Addresses {
			if e.InstanceID != "" && (last == nil || e.Routed.After(last.Routed)) {
				last = e
			}
		}
		return last
	})
}

// take associates an address with an instance without asking whom it serves.
func (a *Account) take(instanceID string, which func(*state) *address) (publicIP string, err error) {
	now := a.opt.Now()
	err = a.transact(now, true, func(s *state) error {
		i := s.instance(instanceID)
		if i == nil || i.Life.at(now) != runningState() {
			return errors.New("take an address: the instance is not running")
		}
		e := which(s)
		if e == nil {
			return nil
		}
		s.associate(e, i, now)
		s.readdress()
		publicIP = e.PublicIP
		return nil
	})
	return publicIP, err
}

// Imitate makes look-alikes of the newest instance, of its security group and key pair, and an Elastic IP, as somebody
// does who copies a colleague's work: with names like theirs, the tags that all of it carries, and a mark of whose they
// are. It reports the instance.
func (a *Account) Imitate(mark Tag) (instanceID string, err error) {
	now := a.opt.Now()
	err = a.transact(now, true, func(s *state) error {
		if len(s.Instances) == 0 {
			return errors.New("imitate an instance: there is none")
		}
		like := s.Instances[len(s.Instances)-1]
		group := *s.group(like.Groups[0]) // a group in use cannot be deleted
		tags := common(like.Tags, group.Tags)
		key := s.keyPair(like.KeyName)
		if key != nil {
			tags = common(tags, key.Tags)
			copied := *key
			key = &copied
			key.ID, key.Name = s.id("key"), key.Name+"-copy"
			s.KeyPairs = append(s.KeyPairs, key)
		} else {
			key = &keyPair{}
		}
		tags = append(tags, mark)
		marked := func() []Tag { return sortTags(slices.Clone(tags)) }
		group.ID, group.Name = s.id("sg"), group.Name+"-copy"
		group.Ingress, group.Egress = s.sameRules(group.Ingress), s.sameRules(group.Egress)
		group.Tags, key.Tags = marked(), marked()
		s.Groups = append(s.Groups, &group)
		s.Addresses = append(s.Addresses, &address{AllocationID: s.id("eipalloc"), PublicIP: s.freePublicIP(), Tags: marked()})
		i, err := (&call{a: a, s: s, now: now}).settle(group.ID, key.Name, tags)
		if err != nil {
			return err
		}
		instanceID = i.ID
		return nil
	})
	return instanceID, err
}

// sameRules are rules for another group, with ids of their own.
func (s *state) sameRules(rules []rule) []rule {
	out := slices.Clone(rules)
	for n := range out {
		out[n].ID = s.id("sgr")
	}
	return out
}

// common is the tags that all have, with the same values.
func common(first []Tag, others ...[]Tag) []Tag {
	return slices.DeleteFunc(slices.Clone(first), func(t Tag) bool {
		return slices.ContainsFunc(others, func(tags []Tag) bool { return !slices.Contains(tags, t) })
	})
}
