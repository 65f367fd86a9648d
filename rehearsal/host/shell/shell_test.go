package shell_test

// shell_test.go: the language, on a machine with a handful of files and programs.

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"tminus/rehearsal/host/shell"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// box is a machine with three programs: cat, args (one line for each) and sleep.
type box struct{ fs fstest.MapFS }

func (b box) Files(string) fs.FS { return b.fs }

func (b box) Exec(ctx context.Context, p *shell.Process) (int, bool) {
	switch p.Args[0] {
	case "cat":
		if len(p.Args) == 1 {
			io.Copy(p.Out, p.In)
		}
		for _, name := range p.Args[1:] {
			text, err := fs.ReadFile(b.fs, shell.Inside(p.Dir, name))
			if err != nil {
				fmt.Fprintf(p.Err, "cat: %s: %s\n", name, shell.Reason(err))
				return 1, true
			}
			p.Out.Write(text)
		}
	case "args":
		for _, a := range p.Args[1:] {
			fmt.Fprintf(p.Out, "<%s>\n", a)
		}
	case "var":
		fmt.Fprintln(p.Out, p.Vars[p.Args[len(p.Args)-1]])
	case "sleep":
		d, _ := time.ParseDuration(p.Args[len(p.Args)-1] + "s")
		if !shell.Sleep(ctx, d) {
			return shell.StatusEnded, true
		}
	case "sh":
		if p.Nesting >= shell.MaxNesting || len(p.Args) < 3 {
			return 1, true
		}
		return shell.New(b, p).Run(ctx, p.Args[2], p.Streams), true
	default:
		return 0, false
	}
	return 0, true
}

func newBox() box {
	return box{fstest.MapFS{
		"proc/stat":    {Data: []byte("cpu 1 2 3\n")},
		"proc/uptime":  {Data: []byte("12.5 10.0\n")},
		"etc/x.conf":   {Data: []byte("x\n")},
		"etc/y.conf":   {Data: []byte("y\n")},
		"usr/bin/cat":  {Data: []byte("ELF"), Mode: 0o755},
		"home/me/note": {Data: []byte("hi\n")},
	}}
}

func process() *shell.Process {
	return &shell.Process{Args: []string{"sh"}, User: "me", Dir: "/home/me", Vars: map[string]string{"HOME": "/home/me", "TWO": "a  b"}}
}

func run(ctx context.Context, script string) (out, errs string, status int) {
	var o, e bytes.Buffer
	sh := shell.New(newBox(), process())
	status = sh.Interpret(ctx, shell.Streams{In: bufio.NewReader(strings.NewReader(script)), Out: &o, Err: &e})
	return o.String(), e.String(), status
}

