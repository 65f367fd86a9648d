package awsops

// rules.go: the inbound rules of the security group, compared as text such as
// "tcp/22 from 0.0.0.0/0".

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

// rulesStep has no undo: the rules go with their group.
func (a *Account) rulesStep() tasks.Step {
	return a.effect(tasks.Step{
		ID: "rules", Title: "let in exactly what the plan lists", Call: "aws ec2 authorize-security-group-ingress", Needs: []string{tasks.FactGroup},
		Look: a.lookAtRules, Do: a.step(a.authorize), Check: a.step(a.checkRules), Find: a.find(a.findRules),
	})
}

func (a *Account) lookAtRules(ctx context.Context, c tasks.Call) (map[string]string, error) {
	g, err := a.ruled(ctx, &trail{a: a}, c)
	if err != nil {
		return nil, err
	}
	if err := notOurs(c, kindGroup, c.Facts[tasks.FactGroup], g.Tags); err != nil {
		return nil, err
	}
	return map[string]string{preRules: strings.Join(inbound(g), ", ")}, nil
}

// authorize adds the planned rules that Look did not find.
func (a *Account) authorize(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	have := strings.Split(c.Pre[preRules], ", ")
	var add []types.IpPermission
	line := []string{"ec2", "authorize-security-group-ingress", "--group-id", c.Facts[tasks.FactGroup], "--ip-permissions"}
	for _, p := range c.Plan.Environment.Instance.Ports {
		if !slices.Contains(have, planned(p)) {
			add = append(add, permission(p))
			line = append(line, fmt.Sprintf("IpProtocol=tcp,FromPort=%d,ToPort=%d,%s", p.Port, p.Port, shorthand(p)))
		}
	}
	if len(add) > 0 {
		_, err := tell(ctx, t, line, a.write().AuthorizeSecurityGroupIngress,
			&ec2.AuthorizeSecurityGroupIngressInput{GroupId: aws.String(c.Facts[tasks.FactGroup]), IpPermissions: add})
		if hasCode(err, "InvalidPermission.Duplicate") { // one is there that Look did not see, perhaps all are: AWS added none
			return tasks.Result{}, tasks.Unknown(err)
		}
		if err != nil {
			return tasks.Result{}, err
		}
	}
	return tasks.Result{Says: "let in: " + strings.Join(plannedRules(c), ", ")}, nil
}

// checkRules passes when the group lets in exactly what the plan lists. That one of the
// rules is not there contradicts what we did a moment ago, so it is looked at again; one
// too many does not.
func (a *Account) checkRules(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	id, want, began := c.Facts[tasks.FactGroup], plannedRules(c), c.Now()
	var have []string
	err := agreed(ctx, c, func() (v view, err error) {
		g, err := a.ruled(ctx, t, c)
		if err != nil {
			return v, err
		}
		have = inbound(g)
		planned := func(rule string) bool { return slices.Contains(want, rule) }
		if !slices.Equal(have, want) && !slices.ContainsFunc(have, func(rule string) bool { return !planned(rule) }) {
			v = view{fmt.Sprintf("security group %s lets in %s so far", id, orSay(strings.Join(have, ", "), "nothing")), began}
		}
		return v, nil
	})
	if err != nil {
		return tasks.Result{}, err
	}
	r := tasks.Result{Rests: []string{tasks.FactGroup}}
	for _, rule := range want {
		v := tasks.Fail
		if slices.Contains(have, rule) {
			v = tasks.Pass
		}
		r.Rows = append(r.Rows, tasks.Row{Name: rule, Verdict: v, Says: "planned"})
	}
	for _, rule := range have {
		if !slices.Contains(want, rule) {
			r.Rows = append(r.Rows, tasks.Row{Name: rule, Verdict: tasks.Fail, Says: "not in the plan"})
		}
	}
	if !slices.Equal(have, want) {
		r.Verdict, r.Says = tasks.Fail, fmt.Sprintf("security group %s lets in %s and the plan says %s; correct the group or amend the plan", id, orSay(strings.Join(have, ", "), "nothing"), strings.Join(want, ", "))
		return r, errors.New(r.Says)
	}
	r.Verdict, r.Says = tasks.Pass, fmt.Sprintf("security group %s lets in exactly %s", id, strings.Join(have, ", "))
	return r, nil
}

