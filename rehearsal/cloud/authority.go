package cloud

// authority.go: what the caller may not do, as IAM would say it. Only that a call is denied is told, never by what.

import (
	"encoding/base64"
	"slices"
	"strings"
)

// denied reports whether the caller is denied an operation: by its name, or all of its service.
func (a *Account) denied(service, op string) bool {
	return slices.ContainsFunc(a.opt.Denied, func(d string) bool {
		prefix, action, _ := strings.Cut(d, ":")
		return strings.EqualFold(prefix, service) && (action == "*" || strings.EqualFold(action, op))
	})
}

// permit refuses a request that the caller is denied, before anything else is looked at. Nobody can be denied
// GetCallerIdentity.
func (a *Account) permit(in *incoming) error {
	if in.Operation == "GetCallerIdentity" || !a.denied(in.Service, in.Operation) {
		return nil
	}
	return a.unauthorized(in)
}

// Denial is what AWS says to a request that the account's user may not make.
func (a *Account) Denial(r Request) *Fault {
	e := a.denial(r.Service, r.Operation, a.ARN())
	return &Fault{Status: e.Status, Code: e.Code, Message: e.Message}
}

func (a *Account) unauthorized(in *incoming) error {
	return a.denial(in.Service, in.Operation, in.caller.arn)
}

// denial is a refusal in the words of the service. EC2 adds, to what changes something, a message that only a policy's
// owner can decode.
func (a *Account) denial(service, op, caller string) *apiError {
	action := service + ":" + op
	says := "User: " + caller + " is not authorized to perform: " + action + " because no identity-based policy allows the " + action + " action"
	switch service {
	case "ec2":
		says = "You are not authorized to perform this operation. " + says + "."
		if mutates(op) {
			d := drawAt(a.opt.Seed, 0, "denied "+action)
			says += " Encoded authorization failure message: " + base64.RawURLEncoding.EncodeToString(append(d[:], d[:]...))
		}
		return &apiError{403, "UnauthorizedOperation", says}
	case "servicequotas":
		return &apiError{400, "AccessDeniedException", says}
	default:
		return &apiError{403, "AccessDenied", says}
	}
}