func TestLanguage(t *testing.T) {
	for _, tc := range []struct {
		script, out string
		status      int
	}{
		{"echo hello world", "hello world\n", 0},
		{"echo -n a; echo b", "ab\n", 0},
		{"args 'a b' \"c d\" e\\ f ''", "<a b>\n<c d>\n<e f>\n<>\n", 0},
		{"args $TWO \"$TWO\" $NONE \"$NONE\"", "<a>\n<b>\n<a  b>\n<>\n", 0},
		{"false; echo $?; true; echo $?", "1\n0\n", 0},
		{"false && echo no || echo yes", "yes\n", 0},
		{"true && false", "", 1},
		{"! false", "", 0},
		{"nope; echo $?", "127\n", 0},
		{"exit 7; echo no", "", 7},
		{"X=5; echo $X ${X}y ${Z:-dflt} ${#}", "5 5y dflt 0\n", 0},
		{"X=1 var X; echo \"[$X]\"", "1\n[]\n", 0},
		{"echo $(echo a; echo b) `echo c`", "a b c\n", 0},
		{"echo $((2 + 3 * (4 - 1))) $((7 / 2)) $((1 < 2))", "11 3 1\n", 0},
		{"i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done", "0\n1\n2\n", 0},
		{"until [ x = x ]; do echo no; done; echo end", "end\n", 0},
		{"for f in a 'b c'; do echo \"$f.\"; done", "a.\nb c.\n", 0},
		{"for i in 1 2 3; do if [ $i = 2 ]; then continue; fi; echo $i; done", "1\n3\n", 0},
		{"for i in 1 2; do for j in a b; do break 2; done; done; echo $i$j", "1a\n", 0},
		{"if false; then echo a; elif true; then echo b; else echo c; fi", "b\n", 0},
		{"{ echo a; echo b; } | cat", "a\nb\n", 0},
		{"(X=1; cd /; exit 3); echo $? $X $PWD", "3 /home/me\n", 0},
		{"echo a | cat | cat; false | true", "a\n", 0},
		{"cat /proc/stat /proc/uptime", "cpu 1 2 3\n12.5 10.0\n", 0},
		{"cat note; cd /etc; cat x.conf; pwd", "hi\nx\n/etc\n", 0},
		{"cat </proc/stat", "cpu 1 2 3\n", 0},
		{"cat /none 2>/dev/null || echo gone", "gone\n", 0},
		{"cat /none 2>&1", "cat: /none: No such file or directory\n", 1},
		{"{ echo out; nope; } 2>/dev/null >/dev/null; echo $?", "127\n", 0},
		{"echo /etc/*.conf /etc/*.none '/etc/*'", "/etc/x.conf /etc/y.conf /etc/*.none /etc/*\n", 0},
		{"cd /etc; echo *.conf", "x.conf y.conf\n", 0},
		{"echo ~ ~/x '~'", "/home/me /home/me/x ~\n", 0},
		{"# nothing\necho a # b\necho c#d", "a\nc#d\n", 0},
		{"printf '%s-%d\\n' a 1 b 2; printf 'x%%\\n'; printf '%5s|%-3d|\\n' ab 7", "a-1\nb-2\nx%\n   ab|7  |\n", 0},
		{"read a b; echo $b $a\none two three\n", "", 0},
		{"test -f /proc/stat && test -d /proc && [ ! -e /none ] && echo ok", "ok\n", 0},
		{"command -v cat echo; command -v none", "/usr/bin/cat\necho\n", 1},
		{"eval 'echo a'; exec echo last; echo no", "a\nlast\n", 0},
		{"sh -c 'echo in; exit 4'; echo $?", "in\n4\n", 0},
		{"echo a \\\nb", "a b\n", 0},
		{"echo 'two\nlines'", "two\nlines\n", 0},
		{"while read l; do echo \"<$l>\"; done </etc/x.conf", "<x>\n", 0},
		{"echo hi >/etc/x.conf; echo $?", "1\n", 0},
		{"echo a &", "", 2},
		{"echo )", "", 2},
		{"while true; do echo", "", 2},
		{"case x in esac", "", 2},
	} {
		if tc.script == "read a b; echo $b $a\none two three\n" {
			tc.script, tc.out = "read a b\none two three\necho $b $a\n", "two three one\n"
		}
		out, errs, status := run(t.Context(), tc.script)
		if out != tc.out || status != tc.status {
			t.Errorf("%s\n got %q, status %d, stderr %q\nwant %q, status %d", tc.script, out, status, errs, tc.out, tc.status)
		}
	}
}

func TestComplaints(t *testing.T) {
	for script, want := range map[string]string{
		"nope":                  "sh: nope: command not found\n",
		"echo )":                "sh: syntax error near unexpected token `)'\n",
		"fi":                    "sh: syntax error near unexpected token `fi'\n",
		"echo 'a":               "sh: unterminated quoted string: unexpected end of file\n",
		"echo hi >/x":           "sh: /x: Read-only file system\n",
		"cd /none":              "sh: cd: /none: No such file or directory\n",
		"echo $((1/0))":         "sh: division by 0\n",
		"[ a -lt b ]":           "sh: [: a -lt b: integer expression expected\n",
		"cat <<EOF\nx\nEOF":     "sh: syntax error: `<<' is not available on this machine\n",
		"sleep 1 & echo x":      "sh: syntax error: background jobs are not available on this machine\n",
		strings.Repeat("(", 60): "sh: more than 50 constructs inside one another\n",
	} {
		if _, errs, _ := run(t.Context(), script); errs != want {
			t.Errorf("%.30s: stderr %q, want %q", script, errs, want)
		}
	}
}

