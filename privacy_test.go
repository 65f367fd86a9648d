package main

// privacy_test.go: what is nobody's business stands in no file, on no screen and
// in no output: whom to call stays in the frozen plan, the private key in its own file.

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hinshun/vt10x"

	"tminus/examples"
	"tminus/rehearsal"
)

// secret is one kind of what must not be seen.
type secret struct {
	what     string
	specimen string // one that in must find
	in       func([]byte) bool
}

type vault []secret

func secrets() vault {
	_, key := (&rehearsal.World{}).Credentials()
	holds := func(pattern string) func([]byte) bool { return regexp.MustCompile(pattern).Match }
	return vault{
		{"a phone", "call 90817 26353 now", holds(`90817\D{0,2}2635`)}, // the roster below; a masked one keeps its last two digits
		{"an e-mail", "canary-3@scp.example", holds(`anary-[1-8]`)},    // a masked one keeps its first letter
		{"a private key", "-----BEGIN OPENSSH PRIVATE KEY-----", holds(`BEGIN OPENSSH PRIVATE KEY|b3BlbnNzaC1rZXktdjE|PuTTY-User-Key-File-`)},
		{"the AWS secret key", "key " + key, holds(regexp.QuoteMeta(key) + "|" + regexp.QuoteMeta(url.QueryEscape(key)))},
		{"an AWS signature", "Credential=A, Signature=0f", holds(`[Ss]ignature=|[Xx]-[Aa]mz-[Ss]ecurity|AWS4-HMAC`)},
		{"a password", "username=qa&password=rehearsal", holds(`password=|hummingbird`)},
		{"a session", "Cookie: sessionid=u3k", holds(`sessionid=|csrf[a-z]*token=|Cookie:`)},
		{"a CSRF token", `value="` + strings.Repeat("aB3", 21) + `x"`, csrfToken()},
	}
}

// csrfToken knows one by its shape: as long as a SHA-256 in hexadecimal, but of all letters.
func csrfToken() func([]byte) bool {
	long := regexp.MustCompile(`ssh-ed25519 \S+|[ "'=:][A-Za-z0-9]{64}\b`)
	return func(text []byte) bool {
		return slices.ContainsFunc(long.FindAll(text, -1), func(found []byte) bool {
			return bytes.ContainsAny(found, "GHIJKLMNOPQRSTUVWXYZghijklmnopqrstuvwxyz") && !bytes.HasPrefix(found, []byte("ssh-"))
		})
	}
}

// seen is which kinds of secrets stand in a text.
func (v vault) seen(text []byte) (kinds []string) {
	for _, s := range v {
		if s.in(text) {
			kinds = append(kinds, s.what)
		}
	}
	return kinds
}

func TestSecretsWouldBeSeen(t *testing.T) {
	for _, s := range secrets() {
		if got := secrets().seen([]byte(s.specimen)); !slices.Equal(got, []string{s.what}) {
			t.Errorf("in %q is seen %q, want %s", s.specimen, got, s.what)
		}
	}
	if got := secrets().seen([]byte(strings.Repeat("0aF9", 16) + " ••••• •••53 c•••@scp.example")); got != nil {
		t.Errorf("seen where there is none: %q", got)
	}
}

// roster is a copy of the SCP plan whose eight people have phones and e-mails that
// are recognised anywhere, and whose smoke tests log in with the password.
func roster(t *testing.T, password string) (name string) {
	t.Helper()
	_, src := examples.SCP()
	people := map[string]int{}
	src = regexp.MustCompile(`(?m)^    (phone|email): .*$`).ReplaceAllFunc(src, func(line []byte) []byte {
		kind, _, _ := strings.Cut(strings.TrimSpace(string(line)), ":")
		people[kind]++
		value := map[string]string{"phone": "90817 2635%d", "email": "canary-%d@scp.example"}[kind]
		return fmt.Appendf(nil, "    %s: "+value, kind, people[kind])
	})
	if people["phone"] != 8 || people["email"] != 8 {
		t.Fatalf("the SCP plan has %v, want 8 of each", people)
	}
	before, rest, _ := bytes.Cut(src, []byte("  secrets:"))
	_, after, found := bytes.Cut(rest, []byte("SCP_VIEWER_PASSWORD\n"))
	if !found {
		t.Fatal("the SCP plan names no secrets")
	}
	src = slices.Concat(before, fmt.Appendf(nil, "    qa_password: %s\n    viewer_password: %[1]s\n", password), after)
	name = filepath.Join(t.TempDir(), "plan.yaml")
	if err := os.WriteFile(name, src, 0o600); err != nil {
		t.Fatal(err)
	}
	withSuite(t, filepath.Dir(name))
	return name
}

