package awsops

// associate.go: pointing the address at the instance.
//
// Every move is compare-and-swap: an association is made only for an address that
// has none, and ended only by the id under which it was made.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/safe"
)

const (
	kindAssociation = "association"

	// What Look finds before the address is associated.
	preHolder    = "address.instance"       // whom the address served
	preHeld      = "address.association_id" // under which association
	preAddresses = "instance.addresses"     // other Elastic IPs of the instance, by comma

	renaming = 5 * time.Minute // run time until an instance has its new names
)

func (a *Account) associateStep(want chosen) tasks.Step {
	title := "point the address at the instance"
	if want.named() {
		title = "point " + safe.Line(want.String()) + " at the instance"
	}
	return a.effect(tasks.Step{
		ID: "associate", Title: title, Call: "aws ec2 associate-address", Needs: []string{tasks.FactInstance, tasks.FactAllocation},
		Look: a.lookAtAddress, Do: a.step(a.associate), Find: a.find(a.findAssociation),
		Undo: &tasks.Undo{Describe: a.describeAssociationUndo, Do: a.step(a.disassociate), Gone: a.associationGone, Prove: a.proveAssociation},
	})
}

func (a *Account) lookAtAddress(ctx context.Context, c tasks.Call) (map[string]string, error) {
	t := &trail{a: a}
	var one types.Address
	err := poll(ctx, c, patience, fresh(c, func() (ok bool, err error) {
		one, err = a.address(ctx, t, c.Facts[tasks.FactAllocation])
		return err == nil, err
	}))
	if err != nil {
		return nil, err
	}
	out, err := ask(ctx, t, []string{"ec2", "describe-addresses", "--filters", "Name=instance-id,Values=" + c.Facts[tasks.FactInstance]},
		a.read().ec2.DescribeAddresses, &ec2.DescribeAddressesInput{Filters: filter("instance-id", c.Facts[tasks.FactInstance])})
	if err != nil {
		return nil, err
	}
	var others []string
	for _, o := range out.Addresses {
		if aws.ToString(o.AllocationId) != c.Facts[tasks.FactAllocation] {
			others = append(others, safe.Line(aws.ToString(o.PublicIp)))
		}
	}
	return map[string]string{preHolder: safe.Line(aws.ToString(one.InstanceId)), preHeld: safe.Line(aws.ToString(one.AssociationId)),
		preAddresses: strings.Join(others, ",")}, nil
}

func (a *Account) associate(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	id, alloc := c.Facts[tasks.FactInstance], c.Facts[tasks.FactAllocation]
	if c.Pre[preHolder] == id { // before us: not ours to undo
		r := associated(c, c.Pre[preHeld])
		r.Says, r.Made = fmt.Sprintf("address %s pointed at instance %s already", c.Facts[tasks.FactElasticIP], id), nil
		return r, nil
	}
	if others := c.Pre[preAddresses]; others != "" { // AWS would take the old one off and go on billing it
		return tasks.Result{}, fmt.Errorf("instance %s already has the Elastic IP %s; take that off first, then try again", id, others)
	}
	out, err := tell(ctx, t, []string{"ec2", "associate-address", "--allocation-id", alloc, "--instance-id", id, "--no-allow-reassociation"},
		a.write().AssociateAddress, &ec2.AssociateAddressInput{AllocationId: aws.String(alloc), InstanceId: aws.String(id), AllowReassociation: aws.Bool(false)})
	if hasCode(err, "Resource.AlreadyAssociated") {
		if one, lerr := a.address(ctx, t, alloc); lerr == nil {
			err = fmt.Errorf("address %s is taken: it serves %s; %w", safe.Line(aws.ToString(one.PublicIp)), holder(one), err)
		}
	}
	if err != nil {
		return tasks.Result{}, err
	}
	return associated(c, aws.ToString(out.AssociationId)), nil
}