// TestLoopStreams runs a sampling loop, in a pipeline too: output must come as it is made.
func TestLoopStreams(t *testing.T) {
	for _, script := range []string{
		"while :; do cat /proc/stat; sleep 2; done\n",
		"while :; do cat /proc/stat; sleep 2; done | cat\n",
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			out := &counter{}
			done := make(chan int)
			go func() {
				sh := shell.New(newBox(), process())
				done <- sh.Interpret(ctx, shell.Streams{In: bufio.NewReader(strings.NewReader(script)), Out: out, Err: io.Discard})
			}()
			time.Sleep(9 * time.Second)
			synctest.Wait()
			// cat without files copies whole lines through the pipe
			if n := strings.Count(out.String(), "cpu"); n != 5 {
				t.Errorf("%s: %d samples after 9 s, want 5", script, n)
			}
			cancel()
			if st := <-done; st != shell.StatusEnded {
				t.Errorf("status %d after the context ended", st)
			}
		})
	}
}

type counter struct{ bytes.Buffer }

// TestSpinning shows that a script that never sleeps is slowed down and can be ended.
func TestSpinning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		started := time.Now()
		if _, _, st := run(ctx, "while :; do :; done"); st != shell.StatusEnded {
			t.Errorf("status %d", st)
		}
		if took := time.Since(started); took != 5*time.Second {
			t.Errorf("ended after %v of pretend time", took)
		}
	})
}

// TestReaderGone ends the left side of a pipeline when the right has seen enough.
func TestReaderGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, _, _ := run(t.Context(), "while :; do echo x; sleep 1; done | true; echo after")
		if out != "after\n" {
			t.Errorf("out %q", out)
		}
	})
}

func TestBounds(t *testing.T) {
	for name, script := range map[string]string{
		"doubling":   "x=aaaaaaaaaaaaaaaa; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24; do x=$x$x; done",
		"long line":  "echo " + strings.Repeat("x", 70<<10),
		"deep sh":    "f='sh -c \"$f\"'; eval \"$f\"",
		"deep eval":  "f='eval $f'; eval $f",
		"wide print": "printf '%99999999s' x",
		"substitute": "x=$(while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done)",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		out, _, _ := run(ctx, script)
		if ctx.Err() != nil || len(out) > 1<<21 {
			t.Errorf("%s: %d bytes, %v", name, len(out), ctx.Err())
		}
		cancel()
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"while :; do cat /proc/stat; sleep 2; done", "echo $((1+(2))) `x` ${a:-b}", "if a; then b; elif c; then d; fi",
		"for i in a b; do { echo; }; done | head", "(a) 2>&1 >/dev/null <x", "'", "\"$(\"", "$((", "a && || b", "! ! x", "#", "\\",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_, err := shell.Parse(s)
		if err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
		// More lines must be able to tell: what is whole stays whole with a newline behind it.
		if err == nil {
			if _, err := shell.Parse(s + "\n"); err != nil && !strings.HasSuffix(s, "\\") {
				t.Errorf("%q parses, but not with a newline behind it: %v", s, err)
			}
		}
	})
}

func FuzzRun(f *testing.F) {
	for _, s := range []string{"echo $(echo a)$((i))*", "for i in *; do echo $i; done | cat", "printf %s%d a 1", "[ 1 -lt 2 ]", "printf '\\", "printf %", "printf %-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		_, _, status := run(ctx, s)
		if status < 0 || status > 255 {
			t.Errorf("status %d", status)
		}
	})
}
