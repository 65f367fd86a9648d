package contract

// address_test.go: Elastic IPs: who has them, who loses them, and who pays.

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/rehearsal/cloud"
)

func addresses() []scenario {
	const associate, release = "AssociateAddress", "ReleaseAddress"
	const guide = "EC2 User Guide: Elastic IP addresses"
	return []scenario{
		{name: "an address of one's own", says: "AllocateAddress gives an address with an id, in no use", source: "AllocateAddress", run: allocated},
		{name: "the sixth address", says: "an account has 5 Elastic IPs in a region: AddressLimitExceeded", source: guide, run: sixth,
			moto: lack{"has no quota", "done, want AddressLimitExceeded"}},
		{name: "an address on an instance", says: "it is the instance's public address from now on, and its public name", source: associate, run: associated},
		{name: "an address on an instance, again", says: "to associate it with the instance that has it is no error", source: associate, run: associatedAgain},
		{name: "an address taken, not to be moved", says: "AllowReassociation false refuses what is associated: Resource.AlreadyAssociated", source: associate, run: notMoved},
		{name: "an address taken, nothing said", says: "without AllowReassociation an associated address is moved", source: associate, run: movedUnsaid,
			moto: lack{"refuses it", "Resource.AlreadyAssociated"}},
		{name: "an address moved", says: "the instance that had it has another public address", source: associate, run: moved,
			moto: lack{"leaves it on both", "still on the old instance: true, want false"}},
		{name: "a second address on an instance", says: "the first is disassociated and stays allocated", source: associate, run: second,
			moto: lack{"leaves both on it", "the first is free: false, want true"}},
		{name: "an address on what is pending", says: "an instance is running or stopped to be given one: InvalidInstanceID", source: codes, run: onPending,
			moto: lack{"takes it", "done, want InvalidInstanceID"}},
		{name: "an address on what is terminated", says: "it is refused with InvalidInstanceID", source: codes, run: onTerminated,
			moto: lack{"takes it", "done, want InvalidInstanceID"}},
		{name: "an address over a stop", says: "an Elastic IP stays with an instance that is stopped and started", source: guide, run: overStop,
			moto: lack{"gives a fresh one at the start", "public address: "}},
		{name: "an address over termination", says: "an Elastic IP of a terminated instance is free and stays allocated", source: guide, run: overTermination,
			moto: lack{"leaves it associated", "free: false, want true"}},
		{name: "an address taken off", says: "the instance gets another public address", source: guide, run: disassociated},
		{name: "an association that is not there", says: "it is refused with InvalidAssociationID.NotFound", source: codes, run: notAssociated},
		{name: "an address given back", says: "it is gone: InvalidAllocationID.NotFound", source: release, run: released},
		{name: "an address given back in use", says: "in a default VPC it is disassociated first", source: release, run: releasedInUse},
		{name: "an address given back in use, elsewhere", says: "in a VPC that is not the default: InvalidIPAddress.InUse", source: release, run: notReleased,
			given: func(o *cloud.Options) { o.VPC.Default = false }, moto: lack{"has default VPCs only unless one is made", "done, want InvalidIPAddress.InUse"}},
		{name: "an allocation that is not there", says: "it is refused with InvalidAllocationID.NotFound", source: codes, run: noAllocation},
		{name: "an address on an instance that is not there", says: "it is refused with InvalidInstanceID.NotFound", source: codes, run: onNothing},
		{name: "addresses found", says: "DescribeAddresses filters by instance-id and by tag", source: "DescribeAddresses", run: addressesFound},
	}
}

// allocate gives an allocation's id and its address.
func (p *place) allocate() (id, ip string) {
	out := got(p.ec2.AllocateAddress(p.ctx, &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc}))
	return *out.AllocationId, *out.PublicIp
}

// put associates an address with an instance. move nil says nothing about whether it may be moved.
func (p *place) put(allocation, instance string, move *bool) (*ec2.AssociateAddressOutput, error) {
	return p.ec2.AssociateAddress(p.ctx, &ec2.AssociateAddressInput{AllocationId: str(allocation), InstanceId: str(instance), AllowReassociation: move})
}

func (p *place) address(allocation string) types.Address {
	return got(p.ec2.DescribeAddresses(p.ctx, &ec2.DescribeAddressesInput{AllocationIds: []string{allocation}})).Addresses[0]
}

// two launches a pair of running instances.
func (p *place) two() (a, b string) {
	in := p.order("pair")
	in.MinCount, in.MaxCount = num(2), num(2)
	out := got(p.ec2.RunInstances(p.ctx, in)).Instances
	p.wait(settled)
	return *out[0].InstanceId, *out[1].InstanceId
}

func allocated(p *place) {
	id, ip := p.allocate()
	a := p.address(id)
	same("address", *a.PublicIp, ip)
	same("id", strings.HasPrefix(id, "eipalloc-"), true)
	same("in use", a.AssociationId != nil && *a.AssociationId != "", false)
}

func sixth(p *place) {
	for range 5 {
		p.allocate()
	}
	same("code", code(p.ec2.AllocateAddress(p.ctx, &ec2.AllocateAddressInput{})), "AddressLimitExceeded")
}

func associated(p *place) {
	id := p.launch()
	allocation, ip := p.allocate()
	made := got(p.put(allocation, id, new(false)))
	i := p.instance(id)
	same("public address", *i.PublicIpAddress, ip)
	same("public name tells it", strings.Contains(*i.PublicDnsName, strings.ReplaceAll(ip, ".", "-")), true)
	a := p.address(allocation)
	same("association", *a.AssociationId, *made.AssociationId)
	same("instance", *a.InstanceId, id)
	same("private address", *a.PrivateIpAddress, *i.PrivateIpAddress)
}

