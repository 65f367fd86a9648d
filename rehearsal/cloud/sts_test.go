package cloud_test

// sts_test.go: roles and temporary credentials, as the Go SDK asks for them and uses them.

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"tminus/rehearsal/cloud"
)

const (
	mfa      = "arn:aws:iam::123456789012:mfa/rehearsal"
	deployer = "arn:aws:iam::123456789012:role/deployer"
	watcher  = "arn:aws:iam::123456789012:role/watcher"
)

func withRoles(o *cloud.Options) {
	o.Roles = []cloud.Role{{Name: "deployer", MFASerial: mfa}, {Name: "watcher", Reader: true}}
}

// config is that of a client with credentials of the test's choice.
func (b *bench) config(key, secret, token string) aws.Config {
	transport := &http.Transport{DisableKeepAlives: true} // under the race detector a reused one was now and then closed just then
	b.Cleanup(transport.CloseIdleConnections)
	return aws.Config{Region: "ap-southeast-1", BaseEndpoint: &b.url, HTTPClient: &http.Client{Transport: readOnly{transport}},
		Credentials: credentials.NewStaticCredentialsProvider(key, secret, token), Retryer: func() aws.Retryer { return aws.NopRetryer{} }}
}

func (b *bench) with(c *ststypes.Credentials) aws.Config {
	return b.config(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
}

func assume(role string, change ...func(*sts.AssumeRoleInput)) *sts.AssumeRoleInput {
	in := &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: aws.String("jc")}
	for _, f := range change {
		f(in)
	}
	return in
}

func withCode(code string) func(*sts.AssumeRoleInput) {
	return func(in *sts.AssumeRoleInput) { in.SerialNumber, in.TokenCode = aws.String(mfa), &code }
}

func who(t *testing.T, cfg aws.Config) (string, error) {
	out, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", err
	}
	return *out.Arn, nil
}

func TestAssumedRole(t *testing.T) {
	d := new(disk)
	b := open(t, withRoles, func(o *cloud.Options) { o.Save = d.save })
	out := must(b.sts.AssumeRole(t.Context(), assume(deployer, withCode(cloud.MFACode(mfa)))))(t)
	if want := "arn:aws:sts::123456789012:assumed-role/deployer/jc"; *out.AssumedRoleUser.Arn != want || !strings.HasPrefix(*out.Credentials.AccessKeyId, "ASIA") ||
		!out.Credentials.Expiration.Equal(b.clock.now().Add(time.Hour)) {
		t.Fatalf("got %s until %v", *out.AssumedRoleUser.Arn, out.Credentials.Expiration)
	}
	cfg := b.with(out.Credentials)
	if arn, err := who(t, cfg); err != nil || arn != *out.AssumedRoleUser.Arn {
		t.Fatalf("called as %s, %v", arn, err)
	}
	if _, saves := d.read(); saves != 0 {
		t.Fatal("assuming a role was saved")
	}
	must(ec2.NewFromConfig(cfg).AllocateAddress(t.Context(), &ec2.AllocateAddressInput{}))(t)
	_, err := sts.NewFromConfig(cfg).AssumeRole(t.Context(), assume(watcher))
	refused(t, err, "AccessDenied")
	_, err = sts.NewFromConfig(cfg).GetSessionToken(t.Context(), &sts.GetSessionTokenInput{})
	refused(t, err, "AccessDenied")

	saved, _ := d.read()
	opt := options(b.clock)
	withRoles(&opt)
	opt.State = saved
	a, err := cloud.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	again := serve(t, b.clock, a)
	if _, err := who(t, again.with(out.Credentials)); err != nil {
		t.Fatalf("a reopened account does not know its session: %v", err)
	}
	b.clock.pass(time.Hour)
	_, err = who(t, cfg)
	refused(t, err, "ExpiredToken")
	_, err = cloudwatch.NewFromConfig(cfg).DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{})
	refused(t, err, "ExpiredToken")
	_, err = ec2.NewFromConfig(cfg).DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{})
	refused(t, err, "RequestExpired")
	_, err = servicequotas.NewFromConfig(cfg).ListServiceQuotas(t.Context(), &servicequotas.ListServiceQuotasInput{ServiceCode: aws.String("ec2")})
	refused(t, err, "ExpiredTokenException")
}

func TestRoleRefusals(t *testing.T) {
	b := open(t, withRoles)
	wrong := "000000"
	if cloud.MFACode(mfa) == wrong {
		wrong = "000001"
	}
	for _, test := range []struct {
		name, code string
		in         *sts.AssumeRoleInput
	}{
		{"no code", "AccessDenied", assume(deployer)},
		{"wrong code", "AccessDenied", assume(deployer, withCode(wrong))},
		{"no six digits", "ValidationError", assume(deployer, withCode("12345x"))},
		{"device of nobody", "AccessDenied", assume(deployer, withCode(cloud.MFACode(mfa)), func(in *sts.AssumeRoleInput) { in.SerialNumber = aws.String(mfa + "2") })},
		{"no such role", "AccessDenied", assume("arn:aws:iam::123456789012:role/admin")},
		{"name", "ValidationError", assume(watcher, func(in *sts.AssumeRoleInput) { in.RoleSessionName = aws.String("j c") })},
		{"too long", "ValidationError", assume(watcher, func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(7200) })},
		{"too short", "ValidationError", assume(watcher, func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(60) })},
		{"policy", "ValidationError", assume(watcher, func(in *sts.AssumeRoleInput) { in.Policy = aws.String("{}") })},
	} {
		_, err := b.sts.AssumeRole(t.Context(), test.in)
		t.Run(test.name, func(t *testing.T) { refused(t, err, test.code) })
	}
}

