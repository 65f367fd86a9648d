package cloud

// quota.go: Service Quotas, in JSON 1.1: how much of what the account may have.

import (
	"slices"
	"strings"
)

const quotasTarget = "ServiceQuotasV20190624" // Service Quotas' name on the wire

// quota is a limit of a service. Adjusted is whether it is the account's own and not AWS's default.
type quota struct {
	code, name      string
	value, standard int
}

func (a *Account) quotaList() []quota {
	own, standard := a.opt.Quotas.orDefault(), Quotas{}.orDefault()
	return []quota{
		{"L-0263D0A3", "EC2-VPC Elastic IPs", own.Addresses, standard.Addresses},
		{"L-1216C47A", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", own.VCPU, standard.VCPU},
	}
}

func (a *Account) serviceQuotas(op string, doc document) (any, error) {
	switch op {
	case "GetServiceQuota", "GetAWSDefaultServiceQuota":
		if err := doc.only("ServiceCode", "QuotaCode", "ContextId"); err != nil {
			return nil, err
		}
		all := a.quotaList()
		i := slices.IndexFunc(all, func(q quota) bool { return q.code == doc.text("QuotaCode") })
		if i < 0 || doc.text("ServiceCode") != "ec2" {
			return nil, refuse(400, "NoSuchResourceException", "The request failed because the specified service quota does not exist.")
		}
		return map[string]any{"Quota": a.quotaRow(all[i], op != "GetServiceQuota")}, nil
	case "ListServiceQuotas", "ListAWSDefaultServiceQuotas":
		return a.listServiceQuotas(doc, op != "ListServiceQuotas")
	default:
		return nil, refuse(400, "UnknownOperationException", "Service Quotas has no operation %s here", clip(op))
	}
}

func (a *Account) listServiceQuotas(doc document, standard bool) (any, error) {
	if err := doc.only("ServiceCode", "MaxResults", "NextToken", "QuotaCode", "QuotaAppliedAtLevel"); err != nil {
		return nil, err
	}
	if doc.text("ServiceCode") != "ec2" {
		return nil, refuse(400, "NoSuchResourceException", "The request failed because the specified service does not exist.")
	}
	all := slices.DeleteFunc(a.quotaList(), func(q quota) bool {
		return doc.text("QuotaCode") != "" && doc.text("QuotaCode") != q.code
	})
	part, next, err := doc.page(len(all), "MaxResults", 100, 100)
	if err != nil {
		return nil, refuse(400, "InvalidPaginationTokenException", "Invalid pagination token or page size.")
	}
	rows := []any{}
	for _, q := range all[part.from:part.to] {
		rows = append(rows, a.quotaRow(q, standard))
	}
	return withNext(map[string]any{"Quotas": rows}, next), nil
}

func (a *Account) quotaRow(q quota, standard bool) map[string]any {
	value := q.value
	if standard {
		value = q.standard
	}
	return map[string]any{
		"ServiceCode": "ec2", "ServiceName": "Amazon Elastic Compute Cloud (Amazon EC2)", "QuotaCode": q.code, "QuotaName": q.name,
		"QuotaArn": strings.Join([]string{"arn:aws:servicequotas", a.opt.Region, a.opt.AccountID, "ec2/" + q.code}, ":"),
		"Value":    float64(value), "Unit": "None", "Adjustable": true, "GlobalQuota": false,
	}
}
