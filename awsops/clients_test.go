package awsops

// clients_test.go: what may be repeated, what may not, and how long an attempt
// lasts. The tables are the interfaces themselves, so a call added tomorrow is in them.

import (
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go/encoding/cbor"

	"tminus/tasks"
)

// TestLooksAndChanges: a call that changes something cannot hide among those that look, nor the other way round.
func TestLooksAndChanges(t *testing.T) {
	looks := func(name string) bool {
		return strings.HasPrefix(name, "Describe") || strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "List")
	}
	all := reflect.TypeFor[reads]()
	for n := range all.NumField() {
		of := all.Field(n).Type
		for n := range of.NumMethod() {
			if name := of.Method(n).Name; !looks(name) {
				t.Errorf("%s is among the reads", name)
			}
		}
	}
	for n := range reflect.TypeFor[writes]().NumMethod() {
		if name := reflect.TypeFor[writes]().Method(n).Name; looks(name) {
			t.Errorf("%s is among the writes", name)
		}
	}
}

// broken answers every request in one way and counts them.
type broken struct {
	status   int // 0: no answer at all
	code     string
	message  string // "" = no
	sent     int
	deadline bool // every request had one, and not a late one
}

func (b *broken) RoundTrip(r *http.Request) (*http.Response, error) {
	io.Copy(io.Discard, r.Body)
	r.Body.Close()
	end, ok := r.Context().Deadline()
	b.deadline = ok && time.Until(end) <= attemptTimeout && (b.deadline || b.sent == 0)
	b.sent++
	if b.status == 0 {
		return nil, errors.New("connection reset by peer")
	}
	header, body := b.answer(r)
	return &http.Response{StatusCode: b.status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// answer is the refusal in the protocol that was asked in: CBOR for CloudWatch, JSON for
// Service Quotas, XML for the others.
func (b *broken) answer(r *http.Request) (http.Header, string) {
	text := cmp.Or(b.message, "no")
	switch {
	case r.Header.Get("Smithy-Protocol") == "rpc-v2-cbor":
		header := http.Header{"Content-Type": {"application/cbor"}, "Smithy-Protocol": {"rpc-v2-cbor"}, "X-Amzn-Query-Error": {b.code + ";Sender"}}
		return header, string(cbor.Encode(cbor.Map{"__type": cbor.String("com.amazonaws.cloudwatch#" + b.code), "message": cbor.String(text)}))
	case r.Header.Get("X-Amz-Target") != "":
		return http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, `{"__type":"` + b.code + `","message":"` + text + `"}`
	case !strings.HasPrefix(r.URL.Host, "ec2."):
		return http.Header{"Content-Type": {"text/xml"}}, "<ErrorResponse><Error><Type>Sender</Type><Code>" + b.code + "</Code><Message>" + text + "</Message></Error></ErrorResponse>"
	}
	return http.Header{"Content-Type": {"text/xml"}}, "<Response><Errors><Error><Code>" + b.code + "</Code><Message>" + text + "</Message></Error></Errors></Response>"
}

// TestChangesAreSentOnce: whatever comes back, each call that changes the account is
// sent once and ends in time; one that looks is sent up to three times.
func TestChangesAreSentOnce(t *testing.T) {
	for _, b := range []broken{{code: "reset"}, {status: 503, code: "RequestLimitExceeded"}, {status: 500, code: "InternalError"}, {status: 503, code: "Unavailable"}} {
		a := New(Options{Region: "ap-southeast-1", Credentials: Static("AKIA", "s"), HTTP: &http.Client{Transport: &b}})
		changes := reflect.ValueOf(a.write())
		of := reflect.TypeFor[writes]()
		for n := range of.NumMethod() {
			name := of.Method(n).Name
			b.sent = 0
			err := toldOf(t, a, changes.MethodByName(name))
			if err == nil || b.sent != 1 || !b.deadline {
				t.Errorf("%s met with %s: sent %d times, in time %v: %v", name, b.code, b.sent, b.deadline, err)
			}
			if unknown := b.code != "RequestLimitExceeded"; errors.Is(err, tasks.ErrUnknown) != unknown {
				t.Errorf("%s met with %s: unknown should be %v: %v", name, b.code, unknown, err)
			}
		}
	}
	synctest.Test(t, func(t *testing.T) { // the SDK waits between the attempts of a look
		b := broken{status: 503, code: "Unavailable"}
		a := New(Options{Region: "ap-southeast-1", Credentials: Static("AKIA", "s"), HTTP: &http.Client{Transport: &b}})
		_, err := ask(t.Context(), &trail{a: a}, nil, a.read().ec2.DescribeVpcs, &ec2.DescribeVpcsInput{})
		if err == nil || b.sent != readAttempts || !b.deadline {
			t.Errorf("a look was sent %d times, in time %v: %v", b.sent, b.deadline, err)
		}
	})
}

// toldOf makes a call of the writing client, with whatever its parameters need to be sent at all.
func toldOf(t *testing.T, a *Account, op reflect.Value) error {
	t.Helper()
	in := reflect.New(op.Type().In(1).Elem())
	for n := range in.Elem().NumField() {
		f := in.Elem().Field(n)
		if !f.CanInterface() {
			continue
		}
		switch f.Interface().(type) {
		case *string:
			f.Set(reflect.ValueOf(aws.String("x")))
		case *int32:
			f.Set(reflect.ValueOf(aws.Int32(1)))
		case []string:
			f.Set(reflect.ValueOf([]string{"x"}))
		case []types.Tag:
			f.Set(reflect.ValueOf([]types.Tag{{Key: aws.String("x"), Value: aws.String("x")}}))
		case []byte:
			f.SetBytes([]byte("x"))
		}
	}
	call := func(ctx context.Context, in *reflect.Value, _ ...func(*ec2.Options)) (*struct{}, error) {
		out := op.Call([]reflect.Value{reflect.ValueOf(ctx), *in})
		err, _ := out[1].Interface().(error)
		return nil, err
	}
	_, err := tell(t.Context(), &trail{a: a}, nil, call, &in)
	return err
}

// mute never answers, or is never reached; it ends with the request.
type mute struct{ unreached bool }

func (m mute) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	if m.unreached {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: r.Context().Err()}
	}
	return nil, r.Context().Err()
}

