package webops

// fence_test.go: whom a test may talk to, whatever a file, a redirect or a name server says.

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// recorder is a network that knows who was dialled, and where every dial leads to one server.
type recorder struct {
	mu     sync.Mutex
	dialed []string
}

func (r *recorder) dial(o Options) Options {
	dial := o.Dial
	o.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		r.mu.Lock()
		r.dialed = append(r.dialed, addr)
		r.mu.Unlock()
		return dial(ctx, network, addr)
	}
	return o
}

func TestFence(t *testing.T) {
	c := call()
	app := &c.Plan.Environment.Application
	app.Host = "scp.example.com"
	app.Hosts = []string{"login.example", "static.example:8443", "10.0.0.7:9000", "[2001:db8::7]"}
	c.Facts[tasks.FactPublicDNS] = "ec2-203-0-113-7.compute.amazonaws.com"
	resolve := func(_ context.Context, host string) ([]string, error) {
		return map[string][]string{"login.example": {"198.51.100.77"}, "static.example": {"127.0.0.1", "198.51.100.78"}}[host], nil
	}
	for _, tt := range []struct{ url, leads string }{
		{"http://198.51.100.4/", elastic + ":80"},
		{"https://198.51.100.4/", elastic + ":443"},
		{"http://scp.example.com/", elastic + ":80"},
		{"http://SCP.example.com./", elastic + ":80"},
		{"http://[::ffff:198.51.100.4]/", elastic + ":80"},
		{"http://203.0.113.7/", public + ":80"},
		{"http://ec2-203-0-113-7.compute.amazonaws.com/", elastic + ":80"},
		{"https://login.example/", "198.51.100.77:443"},
		{"https://static.example:8443/", "198.51.100.78:8443"}, // what is private behind a name is passed over
		{"http://10.0.0.7:9000/", "10.0.0.7:9000"},
		{"http://[2001:db8::7]/", "[2001:db8::7]:80"},
		{"http://198.51.100.4:22/", "refused: port 22 of 198.51.100.4 is not the application's"},
		{"http://169.254.169.254/latest/meta-data/", "refused: 169.254.169.254 is a link-local or metadata address"},
		{"http://[fd00:ec2::254]/", "refused: fd00:ec2::254 is a link-local or metadata address"},
		{"http://[::ffff:169.254.169.254]/", "refused: 169.254.169.254 is a link-local or metadata address"},
		{"http://[fe80::1%25eth0]/", "refused: fe80::1 is a link-local"},
		{"http://0.0.0.0/", "refused: 0.0.0.0 is a link-local"},
		{"http://2852039166/", "refused: 2852039166:80 is neither"}, // 169.254.169.254 as one number
		{"http://0xa9.0xfe.0xa9.0xfe/", "refused: 0xa9.0xfe.0xa9.0xfe:80 is neither"},
		{"http://127.0.0.1/", "refused: 127.0.0.1:80 is neither"},
		{"http://10.0.0.7/", "refused: 10.0.0.7:80 is neither"},
		{"http://login.example:22/", "refused: login.example:22 is neither"},
		{"http://evil.example/", "refused: evil.example:80 is neither"},
		{"ftp://198.51.100.4/", "refused: ftp is neither http nor https"},
		{"http://user@198.51.100.4/", "refused: the URL holds a user name"},
	} {
		u, err := url.Parse(tt.url)
		if err != nil {
			t.Fatal(err)
		}
		var net recorder
		client := New(net.dial(Options{Resolve: resolve, Dial: nowhere}))
		at, _ := client.find(c, tasks.FactElasticIP)
		f := client.fence(c, at)
		got := "refused: "
		if err := f.admits(u); err != nil {
			got += err.Error()
		} else {
			_, _ = f.connect(t.Context(), "tcp", hostPort(u))
			got = strings.Join(net.dialed, ",")
		}
		if !strings.HasPrefix(got, tt.leads) || tt.leads == "" {
			t.Errorf("%s leads to %q, want %q", tt.url, got, tt.leads)
		}
	}
}

