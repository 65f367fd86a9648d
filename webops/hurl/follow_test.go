package hurl

// follow_test.go: redirects, cookies, guards, retries and options.

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestRedirectsAreFollowedAsHurlDoes(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/to", func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(r.URL.Query().Get("status")) // tests give numbers
		w.Header().Set("Location", "/echo#part")
		w.WriteHeader(status)
	})
	mux.HandleFunc("/echo", echo)
	s := serve(t, mux)
	for status, want := range map[string]string{"301": "GET", "302": "GET", "303": "GET", "307": "POST", "308": "POST"} {
		body := map[string]string{"GET": "not contains", "POST": "contains"}[want]
		s.passes(t, "POST {{base}}/to?status="+status+"\nX-Kept: 1\nHost: scp.example\n[Options]\nlocation: true\n[Form]\nname: value\nHTTP 200\n[Asserts]\n"+
			"body startsWith \""+want+" /echo\\nHost: scp.example\"\nbody "+body+" \"name=value\"\nbody "+body+" \"Content-Type\"\nbody contains \"X-Kept: 1\"\n"+
			"url == \"{{base}}/echo\"\nredirects count == 1\nredirects nth 0 location == \"{{base}}/echo\"\n")
	}
	s.passes(t, "PUT {{base}}/to?status=302\n[Options]\nlocation: true\n`text`\nHTTP 200\n[Asserts]\nbody startsWith \"GET\"\nbody not contains \"text\"\n")
	s.passes(t, "GET {{base}}/to?status=302\n[Options]\nlocation: true\n`text`\nHTTP 200\n[Asserts]\nbody startsWith \"GET\"\nbody endsWith \"text\"\n")
	s.passes(t, "HEAD {{base}}/to?status=303\n[Options]\nlocation: true\nHTTP 200\n[Asserts]\nbody startsWith \"GET\"\n")
	s.passes(t, "GET {{base}}/to?status=302\nHTTP 302\nLocation: /echo\\#part\n")
}

func TestAnotherHostGetsNoLogin(t *testing.T) {
	other := serve(t, http.HandlerFunc(echo))
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+"/there", http.StatusFound)
	}))
	s.passes(t, `
GET {{base}}/
Host: scp.example
[BasicAuth]
bob: s3cr3t
[Cookies]
mine: 1
[Options]
location: true
HTTP 200
[Asserts]
body not contains "Authorization"
body not contains "Cookie"
body not contains "scp.example"
body startsWith "GET /there"
`)
}

func TestEveryHopIsAskedForLeave(t *testing.T) {
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
	}))
	var asked []string
	s.Guard = func(e *Entry, r *http.Request) error {
		if e == nil {
			t.Error("no entry")
		}
		asked = append(asked, r.URL.Host)
		if strings.HasPrefix(r.URL.Host, "169.254.") {
			return errors.New("addresses of the cloud itself are not asked")
		}
		return nil
	}
	failed := s.fails(t, "GET {{base}}/\n[Query]\nto: http://169.254.169.254/latest/meta-data/?token=abcdefgh\n[Options]\nlocation: true\nretry: 5\nHTTP 200\n",
		"GET http://169.254.169.254/latest/meta-data/?token=", "was not sent: addresses of the cloud")
	var refused *RefusedError
	if !errors.As(failed.Tries[0].Err, &refused) || len(failed.Tries) != 1 || len(asked) != 2 {
		t.Errorf("%+v, asked %v", failed.Tries, asked)
	}
	s.fails(t, "GET {{base}}/\n[Query]\nto: file:///etc/passwd\n[Options]\nlocation: true\nHTTP 200\n", "not http or https")
	s.fails(t, "GET {{base}}/\n[Options]\ninsecure: true\nHTTP 200\n", "insecure is not allowed here")
}

func TestADialerRefusesToo(t *testing.T) {
	s := serve(t, http.HandlerFunc(echo))
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &RefusedError{Err: errors.New("the name leads to 169.254.169.254")}
	}}
	s.Transport = transport
	failed := s.fails(t, "GET {{base}}/\n[Options]\nretry: 3\nHTTP 200\n", "GET "+s.URL+"/ was not sent: the name leads to 169.254.169.254")
	if len(failed.Tries) != 1 || len(failed.Tries[0].Calls) != 0 {
		t.Errorf("%+v", failed.Tries)
	}
}

