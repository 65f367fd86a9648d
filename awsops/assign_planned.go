package awsops

// assign_planned.go: eip.assign with an address that is there already, because the
// team's DNS points to it: found, not allocated, and so never released; taken off the
// instance that the plan says loses it, and off no other.

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

// What the params of a task with eip.assign can say.
const (
	paramAddress    = "address"    // 203.0.113.7, an Elastic IP that is there already
	paramAllocation = "allocation" // eipalloc-…, the same by its id
	paramMoveFrom   = "move_from"  // i-…, the instance that loses it
)

// kindFormer is an association that we ended, of an address that is not ours.
const kindFormer = "former association"

// chosen is the address that a task names; the zero value is that one is allocated.
type chosen struct{ ip, allocation, from string }

func (p chosen) named() bool { return p.ip+p.allocation != "" }

func (p chosen) String() string { return p.ip + p.allocation }

// is reports that the task names this address.
func (p chosen) is(one types.Address) bool {
	return p.ip != "" && aws.ToString(one.PublicIp) == p.ip || p.allocation != "" && aws.ToString(one.AllocationId) == p.allocation
}

func plannedBy(t plan.Task) chosen {
	return chosen{t.Params[paramAddress], t.Params[paramAllocation], t.Params[paramMoveFrom]}
}

// assigner is the plan's first task with eip.assign, nil if there is none.
func assigner(p *plan.Plan) *plan.Task {
	all := slices.Concat(p.Tasks, p.OnDemand)
	if n := slices.IndexFunc(all, func(t plan.Task) bool { return t.Action == kindAssign }); n >= 0 {
		return &all[n]
	}
	return nil
}

// assigning is what that task names.
func assigning(p *plan.Plan) chosen {
	if t := assigner(p); t != nil {
		return plannedBy(*t)
	}
	return chosen{}
}

// unclearAddress says what is wrong with the params of a call's task, "" if nothing.
// shape is what the action's steps were made for.
func unclearAddress(c tasks.Call, shape chosen) string {
	for _, key := range slices.Sorted(maps.Keys(c.Task.Params)) {
		if !slices.Contains([]string{paramAddress, paramAllocation, paramMoveFrom}, key) {
			return fmt.Sprintf("task %s has the param %s, and eip.assign knows address, allocation and move_from; amend the plan", c.Task.ID, safe.Line(key))
		}
	}
	want := plannedBy(c.Task)
	ip, err := netip.ParseAddr(want.ip)
	switch {
	case want != shape:
		return fmt.Sprintf("task %s assigns %s, and another task of the plan %s: one plan assigns one address; amend the plan",
			c.Task.ID, orSay(safe.Line(want.String()), "a new address"), orSay(safe.Line(shape.String()), "a new one"))
	case want.ip != "" && want.allocation != "":
		return fmt.Sprintf("task %s names an address and an allocation; amend the plan to one of them", c.Task.ID)
	case want.ip != "" && (err != nil || !ip.Is4()):
		return fmt.Sprintf("the address of task %s is %q, expected an IPv4 address; amend the plan", c.Task.ID, safe.Line(want.ip))
	case want.allocation != "" && !hexID("eipalloc").MatchString(want.allocation):
		return fmt.Sprintf("the allocation of task %s is %q, expected eipalloc- and 8 or 17 hexadecimal digits; amend the plan", c.Task.ID, safe.Line(want.allocation))
	case want.from != "" && !want.named():
		return fmt.Sprintf("task %s has move_from and no address to move; amend the plan", c.Task.ID)
	case want.from != "" && !hexID("i").MatchString(want.from):
		return fmt.Sprintf("move_from of task %s is %q, expected i- and 8 or 17 hexadecimal digits; amend the plan", c.Task.ID, safe.Line(want.from))
	case want.from != "" && want.from == c.Facts[tasks.FactInstance]:
		return fmt.Sprintf("task %s moves the address from %s, which is the instance that is to have it; amend the plan", c.Task.ID, want.from)
	}
	return ""
}

func hexID(prefix string) *regexp.Regexp {
	return regexp.MustCompile(`^` + prefix + `-([0-9a-f]{8}|[0-9a-f]{17})$`)
}

