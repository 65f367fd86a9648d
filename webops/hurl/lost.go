package hurl

// lost.go: exchanges that did not come to an answer, each in a sentence with what to do next.

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"
)

// LostError is an exchange that did not come to an answer.
type LostError struct {
	Kind string // refused, unreachable, timed out, closed, tls, protocol, redirects
	Says string // on what, and what to do next; secrets taken out
	Err  error
}

func (l *LostError) Error() string { return l.Kind + ": " + l.Says }
func (l *LostError) Unwrap() error { return l.Err }

// RefusedError is a request that was not sent because it may not be. A Transport's dialer that learns of it only when
// it knows the address answers with one too; only Err need be set.
type RefusedError struct {
	Method, URL string // as it would have been sent, secrets taken out
	Err         error
}

func (r *RefusedError) Error() string {
	return r.Method + " " + r.URL + " was not sent: " + r.Err.Error()
}
func (r *RefusedError) Unwrap() error { return r.Err }

// explain classifies an error of the wire.
func explain(u *url.URL, limit time.Duration, now time.Time, err error) *LostError {
	host := short(u.Host, mostShown)
	lost := func(kind, says string) *LostError { return &LostError{kind, says, err} }
	if says := explainTLS(host, now, err); says != "" {
		return lost("tls", says)
	}
	var timeout net.Error
	var dns *net.DNSError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return lost("refused", "nothing listens on "+host+"; check that the web server runs and listens on this port")
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return lost("unreachable", "no route leads to "+host+"; check that the address is associated with the running instance")
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded),
		errors.Is(err, syscall.ETIMEDOUT), errors.As(err, &timeout) && timeout.Timeout():
		return lost("timed out", host+" did not answer in full within "+limit.String()+
			"; check the security group for this port and the load of the host")
	case errors.As(err, &dns):
		return lost("unreachable", "no address is known for "+short(dns.Name, mostShown)+"; check the name; the application itself is asked as {{base}}, which needs no name server")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrClosedPipe):
		return lost("closed", host+" closed the connection before its answer was complete; read the web server's error log")
	case strings.Contains(err.Error(), "server response headers exceeded"):
		return lost("protocol", host+" sent more headers than are read; look for one that repeats or grows, such as a cookie")
	}
	return lost("protocol", host+" did not answer in HTTP as expected: "+short(err.Error(), mostShown)+"; check what listens on this port")
}

// explainTLS is the sentence for a certificate that is not accepted or a handshake that fails; "" for other errors.
func explainTLS(host string, now time.Time, err error) string {
	var invalid x509.CertificateInvalidError
	var name x509.HostnameError
	var authority x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && now.Before(invalid.Cert.NotBefore):
		return fmt.Sprintf("the certificate of %s is valid only from %s on; check the clock of this machine, or use the right certificate",
			host, day(invalid.Cert.NotBefore))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Sprintf("the certificate of %s expired on %s; renew it and reload the web server", host, day(invalid.Cert.NotAfter))
	case errors.As(err, &name):
		names := alternatives(name.Certificate)
		if len(names) == 0 {
			names = []string{distinguished(name.Certificate.Subject)}
		}
		return fmt.Sprintf("the certificate of %s is not for %s but for %s; ask by a name of the certificate (the plan: environment: application: host), or use a certificate with this one",
			host, short(name.Host, mostShown), short(strings.Join(names, ", "), mostShown))
	case errors.As(err, &authority):
		issuer := "an authority"
		if authority.Cert != nil {
			issuer = short(distinguished(authority.Cert.Issuer), mostShown)
		}
		return fmt.Sprintf("the certificate of %s was signed by %s, which this machine does not know; install the whole chain, "+
			"or trust that authority here", host, issuer)
	case errors.As(err, &invalid):
		return fmt.Sprintf("the certificate of %s is not acceptable: %s", host, short(err.Error(), mostShown))
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return host + " speaks no TLS on this port; write http://, or check the port"
	case errors.As(err, &alert):
		return fmt.Sprintf("%s broke off the TLS handshake: %s; check its protocols and its certificate", host, short(alert.Error(), mostShown))
	}
	return ""
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }
