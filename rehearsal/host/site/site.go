package site

// site.go: the application: its routes and what happens around every request.

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Limits on what a client may send, in bytes; nginx's client_max_body_size and
// the size of its header buffers.
const (
	MaxBody   = 1 << 20
	MaxHeader = 32 << 10
)

// The accounts that exist in every rehearsal, both with the same password.
const (
	User     = "qa"     // may make and delete contracts
	Viewer   = "viewer" // may only look
	Password = "rehearsal"
)

// Options describe one installation. Only Now is required.
type Options struct {
	InstanceID string
	Build      string
	Bad        bool // the build calls itself what it should and fails on a business page
	Now        func() time.Time
	Spend      func(cpu time.Duration) // told what each request costs
	Log        func(line string)       // given each line of the access log
}

// Site is an http.Handler.
type Site struct {
	o   Options
	mux *http.ServeMux

	mu        sync.Mutex // guards what follows
	sessions  map[string]session
	contracts []Contract
	last      int // id given
}

// New installs the site with the contracts every installation begins with.
func New(o Options) *Site {
	if o.Spend == nil {
		o.Spend = func(time.Duration) {}
	}
	if o.Log == nil {
		o.Log = func(string) {}
	}
	s := &Site{o: o, sessions: map[string]session{}, contracts: firstContracts(o.Now())}
	s.last = len(s.contracts)
	s.mux = s.routes()
	return s
}

func (s *Site) routes() *http.ServeMux {
	mux := http.NewServeMux()
	get := []string{http.MethodGet, http.MethodHead}
	form := append(get, http.MethodPost)
	for pattern, r := range map[string]struct {
		methods []string
		serve   func(*visit)
	}{
		"/{$}":                       {get, s.home},
		"/healthz":                   {get, s.health},
		"/login/{$}":                 {form, s.login},
		"/logout/{$}":                {form, s.logout},
		"/contracts/{$}":             {get, s.list},
		"/contracts/new/{$}":         {form, s.create},
		"/contracts/{id}/{$}":        {get, s.detail},
		"/contracts/{id}/delete/{$}": {form, s.delete},
	} {
		mux.HandleFunc(pattern, s.view(r.methods, r.serve))
		if bare := strings.TrimSuffix(pattern, "/{$}"); bare != pattern && bare != "" {
			mux.HandleFunc(bare, s.addSlash)
		}
	}
	mux.HandleFunc("/static/site.css", nginxFile("text/css", stylesheet))
	mux.HandleFunc("/robots.txt", nginxFile("text/plain", robots))
	mux.HandleFunc("/static/", func(w http.ResponseWriter, r *http.Request) { nginxPage(w, http.StatusNotFound) })
	mux.HandleFunc("/", s.view([]string{http.MethodGet, http.MethodHead, http.MethodPost}, s.missing))
	return mux
}

// visit is one request on its way through the application.
type visit struct {
	w       http.ResponseWriter
	r       *http.Request
	user    string // logged in as, or empty
	session string
	secret  string // the CSRF secret this client holds, or a new one

	checked bool // the request carried a valid CSRF cookie
}

// view wraps a page as Django's middleware does: session, CSRF, then methods.
func (s *Site) view(methods []string, serve func(*visit)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.o.Spend(60 * time.Millisecond)
		v := &visit{w: w, r: r}
		s.recognise(v)
		v.readSecret()
		h := w.Header()
		h.Set("X-Frame-Options", "SAMEORIGIN")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Build", s.o.Build)
		if !safe(r.Method) {
			if status := readForm(r); status != http.StatusOK {
				nginxPage(w, status)
				return
			}
			if reason := v.forged(); reason != "" {
				s.refuse(v, reason)
				return
			}
		}
		for _, m := range methods {
			if m == r.Method {
				serve(v)
				return
			}
		}
		h.Set("Allow", strings.Join(methods, ", "))
		h.Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

// readForm reads a posted form of either kind and returns the status to refuse it with.
func readForm(r *http.Request) int {
	err := r.ParseForm() // by itself: ParseMultipartForm keeps its errors to itself
	if err == nil {
		err = r.ParseMultipartForm(MaxBody)
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge
	case err != nil && !errors.Is(err, http.ErrNotMultipart):
		return http.StatusBadRequest
	}
	return http.StatusOK
}

func safe(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

// addSlash is Django's APPEND_SLASH.
func (s *Site) addSlash(w http.ResponseWriter, r *http.Request) {
	to := *r.URL
	to.Path += "/"
	w.Header().Set("X-Build", s.o.Build)
	http.Redirect(w, r, to.RequestURI(), http.StatusMovedPermanently)
}

// ServeHTTP is nginx: limits, the Server header, the access log.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := s.o.Now().UTC()
	w.Header().Set("Server", "nginx/1.14.1")
	w.Header().Set("Date", now.Format(http.TimeFormat))
	counted := &counted{ResponseWriter: w, status: http.StatusOK}
	switch {
	case r.ContentLength > MaxBody:
		nginxPage(counted, http.StatusRequestEntityTooLarge)
	case r.URL.Path == "" || r.URL.Path[0] != '/': // CONNECT, OPTIONS *
		nginxPage(counted, http.StatusBadRequest)
	default:
		r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
		s.mux.ServeHTTP(counted, r)
	}
	from, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		from = r.RemoteAddr
	}
	s.o.Log(fmt.Sprintf("%s - - [%s] \"%s %s %s\" %d %d \"%s\" \"%s\"", from, now.Format("02/Jan/2006:15:04:05 -0700"),
		r.Method, r.RequestURI, r.Proto, counted.status, counted.sent, orDash(r.Referer()), orDash(r.UserAgent())))
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return strings.ReplaceAll(s, `"`, `\x22`)
}

// counted remembers what the access log wants to know.
type counted struct {
	http.ResponseWriter
	status, sent int
}

func (c *counted) WriteHeader(status int) {
	c.status = status
	c.ResponseWriter.WriteHeader(status)
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.sent += n
	return n, err
}
