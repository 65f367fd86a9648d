package awsops

// nextsteps_test.go: every call of api.go, with the codes that AWS documents for it: each
// has a step of its own, over whichever protocol it comes, and is of the right kind.

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"tminus/tasks"
	"tminus/tasks/reading"
)

// commonCodes are what every call of EC2 can be refused with.
const commonCodes = `AuthFailure Blocked DryRunOperation IdempotentParameterMismatch IncompleteSignature InvalidAction InvalidCharacter InvalidClientTokenId
	InvalidPaginationToken InvalidParameter InvalidParameterCombination InvalidParameterDependency InvalidParameterValue InvalidQueryParameter MalformedQueryString
	MissingAction MissingAuthenticationToken MissingParameter OptInRequired PendingVerification RequestExpired UnauthorizedOperation UnknownParameter
	UnsupportedProtocol ValidationError RequestLimitExceeded EC2ThrottledException SignatureDoesNotMatch ExpiredToken
	BandwidthLimitExceeded InsufficientCapacity InternalError InternalFailure ServerInternal ServiceUnavailable Unavailable`

// queryCodes are those of the other services, as they speak the Query protocol, JSON and CBOR.
const queryCodes = `AccessDenied AccessDeniedException NotAuthorized ExpiredToken ExpiredTokenException IncompleteSignature InternalFailure InvalidAction
	InvalidClientTokenId InvalidSignatureException MissingAction MissingAuthenticationToken OptInRequired RequestExpired RequestTimeTooSkewed SignatureDoesNotMatch
	UnrecognizedClientException ServiceUnavailable ServiceUnavailableException Throttling ThrottlingException ThrottledException RequestThrottled
	RequestThrottledException SlowDown PriorRequestNotComplete ValidationError ValidationException UnknownOperationException SerializationException
	InternalServerError RequestTimeout RequestTimeoutException InvalidParameterValue InvalidParameterCombination MissingParameter MalformedQueryString`

