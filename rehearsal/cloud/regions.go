package cloud

// regions.go: the other regions of the account. A request is for the region it was signed for; there the account has
// the images that are there, no network, and what was made there.

import (
	"hash/fnv"
	"slices"
)

// regions are those that every account has, by name.
func regions() []string {
	return []string{"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
		"ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1",
		"us-east-1", "us-east-2", "us-west-1", "us-west-2"}
}

// notOptedIn are regions that an account must ask for first; this one never did.
func notOptedIn() []string {
	return []string{"af-south-1", "ap-east-1", "ap-southeast-3", "eu-south-1", "me-south-1"}
}

// seenFrom is the account as a request for a region sees it. Its state is not there: a call carries it.
func (a *Account) seenFrom(region string) *Account {
	if region == "" || region == a.opt.Region {
		return a
	}
	opt := a.opt
	opt.Region, opt.VPC = region, VPC{}
	opt.Images = slices.DeleteFunc(slices.Clone(opt.Images), func(im Image) bool { return im.Region != region })
	return &Account{opt: opt}
}

// images are those of the region.
func (a *Account) images() []Image {
	return slices.DeleteFunc(slices.Clone(a.opt.Images), func(im Image) bool { return im.Region != "" && im.Region != a.opt.Region })
}

// within works on the part of the state that belongs to a region. Whatever is made there draws an id: what has drawn
// nothing is empty, and not kept.
func (s *state) within(home, region string, work func(*state) error) error {
	if region == home {
		return work(s)
	}
	there := s.Elsewhere[region]
	if there == nil {
		h := fnv.New64a()
		h.Write([]byte(region)) // a hash takes everything
		there = &state{Seed: s.Seed ^ int64(h.Sum64())}
	}
	err := work(there)
	if there.Drawn > 0 {
		if s.Elsewhere == nil {
			s.Elsewhere = map[string]*state{}
		}
		s.Elsewhere[region] = there
	}
	return err
}

func (c *call) describeRegions() ([]element, error) {
	type region struct{ name, status string }
	var all []region
	for _, name := range regions() {
		all = append(all, region{name, "opt-in-not-required"})
	}
	if home := c.a.opt.Region; !slices.Contains(regions(), home) {
		all = append(all, region{home, "opt-in-not-required"})
	}
	every, err := c.flag("AllRegions", false)
	if err != nil {
		return nil, err
	}
	if every {
		for _, name := range notOptedIn() {
			if name != c.a.opt.Region {
				all = append(all, region{name, "not-opted-in"})
			}
		}
	}
	all, err = selected(c, "RegionName", all, func(r region, name string) bool { return r.name == name }, func(name string) error {
		return refuse(400, "InvalidParameterValue", "Invalid region provided: [%s]", clip(name))
	})
	if err != nil {
		return nil, err
	}
	endpoint := func(r region) string { return "ec2." + r.name + ".amazonaws.com" }
	all, err = filtered(c, all, map[string]field[region]{
		"region-name":   one(func(r region) string { return r.name }),
		"opt-in-status": one(func(r region) string { return r.status }),
		"endpoint":      one(endpoint),
	}, nil)
	var rows [][]element
	for _, r := range all {
		rows = append(rows, []element{txt("regionName", r.name), txt("regionEndpoint", endpoint(r)), txt("optInStatus", r.status)})
	}
	return []element{items("regionInfo", rows)}, err
}
