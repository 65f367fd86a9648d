package awsops

// permission.go: the dry door: every change of EC2 can be tried without being made, and so
// what the credentials may do is known beforehand.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// dry is builds of which nothing is built: it marks a copy of each input as a dry run, so
// that nobody behind it can forget to. The real ones are not embedded: a change added to
// builds does not compile before it has its dry form here.
type dry struct{ real builds }

var _ builds = dry{}

type option = func(*ec2.Options)

// dry is the door to EC2 that changes nothing. Its calls are looks.
func (a *Account) dry() dry { return dry{a.live.Load().write.builds} }

func (d dry) ImportKeyPair(ctx context.Context, in *ec2.ImportKeyPairInput, o ...option) (*ec2.ImportKeyPairOutput, error) {
	try := *in
	try.DryRun = aws.Bool(true)
	return d.real.ImportKeyPair(ctx, &try, o...)
}

func (d dry) DeleteKeyPair(ctx context.Context, in *ec2.DeleteKeyPairInput, o ...option) (*ec2.DeleteKeyPairOutput, error) {
	try := *in
	try.DryRun = aws.Bool(true)
	return d.real.DeleteKeyPair(ctx, &try, o...)
}

func (d dry) CreateSecurityGroup(ctx context.Context, in *ec2.CreateSecurityGroupInput, o ...option) (*ec2.CreateSecurityGroupOutput, error) {
	try := *in
	try.DryRun = aws.Bool(true)
	return d.real.CreateSecurityGroup(ctx, &try, o...)
}

func (d dry) DeleteSecurityGroup(ctx context.Context, in *ec2.DeleteSecurityGroupInput, o ...option) (*ec2.DeleteSecurityGroupOutput, error) {
	try := *in
	try.DryRun = aws.Bool(true)
	return d.real.DeleteSecurityGroup(ctx, &try, o...)
}

func (d dry) AuthorizeSecurityGroupIngress(ctx context.Context, in *ec2.AuthorizeSecurityGroupIngressInput, o ...option) (*ec2.AuthorizeSecurityGroupIngressOutput, error) {
	try := *in
	try.DryRun = aws.Bool(true)
	return d.real.AuthorizeSecurityGroupIngress(ctx, &try, o...)
}

func (d dry) RunInstances(ctx context.Context, in *ec2.RunInstancesInput, o ...option) (*ec2.RunInstancesOutput, error) {
	try := *in
	try.DryRun = aws.Bool(true)
	return d.real.RunInstances(ctx, &try, o...)
}

func (d dry) StopInstances(ctx context.Context, in *ec2.StopInstancesInput, o ...option) (*ec2.StopInstancesOutput, error) {
	try := *in
	try.DryRun = aws.Bool(true)
	return d.real.StopInstances(ctx, &try, o...)
}

func (d dry) TerminateInstances(ctx context.Context, in *ec2.TerminateInstancesInput, o ...option) (*ec2.TerminateInstancesOutput, error) {
	try := *in
	try.DryRun = aws.Bool(true)
	return d.real.TerminateInstances(ctx, &try, o...)
}

func (d dry) AllocateAddress(ctx context.Context, in *ec2.AllocateAddressInput, o ...option) (*ec2.AllocateAddressOutput, error) {
	try := *in
	try.DryRun = aws.Bool(true)
	return d.real.AllocateAddress(ctx, &try, o...)
}

func (d dry) ReleaseAddress(ctx context.Context, in *ec2.ReleaseAddressInput, o ...option) (*ec2.ReleaseAddressOutput, error) {
	try := *in
	try.DryRun = aws.Bool(true)
	return d.real.ReleaseAddress(ctx, &try, o...)
}

func (d dry) AssociateAddress(ctx context.Context, in *ec2.AssociateAddressInput, o ...option) (*ec2.AssociateAddressOutput, error) {
	try := *in
	try.DryRun = aws.Bool(true)
	return d.real.AssociateAddress(ctx, &try, o...)
}

func (d dry) DisassociateAddress(ctx context.Context, in *ec2.DisassociateAddressInput, o ...option) (*ec2.DisassociateAddressOutput, error) {
	try := *in
	try.DryRun = aws.Bool(true)
	return d.real.DisassociateAddress(ctx, &try, o...)
}
