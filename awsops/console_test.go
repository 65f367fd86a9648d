package awsops

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
)

const (
	printA = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	printB = "SHA256:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
)

func block(lines ...string) string {
	return consoleBegin + "\n" + strings.Join(lines, "\n") + "\n" + consoleEnd + "\n"
}

func TestFingerprints(t *testing.T) {
	ed, ec, rsa := "256 "+printA+" root@ip-172-31-0-4 (ED25519)", "256 "+printB+" no comment (ECDSA)", "3072 "+printB+" root@x (RSA)"
	for _, tt := range []struct {
		name, text string
		want       string // of the preferred key; "" = an error
		wait       bool   // the error means wait
	}{
		{name: "empty", wait: true},
		{name: "kernel only", text: "[    0.0] Linux version\r\n", wait: true},
		{name: "plain", text: "boot\n" + block(rsa, ec, ed), want: printA},
		{name: "carriage returns and ec2 prefix", text: strings.ReplaceAll("ec2: "+strings.ReplaceAll(block(ed), "\n", "\nec2: "), "\n", "\r\n"), want: printA},
		{name: "syslog prefix", text: "<14>Feb  7 08:01:02 ec2: " + strings.TrimSuffix(strings.ReplaceAll(block(ed), "\n", "\n<14>Feb  7 08:01:02 ec2: "), "<14>Feb  7 08:01:02 ec2: "), want: printA},
		{name: "kernel talks in between", text: block(rsa, "[   30.1] random: crng init done", ed), want: printA},
		{name: "no ed25519", text: block(rsa, ec), want: printB},
		{name: "not ended", text: consoleBegin + "\n" + ed + "\n", wait: true},
		{name: "end only", text: ed + "\n" + consoleEnd + "\n", wait: true},
		{name: "outside", text: ed + "\n" + block("noise"), want: ""},
		{name: "none in it", text: block(), want: ""},
		{name: "same block twice", text: block(ed) + block(ed), want: printA},
		{name: "two blocks that disagree", text: block(ed) + block(strings.Replace(ed, printA, printB, 1)), want: ""},
		{name: "nested", text: consoleBegin + "\n" + block(ed), want: ""},
		{name: "mark inside a line", text: "x" + consoleBegin + "\n" + ed + "\n" + consoleEnd + "\n", wait: true},
		{name: "short fingerprint", text: block(strings.Replace(ed, printA, printA[:40], 1)), want: ""},
		{name: "md5", text: block("256 MD5:aa:bb root@x (ED25519)"), want: ""},
		{name: "too long", text: block(strings.Repeat("noise\n", maxBlockSize) + ed), want: ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			prints, err := fingerprints(tt.text)
			switch {
			case tt.want != "" && (err != nil || preferred(prints).sha256 != tt.want):
				t.Errorf("%v, %v; want %s", prints, err, tt.want)
			case tt.want == "" && (err == nil || errors.Is(err, errNoBlock) != tt.wait):
				t.Errorf("%v, %v; wait should be %v", prints, err, tt.wait)
			}
		})
	}
}

func TestConsoleText(t *testing.T) {
	if got, err := consoleText(base64.StdEncoding.EncodeToString([]byte("boot\n"))); got != "boot\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for _, bad := range []string{"not base64!", strings.Repeat("A", 2*maxConsole)} {
		if _, err := consoleText(bad); err == nil {
			t.Errorf("%.20q… was taken", bad)
		}
	}
}

// FuzzFingerprints: whatever a machine prints, what comes out stands in it between
// the marks, and no kind of key has two answers.
func FuzzFingerprints(f *testing.F) {
	ed := "256 " + printA + " root@ip-172-31-0-4 (ED25519)"
	for _, seed := range []string{"", block(ed), "ec2: " + block(ed), block(ed, strings.Replace(ed, printA, printB, 1)), consoleBegin, consoleEnd + "\n" + consoleBegin,
		"<14>Feb  7 08:01:02 ec2: " + consoleBegin + "\r\n<14>Feb  7 08:01:02 ec2: " + ed + "\r\n" + consoleEnd, "\x1b[2J" + block("256 "+printB+" \x1b]0;x\a (RSA)"), block("\xff\xfe")} {
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
		if len(prints) == 0 || !strings.Contains(text, consoleBegin) || !strings.Contains(text, consoleEnd) {
			t.Fatalf("%d prints without a block", len(prints))
		}
		kinds := map[string]string{}
		for _, p := range prints {
			at := strings.Index(text, p.sha256)
			if len(p.sha256) != 50 || at < strings.Index(text, consoleBegin) {
				t.Errorf("%q was not printed inside a block", p.sha256)
			}
			if old, ok := kinds[p.kind]; ok && old != p.sha256 {
				t.Errorf("two %s keys: %s and %s", p.kind, old, p.sha256)
			}
			kinds[p.kind] = p.sha256
		}
		if best := preferred(prints); kinds[best.kind] != best.sha256 {
			t.Errorf("preferred %v is none of them", best)
		}
	})
}
