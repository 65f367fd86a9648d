package awsops

// disassociate.go: taking the address off the instance, and putting it back to where it was.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/safe"
)

func (a *Account) describeAssociationUndo(c tasks.Call) tasks.UndoWords {
	w := tasks.UndoWords{Title: "take the address off the instance", Call: "aws ec2 disassociate-address",
		Lost: "connections through the address break at once", Expect: undoQuick}
	if back := owed(c); back != "" {
		w.Title = "put the address back to instance " + back
		w.Call += ", aws ec2 associate-address"
	}
	return w
}

const autoIP = time.Minute // run time until an instance has an automatic address again

// hold is how an address stands to our association.
type hold string

const (
	holdNone  hold = "is not there"
	holdFree  hold = "serves nobody"
	holdOurs  hold = "still serves our instance"
	holdBack  hold = "serves an instance as before" // or one that nobody is owed instead of
	holdOther hold = "serves an instance of somebody else"
)

func holdOf(c tasks.Call, one types.Address) hold {
	now := aws.ToString(one.AssociationId)
	switch {
	case one.AllocationId == nil:
		return holdNone
	case now == "":
		return holdFree
	case slices.Contains(made(c, kindAssociation), now):
		return holdOurs
	case backAgain(c, one):
		return holdBack
	}
	return holdOther
}

// held looks at the address. An association of a moment ago may not be seen yet, so what
// was before it is doubted; so are the holds that are told, which contradict a call of ours.
func (a *Account) held(ctx context.Context, t *trail, c tasks.Call, doubted ...hold) (is hold, one types.Address, err error) {
	since, began := intended(c), c.Now()
	alloc := c.Facts[tasks.FactAllocation]
	err = agreed(ctx, c, func() (view, error) {
		one, err = a.address(ctx, t, alloc)
		if ignoreMissing(err) != nil {
			return view{}, err
		}
		is = holdOf(c, one)
		v := view{says: "address " + alloc + " " + string(is)}
		switch {
		case slices.Contains(doubted, is), is == holdOther && aws.ToString(one.InstanceId) == c.Facts[tasks.FactInstance]:
			v.since = began // what serves our own instance may be our association, ended a moment ago
		case is == holdNone, is == holdFree, is == holdBack && owed(c) != "":
			v.since = since
		}
		return v, nil
	})
	return is, one, err
}

// disassociate looks and acts. Where the answer was lost, or AWS refuses because that
// look was late, it looks again, and what it saw before is doubted from there on. Every
// call names what it ends, or takes nothing away, so making it once more does no harm.
func (a *Account) disassociate(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	r := tasks.Result{Drop: []string{tasks.FactAssociation, tasks.FactPublicDNS, tasks.FactPublicIP}}
	alloc := c.Facts[tasks.FactAllocation]
	var acted []hold
	for {
		is, one, err := a.held(ctx, t, c, acted...)
		if err != nil && len(acted) > 0 {
			err = tasks.Unknown(err)
		}
		if err != nil {
			return r, err
		}
		if is == holdNone {
			return a.namesAgain(ctx, t, c, "address "+alloc+" is no longer there")
		}
		if err := foreign(c, one); err != nil {
			return r, err
		}
		serves := fmt.Sprintf("address %s already serves %s", safe.Line(aws.ToString(one.PublicIp)), holder(one))
		switch is {
		case holdBack:
			return a.namesAgain(ctx, t, c, serves)
		case holdOther:
			return r, &stays{serves + " and was to go back to " + owed(c) + "; it stays as it is: find out who moved it"}
		case holdOurs:
			err = a.takeOff(ctx, t, aws.ToString(one.AssociationId))
		}
		if err == nil { // off, by this call or by one before a crash
			r, err = a.giveBack(ctx, t, c, alloc)
		}
		again := errors.Is(err, tasks.ErrUnknown) || hasCode(err, "InvalidAssociationID.NotFound", "Resource.AlreadyAssociated")
		if !again || ctx.Err() != nil || slices.Contains(acted, is) {
			return r, err
		}
		acted = append(acted, is)
	}
}

func (a *Account) takeOff(ctx context.Context, t *trail, association string) error {
	_, err := tell(ctx, t, []string{"ec2", "disassociate-address", "--association-id", association}, a.write().DisassociateAddress,
		&ec2.DisassociateAddressInput{AssociationId: aws.String(association)})
	return err
}

// giveBack points the address to where it pointed before us, if anywhere.
func (a *Account) giveBack(ctx context.Context, t *trail, c tasks.Call, alloc string) (tasks.Result, error) {
	back := owed(c)
	if back == "" {
		return a.namesAgain(ctx, t, c, "the address is off the instance")
	}
	_, err := tell(ctx, t, []string{"ec2", "associate-address", "--allocation-id", alloc, "--instance-id", back, "--no-allow-reassociation"},
		a.write().AssociateAddress, &ec2.AssociateAddressInput{AllocationId: aws.String(alloc), InstanceId: aws.String(back), AllowReassociation: aws.Bool(false)})
	if err != nil {
		return tasks.Result{Drop: []string{tasks.FactAssociation, tasks.FactPublicDNS, tasks.FactPublicIP}},
			fmt.Errorf("the address is off our instance and not back at %s: %w", back, err)
	}
	return a.namesAgain(ctx, t, c, "the address points at instance "+back+" again, as before")
}

// namesAgain learns the automatic names that AWS gives an instance whose Elastic
// IP went away. An instance that gets none, or is gone, has no names: that is not
// an error, the undo itself is done.
func (a *Account) namesAgain(ctx context.Context, t *trail, c tasks.Call, says string) (tasks.Result, error) {
	r := tasks.Result{Says: says, Drop: []string{tasks.FactAssociation, tasks.FactPublicDNS, tasks.FactPublicIP}}
	err := poll(ctx, c, autoIP, func() (bool, error) {
		i, err := a.instance(ctx, t, c.Facts[tasks.FactInstance])
		if err != nil {
			return false, err
		}
		if s := state(i); s != types.InstanceStateNameRunning && s != types.InstanceStateNamePending {
			return true, nil
		}
		if ip := aws.ToString(i.PublicIpAddress); ip == "" || ip == c.Facts[tasks.FactElasticIP] {
			progress(c, "instance %s has no automatic address yet; looking again in %s", safe.Line(aws.ToString(i.InstanceId)), pollEvery)
			return false, nil
		}
		r.Facts = names(i)
		return true, nil
	})
	if err != nil && ctx.Err() != nil {
		return tasks.Result{}, tasks.Unknown(err)
	}
	return r, nil
}

// associationGone: the address, as far as it exists, does not carry our association,
// and serves again whom it served before.
func (a *Account) associationGone(ctx context.Context, c tasks.Call) (bool, error) {
	doubted := []hold{holdOurs}
	if owed(c) != "" {
		doubted = append(doubted, holdFree)
	}
	is, one, err := a.held(ctx, &trail{a: a}, c, doubted...)
	if err != nil || is == holdOurs || is == holdOther {
		return false, err
	}
	return is == holdNone || backAgain(c, one), nil
}

// owed is the instance that gets the address back when the association is undone, "" if none does.
func owed(c tasks.Call) string {
	if back := c.Pre[preHolder]; back != c.Facts[tasks.FactInstance] {
		return back
	}
	return ""
}

// backAgain reports that the address owes nobody anything.
func backAgain(c tasks.Call, one types.Address) bool {
	return owed(c) == "" || owed(c) == aws.ToString(one.InstanceId)
}
