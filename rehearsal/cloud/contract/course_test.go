package contract

// course_test.go: the states of an instance, and from which of them it can be sent where.

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func courses() []scenario {
	const life = "EC2 User Guide: Instance lifecycle"
	wrong := func(what string) lack { return lack{what, "done, want IncorrectInstanceState"} }
	return []scenario{
		{name: "a launch is pending, then running", says: "a launched instance is pending (0) and then running (16)", source: life, run: pendingThenRunning},
		{name: "pending lasts", says: "an instance stays pending until it has booted", source: life, run: pendingLasts,
			moto: lack{"runs at the next look", "state: running, want pending"}},
		{name: "a stop takes its time", says: "a stopped instance is stopping (64) and then stopped (80)", source: "StopInstances", run: stoppingThenStopped},
		{name: "stopping lasts", says: "an instance stays stopping until it is shut down", source: life, run: stoppingLasts,
			moto: lack{"is stopped at the next look", "state: stopped, want stopping"}},
		{name: "a start goes on", says: "a started instance is pending and then running, with its id, private address and volumes", source: "StartInstances", run: startedAgain},
		{name: "termination ends", says: "a terminated instance is shutting-down (32), then terminated (48), and still shown", source: "TerminateInstances", run: terminated},
		{name: "termination is idempotent", says: "to terminate a terminated instance is no error", source: "TerminateInstances", run: terminatedTwice},
		{name: "one bad id spares all", says: "of several instances none is terminated if one of them does not exist", source: "TerminateInstances", run: oneBadID},
		{name: "the terminated disappear", says: "a terminated instance is shown for about an hour", source: life, run: disappears,
			moto: lack{"shows it for ever: no time passes there", "done, want InvalidInstanceID.NotFound"}},
		{name: "termination protection", says: "an instance with disableApiTermination is not terminated: OperationNotPermitted", source: "TerminateInstances", run: protected},
		{name: "protection from the launch", says: "DisableApiTermination may be asked for with the launch", source: "RunInstances", run: protectedAtLaunch,
			moto: lack{"forgets it", "done, want OperationNotPermitted"}},
		{name: "no stop while pending", says: "only what runs can be stopped: IncorrectInstanceState", source: codes, run: stopPending,
			moto: wrong("stops it")},
		{name: "no start after termination", says: "a terminated instance cannot be started: IncorrectInstanceState", source: life, run: startTerminated,
			moto: wrong("starts it")},
		{name: "no reboot while stopped", says: "only what runs can be rebooted: IncorrectInstanceState", source: codes, run: rebootStopped,
			moto: wrong("reboots it")},
		{name: "a reboot keeps everything", says: "a rebooted instance keeps its addresses and goes on running", source: "RebootInstances", run: rebootKeeps},
		{name: "the type changes while stopped", says: "the instance type is changed while stopped only: IncorrectInstanceState", source: "ModifyInstanceAttribute", run: typeWhileStopped,
			moto: wrong("changes it while it runs")},
		{name: "a stop gives back the address", says: "a stopped instance has no public address, a started one another", source: "EC2 User Guide: Instance IP addressing", run: addressAfterStop},
		{name: "an instance that is not there", says: "it is refused with InvalidInstanceID.NotFound", source: codes, run: instanceNotFound},
		{name: "a malformed instance id", says: "it is refused with InvalidInstanceID.Malformed", source: codes, run: instanceMalformed,
			moto: lack{"says that it is not found", "InvalidInstanceID.NotFound, want InvalidInstanceID.Malformed"}},
	}
}

func pendingThenRunning(p *place) {
	made := got(p.ec2.RunInstances(p.ctx, p.order("one"))).Instances[0]
	same("at first", made.State.Name, types.InstanceStateNamePending)
	same("its code", *made.State.Code, 0)
	p.wait(settled)
	i := p.instance(*made.InstanceId)
	same("then", i.State.Name, types.InstanceStateNameRunning)
	same("its code", *i.State.Code, 16)
}

func pendingLasts(p *place) {
	made := got(p.ec2.RunInstances(p.ctx, p.order("one"))).Instances[0]
	p.wait(5 * time.Second)
	same("state", p.state(*made.InstanceId), types.InstanceStateNamePending)
}

func stoppingThenStopped(p *place) {
	id := p.launch()
	out := got(p.ec2.StopInstances(p.ctx, &ec2.StopInstancesInput{InstanceIds: []string{id}})).StoppingInstances[0]
	same("at first", out.CurrentState.Name, types.InstanceStateNameStopping)
	same("its code", *out.CurrentState.Code, 64)
	same("before", out.PreviousState.Name, types.InstanceStateNameRunning)
	p.wait(settled)
	i := p.instance(id)
	same("then", i.State.Name, types.InstanceStateNameStopped)
	same("its code", *i.State.Code, 80)
}

func stoppingLasts(p *place) {
	id := p.launch()
	got(p.ec2.StopInstances(p.ctx, &ec2.StopInstancesInput{InstanceIds: []string{id}}))
	p.wait(5 * time.Second)
	same("state", p.state(id), types.InstanceStateNameStopping)
}

