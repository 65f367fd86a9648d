package site

// site_test.go: what the tests over the wire (package host) cannot see: the salt, and the bounds of memory.

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func newSite() *Site {
	return New(Options{InstanceID: "i-1", Build: "1.0.0", Now: func() time.Time { return time.Date(2019, 2, 7, 9, 0, 0, 0, time.UTC) }})
}

func TestMask(t *testing.T) {
	secret := randomString(secretLength)
	a, b := mask(secret), mask(secret)
	if a == b || strings.Contains(a, secret) {
		t.Errorf("tokens %s and %s do not hide %s", a, b, secret)
	}
	for _, token := range []string{a, b} {
		if got, ok := unmask(token); !ok || got != secret {
			t.Errorf("unmask = %q, %v, want %q", got, ok, secret)
		}
	}
	for _, bad := range []string{"", a[:63], a + "x", a[:63] + "-", strings.Repeat("é", 32)} {
		if _, ok := unmask(bad); ok {
			t.Errorf("%q was taken for a token", bad)
		}
	}
}

// TestDjangoToken reads a token that Django's _salt_cipher_secret would make:
// the salt is all b, so each character of the secret moved by one.
func TestDjangoToken(t *testing.T) {
	if got, ok := unmask(strings.Repeat("b", 32) + "bcdefghijklmnopqrstuvwxyzABCDEFa"); !ok || got != "abcdefghijklmnopqrstuvwxyzABCDE9" {
		t.Errorf("unmask = %q, %v", got, ok)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	s := newSite()
	for range maxSessions + 50 {
		s.open(&visit{w: httptest.NewRecorder()}, User)
	}
	if len(s.sessions) != maxSessions {
		t.Errorf("%d sessions kept", len(s.sessions))
	}
	for range maxContracts {
		s.keep(Contract{Title: "x"})
	}
	if id := s.keep(Contract{Title: "x"}); id != 0 || len(s.contracts) != maxContracts {
		t.Errorf("contract %d of %d kept", id, len(s.contracts))
	}
}

// TestMultipart: a form of the other kind is a form too.
func TestMultipart(t *testing.T) {
	s, secret := newSite(), randomString(secretLength)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, f := range [][2]string{{csrfField, mask(secret)}, {"username", User}, {"password", Password}} {
		form.WriteField(f[0], f[1])
	}
	form.Close()
	r := httptest.NewRequest(http.MethodPost, "/login/", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.AddCookie(&http.Cookie{Name: csrfCookie, Value: mask(secret)})
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusFound {
		t.Errorf("status %d:\n%s", w.Code, w.Body)
	}
}

// FuzzRequest sends any path, cookie and body: the site answers, and never with
// a page that carries what was sent unescaped.
func FuzzRequest(f *testing.F) {
	f.Add("POST", "/login/", "csrftoken=x", "username=qa")
	f.Add("GET", "/contracts/1", "sessionid=x", "")
	f.Add("PUT", "//x/%2e%2e/", "", "a=b;c")
	f.Add("POST", "/contracts/1/delete/", "sessionid=x; csrftoken=y", "csrfmiddlewaretoken=y")
	f.Add("GET", "/login/?next=\"><script>", "", "")
	s := newSite()
	f.Fuzz(func(t *testing.T, method, path, cookie, body string) {
		r, err := http.NewRequest(method, "http://x/", strings.NewReader(body))
		if err != nil {
			return // not a method: no server can receive it
		}
		if r.URL, err = r.URL.Parse(path); err != nil {
			return
		}
		r.RequestURI, r.RemoteAddr = r.URL.RequestURI(), "10.0.0.1:1"
		r.Header.Set("Cookie", cookie)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code < 200 || w.Code > 499 {
			t.Errorf("%s %q: status %d", method, path, w.Code)
		}
		if strings.Contains(w.Body.String(), "<script") {
			t.Errorf("%s %q: %s", method, path, w.Body)
		}
	})
}

func ExampleSite_ServeHTTP() {
	w := httptest.NewRecorder()
	newSite().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz", nil))
	fmt.Print(w.Code, " ", w.Body)
	// Output: 200 {"build":"1.0.0","instance":"i-1"}
}
