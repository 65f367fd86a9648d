package contract

// launch_test.go: RunInstances, and what its client token promises.

import (
	"encoding/base64"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

const (
	idempotency = "EC2 Developer Guide: Ensuring idempotency"
	codes       = "EC2: Error codes"
)

func launches() []scenario {
	return []scenario{
		{name: "a token launches once", says: "a repeated request with the same client token and parameters answers with the same instance and launches none",
			source: idempotency, run: tokenOnce, moto: lack{"launches a second instance", "2, want 1"}},
		{name: "a token in many hands", says: "of concurrent requests with one client token no more than one launches",
			source: idempotency, run: tokenInManyHands, moto: lack{"launches one for each", "4, want 1"}},
		{name: "a token with another type", says: "a client token with other parameters is refused with IdempotentParameterMismatch",
			source: idempotency, run: tokenOtherType, moto: lack{"launches", "done, want IdempotentParameterMismatch"}},
		{name: "a token with other tags", says: "tags are parameters too: IdempotentParameterMismatch",
			source: idempotency, run: tokenOtherTags, moto: lack{"launches", "done, want IdempotentParameterMismatch"}},
		{name: "a token burnt by termination", says: "a client token whose instance was terminated is refused with IdempotentInstanceTerminated",
			source: idempotency, run: tokenBurnt, moto: lack{"launches", "done, want IdempotentInstanceTerminated"}},
		{name: "a token too long", says: "a client token has up to 64 ASCII characters",
			source: "RunInstances", run: tokenTooLong, moto: lack{"takes any", "done, want InvalidParameterValue"}},
		{name: "a token finds its instance", says: "DescribeInstances filters by client-token",
			source: "DescribeInstances", run: tokenFinds, moto: lack{"answers 500: it does not know the filter", "StatusCode: 500"}},
		{name: "many by one request", says: "a launch of several puts them into one reservation",
			source: "RunInstances", run: manyByOne, moto: lack{"launches MinCount and no more", "launched: 1, want 3"}},
		{name: "fewest above most", says: "MinCount is not above MaxCount: InvalidParameterValue",
			source: "RunInstances", run: fewestAboveMost, moto: lack{"launches", "done, want InvalidParameterValue"}},
		{name: "a type that does not exist", says: "InvalidParameterValue for a value of a parameter that is not valid",
			source: codes, run: unknownType, moto: lack{"launches it", "done, want InvalidParameterValue"}},
		{name: "a key pair that does not exist", says: "it is refused with InvalidKeyPair.NotFound", source: codes,
			run: unknownKey, moto: lack{"launches without it unless told otherwise by a variable", "done, want InvalidKeyPair.NotFound"}},
		{name: "a subnet that does not exist", says: "it is refused with InvalidSubnetID.NotFound", source: codes, run: unknownSubnet},
		{name: "a group that does not exist", says: "it is refused with InvalidGroup.NotFound", source: codes, run: unknownGroup},
		{name: "user data not in base64", says: "user data comes in base64 and has up to 16 KB; it is refused with InvalidUserData.Malformed", source: codes,
			run: badUserData, moto: lack{"takes it", "done, want InvalidUserData.Malformed"}},
		{name: "user data kept", says: "DescribeInstanceAttribute gives the user data back as it was sent", source: "DescribeInstanceAttribute", run: userDataKept},
		{name: "no public address while pending", says: "an instance gets its public address when it starts, after the answer to RunInstances",
			source: "EC2 User Guide: Instance IP addressing", run: noAddressYet, moto: lack{"has it in the answer", "an address, want none"}},
		{name: "shut down from within", says: "an instance that shuts itself down is stopped unless the launch says terminate",
			source: "RunInstances", run: shutdownStops},
	}
}

func tokenOnce(p *place) {
	first := got(p.ec2.RunInstances(p.ctx, p.order("one")))
	p.wait(settled)
	again := got(p.ec2.RunInstances(p.ctx, p.order("one")))
	same("instances", len(p.found()), 1)
	same("its id", *again.Instances[0].InstanceId, *first.Instances[0].InstanceId)
	same("its reservation", *again.ReservationId, *first.ReservationId)
}

func tokenInManyHands(p *place) {
	errs := make([]error, 4)
	var all sync.WaitGroup
	for n := range errs {
		all.Go(func() { _, errs[n] = p.ec2.RunInstances(p.ctx, p.order("one")) })
	}
	all.Wait()
	for _, err := range errs {
		got(true, err)
	}
	same("instances", len(p.found()), 1)
}

func tokenOtherType(p *place) {
	got(p.ec2.RunInstances(p.ctx, p.order("one")))
	other := p.order("one")
	other.InstanceType = types.InstanceTypeT2Small
	same("code", code(p.ec2.RunInstances(p.ctx, other)), "IdempotentParameterMismatch")
}

func tokenOtherTags(p *place) {
	got(p.ec2.RunInstances(p.ctx, p.order("one")))
	other := p.order("one")
	other.TagSpecifications = []types.TagSpecification{{ResourceType: types.ResourceTypeInstance, Tags: []types.Tag{tag("run", "2")}}}
	same("code", code(p.ec2.RunInstances(p.ctx, other)), "IdempotentParameterMismatch")
}

func tokenBurnt(p *place) {
	p.terminate(*got(p.ec2.RunInstances(p.ctx, p.order("one"))).Instances[0].InstanceId)
	same("code", code(p.ec2.RunInstances(p.ctx, p.order("one"))), "IdempotentInstanceTerminated")
}

func tokenTooLong(p *place) {
	same("code", code(p.ec2.RunInstances(p.ctx, p.order(strings.Repeat("x", 65)))), "InvalidParameterValue")
	got(p.ec2.RunInstances(p.ctx, p.order(strings.Repeat("x", 64))))
}

func tokenFinds(p *place) {
	made := got(p.ec2.RunInstances(p.ctx, p.order("one")))
	got(p.ec2.RunInstances(p.ctx, p.order("two")))
	all := p.found(filter("client-token", "one"))
	same("found", len(all), 1)
	same("its id", *all[0].InstanceId, *made.Instances[0].InstanceId)
	same("its token", *all[0].ClientToken, "one")
}

func manyByOne(p *place) {
	three := p.order("one")
	three.MaxCount = num(3)
	made := got(p.ec2.RunInstances(p.ctx, three))
	same("launched", len(made.Instances), 3)
	out := got(p.ec2.DescribeInstances(p.ctx, &ec2.DescribeInstancesInput{}))
	same("reservations", len(out.Reservations), 1)
	same("instances in it", len(out.Reservations[0].Instances), 3)
}

func fewestAboveMost(p *place) {
	in := p.order("one")
	in.MinCount = num(2)
	same("code", code(p.ec2.RunInstances(p.ctx, in)), "InvalidParameterValue")
}

func unknownType(p *place) {
	in := p.order("one")
	in.InstanceType = "t9.micro"
	same("code", code(p.ec2.RunInstances(p.ctx, in)), "InvalidParameterValue")
}

func unknownKey(p *place) {
	in := p.order("one")
	in.KeyName = str("nobody")
	same("code", code(p.ec2.RunInstances(p.ctx, in)), "InvalidKeyPair.NotFound")
}

func unknownSubnet(p *place) {
	in := p.order("one")
	in.SubnetId = str("subnet-00000000000000000")
	same("code", code(p.ec2.RunInstances(p.ctx, in)), "InvalidSubnetID.NotFound")
}

func unknownGroup(p *place) {
	in := p.order("one")
	in.SecurityGroupIds = []string{"sg-00000000000000000"}
	same("code", code(p.ec2.RunInstances(p.ctx, in)), "InvalidGroup.NotFound")
}

func badUserData(p *place) {
	in := p.order("one")
	in.UserData = str(base64.StdEncoding.EncodeToString(make([]byte, 16<<10+1)))
	same("too much", code(p.ec2.RunInstances(p.ctx, in)), "InvalidUserData.Malformed")
	in.UserData = str("#!/bin/sh")
	same("not base64", code(p.ec2.RunInstances(p.ctx, in)), "InvalidUserData.Malformed")
}

func userDataKept(p *place) {
	in := p.order("one")
	in.UserData = str(base64.StdEncoding.EncodeToString([]byte("#!/bin/sh")))
	id := got(p.ec2.RunInstances(p.ctx, in)).Instances[0].InstanceId
	out := got(p.ec2.DescribeInstanceAttribute(p.ctx, &ec2.DescribeInstanceAttributeInput{InstanceId: id, Attribute: types.InstanceAttributeNameUserData}))
	same("user data", *out.UserData.Value, *in.UserData)
}

func noAddressYet(p *place) {
	made := got(p.ec2.RunInstances(p.ctx, p.order("one"))).Instances[0]
	if made.PublicIpAddress != nil {
		same("in the answer", "an address", "none")
	}
	p.wait(settled)
	same("has one later", p.instance(*made.InstanceId).PublicIpAddress != nil, true)
}

func shutdownStops(p *place) {
	out := got(p.ec2.DescribeInstanceAttribute(p.ctx, &ec2.DescribeInstanceAttributeInput{InstanceId: str(p.launch()),
		Attribute: types.InstanceAttributeNameInstanceInitiatedShutdownBehavior}))
	same("behaviour", *out.InstanceInitiatedShutdownBehavior.Value, "stop")
}