// codesOf are the codes that a call can be refused with besides the common ones.
func codesOf() map[string]string {
	return map[string]string{
		"DescribeImages":                "InvalidAMIID.NotFound InvalidAMIID.Malformed InvalidAMIID.Unavailable InvalidFilter FilterLimitExceeded InvalidNextToken",
		"DescribeInstanceTypes":         "InvalidInstanceType InvalidFilter InvalidNextToken",
		"DescribeVpcs":                  "InvalidVpcID.NotFound InvalidVpcID.Malformed InvalidFilter InvalidNextToken",
		"DescribeSubnets":               "InvalidSubnetID.NotFound InvalidSubnetID.Malformed InvalidFilter InvalidNextToken",
		"DescribeKeyPairs":              "InvalidKeyPair.NotFound InvalidFilter",
		"DescribeSecurityGroups":        "InvalidGroup.NotFound InvalidSecurityGroupID.NotFound InvalidGroupId.Malformed InvalidSecurityGroupId.Malformed InvalidFilter InvalidNextToken",
		"DescribeInstances":             "InvalidInstanceID.NotFound InvalidInstanceID.Malformed InvalidFilter FilterLimitExceeded InvalidNextToken",
		"DescribeInstanceStatus":        "InvalidInstanceID.NotFound InvalidInstanceID.Malformed InvalidFilter InvalidNextToken",
		"DescribeVolumes":               "InvalidVolume.NotFound InvalidVolumeID.Malformed InvalidFilter InvalidNextToken",
		"DescribeAddresses":             "InvalidAllocationID.NotFound InvalidAllocationID.Malformed InvalidAddress.NotFound InvalidAddress.Malformed InvalidFilter",
		"GetConsoleOutput":              "InvalidInstanceID.NotFound InvalidInstanceID.Malformed UnsupportedOperation",
		"DescribeInstanceTypeOfferings": "InvalidFilter InvalidNextToken",
		"DescribeVpcAttribute":          "InvalidVpcID.NotFound InvalidVpcID.Malformed",
		"DescribeRouteTables":           "InvalidRouteTableID.NotFound InvalidFilter InvalidNextToken",
		"DescribeRegions":               "InvalidFilter",
		"GetEbsEncryptionByDefault":     "UnsupportedOperation",
		"GetCallerIdentity":             "RegionDisabledException TokenRefreshRequired",
		"GetMetricData":                 "InvalidNextToken InternalServiceError MissingRequiredParameter",
		"DescribeAlarms":                "InvalidNextToken InternalServiceError",
		"ListTagsForResource":           "ResourceNotFound ResourceNotFoundException InternalServiceError",
		"ListAccountAliases":            "ServiceFailure",
		"GetServiceQuota":               "DependencyAccessDeniedException IllegalArgumentException NoSuchResourceException ServiceException TooManyRequestsException NoAvailableOrganizationException",
		"ImportKeyPair":                 "InvalidKeyPair.Duplicate InvalidKeyPair.Format InvalidKey.Format KeyPairLimitExceeded TagLimitExceeded TagPolicyViolation InvalidTagKey.Malformed",
		"DeleteKeyPair":                 "InvalidKeyPair.NotFound OperationNotPermitted",
		"CreateSecurityGroup": `InvalidGroup.Duplicate InvalidGroup.Reserved SecurityGroupLimitExceeded ResourceLimitExceeded InvalidVpcID.NotFound VPCIdNotSpecified
			DefaultVpcDoesNotExist TagLimitExceeded TagPolicyViolation`,
		"DeleteSecurityGroup": "DependencyViolation InvalidGroup.InUse InvalidGroup.NotFound InvalidGroup.Reserved CannotDelete InvalidGroupId.Malformed OperationNotPermitted",
		"AuthorizeSecurityGroupIngress": `InvalidPermission.Duplicate InvalidPermission.Malformed RulesPerSecurityGroupLimitExceeded InvalidGroup.NotFound
			InvalidSecurityGroupID.NotFound InvalidGroupId.Malformed`,
		"RunInstances": `IdempotentInstanceTerminated InstanceLimitExceeded VcpuLimitExceeded InsufficientInstanceCapacity InsufficientHostCapacity
			InsufficientReservedInstanceCapacity InsufficientVolumeCapacity InsufficientFreeAddressesInSubnet InvalidAMIID.NotFound InvalidAMIID.Malformed InvalidAMIID.Unavailable
			InvalidAMIID.NotSupported InvalidBlockDeviceMapping InvalidSnapshot.NotFound EncryptedVolumesNotSupported InvalidKMSKey.InvalidState InvalidInstanceType
			InvalidInstanceAttributeValue InstanceCreditSpecification.NotSupported InvalidInterface.IpAddressLimitExceeded InvalidUserData.Malformed Unsupported UnsupportedOperation
			VolumeTypeNotAvailableInZone VolumeLimitExceeded MaxIOPSLimitExceeded VolumeIOPSLimit InvalidGroup.NotFound InvalidSecurityGroupID.NotFound InvalidGroupId.Malformed
			InvalidKeyPair.NotFound InvalidSubnetID.NotFound InvalidSubnetID.Malformed InvalidSubnet InvalidSubnet.Conflict InvalidNetworkInterfaceID.NotFound
			InvalidNetworkInterface.InUse SecurityGroupsPerInstanceLimitExceeded SecurityGroupsPerInterfaceLimitExceeded NetworkInterfaceLimitExceeded PrivateIpAddressLimitExceeded
			TagLimitExceeded TagPolicyViolation InvalidTagKey.Malformed ResourceCountExceeded ResourceLimitExceeded`,
		"StopInstances":       "IncorrectInstanceState IncorrectState InvalidInstanceID.NotFound InvalidInstanceID.Malformed OperationNotPermitted UnsupportedOperation UnsupportedHibernationConfiguration",
		"TerminateInstances":  "IncorrectInstanceState IncorrectState InvalidInstanceID.NotFound InvalidInstanceID.Malformed OperationNotPermitted",
		"AllocateAddress":     "AddressLimitExceeded InsufficientAddressCapacity InvalidAddress.NotFound TagLimitExceeded TagPolicyViolation",
		"AssociateAddress":    "Resource.AlreadyAssociated InvalidAllocationID.NotFound InvalidAllocationID.Malformed InvalidAddress.NotFound InvalidAddressID.NotFound InvalidAddress.Locked InvalidInstanceID InvalidInstanceID.NotFound InvalidInstanceID.Malformed InvalidIPAddress.InUse IncorrectInstanceState IncorrectState InvalidNetworkInterfaceID.NotFound Gateway.NotAttached OperationNotPermitted InvalidState",
		"DisassociateAddress": "InvalidAssociationID.NotFound InvalidAddress.Locked InvalidAddress.NotFound OperationNotPermitted IncorrectState",
		"ReleaseAddress":      "InvalidAllocationID.NotFound InvalidAllocationID.Malformed InvalidAddress.NotFound InvalidAddressID.NotFound InvalidAddress.Locked InvalidAddress.PtrSet InvalidIPAddress.InUse OperationNotPermitted",
		"PutMetricAlarm":      "LimitExceeded LimitExceededFault InvalidFormat ConcurrentModificationException ConflictException ResourceNotFound InternalServiceError MissingRequiredParameter TagPolicyViolation",
		"DeleteAlarms":        "ResourceNotFound ConcurrentModificationException ConflictException InternalServiceError",
	}
}

