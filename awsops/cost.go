package awsops

// cost.go: what AWS charges for what the sensors see and do, in US dollars. Prices are those of
// us-east-1 and close to every other region's; all were read in November 2026.

import "time"

const (
	// Amazon CloudWatch pricing, "APIs": $0.01 per 1,000 metrics requested by GetMetricData,
	// which is outside the free tier. DescribeAlarms is inside: a million requests a month.
	pricePerMetric = 0.01 / 1000
	// Amazon VPC pricing, "Public IPv4 address": since 1 February 2024, in use or idle.
	pricePerAddressHour = 0.005
)

// Describing costs nothing in EC2, STS and IAM.

const addressPerDay = 24 * pricePerAddressHour

// costPerHour is what asking for each of the series once in its period costs.
func costPerHour(all []gauge) float64 {
	sum := 0.0
	for _, g := range all {
		sum += float64(time.Hour/g.period) * pricePerMetric
	}
	return sum
}
