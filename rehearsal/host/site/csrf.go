package site

// csrf.go: Django 2.1's protection against forged requests: the double submit of a salted secret.

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"strings"
)

const (
	csrfCookie = "csrftoken"
	csrfField  = "csrfmiddlewaretoken"
	csrfHeader = "X-CSRFToken"

	secretLength = 32
	tokenLength  = 2 * secretLength // salt, then the secret moved by the salt
	alphabet     = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
)

// randomString is n characters of the alphabet, all equally likely.
func randomString(n int) string {
	out := make([]byte, 0, n)
	for buf := make([]byte, 2*n); len(out) < n; {
		rand.Read(buf) // never fails: see crypto/rand
		for _, b := range buf {
			if int(b) < 256/len(alphabet)*len(alphabet) && len(out) < n {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out)
}

// shift moves each character of text along the alphabet by that of by, once
// forth (1) to hide and once back (-1) to show.
func shift(text, by string, direction int) string {
	out := make([]byte, len(text))
	for i := range out {
		n := strings.IndexByte(alphabet, text[i]) + direction*strings.IndexByte(alphabet, by[i])
		out[i] = alphabet[(n+len(alphabet))%len(alphabet)]
	}
	return string(out)
}

// mask hides a secret under a new salt: two tokens of one secret never look alike.
func mask(secret string) string {
	salt := randomString(secretLength)
	return salt + shift(secret, salt, 1)
}

// unmask shows the secret of a token; ok is false for what is no token.
func unmask(token string) (secret string, ok bool) {
	if len(token) != tokenLength || strings.Trim(token, alphabet) != "" {
		return "", false
	}
	return shift(token[secretLength:], token[:secretLength], -1), true
}

// readSecret takes the secret from the cookie. Without one, or with a broken
// one, it makes a secret that this request can never match.
func (v *visit) readSecret() {
	if c, err := v.r.Cookie(csrfCookie); err == nil {
		if v.secret, v.checked = unmask(c.Value); v.checked {
			return
		}
	}
	v.secret = randomString(secretLength)
}

// forged returns why a request that changes something is refused, or nothing.
func (v *visit) forged() string {
	if !v.checked {
		return reasonNoCookie
	}
	token := v.r.PostForm.Get(csrfField)
	if token == "" {
		token = v.r.Header.Get(csrfHeader)
	}
	secret, ok := unmask(token)
	if !ok || subtle.ConstantTimeCompare([]byte(secret), []byte(v.secret)) != 1 {
		return reasonBadToken
	}
	return ""
}

const (
	reasonNoCookie = "CSRF cookie not set."
	reasonBadToken = "CSRF token missing or incorrect."
)

// token gives a form its hidden field and makes sure of the cookie. Call it
// before the header of the answer is written.
func (v *visit) token() string {
	http.SetCookie(v.w, &http.Cookie{Name: csrfCookie, Value: mask(v.secret), Path: "/",
		MaxAge: 60 * 60 * 24 * 7 * 52, SameSite: http.SameSiteLaxMode})
	v.w.Header().Add("Vary", "Cookie")
	return mask(v.secret)
}

// rotate gives the client a new secret, as a login does.
func (v *visit) rotate() {
	v.secret = randomString(secretLength)
	v.token()
}

// refuse is Django's answer with DEBUG off: what to check for without a
// cookie, nothing more for a wrong token.
func (s *Site) refuse(v *visit, reason string) {
	text := "<h1>Forbidden <span>(403)</span></h1><p>CSRF verification failed. Request aborted.</p>"
	if reason == reasonNoCookie {
		text += "<p>You are seeing this message because this site requires a CSRF cookie when submitting forms. " +
			"This cookie is required for security reasons, to ensure that your browser is not being hijacked by third parties.</p>"
	}
	s.page(v, http.StatusForbidden, "403 Forbidden", text)
}
