package awsops

// refusal_kinds.go: which refusals are of one kind: too many calls, no permission,
// credentials that have run out, an AWS that is not well. The services and their
// protocols spell each in several ways.

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// bare is a code without the side it was said on: some answers write Client.UnauthorizedOperation.
func bare(code string) string {
	return strings.TrimPrefix(strings.TrimPrefix(code, "Client."), "Server.")
}

// throttled codes say that too much was asked for just now. Nothing was done.
func throttled(code string) bool {
	code = bare(code)
	return strings.HasPrefix(code, "Throttl") || strings.HasPrefix(code, "RequestThrottled") ||
		slices.Contains([]string{"RequestLimitExceeded", "TooManyRequestsException", "EC2ThrottledException", "PriorRequestNotComplete",
			"BandwidthLimitExceeded", "SlowDown"}, code)
}

// unpermitted codes say that a policy does not let these credentials make the call.
func unpermitted(code string) bool {
	return slices.Contains([]string{"UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "NotAuthorized"}, bare(code))
}

// denied codes say that these credentials may not, whoever signs in with them again.
func denied(code string) bool {
	return unpermitted(code) || slices.Contains([]string{"OptInRequired", "SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature",
		"Blocked", "PendingVerification", "RegionDisabledException", "DependencyAccessDeniedException", "AuthFailure"}, bare(code))
}

// lapsed codes say that the credentials were good and are not any more. EC2 says RequestExpired of them.
func lapsed(code string) bool {
	return slices.Contains([]string{"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}, bare(code))
}

// strange reports that AWS does not know the credentials. With those of a session it is the
// session that ended: its keys are forgotten. EC2 says AuthFailure of that, and of things
// that belong to others, too.
func strange(code, message string) bool {
	switch code = bare(code); code {
	case "InvalidClientTokenId", "UnrecognizedClientException", "MissingAuthenticationToken":
		return true
	}
	return code == "AuthFailure" && strings.Contains(message, "validate the provided access credentials")
}

// unwell codes say that AWS itself has failed: an outage, however short.
func unwell(code string) bool {
	return slices.Contains([]string{"InternalError", "InternalFailure", "InternalServiceError", "InternalServerError", "ServerInternal", "ServiceFailure",
		"ServiceException", "ServiceUnavailable", "ServiceUnavailableException", "Unavailable", "UnknownError", "RequestTimeout", "RequestTimeoutException"}, bare(code))
}

// certain reports codes that say "not done" although AWS sends them as server errors.
func certain(code string) bool {
	return throttled(code) || strings.HasPrefix(bare(code), "Insufficient")
}

// forbidden says which IAM action is missing and what AWS says of it. Of the message only
// what a person can act on is kept: not who asks, and not the encoded part, which only
// AWS can read.
func forbidden(service, op, message string) (action, says string) {
	action = strings.ReplaceAll(strings.ToLower(service), " ", "") + ":" + op
	plain, _, coded := strings.Cut(message, "Encoded authorization failure message")
	named := regexp.MustCompile(`not authorized to perform: ([A-Za-z0-9-]+:[A-Za-z0-9]+)(?: on resource: (\S+))?`).FindStringSubmatch(plain)
	says = "these credentials have no permission for it"
	if named != nil {
		if action = named[1]; named[2] != "" && named[2] != "*" {
			says += " on " + strings.TrimSuffix(named[2], ".")
		}
	}
	if why := regexp.MustCompile(`\bbecause (.+?)\.?\s*$`).FindStringSubmatch(plain); why != nil {
		says += fmt.Sprintf(" because %s", why[1])
	} else if strings.Contains(plain, "explicit deny") {
		says += " because a policy denies it explicitly"
	}
	if coded {
		says += ", and aws sts decode-authorization-message can tell why from CloudTrail's event"
	}
	return action, says
}
