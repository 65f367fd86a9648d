package cloud

// identity.go: who is calling: the access key of a signature, and what the account knows of it.
//
// Signatures themselves are not verified: the key pair is public and pretend; the point is that a real key never does
// anything here. Their form is.

import (
	"net/http"
	"strings"
	"time"
)

// caller is whoever signed a request: the account's one user, or a session of a role.
type caller struct {
	arn     string
	userID  string
	session bool // with temporary credentials
	role    bool // of a role
	reader  bool // may look and change nothing
}

// ARN is the identity of the account's one user: of every caller who has not assumed a role.
func (a *Account) ARN() string { return "arn:aws:iam::" + a.opt.AccountID + ":user/" + userName }

const (
	userName = "rehearsal"
	userID   = "AIDAREHEARSALREHEARSA"
)

func (a *Account) user() caller { return caller{arn: a.ARN(), userID: userID} }

// scope is what a signature of version 4 says of itself: KEY/DATE/REGION/SERVICE/aws4_request.
type scope struct{ key, date, region, service string }

// signedFor reads the scope of a request's signature; it is empty where the request has none of this form.
func signedFor(r *http.Request) scope {
	_, rest, ok := strings.Cut(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=")
	rest, _, _ = strings.Cut(rest, ",")
	part := strings.Split(strings.TrimSpace(rest), "/")
	if !ok || len(part) != 5 || part[4] != "aws4_request" {
		return scope{}
	}
	return scope{part[0], part[1], part[2], part[3]}
}

// signingName is how signatures call a service.
func signingName(service string) string {
	if service == "cloudwatch" {
		return "monitoring"
	}
	return service
}

// authenticate finds out who is calling. An account without an access key takes any for its user's.
func (a *Account) authenticate(in *incoming, now time.Time) error {
	in.caller = a.user()
	signed := signedFor(in.HTTP)
	token := in.HTTP.Header.Get("X-Amz-Security-Token")
	if token == "" && a.opt.AccessKey == "" {
		return nil
	}
	switch _, err := time.Parse("20060102", signed.date); {
	case in.HTTP.Header.Get("Authorization") == "":
		return in.stranger("MissingAuthenticationToken", "Request is missing Authentication Token")
	case signed.key == "" || err != nil || signed.region == "":
		return refuse(400, "IncompleteSignature", "Authorization header requires 'Credential' parameter of the form KEY/DATE/REGION/SERVICE/aws4_request.")
	case signed.service != signingName(in.Service):
		return refuse(403, "SignatureDoesNotMatch", "Credential should be scoped to correct service: '%s'.", signingName(in.Service))
	case token == "" && signed.key == a.opt.AccessKey:
		return nil
	}
	s, ok := a.readToken(token)
	if !ok || s.key() != signed.key {
		return in.stranger("InvalidClientTokenId", "The security token included in the request is invalid.")
	}
	if !now.Before(s.Expires) {
		return in.expired()
	}
	in.caller = a.callerOf(s)
	return nil
}

// stranger refuses credentials in the words of the service.
func (in *incoming) stranger(code, says string) error {
	switch in.Service {
	case "ec2":
		return refuse(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
	case "servicequotas":
		return refuse(400, "UnrecognizedClientException", "The security token included in the request is invalid.")
	default:
		return refuse(403, code, "%s", says)
	}
}

// expired refuses credentials whose time is over, in the words of the service.
func (in *incoming) expired() error {
	switch in.Service {
	case "ec2":
		return refuse(400, "RequestExpired", "Request has expired.")
	case "servicequotas":
		return refuse(400, "ExpiredTokenException", "The security token included in the request is expired")
	default:
		return refuse(403, "ExpiredToken", "The security token included in the request is expired")
	}
}
