package awsops

// waits.go: from launched to usable: running, both status checks, public names.

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/safe"
)

func (a *Account) running(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	id := c.Facts[tasks.FactInstance]
	var last types.InstanceStateName
	err := poll(ctx, c, patience, fresh(c, func() (bool, error) {
		i, err := a.instance(ctx, t, id)
		if err != nil {
			return false, err
		}
		switch last = state(i); last {
		case types.InstanceStateNamePending:
			progress(c, "instance %s is pending", id)
			return false, nil
		case types.InstanceStateNameRunning:
			return true, nil
		}
		why := ""
		if i.StateReason != nil {
			why = ": " + safe.Line(aws.ToString(i.StateReason.Message))
		}
		return false, &ending{fmt.Sprintf("instance %s is %s instead of running%s; roll back and start a new attempt", id, last, why)}
	}))
	var over *ending
	switch {
	case errors.As(err, &over):
		return no(over.text)
	case errors.Is(err, errPatience):
		return unclear(fmt.Sprintf("instance %s is still %s after %s; look at it in the console, or roll back", id, orSay(string(last), "not visible"), patience))
	case err != nil:
		return tasks.Result{}, err
	}
	return tasks.Result{Verdict: tasks.Pass, Says: fmt.Sprintf("instance %s is running", id), Rests: []string{tasks.FactInstance}}, nil
}

// ending is a state that no patience will change.
type ending struct{ text string }

func (e *ending) Error() string { return e.text }

// statusChecks waits for 2/2 and then reads the names under which the instance is reached.
func (a *Account) statusChecks(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	id := c.Facts[tasks.FactInstance]
	system, instance := "", ""
	err := poll(ctx, c, patience, fresh(c, func() (bool, error) {
		var err error
		if system, instance, err = a.statusOf(ctx, t, id); err != nil {
			return false, err
		}
		progress(c, "system check %s · instance check %s", orSay(system, "not told"), orSay(instance, "not told"))
		return system == "ok" && instance == "ok", nil
	}))
	rows := []tasks.Row{checkRow("system check", system), checkRow("instance check", instance)}
	if errors.Is(err, errPatience) {
		says := fmt.Sprintf("the status checks of %s are not both ok after %s: system %s, instance %s; look at its console output, or roll back",
			id, patience, orSay(system, "not told"), orSay(instance, "not told"))
		r, err := unclear(says)
		if system == "impaired" || instance == "impaired" {
			r, err = no(says)
		}
		r.Rows = rows
		return r, err
	}
	if err != nil {
		return tasks.Result{}, err
	}
	i, err := a.instance(ctx, t, id)
	if err != nil {
		return tasks.Result{}, err
	}
	return tasks.Result{Verdict: tasks.Pass, Says: "both status checks of " + id + " are ok", Rows: rows,
		Facts: names(i), Rests: []string{tasks.FactInstance}}, nil
}

// statusOf is the two status checks of an instance now; both are empty of one that is not running.
func (a *Account) statusOf(ctx context.Context, t *trail, id string) (system, instance string, err error) {
	out, err := ask(ctx, t, []string{"ec2", "describe-instance-status", "--instance-ids", id}, a.read().ec2.DescribeInstanceStatus,
		&ec2.DescribeInstanceStatusInput{InstanceIds: []string{id}})
	if err == nil && len(out.InstanceStatuses) > 0 {
		system, instance = summary(out.InstanceStatuses[0].SystemStatus), summary(out.InstanceStatuses[0].InstanceStatus)
	}
	return system, instance, err
}

func summary(s *types.InstanceStatusSummary) string {
	if s == nil {
		return ""
	}
	return safe.Line(string(s.Status))
}

func checkRow(name, status string) tasks.Row {
	r := tasks.Row{Name: name, Says: orSay(status, "not told")}
	switch status {
	case "ok":
		r.Verdict = tasks.Pass
	case "impaired":
		r.Verdict = tasks.Fail
	default:
		r.Verdict = tasks.Inconclusive
	}
	return r
}

// names are the facts under which an instance is reached; what it has not is not among them.
func names(i types.Instance) map[string]string {
	facts := map[string]string{}
	for fact, v := range map[string]*string{tasks.FactPublicDNS: i.PublicDnsName, tasks.FactPublicIP: i.PublicIpAddress, tasks.FactPrivateIP: i.PrivateIpAddress} {
		if aws.ToString(v) != "" {
			facts[fact] = safe.Line(*v)
		}
	}
	return facts
}
