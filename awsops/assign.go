package awsops

// assign.go: eip.assign, and the address itself: allocated once, given back or kept.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

const (
	kindAssign  = "eip.assign"
	kindAddress = "address"
	hourlyPrice = "$0.005 an hour"
)

// Assign is eip.assign: an Elastic IP for the instance, a new one or the one that the
// plan's task names, and then the given steps, which test what is reached through it.
func (a *Account) Assign(p *plan.Plan, after ...tasks.Step) tasks.Action {
	want := assigning(p)
	steps := []tasks.Step{a.allocateStep(want)}
	if want.named() {
		steps = []tasks.Step{a.findStep(want)}
	}
	if want.named() && want.from != "" {
		steps = append(steps, a.takeStep(want))
	}
	return tasks.Action{Kind: kindAssign, States: []string{tasks.FactElasticIP}, Stated: a.stated(sayAddress(), a.statedPlanned), Steps: slices.Concat(steps, []tasks.Step{
		a.associateStep(want),
		{ID: "names", Title: "wait until the instance has its new names",
			Needs: []string{tasks.FactInstance, tasks.FactElasticIP, tasks.FactAllocation}, Do: a.step(a.newNames)},
	}, after)}
}

func (a *Account) allocateStep(want chosen) tasks.Step {
	return a.effect(tasks.Step{
		ID: "allocate", Title: "allocate an Elastic IP address", Call: "aws ec2 allocate-address", Needs: []string{tasks.FactInstance},
		Look: func(_ context.Context, c tasks.Call) (map[string]string, error) {
			if wrong := unclearAddress(c, want); wrong != "" {
				return nil, errors.New(wrong)
			}
			return nil, nil
		},
		Do: a.step(a.allocate), Find: a.find(a.findAddress),
		Undo: &tasks.Undo{Describe: a.describeAddressUndo, Do: a.step(a.release), Gone: a.addressGone, Prove: a.proveAddress},
	})
}

func (a *Account) allocate(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	in := &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc, TagSpecifications: tagged(c, types.ResourceTypeElasticIp)}
	line := append([]string{"ec2", "allocate-address", "--domain", "vpc"}, tagLine(in.TagSpecifications)...)
	out, err := tell(ctx, t, line, a.write().AllocateAddress, in)
	if err != nil {
		return tasks.Result{}, err
	}
	return allocated([]types.Address{{AllocationId: out.AllocationId, PublicIp: out.PublicIp}}), nil
}

// allocated takes the first address for use. Any other is named, and journaled as made, so that a rollback gives it back.
func allocated(all []types.Address) tasks.Result {
	id, ip := safe.Line(aws.ToString(all[0].AllocationId)), safe.Line(aws.ToString(all[0].PublicIp))
	r := tasks.Result{Says: fmt.Sprintf("address %s (%s) allocated", ip, id),
		Facts: map[string]string{tasks.FactAllocation: id, tasks.FactElasticIP: ip}}
	for n, one := range all {
		r.Made = append(r.Made, tasks.Resource{Kind: kindAddress, ID: safe.Line(aws.ToString(one.AllocationId))})
		if n > 0 {
			r.Says += fmt.Sprintf("; %s (%s) was allocated besides and serves nobody", safe.Line(aws.ToString(one.PublicIp)), r.Made[n].ID)
		}
	}
	return r
}

// findAddress asks by tag: an allocation has no token of its own. EC2 does not
// say when an address was allocated, so of several the smallest id is taken.
func (a *Account) findAddress(ctx context.Context, t *trail, c tasks.Call) (r tasks.Result, found bool, err error) {
	found, err = settled(ctx, c, "an address of this intent", func() (bool, error) {
		out, err := ask(ctx, t, append([]string{"ec2", "describe-addresses"}, tagArgs(tasks.IntentTag, c.Token)...),
			a.read().ec2.DescribeAddresses, &ec2.DescribeAddressesInput{Filters: tagFilter(tasks.IntentTag, c.Token)})
		if err != nil || len(out.Addresses) == 0 {
			return false, err
		}
		slices.SortFunc(out.Addresses, func(x, y types.Address) int {
			return strings.Compare(aws.ToString(x.AllocationId), aws.ToString(y.AllocationId))
		})
		r = allocated(out.Addresses)
		return true, nil
	})
	return r, found, err
}

