package hurl

// secret_test.go: what is captured goes on, and what is secret is not shown.

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestCapturesAndSecrets(t *testing.T) {
	const token, pin = `t0k"en/&abc=`, "4711"
	mux := http.NewServeMux()
	mux.HandleFunc("/login", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Set-Cookie", "sessionid=0123456789abcdef; HttpOnly")
		fmt.Fprintf(w, `<form><input name="csrfmiddlewaretoken" value="t0k&quot;en/&amp;abc="></form><i id="contract">contract-000017</i><u>%s</u>`, pin)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what is missing is missed below
		w.Header().Set("X-Given", "sessionid=0123456789abcdef")
		fmt.Fprintln(w, string(body), token, base64.StdEncoding.EncodeToString([]byte(token)), pin, "hunter22", "operator-secret", "contract-000017",
			r.Header.Get("Authorization"), r.URL.RawQuery)
	})
	s := serve(t, mux)
	s.session.Secrets = []string{"operator-secret", "operator"}
	results := s.run(t, `
GET {{base}}/login
HTTP 200
[Captures]
csrf_token: xpath "string(//input/@value)"
contract: xpath "string(//*[@id='contract'])"
digits: xpath "string(//u)" redact

POST {{base}}/try?api_key=k3y-of-api
[BasicAuth]
bob: basic-pa55
[Form]
csrfmiddlewaretoken: {{csrf_token}}
password: hunter22
HTTP 200
X-Given: nothing
[Asserts]
body == "x"
variable "csrf_token" == "x"
variable "contract" == "x"
body contains "{{csrf_token}}-"
body split " " includes "{{digits}}x"
bytes toHex == "{{csrf_token}}"
`)
	if results[0].Verdict != Passed || results[1].Verdict != Failed || len(results[1].Tries[0].Failures) != 7 {
		t.Fatalf("%+v", results)
	}
	told := account(results[1])
	for _, secret := range []string{token, `t0k&quot;en`, `t0k%22en`, base64.StdEncoding.EncodeToString([]byte(token))[:14], pin, "hunter22", "operator", "0123456789abcdef",
		"basic-pa55", base64.StdEncoding.EncodeToString([]byte("bob:basic-pa55")), "k3y-of-api", fmt.Sprintf("%x", token)} {
		if strings.Contains(told, secret) {
			t.Errorf("%q is shown:\n%s", secret, told)
		}
	}
	if !strings.Contains(told, "contract-000017") {
		t.Errorf("the contract is hidden:\n%s", told)
	}
}

func TestMasksOverlapAndCut(t *testing.T) {
	s := NewSession(nil, []string{"abcdef", "cdefghijk", "•"})
	if got := s.mask("xabcdefghijky"); got != "x•••y" {
		t.Error(got)
	}
	if got := s.maskCut("see cdefgh"); got != "see •••" {
		t.Error(got)
	}
}
