package awsops

// preflight_plan.go: what the plan itself says of rules and alarms, seen from the account.

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// topic: an alarm's action must be a topic of this account in this region, or PutMetricAlarm refuses it.
func (l *findings) topic(env plan.Environment) {
	if env.Topic == "" {
		return
	}
	const id, name, next = "account.topic", "topic of the alarms", "amend alarm_topic of the plan: arn:aws:sns:<region>:<account>:<name>"
	kept := l.source
	defer func() { l.source = kept }()
	l.source = "the plan"
	switch a, err := arn.Parse(env.Topic); {
	case err != nil || a.Service != "sns" || a.Resource == "" || strings.Contains(a.Resource, ":"):
		l.judge(false, id, name, fmt.Sprintf("%q is not the ARN of an SNS topic", env.Topic), next)
	case a.Region != env.Region || a.AccountID != env.Account:
		l.judge(false, id, name, fmt.Sprintf("the topic is of account %s in %s, the alarms will be of %s in %s", a.AccountID, a.Region, env.Account, env.Region), next)
	default:
		l.add(tasks.Inconclusive, id, name, fmt.Sprintf("topic %s is well formed; whether it exists and who hears of it is not looked at", a.Resource), "look at its subscriptions in the console")
	}
}

// rules: the group of the launch will let in exactly what the plan lists. SSH alone lets no smoke test through.
func (s *survey) rules(context.Context) {
	in, app := s.p.Environment.Instance, s.p.Environment.Application
	l := findings{group: "rules", source: "the plan"}
	l.reaches("rules.ssh", "SSH", in.SSHPort, "the SSH test and the team's logins", in.Ports)
	if app.Port != 0 {
		l.reaches("rules.application", "application", app.Port, "the smoke tests and the clients", in.Ports)
	}
	s.add(l)
}

func (l *findings) reaches(id, name string, port int, who string, rules []plan.Port) {
	var from, all []string
	private, everybody := true, false
	for _, r := range rules {
		all = append(all, fmt.Sprint("tcp/", r.Port))
		if r.Port == port {
			from = append(from, r.From)
			cidr, err := netip.ParsePrefix(r.From)
			private = private && err == nil && cidr.Addr().IsPrivate()
			everybody = everybody || r.From == "0.0.0.0/0"
		}
	}
	switch {
	case len(from) == 0:
		l.judge(false, id, name, fmt.Sprintf("the planned rules let in %s and not tcp/%d: %s would not come through", orSay(strings.Join(all, ", "), "nothing"), port, who), fmt.Sprintf("amend the plan with a rule for port %d", port))
	case private:
		l.add(tasks.Inconclusive, id, name, fmt.Sprintf("tcp/%d is let in from %s only, private addresses: %s come through the public address", port, strings.Join(from, ", "), who),
			"make sure that they come from inside the network, or amend the rule")
	default:
		says := fmt.Sprintf("tcp/%d is let in from %s; who tests has to come from there", port, strings.Join(from, ", "))
		if everybody {
			says = fmt.Sprintf("tcp/%d is let in from everywhere", port)
		}
		l.judge(true, id, name, says, "")
	}
}
