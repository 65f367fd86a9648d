package rehearsal

// refusal.go: what AWS says when something is wrong with a call that has nothing to do with what it asks for. Each service
// has words of its own.

import (
	"net/http"

	"tminus/rehearsal/cloud"
)

func throttled(service string) *cloud.Fault {
	switch service {
	case "ec2":
		return &cloud.Fault{Status: http.StatusServiceUnavailable, Code: "RequestLimitExceeded", Message: "Request limit exceeded."}
	case "servicequotas":
		return &cloud.Fault{Status: http.StatusTooManyRequests, Code: "TooManyRequestsException", Message: "Rate exceeded"}
	default:
		return &cloud.Fault{Status: http.StatusBadRequest, Code: "Throttling", Message: "Rate exceeded"}
	}
}

func internal(service string) *cloud.Fault {
	f := &cloud.Fault{Status: http.StatusInternalServerError, Code: "InternalFailure",
		Message: "The request processing has failed because of an unknown error, exception or failure."}
	switch service {
	case "ec2":
		f.Code, f.Message = "InternalError", "An internal error has occurred"
	case "cloudwatch":
		f.Code = "InternalServiceError"
	case "servicequotas":
		f.Code = "ServiceException"
	}
	return f
}

// expired is what is said of credentials that were good. EC2 says it of the request.
func expired(service string) *cloud.Fault {
	switch service {
	case "ec2":
		return &cloud.Fault{Status: http.StatusBadRequest, Code: "RequestExpired", Message: "Request has expired."}
	case "servicequotas":
		return &cloud.Fault{Status: http.StatusBadRequest, Code: "ExpiredTokenException", Message: "The security token included in the request is expired"}
	default:
		return &cloud.Fault{Status: http.StatusForbidden, Code: "ExpiredToken", Message: "The security token included in the request is expired"}
	}
}
