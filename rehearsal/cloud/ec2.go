package cloud

// ec2.go: the table of EC2 operations and what they share: one transaction, dry runs, filters, pages, tags.

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// call is one EC2 request at work inside its transaction.
type call struct {
	*form
	a   *Account
	s   *state
	now time.Time
	dry bool // only parameters and permission are looked at: no quota, no capacity
}

func ec2Operations() map[string]func(*call) ([]element, error) {
	return map[string]func(*call) ([]element, error){
		"RunInstances":                         (*call).runInstances,
		"DescribeInstances":                    (*call).describeInstances,
		"DescribeInstanceStatus":               (*call).describeInstanceStatus,
		"DescribeInstanceAttribute":            (*call).describeInstanceAttribute,
		"ModifyInstanceAttribute":              (*call).modifyInstanceAttribute,
		"ModifyInstanceMetadataOptions":        (*call).modifyInstanceMetadataOptions,
		"DescribeInstanceCreditSpecifications": (*call).describeInstanceCreditSpecifications,
		"GetConsoleOutput":                     (*call).getConsoleOutput,
		"StartInstances":                       (*call).startInstances,
		"StopInstances":                        (*call).stopInstances,
		"RebootInstances":                      (*call).rebootInstances,
		"TerminateInstances":                   (*call).terminateInstances,
		"MonitorInstances":                     (*call).monitorInstances,
		"UnmonitorInstances":                   (*call).unmonitorInstances,
		"DescribeNetworkInterfaces":            (*call).describeNetworkInterfaces,
		"DescribeVolumes":                      (*call).describeVolumes,
		"DescribeSnapshots":                    (*call).describeSnapshots,
		"GetEbsEncryptionByDefault":            (*call).getEBSEncryptionByDefault,
		"CreateKeyPair":                        (*call).createKeyPair,
		"ImportKeyPair":                        (*call).importKeyPair,
		"DescribeKeyPairs":                     (*call).describeKeyPairs,
		"DeleteKeyPair":                        (*call).deleteKeyPair,
		"CreateSecurityGroup":                  (*call).createSecurityGroup,
		"DescribeSecurityGroups":               (*call).describeSecurityGroups,
		"DescribeSecurityGroupRules":           (*call).describeSecurityGroupRules,
		"DeleteSecurityGroup":                  (*call).deleteSecurityGroup,
		"AuthorizeSecurityGroupIngress":        (*call).authorizeIngress,
		"AuthorizeSecurityGroupEgress":         (*call).authorizeEgress,
		"RevokeSecurityGroupIngress":           (*call).revokeIngress,
		"RevokeSecurityGroupEgress":            (*call).revokeEgress,
		"ModifySecurityGroupRules":             (*call).modifySecurityGroupRules,
		"AllocateAddress":                      (*call).allocateAddress,
		"AssociateAddress":                     (*call).associateAddress,
		"DisassociateAddress":                  (*call).disassociateAddress,
		"ReleaseAddress":                       (*call).releaseAddress,
		"DescribeAddresses":                    (*call).describeAddresses,
		"DescribeAddressesAttribute":           (*call).describeAddressesAttribute,
		"DescribeImages":                       (*call).describeImages,
		"DescribeImageAttribute":               (*call).describeImageAttribute,
		"DescribeInstanceTypes":                (*call).describeInstanceTypes,
		"DescribeInstanceTypeOfferings":        (*call).describeInstanceTypeOfferings,
		"DescribeVpcs":                         (*call).describeVPCs,
		"DescribeVpcAttribute":                 (*call).describeVPCAttribute,
		"DescribeSubnets":                      (*call).describeSubnets,
		"DescribeRouteTables":                  (*call).describeRouteTables,
		"DescribeInternetGateways":             (*call).describeInternetGateways,
		"DescribeNetworkAcls":                  (*call).describeNetworkACLs,
		"DescribeAvailabilityZones":            (*call).describeZones,
		"DescribeRegions":                      (*call).describeRegions,
		"DescribeAccountAttributes":            (*call).describeAccountAttributes,
		"CreateTags":                           (*call).createTags,
		"DeleteTags":                           (*call).deleteTags,
		"DescribeTags":                         (*call).describeTags,
	}
}

// Operation reports whether a service of the account has an operation of that name, and whether it may change the account.
func Operation(op string) (known, changing bool) {
	if _, known = ec2Operations()[op]; known {
		return true, changes("ec2", op)
	}
	if _, known = cloudWatchOperations()[op]; known {
		return true, changes("cloudwatch", op)
	}
	others := []string{"GetCallerIdentity", "AssumeRole", "GetSessionToken", "ListAccountAliases", "GetUser", "SimulatePrincipalPolicy",
		"GetServiceQuota", "GetAWSDefaultServiceQuota", "ListServiceQuotas", "ListAWSDefaultServiceQuotas"}
	return slices.Contains(others, op), false
}

