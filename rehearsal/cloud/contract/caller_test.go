package contract

// caller_test.go: who calls, what an answer looks like on the wire, and reads that are late.

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"tminus/rehearsal/cloud"
)

func callers() []scenario {
	const assume = "STS: AssumeRole"
	return []scenario{
		{name: "who am I", says: "account, user id and ARN of the caller", source: "STS: GetCallerIdentity", run: whoAmI},
		{name: "a role assumed", says: "temporary credentials with a key that begins with ASIA, a token and their end", source: assume, run: roleAssumed},
		{name: "the caller in a role", says: "GetCallerIdentity tells the role and the session", source: "STS: GetCallerIdentity", run: roleTold},
		{name: "a role that is not there", says: "it is refused with AccessDenied", source: assume, run: roleNotThere,
			moto: lack{"assumes any", "done, want AccessDenied"}},
		{name: "a role that wants a device", says: "without a code of its MFA device AccessDenied", source: assume, run: roleWithoutCode,
			moto: lack{"assumes any", "done, want AccessDenied"}},
		{name: "a wrong code", says: "it is refused with AccessDenied", source: assume, run: roleWrongCode,
			moto: lack{"assumes with any", "done, want AccessDenied"}},
		{name: "a session that is over", says: "its credentials are refused: ExpiredToken", source: "STS: Common errors", run: sessionOver,
			moto: lack{"takes them: no time passes there", "done, want ExpiredToken"}},
		{name: "a session too short", says: "a session lasts 900 seconds at least: ValidationError", source: assume, run: sessionShort,
			moto: lack{"takes it", "done, want ValidationError"}},
		{name: "an unknown key", says: "InvalidClientTokenId from STS, AuthFailure from EC2", source: codes, run: unknownCaller,
			moto: lack{"takes any", "done, want InvalidClientTokenId"}},
		{name: "the name of the account", says: "its alias, if it has one", source: "IAM: ListAccountAliases", run: accountAlias,
			moto: lack{"has none until it is given one", "aliases: 0, want 1"}},
		{name: "a denied call", says: "it is refused with UnauthorizedOperation", source: codes, run: denied, given: func(o *cloud.Options) { o.Denied = []string{"ec2:AllocateAddress"} },
			moto: lack{"denies nothing unless told otherwise by a variable", "done, want UnauthorizedOperation"}},
	}
}

func whoAmI(p *place) {
	out := got(p.sts.GetCallerIdentity(p.ctx, &sts.GetCallerIdentityInput{}))
	same("account", *out.Account, p.ground.account)
	same("arn", strings.HasPrefix(*out.Arn, "arn:aws:") && strings.Contains(*out.Arn, p.ground.account), true)
}

func (p *place) role(name string) *sts.AssumeRoleInput {
	return &sts.AssumeRoleInput{RoleArn: str("arn:aws:iam::" + p.ground.account + ":role/" + name), RoleSessionName: str("contract")}
}

// as makes an STS client of other credentials.
func (p *place) as(key, secret, token string) *sts.Client {
	o := p.sts.Options()
	o.Credentials = credentials.NewStaticCredentialsProvider(key, secret, token)
	return sts.New(o)
}

func roleAssumed(p *place) {
	c := got(p.sts.AssumeRole(p.ctx, p.role("deployer"))).Credentials
	same("key", strings.HasPrefix(*c.AccessKeyId, "ASIA"), true)
	same("an hour", c.Expiration.After(p.now().Add(50*time.Minute)) && *c.SessionToken != "", true)
}