// operations are the calls of sets of clients, and whether they are EC2's.
func operations(sets ...reflect.Type) map[string]bool {
	all := map[string]bool{}
	for _, set := range sets {
		for n := range set.NumField() {
			of := set.Field(n).Type
			for m := range of.NumMethod() {
				all[of.Method(m).Name] = strings.HasSuffix(of.Method(m).Type.In(1).Elem().PkgPath(), "/service/ec2")
			}
		}
	}
	return all
}

func TestEveryCodeHasItsStep(t *testing.T) {
	known := map[string]string{}
	for _, table := range [][]remedy{signingRemedies(), requestRemedies(), outageRemedies(), launchRemedies(), thingRemedies(), quotaRemedies(), watchRemedies()} {
		for _, r := range table {
			if known[r.code] != "" {
				t.Errorf("%s is twice in the tables", r.code)
			}
			known[r.code] = r.next
		}
	}
	all := operations(reflect.TypeFor[reads](), reflect.TypeFor[writes]())
	cases := 0
	for op, ec2s := range all {
		own, listed := codesOf()[op]
		if !listed {
			t.Errorf("%s: nobody has said with which codes it can be refused", op)
		}
		codes := strings.Fields(queryCodes + " " + own)
		if ec2s {
			codes = strings.Fields(commonCodes + " " + own)
		}
		steps := map[string]string{}
		for _, code := range codes {
			cases++
			if known[code] == "" {
				t.Errorf("%s: %s has no step of its own", op, code)
			}
			if other := steps[known[code]]; other != "" && other != code {
				t.Errorf("%s: %s and %s have the same step", op, code, other)
			}
			steps[known[code]] = code
			says := (&refused{op: op, code: code, message: "AWS's words."}).Error()
			if want := fmt.Sprintf("AWS refused %s: AWS's words (%s); ", op, code); !strings.HasPrefix(says, want) || len(says) < len(want)+15 {
				t.Errorf("%q", says)
			}
		}
	}
	used := commonCodes + " " + queryCodes
	for _, own := range codesOf() {
		used += " " + own
	}
	for code := range known {
		if !slices.Contains(strings.Fields(used), code) && code != "InvalidPermission.NotFound" && code != "UnknownError" {
			t.Errorf("no call is refused with %s", code)
		}
	}
	t.Logf("figure: %d refusals of %d calls, %d codes", cases, len(all), len(known))
	for code, want := range map[string]string{"Client.UnauthorizedOperation": "permission", "InvalidNew.NotFound": "check the id", "New.Malformed": "no id",
		"New.Duplicate": "already has this name", "NewLimitExceeded": "quota", "New": "documentation"} {
		if got := nextStep(code); !strings.Contains(got, want) {
			t.Errorf("%s: %s", code, got)
		}
	}
}