// address returns the address of an allocation; not found is AWS's refusal.
func (a *Account) address(ctx context.Context, t *trail, id string) (types.Address, error) {
	out, err := ask(ctx, t, []string{"ec2", "describe-addresses", "--allocation-ids", id}, a.read().ec2.DescribeAddresses,
		&ec2.DescribeAddressesInput{AllocationIds: []string{id}})
	if err == nil && len(out.Addresses) == 0 {
		err = &refused{op: "DescribeAddresses", code: "InvalidAllocationID.NotFound", message: "there is no address " + id}
	}
	if err != nil {
		return types.Address{}, err
	}
	return out.Addresses[0], nil
}

func (a *Account) describeAddressUndo(c tasks.Call) tasks.UndoWords {
	w := tasks.UndoWords{Title: "release the Elastic IP address", Call: "aws ec2 release-address",
		Lost: "the address goes back to AWS and cannot be had again", Expect: undoQuick}
	if c.Plan.Rollback.Address == "keep" {
		w.Keep = "the address stays ours and costs " + hourlyPrice + ", used or not"
	}
	return w
}

func (a *Account) release(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	if c.Plan.Rollback.Address == "keep" {
		return tasks.Result{Says: "kept, as the plan says; it costs " + hourlyPrice}, nil
	}
	r := tasks.Result{Drop: []string{tasks.FactAllocation, tasks.FactElasticIP}}
	var kept []string
	for _, id := range made(c, kindAddress) {
		err := a.releaseOne(ctx, t, c, id)
		var s *stays
		if errors.As(err, &s) {
			kept = append(kept, s.text)
		} else if err != nil {
			return r, err
		}
	}
	if len(kept) > 0 {
		return r, &stays{strings.Join(kept, "; ")}
	}
	r.Says = "the address went back to AWS"
	return r, nil
}

// releaseOne gives an address back once it is seen to serve nobody: in a default VPC
// AWS would take it away from whoever has it, without a word. That it serves our own
// instance contradicts the disassociation of a moment ago, so that too is looked at again.
func (a *Account) releaseOne(ctx context.Context, t *trail, c tasks.Call, id string) error {
	var one types.Address
	since, began := intended(c), c.Now()
	err := agreed(ctx, c, func() (v view, err error) {
		one, err = a.address(ctx, t, id)
		switch {
		case err != nil:
			return view{kindAddress + " " + id + " is not there yet", since}, ignoreMissing(err)
		case aws.ToString(one.AssociationId) == "":
			return view{"address " + safe.Line(aws.ToString(one.PublicIp)) + " serves nobody", since}, nil
		case aws.ToString(one.InstanceId) == c.Facts[tasks.FactInstance]:
			return view{"address " + safe.Line(aws.ToString(one.PublicIp)) + " still serves " + holder(one), began}, nil
		}
		return view{}, nil
	})
	if err != nil || one.AllocationId == nil {
		return err
	}
	if err := notOurs(c, kindAddress, id, one.Tags); err != nil {
		return err
	}
	ip := safe.Line(aws.ToString(one.PublicIp))
	switch {
	case aws.ToString(one.AssociationId) == "":
	case aws.ToString(one.InstanceId) == c.Facts[tasks.FactInstance]:
		return fmt.Errorf("address %s still serves %s; disassociate it first, then try again", ip, holder(one))
	default:
		return &stays{fmt.Sprintf("address %s serves %s of somebody else and stays; release it when they let go of it, it costs %s", ip, holder(one), hourlyPrice)}
	}
	_, err = tell(ctx, t, []string{"ec2", "release-address", "--allocation-id", id}, a.write().ReleaseAddress,
		&ec2.ReleaseAddressInput{AllocationId: aws.String(id)})
	return ignoreMissing(err)
}

func (a *Account) addressGone(ctx context.Context, c tasks.Call) (bool, error) {
	return vanished(ctx, c, kindAddress, func(id string) (bool, error) {
		_, err := a.address(ctx, &trail{a: a}, id)
		return err == nil, ignoreMissing(err)
	})
}

// holder names what an address is attached to. A NAT gateway's has no instance.
func holder(one types.Address) string {
	if id := aws.ToString(one.InstanceId); id != "" {
		return "instance " + safe.Line(id)
	}
	if id := aws.ToString(one.NetworkInterfaceId); id != "" {
		return "network interface " + safe.Line(id)
	}
	return "nobody"
}