// TestNoAnswerInTime: whichever of the clocks strikes first, it is told in the same words.
func TestNoAnswerInTime(t *testing.T) {
	for _, tt := range []struct {
		wire mute
		want string
	}{
		{mute{}, "the outcome is unknown: ReleaseAddress was sent and not answered: no answer within 10s; check the network, then try again"},
		{mute{unreached: true}, "ReleaseAddress was not sent: no answer within 10s; check the network, then try again"},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := New(Options{Region: "ap-southeast-1", Credentials: Static("AKIA", "s"), HTTP: &http.Client{Transport: tt.wire}})
			began := time.Now()
			_, err := tell(t.Context(), &trail{a: a}, nil, a.write().ReleaseAddress, &ec2.ReleaseAddressInput{})
			if err == nil || err.Error() != tt.want || !passing(err) || time.Since(began) != attemptTimeout {
				t.Errorf("after %s: %v", time.Since(began), err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) { // a sensor's own deadline
		a := New(Options{Region: "ap-southeast-1", Credentials: Static("AKIA", "s"), HTTP: &http.Client{Transport: mute{}}})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := ask(ctx, &trail{a: a}, nil, a.read().ec2.DescribeVpcs, &ec2.DescribeVpcsInput{})
		if !errors.Is(err, context.DeadlineExceeded) || !strings.HasPrefix(err.Error(), "no answer in time") {
			t.Errorf("%v", err)
		}
	})
}

// Changes are the names of the calls that change an account, for the tests from outside.
func Changes() []string { return slices.Sorted(maps.Keys(operations(reflect.TypeFor[writes]()))) }

// Calls are the names of all calls.
func Calls() []string {
	return slices.Sorted(maps.Keys(operations(reflect.TypeFor[reads](), reflect.TypeFor[writes]())))
}
