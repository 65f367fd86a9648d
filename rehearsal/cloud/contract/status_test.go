package contract

// status_test.go: what AWS tells of a machine from outside: checks, console, metadata options, volumes.

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func statuses() []scenario {
	const checks = "EC2 User Guide: Status checks"
	return []scenario{
		{name: "checks begin", says: "the status checks of a new instance are initializing for some minutes", source: checks, run: checksBegin,
			moto: lack{"is ok at once", "instance check: ok, want initializing"}},
		{name: "checks pass", says: "then system and instance check are ok, reachability passed", source: checks, run: checksPass},
		{name: "checks of the attached volumes", says: "attached EBS volumes have a check of their own", source: "DescribeInstanceStatus", run: checksVolumes,
			moto: lack{"does not know it", "told: false, want true"}},
		{name: "checks begin again", says: "they begin anew with the next start", source: checks, run: checksAgain,
			moto: lack{"is ok at once", "instance check: ok, want initializing"}},
		{name: "only what runs has a status", says: "DescribeInstanceStatus lists running instances, others with IncludeAllInstances only", source: "DescribeInstanceStatus", run: statusOfStopped},
		{name: "the console comes late", says: "console output is posted some time after a start; before, it is empty", source: "GetConsoleOutput", run: consoleLate,
			moto: lack{"has it at once", "empty at first: false, want true"}},
		{name: "the console tells the host key", says: "on first boot cloud-init prints the fingerprints of the SSH host keys on the console", source: "EC2 User Guide: Connect with SSH",
			run: consoleFingerprint, moto: lack{"has one fixed text of 2006 without any", "fingerprints on it: false, want true"}},
		{name: "the latest console", says: "Latest is for types on the Nitro System only: UnsupportedOperation", source: "GetConsoleOutput", run: consoleLatest,
			moto: lack{"takes it on any", "done, want UnsupportedOperation"}},
		{name: "detailed monitoring", says: "monitoring is disabled, pending after MonitorInstances, then enabled", source: "MonitorInstances", run: monitored,
			moto: lack{"answers 500: not implemented", "StatusCode: 500"}},
	}
}

func (p *place) status(id string) types.InstanceStatus {
	out := got(p.ec2.DescribeInstanceStatus(p.ctx, &ec2.DescribeInstanceStatusInput{InstanceIds: []string{id}}))
	same("told", len(out.InstanceStatuses), 1)
	return out.InstanceStatuses[0]
}

func checksBegin(p *place) {
	id := *got(p.ec2.RunInstances(p.ctx, p.order("one"))).Instances[0].InstanceId
	p.wait(time.Minute)
	s := p.status(id)
	same("instance check", s.InstanceStatus.Status, types.SummaryStatusInitializing)
	same("system check", s.SystemStatus.Status, types.SummaryStatusInitializing)
}

func checksPass(p *place) {
	s := p.status(p.launch())
	same("instance check", s.InstanceStatus.Status, types.SummaryStatusOk)
	same("system check", s.SystemStatus.Status, types.SummaryStatusOk)
	same("reachability", s.InstanceStatus.Details[0].Status, types.StatusTypePassed)
}

func checksVolumes(p *place) {
	s := p.status(p.launch()).AttachedEbsStatus
	same("told", s != nil, true)
	same("volumes' check", s.Status, types.SummaryStatusOk)
}

func checksAgain(p *place) {
	id := p.launch()
	p.stop(id)
	got(p.ec2.StartInstances(p.ctx, &ec2.StartInstancesInput{InstanceIds: []string{id}}))
	p.wait(time.Minute)
	same("instance check", p.status(id).InstanceStatus.Status, types.SummaryStatusInitializing)
}

func statusOfStopped(p *place) {
	id := p.launch()
	p.stop(id)
	in := &ec2.DescribeInstanceStatusInput{InstanceIds: []string{id}}
	same("without", len(got(p.ec2.DescribeInstanceStatus(p.ctx, in)).InstanceStatuses), 0)
	in.IncludeAllInstances = new(true)
	all := got(p.ec2.DescribeInstanceStatus(p.ctx, in)).InstanceStatuses
	same("with IncludeAllInstances", len(all), 1)
	same("check", all[0].InstanceStatus.Status, types.SummaryStatusNotApplicable)
}

func (p *place) console(id string) string {
	out := got(p.ec2.GetConsoleOutput(p.ctx, &ec2.GetConsoleOutputInput{InstanceId: str(id)}))
	if out.Output == nil {
		return ""
	}
	return string(got(base64.StdEncoding.DecodeString(*out.Output)))
}

func consoleLate(p *place) {
	id := *got(p.ec2.RunInstances(p.ctx, p.order("one"))).Instances[0].InstanceId
	p.wait(30 * time.Second)
	same("empty at first", p.console(id) == "", true)
	p.wait(settled)
	same("empty later", p.console(id) == "", false)
}

