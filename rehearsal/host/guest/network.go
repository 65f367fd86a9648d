package guest

// network.go: services, listening ports and a web client on the machine itself.

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tminus/rehearsal/host/shell"
)

// active is whether a service runs; known is false for one the machine has not.
func (g *Guest) active(name string) (up, known bool) {
	switch strings.TrimSuffix(name, ".service") {
	case "nginx", "gunicorn", "scp":
		return g.o.Listening(80), true
	case "sshd":
		return g.o.Listening(22), true
	case "crond", "rsyslog", "ntpd", "auditd":
		return g.up() > 16, true
	}
	return false, false
}

// systemctl is systemctl is-active NAME…, and what units.go has.
func systemctl(g *Guest, _ context.Context, p *shell.Process) int {
	switch {
	case len(p.Args) > 2 && p.Args[1] == "show":
		return showUnit(g, p, p.Args[2:])
	case len(p.Args) > 2 && p.Args[1] == "restart":
		return restartUnits(g, p, p.Args[2:])
	case len(p.Args) < 3 || p.Args[1] != "is-active":
		return complain(p, 1, "only is-active, show -p and restart are available on this machine")
	}
	st := 3
	for _, name := range p.Args[2:] {
		up, known := g.active(name)
		switch {
		case up:
			st = 0
			fmt.Fprintln(p.Out, "active")
		case known:
			fmt.Fprintln(p.Out, "inactive")
		default:
			fmt.Fprintln(p.Out, "unknown")
		}
	}
	return st
}

// serviceStatus is service NAME status.
func serviceStatus(g *Guest, _ context.Context, p *shell.Process) int {
	if len(p.Args) != 3 || p.Args[2] != "status" {
		return complain(p, 1, "only NAME status is available on this machine")
	}
	up, known := g.active(p.Args[1])
	switch {
	case !known:
		return complain(p, 1, "%.40s: unrecognized service", p.Args[1])
	case !up:
		fmt.Fprintf(p.Out, "%s is stopped\n", p.Args[1])
		return 3
	}
	fmt.Fprintf(p.Out, "%s is running...\n", p.Args[1])
	return 0
}

// ss lists what listens, whatever the options ask for besides.
func ss(g *Guest, _ context.Context, p *shell.Process) int {
	row := func(state, rq, sq, local, peer string) {
		fmt.Fprintf(p.Out, "%-10s %-6s %-6s %23s %23s\n", state, rq, sq, local, peer)
	}
	if flags := strings.Join(p.Args[1:], ""); !strings.Contains(flags, "H") {
		row("State", "Recv-Q", "Send-Q", "Local Address:Port", "Peer Address:Port")
	}
	for _, l := range []struct {
		port    int
		address []string
	}{{22, []string{"*:22", ":::22"}}, {80, []string{"*:80", "127.0.0.1:8000"}}} {
		if g.o.Listening(l.port) {
			for _, a := range l.address {
				peer := map[bool]string{true: ":::*", false: "*:*"}[strings.HasPrefix(a, ":::")]
				row("LISTEN", "0", "128", a, peer)
			}
		}
	}
	return 0
}

// transfer is what the options of curl ask for.
type transfer struct {
	method, out, format string
	header              http.Header
	head, fail, silent  bool
	target              *url.URL
}

