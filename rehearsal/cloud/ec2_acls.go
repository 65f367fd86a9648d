package cloud

// ec2_acls.go: the network ACL. A VPC has the default one, which lets everything through.

import "strconv"

// aclEntry is one rule of an ACL; the last one, which AWS adds to each, denies what no other matched.
type aclEntry struct {
	number int
	egress bool
	action string
}

func aclEntries() []aclEntry {
	const last = 32767
	return []aclEntry{{100, true, "allow"}, {last, true, "deny"}, {100, false, "allow"}, {last, false, "deny"}}
}

func (v VPC) aclID() string { return v.idOf("acl", "default") }

func (c *call) describeNetworkACLs() ([]element, error) {
	if err := c.ids("NetworkAclId", "acl", "InvalidNetworkAclId.Malformed"); err != nil {
		return nil, err
	}
	all, err := selected(c, "NetworkAclId", c.a.vpcs(), func(v VPC, id string) bool { return v.aclID() == id }, func(id string) error {
		return refuse(400, "InvalidNetworkAclID.NotFound", "The networkAcl ID '%s' does not exist", clip(id))
	})
	if err != nil {
		return nil, err
	}
	entries := func(get func(aclEntry) string) field[VPC] {
		return func(VPC) (values []string) {
			for _, e := range aclEntries() {
				values = append(values, get(e))
			}
			return values
		}
	}
	all, err = filtered(c, all, map[string]field[VPC]{
		"network-acl-id":             one(VPC.aclID),
		"association.network-acl-id": one(VPC.aclID),
		"association.subnet-id":      VPC.subnetIDs,
		"vpc-id":                     one(func(v VPC) string { return v.ID }),
		"owner-id":                   one(func(VPC) string { return c.a.opt.AccountID }),
		"default":                    one(func(VPC) string { return "true" }),
		"entry.rule-number":          entries(func(e aclEntry) string { return strconv.Itoa(e.number) }),
		"entry.rule-action":          entries(func(e aclEntry) string { return e.action }),
		"entry.egress":               entries(func(e aclEntry) string { return strconv.FormatBool(e.egress) }),
		"entry.cidr":                 entries(func(aclEntry) string { return "0.0.0.0/0" }),
		"entry.protocol":             entries(func(aclEntry) string { return "-1" }),
	}, func(VPC) []Tag { return nil })
	if err != nil {
		return nil, err
	}
	all, next, err := page(c, all)
	var rows [][]element
	for _, v := range all {
		rows = append(rows, c.aclElements(v))
	}
	return answer(items("networkAclSet", rows), next), err
}

func (v VPC) subnetIDs() (ids []string) {
	for _, s := range v.Subnets {
		ids = append(ids, s.ID)
	}
	return ids
}

func (c *call) aclElements(v VPC) []element {
	var entries, associations [][]element
	for _, e := range aclEntries() {
		entries = append(entries, []element{num("ruleNumber", e.number), txt("protocol", "-1"), txt("ruleAction", e.action),
			yes("egress", e.egress), txt("cidrBlock", "0.0.0.0/0")})
	}
	for _, s := range v.Subnets {
		associations = append(associations, []element{txt("networkAclAssociationId", v.idOf("aclassoc", s.ID)),
			txt("networkAclId", v.aclID()), txt("subnetId", s.ID)})
	}
	return []element{txt("networkAclId", v.aclID()), txt("vpcId", v.ID), txt("ownerId", c.a.opt.AccountID), yes("default", true),
		items("entrySet", entries), items("associationSet", associations), el("tagSet")}
}
