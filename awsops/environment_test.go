package awsops_test

// environment_test.go: with an endpoint and credentials given, nothing in the
// environment or the home directory can send a call elsewhere.

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tminus/tasks/reading"
)

func TestEnvironmentChangesNothing(t *testing.T) {
	home := t.TempDir()
	if err := os.Mkdir(filepath.Join(home, ".aws"), 0o700); err != nil {
		t.Fatal(err)
	}
	config := "[default]\nregion = us-east-1\nendpoint_url = http://elsewhere.invalid\ncredential_process = /bin/false\n[profile prod]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = default\n"
	for _, file := range []string{"config", "credentials"} {
		if err := os.WriteFile(filepath.Join(home, ".aws", file), []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range map[string]string{
		"HOME": home, "AWS_PROFILE": "prod", "AWS_CONFIG_FILE": filepath.Join(home, ".aws/config"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(home, ".aws/credentials"),
		"AWS_ACCESS_KEY_ID": "AKIAELSEWHERE", "AWS_SECRET_ACCESS_KEY": "elsewhere", "AWS_SESSION_TOKEN": "elsewhere", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
		"AWS_ENDPOINT_URL": "http://elsewhere.invalid", "AWS_ENDPOINT_URL_EC2": "http://elsewhere.invalid", "AWS_ENDPOINT_URL_STS": "http://elsewhere.invalid",
		"AWS_ENDPOINT_URL_CLOUDWATCH": "http://elsewhere.invalid", "AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true", "AWS_MAX_ATTEMPTS": "9",
		"AWS_RETRY_MODE": "adaptive", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://elsewhere.invalid", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://elsewhere.invalid",
		"AWS_CA_BUNDLE": "/nowhere", "HTTP_PROXY": "http://elsewhere.invalid", "HTTPS_PROXY": "http://elsewhere.invalid", "NO_PROXY": "",
	} {
		t.Setenv(name, value)
	}
	c := newClock()
	w := pretend(t, c, nil)
	host, err := url.Parse(w.url)
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
		return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			calls++
			if r.URL.Host != host.Host || r.URL.Scheme != "http" {
				t.Errorf("%s went to %s", op, r.URL)
			}
			if sign := r.Header.Get("Authorization"); !strings.Contains(sign, "Credential=AKIAPRETEND/") || !strings.Contains(sign, "/"+pretendRegion+"/") ||
				r.Header.Get("X-Amz-Security-Token") != "" {
				t.Errorf("%s was signed by %s", op, sign)
			}
			return next.RoundTrip(r)
		}}
	}, nil)
	f := newFlight(c, scp())
	if err := f.day(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	var live reading.Readings
	for _, s := range a.Sensors(f.plan, f.run) {
		update, err := s.Read(t.Context(), f.facts, c.Now())
		if err != nil {
			t.Fatal(err)
		}
		if update != nil {
			update(&live)
		}
	}
	if err := f.undo(t.Context()); err != nil {
		t.Fatal(err)
	}
	if calls < 40 {
		t.Errorf("only %d calls were seen", calls)
	}
	// The account's own transport, too, walks past the proxies.
	again := newFlight(c, scp())
	again.attempt = 2
	if err := again.fly(t.Context(), "T4", reach(t, w.url, nil, nil).Launch(scp())); err != nil {
		t.Error(err)
	}
}