// curl fetches from this machine itself; no other address can be reached from here.
func curl(g *Guest, ctx context.Context, p *shell.Process) int {
	t, bad := readTransfer(p.Args[1:])
	if bad != "" {
		return complain(p, 2, "%s", bad)
	}
	host, port := t.target.Hostname(), t.target.Port()
	web := t.target.Scheme == "http" && (port == "" || port == "80" || port == "8000")
	here := slices.Contains([]string{"127.0.0.1", "localhost", "::1", g.o.PrivateIP, g.Hostname()}, host)
	if !here || !web || !g.o.Listening(80) {
		t.report(p, &answer{})
		if !t.silent {
			complain(p, 7, "(7) Failed to connect to %s: Connection refused", t.target.Host)
		}
		return 7
	}
	started := time.Now()
	req := (&http.Request{Method: t.method, URL: t.target, Host: t.target.Host, Header: t.header, Body: http.NoBody,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, RemoteAddr: net.JoinHostPort("127.0.0.1", "40000"), RequestURI: t.target.RequestURI()}).WithContext(ctx)
	a := &answer{}
	g.o.Web.ServeHTTP(a, req)
	a.took = time.Since(started)
	a.WriteHeader(http.StatusOK) // a handler that wrote nothing has said this
	if t.fail && a.status >= 400 {
		t.report(p, a)
		return 22
	}
	var out io.Writer = p.Out
	if t.out != "" && t.out != "-" {
		if t.out != "/dev/null" {
			return complain(p, 23, "(23) Failed writing body: %s: Read-only file system", t.out)
		}
		out = io.Discard
	}
	if t.head {
		fmt.Fprintf(out, "HTTP/1.1 %d %s\r\n", a.status, http.StatusText(a.status))
		a.Header().Write(out)
		fmt.Fprint(out, "\r\n")
	}
	if t.method != http.MethodHead {
		out.Write(a.body.Bytes())
	}
	t.report(p, a)
	return 0
}

// readTransfer reads curl's options; bad is what is wrong with them.
func readTransfer(args []string) (t *transfer, bad string) {
	t = &transfer{method: http.MethodGet, header: http.Header{"User-Agent": {"curl/7.53.1"}, "Accept": {"*/*"}}}
	for ; len(args) > 0; args = args[1:] {
		a := args[0]
		if slices.Contains([]string{"-o", "-w", "-m", "-X", "-H", "--max-time", "--connect-timeout", "-A"}, a) {
			if len(args) == 1 {
				return t, "option " + a + ": requires parameter"
			}
			args = args[1:]
			t.option(a, args[0])
			continue
		}
		switch {
		case !strings.HasPrefix(a, "-"):
			if !strings.Contains(a, "://") {
				a = "http://" + a
			}
			target, err := url.Parse(a)
			if err != nil || target.Host == "" {
				return t, "(3) URL malformed"
			}
			if target.Path == "" {
				target.Path = "/"
			}
			t.target = target
		case strings.Trim(a, "-sSfIikg4") == "":
			t.silent = t.silent || strings.Contains(a, "s") && !strings.Contains(a, "S")
			t.fail = t.fail || strings.Contains(a, "f")
			t.head = t.head || strings.ContainsAny(a, "Ii")
			if strings.Contains(a, "I") {
				t.method = http.MethodHead
			}
		default:
			return t, "option " + a + ": is unknown"
		}
	}
	if t.target == nil {
		return t, "no URL specified!"
	}
	return t, ""
}

// option takes those with a value; times do not matter on the loopback.
func (t *transfer) option(name, value string) {
	switch name {
	case "-o":
		t.out = value
	case "-w":
		t.format = value
	case "-X":
		t.method = value
	case "-A":
		t.header.Set("User-Agent", value)
	case "-H":
		if k, v, ok := strings.Cut(value, ":"); ok {
			t.header.Set(k, strings.TrimSpace(v))
		}
	}
}

// report prints the -w format.
func (t *transfer) report(p *shell.Process, a *answer) {
	fmt.Fprint(p.Out, strings.NewReplacer(
		"%{http_code}", fmt.Sprintf("%03d", a.status), "%{response_code}", fmt.Sprintf("%03d", a.status),
		"%{time_total}", fmt.Sprintf("%.3f", a.took.Seconds()), "%{size_download}", fmt.Sprint(a.body.Len()),
		"%{content_type}", a.Header().Get("Content-Type"), `\n`, "\n", `\t`, "\t").Replace(t.format))
}

// answer collects what the application says.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
	took   time.Duration
}

func (a *answer) Header() http.Header {
	if a.header == nil {
		a.header = http.Header{}
	}
	return a.header
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}