func associatedAgain(p *place) {
	id := p.launch()
	allocation, ip := p.allocate()
	got(p.put(allocation, id, new(true)))
	got(p.put(allocation, id, new(true)))
	same("public address", *p.instance(id).PublicIpAddress, ip)
}

func notMoved(p *place) {
	one, two := p.two()
	allocation, _ := p.allocate()
	got(p.put(allocation, one, new(false)))
	same("code", code(p.put(allocation, two, new(false))), "Resource.AlreadyAssociated")
	same("instance", *p.address(allocation).InstanceId, one)
}

func movedUnsaid(p *place) {
	one, two := p.two()
	allocation, _ := p.allocate()
	got(p.put(allocation, one, nil))
	got(p.put(allocation, two, nil))
	same("instance", *p.address(allocation).InstanceId, two)
}

func moved(p *place) {
	one, two := p.two()
	allocation, ip := p.allocate()
	first := got(p.put(allocation, one, new(false)))
	next := got(p.put(allocation, two, new(true)))
	same("the same association", *next.AssociationId == *first.AssociationId, false)
	same("on the new instance", *p.instance(two).PublicIpAddress, ip)
	same("still on the old instance", *p.instance(one).PublicIpAddress == ip, false)
}

func second(p *place) {
	id := p.launch()
	first, _ := p.allocate()
	next, ip := p.allocate()
	got(p.put(first, id, new(false)))
	got(p.put(next, id, new(false)))
	a := p.address(first)
	same("the first is free", a.AssociationId == nil || *a.AssociationId == "", true)
	same("public address", *p.instance(id).PublicIpAddress, ip)
}

func onPending(p *place) {
	id := *got(p.ec2.RunInstances(p.ctx, p.order("one"))).Instances[0].InstanceId
	allocation, _ := p.allocate()
	same("code", code(p.put(allocation, id, new(false))), "InvalidInstanceID")
}

func onTerminated(p *place) {
	id := p.launch()
	p.terminate(id)
	allocation, _ := p.allocate()
	same("code", code(p.put(allocation, id, new(false))), "InvalidInstanceID")
}

func overStop(p *place) {
	id := p.launch()
	allocation, ip := p.allocate()
	got(p.put(allocation, id, new(false)))
	p.stop(id)
	got(p.ec2.StartInstances(p.ctx, &ec2.StartInstancesInput{InstanceIds: []string{id}}))
	p.wait(settled)
	same("public address", *p.instance(id).PublicIpAddress, ip)
	same("instance", *p.address(allocation).InstanceId, id)
}

func overTermination(p *place) {
	id := p.launch()
	allocation, _ := p.allocate()
	got(p.put(allocation, id, new(false)))
	p.terminate(id)
	a := p.address(allocation)
	same("free", a.AssociationId == nil || *a.AssociationId == "", true)
}

func disassociated(p *place) {
	id := p.launch()
	allocation, ip := p.allocate()
	made := got(p.put(allocation, id, new(false)))
	got(p.ec2.DisassociateAddress(p.ctx, &ec2.DisassociateAddressInput{AssociationId: made.AssociationId}))
	a := p.address(allocation)
	same("free", a.AssociationId == nil || *a.AssociationId == "", true)
	now := p.instance(id).PublicIpAddress
	same("another one", now != nil && *now != ip, true)
}

func notAssociated(p *place) {
	in := &ec2.DisassociateAddressInput{AssociationId: str("eipassoc-00000000000000000")}
	same("code", code(p.ec2.DisassociateAddress(p.ctx, in)), "InvalidAssociationID.NotFound")
}

func (p *place) release(allocation string) string {
	return code(p.ec2.ReleaseAddress(p.ctx, &ec2.ReleaseAddressInput{AllocationId: str(allocation)}))
}

func released(p *place) {
	allocation, _ := p.allocate()
	same("first", p.release(allocation), "done")
	same("shown", code(p.ec2.DescribeAddresses(p.ctx, &ec2.DescribeAddressesInput{AllocationIds: []string{allocation}})), "InvalidAllocationID.NotFound")
	same("second", p.release(allocation), "InvalidAllocationID.NotFound")
}

func releasedInUse(p *place) {
	id := p.launch()
	allocation, _ := p.allocate()
	got(p.put(allocation, id, new(false)))
	same("code", p.release(allocation), "done")
}

func notReleased(p *place) {
	id := p.launch()
	allocation, _ := p.allocate()
	got(p.put(allocation, id, new(false)))
	same("code", p.release(allocation), "InvalidIPAddress.InUse")
	same("instance", *p.address(allocation).InstanceId, id)
}

func noAllocation(p *place) {
	same("code", code(p.put("eipalloc-00000000000000000", p.launch(), new(false))), "InvalidAllocationID.NotFound")
}

func onNothing(p *place) {
	allocation, _ := p.allocate()
	same("code", code(p.put(allocation, "i-00000000000000000", new(false))), "InvalidInstanceID.NotFound")
}

func addressesFound(p *place) {
	id := p.launch()
	used, _ := p.allocate()
	got(p.put(used, id, new(false)))
	idle, _ := p.allocate()
	got(p.ec2.CreateTags(p.ctx, &ec2.CreateTagsInput{Resources: []string{idle}, Tags: []types.Tag{tag("run", "7")}}))
	for want, f := range map[string]types.Filter{used: filter("instance-id", id), idle: filter("tag:run", "7")} {
		all := got(p.ec2.DescribeAddresses(p.ctx, &ec2.DescribeAddressesInput{Filters: []types.Filter{f}})).Addresses
		same(*f.Name, len(all) == 1 && *all[0].AllocationId == want, true)
	}
}
