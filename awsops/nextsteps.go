package awsops

// nextsteps.go: what a person can do about a refusal, by the code AWS gives it. The
// codes of EC2's own things are in nextsteps_ec2.go.

import (
	"slices"
	"strings"
)

// remedy is one code and what to do about it.
type remedy struct{ code, next string }

// nextStep is what a person can do about a refusal; of a code that is new since this was
// written, what one can do about any.
func nextStep(code string) string {
	code = bare(code)
	for _, table := range [][]remedy{signingRemedies(), requestRemedies(), outageRemedies(), launchRemedies(), thingRemedies(), quotaRemedies(), watchRemedies()} {
		if n := slices.IndexFunc(table, func(r remedy) bool { return r.code == code }); n >= 0 {
			return table[n].next
		}
	}
	switch {
	case strings.HasSuffix(code, ".NotFound"), strings.HasSuffix(code, "NotFoundException"):
		return "check the id, the account and the region"
	case strings.HasSuffix(code, ".Malformed"):
		return "this is no id of that kind: compare it with the console and amend the plan"
	case strings.HasSuffix(code, ".Duplicate"):
		return "something else already has this name: look at it in the console"
	case strings.HasSuffix(code, "LimitExceeded"):
		return "a quota of the account is used up: look at Service Quotas in the console and ask for more"
	}
	return anyStep
}

const anyStep = "look the code up in the AWS documentation, then try again"

// signingRemedies are about who asks.
func signingRemedies() []remedy {
	return []remedy{
		{"UnauthorizedOperation", "ask the owner of the account for this permission, then try again"},
		{"AccessDenied", "ask the owner of the account which policy, or which organization's rule, denies this, then try again"},
		{"AccessDeniedException", "ask the owner of the account to allow this in the policy of your role, then try again"},
		{"NotAuthorized", "your role's policy lacks this call: ask the owner of the account for it, then try again"},
		{"DependencyAccessDeniedException", "the service may not ask another on your behalf: ask the owner of the account for its service-linked role"},
		{"ExpiredToken", "the session has expired: sign in again, then try again"},
		{"ExpiredTokenException", "the session's token has expired: sign in again, then try again"},
		{"TokenRefreshRequired", "the sign-in has to be renewed: sign in again, then try again"},
		{"RequestExpired", "the credentials have expired, or this machine's clock is wrong: sign in again, check the time, then try again"},
		{"RequestTimeTooSkewed", "this machine's clock is more than five minutes wrong: set it, then try again"},
		{"SignatureDoesNotMatch", "check the secret key and the time on this machine, then try again"},
		{"InvalidSignatureException", "the signature is wrong: check the secret access key and the time on this machine, then try again"},
		{"IncompleteSignature", "something between this machine and AWS has cut the signature: check the proxy, then try again"},
		{"AuthFailure", "the credentials are not valid here, or the thing is another account's: run tminus doctor, then sign in to the plan's account"},
		{"InvalidClientTokenId", "AWS does not know this access key: it was deleted, or its session has ended; sign in again"},
		{"UnrecognizedClientException", "AWS does not recognize these credentials: sign in again, to the plan's account"},
		{"MissingAuthenticationToken", "the call carried no credentials: sign in, then try again"},
		{"OptInRequired", "the account has not signed up for this service: open it in the console as the account's owner"},
		{"RegionDisabledException", "the region, or the token service in it, is switched off in this account: let its owner enable it"},
		{"Blocked", "AWS has blocked the account: contact AWS support"},
		{"PendingVerification", "AWS is still verifying the account, which takes up to four hours: contact AWS support if it takes longer"},
	}
}

