package contract

// tag_test.go: tags, and the lists that are filtered by them and cut into pages.

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func tags() []scenario {
	const rules = "EC2 User Guide: Tag your resources"
	return []scenario{
		{name: "tags from the launch", says: "TagSpecifications tag instance and volumes as they are made", source: "RunInstances", run: tagsAtLaunch},
		{name: "tags laid over tags", says: "CreateTags adds tags and overwrites those of the same key", source: "CreateTags", run: tagsOver},
		{name: "tags deleted", says: "DeleteTags deletes a tag by key, and only with its value where one is given", source: "DeleteTags", run: tagsDeleted},
		{name: "reserved tags", says: "keys that begin with aws: are reserved: InvalidParameterValue", source: rules, run: tagsReserved, moto: lack{"takes them", "done, want InvalidParameterValue"}},
		{name: "more than fifty tags", says: "a resource has up to 50 tags: TagLimitExceeded", source: rules, run: tagsTooMany},
		{name: "tags on what is not there", says: "it is refused with InvalidInstanceID.NotFound", source: codes, run: tagsOnNothing, moto: lack{"tags it", "done, want InvalidInstanceID.NotFound"}},
		{name: "tags of all", says: "DescribeTags lists tags with resource and its kind", source: "DescribeTags", run: tagsListed},
		{name: "found by tag", says: "tag:key filters by value, tag-key by key", source: "DescribeInstances", run: foundByTag},
	}
}

func (p *place) tagged(token string, tags ...types.Tag) string {
	in := p.order(token)
	in.TagSpecifications = []types.TagSpecification{{ResourceType: types.ResourceTypeInstance, Tags: tags}, {ResourceType: types.ResourceTypeVolume, Tags: tags}}
	id := *got(p.ec2.RunInstances(p.ctx, in)).Instances[0].InstanceId
	p.wait(settled)
	return id
}

func (p *place) tags(id string) map[string]string {
	all := map[string]string{}
	for _, t := range p.instance(id).Tags {
		all[*t.Key] = *t.Value
	}
	return all
}

func tagsAtLaunch(p *place) {
	id := p.tagged("one", tag("run", "7"))
	same("instance", p.tags(id), map[string]string{"run": "7"})
	v := p.volumes(id)[0]
	same("volume", len(v.Tags) == 1 && *v.Tags[0].Key == "run" && *v.Tags[0].Value == "7", true)
}

func tagsOver(p *place) {
	id := p.tagged("one", tag("run", "7"))
	got(p.ec2.CreateTags(p.ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: []types.Tag{tag("run", "8"), tag("role", "primary")}}))
	same("tags", p.tags(id), map[string]string{"run": "8", "role": "primary"})
}

func tagsDeleted(p *place) {
	id := p.tagged("one", tag("run", "7"), tag("role", "primary"))
	got(p.ec2.DeleteTags(p.ctx, &ec2.DeleteTagsInput{Resources: []string{id}, Tags: []types.Tag{tag("run", "8")}}))
	same("with another value", len(p.tags(id)), 2)
	got(p.ec2.DeleteTags(p.ctx, &ec2.DeleteTagsInput{Resources: []string{id}, Tags: []types.Tag{{Key: str("run")}}}))
	same("without", p.tags(id), map[string]string{"role": "primary"})
}

func tagsReserved(p *place) {
	in := &ec2.CreateTagsInput{Resources: []string{p.launch()}, Tags: []types.Tag{tag("aws:run", "7")}}
	same("code", code(p.ec2.CreateTags(p.ctx, in)), "InvalidParameterValue")
}

func tagsTooMany(p *place) {
	in := &ec2.CreateTagsInput{Resources: []string{p.launch()}}
	for n := range 51 {
		in.Tags = append(in.Tags, tag(fmt.Sprint("key", n), ""))
	}
	same("code", code(p.ec2.CreateTags(p.ctx, in)), "TagLimitExceeded")
}

func tagsOnNothing(p *place) {
	in := &ec2.CreateTagsInput{Resources: []string{"i-00000000000000000"}, Tags: []types.Tag{tag("run", "7")}}
	same("code", code(p.ec2.CreateTags(p.ctx, in)), "InvalidInstanceID.NotFound")
}