func (a *Account) ec2(in *incoming, now time.Time) (out []element, err error) {
	op, p := in.Operation, in.form
	do, known := ec2Operations()[op]
	if !known {
		return nil, refuse(400, "InvalidAction", "The action %s is not valid for this web service.", clip(op))
	}
	dry, err := p.flag("DryRun", false)
	if err != nil {
		return nil, err
	}
	view := a.seenFrom(in.Region)
	work := func(s *state) error {
		out, err = do(&call{p, view, s, now, dry})
		if err != nil {
			return err
		}
		if path := p.unread(); path != "" {
			return refuse(400, "UnknownParameter", "The parameter %s is not recognized by the pretend account's %s", clip(path), op)
		}
		return nil
	}
	there := func(s *state) error { return s.within(a.opt.Region, view.opt.Region, work) }
	if old := a.asSeen(op, now); old != nil {
		err = there(old)
	} else {
		err = a.transact(now, !dry, there)
	}
	if err == nil && dry {
		return nil, refuse(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
	}
	return out, err
}

// field gives the values of a resource that a filter compares with.
type field[T any] func(T) []string

func one[T any](get func(T) string) field[T] {
	return func(v T) []string { return []string{get(v)} }
}

// filtered keeps what passes every Filter.N: any of its values, with AWS's * and ?, equal to any of the resource's.
func filtered[T any](c *call, all []T, fields map[string]field[T], tags func(T) []Tag) ([]T, error) {
	for _, f := range c.list("Filter") {
		name, values := f.text("Name"), f.texts("Value")
		get := fields[name]
		if key, ok := strings.CutPrefix(name, "tag:"); ok && tags != nil {
			get = func(v T) []string { return tagValues(tags(v), key) }
		} else if name == "tag-key" && tags != nil {
			get = func(v T) []string { return tagKeys(tags(v)) }
		}
		if get == nil {
			return nil, refuse(400, "InvalidParameterValue", "The filter '%s' is invalid", clip(name))
		}
		if len(values) == 0 {
			return nil, refuse(400, "InvalidParameterValue", "The filter '%s' has no value", clip(name))
		}
		patterns := globs(values)
		all = slices.DeleteFunc(slices.Clone(all), func(v T) bool {
			return !slices.ContainsFunc(get(v), func(have string) bool {
				return slices.ContainsFunc(patterns, func(p *regexp.Regexp) bool { return p.MatchString(have) })
			})
		})
	}
	return all, nil
}

func globs(values []string) []*regexp.Regexp {
	var out []*regexp.Regexp
	for _, v := range values {
		q := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(v))
		out = append(out, regexp.MustCompile(`(?s)\A`+q+`\z`))
	}
	return out
}

// page cuts a list by MaxResults and NextToken; next is empty on the last page.
func page[T any](c *call, all []T) (part []T, next element, err error) {
	return pageOf(c, all, 5, 1000)
}

// pageOf is page for operations with limits of their own. Without MaxResults a page is as long as may be.
func pageOf[T any](c *call, all []T, low, high int) (part []T, next element, err error) {
	from := 0
	if token := c.text("NextToken"); token != "" {
		b, err := base64.RawURLEncoding.DecodeString(token)
		if err == nil {
			from, err = strconv.Atoi(string(b))
		}
		if err != nil || from < 0 || from > len(all) {
			return nil, next, refuse(400, "InvalidParameterValue", "Unable to parse pagination token")
		}
	}
	limit, err := c.number("MaxResults", high)
	if err != nil {
		return nil, next, err
	}
	if limit < low || limit > high {
		return nil, next, refuse(400, "InvalidParameterValue", "Value ( %d ) for parameter maxResults is invalid. Expecting a value from %d to %d.", limit, low, high)
	}
	all = all[from:]
	if len(all) > limit {
		next = txt("nextToken", base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(from+limit))))
		all = all[:limit]
	}
	return all, next, nil
}

// whole refuses MaxResults beside a list of ids, as some operations do.
func (c *call) whole(list, name string) error {
	if len(c.list(list)) > 0 && c.has("MaxResults") {
		return refuse(400, "InvalidParameterCombination", "The parameter %s cannot be used with the parameter maxResults", name)
	}
	return nil
}

// answer is a list and, if there is one, the token of the next page.
func answer(list, next element) []element {
	if next.name == "" {
		return []element{list}
	}
	return []element{list, next}
}

// selected returns the resources of the ids given under a list parameter, or all of them if none is given.
func selected[T any](c *call, list string, all []T, is func(T, string) bool, missing func(id string) error) ([]T, error) {
	ids := c.texts(list)
	if len(ids) == 0 {
		return all, nil
	}
	var out []T
	for _, v := range all {
		if slices.ContainsFunc(ids, func(id string) bool { return is(v, id) }) {
			out = append(out, v)
		}
	}
	for _, id := range ids {
		if !slices.ContainsFunc(all, func(v T) bool { return is(v, id) }) {
			return nil, missing(id)
		}
	}
	return out, nil
}

// required returns a parameter that must be there.
func (c *call) required(name string) (string, error) {
	v := c.text(name)
	if v == "" {
		return "", refuse(400, "MissingParameter", "The request must contain the parameter %s", name)
	}
	return v, nil
}

// ids reads a list of resource ids and refuses those that are not of the form prefix-0a1b…, with the code for it.
func (c *call) ids(list, prefix, malformed string) error {
	for _, id := range c.texts(list) {
		if !wellFormed(id, prefix) {
			return refuse(400, malformed, "Invalid id: \"%s\" (expecting \"%s-...\")", clip(id), prefix)
		}
	}
	return nil
}

// wellFormed reports whether id has the prefix and 8 or 17 hexadecimal digits.
func wellFormed(id, prefix string) bool {
	digits, ok := strings.CutPrefix(id, prefix+"-")
	return ok && (len(digits) == 8 || len(digits) == 17) && strings.Trim(digits, "0123456789abcdef") == ""
}
