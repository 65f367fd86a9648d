package cloud

// server.go: from an HTTP request to an operation and back, with the seams for faults.
//
// Which protocol a request speaks is told by its path (CBOR), its X-Amz-Target (JSON), or neither (Query), as at AWS.

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const maxBody = 1 << 20 // bytes of a request, before and after decompression

// Request names the operation that a fault may be put on.
type Request struct {
	Service   string // ec2, sts, iam, cloudwatch
	Operation string
	Mutates   bool // it may change the account; a dry run may not
	HTTP      *http.Request
}

// Fault is what happens to a request instead of its ordinary answer.
type Fault struct {
	Drop          bool // close the connection without an answer
	Status        int  // otherwise: the HTTP status,
	Code, Message string
}

// apiError is a refusal in AWS's terms.
type apiError struct {
	Status        int
	Code, Message string
}

func (e *apiError) Error() string { return e.Code + ": " + e.Message }

func refuse(status int, code, format string, args ...any) error {
	return &apiError{status, code, fmt.Sprintf(format, args...)}
}

// incoming is a decoded request: parameters as a form (Query) or as a document (JSON, CBOR).
type incoming struct {
	Request
	proto protocol
	form  *form
	dry   bool
	doc   map[string]any
}

// protocol renders answers in one wire format.
type protocol interface {
	// answer renders a result: []element for the Query protocol, map[string]any for the others.
	answer(in *incoming, result any, requestID string) (contentType string, body []byte)
	refusal(err *apiError, requestID string) (contentType string, body []byte)
}

// Handler serves the account's API. It must be mounted at the root of a host.
func (a *Account) Handler() http.Handler { return http.HandlerFunc(a.serve) }

func (a *Account) serve(w http.ResponseWriter, r *http.Request) {
	id := a.requestID(a.opt.Now())
	in, err := decode(w, r)
	if err == nil {
		err = a.authenticate(in)
	}
	if err == nil {
		err = strike(a.opt.Before, in)
	}
	var result any
	if err == nil {
		if result, err = a.perform(in, a.opt.Now()); err == nil { // not before: the seam may have taken its time
			err = strike(a.opt.After, in)
		}
	}
	send(w, in, result, err, id)
}

// strike asks the seam for a fault and turns it into an error, or ends the connection.
func strike(seam func(Request) *Fault, in *incoming) error {
	if seam == nil {
		return nil
	}
	f := seam(in.Request)
	if f == nil {
		return nil
	}
	if f.Drop {
		panic(http.ErrAbortHandler) // net/http's word for: close without an answer, log nothing
	}
	return &apiError{f.Status, f.Code, f.Message}
}

func (a *Account) perform(in *incoming, now time.Time) (any, error) {
	switch in.Service {
	case "ec2":
		return a.ec2(in.Operation, in.form, now)
	case "sts":
		return a.sts(in.Operation, in.form)
	case "iam":
		return a.iam(in.Operation, in.form)
	default:
		return a.cloudWatch(in.Operation, in.doc, now)
	}
}

func send(w http.ResponseWriter, in *incoming, result any, err error, id string) {
	h := w.Header()
	h.Set("x-amzn-RequestId", id)
	if in.proto == (cborRPC{}) {
		h.Set("Smithy-Protocol", "rpc-v2-cbor")
	}
	if err == nil {
		kind, body := in.proto.answer(in, result, id)
		h.Set("Content-Type", kind)
		w.Write(body) // a client that hung up is no concern of the account
		return
	}
	e := &apiError{Status: 500, Code: "InternalError", Message: err.Error()}
	errors.As(err, &e)
	fault := "Sender"
	if e.Status >= 500 {
		fault = "Receiver"
	}
	kind, body := in.proto.refusal(e, id)
	h.Set("Content-Type", kind)
	h.Set("x-amzn-query-error", e.Code+";"+fault)
	w.WriteHeader(e.Status)
	w.Write(body)
}

const granite = "GraniteServiceVersion20100801" // CloudWatch's name on the wire

// decode reads a request. Even when it fails, the answer says in which protocol to say so.
func decode(w http.ResponseWriter, r *http.Request) (*incoming, error) {
	in := &incoming{Request: Request{HTTP: r}, proto: queryEC2{}}
	target := r.Header.Get("X-Amz-Target")
	cborOp, isCBOR := strings.CutPrefix(r.URL.Path, "/service/"+granite+"/operation/")
	switch {
	case isCBOR:
		in.proto = cborRPC{}
	case target != "":
		in.proto = jsonRPC{}
	}
	if r.Method != http.MethodPost {
		return in, refuse(http.StatusMethodNotAllowed, "InvalidAction", "the pretend account answers POST only")
	}
	body, err := readBody(w, r)
	if err != nil {
		return in, err
	}
	switch {
	case isCBOR:
		in.Service, in.Operation = "cloudwatch", cborOp
		in.doc, err = decodeCBOR(body)
	case target != "":
		service, op, _ := strings.Cut(target, ".")
		if service != granite {
			return in, refuse(400, "UnknownOperationException", "the pretend account has no service %s", clip(service))
		}
		in.Service, in.Operation = "cloudwatch", op
		in.doc, err = decodeJSON(body)
	default:
		err = in.decodeQuery(body)
	}
	in.Mutates = mutates(in.Operation) && !in.dry
	return in, err
}

func (in *incoming) decodeQuery(body []byte) error {
	f, err := parseForm(body)
	if err != nil {
		return err
	}
	dry := f.at("DryRun")
	in.dry = dry != nil && strings.EqualFold(dry.value, "true")
	in.form, in.Operation = f, f.text("Action")
	switch version := f.text("Version"); version {
	case "2016-11-15":
		in.Service, in.proto = "ec2", queryEC2{}
	case "2011-06-15":
		in.Service, in.proto = "sts", queryAWS{"https://sts.amazonaws.com/doc/2011-06-15/"}
	case "2010-05-08":
		in.Service, in.proto = "iam", queryAWS{"https://iam.amazonaws.com/doc/2010-05-08/"}
	default:
		return refuse(400, "InvalidAction", "The pretend account has no API of version %q (action %q)", clip(version), clip(in.Operation))
	}
	return nil
}

func mutates(op string) bool {
	for _, reading := range []string{"Describe", "Get", "List"} {
		if strings.HasPrefix(op, reading) {
			return false
		}
	}
	return true
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	var body io.Reader = http.MaxBytesReader(w, r.Body, maxBody)
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(body)
		if err != nil {
			return nil, refuse(400, "MalformedQueryString", "the request body is not gzip")
		}
		body = z
	}
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(body, maxBody+1))
	if err != nil || n > maxBody {
		return nil, refuse(http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "the request body cannot be read or exceeds %d bytes", maxBody)
	}
	return b.Bytes(), nil
}

// authenticate compares the access key id of the signature. Signatures themselves are not verified: the key pair is
// public and pretend; the point is that a real key never does anything here.
func (a *Account) authenticate(in *incoming) error {
	if a.opt.AccessKey == "" {
		return nil
	}
	_, rest, ok := strings.Cut(in.HTTP.Header.Get("Authorization"), "Credential=")
	key, _, _ := strings.Cut(rest, "/")
	if ok && key == a.opt.AccessKey {
		return nil
	}
	if in.Service == "ec2" {
		return refuse(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
	}
	return refuse(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
}

// requestID is a fresh id in AWS's form. It is drawn apart from the state: asking must not change the account.
func (a *Account) requestID(now time.Time) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.requests++
	d := drawAt(a.state.Seed^now.UnixNano(), a.requests, "request")
	h := hex.EncodeToString(d[:16])
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}