func tagsListed(p *place) {
	id := p.tagged("one", tag("run", "7"))
	all := got(p.ec2.DescribeTags(p.ctx, &ec2.DescribeTagsInput{Filters: []types.Filter{filter("resource-id", id), filter("key", "run")}})).Tags
	same("tags", len(all), 1)
	same("kind", all[0].ResourceType, types.ResourceTypeInstance)
	same("value", *all[0].Value, "7")
}

func foundByTag(p *place) {
	id := p.tagged("one", tag("run", "7"))
	p.tagged("two", tag("role", "standby"))
	for _, f := range []types.Filter{filter("tag:run", "7"), filter("tag-key", "run")} {
		all := p.found(f)
		same(*f.Name, len(all) == 1 && *all[0].InstanceId == id, true)
	}
}

func lists() []scenario {
	const filters = "EC2 User Guide: Filter your resources"
	return []scenario{
		{name: "page by page", says: "MaxResults cuts a list, NextToken goes on, and the last page has none", source: "DescribeInstances", run: pages},
		{name: "pages of named things", says: "MaxResults does not go with ids: InvalidParameterCombination", source: "DescribeInstances", run: pagesOfNamed},
		{name: "pages too small", says: "MaxResults is from 5 to 1000: InvalidParameterValue", source: "DescribeInstances", run: pagesTooSmall,
			moto: lack{"makes them", "done, want InvalidParameterValue"}},
		{name: "a filter with several values", says: "a filter passes what has any of its values, several filters what passes all", source: filters, run: filtersTogether},
		{name: "wildcards", says: "* stands for any characters, ? for one", source: filters, run: wildcards},
		{name: "a filter that is none", says: "it is refused with InvalidParameterValue", source: codes, run: unknownFilter,
			moto: lack{"passes over it", "done, want InvalidParameterValue"}},
		{name: "nothing found", says: "a filter that nothing passes gives an empty list and no error", source: filters, run: nothingFound},
		{name: "found by state", says: "instance-state-name filters by the state now", source: "DescribeInstances", run: foundByState},
	}
}

func pages(p *place) {
	for n := range 7 {
		got(p.ec2.RunInstances(p.ctx, p.order(fmt.Sprint("order ", n))))
	}
	in := &ec2.DescribeInstancesInput{MaxResults: num(5)}
	first := got(p.ec2.DescribeInstances(p.ctx, in))
	same("on the first page", len(first.Reservations), 5)
	in.NextToken = first.NextToken
	second := got(p.ec2.DescribeInstances(p.ctx, in))
	same("on the second", len(second.Reservations), 2)
	same("and a third", second.NextToken != nil && *second.NextToken != "", false)
}

func pagesOfNamed(p *place) {
	in := &ec2.DescribeInstancesInput{InstanceIds: []string{p.launch()}, MaxResults: num(5)}
	same("code", code(p.ec2.DescribeInstances(p.ctx, in)), "InvalidParameterCombination")
}

func pagesTooSmall(p *place) {
	same("code", code(p.ec2.DescribeInstances(p.ctx, &ec2.DescribeInstancesInput{MaxResults: num(4)})), "InvalidParameterValue")
}

func filtersTogether(p *place) {
	one := p.tagged("one", tag("run", "7"), tag("role", "primary"))
	p.tagged("two", tag("run", "8"), tag("role", "standby"))
	same("any value", len(p.found(filter("tag:run", "7", "8"))), 2)
	both := p.found(filter("tag:run", "7", "8"), filter("tag:role", "primary"))
	same("all filters", len(both) == 1 && *both[0].InstanceId == one, true)
}

func wildcards(p *place) {
	p.tagged("one", tag("run", "SCP100X0219"))
	same("*", len(p.found(filter("tag:run", "SCP*"))), 1)
	same("?", len(p.found(filter("tag:run", "SCP?00X0219"))), 1)
	same("no match", len(p.found(filter("tag:run", "CP*"))), 0)
}

func unknownFilter(p *place) {
	in := &ec2.DescribeInstancesInput{Filters: []types.Filter{filter("colour", "red")}}
	same("code", code(p.ec2.DescribeInstances(p.ctx, in)), "InvalidParameterValue")
}

func nothingFound(p *place) {
	same("found", len(p.found(filter("tag:run", "7"))), 0)
}

func foundByState(p *place) {
	id := p.launch()
	same("running", len(p.found(filter("instance-state-name", "running"))), 1)
	p.stop(id)
	same("running after a stop", len(p.found(filter("instance-state-name", "running"))), 0)
	same("stopped", len(p.found(filter("instance-state-name", "stopped"))), 1)
}
