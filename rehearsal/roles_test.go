package rehearsal_test

// roles_test.go: the world's roles: with a code to deploy, without one to look.

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"tminus/rehearsal"
	"tminus/rehearsal/cloud"
)

func TestRoles(t *testing.T) {
	b := open(t, "")
	o := b.ec2.Options()
	id, secret := b.Credentials()
	user := sts.New(sts.Options{Region: o.Region, BaseEndpoint: o.BaseEndpoint, HTTPClient: o.HTTPClient, Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, "")})
	assume := func(role, code string) (*ec2.Client, error) {
		in := &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::" + rehearsal.AccountID + ":role/" + role), RoleSessionName: aws.String("jc")}
		if code != "" {
			in.SerialNumber, in.TokenCode = aws.String(rehearsal.MFASerial), &code
		}
		out, err := user.AssumeRole(t.Context(), in)
		if err != nil {
			return nil, err
		}
		o.Credentials = credentials.NewStaticCredentialsProvider(*out.Credentials.AccessKeyId, *out.Credentials.SecretAccessKey, *out.Credentials.SessionToken)
		return ec2.New(o), nil
	}
	_, err := assume("deployer", "")
	refused(t, err, "AccessDenied")
	if code := cloud.MFACode(rehearsal.MFASerial); code != "845603" { // as docs/rehearsal.md says
		t.Errorf("the device shows %s", code)
	}
	deployer := must(assume("deployer", "845603"))(t)
	must(deployer.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{}))(t)
	watcher := must(assume("watcher", ""))(t)
	if n := len(must(watcher.DescribeAddresses(t.Context(), &ec2.DescribeAddressesInput{}))(t).Addresses); n != 1 {
		t.Errorf("the watcher sees %d addresses", n)
	}
	_, err = watcher.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{})
	refused(t, err, "UnauthorizedOperation")
}
