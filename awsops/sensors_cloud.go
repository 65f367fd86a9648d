package awsops

// sensors_cloud.go: the run's instances and the plan's standby, with what belongs to them, and
// every address of the account: a round of at most six describes.

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/reading"
)

// deniedFor is how long a part that is refused is not asked for again: a permission does not come by itself.
const deniedFor = 5 * time.Minute

// partTypes is what an instance type is made of; only the table of the configuration lacks it.
const partTypes = "instance types"

// census is the cloud sensor. What it knows from one round to the next is its own; its turns never overlap.
type census struct {
	sensor
	took    reading.Cloud // the newest
	facts   [4]string     // those it rests on
	standby string        // the id of a standby that the plan names
	kinds   map[types.InstanceType]types.InstanceTypeInfo
	refused map[string]refusal // by part, also of those that did not answer
	over    *clients           // that the refusals are of
}

// refusal is why a part of the reading is not known, and when it is asked for again.
type refusal struct {
	err   error
	again time.Time
}

func newCensus(s sensor) *census {
	return &census{sensor: s, kinds: map[types.InstanceType]types.InstanceTypeInfo{}, refused: map[string]refusal{}}
}

// due: every ten seconds while something is in transition, every thirty when all is calm, and at
// once when the day has made something.
func (c *census) due(facts map[string]string, now time.Time) bool {
	every := c.took.Every
	return c.facts != factsOf(facts) || now.Sub(c.took.At) >= every-everyCloud/2
}

func factsOf(facts map[string]string) [4]string {
	return [4]string{facts[tasks.FactInstance], facts[tasks.FactGroup], facts[tasks.FactAssociation], facts[trialFact+tasks.FactInstance]}
}

// read takes one round. What is refused for lack of a permission, or not answered, leaves its part
// unknown and is told under its own name.
func (c *census) read(ctx context.Context, facts map[string]string, now time.Time) (reading.Update, error) {
	if over := c.a.live.Load(); c.over != over {
		c.over = over
		clear(c.refused) // other credentials, perhaps
	}
	t := &trail{a: c.a}
	all, err := c.instances(ctx, t, facts[tasks.FactInstance])
	if err != nil {
		return nil, err
	}
	seen := reading.Cloud{Stamp: reading.Stamp{At: now, Every: everyCalm}}
	for _, i := range all {
		seen.Instances = append(seen.Instances, c.instance(i, facts))
	}
	roots := map[string]string{}
	for _, i := range all {
		roots[aws.ToString(i.InstanceId)] = aws.ToString(i.RootDeviceName)
	}
	for _, part := range []struct {
		name string
		look func() error
	}{
		{reading.Checks, func() error { return c.checks(ctx, t, &seen) }},
		{reading.Volumes, func() error { return c.volumes(ctx, t, &seen, roots) }},
		{reading.Groups, func() error { return c.groups(ctx, t, &seen) }},
		{reading.Addresses, func() error { return c.addresses(ctx, t, &seen) }},
		{partTypes, func() error { return c.machines(ctx, t, &seen) }},
	} {
		if err := c.part(ctx, part.name, now, part.look); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(seen.Instances, func(x, y reading.Instance) int {
		return strings.Compare(x.LaunchedAt.UTC().Format(time.RFC3339)+x.ID, y.LaunchedAt.UTC().Format(time.RFC3339)+y.ID)
	})
	if c.restless(seen, facts) {
		seen.Every = everyCloud
	}
	c.took, c.facts = seen, factsOf(facts)
	c.poll.saw(seen)
	return c.update(seen), nil
}

// part looks at one part, unless it was refused a short while ago. An error ends the round: too
// many calls, credentials that ran out, an abort. What merely does not answer is not known this time.
func (c *census) part(ctx context.Context, name string, now time.Time, look func() error) error {
	if now.Before(c.refused[name].again) {
		return nil
	}
	delete(c.refused, name)
	err := look()
	var no *refused
	var quiet *silence
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case errors.As(err, &no) && slices.Contains([]reading.FailureKind{reading.Denied, reading.Failed}, no.Failure().Kind):
		c.refused[name] = refusal{err, now.Add(deniedFor)}
	case errors.As(err, &no) && unwell(no.code), errors.As(err, &quiet):
		c.refused[name] = refusal{err, now}
	default:
		return err
	}
	return nil
}

