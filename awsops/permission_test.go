package awsops

// permission_test.go: nothing that goes through the dry door does anything.

import (
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// forms notes what was sent.
type forms struct{ sent []url.Values }

func (f *forms) RoundTrip(r *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(text))
	if err != nil {
		return nil, err
	}
	f.sent = append(f.sent, form)
	body := "<Response><Errors><Error><Code>DryRunOperation</Code><Message>Request would have succeeded, but DryRun flag is set.</Message></Error></Errors></Response>"
	return &http.Response{StatusCode: http.StatusPreconditionFailed, Header: http.Header{"Content-Type": {"text/xml"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// TestDryDoorIsDry: each change there is, as it is on the wire: DryRun=true, whatever the
// caller's input said, which is left as it was. The table is the interface itself.
func TestDryDoorIsDry(t *testing.T) {
	seen := &forms{}
	a := New(Options{Region: "ap-southeast-1", Credentials: Static("AKIA", "s"), HTTP: &http.Client{Transport: seen}})
	door, of := reflect.ValueOf(a.dry()), reflect.TypeFor[builds]()
	if of.NumMethod() < 12 {
		t.Fatalf("only %d changes", of.NumMethod())
	}
	for n := range of.NumMethod() {
		name := of.Method(n).Name
		seen.sent = nil
		err := toldOf(t, a, door.MethodByName(name)) // whatever it needs to be sent at all, and DryRun unset
		if len(seen.sent) != 1 || seen.sent[0].Get("Action") != name || seen.sent[0].Get("DryRun") != "true" || !hasCode(err, "DryRunOperation") {
			t.Errorf("%s was sent as %v: %v", name, seen.sent, err)
		}
	}
	wet, no := false, &ec2.TerminateInstancesInput{InstanceIds: []string{"i-1"}}
	no.DryRun = &wet
	seen.sent = nil
	_, _ = ask(t.Context(), &trail{a: a}, nil, a.dry().TerminateInstances, no)
	if len(seen.sent) != 1 || seen.sent[0].Get("DryRun") != "true" || *no.DryRun {
		t.Errorf("sent as %v", seen.sent)
	}
}
