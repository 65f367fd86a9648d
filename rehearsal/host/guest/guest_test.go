package guest_test

// guest_test.go: what a monitor relies on: counters that agree and never go back, and programs that answer.

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"

	"tminus/rehearsal/host/guest"
	"tminus/rehearsal/host/shell"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var boot = time.Date(2019, 2, 7, 8, 0, 0, 0, time.UTC)

// clock is a pretend clock that only moves when told.
type clock struct{ now time.Time }

func newGuest(c *clock, instanceType string, seed int64) *guest.Guest {
	return guest.New(guest.Options{
		InstanceID: "i-0c1f", PrivateIP: "172.31.5.17", InstanceType: instanceType, User: "ec2-user", BootedAt: boot,
		Now: func() time.Time { return c.now }, Seed: seed, Build: "1.0.0",
		Listening: func(port int) bool { return c.now.Sub(boot) >= 40*time.Second },
		Web:       http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("hello")) }),
	})
}

func run(t *testing.T, g *guest.Guest, script string) (out, errs string, status int) {
	t.Helper()
	var o, e bytes.Buffer
	sh := shell.New(g, g.Session("10.0.0.1", ""))
	status = sh.Run(t.Context(), script, shell.Streams{In: shell.NoInput(), Out: &o, Err: &e})
	return o.String(), e.String(), status
}

