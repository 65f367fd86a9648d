package awsops

// prove.go: what a rollback has to know before it is offered: is the thing still
// there, by its id in the journal, and is it this run's, by its tag in the world.

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// sight is what one look saw of a thing.
type sight struct {
	there bool
	tags  []types.Tag // if there
	says  string      // of one that is there, or why it counts as gone
	over  bool        // seen to be gone, rather than not seen

	planned bool // the plan names it: it is another's, and needs no tag of ours
}

// prove looks at each thing of a kind that the effect made. "Not found" is looked
// at once more, and of something young it is no answer at all.
func (a *Account) prove(ctx context.Context, c tasks.Call, kind string, look func(id string) (sight, error)) (says string, there bool, err error) {
	ids := made(c, kind)
	var words []string
	for _, id := range ids {
		s, err := look(id)
		if err == nil && !s.there && !s.over {
			if err = c.Wait(ctx, firstWait); err == nil {
				s, err = look(id)
			}
		}
		switch {
		case err != nil:
			return "", false, fmt.Errorf("%s %s: %w", kind, id, err)
		case !s.there && !s.over && young(c):
			return "", false, fmt.Errorf("AWS does not show %s %s, which was asked for %s ago: that is no proof that it is gone; look again when it is %s old",
				kind, id, c.Now().Sub(intended(c)).Round(time.Second), notYet)
		case !s.there && !s.over:
			s.says = "no longer there"
		case s.there && s.planned:
			there = true
		case s.there:
			if err := notOurs(c, kind, id, s.tags); err != nil {
				return "", false, err
			}
			there, s.says = true, fmt.Sprintf("%s, tagged %s=%s", s.says, tasks.RunTag, c.Run)
		}
		if len(ids) > 1 {
			s.says = id + " " + s.says
		}
		words = append(words, s.says)
	}
	return strings.Join(words, "; "), there, nil
}

func (a *Account) proveKey(ctx context.Context, c tasks.Call) (string, bool, error) {
	return a.prove(ctx, c, kindKey, func(id string) (sight, error) {
		k, err := a.keyPair(ctx, &trail{a: a}, id)
		if err != nil || k == nil {
			return sight{}, err
		}
		return sight{there: true, tags: k.Tags, says: "at EC2"}, nil
	})
}

// proveGroup also says who else uses the group: that makes AWS refuse to delete it.
func (a *Account) proveGroup(ctx context.Context, c tasks.Call) (string, bool, error) {
	return a.prove(ctx, c, kindGroup, func(id string) (sight, error) {
		t := &trail{a: a}
		g, err := a.group(ctx, t, id)
		if err != nil || g == nil {
			return sight{}, err
		}
		users, err := a.instances(ctx, t, []string{"ec2", "describe-instances", "--filters", "Name=instance.group-id,Values=" + id},
			&ec2.DescribeInstancesInput{Filters: filter("instance.group-id", id)})
		if err != nil {
			return sight{}, err
		}
		var strangers []string
		for _, i := range users {
			if tag(i.Tags, tasks.RunTag) != c.Run && state(i) != types.InstanceStateNameTerminated {
				strangers = append(strangers, safe.Line(aws.ToString(i.InstanceId)))
			}
		}
		s := sight{there: true, tags: g.Tags, says: fmt.Sprintf("in the network, with %d rules", len(inbound(g)))}
		if len(strangers) > 0 {
			s.says += "; stays as long as instance " + strings.Join(strangers, ", ") + " of somebody else uses it"
		}
		return s, nil
	})
}

func (a *Account) proveInstance(ctx context.Context, c tasks.Call) (string, bool, error) {
	return a.prove(ctx, c, kindInstance, func(id string) (sight, error) {
		i, err := a.instance(ctx, &trail{a: a}, id)
		if err != nil {
			return sight{}, ignoreMissing(err)
		}
		is := safe.Line(string(state(i)))
		if ended(c.Plan.Rollback.Instance, state(i)) {
			return sight{over: true, says: is + " already"}, nil
		}
		return sight{there: true, tags: i.Tags, says: is}, nil
	})
}

func (a *Account) proveAddress(ctx context.Context, c tasks.Call) (string, bool, error) {
	return a.prove(ctx, c, kindAddress, func(id string) (sight, error) {
		one, err := a.address(ctx, &trail{a: a}, id)
		if err != nil {
			return sight{}, ignoreMissing(err)
		}
		s := sight{there: true, tags: one.Tags, says: safe.Line(aws.ToString(one.PublicIp)) + " serves " + holder(one)}
		if aws.ToString(one.AssociationId) != "" && aws.ToString(one.InstanceId) != c.Facts[tasks.FactInstance] {
			s.says += " of somebody else and stays as long as it does"
		}
		return s, nil
	})
}

// proveAssociation looks at the address: an association has neither tag nor reading of its own.
func (a *Account) proveAssociation(ctx context.Context, c tasks.Call) (string, bool, error) {
	return a.prove(ctx, c, kindAssociation, func(id string) (sight, error) {
		one, err := a.address(ctx, &trail{a: a}, c.Facts[tasks.FactAllocation])
		if err != nil {
			return sight{}, ignoreMissing(err)
		}
		held := aws.ToString(one.AssociationId)
		s := sight{there: true, planned: plannedBy(c.Task).is(one), tags: one.Tags, says: safe.Line(aws.ToString(one.PublicIp)) + " serves " + holder(one)}
		switch {
		case held == id:
		case held == "" && (owed(c) == "" || young(c)): // not seen, which may also mean not yet
			return sight{}, nil
		case held == "":
			s.says = safe.Line(aws.ToString(one.PublicIp)) + " is off the instance and not back at " + owed(c) + " yet"
		case backAgain(c, one) && owed(c) != "" && young(c): // there again, or there still: as if it had never left
			return sight{}, nil
		case backAgain(c, one):
			return sight{over: true, says: s.says}, nil
		default:
			s.says += " and was to go back to " + owed(c) + "; it stays as it is"
		}
		return s, nil
	})
}