// findRules: where there is no group there are no rules, and a rollback can go on.
func (a *Account) findRules(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, bool, error) {
	found, err := settled(ctx, c, "the planned rules in "+c.Facts[tasks.FactGroup], func() (bool, error) {
		g, err := a.group(ctx, t, c.Facts[tasks.FactGroup])
		return g != nil && slices.Equal(inbound(g), plannedRules(c)), err
	})
	return tasks.Result{Says: "the planned rules are there"}, found, err
}

// ruled is the group of the launch, whoever made it; an error if there is none.
func (a *Account) ruled(ctx context.Context, t *trail, c tasks.Call) (*types.SecurityGroup, error) {
	id := c.Facts[tasks.FactGroup]
	var g *types.SecurityGroup
	found, err := settled(ctx, c, kindGroup+" "+id, func() (found bool, err error) {
		g, err = a.group(ctx, t, id)
		return g != nil, err
	})
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fmt.Errorf("security group %s is not there; somebody deleted it: roll the launch back and start again", id)
	}
	return g, nil
}

// inbound are the rules of a group as text, sorted.
func inbound(g *types.SecurityGroup) []string {
	var rules []string
	for _, p := range g.IpPermissions {
		rules = append(rules, spoken(p)...)
	}
	slices.Sort(rules)
	return rules
}

// spoken is a permission as text, one for each source.
func spoken(p types.IpPermission) []string {
	sources := permitted(p)
	what := aws.ToString(p.IpProtocol)
	switch from, to := aws.ToInt32(p.FromPort), aws.ToInt32(p.ToPort); {
	case what == "-1":
		what = "everything"
	case from == to:
		what = fmt.Sprintf("%s/%d", what, from)
	default:
		what = fmt.Sprintf("%s/%d-%d", what, from, to)
	}
	for i, s := range sources {
		sources[i] = safe.Line(what + " from " + s)
	}
	return sources
}

// permitted is everybody whom a permission lets in: networks, groups, prefix lists.
func permitted(p types.IpPermission) []string {
	var sources []string
	for _, r := range p.IpRanges {
		sources = append(sources, aws.ToString(r.CidrIp))
	}
	for _, r := range p.Ipv6Ranges {
		sources = append(sources, aws.ToString(r.CidrIpv6))
	}
	for _, r := range p.UserIdGroupPairs {
		sources = append(sources, aws.ToString(r.GroupId))
	}
	for _, r := range p.PrefixListIds {
		sources = append(sources, aws.ToString(r.PrefixListId))
	}
	return sources
}

func plannedRules(c tasks.Call) []string {
	var rules []string
	for _, p := range c.Plan.Environment.Instance.Ports {
		rules = append(rules, planned(p))
	}
	slices.Sort(rules)
	return slices.Compact(rules)
}

func planned(p plan.Port) string { return fmt.Sprintf("tcp/%d from %s", p.Port, network(p.From)) }

// network is a CIDR as AWS stores it, with the host bits cleared.
func network(cidr string) string {
	if p, err := netip.ParsePrefix(cidr); err == nil {
		return p.Masked().String()
	}
	return cidr
}

func permission(p plan.Port) types.IpPermission {
	out := types.IpPermission{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(int32(p.Port)), ToPort: aws.Int32(int32(p.Port))}
	var why *string
	if p.Why != "" {
		why = aws.String(describable(p.Why))
	}
	if strings.Contains(p.From, ":") {
		out.Ipv6Ranges = []types.Ipv6Range{{CidrIpv6: aws.String(network(p.From)), Description: why}}
	} else {
		out.IpRanges = []types.IpRange{{CidrIp: aws.String(network(p.From)), Description: why}}
	}
	return out
}

// shorthand is the source of a rule as the aws command takes it.
func shorthand(p plan.Port) string {
	if strings.Contains(p.From, ":") {
		return "Ipv6Ranges=[{CidrIpv6=" + network(p.From) + "}]"
	}
	return "IpRanges=[{CidrIp=" + network(p.From) + "}]"
}