// requestRemedies are about how it was asked.
func requestRemedies() []remedy {
	return []remedy{
		{"RequestLimitExceeded", "too many calls in this account just now: wait a minute and try again"},
		{"Throttling", "the service is asked too often just now: wait a minute and try again"},
		{"ThrottlingException", "the service's limit of calls a second is reached: wait a minute and try again"},
		{"ThrottledException", "these calls were too many at once: wait a minute and try again"},
		{"RequestThrottled", "this request came too soon after others: wait a minute and try again"},
		{"RequestThrottledException", "this request came too soon upon others: wait a minute and try again"},
		{"TooManyRequestsException", "too many requests of the account at once: wait a minute and try again"},
		{"EC2ThrottledException", "EC2 has throttled the service that asked it: wait a minute and try again"},
		{"PriorRequestNotComplete", "an earlier request is still being worked on: wait a minute and try again"},
		{"BandwidthLimitExceeded", "too much data was asked for in a short time: wait a minute and try again"},
		{"SlowDown", "AWS asks to slow down: wait a minute and try again"},
		{"DryRunOperation", "it was only a rehearsal of the call, and you may make it: nothing was changed"},
		{"InvalidAction", "this service does not know the call: check the endpoint, it may not be AWS"},
		{"UnknownOperationException", "the service at this endpoint has no such call: check the endpoint with tminus doctor"},
		{"InvalidCharacter", "a name or a text of the plan holds a character that AWS does not take: amend it"},
		{"InvalidPaginationToken", "the list changed while it was read: try again"},
		{"InvalidNextToken", "the next page of the list is no longer there: try again"},
		{"InvalidParameter", "AWS cannot use a value together with the others, such as a group of another network: compare the plan with the message, amend it"},
		{"InvalidParameterCombination", "two settings of the plan exclude each other: read which in the message, amend the plan"},
		{"InvalidParameterDependency", "a setting of the plan needs another one: read which in the message, amend the plan"},
		{"InvalidParameterValue", "a value is none that AWS takes: read which in the message, amend the plan"},
		{"InvalidFilter", "AWS does not know what was asked for: tell the authors of tminus, with the request id"},
		{"FilterLimitExceeded", "too much was asked for in one call: tell the authors of tminus, with the request id"},
		{"InvalidQueryParameter", "something between this machine and AWS has changed the request: check the proxy and the endpoint"},
		{"MalformedQueryString", "the request arrived damaged: check the proxy and the endpoint, then try again"},
		{"MissingAction", "the request arrived without its call: check the proxy and the endpoint"},
		{"MissingParameter", "the call lacks a value: read which in the message, add it to the plan"},
		{"MissingRequiredParameter", "the call lacks a required value: read which in the message, add it to the plan"},
		{"UnknownParameter", "AWS does not know a setting: tell the authors of tminus, with the request id"},
		{"UnsupportedProtocol", "the endpoint is called over the wrong protocol: check the endpoint with tminus doctor"},
		{"ValidationError", "AWS finds a value not valid: read which in the message, amend the plan"},
		{"ValidationException", "AWS finds the request not valid: read what in the message, amend the plan"},
		{"SerializationException", "the service could not read the request: check that the endpoint is AWS"},
		{"IllegalArgumentException", "Service Quotas does not know this quota code: look the quota up in the console"},
	}
}

// outageRemedies are about AWS itself.
func outageRemedies() []remedy {
	const health = "look at the AWS Health Dashboard for the region"
	return []remedy{
		{"InternalError", "AWS has failed inside: try again in a minute; if it stays, " + health},
		{"InternalFailure", "AWS failed while it worked on it: try again in a minute; if it stays, " + health},
		{"InternalServiceError", "the service failed inside: try again in a minute; if it stays, " + health},
		{"InternalServerError", "AWS's server failed: try again in a minute; if it stays, " + health},
		{"ServerInternal", "EC2 failed inside: try again in a minute; if it stays, " + health},
		{"ServiceFailure", "IAM failed inside: try again in a minute; if it stays, " + health},
		{"ServiceException", "Service Quotas failed inside: try again in a minute; if it stays, " + health},
		{"ServiceUnavailable", "the service is not there just now: try again in a minute; if it stays, " + health},
		{"ServiceUnavailableException", "the service is not available just now: try again in a minute; if it stays, " + health},
		{"Unavailable", "EC2 is overloaded or not there just now: try again in a minute; if it stays, " + health},
		{"UnknownError", "the answer had no reason in it: try again in a minute, and check that the endpoint is AWS"},
		{"RequestTimeout", "AWS waited for the request in vain: check the network, then try again"},
		{"RequestTimeoutException", "the request did not arrive in time: check the network, then try again"},
	}
}

// watchRemedies are CloudWatch's, and those of Service Quotas about what it does not have.
func watchRemedies() []remedy {
	return []remedy{
		{"ResourceNotFound", "there is no such alarm: it was deleted, or is in another account or region"},
		{"ResourceNotFoundException", "CloudWatch does not know it: it was deleted, or is in another account or region"},
		{"LimitExceeded", "the account's quota of alarms is used up: delete alarms that nobody needs, or ask AWS for more"},
		{"LimitExceededFault", "the account has as many alarms as it may: delete those that nobody needs, or ask AWS for more"},
		{"InvalidFormat", "a value is not in the form CloudWatch takes: read which in the message, amend the plan"},
		{"ConcurrentModificationException", "somebody else changed it in the same moment: look at it, then try again"},
		{"ConflictException", "another change of it is under way: wait a minute, look at it, then try again"},
		{"NoSuchResourceException", "Service Quotas has no figure for this here: look in the console under Service Quotas, AWS services, Amazon EC2, or ask AWS support"},
		{"NoAvailableOrganizationException", "the account is in no organization: look at Service Quotas in the console"},
	}
}
