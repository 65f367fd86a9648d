package awsops

// instance_end.go: terminating or stopping what a launch made.

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// ended are the states in which the rollback policy is done with an instance.
func ended(policy string, s types.InstanceStateName) bool {
	return s == types.InstanceStateNameTerminated || policy == "stop" && s == types.InstanceStateNameStopped
}

// onItsWay are the states that come to such an end by themselves.
func onItsWay(policy string, s types.InstanceStateName) bool {
	return s == types.InstanceStateNameShuttingDown || policy == "stop" && s == types.InstanceStateNameStopping
}

func (a *Account) endInstance(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	policy := c.Plan.Rollback.Instance
	if policy == "keep" {
		return tasks.Result{Says: "kept, as the plan says"}, nil
	}
	r := tasks.Result{Drop: []string{tasks.FactPublicDNS, tasks.FactPublicIP}}
	if policy != "stop" {
		r.Drop = append(r.Drop, tasks.FactInstance, tasks.FactPrivateIP, tasks.FactHostKey, factHostKeyType, tasks.FactHostPrints)
	}
	for _, id := range made(c, kindInstance) {
		state, err := a.endOne(ctx, t, c, id)
		if err != nil {
			return r, err
		}
		r.Says = fmt.Sprintf("instance %s is %s", id, state)
	}
	return r, nil
}

// endOne ends an instance and waits until it is over, in run time.
func (a *Account) endOne(ctx context.Context, t *trail, c tasks.Call, id string) (string, error) {
	var i types.Instance
	there, err := settled(ctx, c, kindInstance+" "+id, func() (found bool, err error) {
		i, err = a.instance(ctx, t, id)
		return err == nil, ignoreMissing(err)
	})
	if err != nil || !there {
		return "no longer known to AWS", err
	}
	policy := c.Plan.Rollback.Instance
	if ended(policy, state(i)) {
		return string(state(i)), nil
	}
	if err := notOurs(c, kindInstance, id, i.Tags); err != nil {
		return "", err
	}
	if policy == "stop" {
		_, err = tell(ctx, t, []string{"ec2", "stop-instances", "--instance-ids", id}, a.write().StopInstances,
			&ec2.StopInstancesInput{InstanceIds: []string{id}})
	} else {
		_, err = tell(ctx, t, []string{"ec2", "terminate-instances", "--instance-ids", id}, a.write().TerminateInstances,
			&ec2.TerminateInstancesInput{InstanceIds: []string{id}})
	}
	if err != nil {
		return "", err
	}
	return a.awaitEnd(ctx, t, c, id)
}

func (a *Account) awaitEnd(ctx context.Context, t *trail, c tasks.Call, id string) (string, error) {
	var last types.InstanceStateName
	absent := 0
	err := poll(ctx, c, patience, func() (bool, error) {
		i, err := a.instance(ctx, t, id)
		if missing(err) { // it was there a moment ago: what AWS goes on not to know has ended
			if absent++; absent < equalLooks || young(c) {
				progress(c, "instance %s is not found; looking again in %s", id, pollEvery)
				return false, nil
			}
			last = types.InstanceStateNameTerminated
			return true, nil
		}
		if err != nil {
			return false, err
		}
		last, absent = state(i), 0
		progress(c, "instance %s is %s", id, last)
		return ended(c.Plan.Rollback.Instance, last), nil
	})
	if errors.Is(err, errPatience) {
		return "", tasks.Unknown(fmt.Errorf("instance %s was told to end and is still %s after %s; look at it in the console", id, last, patience))
	}
	if err != nil {
		return "", tasks.Unknown(fmt.Errorf("instance %s was told to end; the wait for it broke off: %w", id, err))
	}
	return string(last), nil
}

// instanceGone waits for an instance that is on its way to its end, for as long as that takes.
func (a *Account) instanceGone(ctx context.Context, c tasks.Call) (bool, error) {
	since, began := intended(c), c.Now()
	for _, id := range made(c, kindInstance) {
		gone := false
		err := agreed(ctx, c, func() (view, error) {
			i, err := a.instance(ctx, &trail{a: a}, id)
			is := kindInstance + " " + id + " is " + orSay(safe.Line(string(state(i))), "not told")
			switch gone = missing(err) || err == nil && ended(c.Plan.Rollback.Instance, state(i)); {
			case err != nil:
				return view{kindInstance + " " + id + " is not found", since}, ignoreMissing(err)
			case gone:
				return view{}, nil
			case onItsWay(c.Plan.Rollback.Instance, state(i)):
				return view{is, c.Now()}, nil
			}
			return view{is, began}, nil
		})
		if err != nil || !gone {
			return false, err
		}
	}
	return true, nil
}