// update is the round as a reading, with what was refused under its own name.
func (c *census) update(seen reading.Cloud) reading.Update {
	refused, usage := maps.Clone(c.refused), c.poll.usage(seen.At)
	return func(r *reading.Readings) {
		failures := maps.Clone(r.Failures)
		if failures == nil {
			failures = map[string]reading.Failure{}
		}
		for _, part := range []string{reading.Checks, reading.Volumes, reading.Groups, reading.Addresses, partTypes} {
			delete(failures, part)
			if no := refused[part].err; no != nil {
				failures[part] = tasks.FailureOf(no, no.Error(), r.Failures[part], seen.At)
			}
		}
		r.Cloud, r.Usage, r.Failures = seen, usage, failures
	}
}

// restless reports whether something is not where it will stay.
func (c *census) restless(seen reading.Cloud, facts map[string]string) bool {
	there := facts[tasks.FactInstance] == ""
	for _, in := range seen.Instances {
		there = there || in.ID == facts[tasks.FactInstance]
		switch in.State {
		case "running":
			ok := in.SystemCheck == "ok" && in.InstanceCheck == "ok"
			if denied := c.refused[reading.Checks].err != nil; !ok && !denied || in.Monitoring == "pending" {
				return true
			}
		case "stopped", "terminated":
		default:
			return true
		}
	}
	return !there || slices.ContainsFunc(seen.Addresses, func(a reading.Address) bool { return a.Ours && a.InstanceID == "" })
}

// instances are those with the run's tag and, in one more call, the primary and the standby where
// they do not carry it: EC2 joins its filters with "and", so one call cannot ask for both.
func (c *census) instances(ctx context.Context, t *trail, primary string) ([]types.Instance, error) {
	line := append([]string{"ec2", "describe-instances"}, tagArgs(tasks.RunTag, c.run)...)
	all, err := c.a.instances(ctx, t, line, &ec2.DescribeInstancesInput{Filters: tagFilter(tasks.RunTag, c.run)})
	if err != nil {
		return nil, err
	}
	standby := c.p.Environment.Standby
	if strings.HasPrefix(standby, "i-") {
		c.standby = standby
	}
	lacks := func(match func(types.Instance) bool) bool { return !slices.ContainsFunc(all, match) }
	var ids []string
	for _, id := range []string{primary, c.standby} {
		if id != "" && lacks(func(i types.Instance) bool { return aws.ToString(i.InstanceId) == id }) {
			ids = append(ids, id)
		}
	}
	others := func(name string, values ...string) error {
		more, err := c.a.instances(ctx, t, []string{"ec2", "describe-instances", "--filters", "Name=" + name + ",Values=" + strings.Join(values, ",")},
			&ec2.DescribeInstancesInput{Filters: filter(name, values...)})
		for _, i := range more {
			if lacks(func(x types.Instance) bool { return aws.ToString(x.InstanceId) == aws.ToString(i.InstanceId) }) {
				all = append(all, i)
			}
		}
		return err
	}
	if len(ids) > 0 {
		if err := others("instance-id", ids...); err != nil {
			return nil, err
		}
	}
	lives := func(i types.Instance) bool {
		return state(i) != types.InstanceStateNameTerminated && state(i) != types.InstanceStateNameShuttingDown
	}
	if c.standby != standby && lacks(func(i types.Instance) bool { return aws.ToString(i.InstanceId) == c.standby && lives(i) }) {
		c.standby = "" // it was replaced: another has its name now, or will
	}
	named := func(i types.Instance) bool { return tag(i.Tags, "Name") == standby && lives(i) }
	if standby == "" || c.standby != "" {
		return all, nil
	}
	if lacks(named) { // by its name, until its id is known
		if err := others("tag:Name", standby); err != nil {
			return nil, err
		}
	}
	if n := slices.IndexFunc(all, named); n >= 0 {
		c.standby = aws.ToString(all[n].InstanceId)
	}
	return all, nil
}
