package awsops

// group.go: the security group of a launch, and exactly the planned rules in it.

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/safe"
)

const (
	kindGroup = "security group"
	preRules  = "group.rules" // what Look found in the group

	undoQuick = 5 * time.Second // run time that undoing takes when nothing is waited for
)

func (a *Account) groupStep() tasks.Step {
	return a.effect(tasks.Step{
		ID: "group", Title: "create the security group", Call: "aws ec2 create-security-group",
		Do: a.step(a.createGroup), Find: a.find(a.findGroup),
		Undo: &tasks.Undo{Describe: a.describeGroupUndo, Do: a.step(a.deleteGroup), Gone: a.groupGone, Prove: a.proveGroup},
	})
}

func (a *Account) createGroup(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	what := describable(fmt.Sprintf("tminus run %s task %s", c.Run, c.Task.ID))
	vpc := c.Plan.Environment.Instance.VPC
	in := &ec2.CreateSecurityGroupInput{GroupName: aws.String(name(c)), Description: aws.String(what), VpcId: aws.String(vpc),
		TagSpecifications: tagged(c, types.ResourceTypeSecurityGroup)}
	line := append([]string{"ec2", "create-security-group", "--group-name", name(c), "--vpc-id", vpc, "--description", what}, tagLine(in.TagSpecifications)...)
	out, err := tell(ctx, t, line, a.write().CreateSecurityGroup, in)
	if hasCode(err, "InvalidGroup.Duplicate") {
		return taken(err, func() (tasks.Result, bool, error) { return a.findGroup(ctx, t, c) })
	}
	if err != nil {
		return tasks.Result{}, err
	}
	return groupResult(c, aws.ToString(out.GroupId)), nil
}

func groupResult(c tasks.Call, id string) tasks.Result {
	id = safe.Line(id)
	return tasks.Result{Says: fmt.Sprintf("security group %s (%s) created", id, name(c)),
		Facts: map[string]string{tasks.FactGroup: id}, Made: []tasks.Resource{{Kind: kindGroup, ID: id}}}
}

func (a *Account) findGroup(ctx context.Context, t *trail, c tasks.Call) (r tasks.Result, found bool, err error) {
	vpc := c.Plan.Environment.Instance.VPC
	found, err = settled(ctx, c, kindGroup+" "+name(c), func() (bool, error) {
		out, err := ask(ctx, t, []string{"ec2", "describe-security-groups", "--filters", "Name=group-name,Values=" + name(c), "Name=vpc-id,Values=" + vpc},
			a.read().ec2.DescribeSecurityGroups, &ec2.DescribeSecurityGroupsInput{Filters: append(filter("group-name", name(c)), filter("vpc-id", vpc)...)})
		if err != nil {
			return false, err
		}
		for _, g := range out.SecurityGroups {
			if tag(g.Tags, tasks.IntentTag) == c.Token {
				r = groupResult(c, aws.ToString(g.GroupId))
				return true, nil
			}
		}
		return false, nil
	})
	return r, found, err
}

// group returns the security group with the id, nil if there is none.
func (a *Account) group(ctx context.Context, t *trail, id string) (*types.SecurityGroup, error) {
	out, err := ask(ctx, t, []string{"ec2", "describe-security-groups", "--group-ids", id}, a.read().ec2.DescribeSecurityGroups,
		&ec2.DescribeSecurityGroupsInput{GroupIds: []string{id}})
	if missing(err) {
		return nil, nil
	}
	if err != nil || len(out.SecurityGroups) == 0 {
		return nil, err
	}
	return &out.SecurityGroups[0], nil
}

func (a *Account) describeGroupUndo(c tasks.Call) tasks.UndoWords {
	w := tasks.UndoWords{Title: "delete the security group and its rules", Call: "aws ec2 delete-security-group", Expect: undoQuick}
	switch {
	case c.Plan.Rollback.Group == "keep":
		w.Keep = "the security group stays; it costs nothing"
	case c.Plan.Rollback.Instance == "stop" || c.Plan.Rollback.Instance == "keep":
		w.Keep = "the security group stays, because the instance that uses it stays; it costs nothing"
	}
	return w
}

func (a *Account) deleteGroup(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	if a.describeGroupUndo(c).Keep != "" {
		return tasks.Result{Says: "kept, as the plan says"}, nil
	}
	r := tasks.Result{Drop: []string{tasks.FactGroup}}
	for _, id := range made(c, kindGroup) {
		var g *types.SecurityGroup
		if _, err := settled(ctx, c, kindGroup+" "+id, func() (found bool, err error) {
			g, err = a.group(ctx, t, id)
			return g != nil, err
		}); err != nil {
			return r, err
		}
		if g == nil {
			continue
		}
		if err := notOurs(c, kindGroup, id, g.Tags); err != nil {
			return r, err
		}
		if err := a.deleteUnused(ctx, t, c, id); err != nil {
			return r, err
		}
	}
	r.Says = "security group deleted"
	return r, nil
}

// deleteUnused waits for a terminated instance to let go of its group: AWS says
// "in use" for some seconds longer, and a refusal changes nothing, so asking
// again is no second effect. Our own instance is gone before its group is; who
// still uses it after that is somebody else.
func (a *Account) deleteUnused(ctx context.Context, t *trail, c tasks.Call, id string) error {
	var held error
	err := poll(ctx, c, notYet, func() (bool, error) {
		_, err := tell(ctx, t, []string{"ec2", "delete-security-group", "--group-id", id}, a.write().DeleteSecurityGroup,
			&ec2.DeleteSecurityGroupInput{GroupId: aws.String(id)})
		if held = nil; hasCode(err, "DependencyViolation") {
			held = err
			progress(c, "security group %s is still in use; asking again in %s", id, pollEvery)
			return false, nil
		}
		return err == nil || missing(err), ignoreMissing(err)
	})
	if held != nil && errors.Is(err, errPatience) {
		return &stays{fmt.Sprintf("security group %s stays, something else uses it: %s", id, held)}
	}
	return err
}

func ignoreMissing(err error) error {
	if missing(err) {
		return nil
	}
	return err
}

func (a *Account) groupGone(ctx context.Context, c tasks.Call) (bool, error) {
	return vanished(ctx, c, kindGroup, func(id string) (bool, error) {
		g, err := a.group(ctx, &trail{a: a}, id)
		return g != nil, err
	})
}
