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
	Service   string // ec2, sts, iam, cloudwatch, servicequotas
	Operation string
	Mutates   bool   // it may change the account; a dry run may not
	Region    string // the region the request was signed for; empty if it was not signed
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
	caller caller
	proto  protocol
	form   *form
	dry    bool
	doc    map[string]any
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
		err = a.authenticate(in, a.opt.Now())
	}
	if err == nil {
		err = strike(a.opt.Before, in)
	}
	if err == nil {
		err = a.authorize(in)
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
		return a.ec2(in, now)
	case "sts":
		return a.sts(in, now)
	case "iam":
		return a.iam(in)
	case "servicequotas":
		return a.serviceQuotas(in.Operation, in.doc)
	default:
		result, err := a.cloudWatch(in, now)
		if err == nil && in.form != nil { // it came over the Query protocol
			return elements(result), nil
		}
		return result, err
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

// decode reads a request. Even when it fails, the answer says in which protocol to say so. What comes before the part
// of the path that is AWS's is the prefix of an endpoint's URL, and free.
func decode(w http.ResponseWriter, r *http.Request) (*incoming, error) {
	in := &incoming{Request: Request{Region: signedFor(r).region, HTTP: r}, proto: queryEC2{}}
	target, targetOp, isJSON := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	_, cborOp, isCBOR := strings.Cut(r.URL.Path, "/service/"+granite+"/operation/")
	switch {
	case isCBOR:
		in.Service, in.Operation, in.proto = "cloudwatch", cborOp, cborRPC{}
	case isJSON && target == quotasTarget:
		in.Service, in.Operation, in.proto = "servicequotas", targetOp, jsonRPC{target, "1.1"}
	case isJSON:
		in.Service, in.Operation, in.proto = "cloudwatch", targetOp, jsonRPC{target, "1.0"}
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return in, refuse(http.StatusMethodNotAllowed, "InvalidAction", "The pretend account answers POST requests; this was %s. Every AWS client of the last years sends POST.", clip(r.Method))
	}
	body, err := readBody(w, r)
	if err != nil {
		return in, err
	}
	switch {
	case isCBOR:
		in.doc, err = decodeCBOR(body)
	case isJSON && target != granite && target != quotasTarget:
		return in, refuse(400, "UnknownOperationException", "the pretend account has no service %s", clip(target))
	case isJSON:
		in.doc, err = decodeJSON(body)
	default:
		err = in.decodeQuery(body)
	}
	in.Mutates = changes(in.Service, in.Operation) && !in.dry
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
	case "2010-08-01":
		in.Service, in.proto = "cloudwatch", queryAWS{"http://monitoring.amazonaws.com/doc/2010-08-01/"}
		in.doc, err = f.document()
		return err
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
	if strings.EqualFold(r.Header.Get("Content-Encoding"), "gzip") {
		z, err := gzip.NewReader(body)
		if err != nil {
			return nil, refuse(400, "MalformedQueryString", "the request body is not gzip")
		}
		body = z
	}
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(body, maxBody+1))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long) || n > maxBody:
		return nil, refuse(http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "the request body exceeds %d bytes", maxBody)
	case err != nil:
		return nil, refuse(400, "MalformedQueryString", "the request body ended early or is damaged")
	}
	return b.Bytes(), nil
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
