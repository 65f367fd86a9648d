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

	bareMD5 = "c0:ff:ee:00:11:22:33:44:55:66:77:88:99:aa:bb:cc"

	// The key is 32 zero bytes; the rest is what ssh-keygen -l says of it.
	keyLine   = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	keySHA256 = "SHA256:kmYcvdi2GkPeWxB6XLjrZB8JHsy2Hm8luHMFp9GMvqk"
	keyMD5    = "MD5:3d:52:38:ce:ff:94:f5:d7:81:a4:a4:f9:2b:4f:fe:a0"
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
		{name: "md5 too short", text: block("256 MD5:aa:bb root@x (ED25519)"), want: ""},
		{name: "md5 of an old image", text: block("2048 " + bareMD5 + " root@ip-10-0-0-4 (RSA)"), want: "MD5:" + bareMD5},
		{name: "md5 with its name", text: block("2048 MD5:" + bareMD5 + " root@x (RSA)"), want: "MD5:" + bareMD5},
		{name: "md5 twice, differently", text: block("2048 MD5:"+bareMD5+" x (RSA)", "2048 00"+bareMD5[2:]+" x (RSA)"), want: ""},
		{name: "sha256 before md5", text: block("256 "+bareMD5+" x (ED25519)", rsa), want: printB},
		{name: "md5, keys on their way", text: block("256 "+bareMD5+" x (ED25519)") + keysBegin + "\n" + keyLine + "\n", wait: true},
		{name: "a second block has not ended", text: block(rsa) + consoleBegin + "\n" + ed + "\n", want: printB},
		{name: "sha256, keys on their way", text: block(ed) + keysBegin + "\n", want: printA},
		{name: "whole keys", text: keysBegin + "\nssh-dss AAAA root@x\n" + keyLine + " root@ip-10-0-0-4\n" + keysEnd + "\n", want: keySHA256},
		{name: "whole keys agree", text: block("256 "+keyMD5+" root@x (ED25519)", rsa) + keysBegin + "\n" + keyLine + "\n" + keysEnd + "\n", want: keySHA256},
		{name: "whole keys disagree in sha256", text: block(ed) + keysBegin + "\n" + keyLine + "\n" + keysEnd + "\n", want: ""},
		{name: "whole keys disagree in md5", text: block("256 "+bareMD5+" x (ED25519)") + keysBegin + "\n" + keyLine + "\n" + keysEnd + "\n", want: ""},
		{name: "key of another type than it says", text: keysBegin + "\nssh-rsa" + strings.TrimPrefix(keyLine, "ssh-ed25519") + "\n" + keysEnd + "\n", want: ""},
		{name: "key with options", text: keysBegin + "\ncommand=\"x\" " + keyLine + "\n" + keysEnd + "\n", want: ""},
		{name: "keys inside prints", text: consoleBegin + "\n" + keysBegin + "\n" + keyLine + "\n" + keysEnd + "\n", want: ""},
		{name: "too long", text: block(strings.Repeat("noise\n", maxBlockSize) + ed), want: ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			prints, err := fingerprints(tt.text)
			switch {
			case tt.want != "" && (err != nil || preferred(prints).best() != tt.want):
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
