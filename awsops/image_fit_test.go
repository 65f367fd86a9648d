package awsops_test

// image_fit_test.go: what AWS shows of an image in part, or not at all.

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"tminus/tasks"
)

// TestImageOfSomebodyElse: of an image that exists and is not shared AWS shows nothing, and refuses nothing either.
func TestImageOfSomebodyElse(t *testing.T) {
	w := pretend(t, newClock(), nil)
	a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
		return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err == nil && op == "DescribeImages" {
				resp = emptied(resp, `<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><imagesSet/></DescribeImagesResponse>`)
			}
			return resp, err
		}}
	}, nil)
	items, err := a.Preflight(t.Context(), planned())
	must(t, err)
	if i := items[1]; i.ID != "image.shared" || i.Verdict != string(tasks.Fail) || !strings.Contains(i.Says, theImage+" exists in "+pretendRegion+" and is not shared") {
		t.Errorf("%+v", i)
	}
}

// TestUntoldByAnEmulator: what AWS does not tell of an image and a type is not known, and not wrong.
func TestUntoldByAnEmulator(t *testing.T) {
	w := pretend(t, newClock(), nil)
	cut := regexp.MustCompile(`<(architecture|virtualizationType|supportedArchitectures|supportedVirtualizationTypes)>.*?</(architecture|virtualizationType|supportedArchitectures|supportedVirtualizationTypes)>`)
	for op, want := range map[string][2]string{
		"DescribeImages":        {"AWS does not say for which architecture the image is built", "AWS does not say how the image is virtualized"},
		"DescribeInstanceTypes": {"AWS does not say which architectures t2.micro runs", "AWS does not say how t2.micro virtualizes"},
	} {
		a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
			return wires{next, func(called string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
				resp, err := next.RoundTrip(r)
				if err == nil && called == op {
					text, _ := io.ReadAll(resp.Body)
					resp = emptied(resp, cut.ReplaceAllString(string(text), ""))
				}
				return resp, err
			}}
		}, nil)
		items, err := a.Preflight(t.Context(), planned())
		must(t, err)
		for n, id := range []string{"image.architecture", "image.virtualization"} {
			if i := row(t, items, id); i.Verdict != string(tasks.Inconclusive) || i.Says != want[n] || i.Next == "" {
				t.Errorf("%s: %+v", op, i)
			}
		}
	}
}
