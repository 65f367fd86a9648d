package main

// isolation_test.go: a rehearsal cannot reach real AWS, nor anything else,
// whatever the environment says.

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// trap is a listener that nobody may come near.
type trap struct {
	address string
	touched atomic.Int32
}

func newTrap(t *testing.T) *trap {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	trapped := &trap{address: l.Addr().String()}
	over := make(chan struct{})
	go func() {
		defer close(over)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			trapped.touched.Add(1)
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-over })
	return trapped
}

// untouched fails when anybody came near, and when the trap does not work.
func (l *trap) untouched(t *testing.T) {
	t.Helper()
	if n := l.touched.Load(); n > 0 {
		t.Errorf("the environment led the rehearsal astray: %d connections to where it pointed", n)
	}
	c, err := net.Dial("tcp", l.address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	eventually(t, "the trap catches its maker", func() bool { return l.touched.Load() > 0 })
}

// hostile is an environment in which everything that an AWS client, an HTTP
// client or an SSH client reads leads into the trap, with a profile that looks real.
func hostile(t *testing.T, trapped *trap) []string {
	t.Helper()
	home := t.TempDir()
	if err := os.MkdirAll(filepath.Join(home, ".aws"), 0o700); err != nil {
		t.Fatal(err)
	}
	url := "http://" + trapped.address
	config := fmt.Sprintf("[default]\nregion = eu-west-1\nendpoint_url = %s\n[profile prod]\nregion = us-east-1\nendpoint_url = %s\nrole_arn = arn:aws:iam::999999999999:role/Admin\nsource_profile = default\n", url, url)
	for name, text := range map[string]string{
		"config":      config,
		"credentials": "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
	} {
		if err := os.WriteFile(filepath.Join(home, ".aws", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := []string{
		"HOME=" + home, "AWS_PROFILE=prod", "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
		"AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AWS_SESSION_TOKEN=token", "AWS_USE_FIPS_ENDPOINT=true",
		"AWS_EC2_METADATA_SERVICE_ENDPOINT=" + url, "AWS_CONTAINER_CREDENTIALS_FULL_URI=" + url + "/creds", "NO_PROXY=", "no_proxy=",
		"SSH_AUTH_SOCK=" + filepath.Join(home, "no-agent"),
	}
	for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EC2", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_CLOUDWATCH"} {
		env = append(env, name+"="+url)
	}
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		env = append(env, name+"="+url, strings.ToLower(name)+"="+url)
	}
	return env
}

func TestRehearsalReachesNothingOutside(t *testing.T) {
	t.Parallel()
	trapped := newTrap(t)
	root := t.TempDir()
	cmd := tminus(t, "rehearse", "--auto", "--speed", "3600", "--runs", root)
	cmd.Env = append(cmd.Env, hostile(t, trapped)...)
	finish(t, cmd).want(t, 0, "released: every task is done")
	oneOfEach(t, onlyRun(t, root))
	trapped.untouched(t)
}

// TestRehearsalConnectsToLoopbackOnly asks the kernel which connections the program makes.
func TestRehearsalConnectsToLoopbackOnly(t *testing.T) {
	t.Parallel()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("SKIPPED: strace is not here: nobody watches which addresses a rehearsal connects to")
	}
	trapped := newTrap(t)
	trace := filepath.Join(t.TempDir(), "trace")
	program := tminus(t, "rehearse", "--auto", "--speed", "1800", "--runs", t.TempDir())
	cmd := exec.CommandContext(t.Context(), strace, append([]string{"-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", trace}, program.Args...)...)
	cmd.Env = append(program.Env, hostile(t, trapped)...)
	finish(t, cmd).want(t, 0, "released: every task is done")
	trapped.untouched(t)
	seen, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	// Every address in a connect, or in a packet sent without one; UDP sockets "connect" too.
	reached := regexp.MustCompile(`sa_family=AF_(INET6?), .*?(?:inet_addr\("|inet_pton\(AF_INET6, ")([^"]+)"`).FindAllSubmatch(seen, -1)
	var addresses []string
	for _, m := range reached {
		addresses = append(addresses, string(m[2]))
	}
	slices.Sort(addresses)
	addresses = slices.Compact(addresses)
	if families := strings.Count(string(seen), "sa_family=AF_INET"); families != len(reached) {
		t.Errorf("%d addresses in the trace, %d understood", families, len(reached))
	}
	if !slices.Equal(addresses, []string{"127.0.0.1"}) {
		t.Errorf("the rehearsal connects to %q, want its own pretend AWS on 127.0.0.1 only", addresses)
	}
}
