package rehearsal_test

// refusal_test.go: faults that refuse calls: of every service, in its own words, once or until they are lifted.

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"tminus/rehearsal"
)

// config is that of the bench's EC2 client, for clients of other services.
func (b *bench) config() aws.Config {
	o := b.ec2.Options()
	return aws.Config{Region: o.Region, BaseEndpoint: o.BaseEndpoint, HTTPClient: o.HTTPClient, Credentials: o.Credentials,
		Retryer: func() aws.Retryer { return aws.NopRetryer{} }}
}

// asked asks every service something, and returns what each says, by name.
func (b *bench) asked() map[string]error {
	ctx, cfg := b.Context(), b.config()
	_, machines := b.ec2.DescribeInstances(ctx, &ec2.DescribeInstancesInput{})
	_, who := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	_, name := iam.NewFromConfig(cfg).ListAccountAliases(ctx, &iam.ListAccountAliasesInput{})
	_, alarms := cloudwatch.NewFromConfig(cfg).DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{})
	_, quota := servicequotas.NewFromConfig(cfg).GetServiceQuota(ctx, &servicequotas.GetServiceQuotaInput{ServiceCode: aws.String("ec2"), QuotaCode: aws.String("L-1216C47A")})
	return map[string]error{"ec2": machines, "sts": who, "iam": name, "cloudwatch": alarms, "servicequotas": quota}
}

func (b *bench) putAlarm() error {
	_, err := cloudwatch.NewFromConfig(b.config()).PutMetricAlarm(b.Context(), &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("cpu"), ComparisonOperator: "GreaterThanThreshold", EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(80), Period: aws.Int32(300),
		Namespace: aws.String("AWS/EC2"), MetricName: aws.String("CPUUtilization"), Statistic: "Average"})
	return err
}

func TestEveryServiceRefuses(t *testing.T) {
	for _, test := range []struct {
		fault string
		codes map[string]string
	}{
		{rehearsal.Throttle, map[string]string{"ec2": "RequestLimitExceeded", "sts": "Throttling", "iam": "Throttling", "cloudwatch": "Throttling", "servicequotas": "TooManyRequestsException"}},
		{rehearsal.ServerError, map[string]string{"ec2": "InternalError", "sts": "InternalFailure", "iam": "InternalFailure", "cloudwatch": "InternalServiceError", "servicequotas": "ServiceException"}},
		{rehearsal.ExpiredCredentials, map[string]string{"ec2": "RequestExpired", "sts": "ExpiredToken", "iam": "ExpiredToken", "cloudwatch": "ExpiredToken", "servicequotas": "ExpiredTokenException"}},
	} {
		t.Run(test.fault, func(t *testing.T) {
			b := open(t, "", test.fault)
			for service, err := range b.asked() {
				refused(t, err, test.codes[service])
			}
			once := test.fault != rehearsal.ExpiredCredentials
			for service, err := range b.asked() {
				if once != (err == nil) {
					t.Errorf("the second time %s says %v", service, err)
				}
			}
			if err := b.Lift(test.fault); err != nil {
				t.Fatal(err)
			}
			for service, err := range b.asked() {
				if err != nil {
					t.Errorf("afterwards %s says %v", service, err)
				}
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	b := open(t, "", rehearsal.Unreachable)
	for range 2 {
		for service, err := range b.asked() {
			if err == nil || !strings.Contains(err.Error(), "EOF") {
				t.Errorf("%s says %v", service, err)
			}
		}
	}
	if err := b.Lift(rehearsal.Unreachable); err != nil {
		t.Fatal(err)
	}
	for service, err := range b.asked() {
		if err != nil {
			t.Errorf("afterwards %s says %v", service, err)
		}
	}
}

// TestServerErrors: one before anything is done leaves nothing, one after it leaves what was asked for.
func TestServerErrors(t *testing.T) {
	b := open(t, "", rehearsal.ServerError)
	refused(t, b.allocate(), "InternalError")
	refused(t, b.putAlarm(), "InternalServiceError")
	if all := b.Inventory(); len(all.Addresses)+len(all.Alarms) != 0 {
		t.Errorf("what was not done is there: %+v", all)
	}
	path := t.TempDir() + "/world.json"
	b = open(t, path, rehearsal.ServerErrorAfter)
	refused(t, b.allocate(), "InternalError")
	refused(t, b.putAlarm(), "InternalServiceError")
	if all := b.Inventory(); len(all.Addresses) != 1 || len(all.Alarms) != 1 {
		t.Errorf("what was done is not there: %+v", all)
	}
	b.Close()
	b = reopen(t, b.clock, path)
	if err := b.allocate(); err != nil {
		t.Errorf("after a restart it struck again: %v", err)
	}
}

func TestLostAnswersOfAlarms(t *testing.T) {
	b := open(t, "", rehearsal.LostAnswer+":PutMetricAlarm")
	if err := b.allocate(); err != nil {
		t.Fatal(err)
	}
	if err := b.putAlarm(); err == nil || len(b.Inventory().Alarms) != 1 {
		t.Fatalf("the answer was not lost: %v", err)
	}
	if err := b.putAlarm(); err != nil || len(b.Inventory().Alarms) != 1 {
		t.Fatalf("the second time: %v, %+v", err, b.Inventory().Alarms)
	}
}

func TestDenied(t *testing.T) {
	b := open(t, "", rehearsal.Denied)
	for range 2 {
		err := b.allocate()
		refused(t, err, "UnauthorizedOperation")
		if !strings.Contains(err.Error(), "is not authorized to perform: ec2:AllocateAddress") {
			t.Errorf("it says %v", err)
		}
	}
	_, err := b.ec2.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{DryRun: aws.Bool(true)})
	refused(t, err, "UnauthorizedOperation")
	refused(t, b.putAlarm(), "AccessDenied")
	for service, err := range b.asked() {
		if err != nil {
			t.Errorf("%s says %v", service, err)
		}
	}
	b = open(t, "", rehearsal.Denied+":PutMetricAlarm")
	refused(t, b.putAlarm(), "AccessDenied")
	if err := b.allocate(); err != nil {
		t.Fatal(err)
	}
}

func TestKnownFaults(t *testing.T) {
	for name, says := range map[string]string{
		"throttle": "", "throttle:DescribeImages": "", "server-error:GetCallerIdentity": "", "server-error-after:DeleteAlarms": "", "denied:RunInstances": "",
		"denied:DescribeImages": "no operation", "unreachable:RunInstances": "not about single calls", "expired-credentials:RunInstances": "not about single calls",
		"server-error-after:ListAccountAliases": "changes something", "flood": "choose one of",
	} {
		if err := rehearsal.KnownFault(name); (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want words of %q", name, err, says)
		}
	}
}