func TestPrograms(t *testing.T) {
	c := &clock{boot.Add(10 * time.Minute)}
	g := newGuest(c, "t2.micro", 1)
	for _, tc := range []struct {
		script, want string // want is a regular expression over stdout
		status       int
	}{
		{"id", `^uid=500\(ec2-user\) gid=500\(ec2-user\)`, 0},
		{"whoami; sudo -n whoami", "^ec2-user\nroot\n$", 0},
		{"hostname; hostname -f", `^ip-172-31-5-17\nip-172-31-5-17\.ap-southeast-1\.compute\.internal\n$`, 0},
		{"uname -a", `^Linux ip-172-31-5-17 4\.14\.\S+amzn1\.x86_64 #1 SMP .* x86_64 GNU/Linux\n$`, 0},
		{"uname -sr", `^Linux 4\.14\.\S+\n$`, 0},
		{"uptime", `^ 08:10:00 up 10 min,  0 users,  load average: \d\.\d\d, \d\.\d\d, \d\.\d\d\n$`, 0},
		{"date +%s; date -u +%FT%TZ", "^1549527000\n2019-02-07T08:10:00Z\n$", 0},
		{"nproc; getconf CLK_TCK", "^1\n100\n$", 0},
		{"ps -eo pid,user,pcpu,pmem,rss,comm --sort=-pcpu | head -n 4", `^ +PID USER +%CPU +%MEM +RSS COMMAND\n( *\d+ \w\S* +\d+\.\d +\d+\.\d +\d+ \S+\n){3}$`, 0},
		{"ps -eo pid=,comm= | grep -c python3", "^3\n$", 0},
		{"ps aux | grep nginx | wc -l", "^2\n$", 0},
		{"df -P -k", `^Filesystem +1024-blocks +Used Available Capacity Mounted on\n(\S+ +\d+ +\d+ +\d+ +\d+% /\S*\n){3}$`, 0},
		{"df -P -k / | tail -n 1", `^/dev/xvda1 +10190100 +\d+ +\d+ +\d+% /\n$`, 0},
		{"rpm -q --qf '%{EPOCH}:%{VERSION}-%{RELEASE}' nginx", `^1:1\.14\.1-2\.34\.amzn1$`, 0},
		{"rpm -q apache", "^package apache is not installed\n$", 1},
		{"python3 -V; python3.6 -m pip --version", "^Python 3\\.6\\.5\npip 9\\.0\\.3 from .*python 3\\.6\\)\n$", 0},
		{"python3 -c 'import django; print(django.__version__)'", "^2\\.1\\.5\n$", 0},
		{"python3 -c 'import flask; print(flask.__version__)' 2>&1 | tail -n 1", "^ModuleNotFoundError: No module named 'flask'\n$", 0},
		{"nginx -v 2>&1", "^nginx version: nginx/1.14.1\n$", 0},
		{"systemctl is-active nginx", "^active\n$", 0},
		{"systemctl is-active apache", "^unknown\n$", 3},
		{"ss -ltn", `(?s)^State .*LISTEN +0 +128 +\*:22 .*\*:80 `, 0},
		{"curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1/", "^200$", 0},
		{"curl -s http://127.0.0.1/", "^hello$", 0},
		{`grep -lE '[g]unicorn' /proc/[0-9]*/cmdline | tr -dc '0123456789\n'`, "^2611\n2615\n2616\n$", 0},
		{`tr '\000' '\n' </proc/2611/cmdline | head -n 3`, "^/usr/bin/python3\\.6\n-m\ngunicorn\n$", 0},
		{"stat -c '%u %U' /proc/2611 /srv/scp/BUILD", "^501 scp\n0 root\n$", 0},
		{"readlink /proc/2611/exe", "^$", 1},
		{"sudo -n readlink /proc/2611/exe", "^/usr/bin/python3\\.6\n$", 0},
		{"sudo -n -u '#501' whoami; sudo -n -u scp readlink /proc/2611/exe", "^scp\n/usr/bin/python3\\.6\n$", 0},
		{"sudo -n -u '#77' whoami", "^$", 1},
		{"python3 -B -V", "^Python 3\\.6\\.5\n$", 0},
		{"lastb", "^$", 1},
		{"sudo lastb", "^\nbtmp begins .*\n$", 0},
		{"yum -C -q updateinfo list security", "^Error: .*no cache.*\n$", 1},
		{"sudo yum -C -q updateinfo list security", "^$", 0},
		{"yum install gcc", "^$", 1},
		{"curl -s -o /dev/null -w '%{http_code}' http://10.9.9.9/", "^000$", 7},
		{"ls -l /etc/os-release", `^-rw-r--r-- 1 root +root +\d+ Feb  7 08:10 /etc/os-release\n$`, 0},
		{"ls /proc | head -n 2", "^1\n1414\n$", 0},
		{"grep -E '^(NAME|ID_LIKE)=' /etc/os-release", "^NAME=\"Amazon Linux AMI\"\nID_LIKE=\"rhel fedora\"\n$", 0},
		{"cat /var/log/secure", "^$", 1},
		{"cat /etc/shadow; sudo cat /etc/shadow", "^root:", 0},
		{"cat /proc/1/comm /srv/scp/BUILD", "^init\n1.0.0\n$", 0},
		{"cat /proc/[0-9]*/comm | sort -u | head -n 3", "^agetty\nauditd\ncrond\n$", 0},
		{"head -n1 /proc/stat | cut -d' ' -f1; wc -l /proc/loadavg", "^cpu\n1 /proc/loadavg\n$", 0},
		{"free -m", `(?s)^ +total .*\nMem: +985 .*\nSwap: +0 +0 +0\n$`, 0},
		{"last -n 1", `^reboot   system boot  4\.14\.97-74\.72\.am Thu Feb  7 08:00 - 08:10  \(00:10\)\n`, 0},
		{"timeout 0.01 sleep 5", "^$", 124},
		{"env A=1 sh -c 'echo $A'; printf 'echo in\\n' | sh", "^1\nin\n$", 0},
		{"htop", "^$", 127},
	} {
		out, errs, status := run(t, g, tc.script)
		if !regexp.MustCompile(tc.want).MatchString(out) || status != tc.status {
			t.Errorf("%s\n got %q, status %d, stderr %q\nwant %q, status %d", tc.script, out, status, errs, tc.want, tc.status)
		}
	}
}

// TestCounters walks through an hour with requests in it and holds every
// counter of /proc to its promise.
func TestCounters(t *testing.T) {
	for _, instanceType := range []string{"t2.micro", "t2.medium"} {
		for seed := range int64(3) {
			c := &clock{boot}
			g := newGuest(c, instanceType, seed)
			var last map[string]int64
			for i := range 400 {
				if i%7 == 0 {
					g.Spend(900 * time.Millisecond)
					g.Traffic(800, 12_000)
				}
				now := counters(t, g)
				for name, v := range now {
					if v < last[name] {
						t.Fatalf("%s seed %d at %v: %s went from %d to %d", instanceType, seed, c.now.Sub(boot), name, last[name], v)
					}
				}
				cpus := now["cpus"]
				if total, up := now["cpu total"], int64(100*c.now.Sub(boot).Seconds())*cpus; total > up+cpus || total < up-10*cpus {
					t.Fatalf("at %v: %d jiffies in all, %d passed", c.now.Sub(boot), total, up)
				}
				last = now
				c.now = c.now.Add(time.Duration(50+i*15) * time.Millisecond)
			}
		}
	}
}

