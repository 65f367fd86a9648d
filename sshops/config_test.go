package sshops

// config_test.go: what of an ssh config counts, and that nothing in it stops the day.

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
)

// configAt writes a config into a home of its own, and returns its path.
func configAt(t testing.TB, text string) string {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	if err := os.Mkdir(filepath.Join(home, ".ssh"), 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(home, ".ssh", "config")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSettings(t *testing.T) {
	for name, tt := range map[string]struct {
		text  string
		names []string
		want  settings
	}{
		"says nothing":             {"", []string{"a"}, settings{}},
		"another host":             {"Host b\n User x\n", []string{"a"}, settings{}},
		"the first counts":         {"Host a\n Port 2222\nHost *\n Port 22\n User all\n", []string{"a"}, settings{port: 2222, user: "all"}},
		"before any Host":          {"User me\nHost a\n User x\n", []string{"a"}, settings{user: "me"}},
		"any of its names":         {"Host i-0a\n User x\n", []string{"203.0.113.7", "i-0a"}, settings{user: "x"}},
		"one name excepted":        {"Host * !i-0a\n User x\n", []string{"203.0.113.7", "i-0a"}, settings{}},
		"patterns":                 {"Host 203.0.113.*\n User x\n", []string{"203.0.113.7"}, settings{user: "x"}},
		"equals, case and quotes":  {"HOST=a\n user = \"x\"\n\tPORT=7\n", []string{"a"}, settings{user: "x", port: 7}},
		"Windows lines":            {"Host a\r\n User x\r\n", []string{"a"}, settings{user: "x"}},
		"yes":                      {"IdentitiesOnly yes\n", []string{"a"}, settings{identitiesOnly: true}},
		"times":                    {"ConnectTimeout 3\nServerAliveInterval 1m\nServerAliveCountMax 2\n", []string{"a"}, settings{timeout: 3 * time.Second, aliveEvery: time.Minute, aliveCount: 2}},
		"a time is bounded":        {"ConnectTimeout 86400\n", []string{"a"}, settings{timeout: maxTimeout}},
		"HostName of %h":           {"HostName %h.example.com\n", []string{"a"}, settings{hostName: "a.example.com"}},
		"all identities":           {"IdentityFile /k/%h\nHost a\n IdentityFile /k/two\nIdentityFile none\n", []string{"a"}, settings{identities: []string{"/k/a", "/k/two"}}},
		"a token nobody knows":     {"IdentityFile /k/%Z\nUser x\n", []string{"a"}, settings{user: "x"}},
		"files":                    {"CertificateFile /c\nUserKnownHostsFile /one /two\nHostKeyAlias b\n", []string{"a"}, settings{certificates: []string{"/c"}, knownHosts: []string{"/one", "/two"}, hostKeyAlias: "b"}},
		"bad numbers":              {"Port http\nServerAliveCountMax -1\nConnectTimeout soon\nUser x\n", []string{"a"}, settings{user: "x"}},
		"jump":                     {"Host a\n ProxyJump u@b:7,c\n", []string{"a"}, settings{proxyJump: "u@b:7,c"}},
		"Match all":                {"Match all\n User x\n", []string{"a"}, settings{user: "x"}},
		"Match host":               {"Match host b,a\n User x\n", []string{"a"}, settings{user: "x"}},
		"Match exec is not run":    {"Match exec \"touch /tmp/tminus-was-here\"\n User evil\nHost a\n User x\n", []string{"a"}, settings{user: "x"}},
		"Match host and user":      {"Match host a user root\n User evil\nHost *\n User x\n", []string{"a"}, settings{user: "x"}},
		"a comment ends the value": {"User x # me\n", []string{"a"}, settings{user: "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := readConfig(configAt(t, tt.text)).settings(tt.names...)
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(settings{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestConfigInHome(t *testing.T) {
	path := configAt(t, "Include more/*.conf\nHost a\n Include inner\nUser last\n")
	dir := filepath.Dir(path)
	if err := os.Mkdir(filepath.Join(dir, "more"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"more/1.conf": "Host b\n User fromone\n", "more/2.conf": "Host *\n Port 7\nInclude config\n",
		"inner": "User inner\nIdentityFile ~/k\nIdentityFile %d/k2\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	home := filepath.Dir(dir)
	for host, want := range map[string]settings{
		"a": {user: "inner", port: 7, identities: []string{home + "/k", home + "/k2"}},
		"b": {user: "fromone", port: 7},
		"c": {port: 7},
	} {
		if diff := cmp.Diff(want, readConfig("").settings(host), cmp.AllowUnexported(settings{})); diff != "" {
			t.Errorf("%s: %s", host, diff)
		}
	}
	if got := readConfig("none").settings("a"); !cmp.Equal(got, settings{}, cmp.AllowUnexported(settings{})) {
		t.Errorf("a config that is not read says %+v", got)
	}
}

// TestConfigThatCannotBeRead: each is a warning, and the rest counts.
func TestConfigThatCannotBeRead(t *testing.T) {
	for name, tt := range map[string]struct {
		text, warning string
		prepare       func(t *testing.T, path string)
	}{
		"too large":       {"", "larger than", func(t *testing.T, path string) { write(t, path, strings.Repeat("# x\n", maxConfig/4+1)) }},
		"a pipe":          {"", "not a regular file", func(t *testing.T, path string) { os.Remove(path); mkfifo(t, path) }},
		"a folder":        {"", "not a regular file", func(t *testing.T, path string) { os.Remove(path); _ = os.Mkdir(path, 0o700) }},
		"Match exec":      {"Match exec true\n User x\n", "line 1 of ~/.ssh/config: the block of Match exec true is left out", nil},
		"includes a pipe": {"Include ~/pipe\n", "~/pipe is left out: it is not a regular file", func(t *testing.T, path string) { mkfifo(t, filepath.Join(path, "../../pipe")) }},
		"includes too much": {"Include ~/d*\n", "more than 64 files", func(t *testing.T, path string) {
			for i := range maxConfigFiles {
				write(t, filepath.Join(path, "../..", fmt.Sprint("d", i)), "User x\n")
			}
		}},
		"ProxyCommand": {"ProxyCommand nc %h %p\n", "ProxyCommand for a is left out", nil},
		"odd number":   {"Port 99999\n", "Port 99999 is left out", nil},
	} {
		t.Run(name, func(t *testing.T) {
			path := configAt(t, tt.text)
			if tt.prepare != nil {
				tt.prepare(t, path)
			}
			c := readConfig("")
			c.settings("a")
			if all := strings.Join(c.warnings, "\n"); !strings.Contains(all, tt.warning) || strings.Contains(all, filepath.Dir(path)) {
				t.Errorf("warnings %q", all)
			}
		})
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func mkfifo(t *testing.T, path string) {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestConfigAndPlan: facts and plan win, and what was left out for them is told.
func TestConfigAndPlan(t *testing.T) {
	_, userPEM := newKey(t)
	path := configAt(t, "Host i-0c1f00d5cb1000001\n User other\n Port 2200\n HostName 192.0.2.1\n IdentityFile ~/k\n IdentitiesOnly yes\n")
	user, _ := newKey(t)
	c := New(Options{RunDir: runDir(t, userPEM), Config: path})
	p, f := planFor("ec2-user"), facts(user.PublicKey(), user.PublicKey())
	got, failed := c.target(p, f, "203.0.113.7")
	if failed != nil {
		t.Fatal(failed)
	}
	if got.user != "ec2-user" || got.addr != "203.0.113.7:22" || !got.agentOnly || len(got.identities) != 2 || !got.identities[0].run || got.identities[1].file.Shown != "~/k" {
		t.Errorf("%+v", got)
	}
	for _, part := range []string{"IdentityFile ~/k", "IdentitiesOnly", "warning: HostName 192.0.2.1 is left out", "warning: Port 2200 is left out"} {
		if !strings.Contains(got.note, part) {
			t.Errorf("no %q in %q", part, got.note)
		}
	}
	p.Environment.Instance.SSHUser = ""
	if got, _ := c.target(p, f, "203.0.113.7"); got.user != "other" || !strings.HasPrefix(got.note, "User other") {
		t.Errorf("a plan without ssh_user: %q, %q", got.user, got.note)
	}
	p.Release = "SCP Build 1.0.0"
	for fact, host := range map[string]string{tasks.FactPublicDNS: "ec2.example", tasks.FactElasticIP: "198.51.100.4", "release": "SCP-Build-1.0.0", "release in small": "scp-build-1.0.0"} {
		write(t, path, "Host "+host+"\n User "+host+"\n")
		if got, _ := c.target(p, f, "203.0.113.7"); got.user != host {
			t.Errorf("by %s: %q", fact, got.user)
		}
	}
}

func FuzzConfig(f *testing.F) {
	for _, seed := range []string{
		"Host a\n User x\nMatch exec true\nInclude ~/x y\n", "Host !*\nMatch\nMatch host\n=\n\"", "Port =\nHost \"a b\"\n", "IdentityFile %\nIdentityFile %%%h%d%u%n\nServerAliveInterval 1w\n",
		"ProxyJump [::1]:22,u@h:1,ssh://x/\n", "XInclude 0\nInclude config\nInclude\n", "HOST\tx\nInclude=~/config # y\n",
	} {
		f.Add(seed)
	}
	home := f.TempDir()
	f.Setenv("HOME", home)
	path := filepath.Join(home, "config")
	f.Fuzz(func(t *testing.T, text string) {
		write(t, path, text)
		c := readConfig(path)
		s := c.settings("a", "i-0a")
		client := New(Options{Config: "none"})
		if hops, failed := client.way(c, s.proxyJump); failed == nil && len(hops) > maxHops {
			t.Errorf("%d hops", len(hops))
		}
		for _, w := range c.warnings {
			if strings.ContainsAny(w, "\x1b\n\r") {
				t.Errorf("warning %q", w)
			}
		}
	})
}
