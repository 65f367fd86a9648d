package hurl

// shop_test.go: the application that the cases of Hurl's documentation ask.

import (
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
)

// stock is the JSON of the shop: a value of each type, and texts for each filter.
const stock = `{
  "shoes": [
    {"id": 7, "name": "Trail", "price": 19.9, "sold": false, "sizes": [38, 39, 40]},
    {"id": 8, "name": "City", "price": 5, "sold": true, "sizes": []}
  ],
  "owner": {"name": "Ana", "age": 41},
  "nothing": null, "empty": {}, "none": [], "blank": "", "one": 1.0, "tiny": 0.0000000000000001,
  "big": 123456789012345678901234567890, "number": "12", "ratio": "2.5",
  "at": "2023-01-23T18:25:43.511Z", "day": "2026-11-23", "ipv4": "10.0.0.7", "ipv6": "2001:db8::7",
  "uid": "01cc0f54-8885-4a1d-9121-ae5d316a33c5",
  "plain": "a > b", "escaped": "caf&eacute; &#62;", "link": "https://shop.example/list?page=2&q=a%20b", "encoded": "a%20b%2Fc",
  "base64": "PDw/Pz8+Pg==", "urlSafe": "PDw_Pz8-Pg", "colours": "red, blue, green", "inner": "[{\"name\": \"Trail\"}]",
  "list": "<ul><li>one</li><li>two</li></ul>", "greeting": "Hello Bob!", "drink": "café", "flight": "A \u2708!"
}`

const front = `<!doctype html>
<html><head><title>Shoes</title><meta name="_csrf" content="c5f-77"></head>
<body><h1> Welcome </h1><div id="shoe7" data-sold="false">Trail</div><p>one</p><p>two</p></body></html>
`

const feed = `<?xml version="1.0"?>
<s:shoes xmlns:s="urn:shoes" xmlns:p="urn:prices"><s:shoe><s:name>Trail</s:name><p:price>19.90</p:price></s:shoe></s:shoes>
`

// answered is an answer that is always the same.
type answered struct {
	kind, body string
	headers    []string // name: value
}

// newPages are the shop's pages.
func newPages() http.Handler {
	mux := http.NewServeMux()
	for path, p := range map[string]answered{
		"/{$}":      {"text/html; charset=utf-8", front, []string{"ETag: W/\"v1\"", "Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT"}},
		"/stock":    {"application/json", stock, []string{"X-Servers: rec1,rec3", "Expires: Wed, 21 Oct 2015 07:28:00 GMT"}},
		"/feed":     {"application/xml", feed, nil},
		"/default":  {"text/xml", `<shoes xmlns="urn:shoes"><shoe>Trail</shoe></shoes>`, nil},
		"/hello":    {"text/plain; charset=utf-8", "Hello World!", []string{"Vary: Accept", "Vary: User-Agent"}},
		"/lines":    {"text/plain", "id,name\n7,Trail\n", nil},
		"/ids":      {"text/plain", "id_a:17 id_b:18 day 2018-12-31\nHello Bob", []string{"X-Hello: Hello Bob!"}},
		"/bytes":    {"application/octet-stream", "\xef\xbb\xbfabc", nil},
		"/data":     {"application/octet-stream", "\x00\x01\xff", nil},
		"/china":    {"text/html", "<body>\xc4\xe3\xba\xc3</body>", nil},
		"/china2":   {"text/html; charset=gb2312", "<body>\xc4\xe3\xba\xc3</body>", nil},
		"/latin":    {"text/plain; charset=iso-8859-1", "caf\xe9", nil},
		"/json":     {"application/json", `{"id": 7, "name": "Trail"}`, nil},
		"/xml":      {"application/xml", "<shoe id=\"7\"><name>Trail</name></shoe>", nil},
		"/nothing":  {"text/plain", "", nil},
		"/index":    {"text/plain", "1", nil},
		"/cookies":  {"text/plain", "", setCookies()},
		"/landed":   {"text/plain", "landed", nil},
		"/token":    {"text/plain", "", []string{"Token: sesame-open"}},
		"/expired":  {"text/plain", "", []string{"Set-Cookie: session=; Max-Age=0; Path=/"}},
		"/session":  {"text/plain", "", []string{"Set-Cookie: session=abc; Path=/"}},
		"/messages": {"text/plain", "", []string{`Set-Cookie: said="a b"; Path=/`}},
	} {
		mux.HandleFunc(path, p.answer)
	}
	mux.HandleFunc("/step/{n}", step)
	mux.HandleFunc("/to/{status}", redirectTo)
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
	})
	mux.HandleFunc("/compressed", compressed)
	mux.HandleFunc("/old", old)
	mux.HandleFunc("/echo", tell)
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("user") != "ana" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		w.Header().Set("Location", "/landed")
		w.WriteHeader(http.StatusFound)
	})
	mux.HandleFunc("/jobs/", jobs())
	return mux
}

