package cloud

// ec2_routes.go: how traffic leaves the VPC: internet gateway and route tables. They are given with the VPC and never
// change; their ids follow from its.
//
// In a default VPC every subnet follows the main table, which leads to the gateway. In others the main table stays inside,
// and a table for all public subnets leads out. A private subnet is in neither case on a table that does.

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
)

// idOf is the id of something that belongs to the VPC, made of what it is.
func (v VPC) idOf(prefix, what string) string {
	sum := sha256.Sum256([]byte(v.ID + " " + what))
	return prefix + "-0" + hex.EncodeToString(sum[:8])
}

func (v VPC) gatewayID() string { return v.idOf("igw", "internet gateway") }

// vpcs is the VPC of the region, or none.
func (a *Account) vpcs() []VPC {
	if a.opt.VPC.ID == "" {
		return nil
	}
	return []VPC{a.opt.VPC}
}

func (c *call) describeInternetGateways() ([]element, error) {
	if err := c.ids("InternetGatewayId", "igw", "InvalidInternetGatewayId.Malformed"); err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(c.a.vpcs(), func(v VPC) bool { return v.NoGateway })
	all, err := selected(c, "InternetGatewayId", all, func(v VPC, id string) bool { return v.gatewayID() == id }, func(id string) error {
		return refuse(400, "InvalidInternetGatewayID.NotFound", "The internetGateway ID '%s' does not exist", clip(id))
	})
	if err != nil {
		return nil, err
	}
	all, err = filtered(c, all, map[string]field[VPC]{
		"internet-gateway-id": one(VPC.gatewayID),
		"attachment.vpc-id":   one(func(v VPC) string { return v.ID }),
		"attachment.state":    one(func(VPC) string { return "available" }),
		"owner-id":            one(func(VPC) string { return c.a.opt.AccountID }),
	}, func(VPC) []Tag { return nil })
	if err != nil {
		return nil, err
	}
	all, next, err := page(c, all)
	var rows [][]element
	for _, v := range all {
		rows = append(rows, []element{txt("internetGatewayId", v.gatewayID()), txt("ownerId", c.a.opt.AccountID),
			items("attachmentSet", [][]element{{txt("vpcId", v.ID), txt("state", "available")}}), el("tagSet")})
	}
	return answer(items("internetGatewaySet", rows), next), err
}

// routeTable is a table with the subnets that are put on it by name; the main one has those that are on no other.
type routeTable struct {
	id      string
	vpc     VPC
	main    bool
	out     bool // 0.0.0.0/0 leads to the internet gateway
	subnets []Subnet
}

func (a *Account) routeTables() []routeTable {
	var out []routeTable
	for _, v := range a.vpcs() {
		main := routeTable{id: v.idOf("rtb", "main"), vpc: v, main: true, out: v.Default && !v.NoGateway}
		public := routeTable{id: v.idOf("rtb", "public"), vpc: v, out: !v.NoGateway}
		private := routeTable{id: v.idOf("rtb", "private"), vpc: v}
		for _, s := range v.Subnets {
			switch {
			case s.Private:
				private.subnets = append(private.subnets, s)
			case !v.Default:
				public.subnets = append(public.subnets, s)
			}
		}
		out = append(out, main)
		for _, t := range []routeTable{public, private} {
			if len(t.subnets) > 0 {
				out = append(out, t)
			}
		}
	}
	return out
}

// route is one row of a table.
type route struct{ to, gateway, origin string }

func (t routeTable) routes() []route {
	out := []route{{t.vpc.CIDR, "local", "CreateRouteTable"}}
	if t.out {
		out = append(out, route{"0.0.0.0/0", t.vpc.gatewayID(), "CreateRoute"})
	}
	return out
}

// each gives a filter one value for every route of a table.
func each(get func(route) string) field[routeTable] {
	return func(t routeTable) (values []string) {
		for _, r := range t.routes() {
			values = append(values, get(r))
		}
		return values
	}
}

func (c *call) describeRouteTables() ([]element, error) {
	if err := c.ids("RouteTableId", "rtb", "InvalidRouteTableId.Malformed"); err != nil {
		return nil, err
	}
	all, err := selected(c, "RouteTableId", c.a.routeTables(), func(t routeTable, id string) bool { return t.id == id }, func(id string) error {
		return refuse(400, "InvalidRouteTableID.NotFound", "The routeTable ID '%s' does not exist", clip(id))
	})
	if err != nil {
		return nil, err
	}
	all, err = filtered(c, all, map[string]field[routeTable]{
		"route-table-id":                         one(func(t routeTable) string { return t.id }),
		"vpc-id":                                 one(func(t routeTable) string { return t.vpc.ID }),
		"owner-id":                               one(func(routeTable) string { return c.a.opt.AccountID }),
		"association.main":                       one(func(t routeTable) string { return strconv.FormatBool(t.main) }),
		"association.route-table-id":             one(func(t routeTable) string { return t.id }),
		"association.subnet-id":                  routeTable.subnetIDs,
		"association.route-table-association-id": routeTable.associationIDs,
		"route.destination-cidr-block":           each(func(r route) string { return r.to }),
		"route.gateway-id":                       each(func(r route) string { return r.gateway }),
		"route.origin":                           each(func(r route) string { return r.origin }),
		"route.state":                            each(func(route) string { return "active" }),
	}, func(routeTable) []Tag { return nil })
	if err != nil {
		return nil, err
	}
	all, next, err := pageOf(c, all, 5, 100)
	var rows [][]element
	for _, t := range all {
		rows = append(rows, t.elements(c.a.opt.AccountID))
	}
	return answer(items("routeTableSet", rows), next), err
}

func (t routeTable) subnetIDs() (ids []string) {
	for _, s := range t.subnets {
		ids = append(ids, s.ID)
	}
	return ids
}

func (t routeTable) associationID(with string) string { return t.vpc.idOf("rtbassoc", t.id+" "+with) }

func (t routeTable) associationIDs() (ids []string) {
	if t.main {
		ids = append(ids, t.associationID("main"))
	}
	for _, s := range t.subnets {
		ids = append(ids, t.associationID(s.ID))
	}
	return ids
}

func (t routeTable) elements(account string) []element {
	associated := el("associationState", txt("state", "associated"))
	var associations, routes [][]element
	if t.main {
		associations = append(associations, []element{txt("routeTableAssociationId", t.associationID("main")), txt("routeTableId", t.id),
			yes("main", true), associated})
	}
	for _, s := range t.subnets {
		associations = append(associations, []element{txt("routeTableAssociationId", t.associationID(s.ID)), txt("routeTableId", t.id),
			txt("subnetId", s.ID), yes("main", false), associated})
	}
	for _, r := range t.routes() {
		routes = append(routes, []element{txt("destinationCidrBlock", r.to), txt("gatewayId", r.gateway), txt("state", "active"), txt("origin", r.origin)})
	}
	return []element{txt("routeTableId", t.id), txt("vpcId", t.vpc.ID), txt("ownerId", account), items("routeSet", routes),
		items("associationSet", associations), el("propagatingVgwSet"), el("tagSet")}
}