func (a *Account) findStep(want chosen) tasks.Step {
	return tasks.Step{ID: "find", Title: "find the Elastic IP " + safe.Line(want.String()), Needs: []string{tasks.FactInstance},
		Do: a.step(func(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
			if wrong := unclearAddress(c, want); wrong != "" {
				return no(wrong)
			}
			if _, err := a.pinned(ctx, t, c); err != nil { // elsewhere it is "not found"
				return tasks.Result{}, err
			}
			return a.plannedAddress(ctx, t, c, want)
		})}
}

// plannedAddress finds the address, and whom it serves: nobody, our instance, or the one that loses it.
func (a *Account) plannedAddress(ctx context.Context, t *trail, c tasks.Call, want chosen) (tasks.Result, error) {
	by := filter("allocation-id", want.allocation)
	if want.ip != "" {
		by = filter("public-ip", want.ip)
	}
	c.At = c.Now().Add(-notYet) // it is older than this day: three looks are enough
	var one types.Address
	there, err := settled(ctx, c, kindAddress+" "+want.String(), func() (bool, error) {
		out, err := ask(ctx, t, []string{"ec2", "describe-addresses", "--filters", "Name=" + aws.ToString(by[0].Name) + ",Values=" + want.String()},
			a.read().ec2.DescribeAddresses, &ec2.DescribeAddressesInput{Filters: by})
		if err != nil || len(out.Addresses) == 0 {
			return false, err
		}
		one = out.Addresses[0]
		return true, nil
	})
	if err != nil {
		return tasks.Result{}, err
	}
	if !there {
		return no(a.absent(c, want) + "; compare it with the console, or amend the plan")
	}
	ip, id := safe.Line(aws.ToString(one.PublicIp)), safe.Line(aws.ToString(one.AllocationId))
	r := tasks.Result{Verdict: tasks.Pass, Facts: map[string]string{tasks.FactElasticIP: ip, tasks.FactAllocation: id}, Rests: []string{tasks.FactInstance}}
	says, next := want.serves(one, c)
	if r.Says = says; next != "" {
		return no(says + ": nothing was touched; " + next)
	}
	return r, nil
}

// absent says that there is no such address.
func (a *Account) absent(c tasks.Call, want chosen) string {
	return fmt.Sprintf("there is no Elastic IP %s in account %s, %s", safe.Line(want.String()), c.Plan.Environment.Account, a.opt.Region)
}

// serves says whom the address serves: nobody, our instance, or the one that loses it. Where it
// serves another, next is what to do about it.
func (p chosen) serves(one types.Address, c tasks.Call) (says, next string) {
	ip, on := safe.Line(aws.ToString(one.PublicIp)), aws.ToString(one.InstanceId)
	named := fmt.Sprintf("address %s (%s)", ip, safe.Line(aws.ToString(one.AllocationId)))
	switch {
	case aws.ToString(one.AssociationId) == "":
		return named + " is there and serves nobody", ""
	case on != "" && on == c.Facts[tasks.FactInstance]:
		return named + " serves instance " + on + " already", ""
	case on != "" && on == p.from:
		return named + " serves instance " + on + ", which loses it", ""
	case p.from != "":
		return fmt.Sprintf("address %s serves %s and not %s, from which the plan moves it", ip, holder(one), p.from), "find out who moved it, then amend the plan"
	}
	return fmt.Sprintf("address %s serves %s", ip, holder(one)), "when that is to lose it, say so in the plan: move_from in the params of " + c.Task.ID
}

func (a *Account) takeStep(want chosen) tasks.Step {
	return a.effect(tasks.Step{
		ID: "take", Title: fmt.Sprintf("take %s off instance %s, which loses it", safe.Line(want.String()), safe.Line(want.from)),
		Call: "aws ec2 disassociate-address", Needs: []string{tasks.FactInstance, tasks.FactAllocation, tasks.FactElasticIP},
		Look: a.lookAtHolder, Do: a.step(a.take), Find: a.find(a.findTaken),
		Undo: &tasks.Undo{Describe: a.describeTaken, Do: a.step(a.disassociate), Gone: a.associationGone, Prove: a.proveTaken},
	})
}

// lookAtHolder records whom the address serves, and under which association: only that one is ended.
func (a *Account) lookAtHolder(ctx context.Context, c tasks.Call) (map[string]string, error) {
	one, err := a.address(ctx, &trail{a: a}, c.Facts[tasks.FactAllocation])
	if err != nil {
		return nil, err
	}
	on := aws.ToString(one.InstanceId)
	if aws.ToString(one.AssociationId) != "" && on != c.Task.Params[paramMoveFrom] && on != c.Facts[tasks.FactInstance] {
		return nil, fmt.Errorf("address %s serves %s now and not %s: nothing was touched; find out who moved it, then amend the plan",
			c.Facts[tasks.FactElasticIP], holder(one), c.Task.Params[paramMoveFrom])
	}
	return map[string]string{preHolder: safe.Line(on), preHeld: safe.Line(aws.ToString(one.AssociationId))}, nil
}