// counters reads what only ever grows.
func counters(t *testing.T, g *guest.Guest) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	for _, f := range []string{"proc/stat", "proc/net/dev", "proc/diskstats", "proc/uptime", "proc/2615/stat"} {
		text, err := fs.ReadFile(g.Files("ec2-user"), f)
		if err != nil && !strings.Contains(f, "2615") {
			t.Fatal(err)
		}
		for l := range strings.Lines(string(text)) {
			fields := strings.Fields(strings.Replace(l, ":", " ", 1))
			for i, v := range fields {
				n, err := strconv.ParseFloat(v, 64)
				name := fmt.Sprint(f, " ", fields[0], " ", i)
				if err != nil || fields[0] == "procs_running" || f == "proc/2615/stat" && i != 13 && i != 14 {
					continue
				}
				if f == "proc/uptime" {
					name = fmt.Sprint(f, i)
				}
				out[name] = int64(n * 100)
				if f == "proc/stat" && fields[0] == "cpu" {
					out["cpu total"] += int64(n)
				}
			}
			if f == "proc/stat" && regexp.MustCompile(`^cpu\d`).MatchString(l) {
				out["cpus"]++
			}
		}
	}
	return out
}

func TestSameMomentSameText(t *testing.T) {
	c := &clock{boot.Add(time.Hour)}
	a, b, other := newGuest(c, "t2.micro", 7), newGuest(c, "t2.micro", 7), newGuest(c, "t2.micro", 8)
	for _, f := range []string{"proc/stat", "proc/meminfo", "proc/loadavg", "proc/net/dev", "proc/diskstats"} {
		x, _ := fs.ReadFile(a.Files("ec2-user"), f)
		y, _ := fs.ReadFile(b.Files("ec2-user"), f)
		z, _ := fs.ReadFile(other.Files("ec2-user"), f)
		if !bytes.Equal(x, y) {
			t.Errorf("%s: two guests of one seed differ", f)
		}
		if f == "proc/stat" && bytes.Equal(x, z) {
			t.Errorf("%s: another seed changes nothing", f)
		}
	}
}

func TestMemoryAddsUp(t *testing.T) {
	c := &clock{}
	g := newGuest(c, "t2.micro", 3)
	for _, up := range []time.Duration{0, time.Second, time.Minute, time.Hour, 24 * time.Hour, 1000 * time.Hour} {
		c.now = boot.Add(up)
		text, _, _ := run(t, g, "cat /proc/meminfo")
		kb := map[string]int{}
		scan := bufio.NewScanner(strings.NewReader(text))
		for scan.Scan() {
			var name string
			var n int
			fmt.Sscanf(scan.Text(), "%s %d kB", &name, &n)
			kb[name] = n
			if n < 0 {
				t.Errorf("after %v: %s", up, scan.Text())
			}
		}
		if kb["MemTotal:"]/1024 != 985 || kb["MemAvailable:"] <= kb["MemFree:"] || kb["MemAvailable:"] >= kb["MemTotal:"] || kb["MemFree:"] < 100_000 {
			t.Errorf("after %v: %v", up, kb)
		}
	}
}

// TestBusy: requests are seen in the load and in the processes that answer them.
func TestBusy(t *testing.T) {
	c := &clock{boot.Add(30 * time.Minute)}
	idle, busy := newGuest(c, "t2.micro", 2), newGuest(c, "t2.micro", 2)
	for range 300 {
		busy.Spend(100 * time.Millisecond)
		c.now = c.now.Add(200 * time.Millisecond)
	}
	if a, b := idle.LoadAverage(), busy.LoadAverage(); b[0] < a[0]+0.3 {
		t.Errorf("load %.2f idle, %.2f busy", a[0], b[0])
	}
	top, _, _ := run(t, busy, "ps -eo comm=,pcpu= --sort=-pcpu | head -n 1")
	if !strings.HasPrefix(top, "python3") {
		t.Errorf("on top: %q", top)
	}
}