// associated drops the names of before: AWS released the automatic address for good.
func associated(c tasks.Call, id string) tasks.Result {
	id = safe.Line(id)
	return tasks.Result{Says: fmt.Sprintf("address %s points at instance %s", c.Facts[tasks.FactElasticIP], c.Facts[tasks.FactInstance]),
		Facts: map[string]string{tasks.FactAssociation: id}, Drop: []string{tasks.FactPublicDNS, tasks.FactPublicIP},
		Made: []tasks.Resource{{Kind: kindAssociation, ID: id}}}
}

func (a *Account) findAssociation(ctx context.Context, t *trail, c tasks.Call) (r tasks.Result, found bool, err error) {
	found, err = settled(ctx, c, "the association", func() (bool, error) {
		one, err := a.address(ctx, t, c.Facts[tasks.FactAllocation])
		if err != nil {
			return false, ignoreMissing(err) // no address, no association
		}
		id := aws.ToString(one.AssociationId)
		if id == "" || id == c.Pre[preHeld] || aws.ToString(one.InstanceId) != c.Facts[tasks.FactInstance] {
			return false, nil
		}
		r = associated(c, id)
		return true, nil
	})
	return r, found, err
}

// newNames waits until the instance answers to the address. The address itself is
// the witness: after a move, instances may both claim it for a while.
func (a *Account) newNames(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	id, ip := c.Facts[tasks.FactInstance], c.Facts[tasks.FactElasticIP]
	var facts map[string]string
	began, elsewhere := c.Now(), 0
	err := poll(ctx, c, renaming, fresh(c, func() (bool, error) {
		one, err := a.address(ctx, t, c.Facts[tasks.FactAllocation])
		if err != nil {
			return false, err
		}
		if on := aws.ToString(one.InstanceId); on != "" && on != id { // as it did before the move, if the read is late
			if elsewhere++; elsewhere >= equalLooks && c.Now().Sub(began) >= notYet {
				return false, &ending{fmt.Sprintf("address %s serves %s instead of %s; find out who moved it", ip, holder(one), id)}
			}
			progress(c, "address %s is shown at %s; looking again in %s", ip, holder(one), pollEvery)
			return false, nil
		}
		elsewhere = 0
		i, err := a.instance(ctx, t, id)
		if err != nil {
			return false, err
		}
		facts = names(i)
		progress(c, "instance %s has the address %s", id, orSay(facts[tasks.FactPublicIP], "none"))
		return aws.ToString(one.InstanceId) == id && facts[tasks.FactPublicIP] == ip && facts[tasks.FactPublicDNS] != "", nil
	}))
	var over *ending
	switch {
	case errors.As(err, &over):
		return no(over.text)
	case errors.Is(err, errPatience):
		return unclear(fmt.Sprintf("instance %s has the address %s and the name %s after %s, expected %s; look at both in the console",
			id, orSay(facts[tasks.FactPublicIP], "none"), orSay(facts[tasks.FactPublicDNS], "none"), renaming, ip))
	case err != nil:
		return tasks.Result{}, err
	}
	return tasks.Result{Verdict: tasks.Pass, Facts: facts, Rests: []string{tasks.FactElasticIP, tasks.FactAssociation},
		Says: fmt.Sprintf("instance %s is %s (%s)", id, facts[tasks.FactPublicDNS], ip)}, nil
}

// Moved tells of an address where a run pointed it last, when and by whom, for whoever meets another
// host there; "" if it never did.
func Moved(events []tasks.Event, zone *time.Location, address string) string {
	for _, e := range slices.Backward(events) {
		if i, ok := e.Body.(tasks.Intended); ok && i.Step == "associate" && i.Facts[tasks.FactElasticIP] == address {
			return fmt.Sprintf("%s was pointed from %s to %s at %s by %s", address, orSay(i.Pre[preHolder], "nobody"),
				i.Facts[tasks.FactInstance], e.Run.In(zone).Format("15:04"), e.By)
		}
	}
	return ""
}