func startedAgain(p *place) {
	id := p.launch()
	before := p.instance(id)
	p.stop(id)
	out := got(p.ec2.StartInstances(p.ctx, &ec2.StartInstancesInput{InstanceIds: []string{id}})).StartingInstances[0]
	same("at first", out.CurrentState.Name, types.InstanceStateNamePending)
	same("before", out.PreviousState.Name, types.InstanceStateNameStopped)
	p.wait(settled)
	after := p.instance(id)
	same("then", after.State.Name, types.InstanceStateNameRunning)
	same("private address", *after.PrivateIpAddress, *before.PrivateIpAddress)
	same("volume", *after.BlockDeviceMappings[0].Ebs.VolumeId, *before.BlockDeviceMappings[0].Ebs.VolumeId)
}

func terminated(p *place) {
	id := p.launch()
	out := got(p.ec2.TerminateInstances(p.ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{id}})).TerminatingInstances[0]
	same("at first", out.CurrentState.Name, types.InstanceStateNameShuttingDown)
	same("its code", *out.CurrentState.Code, 32)
	p.wait(settled)
	i := p.instance(id)
	same("then", i.State.Name, types.InstanceStateNameTerminated)
	same("its code", *i.State.Code, 48)
}

func terminatedTwice(p *place) {
	id := p.launch()
	p.terminate(id)
	p.terminate(id)
	same("state", p.state(id), types.InstanceStateNameTerminated)
}

func oneBadID(p *place) {
	id := p.launch()
	in := &ec2.TerminateInstancesInput{InstanceIds: []string{id, "i-00000000000000000"}}
	same("code", code(p.ec2.TerminateInstances(p.ctx, in)), "InvalidInstanceID.NotFound")
	p.wait(settled)
	same("the good one", p.state(id), types.InstanceStateNameRunning)
}

func disappears(p *place) {
	id := p.launch()
	p.terminate(id)
	p.wait(2 * time.Hour)
	same("code", code(p.ec2.DescribeInstances(p.ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{id}})), "InvalidInstanceID.NotFound")
}

func (p *place) protect(id string, on bool) {
	got(p.ec2.ModifyInstanceAttribute(p.ctx, &ec2.ModifyInstanceAttributeInput{InstanceId: str(id), DisableApiTermination: &types.AttributeBooleanValue{Value: new(on)}}))
}

func protected(p *place) {
	id := p.launch()
	p.protect(id, true)
	same("code", code(p.ec2.TerminateInstances(p.ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{id}})), "OperationNotPermitted")
	p.protect(id, false)
	p.terminate(id)
}

func protectedAtLaunch(p *place) {
	in := p.order("one")
	in.DisableApiTermination = new(true)
	id := *got(p.ec2.RunInstances(p.ctx, in)).Instances[0].InstanceId
	p.wait(settled)
	same("code", code(p.ec2.TerminateInstances(p.ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{id}})), "OperationNotPermitted")
}

func stopPending(p *place) {
	made := got(p.ec2.RunInstances(p.ctx, p.order("one"))).Instances[0]
	same("code", code(p.ec2.StopInstances(p.ctx, &ec2.StopInstancesInput{InstanceIds: []string{*made.InstanceId}})), "IncorrectInstanceState")
}

func startTerminated(p *place) {
	id := p.launch()
	p.terminate(id)
	same("code", code(p.ec2.StartInstances(p.ctx, &ec2.StartInstancesInput{InstanceIds: []string{id}})), "IncorrectInstanceState")
}

func rebootStopped(p *place) {
	id := p.launch()
	p.stop(id)
	same("code", code(p.ec2.RebootInstances(p.ctx, &ec2.RebootInstancesInput{InstanceIds: []string{id}})), "IncorrectInstanceState")
}

func rebootKeeps(p *place) {
	id := p.launch()
	before := p.instance(id)
	got(p.ec2.RebootInstances(p.ctx, &ec2.RebootInstancesInput{InstanceIds: []string{id}}))
	after := p.instance(id)
	same("state", after.State.Name, types.InstanceStateNameRunning)
	same("public address", *after.PublicIpAddress, *before.PublicIpAddress)
}

func typeWhileStopped(p *place) {
	id := p.launch()
	in := &ec2.ModifyInstanceAttributeInput{InstanceId: str(id), InstanceType: &types.AttributeValue{Value: str("t2.small")}}
	same("while running", code(p.ec2.ModifyInstanceAttribute(p.ctx, in)), "IncorrectInstanceState")
	p.stop(id)
	got(p.ec2.ModifyInstanceAttribute(p.ctx, in))
	same("type", p.instance(id).InstanceType, types.InstanceTypeT2Small)
}

func addressAfterStop(p *place) {
	id := p.launch()
	before := *p.instance(id).PublicIpAddress
	p.stop(id)
	same("none while stopped", p.instance(id).PublicIpAddress == nil, true)
	got(p.ec2.StartInstances(p.ctx, &ec2.StartInstancesInput{InstanceIds: []string{id}}))
	p.wait(settled)
	same("the same again", *p.instance(id).PublicIpAddress == before, false)
}

func instanceNotFound(p *place) {
	same("code", code(p.ec2.DescribeInstances(p.ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{"i-00000000000000000"}})), "InvalidInstanceID.NotFound")
}

func instanceMalformed(p *place) {
	same("code", code(p.ec2.DescribeInstances(p.ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{"i-scp"}})), "InvalidInstanceID.Malformed")
}
