package awsops

// wire_internal_test.go: a body that was closed early does not cost the answer.

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// closedBody is smithy-go's body after it was closed: Read says EOF, and so does WriteTo.
type closedBody struct{ io.ReadCloser }

func (closedBody) WriteTo(io.Writer) (int64, error) { return 0, io.EOF }

type hop func(*http.Request) (*http.Response, error)

func (h hop) RoundTrip(r *http.Request) (*http.Response, error) { return h(r) }

func TestABodyClosedEarlyIsNoFailedWrite(t *testing.T) {
	ctx, _ := withNote(t.Context())
	given := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", nil)
	body := closedBody{io.NopCloser(strings.NewReader(""))}
	given.Body = body
	resp, err := wire{hop(func(r *http.Request) (*http.Response, error) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			t.Errorf("net/http would close the connection below the answer: %v", err)
		}
		return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
	})}.RoundTrip(given)
	if err != nil || given.Body != body {
		t.Errorf("%v, and the request it was given has body %T", err, given.Body)
	}
	_ = resp.Body.Close()
}
