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
	"io"
	"net"
	"net/url"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"tminus/tasks"
	"tminus/tasks/reading"
	"tminus/tasks/safe"
)

// refused is a definite no of AWS. Its text is clean.
type refused struct {
	op, code, message string
	action            string   // the IAM action that a permission is missing for, "" = another refusal
	mend              []string // the command that signs in again, nil = there is none
	err               error
}

func (r *refused) Error() string {
	return fmt.Sprintf("AWS refused %s: %s (%s); %s", r.op, strings.TrimSuffix(r.message, "."), r.code, r.next())
}

func (r *refused) next() string {
	if r.action != "" {
		return "ask the owner of the account for the permission " + r.action + ", then try again"
	}
	return nextStep(r.code)
}

func (r *refused) Unwrap() error { return r.err }

// Failure is the way in which the call failed, as a person answers it.
func (r *refused) Failure() reading.Failure {
	switch {
	case throttled(r.code):
		return reading.Failure{Kind: reading.Throttled}
	case lapsed(r.code), r.mend != nil && strange(r.code, r.message):
		return reading.Failure{Kind: reading.Expired, Mend: r.mend}
	case denied(r.code), strange(r.code, r.message):
		return reading.Failure{Kind: reading.Denied}
	case unwell(r.code):
		return reading.Failure{Kind: reading.Unreachable}
	}
	return reading.Failure{Kind: reading.Failed}
}

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
	return errors.As(err, &r) && (strings.HasSuffix(r.code, "NotFound") || strings.HasSuffix(r.code, "NotFoundException"))
}

// classify gives an error of the SDK its meaning.
func classify(err error, n note, mutates bool) error {
	op, service := "the call", ""
	var oe *smithy.OperationError
	if errors.As(err, &oe) {
		op, service = oe.OperationName, oe.ServiceID
	}
	var api smithy.APIError
	if n.status >= 300 && errors.As(err, &api) {
		// Below its first line a refused signature repeats the request, and with it the session token.
		message, _, _ := strings.Cut(api.ErrorMessage(), "\n")
		r := &refused{op: op, code: safe.Line(api.ErrorCode()), message: safe.Line(message), err: err}
		if r.message == "" {
			r.message = "no reason given"
		}
		if unpermitted(r.code) {
			r.action, r.message = forbidden(service, op, r.message)
		}
		if mutates && n.status >= 500 && !certain(r.code) {
			return tasks.Unknown(r)
		}
		return r
	}
	why := safe.Line(cause(err))
	var carried *url.Error
	var known tasks.Failing
	switch {
	case !n.sent && errors.As(err, &known): // who gives the credentials knows best
		return fmt.Errorf("%s was not sent: %w", op, known)
	case !n.sent && !errors.As(err, &carried) && !errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s was not sent: %s; check the credentials, then try again", op, why)
	case !n.sent:
		return &silence{text: fmt.Sprintf("%s was not sent: %s; check the network, then try again", op, why)}
	case n.status != 0 && garbled(err):
		err = &silence{answered: true, text: fmt.Sprintf("the answer to %s (HTTP %d) is not in the protocol of %s; look whether something stands between this machine and AWS, or is at the endpoint in its place", op, n.status, orSay(service, "AWS"))}
	case n.status != 0:
		err = &silence{answered: true, text: fmt.Sprintf("the answer to %s (HTTP %d) could not be read: %s; look whether something stands between this machine and AWS", op, n.status, why)}
	default:
		err = &silence{text: fmt.Sprintf("%s was sent and not answered: %s; check the network, then try again", op, why)}
	}
	if mutates {
		return tasks.Unknown(err)
	}
	return err
}

// silence is a request without an answer that says anything. Its text is clean.
type silence struct {
	text     string
	answered bool // something answered, which does not speak as AWS does
}

func (s *silence) Error() string { return s.text }

// Failure says that nothing is known but whether anything answered at all.
func (s *silence) Failure() reading.Failure {
	if s.answered {
		return reading.Failure{Kind: reading.Failed}
	}
	return reading.Failure{Kind: reading.Unreachable}
}

// passing reports errors of a read that the next look may not meet again.
func passing(err error) bool {
	var quiet *silence
	if errors.As(err, &quiet) {
		return true
	}
	var r *refused
	return errors.As(err, &r) && (unwell(r.code) || throttled(r.code))
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
		err = oe.Err
	}
	if re := (*smithyhttp.ResponseError)(nil); errors.As(err, &re) && re.Err != nil {
		err = re.Err // its own words are a status that is told, and a request id that is not there
	}
	return err.Error()
}

// garbled reports an answer that came whole and that the SDK could not read.
func garbled(err error) bool {
	var de *smithy.DeserializationError
	var ne net.Error
	return errors.As(err, &de) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.As(err, &ne)
}