// TestKindsOverEveryProtocol: a refusal is of the same kind whether it came as XML, JSON or CBOR.
func TestKindsOverEveryProtocol(t *testing.T) {
	calls := map[string]func(context.Context, *trail, *Account) error{
		"ec2": func(ctx context.Context, t *trail, a *Account) error {
			_, err := ask(ctx, t, nil, a.read().ec2.DescribeVpcs, &ec2.DescribeVpcsInput{})
			return err
		},
		"sts": func(ctx context.Context, t *trail, a *Account) error {
			_, err := ask(ctx, t, nil, a.read().caller.GetCallerIdentity, &sts.GetCallerIdentityInput{})
			return err
		},
		"iam": func(ctx context.Context, t *trail, a *Account) error {
			_, err := ask(ctx, t, nil, a.read().names.ListAccountAliases, &iam.ListAccountAliasesInput{})
			return err
		},
		"cloudwatch": func(ctx context.Context, t *trail, a *Account) error {
			_, err := ask(ctx, t, nil, a.read().metrics.DescribeAlarms, &cloudwatch.DescribeAlarmsInput{})
			return err
		},
		"alarm": func(ctx context.Context, t *trail, a *Account) error {
			_, err := tell(ctx, t, nil, a.write().DeleteAlarms, &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"x"}})
			return err
		},
		"quotas": func(ctx context.Context, t *trail, a *Account) error {
			_, err := ask(ctx, t, nil, a.read().quotas.GetServiceQuota, &servicequotas.GetServiceQuotaInput{ServiceCode: aws.String("ec2"), QuotaCode: aws.String("L-1")})
			return err
		},
	}
	for _, tt := range []struct {
		status int
		code   string
		mend   []string
		want   reading.FailureKind
	}{
		{503, "RequestLimitExceeded", nil, reading.Throttled}, {400, "ThrottlingException", nil, reading.Throttled}, {429, "TooManyRequestsException", nil, reading.Throttled},
		{403, "UnauthorizedOperation", nil, reading.Denied}, {403, "AccessDenied", nil, reading.Denied}, {400, "AccessDeniedException", []string{"aws"}, reading.Denied},
		{400, "RequestExpired", nil, reading.Expired}, {403, "ExpiredToken", []string{"aws", "sso", "login"}, reading.Expired}, {400, "ExpiredTokenException", nil, reading.Expired},
		{403, "InvalidClientTokenId", []string{"aws", "sso", "login"}, reading.Expired}, {403, "InvalidClientTokenId", nil, reading.Denied},
		{400, "UnrecognizedClientException", []string{"aws", "sso", "login"}, reading.Expired}, {401, "AuthFailure", []string{"aws"}, reading.Denied},
		{500, "InternalError", nil, reading.Unreachable}, {503, "ServiceUnavailable", nil, reading.Unreachable},
		{400, "InvalidParameterValue", nil, reading.Failed}, {0, "", nil, reading.Unreachable},
	} {
		for service, call := range calls {
			synctest.Test(t, func(t *testing.T) { // the SDK waits between the attempts of a look
				b := broken{status: tt.status, code: tt.code}
				a := New(Options{Region: "ap-southeast-1", Credentials: Static("AKIA", "s"), HTTP: &http.Client{Transport: &b}, Mend: tt.mend})
				err := call(t.Context(), &trail{a: a}, a)
				f := tasks.FailureOf(err, "", reading.Failure{}, time.Now())
				if f.Kind != tt.want || f.Kind == reading.Expired && !slices.Equal(f.Mend, tt.mend) || f.Kind != reading.Expired && f.Mend != nil {
					t.Errorf("%s, %s: %+v, want %s: %v", service, tt.code, f, tt.want, err)
				}
				if tt.code != "" && !strings.Contains(err.Error(), "("+tt.code+")") {
					t.Errorf("%s, %s: %v", service, tt.code, err)
				}
			})
		}
	}
}

