package cloud

// ec2_groups.go: security groups as things: made, shown, deleted. Their rules are in ec2_rules.go.

import (
	"slices"
	"strings"
)

type group struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Ingress     []rule `json:"ingress,omitempty"`
	Egress      []rule `json:"egress,omitempty"`
	Tags        []Tag  `json:"tags,omitempty"`
}

// defaultGroup is the group every VPC has: its members may talk to each other.
func defaultGroup(s *state) *group {
	g := &group{ID: s.id("sg"), Name: "default", Description: "default VPC security group"}
	g.Ingress = []rule{{ID: s.id("sgr"), Protocol: "-1", From: -1, To: -1, Source: g.ID}}
	g.Egress = []rule{{ID: s.id("sgr"), Protocol: "-1", From: -1, To: -1, CIDR: "0.0.0.0/0"}}
	return g
}

func (c *call) groupByID(id string) (*group, error) {
	if !wellFormed(id, "sg") {
		return nil, refuse(400, "InvalidGroupId.Malformed", "Invalid id: \"%s\" (expecting \"sg-...\")", clip(id))
	}
	if g := c.s.group(id); g != nil {
		return g, nil
	}
	return nil, refuse(400, "InvalidGroup.NotFound", "The security group '%s' does not exist", id)
}

// groupNamed finds the group of GroupId, or of GroupName where a default VPC allows names.
func (c *call) groupNamed() (*group, error) {
	id, name := c.text("GroupId"), c.text("GroupName")
	switch {
	case id != "":
		return c.groupByID(id)
	case name == "":
		return nil, refuse(400, "MissingParameter", "The request must contain the parameter GroupName or GroupId")
	case !c.a.opt.VPC.Default:
		return nil, refuse(400, "VPCIdNotSpecified", "No default VPC for this user. Name the security group by its id.")
	}
	if g := find(c.s.Groups, func(g *group) bool { return g.Name == name }); g != nil {
		return g, nil
	}
	return nil, refuse(400, "InvalidGroup.NotFound", "The security group '%s' does not exist", clip(name))
}

func (c *call) createSecurityGroup() ([]element, error) {
	name, err := c.required("GroupName")
	if err != nil {
		return nil, err
	}
	description, err := c.required("GroupDescription")
	if err != nil {
		return nil, err
	}
	vpc := c.text("VpcId")
	switch {
	case vpc != "" && !wellFormed(vpc, "vpc"):
		return nil, refuse(400, "InvalidVpcID.Malformed", "Invalid id: \"%s\" (expecting \"vpc-...\")", clip(vpc))
	case vpc == "" && !c.a.opt.VPC.Default:
		return nil, refuse(400, "VPCIdNotSpecified", "No default VPC for this user")
	case vpc != "" && vpc != c.a.opt.VPC.ID:
		return nil, noVPC(vpc)
	case name == "default":
		return nil, refuse(400, "InvalidParameterValue", "Cannot use reserved security group name: default")
	case len(name) > 255 || strings.HasPrefix(name, "sg-") || !plain(name):
		return nil, refuse(400, "InvalidParameterValue", "Value (%s) for parameter GroupName is invalid. Group names have up to 255 characters from a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*, and do not start with sg-.", clip(name))
	case len(description) > 255 || !plain(description):
		return nil, refuse(400, "InvalidParameterValue", "Value (%s) for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported.", clip(description))
	case find(c.s.Groups, func(g *group) bool { return g.Name == name }) != nil:
		return nil, refuse(400, "InvalidGroup.Duplicate", "The security group '%s' already exists for VPC '%s'", name, c.a.opt.VPC.ID)
	}
	tags, err := c.tagSpecifications("security-group")
	if err != nil {
		return nil, err
	}
	g := &group{ID: c.s.id("sg"), Name: name, Description: description, Tags: tags["security-group"]}
	g.Egress = []rule{{ID: c.s.id("sgr"), Protocol: "-1", From: -1, To: -1, CIDR: "0.0.0.0/0"}}
	c.s.Groups = append(c.s.Groups, g)
	return []element{yes("return", true), txt("groupId", g.ID), txt("securityGroupArn", c.groupARN(g)), tagSet(g.Tags)}, nil
}

// plain reports whether s keeps to the characters AWS allows in names and descriptions of groups.
func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		return !letter && !strings.ContainsRune(" ._-:/()#,@[]+=&;{}!$*", r)
	})
}

func (c *call) groupARN(g *group) string {
	return "arn:aws:ec2:" + c.a.opt.Region + ":" + c.a.opt.AccountID + ":security-group/" + g.ID
}

func (c *call) describeSecurityGroups() ([]element, error) {
	all := c.s.Groups
	for _, id := range c.texts("GroupId") {
		if _, err := c.groupByID(id); err != nil {
			return nil, err
		}
	}
	all, err := selected(c, "GroupId", all, func(g *group, id string) bool { return g.ID == id }, func(string) error { return nil })
	if err != nil {
		return nil, err
	}
	all, err = selected(c, "GroupName", all, func(g *group, name string) bool { return g.Name == name }, func(name string) error {
		return refuse(400, "InvalidGroup.NotFound", "The security group '%s' does not exist", clip(name))
	})
	if err != nil {
		return nil, err
	}
	all, err = filtered(c, all, map[string]field[*group]{
		"group-id":    one(func(g *group) string { return g.ID }),
		"group-name":  one(func(g *group) string { return g.Name }),
		"description": one(func(g *group) string { return g.Description }),
		"vpc-id":      one(func(*group) string { return c.a.opt.VPC.ID }),
		"owner-id":    one(func(*group) string { return c.a.opt.AccountID }),
	}, func(g *group) []Tag { return g.Tags })
	if err != nil {
		return nil, err
	}
	all, next, err := page(c, all)
	var rows [][]element
	for _, g := range all {
		rows = append(rows, []element{
			txt("ownerId", c.a.opt.AccountID), txt("groupId", g.ID), txt("groupName", g.Name), txt("groupDescription", g.Description),
			txt("vpcId", c.a.opt.VPC.ID), txt("securityGroupArn", c.groupARN(g)),
			permissions("ipPermissions", g.Ingress, c.a.opt.AccountID), permissions("ipPermissionsEgress", g.Egress, c.a.opt.AccountID), tagSet(g.Tags),
		})
	}
	return answer(items("securityGroupInfo", rows), next), err
}

func (c *call) deleteSecurityGroup() ([]element, error) {
	g, err := c.groupNamed()
	if err != nil {
		return nil, err
	}
	if g.Name == "default" {
		return nil, refuse(400, "CannotDelete", "the specified group: \"%s\" name: \"default\" cannot be deleted by a user", g.ID)
	}
	used := slices.ContainsFunc(c.s.Instances, func(i *instance) bool {
		return i.Life.at(c.now) != terminatedState() && slices.Contains(i.Groups, g.ID)
	})
	named := slices.ContainsFunc(c.s.Groups, func(o *group) bool {
		return o != g && slices.ContainsFunc(slices.Concat(o.Ingress, o.Egress), func(r rule) bool { return r.Source == g.ID })
	})
	if used || named {
		return nil, refuse(400, "DependencyViolation", "resource %s has a dependent object", g.ID)
	}
	c.s.Groups = slices.DeleteFunc(c.s.Groups, func(o *group) bool { return o == g })
	return []element{yes("return", true), txt("groupId", g.ID)}, nil
}