func nowhere(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("nobody is there")
}

func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	return net.JoinHostPort(u.Hostname(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
}

// A name that leads to the metadata service, or inside, is followed by nobody, even when the plan names it.
func TestFenceLooksAtTheAddressItDials(t *testing.T) {
	c := call()
	c.Plan.Environment.Application.Hosts = []string{"rebound.example"}
	for _, bad := range []string{"169.254.169.254", "127.0.0.1", "10.1.2.3", "::1", "fd00:ec2::254", "0.0.0.0", "100.64.1.2", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1"} {
		var net recorder
		client := New(net.dial(Options{Dial: nowhere, Resolve: func(context.Context, string) ([]string, error) { return []string{bad}, nil }}))
		at, _ := client.find(c, tasks.FactElasticIP)
		_, err := client.fence(c, at).connect(t.Context(), "tcp", "rebound.example:80")
		if len(net.dialed) != 0 || err == nil || !strings.Contains(err.Error(), "no public address") {
			t.Errorf("%s was dialled: %v, %v", bad, net.dialed, err)
		}
	}
}

// TestRedirectsStayInside runs files that follow redirects to places where nothing may be asked.
func TestRedirectsStayInside(t *testing.T) {
	to := ""
	options := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/start" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		fmt.Fprint(w, "arrived")
	})
	for _, tt := range []struct{ to, says string }{
		{"/end", ""},
		{"http://" + public + "/end", ""},
		{"http://169.254.169.254/latest/meta-data/iam/", "169.254.169.254 is a link-local or metadata address"},
		{"//169.254.169.254/", "metadata"},
		{"http://evil.example/", "evil.example:80 is neither an address of this run nor a host that the plan names"},
		{"file:///etc/passwd", "file"},
		{"/start", "redirect"},
	} {
		to = tt.to
		var net recorder
		src := "GET {{base}}/start\n[Options]\nlocation: true\nHTTP 200\n[Asserts]\nbody == \"arrived\"\n"
		c := call(plan.Stage{Name: plan.StageReadOnly, Files: []string{"a.hurl"}})
		client := tester(t, net.dial(options), c, fstest.MapFS{"a.hurl": {Data: []byte(src)}})
		r := do(t, client.Smoke(c.Plan).Step(plan.StageReadOnly), c)
		if passed := r.Verdict == tasks.Pass; passed != (tt.says == "") || !strings.Contains(r.Says, tt.says) {
			t.Errorf("to %s: %q %s", tt.to, r.Verdict, r.Says)
		}
		for _, addr := range net.dialed {
			if !slices.Contains([]string{elastic + ":80", public + ":80"}, addr) {
				t.Errorf("to %s: %s was dialled", tt.to, addr)
			}
		}
	}
}

// What a command line names as the application may be anywhere but where no application ever is.
func TestNamedBase(t *testing.T) {
	for base, want := range map[string]string{
		"http://127.0.0.1:8000": "127.0.0.1:8000", "https://10.0.0.7": "10.0.0.7:443", "http://qa.internal:81": "10.9.9.9:81",
		"http://169.254.169.254": "", "http://metadata.example": "",
	} {
		u, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		var net recorder
		client := New(net.dial(Options{Base: u, Dial: nowhere, Resolve: func(_ context.Context, host string) ([]string, error) {
			return map[string][]string{"qa.internal": {"10.9.9.9"}, "metadata.example": {"169.254.169.254"}}[host], nil
		}}))
		c := call()
		at, found := client.find(c, tasks.FactElasticIP)
		if found {
			_, _ = client.fence(c, at).connect(t.Context(), "tcp", at.addr())
		}
		if got := strings.Join(net.dialed, ","); got != want {
			t.Errorf("%s leads to %q, want %q", base, got, want)
		}
		if found && want != "" && at.url() != base {
			t.Errorf("%s is told as %s", base, at.url())
		}
	}
}

func mustURL(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