func TestWatcherOnlyLooks(t *testing.T) {
	b := open(t, withRoles)
	cfg := b.with(must(b.sts.AssumeRole(t.Context(), assume(watcher)))(t).Credentials)
	looks, watch := ec2.NewFromConfig(cfg), cloudwatch.NewFromConfig(cfg)
	must(looks.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{}))(t)
	must(watch.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{}))(t)
	_, err := looks.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{})
	refused(t, err, "UnauthorizedOperation")
	if !strings.Contains(err.Error(), "assumed-role/watcher/jc is not authorized to perform: ec2:AllocateAddress") {
		t.Errorf("it says %v", err)
	}
	_, err = looks.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{DryRun: aws.Bool(true)})
	refused(t, err, "UnauthorizedOperation")
	_, err = watch.PutMetricAlarm(t.Context(), cpuAlarm("cpu", "i-00000000000000000", 50))
	refused(t, err, "AccessDenied")
	out := must(iam.NewFromConfig(cfg).SimulatePrincipalPolicy(t.Context(), &iam.SimulatePrincipalPolicyInput{PolicySourceArn: aws.String(watcher), ActionNames: []string{"ec2:DescribeInstances", "ec2:RunInstances"}}))(t)
	if r := out.EvaluationResults; len(r) != 2 || r[0].EvalDecision != "allowed" || r[1].EvalDecision != "implicitDeny" {
		t.Errorf("simulated: %+v", r)
	}
	_, err = iam.NewFromConfig(cfg).GetUser(t.Context(), &iam.GetUserInput{})
	refused(t, err, "ValidationError")
}

func TestSessionOfTheUser(t *testing.T) {
	b := open(t, withRoles)
	out := must(b.sts.GetSessionToken(t.Context(), &sts.GetSessionTokenInput{SerialNumber: aws.String(mfa), TokenCode: aws.String(cloud.MFACode(mfa))}))(t)
	if arn, err := who(t, b.with(out.Credentials)); err != nil || arn != b.account.ARN() {
		t.Fatalf("called as %s, %v", arn, err)
	}
	if user := must(iam.NewFromConfig(b.with(out.Credentials)).GetUser(t.Context(), &iam.GetUserInput{}))(t).User; *user.Arn != b.account.ARN() {
		t.Fatalf("user %s", *user.Arn)
	}
	b.clock.pass(12 * time.Hour)
	_, err := who(t, b.with(out.Credentials))
	refused(t, err, "ExpiredToken")
}

func TestStrangers(t *testing.T) {
	b := open(t, withRoles)
	good := must(b.sts.AssumeRole(t.Context(), assume(watcher)))(t).Credentials
	for name, cfg := range map[string]aws.Config{
		"unknown key":          b.config("AKIDSOMEBODY", "x", ""),
		"token of another key": b.config("ASIA0000000000000000", "x", *good.SessionToken),
		"torn token":           b.config(*good.AccessKeyId, "x", (*good.SessionToken)[4:]),
		"key without token":    b.config(*good.AccessKeyId, "x", ""),
		"user's key, a token":  b.config("AKIDPRETEND", "x", *good.SessionToken),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := who(t, cfg)
			refused(t, err, "InvalidClientTokenId")
			_, err = cloudwatch.NewFromConfig(cfg).DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{})
			refused(t, err, "InvalidClientTokenId")
			_, err = ec2.NewFromConfig(cfg).DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{})
			refused(t, err, "AuthFailure")
			_, err = servicequotas.NewFromConfig(cfg).ListServiceQuotas(t.Context(), &servicequotas.ListServiceQuotasInput{ServiceCode: aws.String("ec2")})
			refused(t, err, "UnrecognizedClientException")
		})
	}
}

func TestServiceQuotas(t *testing.T) {
	b := open(t, func(o *cloud.Options) { o.Quotas.VCPU = 32 })
	client := servicequotas.NewFromConfig(b.config("AKIDPRETEND", "secret", ""))
	get := func(code string) (*servicequotas.GetServiceQuotaOutput, error) {
		return client.GetServiceQuota(t.Context(), &servicequotas.GetServiceQuotaInput{ServiceCode: aws.String("ec2"), QuotaCode: &code})
	}
	if q := must(get("L-1216C47A"))(t).Quota; *q.Value != 32 || !q.Adjustable {
		t.Errorf("vCPUs: %+v", q)
	}
	if q := must(get("L-0263D0A3"))(t).Quota; *q.Value != 5 {
		t.Errorf("addresses: %+v", q)
	}
	standard := must(client.GetAWSDefaultServiceQuota(t.Context(), &servicequotas.GetAWSDefaultServiceQuotaInput{ServiceCode: aws.String("ec2"), QuotaCode: aws.String("L-1216C47A")}))(t)
	if *standard.Quota.Value != 5 {
		t.Errorf("AWS's default: %v", *standard.Quota.Value)
	}
	_, err := get("L-00000000")
	refused(t, err, "NoSuchResourceException")
	n := 0
	pages := servicequotas.NewListServiceQuotasPaginator(client, &servicequotas.ListServiceQuotasInput{ServiceCode: aws.String("ec2"), MaxResults: aws.Int32(1)})
	for pages.HasMorePages() {
		n += len(must(pages.NextPage(context.Background()))(t).Quotas)
	}
	if n != 2 {
		t.Errorf("%d quotas listed", n)
	}
}