// TestAStrangeAnswerIsNoOutage: a proxy's login page is an answer; nobody is to look for an outage of AWS.
func TestAStrangeAnswerIsNoOutage(t *testing.T) {
	err := classify(errors.New("deserialization failed: it begins with <html>"), note{sent: true, status: 404}, false)
	if f := tasks.FailureOf(err, "", reading.Failure{}, time.Now()); f.Kind != reading.Failed || !passing(err) {
		t.Errorf("%+v: %v", f, err)
	}
}

// TestMissingPermissionIsNamed: which permission, on what and why; never who asked, nor what only AWS can read.
func TestMissingPermissionIsNamed(t *testing.T) {
	const blob = "Mz8rFAbcdEncodedByAWS"
	who := "arn:aws:sts::610000000042:assumed-role/Operator/lx@example.com"
	for said, want := range map[string]string{
		"You are not authorized to perform this operation.": "AWS refused RunInstances: these credentials have no permission for it (UnauthorizedOperation); " +
			"ask the owner of the account for the permission ec2:RunInstances, then try again",
		"You are not authorized to perform this operation. User: " + who + " is not authorized to perform: ec2:CreateTags on resource: arn:aws:ec2:ap-southeast-1:610000000042:instance/* " +
			"because no identity-based policy allows the ec2:CreateTags action. Encoded authorization failure message: " + blob: "AWS refused RunInstances: these credentials have no permission for it " +
			"on arn:aws:ec2:ap-southeast-1:610000000042:instance/* because no identity-based policy allows the ec2:CreateTags action, and aws sts decode-authorization-message can tell why " +
			"from CloudTrail's event (UnauthorizedOperation); ask the owner of the account for the permission ec2:CreateTags, then try again",
		"User: " + who + " is not authorized to perform: ec2:RunInstances with an explicit deny in a service control policy": "AWS refused RunInstances: these credentials have no permission for it " +
			"because a policy denies it explicitly (UnauthorizedOperation); ask the owner of the account for the permission ec2:RunInstances, then try again",
	} {
		r := &refused{op: "RunInstances", code: "UnauthorizedOperation"}
		r.action, r.message = forbidden("EC2", "RunInstances", said)
		if got := r.Error(); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
	if action, _ := forbidden("Service Quotas", "GetServiceQuota", "no"); action != "servicequotas:GetServiceQuota" {
		t.Error(action)
	}
	b := broken{status: 403, code: "UnauthorizedOperation", message: "You are not authorized to perform this operation. Encoded authorization failure message: " + blob}
	a := New(Options{Region: "ap-southeast-1", Credentials: Static("AKIA", "s"), HTTP: &http.Client{Transport: &b}})
	trail := &trail{a: a}
	_, err := tell(t.Context(), trail, nil, a.write().ReleaseAddress, &ec2.ReleaseAddressInput{})
	if err == nil || strings.Contains(err.Error()+trail.calls[0].Error, "EncodedByAWS") || !strings.Contains(err.Error(), "ec2:ReleaseAddress") {
		t.Errorf("%v", err)
	}
}

// signedOut is an error of who gives the credentials.
type signedOut struct{}

func (signedOut) Error() string { return "the SSO session scp has expired; aws sso login" }
func (signedOut) Failure() reading.Failure {
	return reading.Failure{Kind: reading.Expired, Mend: []string{"aws", "sso", "login"}}
}

// TestCredentialsSpeakForThemselves: what the giver of the credentials says is not lost on the way.
func TestCredentialsSpeakForThemselves(t *testing.T) {
	a := New(Options{Region: "ap-southeast-1", Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{}, fmt.Errorf("load: %w", signedOut{})
	})})
	_, err := tell(t.Context(), &trail{a: a}, nil, a.write().ReleaseAddress, &ec2.ReleaseAddressInput{})
	f := tasks.FailureOf(err, "", reading.Failure{}, time.Now())
	if f.Kind != reading.Expired || len(f.Mend) != 3 || errors.Is(err, tasks.ErrUnknown) || !strings.Contains(err.Error(), "ReleaseAddress was not sent: the SSO session") {
		t.Errorf("%+v, %v", f, err)
	}
}