func setCookies() []string {
	return []string{
		"Set-Cookie: LSID=DQAAem_vYg; Expires=Wed, 13 Jan 2094 22:23:01 GMT; Secure; HttpOnly; Path=/accounts; SameSite=Lax",
		"Set-Cookie: HSID=AYQEVn; Domain=localhost; Max-Age=0; Path=/",
		`Set-Cookie: quoted="a b c"; Path=/`,
		"Set-Cookie: twice=1", "Set-Cookie: twice=2",
	}
}

func (p answered) answer(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", p.kind)
	for _, line := range p.headers {
		name, value, _ := strings.Cut(line, ": ")
		w.Header().Add(name, value)
	}
	io.WriteString(w, p.body)
}

// step leads from /step/1 to /step/2 to /landed.
func step(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.PathValue("n")) // the cases give numbers
	next := fmt.Sprintf("/step/%d", n+1)
	if n >= 2 {
		next = "/landed"
	}
	w.Header().Set("Location", next)
	w.WriteHeader(http.StatusMovedPermanently)
}

// redirectTo answers with a status of its own, and leads to /echo.
func redirectTo(w http.ResponseWriter, r *http.Request) {
	status, _ := strconv.Atoi(r.PathValue("status")) // the cases give numbers
	w.Header().Set("Location", "/echo")
	w.WriteHeader(status)
}

// compressed answers as it was asked to.
func compressed(w http.ResponseWriter, r *http.Request) {
	var to io.WriteCloser
	switch accepted := r.Header.Get("Accept-Encoding"); {
	case strings.Contains(accepted, "gzip"):
		w.Header().Set("Content-Encoding", "gzip")
		to = gzip.NewWriter(w)
	case strings.Contains(accepted, "deflate"):
		w.Header().Set("Content-Encoding", "deflate")
		to = zlib.NewWriter(w)
	default:
		io.WriteString(w, "Hello World!")
		return
	}
	io.WriteString(to, "Hello World!")
	to.Close()
}

// old answers as HTTP/1.0.
func old(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer conn.Close()
	io.WriteString(conn, "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nold")
}

// tell answers with what it was asked, as JSON.
func tell(w http.ResponseWriter, r *http.Request) {
	type part struct{ Name, File, Type, Text string }
	told := struct {
		Method, Path, Host, Body string
		Query, Form              map[string][]string
		Headers                  map[string][]string
		Parts                    []part
	}{Method: r.Method, Path: r.URL.RequestURI(), Host: r.Host, Query: r.URL.Query(), Headers: r.Header}
	if form, err := r.MultipartReader(); err == nil {
		for {
			p, err := form.NextPart()
			if err != nil {
				break
			}
			text, _ := io.ReadAll(p) // a broken part shows in its text
			told.Parts = append(told.Parts, part{p.FormName(), p.FileName(), p.Header.Get("Content-Type"), string(text)})
		}
	} else {
		body, _ := io.ReadAll(r.Body)
		told.Body = string(body)
		r.Body = io.NopCloser(strings.NewReader(told.Body))
		if r.ParseForm() == nil {
			told.Form = r.PostForm
		}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(told)
}

// jobs are created by POST, and done when they are asked for the third time.
func jobs() http.HandlerFunc {
	var asked atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		state := "RUNNING"
		if r.Method == http.MethodPost {
			asked.Store(0)
			w.WriteHeader(http.StatusCreated)
		} else if asked.Add(1) >= 3 {
			state = "COMPLETED"
		}
		fmt.Fprintf(w, `{"id": 5, "state": %q}`, state)
	}
}
