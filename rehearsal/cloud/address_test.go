package cloud_test

// address_test.go: Elastic IPs, where AWS surprises most.

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"tminus/rehearsal/cloud"
)

func (b *bench) allocate() (allocationID, ip string) {
	b.Helper()
	out := must(b.ec2.AllocateAddress(b.Context(), &ec2.AllocateAddressInput{Domain: "vpc", TagSpecifications: runTag("elastic-ip")}))(b)
	return *out.AllocationId, *out.PublicIp
}

func (b *bench) associate(allocationID, instanceID string, again *bool) (string, error) {
	out, err := b.ec2.AssociateAddress(b.Context(), &ec2.AssociateAddressInput{AllocationId: &allocationID, InstanceId: &instanceID, AllowReassociation: again})
	if err != nil {
		return "", err
	}
	return *out.AssociationId, nil
}

func TestAssociationMovesTheName(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	id, _ := b.launch()
	auto := *b.instance(id).PublicIpAddress
	autoName := *b.instance(id).PublicDnsName
	alloc, ip := b.allocate()
	if _, ok := b.account.At(ip); ok {
		t.Fatal("an address nobody uses is answered")
	}
	assoc := must(b.associate(alloc, id, aws.Bool(false)))(t)
	if i := b.instance(id); *i.PublicIpAddress != ip || *i.PublicDnsName == autoName {
		t.Fatalf("after associate the instance is at %s, %s", *i.PublicIpAddress, *i.PublicDnsName)
	}
	e, ok := b.account.At(ip)
	if late := e.RoutedAt.Sub(b.clock.now()); !ok || e.InstanceID != id || late < 3*time.Second || late > 6*time.Second {
		t.Fatalf("traffic follows the association after %v, to %s", late, e.InstanceID)
	}
	if _, ok := b.account.At(auto); ok {
		t.Fatal("the automatic address still leads to the instance")
	}
	if got := b.account.Resolve(autoName); got != nil {
		t.Fatalf("the old name still resolves to %v", got)
	}
	if got := b.account.Resolve(*b.instance(id).PublicDnsName); len(got) != 1 || got[0] != ip {
		t.Fatalf("the new name resolves to %v", got)
	}
	if same := must(b.associate(alloc, id, aws.Bool(false)))(t); same != assoc {
		t.Fatalf("associating again made %s of %s", same, assoc)
	}
	_, err := b.ec2.ReleaseAddress(ctx, &ec2.ReleaseAddressInput{AllocationId: &alloc})
	refused(t, err, "InvalidIPAddress.InUse")
	a := must(b.ec2.DescribeAddresses(ctx, &ec2.DescribeAddressesInput{Filters: tagFilter()}))(t).Addresses[0]
	if *a.AssociationId != assoc || *a.InstanceId != id || *a.PublicIp != ip {
		t.Fatalf("address %+v", a)
	}
	must(b.ec2.DisassociateAddress(ctx, &ec2.DisassociateAddressInput{AssociationId: &assoc}))(t)
	if now := *b.instance(id).PublicIpAddress; now == auto || now == ip {
		t.Fatalf("after disassociate the address is %s again", now)
	}
	_, err = b.ec2.DisassociateAddress(ctx, &ec2.DisassociateAddressInput{AssociationId: &assoc})
	refused(t, err, "InvalidAssociationID.NotFound")
	must(b.ec2.ReleaseAddress(ctx, &ec2.ReleaseAddressInput{AllocationId: &alloc}))(t)
	_, err = b.ec2.ReleaseAddress(ctx, &ec2.ReleaseAddressInput{AllocationId: &alloc})
	refused(t, err, "InvalidAllocationID.NotFound")
}

func TestReassociation(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	one, group := b.launch()
	two := *must(b.ec2.RunInstances(ctx, launchInput(group, "T4-2")))(t).Instances[0].InstanceId
	alloc, ip := b.allocate()
	_, err := b.associate(alloc, two, nil)
	refused(t, err, "InvalidInstanceID") // still pending
	b.clock.pass(31 * time.Second)
	must(b.associate(alloc, one, nil))(t)
	_, err = b.associate(alloc, two, aws.Bool(false))
	refused(t, err, "Resource.AlreadyAssociated")
	must(b.associate(alloc, two, nil))(t) // left out means: move
	if e, _ := b.account.At(ip); e.InstanceID != two {
		t.Fatalf("the address leads to %s", e.InstanceID)
	}
	if a := b.instance(one).PublicIpAddress; a == nil || *a == ip {
		t.Fatalf("the loser is at %v", a)
	}
	second, _ := b.allocate()
	must(b.associate(second, two, nil))(t)
	first := must(b.ec2.DescribeAddresses(ctx, &ec2.DescribeAddressesInput{AllocationIds: []string{alloc}}))(t).Addresses[0]
	if first.AssociationId != nil {
		t.Fatal("a second address on an instance left the first associated")
	}
	must(b.ec2.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{two}}))(t)
	if a := must(b.ec2.DescribeAddresses(ctx, &ec2.DescribeAddressesInput{AllocationIds: []string{second}}))(t).Addresses[0]; a.AssociationId != nil {
		t.Fatal("a terminated instance keeps its address")
	}
	_, err = b.associate(alloc, two, nil)
	refused(t, err, "InvalidInstanceID")
}

func TestAddressQuota(t *testing.T) {
	b := open(t)
	for range 5 {
		b.allocate()
	}
	_, err := b.ec2.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{})
	refused(t, err, "AddressLimitExceeded")
}

func TestForeignActor(t *testing.T) {
	b := open(t)
	foreign, err := b.account.Settle(cloud.Tag{Key: "Name", Value: "batch"})
	if err != nil {
		t.Fatal(err)
	}
	if s := b.instance(foreign).State.Name; s != "running" {
		t.Fatalf("the foreign instance is %s", s)
	}
	id, _ := b.launch()
	alloc, ip := b.allocate()
	if got, err := b.account.Seize(foreign); err != nil || got != ip {
		t.Fatalf("seized %q, %v", got, err)
	}
	_, err = b.associate(alloc, id, aws.Bool(false))
	refused(t, err, "Resource.AlreadyAssociated")
	if got, err := b.account.Seize(foreign); err != nil || got != "" {
		t.Fatalf("with no free address, seized %q, %v", got, err)
	}
}
