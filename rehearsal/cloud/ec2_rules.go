package cloud

// ec2_rules.go: the rules of security groups. EC2 groups them into permissions on the wire; the account keeps each
// source of each permission as its own rule, which is how EC2 identifies them.

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// rule lets one source reach a range of ports. Exactly one of CIDR and Source (a group's id) is set.
type rule struct {
	ID          string `json:"id"`
	Protocol    string `json:"protocol"` // tcp, udp, icmp or -1 for all
	From        int    `json:"from"`
	To          int    `json:"to"`
	CIDR        string `json:"cidr,omitempty"` // of IPv4 or IPv6
	Source      string `json:"source,omitempty"`
	Description string `json:"description,omitempty"`
	Tags        []Tag  `json:"tags,omitempty"`
}

func (r rule) same(o rule) bool {
	return r.Protocol == o.Protocol && r.From == o.From && r.To == o.To && r.CIDR == o.CIDR && r.Source == o.Source
}

func (r rule) String() string {
	return fmt.Sprintf("peer: %s%s, %s, from port: %d, to port: %d, ALLOW", r.CIDR, r.Source, strings.ToUpper(r.Protocol), r.From, r.To)
}

const maxRules = 60 // inbound, per group

// direction is which rules of a group a request is about.
type direction bool

const (
	ingress direction = false
	egress  direction = true
)

func (d direction) of(g *group) *[]rule {
	if d == egress {
		return &g.Egress
	}
	return &g.Ingress
}

func (c *call) authorizeIngress() ([]element, error) { return c.authorize(ingress) }

func (c *call) authorizeEgress() ([]element, error) { return c.authorize(egress) }

func (c *call) revokeIngress() ([]element, error) { return c.revoke(ingress) }

func (c *call) revokeEgress() ([]element, error) { return c.revoke(egress) }

func (c *call) authorize(d direction) ([]element, error) {
	g, err := c.groupNamed()
	if err != nil {
		return nil, err
	}
	wanted, err := c.readRules()
	if err != nil {
		return nil, err
	}
	tags, err := c.tagSpecifications("security-group-rule")
	if err != nil {
		return nil, err
	}
	rules := d.of(g)
	var rows [][]element
	for _, r := range wanted {
		if slices.ContainsFunc(*rules, r.same) {
			return nil, refuse(400, "InvalidPermission.Duplicate", "the specified rule \"%s\" already exists", r)
		}
		r.ID, r.Tags = c.s.id("sgr"), tags["security-group-rule"]
		*rules = append(*rules, r)
		rows = append(rows, c.ruleElements(g, r, d))
	}
	if len(*rules) > maxRules {
		return nil, refuse(400, "RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached.")
	}
	return []element{yes("return", true), items("securityGroupRuleSet", rows)}, nil
}

