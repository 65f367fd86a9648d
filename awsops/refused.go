package awsops

// refused.go: what the answers of AWS, and its silences, mean.
//
// An answer with an error is definite: the thing was not done. Silence after a
// request that may have arrived leaves a change unknown. Everything else never
// left this machine.

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/aws/smithy-go"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// refused is a definite no of AWS. Its text is clean.
type refused struct {
	op, code, message string
	err               error
}

func (r *refused) Error() string {
	s := fmt.Sprintf("AWS refused %s: %s (%s)", r.op, strings.TrimSuffix(r.message, "."), r.code)
	if next := nextStep(r.code); next != "" {
		s += "; " + next
	}
	return s
}

func (r *refused) Unwrap() error { return r.err }

// hasCode reports whether err is AWS's refusal with one of the codes.
func hasCode(err error, codes ...string) bool {
	var r *refused
	if !errors.As(err, &r) {
		return false
	}
	for _, c := range codes {
		if r.code == c {
			return true
		}
	}
	return false
}

// missing reports AWS's "there is no such thing", however the thing's kind spells it.
func missing(err error) bool {
	var r *refused
	return errors.As(err, &r) && (strings.HasSuffix(r.code, ".NotFound") || strings.HasSuffix(r.code, "NotFoundException"))
}

// classify gives an error of the SDK its meaning.
func classify(err error, n note, mutates bool) error {
	op := "the call"
	var oe *smithy.OperationError
	if errors.As(err, &oe) {
		op = oe.OperationName
	}
	var api smithy.APIError
	if n.status >= 300 && errors.As(err, &api) {
		// Below its first line a refused signature repeats the request, and with it the session token.
		message, _, _ := strings.Cut(api.ErrorMessage(), "\n")
		r := &refused{op: op, code: safe.Line(api.ErrorCode()), message: safe.Line(message), err: err}
		if r.message == "" {
			r.message = "no reason given"
		}
		if mutates && n.status >= 500 && !certain(r.code) {
			return tasks.Unknown(r)
		}
		return r
	}
	why := safe.Line(cause(err))
	var carried *url.Error
	switch {
	case !n.sent && !errors.As(err, &carried) && !errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s was not sent: %s; check the credentials, then try again", op, why)
	case !n.sent:
		return &silence{fmt.Sprintf("%s was not sent: %s; check the network, then try again", op, why)}
	case n.status != 0:
		err = &silence{fmt.Sprintf("the answer to %s (HTTP %d) could not be understood: %s; look whether something stands between this machine and AWS", op, n.status, why)}
	default:
		err = &silence{fmt.Sprintf("%s was sent and not answered: %s; check the network, then try again", op, why)}
	}
	if mutates {
		return tasks.Unknown(err)
	}
	return err
}

// silence is a request without an answer that says anything. Its text is clean.
type silence struct{ text string }

func (s *silence) Error() string { return s.text }

// certain reports codes that say "not done" although AWS sends them as server errors.
func certain(code string) bool {
	return throttled(code) || strings.HasPrefix(code, "Insufficient")
}

func throttled(code string) bool {
	return strings.HasPrefix(code, "Throttl") || code == "RequestLimitExceeded" || code == "TooManyRequestsException"
}

// passing reports errors of a read that the next look may not meet again.
func passing(err error) bool {
	var quiet *silence
	if errors.As(err, &quiet) {
		return true
	}
	var r *refused
	if !errors.As(err, &r) {
		return false
	}
	switch r.code {
	case "InternalError", "InternalFailure", "ServiceUnavailable", "Unavailable", "UnknownError":
		return true
	}
	return throttled(r.code)
}

// cause is the innermost sentence of a failed request, without the SDK's layers and the URL.
func cause(err error) string {
	var ue *url.Error
	var ne net.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &ue) && errors.As(ue.Err, &ne) && ne.Timeout():
		return fmt.Sprintf("no answer within %s", attemptTimeout)
	case ue != nil:
		return ue.Err.Error()
	}
	var oe *smithy.OperationError
	if errors.As(err, &oe) && oe.Err != nil {
		return oe.Err.Error()
	}
	return err.Error()
}

// nextStep is what a person can do about a refusal.
func nextStep(code string) string {
	if throttled(code) {
		return "too many calls in this account just now: wait a minute and try again"
	}
	switch code {
	case "UnauthorizedOperation", "AccessDenied", "AccessDeniedException":
		return "ask the owner of the account for this permission, then try again"
	case "ExpiredToken", "ExpiredTokenException", "RequestExpired":
		return "the credentials have expired, or this machine's clock is wrong: sign in again, check the time, then try again"
	case "RequestTimeTooSkewed", "SignatureDoesNotMatch", "InvalidSignatureException":
		return "check the secret key and the time on this machine, then try again"
	case "AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException", "OptInRequired":
		return "these credentials are not valid here: sign in to the plan's account"
	case "InsufficientInstanceCapacity", "InsufficientHostCapacity":
		return "AWS has no machine of this type free in this zone: try again in some minutes, or amend the plan to another subnet"
	case "InstanceLimitExceeded", "VcpuLimitExceeded", "VolumeLimitExceeded":
		return "the account's quota is used up: end what is not needed or ask AWS for more"
	case "AddressLimitExceeded":
		return "the account's quota of Elastic IPs (5 unless raised) is used up: release one that serves nobody, then try again"
	case "InsufficientAddressCapacity":
		return "AWS has no address free: try again in some minutes"
	case "SecurityGroupLimitExceeded", "RulesPerSecurityGroupLimitExceeded", "KeyPairLimitExceeded":
		return "the account's quota is used up: delete what nobody uses, then try again"
	case "IdempotentParameterMismatch":
		return "this very launch was asked for before with other parameters: look at the account, then start a new attempt"
	case "IdempotentInstanceTerminated":
		return "the instance of this attempt was terminated and cannot come back: start a new attempt"
	case "Resource.AlreadyAssociated":
		return "nothing was moved: find out who uses it before you take it away"
	case "DependencyViolation":
		return "something still uses it: remove that first, then try again"
	case "OperationNotPermitted":
		return "it is protected, for instance against termination: lift the protection in the console, then try again"
	case "IncorrectInstanceState", "IncorrectState":
		return "wait until it has settled, then try again"
	case "Blocked", "PendingVerification":
		return "AWS holds the account back: contact AWS support"
	}
	if strings.HasSuffix(code, ".NotFound") {
		return "check the id, the account and the region"
	}
	if strings.HasSuffix(code, ".Duplicate") {
		return "something else already has this name: look at it in the console"
	}
	return ""
}
