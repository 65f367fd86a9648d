package host_test

// contracts_test.go: contracts made, deleted and kept from those who may not, over the wire.

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestCreate(t *testing.T) {
	r := newRig(t, nil)
	c := r.browser()
	r.login(t, c, "rehearsal", "")
	token := r.do(c, "GET", "/contracts/new/", nil).token(t)
	for _, bad := range []url.Values{
		{"title": {""}, "party": {"x"}, "amount": {"1"}}, {"title": {"x"}, "party": {"x"}, "amount": {"many"}},
		{"title": {strings.Repeat("x", 200)}, "party": {"x"}, "amount": {"1"}},
	} {
		bad.Set("csrfmiddlewaretoken", token)
		if a := r.do(c, "POST", "/contracts/new/", bad); a.StatusCode != 200 || !strings.Contains(a.body, "errorlist") {
			t.Errorf("%v: %s", bad, a.Status)
		}
	}
	made := r.do(c, "POST", "/contracts/new/", url.Values{"csrfmiddlewaretoken": {token}, "title": {"<b>Smoke</b> test"}, "party": {"QA"}, "amount": {"42"}})
	if made.StatusCode != 302 || made.Header.Get("Location") != "/contracts/4/" {
		t.Fatalf("create: %s → %q", made.Status, made.Header.Get("Location"))
	}
	shown := r.do(c, "GET", "/contracts/4/", nil)
	if !strings.Contains(shown.body, "<h1>&lt;b&gt;Smoke&lt;/b&gt; test</h1>") || !strings.Contains(shown.body, "SGD 42") || !strings.Contains(shown.body, "by qa") {
		t.Errorf("detail:\n%s", shown.body)
	}
	// The same contract through the header, as a script would.
	req, _ := http.NewRequest("POST", origin+"/contracts/new/", strings.NewReader("title=a&party=b&amount=1"))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-CSRFToken", token)
	resp, err := c.Do(req)
	if err != nil || resp.StatusCode != 302 {
		t.Fatalf("with the header: %v, %v", resp, err)
	}
	resp.Body.Close()
}

func TestDelete(t *testing.T) {
	r := newRig(t, nil)
	c := r.browser()
	r.login(t, c, "rehearsal", "")
	page := r.do(c, "GET", "/contracts/2/delete/", nil)
	if page.StatusCode != 200 || !strings.Contains(page.body, "Delete “Maintenance of lecture halls”?") {
		t.Fatalf("the question: %s\n%s", page.Status, page.body)
	}
	token := url.Values{"csrfmiddlewaretoken": {page.token(t)}}
	if a := r.do(c, "POST", "/contracts/2/delete/", url.Values{}); a.StatusCode != 403 {
		t.Errorf("without a token: %s", a.Status)
	}
	if a := r.do(c, "GET", "/contracts/2/", nil); a.StatusCode != 200 {
		t.Fatalf("asked about and refused, it is gone: %s", a.Status)
	}
	if a := r.do(c, "POST", "/contracts/2/delete/", token); a.StatusCode != 302 || a.Header.Get("Location") != "/contracts/" {
		t.Fatalf("deleted: %s → %q", a.Status, a.Header.Get("Location"))
	}
	for _, path := range []string{"/contracts/2/", "/contracts/2/delete/", "/contracts/x/delete/"} {
		if a := r.do(c, "GET", path, nil); a.StatusCode != 404 {
			t.Errorf("%s: %s", path, a.Status)
		}
	}
	if a := r.do(c, "POST", "/contracts/2/delete/", token); a.StatusCode != 404 {
		t.Errorf("deleted twice: %s", a.Status)
	}
	list := r.do(c, "GET", "/contracts/", nil)
	if strings.Contains(list.body, "lecture halls") || strings.Count(list.body, "<li>") != 2 {
		t.Errorf("the list:\n%s", list.body)
	}
	r.do(c, "POST", "/contracts/3/delete/", token)
	form := url.Values{"csrfmiddlewaretoken": token["csrfmiddlewaretoken"], "title": {"a"}, "party": {"b"}, "amount": {"1"}}
	if a := r.do(c, "POST", "/contracts/new/", form); a.Header.Get("Location") != "/contracts/4/" {
		t.Errorf("an id is given twice: %q", a.Header.Get("Location"))
	}
}

// TestViewer: who may only look sees no way to change anything, and finds none.
func TestViewer(t *testing.T) {
	r := newRig(t, nil)
	c := r.browser()
	if a := r.loginAs(t, c, "viewer", "guess", ""); a.StatusCode != 200 {
		t.Errorf("wrong password: %s", a.Status)
	}
	if a := r.loginAs(t, c, "viewer", "rehearsal", ""); a.StatusCode != 302 {
		t.Fatalf("right password: %s", a.Status)
	}
	for _, path := range []string{"/contracts/", "/contracts/1/"} {
		if a := r.do(c, "GET", path, nil); a.StatusCode != 200 || strings.Contains(a.body, "/new/") || strings.Contains(a.body, "/delete/") {
			t.Errorf("%s: %s\n%s", path, a.Status, a.body)
		}
	}
	token := r.do(c, "GET", "/login/", nil).token(t)
	for _, path := range []string{"/contracts/new/", "/contracts/1/delete/"} {
		if a := r.do(c, "GET", path, nil); a.StatusCode != 403 || !strings.Contains(a.body, "You do not have permission to do this.") {
			t.Errorf("%s: %s", path, a.Status)
		}
		form := url.Values{"csrfmiddlewaretoken": {token}, "title": {"a"}, "party": {"b"}, "amount": {"1"}}
		if a := r.do(c, "POST", path, form); a.StatusCode != 403 || strings.Contains(a.body, "CSRF") {
			t.Errorf("POST %s: %s", path, a.Status)
		}
	}
	if a := r.do(c, "GET", "/contracts/", nil); strings.Count(a.body, "<li>") != 3 {
		t.Errorf("the list:\n%s", a.body)
	}
}