func (c *call) revoke(d direction) ([]element, error) {
	g, err := c.groupNamed()
	if err != nil {
		return nil, err
	}
	rules := d.of(g)
	ids := c.texts("SecurityGroupRuleId")
	var gone, unknown []rule
	if len(ids) == 0 {
		if gone, err = c.readRules(); err != nil {
			return nil, err
		}
	}
	for _, id := range ids {
		i := slices.IndexFunc(*rules, func(r rule) bool { return r.ID == id })
		if i < 0 {
			return nil, noRule(id)
		}
		gone = append(gone, (*rules)[i])
	}
	var rows [][]element
	for _, r := range gone {
		switch i := slices.IndexFunc(*rules, r.same); {
		case i >= 0:
			rows = append(rows, (*rules)[i].revoked(g, d))
			*rules = slices.Delete(*rules, i, i+1)
		case c.a.opt.VPC.Default: // there it is no error, and told
			unknown = append(unknown, r)
		default:
			return nil, refuse(400, "InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
		}
	}
	return []element{yes("return", true), items("revokedSecurityGroupRuleSet", rows), permissions("unknownIpPermissionSet", unknown, c.a.opt.AccountID)}, nil
}

func noRule(id string) error {
	return refuse(400, "InvalidSecurityGroupRuleId.NotFound", "The security group rule ID '%s' does not exist", clip(id))
}

// readRules reads IpPermissions.N, or the one rule given by plain parameters.
func (c *call) readRules() ([]rule, error) {
	all := c.list("IpPermissions")
	if len(all) == 0 && c.has("IpProtocol") {
		r, err := readPorts(c.form)
		if err == nil {
			r.CIDR, err = network4(c.text("CidrIp"))
		}
		return []rule{r}, err
	}
	var out []rule
	for _, p := range all {
		ports, err := readPorts(p)
		if err != nil {
			return nil, err
		}
		before := len(out)
		for _, f := range p.list("IpRanges") {
			r := ports
			r.Description = f.text("Description")
			if r.CIDR, err = network4(f.text("CidrIp")); err != nil {
				return nil, err
			}
			out = append(out, r)
		}
		for _, f := range p.list("Ipv6Ranges") {
			r := ports
			r.Description = f.text("Description")
			if r.CIDR, err = network6(f.text("CidrIpv6")); err != nil {
				return nil, err
			}
			out = append(out, r)
		}
		for _, f := range p.list("Groups") {
			r := ports
			r.Description, r.Source = f.text("Description"), f.text("GroupId")
			if _, err = c.groupByID(r.Source); err != nil {
				return nil, err
			}
			out = append(out, r)
		}
		if len(out) == before {
			return nil, refuse(400, "MissingParameter", "Each permission must name a source: IpRanges, Ipv6Ranges or Groups")
		}
	}
	if len(out) == 0 {
		return nil, refuse(400, "MissingParameter", "The request must contain the parameter ipPermissions")
	}
	for i, r := range out {
		if slices.ContainsFunc(out[:i], r.same) {
			return nil, refuse(400, "InvalidParameterValue", "The same permission must not appear multiple times")
		}
	}
	return out, nil
}

func readPorts(f *form) (r rule, err error) {
	names := map[string]string{"6": "tcp", "17": "udp", "1": "icmp", "all": "-1"}
	r.Protocol = strings.ToLower(f.text("IpProtocol"))
	if name, ok := names[r.Protocol]; ok {
		r.Protocol = name
	}
	if r.From, err = f.number("FromPort", -1); err != nil {
		return r, err
	}
	if r.To, err = f.number("ToPort", -1); err != nil {
		return r, err
	}
	switch r.Protocol {
	case "-1":
		r.From, r.To = -1, -1
	case "icmp":
	case "tcp", "udp":
		if r.From < 0 || r.To > 65535 || r.From > r.To {
			return r, refuse(400, "InvalidParameterValue", "Invalid TCP/UDP port range (%d:%d)", r.From, r.To)
		}
	default:
		return r, refuse(400, "InvalidParameterValue", "Invalid value '%s' for IP protocol. Unknown protocol.", clip(r.Protocol))
	}
	return r, nil
}

// network4 checks an IPv4 network and drops its host bits.
func network4(s string) (string, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil || !p.Addr().Is4() {
		return "", refuse(400, "InvalidParameterValue", "CIDR block %s is malformed", clip(s))
	}
	return p.Masked().String(), nil
}

// network6 is network4 for IPv6.
func network6(s string) (string, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil || p.Addr().Is4() {
		return "", refuse(400, "InvalidParameterValue", "CIDR block %s is malformed", clip(s))
	}
	return p.Masked().String(), nil
}

// six reports whether the rule's source is an IPv6 network.
func (r rule) six() bool { return strings.Contains(r.CIDR, ":") }

// permissions groups rules of the same protocol and ports, as EC2 shows them.
func permissions(name string, rules []rule, account string) element {
	var rows [][]element
	var seen []rule
	for _, r := range rules {
		key := rule{Protocol: r.Protocol, From: r.From, To: r.To}
		if slices.ContainsFunc(seen, key.same) {
			continue
		}
		seen = append(seen, key)
		var ranges, sixes, groups [][]element
		for _, o := range rules {
			switch {
			case o.Protocol != r.Protocol || o.From != r.From || o.To != r.To:
			case o.Source != "":
				groups = append(groups, append([]element{txt("groupId", o.Source), txt("userId", account)}, some(txt("description", o.Description))...))
			case o.six():
				sixes = append(sixes, append([]element{txt("cidrIpv6", o.CIDR)}, some(txt("description", o.Description))...))
			default:
				ranges = append(ranges, append([]element{txt("cidrIp", o.CIDR)}, some(txt("description", o.Description))...))
			}
		}
		row := []element{txt("ipProtocol", r.Protocol)}
		if r.Protocol != "-1" {
			row = append(row, num("fromPort", r.From), num("toPort", r.To))
		}
		rows = append(rows, append(row, items("groups", groups), items("ipRanges", ranges), items("ipv6Ranges", sixes), el("prefixListIds")))
	}
	return items(name, rows)
}