// take ends the association that was looked at. There may be none any more: then nothing is ended, and nothing undone.
func (a *Account) take(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	from := owed(c)
	if from == "" {
		return tasks.Result{Says: fmt.Sprintf("address %s has not to be taken off anybody", c.Facts[tasks.FactElasticIP])}, nil
	}
	err := a.takeOff(ctx, t, c.Pre[preHeld])
	if hasCode(err, "InvalidAssociationID.NotFound") {
		if one, lerr := a.address(ctx, t, c.Facts[tasks.FactAllocation]); lerr == nil {
			err = fmt.Errorf("address %s is not where it was a moment ago: it serves %s; %w", c.Facts[tasks.FactElasticIP], holder(one), err)
		}
	}
	if err != nil {
		return tasks.Result{}, err
	}
	return takenOff(c), nil
}

func takenOff(c tasks.Call) tasks.Result {
	return tasks.Result{Says: fmt.Sprintf("address %s is off instance %s", c.Facts[tasks.FactElasticIP], owed(c)),
		Made: []tasks.Resource{{Kind: kindFormer, ID: c.Pre[preHeld]}}}
}

func (a *Account) findTaken(ctx context.Context, t *trail, c tasks.Call) (r tasks.Result, found bool, err error) {
	if owed(c) == "" { // no call was to be made
		return r, false, nil
	}
	found, err = settled(ctx, c, "the end of association "+c.Pre[preHeld], func() (bool, error) {
		one, err := a.address(ctx, t, c.Facts[tasks.FactAllocation])
		if err != nil {
			return false, ignoreMissing(err)
		}
		r = takenOff(c)
		return aws.ToString(one.AssociationId) != c.Pre[preHeld], nil
	})
	return r, found, err
}

func (a *Account) describeTaken(c tasks.Call) tasks.UndoWords {
	return tasks.UndoWords{Title: "point the address back at instance " + c.Task.Params[paramMoveFrom], Call: "aws ec2 associate-address",
		Lost: "connections that were made through the address since break at once", Expect: undoQuick}
}

// proveTaken looks whether the address is back where it was. No tag is asked for: the plan names the address.
func (a *Account) proveTaken(ctx context.Context, c tasks.Call) (string, bool, error) {
	return a.prove(ctx, c, kindFormer, func(string) (sight, error) {
		one, err := a.address(ctx, &trail{a: a}, c.Facts[tasks.FactAllocation])
		if err != nil {
			return sight{}, ignoreMissing(err)
		}
		s := sight{there: true, planned: true, says: safe.Line(aws.ToString(one.PublicIp)) + " serves " + holder(one)}
		switch on := aws.ToString(one.InstanceId); {
		case on == owed(c) && young(c): // there again, or there still: as if it had never left
			return sight{}, nil
		case on == owed(c):
			return sight{over: true, says: s.says}, nil
		case aws.ToString(one.AssociationId) == "" || on == c.Facts[tasks.FactInstance]:
			s.says += " and goes back to " + owed(c)
		default:
			s.says += " of somebody else and stays there"
		}
		return s, nil
	})
}

// foreign is the refusal to move an address that neither carries this run's tag nor is named by the plan.
func foreign(c tasks.Call, one types.Address) error {
	if plannedBy(c.Task).is(one) {
		return nil
	}
	return notOurs(c, kindAddress, aws.ToString(one.AllocationId), one.Tags)
}

// statedPlanned is a person's word on an address that the plan names: it has to be that one.
func (a *Account) statedPlanned(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	r, err := a.statedAddress(ctx, t, c)
	one := types.Address{PublicIp: aws.String(c.Facts[tasks.FactElasticIP]), AllocationId: aws.String(r.Facts[tasks.FactAllocation])}
	if want := plannedBy(c.Task); err == nil && want.named() && !want.is(one) {
		return tasks.Result{}, contradicts("%s is not the address %s that the plan names", c.Facts[tasks.FactElasticIP], want)
	}
	return r, err
}