func consoleFingerprint(p *place) {
	text := p.console(p.launch())
	same("fingerprints on it", strings.Contains(text, "-----BEGIN SSH HOST KEY FINGERPRINTS-----") && strings.Contains(text, "256 SHA256:"), true)
}

func consoleLatest(p *place) {
	in := &ec2.GetConsoleOutputInput{InstanceId: str(p.launch()), Latest: new(true)}
	same("code", code(p.ec2.GetConsoleOutput(p.ctx, in)), "UnsupportedOperation")
}

func monitored(p *place) {
	id := p.launch()
	same("at first", p.instance(id).Monitoring.State, types.MonitoringStateDisabled)
	out := got(p.ec2.MonitorInstances(p.ctx, &ec2.MonitorInstancesInput{InstanceIds: []string{id}}))
	same("answer", out.InstanceMonitorings[0].Monitoring.State, types.MonitoringStatePending)
	p.wait(settled)
	same("then", p.instance(id).Monitoring.State, types.MonitoringStateEnabled)
}

func metadata() []scenario {
	const options = "EC2 User Guide: Instance metadata options"
	return []scenario{
		{name: "metadata unless said otherwise", says: "tokens are optional, one hop, endpoint enabled, unless launch, account or image say otherwise", source: options, run: metadataDefault},
		{name: "metadata as the image wants", says: "an image with ImdsSupport v2.0 makes tokens required and the hop limit 2", source: options, run: metadataOfImage,
			moto: lack{"has no such image", "tokens: optional, want required"}},
		{name: "metadata as the launch wants", says: "the options of the launch come before the image's", source: options, run: metadataOfLaunch},
		{name: "metadata changed later", says: "ModifyInstanceMetadataOptions changes what is named and keeps the rest", source: "ModifyInstanceMetadataOptions", run: metadataChanged,
			moto: lack{"forgets what is not named", "hops: "}},
		{name: "metadata with nothing to change", says: "at least one option must be given: InvalidParameterCombination", source: "ModifyInstanceMetadataOptions", run: metadataNothing,
			moto: lack{"takes it", "done, want InvalidParameterCombination"}},
		{name: "too many hops", says: "the hop limit is from 1 to 64: InvalidParameterValue", source: "ModifyInstanceMetadataOptions", run: metadataHops,
			moto: lack{"takes it", "done, want InvalidParameterValue"}},
	}
}

func sameMetadata(o *types.InstanceMetadataOptionsResponse, tokens types.HttpTokensState, hops int32) {
	same("tokens", o.HttpTokens, tokens)
	same("hops", *o.HttpPutResponseHopLimit, hops)
	same("endpoint", o.HttpEndpoint, types.InstanceMetadataEndpointStateEnabled)
}

func metadataDefault(p *place) {
	sameMetadata(p.instance(p.launch()).MetadataOptions, types.HttpTokensStateOptional, 1)
}

func metadataOfImage(p *place) {
	in := p.order("one")
	in.ImageId = str(p.ground.tokens)
	id := *got(p.ec2.RunInstances(p.ctx, in)).Instances[0].InstanceId
	sameMetadata(p.instance(id).MetadataOptions, types.HttpTokensStateRequired, 2)
}

func metadataOfLaunch(p *place) {
	in := p.order("one")
	in.MetadataOptions = &types.InstanceMetadataOptionsRequest{HttpTokens: types.HttpTokensStateRequired, HttpPutResponseHopLimit: num(3), HttpEndpoint: types.InstanceMetadataEndpointStateEnabled}
	id := *got(p.ec2.RunInstances(p.ctx, in)).Instances[0].InstanceId
	sameMetadata(p.instance(id).MetadataOptions, types.HttpTokensStateRequired, 3)
}

func metadataChanged(p *place) {
	id := p.launch()
	got(p.ec2.ModifyInstanceMetadataOptions(p.ctx, &ec2.ModifyInstanceMetadataOptionsInput{InstanceId: str(id), HttpPutResponseHopLimit: num(2)}))
	got(p.ec2.ModifyInstanceMetadataOptions(p.ctx, &ec2.ModifyInstanceMetadataOptionsInput{InstanceId: str(id), HttpTokens: types.HttpTokensStateRequired}))
	sameMetadata(p.instance(id).MetadataOptions, types.HttpTokensStateRequired, 2)
}

func metadataNothing(p *place) {
	in := &ec2.ModifyInstanceMetadataOptionsInput{InstanceId: str(p.launch())}
	same("code", code(p.ec2.ModifyInstanceMetadataOptions(p.ctx, in)), "InvalidParameterCombination")
}

func metadataHops(p *place) {
	in := &ec2.ModifyInstanceMetadataOptionsInput{InstanceId: str(p.launch()), HttpPutResponseHopLimit: num(65)}
	same("code", code(p.ec2.ModifyInstanceMetadataOptions(p.ctx, in)), "InvalidParameterValue")
}
