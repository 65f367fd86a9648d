package awsops

// endpoint.go: where each service is reached. AWS's own addresses are the rule; everything else is told.

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"tminus/tasks/safe"
)

// door is where one service is reached.
type door struct {
	service string // the SDK's id of it
	url, by string // "" = AWS's own address
}

// services are all that are called: the SDK's id, and the word of the aws command.
func services() [][2]string {
	return [][2]string{{ec2.ServiceID, "ec2"}, {sts.ServiceID, "sts"}, {cloudwatch.ServiceID, "cloudwatch"}, {iam.ServiceID, "iam"}, {servicequotas.ServiceID, "service-quotas"}}
}

// endpoints follows the order of the SDK: of the service, of all services; the environment, the profile.
func (s *Settings) endpoints(ctx context.Context) ([]door, error) {
	ignored := s.env.IgnoreConfiguredEndpoints
	if ignored == nil {
		ignored = s.shared.IgnoreConfiguredEndpoints
	}
	var all []door
	for _, one := range services() {
		id := one[0]
		if aws.ToBool(ignored) {
			all = append(all, door{service: id})
			continue
		}
		inEnv, _, _ := s.env.GetServiceBaseEndpoint(ctx, id)
		inProfile, _, _ := s.shared.GetServiceBaseEndpoint(ctx, id)
		d := door{service: id}
		d.url, d.by = firstOf(said{inEnv, "AWS_ENDPOINT_URL_" + strings.ToUpper(strings.ReplaceAll(id, " ", "_"))}, said{s.env.BaseEndpoint, "AWS_ENDPOINT_URL"},
			said{inProfile, s.section() + " services"}, said{s.shared.BaseEndpoint, s.section()})
		if u, err := url.Parse(d.url); d.url != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
			return nil, fmt.Errorf("%s is no URL such as https://ec2.ap-southeast-1.amazonaws.com; correct it or leave it out", safe.Line(d.by))
		}
		all = append(all, d)
	}
	return all, nil
}

func (s *Settings) fips() bool {
	return s.env.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled || s.env.UseFIPSEndpoint == aws.FIPSEndpointStateUnset && s.shared.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled
}

func (s *Settings) dualStack() bool {
	return s.env.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled ||
		s.env.UseDualStackEndpoint == aws.DualStackEndpointStateUnset && s.shared.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled
}

// ofAWS reports whether an address is one of AWS's own.
func ofAWS(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && slices.ContainsFunc([]string{".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".amazonaws.eu"},
		func(end string) bool { return strings.HasSuffix(strings.ToLower(u.Hostname()), end) })
}

// showURL is a URL as it may be shown: without a password.
func showURL(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "(not a URL)"
	}
	u.User = nil
	return safe.Line(u.String())
}

// endpoint is where a service is reached, nil for AWS's own address.
func (a *Account) endpoint(service string) *string {
	if own := a.opt.Endpoints[service]; own != "" {
		return &own
	}
	if a.opt.Endpoint == "" {
		return nil
	}
	return &a.opt.Endpoint
}

// elsewhere names the addresses that are not AWS's own, "" if all are.
func (a *Account) elsewhere() string {
	var all []string
	for _, one := range services() {
		if e := aws.ToString(a.endpoint(one[0])); e != "" && !ofAWS(e) && !slices.Contains(all, showURL(e)) {
			all = append(all, showURL(e))
		}
	}
	return strings.Join(all, ", ")
}

// Emulated reports whether EC2 is played on this machine: then so are the addresses it gives.
func (s *Settings) Emulated() bool {
	for _, d := range s.doors {
		if u, err := url.Parse(d.url); d.service == ec2.ServiceID && err == nil {
			ip, err := netip.ParseAddr(u.Hostname())
			return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
		}
	}
	return false
}

// reached are the arguments of the aws command that lead a call where ours goes.
func (a *Account) reached(line []string) []string {
	var words []string
	if a.opt.Profile != "" {
		words = append(words, "--profile", a.opt.Profile)
	}
	for _, one := range services() {
		if e := aws.ToString(a.endpoint(one[0])); e != "" && len(line) > 0 && line[0] == one[1] {
			words = append(words, "--endpoint-url", showURL(e))
		}
	}
	return words
}

func (a *Account) fips() aws.FIPSEndpointState {
	if a.opt.FIPS {
		return aws.FIPSEndpointStateEnabled
	}
	return aws.FIPSEndpointStateUnset
}

func (a *Account) dualStack() aws.DualStackEndpointState {
	if a.opt.DualStack {
		return aws.DualStackEndpointStateEnabled
	}
	return aws.DualStackEndpointStateUnset
}
