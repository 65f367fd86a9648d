package site

// session.go: logging in and out, and who a request comes from.

import (
	"crypto/subtle"
	"html"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// session is one login. Like Django's it lasts two weeks.
type session struct {
	user  string
	until time.Time
}

const (
	sessionCookie = "sessionid"
	sessionLength = 14 * 24 * time.Hour
	maxSessions   = 1000
)

// recognise finds the session of a request.
func (s *Site) recognise(v *visit) {
	c, err := v.r.Cookie(sessionCookie)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, ok := s.sessions[c.Value]; ok && s.o.Now().Before(found.until) {
		v.user, v.session = found.user, c.Value
	}
}

// open starts a session and sets its cookie. When there are too many, those
// that are over go first, then any one.
func (s *Site) open(v *visit, user string) {
	key, now := randomString(32), s.o.Now()
	s.mu.Lock()
	if len(s.sessions) >= maxSessions {
		for k, old := range s.sessions {
			if !now.Before(old.until) {
				delete(s.sessions, k)
			}
		}
		for k := range s.sessions {
			if len(s.sessions) < maxSessions {
				break
			}
			delete(s.sessions, k)
		}
	}
	s.sessions[key] = session{user, now.Add(sessionLength)}
	s.mu.Unlock()
	http.SetCookie(v.w, &http.Cookie{Name: sessionCookie, Value: key, Path: "/", HttpOnly: true,
		MaxAge: int(sessionLength.Seconds()), SameSite: http.SameSiteLaxMode})
}

func (s *Site) login(v *visit) {
	if v.r.Method != http.MethodPost {
		s.loginForm(v, "")
		return
	}
	user, password := v.r.PostForm.Get("username"), v.r.PostForm.Get("password")
	s.o.Spend(120 * time.Millisecond) // PBKDF2
	known := user == User || user == Viewer
	if !known || subtle.ConstantTimeCompare([]byte(password), []byte(Password)) != 1 {
		s.loginForm(v, "Please enter a correct username and password. Note that both fields may be case-sensitive.")
		return
	}
	v.rotate()
	s.open(v, user)
	to := v.r.PostForm.Get("next")
	if to == "" {
		to = v.r.URL.Query().Get("next")
	}
	http.Redirect(v.w, v.r, within(to), http.StatusFound)
}

// within keeps a redirect on this site: a path of ours, or the list of contracts.
func within(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return "/contracts/"
	}
	return to
}

func (s *Site) loginForm(v *visit, problem string) {
	next := v.r.URL.Query().Get("next")
	if v.r.Method == http.MethodPost {
		next = v.r.PostForm.Get("next")
	}
	s.page(v, http.StatusOK, "Log in", form(v, "/login/", problem, "Log in",
		input{"Username", "username", "text", v.r.PostForm.Get("username")},
		input{"Password", "password", "password", ""},
		input{"", "next", "hidden", next}))
}

func (s *Site) logout(v *visit) {
	s.mu.Lock()
	delete(s.sessions, v.session)
	s.mu.Unlock()
	http.SetCookie(v.w, &http.Cookie{Name: sessionCookie, Path: "/", MaxAge: -1, HttpOnly: true})
	http.Redirect(v.w, v.r, "/", http.StatusFound)
}

// stranger sends a visitor without a session to log in and come back.
func (s *Site) stranger(v *visit) bool {
	if v.user != "" {
		return false
	}
	next := strings.ReplaceAll(url.QueryEscape(v.r.URL.RequestURI()), "%2F", "/") // Django leaves slashes alone
	http.Redirect(v.w, v.r, "/login/?next="+next, http.StatusFound)
	return true
}

// mayChange reports whether a user may make and delete contracts.
func mayChange(user string) bool { return user == User }

// denied refuses who is logged in and may only look.
func (s *Site) denied(v *visit) bool {
	if mayChange(v.user) {
		return false
	}
	s.page(v, http.StatusForbidden, "403 Forbidden", "<h1>Forbidden</h1><p>You do not have permission to do this.</p>")
	return true
}

// input is one field of a form.
type input struct{ label, name, kind, value string }

// form writes a form with its CSRF field and, above it, what was wrong with the last try.
func form(v *visit, action, problem, button string, inputs ...input) string {
	var b strings.Builder
	if problem != "" {
		b.WriteString(`<ul class="errorlist"><li>` + html.EscapeString(problem) + "</li></ul>\n")
	}
	b.WriteString(`<form method="post" action="` + action + `">` + "\n")
	b.WriteString(`<input type="hidden" name="` + csrfField + `" value="` + v.token() + `">` + "\n")
	for _, i := range inputs {
		field := `<input type="` + i.kind + `" name="` + i.name + `" value="` + html.EscapeString(i.value) + `">`
		if i.kind != "hidden" {
			field = `<p><label>` + i.label + ": " + field + "</label></p>"
		}
		b.WriteString(field + "\n")
	}
	b.WriteString(`<button type="submit">` + button + "</button>\n</form>\n")
	return b.String()
}