func TestLogins(t *testing.T) {
	c := &clock{boot.Add(5 * time.Minute)}
	g := newGuest(c, "t2.micro", 1)
	tty, leave := g.LogIn("10.0.0.9", true)
	_, leaveQuiet := g.LogIn("10.0.0.8", false)
	if who, _, _ := run(t, g, "who"); tty != "pts/0" || who != "ec2-user pts/0        2019-02-07 08:05 (10.0.0.9)\n" {
		t.Errorf("%s: who: %q", tty, who)
	}
	if n, _, _ := run(t, g, "ps -eo args | grep -c '^sshd: ec2-user'"); n != "2\n" {
		t.Errorf("sshd processes: %q", n)
	}
	for _, after := range []time.Duration{0, time.Millisecond, 3 * time.Minute} {
		c.now = c.now.Add(after)
		if top, _, _ := run(t, g, "ps -eo comm= --sort=-pcpu | head -n 1"); top != "python3\n" {
			t.Errorf("%v after the login %q uses most CPU", after, top)
		}
	}
	leave()
	leaveQuiet()
	if last, _, _ := run(t, g, "who; last -n 1"); !strings.HasPrefix(last, "ec2-user pts/0        10.0.0.9         Thu Feb  7 08:05 - 08:08  (00:03)\n") {
		t.Errorf("after leaving: %q", last)
	}
	g.NoteSSH("Failed publickey for %s", "x\nforged line")
	if log, _, _ := run(t, g, "sudo -n cat /var/log/secure"); log != "Feb  7 08:08:00 ip-172-31-5-17 sshd[2561]: Failed publickey for x?forged line\n" {
		t.Errorf("secure log: %q", log)
	}
	for range 500 {
		_, leave := g.LogIn("10.0.0.1", false)
		leave()
	}
	run(t, g, "last")
}

// TestFileSystem asks the standard library whether this is a file system.
func TestFileSystem(t *testing.T) {
	g := newGuest(&clock{boot.Add(time.Hour)}, "t2.micro", 1)
	g.Note(guest.AccessLog, "one line")
	if err := fstest.TestFS(g.Files("root"), "etc/os-release", "usr/bin/rpm", "srv/scp/BUILD"); err != nil {
		t.Error(err)
	}
}

func TestSleepEndsWithContext(t *testing.T) {
	g := newGuest(&clock{boot.Add(time.Hour)}, "t2.micro", 1)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int, 1)
	go func() {
		done <- shell.New(g, g.Session("10.0.0.1", "")).Run(ctx, "sleep 3600", shell.Streams{In: shell.NoInput(), Out: &bytes.Buffer{}, Err: &bytes.Buffer{}})
	}()
	cancel()
	if st := <-done; st != shell.StatusEnded {
		t.Errorf("status %d", st)
	}
}

// FuzzPrograms lets anything run on a whole guest: no script may break the
// machine, outlive its time, or end with a status no process can have.
func FuzzPrograms(f *testing.F) {
	for _, s := range []string{
		"cat /proc/stat | head -n 2 | wc -l", "ps -eo pid,comm --sort=-pcpu,pid", "ps -o", "df -P -k /", "date +%s%", "rpm -q --qf '%{NAME' nginx",
		"curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1/", "curl -I http://[::1]:80/x?y", "sudo -n env A=b sh -c 'id; $0'", "grep -c '[' /etc/passwd",
		"cut -d: -f1,3 /etc/passwd", "last -5", "timeout 1 nice -n 3 true", "python3 -c 'import django; print(django.__version__)'", "sort -nr /proc/loadavg",
		"head -n", "uname -", "ls -la / /proc/1", "tail -n 1 /var/log/secure", "echo $0 $1", "sleep 1e400", "id -", "getconf", "service nginx status",
	} {
		f.Add(s)
	}
	g := newGuest(&clock{boot.Add(time.Hour)}, "t2.micro", 1)
	f.Fuzz(func(t *testing.T, s string) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		p := g.Session("10.0.0.1", "")
		status := shell.New(g, p).Run(ctx, s, shell.Streams{In: shell.NoInput(), Out: &bytes.Buffer{}, Err: &bytes.Buffer{}})
		if status < 0 || status > 255 {
			t.Errorf("status %d", status)
		}
	})
}
