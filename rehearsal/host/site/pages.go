package site

// pages.go: the look of the application's pages, and the few that nginx writes itself.

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"strconv"
)

// page writes one page of the application.
func (s *Site) page(v *visit, status int, title, body string) {
	who := `<a href="/login/">Log in</a>`
	if v.user != "" {
		who = html.EscapeString(v.user) + ` · <a href="/logout/">Log out</a>`
	}
	build, instance := html.EscapeString(s.o.Build), html.EscapeString(s.o.InstanceID)
	text := fmt.Sprintf(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="build" content="%s">
<meta name="instance" content="%s">
<title>%s | Smart Contracts</title>
<link rel="stylesheet" href="/static/site.css">
</head>
<body>
<nav><a href="/">Smart Contracts</a> · <a href="/contracts/">Contracts</a> · %s</nav>
<main>
%s
</main>
<footer>Smart Contracts build %s on %s</footer>
</body>
</html>
`, build, instance, html.EscapeString(title), who, body, build, instance)
	write(v.w, "text/html; charset=utf-8", status, text)
}

func (s *Site) home(v *visit) {
	s.page(v, http.StatusOK, "Home", "<h1>Smart Contracts</h1>\n<p>Agreements that keep themselves.</p>\n<p><a href=\"/contracts/\">See the contracts</a></p>")
}

func (s *Site) health(v *visit) {
	text, err := json.Marshal(map[string]string{"build": s.o.Build, "instance": s.o.InstanceID})
	if err != nil {
		s.broken(v)
		return
	}
	write(v.w, "application/json", http.StatusOK, string(text)+"\n")
}

func (s *Site) missing(v *visit) {
	s.page(v, http.StatusNotFound, "Not Found", "<h1>Not Found</h1><p>The requested resource was not found on this server.</p>")
}

// broken is Django's page for an exception with DEBUG off; it uses no template,
// since a template may be what broke.
func (s *Site) broken(v *visit) {
	write(v.w, "text/html; charset=utf-8", http.StatusInternalServerError,
		"<!doctype html>\n<html lang=\"en\">\n<head>\n  <title>Server Error (500)</title>\n</head>\n<body>\n  <h1>Server Error (500)</h1><p></p>\n</body>\n</html>\n")
}

func write(w http.ResponseWriter, kind string, status int, text string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	io.WriteString(w, text)
}

// nginxFile serves a file that never reaches the application.
func nginxFile(kind, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			nginxPage(w, http.StatusMethodNotAllowed)
			return
		}
		write(w, kind, http.StatusOK, text)
	}
}

// nginxPage is an error in nginx's own words.
func nginxPage(w http.ResponseWriter, status int) {
	title := fmt.Sprintf("%d %s", status, http.StatusText(status))
	switch status {
	case http.StatusMethodNotAllowed:
		title = "405 Not Allowed"
	case http.StatusRequestEntityTooLarge:
		w.Header().Set("Connection", "close")
	}
	write(w, "text/html", status, "<html>\r\n<head><title>"+title+"</title></head>\r\n<body bgcolor=\"white\">\r\n<center><h1>"+title+
		"</h1></center>\r\n<hr><center>nginx/1.14.1</center>\r\n</body>\r\n</html>\r\n")
}

const stylesheet = `body { font: 16px/1.5 sans-serif; margin: 0 auto; max-width: 48rem; padding: 1rem; }
footer { border-top: 1px solid #ccc; color: #666; font-size: small; margin-top: 2rem; }
.errorlist { color: #a40000; }
`

const robots = "User-agent: *\nDisallow: /contracts/\n"
