package awsops

// permission_looks.go: what these credentials may look at, found by looking.

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	metric "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// looks makes every call that only looks, once and small. Filters, not ids: what is not there
// is then an empty answer, and no refusal.
func (a *Account) looks(ctx context.Context, t *trail, p *plan.Plan) []reading.Item {
	r, want := a.tryout(t, p), p.Environment.Instance
	five, vpc, kind := aws.Int32(5), filter("vpc-id", want.VPC), filter("instance-type", want.Type)
	inVPC, ofKind := "Name=vpc-id,Values="+want.VPC, "Name=instance-type,Values="+want.Type

	see(ctx, r, "ec2:DescribeInstances", line("ec2 describe-instances --max-results 5"), a.read().ec2.DescribeInstances, &ec2.DescribeInstancesInput{MaxResults: five})
	see(ctx, r, "ec2:DescribeInstanceStatus", line("ec2 describe-instance-status --max-results 5"), a.read().ec2.DescribeInstanceStatus, &ec2.DescribeInstanceStatusInput{MaxResults: five})
	see(ctx, r, "ec2:DescribeVolumes", line("ec2 describe-volumes --max-results 5"), a.read().ec2.DescribeVolumes, &ec2.DescribeVolumesInput{MaxResults: five})
	see(ctx, r, "ec2:DescribeAddresses", line("ec2 describe-addresses"), a.read().ec2.DescribeAddresses, &ec2.DescribeAddressesInput{})
	see(ctx, r, "ec2:DescribeSecurityGroups", line("ec2 describe-security-groups --max-results 5"), a.read().ec2.DescribeSecurityGroups, &ec2.DescribeSecurityGroupsInput{MaxResults: five})
	see(ctx, r, "ec2:DescribeKeyPairs", line("ec2 describe-key-pairs"), a.read().ec2.DescribeKeyPairs, &ec2.DescribeKeyPairsInput{})
	see(ctx, r, "ec2:DescribeImages", line("ec2 describe-images --filters", "Name=image-id,Values="+want.AMI), a.read().ec2.DescribeImages, &ec2.DescribeImagesInput{Filters: filter("image-id", want.AMI)})
	see(ctx, r, "ec2:DescribeInstanceTypes", line("ec2 describe-instance-types --filters", ofKind), a.read().ec2.DescribeInstanceTypes, &ec2.DescribeInstanceTypesInput{Filters: kind})
	see(ctx, r, "ec2:DescribeInstanceTypeOfferings", line("ec2 describe-instance-type-offerings --filters", ofKind), a.read().ec2.DescribeInstanceTypeOfferings, &ec2.DescribeInstanceTypeOfferingsInput{Filters: kind})
	see(ctx, r, "ec2:DescribeVpcs", line("ec2 describe-vpcs --filters", inVPC), a.read().ec2.DescribeVpcs, &ec2.DescribeVpcsInput{Filters: vpc})
	see(ctx, r, "ec2:DescribeVpcAttribute", line("ec2 describe-vpc-attribute --attribute enableDnsHostnames --vpc-id", want.VPC), a.read().ec2.DescribeVpcAttribute,
		&ec2.DescribeVpcAttributeInput{VpcId: aws.String(want.VPC), Attribute: types.VpcAttributeNameEnableDnsHostnames})
	see(ctx, r, "ec2:DescribeSubnets", line("ec2 describe-subnets --filters", inVPC), a.read().ec2.DescribeSubnets, &ec2.DescribeSubnetsInput{Filters: vpc})
	see(ctx, r, "ec2:DescribeRouteTables", line("ec2 describe-route-tables --filters", inVPC), a.read().ec2.DescribeRouteTables, &ec2.DescribeRouteTablesInput{Filters: vpc})
	see(ctx, r, "ec2:DescribeRegions", line("ec2 describe-regions"), a.read().ec2.DescribeRegions, &ec2.DescribeRegionsInput{})
	see(ctx, r, "ec2:GetEbsEncryptionByDefault", line("ec2 get-ebs-encryption-by-default"), a.read().ec2.GetEbsEncryptionByDefault, &ec2.GetEbsEncryptionByDefaultInput{})
	see(ctx, r, "ec2:GetConsoleOutput", line("ec2 get-console-output --instance-id", noInstance), a.read().ec2.GetConsoleOutput, &ec2.GetConsoleOutputInput{InstanceId: aws.String(noInstance)})

	in, words := nothingMeasured(time.Now())
	see(ctx, r, "cloudwatch:GetMetricData", words, a.read().metrics.GetMetricData, in)
	see(ctx, r, "cloudwatch:DescribeAlarms", line("cloudwatch describe-alarms --max-records 1"), a.read().metrics.DescribeAlarms, &cloudwatch.DescribeAlarmsInput{MaxRecords: aws.Int32(1)})
	see(ctx, r, "cloudwatch:ListTagsForResource", line("cloudwatch list-tags-for-resource --resource-arn", a.noAlarm(p)), a.read().metrics.ListTagsForResource,
		&cloudwatch.ListTagsForResourceInput{ResourceARN: aws.String(a.noAlarm(p))})
	see(ctx, r, "iam:ListAccountAliases", line("iam list-account-aliases"), a.read().names.ListAccountAliases, &iam.ListAccountAliasesInput{})
	see(ctx, r, "servicequotas:GetServiceQuota", line("service-quotas get-service-quota --service-code ec2 --quota-code", quotaAddress), a.read().quotas.GetServiceQuota,
		&servicequotas.GetServiceQuotaInput{ServiceCode: aws.String("ec2"), QuotaCode: aws.String(quotaAddress)})
	return r.list.items
}

// noAlarm is an alarm that nobody has.
func (a *Account) noAlarm(p *plan.Plan) string {
	return "arn:aws:cloudwatch:" + a.opt.Region + ":" + p.Environment.Account + ":alarm:tminus-permissions"
}

// nothingMeasured asks for one metric of an instance that nobody has.
func nothingMeasured(now time.Time) (*cloudwatch.GetMetricDataInput, []string) {
	from, to := now.Add(-5*time.Minute).UTC(), now.UTC()
	in := &cloudwatch.GetMetricDataInput{StartTime: &from, EndTime: &to, MetricDataQueries: []metric.MetricDataQuery{{Id: aws.String("m0"), MetricStat: &metric.MetricStat{
		Period: aws.Int32(300), Stat: aws.String("Average"), Metric: &metric.Metric{Namespace: aws.String("AWS/EC2"), MetricName: aws.String("CPUUtilization"),
			Dimensions: []metric.Dimension{{Name: aws.String("InstanceId"), Value: aws.String(noInstance)}}}}}}}
	return in, line("cloudwatch get-metric-data --start-time", from.Format(time.RFC3339), "--end-time", to.Format(time.RFC3339), "--metric-data-queries",
		"Id=m0,MetricStat={Metric={Namespace=AWS/EC2,MetricName=CPUUtilization,Dimensions=[{Name=InstanceId,Value="+noInstance+"}]},Period=300,Stat=Average}")
}

// line are the words of an aws command and, as they are, its last arguments.
func line(words string, last ...string) []string { return append(strings.Fields(words), last...) }

// see makes one call that only looks and judges its answer.
func see[In, Out, O any](ctx context.Context, r *tryout, action string, line []string, op func(context.Context, *In, ...func(*O)) (*Out, error), in *In) {
	if ctx.Err() != nil {
		return
	}
	_, err := ask(ctx, r.t, line, op, in)
	r.list.source = r.a.command(line)
	if err == nil {
		r.list.add(tasks.Pass, "permission."+action, action, "allowed", "")
		return
	}
	r.refused(action, err)
}
