package awsops

// console_prints_test.go: what the run learns from the console's host keys, and the
// parser against OpenSSH's own fingerprints and against anything.

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tminus/tasks"
)

func TestPrinted(t *testing.T) {
	ed, ec := print{sha256: printA, kind: "ED25519"}, print{sha256: printB, kind: "ECDSA"}
	old := print{md5: "MD5:" + bareMD5, kind: "RSA"}
	for _, tt := range []struct {
		prints              []print
		key, all, kind, say string
	}{
		{[]print{ec, ed}, printA, printA + "," + printB, "ED25519", "host key of i-1: " + printA + " (ED25519)"},
		{[]print{old, ec}, printB, printB + "," + old.md5, "ECDSA", "host key of i-1: " + printB + " (ECDSA)"},
		{[]print{old}, "", old.md5, "RSA", "host key of i-1: " + old.md5 + " (RSA; MD5 is weak, and all that an image so old prints)"},
	} {
		r := printed("i-1", tt.prints)
		f := r.Facts
		if r.Verdict != tasks.Pass || f[tasks.FactHostKey] != tt.key || f[tasks.FactHostPrints] != tt.all || f[factHostKeyType] != tt.kind || r.Says != tt.say {
			t.Errorf("%+v", r)
		}
		if _, known := f[tasks.FactHostKey]; known == slices.Contains(r.Drop, tasks.FactHostKey) {
			t.Errorf("learnt %v and dropped %v", f, r.Drop)
		}
	}
}

// cloud-init prints what ssh-keygen says; so do we, for each kind of key it makes.
func TestFingerprintsOfKeygen(t *testing.T) {
	keygen, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("NOT TESTED against OpenSSH: no ssh-keygen on this machine")
	}
	for kind, name := range map[string]string{"ed25519": "ED25519", "ecdsa": "ECDSA", "rsa": "RSA"} {
		file := filepath.Join(t.TempDir(), "key")
		run := func(args ...string) string {
			t.Helper()
			out, err := exec.Command(keygen, args...).Output()
			if err != nil {
				t.Fatalf("ssh-keygen %s: %v", args, err)
			}
			return strings.TrimSpace(string(out))
		}
		run("-q", "-t", kind, "-N", "", "-C", "root@ip-10-0-0-4", "-f", file)
		public, err := os.ReadFile(file + ".pub")
		if err != nil {
			t.Fatal(err)
		}
		sha, md5 := run("-lf", file+".pub"), run("-E", "md5", "-lf", file+".pub")
		keys := keysBegin + "\n" + string(public) + keysEnd + "\n"
		want := print{sha256: strings.Fields(sha)[1], md5: strings.Fields(md5)[1], kind: name}
		for _, text := range []string{keys, block(sha) + block(md5), block(sha) + keys, block(strings.Replace(md5, "MD5:", "", 1)) + keys} {
			if got, err := fingerprints(text); err != nil || len(got) != 1 || got[0] != want {
				t.Errorf("%v, %v; want %v\n%s", got, err, want, text)
			}
		}
	}
}

// FuzzFingerprints: whatever a machine prints, there is a whole block where there is
// an answer, no kind of key has two, and all that becomes a fact is of the known form.
func FuzzFingerprints(f *testing.F) {
	ed := "256 " + printA + " root@ip-172-31-0-4 (ED25519)"
	for _, seed := range []string{"", block(ed), "ec2: " + block(ed), block(ed, strings.Replace(ed, printA, printB, 1)), consoleBegin, consoleEnd + "\n" + consoleBegin,
		"<14>Feb  7 08:01:02 ec2: " + consoleBegin + "\r\n<14>Feb  7 08:01:02 ec2: " + ed + "\r\n" + consoleEnd, "\x1b[2J" + block("256 "+printB+" \x1b]0;x\a (RSA)"), block("\xff\xfe"),
		block("2048 " + bareMD5 + " root@x (RSA)"), block("256 "+keyMD5+" x (ED25519)") + keysBegin + "\n" + keyLine + " x\n" + keysEnd, keysBegin + "\n" + keyLine} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		prints, err := fingerprints(text)
		if err != nil {
			if len(prints) > 0 {
				t.Errorf("prints beside an error: %v", prints)
			}
			return
		}
		begin := min(at(text, consoleBegin), at(text, keysBegin))
		if len(prints) == 0 || begin > max(strings.LastIndex(text, consoleEnd), strings.LastIndex(text, keysEnd)) {
			t.Fatalf("%d prints without a block", len(prints))
		}
		kinds := map[string]bool{}
		for _, p := range prints {
			sha, md5 := strings.Index(text, p.sha256), strings.Index(text, strings.TrimPrefix(p.md5, "MD5:"))
			if !strings.Contains(text, keysEnd) && (p.sha256 != "" && sha < begin || p.md5 != "" && md5 < begin) {
				t.Errorf("%v was not printed inside a block", p)
			}
			if p.sha256 != "" && len(p.sha256) != 50 || p.md5 != "" && len(p.md5) != 51 || p.best() == "" || kinds[p.kind] {
				t.Errorf("%v", prints)
			}
			kinds[p.kind] = true
		}
		all := allOf(prints)
		if best := preferred(prints); len(all) > 152 || !strings.HasPrefix(all, best.best()) || strings.Count(all, ",") >= len(prints) {
			t.Errorf("%q of %v", all, prints)
		}
	})
}

// at is where a mark begins, or beyond the text.
func at(text, mark string) int {
	if i := strings.Index(text, mark); i >= 0 {
		return i
	}
	return len(text)
}