func TestCookiesAreKeptAsABrowserDoes(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/set", func(w http.ResponseWriter, _ *http.Request) {
		for _, line := range []string{"LSID=DQAAAKEaem_vYg; Expires=Wed, 13 Jan 2094 22:23:01 GMT; HttpOnly; Path=/accounts; SameSite=Lax", "HSID=AYQEVnDKrdst; Max-Age=0",
			"theme=light; Path=/; Secure", "plain=1", "there=1; Domain=scp.example"} {
			w.Header().Add("Set-Cookie", line)
		}
	})
	mux.HandleFunc("/", echo)
	s := serve(t, mux)
	s.passes(t, `
GET {{base}}/set
Host: scp.example
HTTP 200
Set-Cookie: plain=1
[Asserts]
cookie "LSID" == "DQAAAKEaem_vYg"
cookie "LSID[Value]" == "DQAAAKEaem_vYg"
cookie "LSID[Expires]" exists
cookie "LSID[Expires]" format "%Y-%m-%d" == "2094-01-13"
cookie "LSID[Expires]" daysAfterNow > 100
cookie "LSID[Max-Age]" not exists
cookie "LSID[Domain]" not exists
cookie "LSID[Path]" == "/accounts"
cookie "LSID[Secure]" not exists
cookie "LSID[HttpOnly]" exists
cookie "LSID[SameSite]" == "Lax"
cookie "HSID[Max-Age]" == 0
cookie "theme[Secure]" exists
cookie "there[Domain]" == "scp.example"
cookie "nothing" not exists
header "Set-Cookie" count == 5
header "Set-Cookie" includes "plain=1"

GET {{base}}/accounts/1
Host: scp.example
HTTP 200
[Asserts]
body contains "LSID=DQAAAKEaem_vYg"
body contains "plain=1"
body contains "there=1"
body not contains "HSID"
body not contains "theme"

GET {{base}}/accounts/1
HTTP 200
[Asserts]
body not contains "LSID"
`)
	s.passes(t, "GET {{base}}/accounts/\nHost: scp.example\nHTTP 200\n[Asserts]\nbody contains \"LSID\"\n") // a second file of the session
	s.session = NewSession(s.session.Variables, nil)
	s.passes(t, "GET {{base}}/accounts/\nHost: scp.example\nHTTP 200\n[Asserts]\nbody not contains \"LSID\"\n")
}

func TestRetriesAreVisible(t *testing.T) {
	asked, waited := 0, []time.Duration{}
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked%3 != 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		fmt.Fprint(w, asked)
	}))
	var begun []int
	s.Wait = func(_ context.Context, d time.Duration) error { waited = append(waited, d); return nil }
	s.Begin = func(_ *File, _ *Entry, try int) { begun = append(begun, try) }
	text := "GET {{base}}/\n[Options]\ndelay: 2s\nretry: 5\nretry-interval: 250ms\nHTTP 200\n"
	tries := s.passes(t, text)[0].Tries
	if len(tries) != 3 || len(tries[0].Failures) != 1 || len(tries[2].Failures) != 0 || !slices.Equal(begun, []int{1, 2, 3}) {
		t.Errorf("%+v, begun %v", tries, begun)
	}
	if tries[0].Calls[0].Body != "" || tries[0].Calls[0].Digest == "" || tries[2].Calls[0].Body != "3" {
		t.Errorf("bodies: %+v", tries)
	}
	if want := []time.Duration{2 * time.Second, 250 * time.Millisecond, 250 * time.Millisecond}; !slices.Equal(waited, want) {
		t.Errorf("waited %v", waited)
	}
	if tries := s.run(t, "GET {{base}}/\n[Options]\nretry: 1\nHTTP 418\n")[0].Tries; len(tries) != 2 {
		t.Errorf("%d tries of 2", len(tries))
	}
	s.session.Variables["forever"] = integer(-1)
	if tries := s.run(t, "GET {{base}}/\n[Options]\nretry: {{forever}}\nHTTP 418\n")[0].Tries; len(tries) != mostTries {
		t.Errorf("%d tries without end", len(tries))
	}
}

func TestOptions(t *testing.T) {
	s := serve(t, http.HandlerFunc(echo))
	s.session.Variables["yes"] = true
	results := s.run(t, `
GET {{base}}/skipped
[Options]
skip: {{yes}}
HTTP 500

GET {{base}}/{{x}}
[Options]
variable: x=7
variable: y="7"
variable: z={{x}}
variable: f=1.5
HTTP 200
[Asserts]
variable "x" == 7
variable "y" == "7"
variable "z" isInteger
variable "f" isFloat
variable "nothing" not exists
body startsWith "GET /7"
`)
	if got := []Verdict{results[0].Verdict, results[1].Verdict}; !slices.Equal(got, []Verdict{Skipped, Passed}) {
		t.Errorf("%v\n%s", got, account(results[1]))
	}
}

func TestMissingNamesAreNamed(t *testing.T) {
	s := serve(t, http.HandlerFunc(echo))
	s.fails(t, "GET {{base}}/{{contract}}\nHTTP 200\n", "line 1: nothing is known as {{contract}}", "capture it")
	s.fails(t, "GET {{base}}/\nHTTP 200\n[Asserts]\nbody contains \"{{contract}}\"\n", "nothing is known as {{contract}}")
	s.fails(t, "GET {{base}}/\n[Options]\nskip: {{contract}}\nHTTP 200\n", "option skip: ", "{{contract}}")
	s.session.Variables["list"] = List{integer(1)}
	s.fails(t, "GET {{base}}/{{list}}\nHTTP 200\n", "{{list}} is a list")
	s.fails(t, "POST {{base}}/\n{\"a\": {{base}}}\nHTTP 200\n", "put it between quotes")
	s.fails(t, "POST {{base}}/\nfile,nothing.txt;\nHTTP 200\n", "no folder for files")
	s.Files = mapFS(nil)
	s.fails(t, "POST {{base}}/\nfile,nothing.txt;\nHTTP 200\n", "nothing.txt")
	s.fails(t, "GET {{list}}\n[Options]\nvariable: list=ftp://x/\nHTTP 200\n", "not the URL of a page")
}
