package awsops_test

// lag_test.go: EC2 answers "not found" for a while after it made a thing. The
// world behind these wires does so for a hundred seconds of run time.

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
)

const lag = 100 * time.Second

// late answers reads as if what was made in the last hundred seconds did not exist.
type late struct {
	clock *clock
	made  map[string]time.Time // by the operation that reads it
	lied  map[string]int
}

func (l *late) wires(next http.RoundTripper) http.RoundTripper {
	return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
		reads := map[string]string{"ImportKeyPair": "DescribeKeyPairs", "CreateSecurityGroup": "DescribeSecurityGroups",
			"RunInstances": "DescribeInstances", "AllocateAddress": "DescribeAddresses"}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if made, ok := l.made[op]; ok && l.clock.Now().Sub(made) < lag {
			l.lied[op]++
			return l.nothing(op, body), nil
		}
		resp, err := next.RoundTrip(r)
		if read := reads[op]; read != "" && err == nil {
			l.made[read] = l.clock.Now()
		}
		return resp, err
	}}
}

// nothing is a refusal of ids and an empty answer to filters.
func (l *late) nothing(op string, body []byte) *http.Response {
	status, text := 200, fmt.Sprintf(`<%sResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"></%sResponse>`, op, op)
	form, _ := url.ParseQuery(string(body))
	for param, code := range map[string]string{"KeyName.1": "InvalidKeyPair.NotFound", "GroupId.1": "InvalidGroup.NotFound",
		"InstanceId.1": "InvalidInstanceID.NotFound", "AllocationId.1": "InvalidAllocationID.NotFound"} {
		if form.Has(param) {
			status, text = 400, "<Response><Errors><Error><Code>"+code+"</Code><Message>not found</Message></Error></Errors><RequestID>late</RequestID></Response>"
		}
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"text/xml"}, "X-Amzn-Requestid": {"late"}},
		Body: io.NopCloser(bytes.NewReader([]byte(text))), ContentLength: int64(len(text))}
}

// TestLate: with every answer late and one of them lost besides, each thing is made once.
func TestLate(t *testing.T) {
	for _, op := range []string{"", "ImportKeyPair", "CreateSecurityGroup", "RunInstances", "AllocateAddress"} {
		t.Run("lost "+op, func(t *testing.T) {
			c, hit := newClock(), 0
			w := pretend(t, c, nil)
			l := &late{clock: c, made: map[string]time.Time{}, lied: map[string]int{}}
			a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
				return lose(op, true, &hit)(l.wires(next))
			}, nil)
			before := w.Inventory()
			f := newFlight(c, scp())
			if err := f.day(t.Context(), a); err != nil {
				t.Fatal(err)
			}
			now := w.Inventory()
			if len(now.Instances) != 1 || len(now.KeyPairs) != 1 || len(now.Groups) != 2 || len(now.Addresses) != 1 {
				t.Fatalf("not exactly one of each: %+v", now)
			}
			if err := f.undo(t.Context()); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(before.WithoutTerminated(), w.Inventory().WithoutTerminated()); d != "" {
				t.Errorf("left behind:\n%s", d)
			}
			if l.lied["DescribeInstances"] == 0 || l.lied["DescribeAddresses"] == 0 {
				t.Errorf("nothing was late: %v", l.lied)
			}
		})
	}
}

// TestUndoAtOnce: what cannot be seen yet is not taken for gone.
func TestUndoAtOnce(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	l := &late{clock: c, made: map[string]time.Time{}, lied: map[string]int{}}
	a := reach(t, w.url, l.wires, nil)
	before := w.Inventory()
	f := newFlight(c, scp())
	launch := a.Launch(scp())
	for _, id := range []string{"identity", "image", "network", "key", "group"} {
		if err := f.step(t.Context(), "T4", *launch.Step(id)); err != nil {
			t.Fatal(err)
		}
	}
	f.facts[tasks.FactInstance] = "i-0123456789abcdef0"
	if err := f.step(t.Context(), "T7", *a.Assign(scp()).Step("allocate")); err != nil {
		t.Fatal(err)
	}
	if err := f.undo(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(before, w.Inventory()); d != "" {
		t.Errorf("left behind:\n%s", d)
	}
}
