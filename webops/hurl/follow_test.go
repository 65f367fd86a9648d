package hurl

// follow_test.go: redirects, cookies, guards, TLS, retries and what a session carries on.

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestRedirectsAreFollowedAsCurlDoes(t *testing.T) {
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
	s.passes(t, "PUT {{base}}/to?status=302\n[Options]\nlocation: true\nHTTP 200\n[Asserts]\nbody startsWith \"PUT\"\n")
	s.passes(t, "HEAD {{base}}/to?status=303\n[Options]\nlocation: true\nHTTP 200\n")
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

// certificate makes one for a name, valid for a time.
func certificate(t *testing.T, name string, from, until time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(0x1ee8b1), Subject: pkix.Name{Country: []string{"SG"}, Organization: []string{"SCP"}, CommonName: name},
		NotBefore: from, NotAfter: until, DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func TestTLS(t *testing.T) {
	now := time.Now()
	good := certificate(t, "scp.example", now.Add(-48*time.Hour), now.Add(90*24*time.Hour+time.Hour))
	old := certificate(t, "scp.example", now.Add(-48*time.Hour), time.Date(2020, 1, 2, 3, 4, 0, 0, time.UTC))
	early := certificate(t, "scp.example", now.Add(48*time.Hour), now.Add(96*time.Hour))
	other := certificate(t, "other.example", now.Add(-time.Hour), now.Add(time.Hour))
	for _, c := range []struct {
		name    string
		shown   tls.Certificate
		trusted bool
		says    string
	}{
		{"good", good, true, ""},
		{"unknown", good, false, "signed by C = SG, O = SCP, CN = scp.example, which this machine does not know"},
		{"expired", old, true, "expired on 2020-01-02 03:04 UTC; renew it"},
		{"early", early, true, "is valid only from"},
		{"other", other, true, "is not for scp.example but for DNS:other.example"},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(http.HandlerFunc(echo))
			server.Config.ErrorLog = log.New(io.Discard, "", 0) // the refused handshakes
			server.TLS = &tls.Config{Certificates: []tls.Certificate{c.shown}}
			server.StartTLS()
			t.Cleanup(server.Close)
			roots := x509.NewCertPool()
			if c.trusted {
				roots.AddCert(c.shown.Leaf)
			}
			dialed := ""
			transport := func(config *tls.Config) *http.Transport {
				tr := &http.Transport{TLSClientConfig: config, DisableCompression: true,
					DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
						dialed = addr
						return (&net.Dialer{}).DialContext(ctx, network, Resolved(ctx, addr))
					}}
				t.Cleanup(tr.CloseIdleConnections)
				return tr
			}
			s := &site{Server: server, Runner: newRunner(t), session: NewSession(nil, nil)}
			s.Transport, s.Insecure = transport(&tls.Config{RootCAs: roots}), transport(&tls.Config{InsecureSkipVerify: true})
			_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
			s.session.Variables["port"] = port
			s.options = []Option{{Name: "resolve", Value: Text("scp.example:" + port + ":127.0.0.1")}} // what a plan's targets give
			if c.says != "" {
				lost := s.fails(t, "GET https://scp.example:{{port}}/\nHTTP 200\n", "tls: ", c.says)
				var kind *LostError
				if !errors.As(lost.Tries[0].Err, &kind) || kind.Kind != "tls" {
					t.Errorf("%+v", lost.Tries[0].Err)
				}
				s.passes(t, "GET https://scp.example:{{port}}/\n[Options]\ninsecure: true\nHTTP 200\n[Asserts]\ncertificate \"Subject\" contains \"example\"\n")
				return
			}
			s.passes(t, "GET https://scp.example:{{port}}/\n"+`HTTP 200
[Asserts]
certificate "Subject" == "C = SG, O = SCP, CN = scp.example"
certificate "Issuer" contains "CN = scp.example"
certificate "Start-Date" daysBeforeNow == 2
certificate "Expire-Date" daysAfterNow == 90
certificate "Serial-Number" == "1e:e8:b1"
ip == "127.0.0.1"
`)
			if v, err := certified(c.shown.Leaf, "Subject-Alt-Name"); v != "DNS:scp.example" || err != nil {
				t.Errorf("%v %v", v, err)
			}
			if v, err := certified(c.shown.Leaf, "Value"); err != nil || !strings.HasPrefix(v.(string), "-----BEGIN CERTIFICATE-----\n") {
				t.Errorf("%v %v", v, err)
			}
			if dialed != "scp.example:"+port {
				t.Errorf("dialled %s", dialed)
			}
			s.fails(t, "GET http://127.0.0.1:{{port}}/\nHTTP 200\n", "expected 200 | actual 400")
		})
	}
	plain := serve(t, http.HandlerFunc(echo))
	plain.session.Variables["addr"] = strings.TrimPrefix(plain.URL, "http://")
	plain.fails(t, "GET https://{{addr}}/\nHTTP 200\n", "speaks no TLS on this port")
}

func TestSlotsBoundRequestsAtOnce(t *testing.T) {
	s := serve(t, http.HandlerFunc(echo))
	s.Slots = make(chan struct{}, 1)
	s.passes(t, "GET {{base}}/\nHTTP 200\n\nGET {{base}}/\nHTTP 200\n")
	s.Slots <- struct{}{}
	f, err := Parse("x.hurl", []byte("GET {{base}}/\nHTTP 200\n"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { _, err := s.Run(ctx, f, s.session); done <- err }()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestExpectedBodies(t *testing.T) {
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.Query().Get("b")) }))
	s.Files = mapFS(map[string]string{"a.txt": "hello"})
	s.passes(t, "GET {{base}}/?b=hello\nHTTP 200\n`hello`\n")
	s.passes(t, "GET {{base}}/?b=hello\nHTTP 200\nfile,a.txt;\n")
	s.passes(t, "GET {{base}}/?b=hello\nHTTP 200\nhex,68656c6c6f;\n")
	s.passes(t, "GET {{base}}/?b=%7B%22a%22:1%7D\nHTTP 200\n{\"a\":1}\n")
	s.fails(t, "GET {{base}}/?b="+strings.Repeat("long", 20)+"er\nHTTP 200\n`"+strings.Repeat("long", 20)+"est`\n", "from byte 41 on: ", `ger"`, `gest"`)
	s.fails(t, "GET {{base}}/?b=%00%01\nHTTP 200\nhex,0002;\n", "hex,0002;", "hex,0001;")
	s.fails(t, "GET {{base}}/\nHTTP/2 200\n", "expected HTTP/2 200 | actual HTTP/1.1 200")
}