func (p *place) assumed(in *sts.AssumeRoleInput) *sts.Client {
	c := got(p.sts.AssumeRole(p.ctx, in)).Credentials
	return p.as(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
}

func roleTold(p *place) {
	out := got(p.assumed(p.role("deployer")).GetCallerIdentity(p.ctx, &sts.GetCallerIdentityInput{}))
	same("arn", *out.Arn, "arn:aws:sts::"+p.ground.account+":assumed-role/deployer/contract")
}

func roleNotThere(p *place) {
	same("code", code(p.sts.AssumeRole(p.ctx, p.role("nobody"))), "AccessDenied")
}

func roleWithoutCode(p *place) {
	same("code", code(p.sts.AssumeRole(p.ctx, p.role("guarded"))), "AccessDenied")
}

func roleWrongCode(p *place) {
	in := p.role("guarded")
	in.SerialNumber, in.TokenCode = str(mfa), str("000000")
	same("code", code(p.sts.AssumeRole(p.ctx, in)), "AccessDenied")
	in.TokenCode = str(cloud.MFACode(mfa))
	got(p.sts.AssumeRole(p.ctx, in))
}

func sessionOver(p *place) {
	in := p.role("deployer")
	in.DurationSeconds = num(900)
	session := p.assumed(in)
	p.wait(16 * time.Minute)
	same("code", code(session.GetCallerIdentity(p.ctx, &sts.GetCallerIdentityInput{})), "ExpiredToken")
}

func sessionShort(p *place) {
	in := p.role("deployer")
	in.DurationSeconds = num(60)
	same("code", code(p.sts.AssumeRole(p.ctx, in)), "ValidationError")
}

func unknownCaller(p *place) {
	same("STS", code(p.as("AKIDNOBODY", "secret", "").GetCallerIdentity(p.ctx, &sts.GetCallerIdentityInput{})), "InvalidClientTokenId")
	as := func(o *ec2.Options) {
		o.Credentials = credentials.NewStaticCredentialsProvider("AKIDNOBODY", "secret", "")
	}
	same("EC2", code(p.ec2.DescribeVpcs(p.ctx, &ec2.DescribeVpcsInput{}, as)), "AuthFailure")
}

func accountAlias(p *place) {
	all := got(p.iam.ListAccountAliases(p.ctx, &iam.ListAccountAliasesInput{})).AccountAliases
	same("aliases", len(all), 1)
	same("alias", all[0], "contract")
}

func denied(p *place) {
	same("code", code(p.ec2.AllocateAddress(p.ctx, &ec2.AllocateAddressInput{})), "UnauthorizedOperation")
}

func wires() []scenario {
	return []scenario{
		{name: "a refusal of EC2", says: "HTTP 4xx with Response, Errors, Error, Code and Message, and a RequestID", source: codes, run: refusalXML},
		{name: "the request's id", says: "each answer carries an id in a header, which the SDK tells with a refusal", source: "EC2 Developer Guide: Request IDs", run: requestID},
		{name: "an operation that is none", says: "it is refused with InvalidAction", source: codes, run: unknownAction,
			moto: lack{"answers with nothing of AWS's form", "code: none, want InvalidAction"}},
		{name: "a request without a signature", says: "it is refused with 4xx", source: codes, run: unsigned,
			moto: lack{"takes it", "refused: false, want true"}},
		{name: "a dry run's answer", says: "HTTP 412 with DryRunOperation", source: codes, run: dryStatus},
	}
}

// post sends EC2 a form as it is.
func (p *place) post(form, authorization string) (status int, header http.Header, body []byte) {
	r := got(http.NewRequestWithContext(p.ctx, http.MethodPost, p.url+"/", strings.NewReader(form+"&Version=2016-11-15")))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	out := got(p.http.Do(r))
	defer out.Body.Close()
	return out.StatusCode, out.Header, got(io.ReadAll(io.LimitReader(out.Body, 1<<20)))
}

const signed = "AWS4-HMAC-SHA256 Credential=" + accessKey + "/20190207/" + region + "/ec2/aws4_request, SignedHeaders=host, Signature=0"

type refusal struct {
	XMLName xml.Name `xml:"Response"`
	Errors  []struct {
		Code, Message string
	} `xml:"Errors>Error"`
	RequestID string
}

func refusalXML(p *place) {
	status, header, body := p.post("Action=DescribeInstances&InstanceId.1="+nobody, signed)
	same("status", status, 400)
	same("kind", strings.HasPrefix(header.Get("Content-Type"), "text/xml"), true)
	var r refusal
	got(0, xml.Unmarshal(body, &r))
	same("errors", len(r.Errors), 1)
	same("code", r.Errors[0].Code, "InvalidInstanceID.NotFound")
	same("message names it", strings.Contains(r.Errors[0].Message, nobody) && r.RequestID != "", true)
}

func requestID(p *place) {
	_, err := p.ec2.DescribeInstances(p.ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{nobody}})
	var r *awshttp.ResponseError
	same("refused", errors.As(err, &r), true)
	same("its id", r.ServiceRequestID() != "", true)
	same("status", r.HTTPStatusCode(), 400)
}

func unknownAction(p *place) {
	_, _, body := p.post("Action=DescribeWeather", signed)
	var r refusal
	if err := xml.Unmarshal(body, &r); err != nil || len(r.Errors) != 1 {
		same("code", "none", "InvalidAction")
	}
	same("code", r.Errors[0].Code, "InvalidAction")
}

func unsigned(p *place) {
	status, _, _ := p.post("Action=DescribeVpcs", "")
	same("refused", status >= 400 && status < 500, true)
}

func dryStatus(p *place) {
	in := p.order("one")
	in.DryRun = aws.Bool(true)
	_, err := p.ec2.RunInstances(p.ctx, in)
	var r *awshttp.ResponseError
	same("code", code(0, err), "DryRunOperation")
	same("refused", errors.As(err, &r), true)
	same("status", r.HTTPStatusCode(), 412)
}

func lates() []scenario {
	late := func(o *cloud.Options) { o.Late = func() time.Duration { return time.Minute } }
	return []scenario{
		{name: "a launch not seen yet", says: "EC2 is eventually consistent: right after a launch DescribeInstances may not find it", source: "EC2 Developer Guide: Eventual consistency", run: launchUnseen, given: late,
			moto: lack{"sees everything at once and has no knob for it", "done, want InvalidInstanceID.NotFound"}},
		{name: "changes act on what is", says: "a late read changes nothing: the address is allocated, and seen later", source: "EC2 Developer Guide: Eventual consistency", run: addressUnseen, given: late,
			moto: lack{"sees everything at once and has no knob for it", "at first: 1, want 0"}},
	}
}

func launchUnseen(p *place) {
	id := *got(p.ec2.RunInstances(p.ctx, p.order("one"))).Instances[0].InstanceId
	in := &ec2.DescribeInstancesInput{InstanceIds: []string{id}}
	same("at first", code(p.ec2.DescribeInstances(p.ctx, in)), "InvalidInstanceID.NotFound")
	p.wait(settled)
	same("later", code(p.ec2.DescribeInstances(p.ctx, in)), "done")
}

func addressUnseen(p *place) {
	id, _ := p.allocate()
	same("at first", len(got(p.ec2.DescribeAddresses(p.ctx, &ec2.DescribeAddressesInput{})).Addresses), 0)
	same("by name", p.release(id), "done")
	p.wait(settled)
	same("later", len(got(p.ec2.DescribeAddresses(p.ctx, &ec2.DescribeAddressesInput{})).Addresses), 0)
}