// keepsToItself holds a run's folder to its promise: for its owner only, each kind
// of secret in the one file it belongs into. The pretend world's file holds public
// halves of key pairs, and the seeds of its own hosts' keys, which open nothing else.
func keepsToItself(t *testing.T, dir string, inPlan ...string) {
	t.Helper()
	want := map[string][]string{"journal.jsonl": nil, "live.json": nil, "world.json": nil, "known_hosts": nil, "lock": nil, "reserve": nil,
		"plan.yaml": inPlan, "keys/*.pem": {"a private key"}, "keys/*.ppk": {"a private key"},
		"suite": nil}
	met := map[string]bool{}
	err := filepath.WalkDir(filepath.Dir(dir), func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if d.IsDir() {
			if info.Mode() != fs.ModeDir|0o700 {
				t.Errorf("folder %s has the mode %v, want 0700", name, info.Mode())
			}
			return nil
		}
		if info.Mode() != 0o600 {
			t.Errorf("%s has the mode %v, want 0600", name, info.Mode())
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		kind := filepath.ToSlash(rel)
		for _, keys := range []string{"keys/*.pem", "keys/*.ppk"} {
			if ok, _ := path.Match(keys, kind); ok {
				kind = keys
			}
		}
		if strings.HasPrefix(kind, "suite/") && strings.HasSuffix(kind, ".hurl") {
			kind = "suite"
		}
		may, known := want[kind]
		if !known {
			t.Errorf("%s: nobody said what may stand in such a file", rel)
		}
		met[kind] = true
		text, err := os.ReadFile(name)
		if got := secrets().seen(text); !slices.Equal(got, may) {
			t.Errorf("%s holds %q, want %q", rel, got, may)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for kind := range want {
		if !met[kind] {
			t.Errorf("no %s in the run's folder", kind)
		}
	}
}

// public fails when a secret stands in what the program printed.
func (e ended) public(t *testing.T) {
	t.Helper()
	if got := secrets().seen([]byte(e.out + e.err)); got != nil {
		t.Errorf("%q in what it printed:\n%s\n%s", got, e.out, e.err)
	}
}

func TestFlightsKeepSecrets(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]struct {
		password string
		code     int
		ends     string
		inPlan   []string
	}{
		"released":    {"rehearsal", 0, "released: every task is done", []string{"a phone", "an e-mail"}},
		"rolled back": {"hummingbird", 4, "rolled back: nothing is left", []string{"a phone", "an e-mail", "a password"}}, // the site knows no such password
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := filepath.Join(t.TempDir(), "runs")
			flight := finish(t, tminus(t, "rehearse", roster(t, f.password), "--auto", "--speed", "3600", "--rollback-on-failure", "--runs", root))
			flight.want(t, f.code, f.ends)
			flight.public(t)
			if f.code != 0 && !strings.Contains(flight.err, "the viewer logs in: the status is 200 OK, expected 302") {
				t.Errorf("it failed for another reason than the password: %s", flight.err)
			}
			dir := onlyRun(t, root)
			for _, verb := range []string{"watch", "verify"} {
				told := finish(t, tminus(t, verb, filepath.Base(dir), "--runs", root))
				told.want(t, 0, map[string]string{"watch": f.ends, "verify": "sound: "}[verb])
				told.public(t)
			}
			keepsToItself(t, dir, f.inPlan...)
		})
	}
}

// TestScreensKeepSecrets looks into every pane and dialog of a cockpit and of its follower.
func TestScreensKeepSecrets(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "runs")
	s := newScreen(t, 120, 36, tminus(t, "rehearse", roster(t, "rehearsal"), "--speed", "1800", "--runs", root))
	s.sees("Timeline", "○ ready")
	follower := newScreen(t, 120, 36, tminus(t, "watch", "--runs", root))
	follower.sees("Timeline")
	takesConn(s)
	fliesTo(s, "T7") // through the dialogs of T4, G1 and T7
	tests(s)
	for _, each := range []*screen{s, follower} {
		each.sees("T8◆ ‖ sign-off")
		looksAround(each)
	}
	s.press("g")
	s.asked("Sign off T8", "Whose acceptance is recorded?")
	s.press("esc")
	s.misses("Whose acceptance")
	s.press("R")
	s.asked("Roll back SCP100X0219", "change number")
	s.press("pgdown")
	s.press("esc")
	s.misses("change number")
	for _, each := range []*screen{follower, s} {
		each.press("q")
		each.ends(0)
		unseen(t, 120, 36, each.wrote())
	}
	keepsToItself(t, onlyRun(t, root), "a phone", "an e-mail")
}

// looksAround opens every pane, small and large, and the help.
func looksAround(s *screen) {
	s.t.Helper()
	for n, title := range []string{"Timeline", "T8", "Risks", "Instances", "CloudWatch", "Host", "Smoke", "Journal", "People"} {
		s.press(fmt.Sprint(n + 1))
		s.sees(fmt.Sprintf("%d %s", n+1, title))
		s.press("z")
		s.sees("unzoom")
		if title == "People" {
			s.sees("••••• •••51", "c•••@scp.example")
		}
		s.press("pgdown", "z")
		s.misses("unzoom")
		if title == "Timeline" {
			s.press("esc") // the page down selected what is on demand: back to the current task
			s.misses("2 X2")
		}
	}
	s.press("?")
	s.sees("Keys", "esc close")
	s.press("esc")
	s.misses("esc close")
}

// unseen fails when a secret stands in the bytes, or stood on the screen that they drew:
// a frame is sent as its differences, and a secret may come in pieces.
func unseen(t *testing.T, columns, rows int, wrote []byte) {
	t.Helper()
	all := secrets()
	if got := all.seen(wrote); got != nil {
		t.Errorf("%q was sent to the terminal", got)
	}
	const bit = 1024 // characters: fewer than a frame
	again := vt10x.New(vt10x.WithSize(columns, rows), vt10x.WithWriter(io.Discard))
	masked := false
	for chunk := range slices.Chunk([]rune(string(wrote)), bit) {
		if _, err := again.Write([]byte(string(chunk))); err != nil {
			t.Fatal(err)
		}
		text := again.String()
		masked = masked || strings.Contains(text, "c•••@scp.example")
		if got := all.seen([]byte(text)); got != nil {
			t.Fatalf("%q stood on the screen:\n%s", got, text)
		}
	}
	if !masked {
		t.Error("the contacts were never on the screen")
	}
}
