package cloud

// ec2_rule_ids.go: single rules of security groups, each under its id: shown one by one, and changed in place.

import "slices"

// modifySecurityGroupRules puts other rules in the place of some, under their ids.
func (c *call) modifySecurityGroupRules() ([]element, error) {
	g, err := c.groupNamed()
	if err != nil {
		return nil, err
	}
	all := c.list("SecurityGroupRule")
	if len(all) == 0 {
		return nil, refuse(400, "MissingParameter", "The request must contain the parameter SecurityGroupRule")
	}
	for _, f := range all {
		id := f.text("SecurityGroupRuleId")
		rules := ingress.of(g)
		i := slices.IndexFunc(*rules, func(r rule) bool { return r.ID == id })
		if i < 0 {
			rules = egress.of(g)
			i = slices.IndexFunc(*rules, func(r rule) bool { return r.ID == id })
		}
		if i < 0 {
			return nil, noRule(id)
		}
		to, err := c.readRule(f.at("SecurityGroupRule"))
		if err != nil {
			return nil, err
		}
		if n := slices.IndexFunc(*rules, to.same); n >= 0 && n != i {
			return nil, refuse(400, "InvalidPermission.Duplicate", "the specified rule \"%s\" already exists", to)
		}
		to.ID, to.Tags = id, (*rules)[i].Tags
		(*rules)[i] = to
	}
	return []element{yes("return", true)}, nil
}

// readRule reads a rule as it is shown: with one source.
func (c *call) readRule(f *form) (r rule, err error) {
	if r, err = readPorts(f); err != nil {
		return r, err
	}
	r.Description = f.text("Description")
	if r.Source = f.text("ReferencedGroupId"); r.Source != "" {
		_, err = c.groupByID(r.Source)
		return r, err
	}
	if six := f.text("CidrIpv6"); six != "" {
		r.CIDR, err = network6(six)
		return r, err
	}
	r.CIDR, err = network4(f.text("CidrIpv4"))
	return r, err
}

func (c *call) ruleElements(g *group, r rule, d direction) []element {
	out := []element{txt("securityGroupRuleId", r.ID), txt("groupId", g.ID), txt("groupOwnerId", c.a.opt.AccountID),
		yes("isEgress", d == egress), txt("ipProtocol", r.Protocol), num("fromPort", r.From), num("toPort", r.To)}
	out = append(out, some(r.network(), txt("description", r.Description))...)
	if r.Source != "" {
		out = append(out, el("referencedGroupInfo", txt("groupId", r.Source), txt("userId", c.a.opt.AccountID), txt("vpcId", c.a.opt.VPC.ID)))
	}
	return append(out, tagSet(r.Tags))
}

// revoked is a rule as the answer to its revocation tells it.
func (r rule) revoked(g *group, d direction) []element {
	out := []element{txt("securityGroupRuleId", r.ID), txt("groupId", g.ID), yes("isEgress", d == egress), txt("ipProtocol", r.Protocol),
		num("fromPort", r.From), num("toPort", r.To)}
	return append(out, some(r.network(), txt("referencedGroupId", r.Source), txt("description", r.Description))...)
}

// network is the network that a rule is about, named for its kind; empty where that is a group.
func (r rule) network() element {
	if r.six() {
		return txt("cidrIpv6", r.CIDR)
	}
	return txt("cidrIpv4", r.CIDR)
}

func (c *call) describeSecurityGroupRules() ([]element, error) {
	type row struct {
		g   *group
		r   rule
		way direction
	}
	var all []row
	for _, g := range c.s.Groups {
		for _, r := range g.Ingress {
			all = append(all, row{g, r, ingress})
		}
		for _, r := range g.Egress {
			all = append(all, row{g, r, egress})
		}
	}
	all, err := selected(c, "SecurityGroupRuleId", all, func(v row, id string) bool { return v.r.ID == id }, noRule)
	if err != nil {
		return nil, err
	}
	all, err = filtered(c, all, map[string]field[row]{
		"group-id":               one(func(v row) string { return v.g.ID }),
		"security-group-rule-id": one(func(v row) string { return v.r.ID }),
	}, func(v row) []Tag { return v.r.Tags })
	if err != nil {
		return nil, err
	}
	all, next, err := page(c, all)
	var rows [][]element
	for _, v := range all {
		rows = append(rows, c.ruleElements(v.g, v.r, v.way))
	}
	return answer(items("securityGroupRuleSet", rows), next), err
}
