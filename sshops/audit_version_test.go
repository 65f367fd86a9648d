package sshops

// audit_version_test.go: versions and systems against a plan's words, by table and by property.

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tminus/tasks/reading"
)

func TestCompareVersion(t *testing.T) {
	for _, tt := range []struct {
		want, got string
		whole     bool
		verdict   reading.Verdict
		says      string
	}{
		{"1:1.14.1-2.34", "1:1.14.1-2.34", true, reading.Fine, ""},
		{"1:1.14.1-2.34", "1:1.14.1-2.34.amzn1", true, reading.Fine, ".amzn1 behind the release is not compared"},
		{"1:1.14.1-2.34", "1:1.14.1-2.34.el7_9.centos", true, reading.Fine, ".el7_9.centos"},
		{"1.22.1-9", "1.22.1-9+deb12u1", true, reading.Fine, "+deb12u1"},
		{"1:1.14.1-2.34", "1:1.14.1-2.34.1", true, reading.Drifted, "release 2.34.1, planned is 2.34"},
		{"1:1.14.1-2.34", "1:1.14.1-2.345", true, reading.Drifted, "release"},
		{"1:1.14.1-2.34", "1:1.14.1-2.33.amzn1", true, reading.Drifted, "release"},
		{"1:1.14.1-2.34", "1:1.14.1", true, reading.Drifted, "release none"},
		{"1:1.14.1-2.34", "1.14.1-2.34.amzn1", true, reading.Drifted, "epoch none, planned is 1"},
		{"1:1.14.1-2.34", "(none):1.14.1-2.34.amzn1", true, reading.Drifted, "epoch none"},
		{"0:1.14.1-2.34", "(none):1.14.1-2.34", true, reading.Fine, ""},
		{"1.14.1", "1:1.14.1-2.34.amzn1", true, reading.Fine, "no epoch, 1 is not compared; the plan says no release"},
		{"1:1.14.1-2.34", "1.14.1", false, reading.Unknown, "not told"},
		{"1:1.14.1-2.34", "1.16.0", false, reading.Drifted, "version 1.16.0, planned is 1.14.1"},
		{"1.14.1", "1.14.1", false, reading.Fine, ""},
		{"3.6", "3.6.5", true, reading.Fine, "stands for every 3.6.x"},
		{"3.6", "3.60.1", true, reading.Drifted, "version 3.60.1"},
		{"3.6.5", "3.6", true, reading.Drifted, "version 3.6"},
		{"v2.1.5", "2.1.5", true, reading.Fine, ""},
		{"2.1.5", "2.1.15", true, reading.Drifted, ""},
		{"9.0.3", "9.0.3", true, reading.Fine, ""},
	} {
		verdict, says := compareVersion(parseVersion(tt.want), parseVersion(tt.got), tt.whole)
		if verdict != tt.verdict || !strings.Contains(says, tt.says) || tt.says == "" && verdict == reading.Fine && says != "" {
			t.Errorf("planned %s, is %s: %s, %q; want %s, %q", tt.want, tt.got, verdict, says, tt.verdict, tt.says)
		}
	}
}

func anyVersion(t *rapid.T) version {
	return version{
		epoch:   rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "epoch"),
		number:  rapid.StringMatching(`[1-9][0-9]?(\.[1-9][0-9]?){0,3}`).Draw(t, "number"),
		release: rapid.SampledFrom([]string{"", "1", "2.34", "r16", "9"}).Draw(t, "release"),
	}
}

func TestVersionProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyVersion(t)
		if got := parseVersion(v.String()); got != v {
			t.Fatalf("%+v is written %s and read %+v", v, v, got)
		}
		if verdict, says := compareVersion(v, v, true); verdict != reading.Fine || says != "" {
			t.Fatalf("%s is not itself: %s %s", v, verdict, says)
		}
		tagged := v
		tagged.release += rapid.SampledFrom([]string{".amzn1", ".el7", ".amzn2.0.1", "+deb12u5", ".fc30"}).Draw(t, "tag")
		if verdict, _ := compareVersion(v, tagged, true); v.release != "" && verdict != reading.Fine {
			t.Fatalf("%s is not %s: %s", tagged, v, verdict)
		}
		less := version{number: v.number} // what a plan leaves out is never drift
		if verdict, _ := compareVersion(less, v, true); verdict != reading.Fine {
			t.Fatalf("%s is not %s: %s", v, less, verdict)
		}
		other := v
		other.number += fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "more"))
		if verdict, _ := compareVersion(v, other, true); verdict != reading.Drifted {
			t.Fatalf("%s passes for %s: %s", other, v, verdict)
		}
	})
}

func TestCompareSystem(t *testing.T) {
	for _, tt := range []struct {
		want, osRelease, line string
		verdict               reading.Verdict
	}{
		{"Red/centos (Linux)", "ID=\"amzn\"\nID_LIKE=\"rhel fedora\"\nVERSION_ID=\"2018.03\"", "", reading.Fine},
		{"Red/centos (Linux)", "ID=\"amzn\"\nID_LIKE=\"centos rhel fedora\"\nVERSION_ID=\"2\"", "", reading.Fine},
		{"Red/centos (Linux)", "ID=\"amzn\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"2023\"", "", reading.Fine},
		{"Red/centos (Linux)", "ID=\"centos\"\nID_LIKE=\"rhel fedora\"\nVERSION_ID=\"7\"", "", reading.Fine},
		{"Red/centos (Linux)", "", "CentOS release 6.10 (Final)", reading.Fine},
		{"Red/centos (Linux)", "ID=debian\nVERSION_ID=\"12\"", "", reading.Drifted},
		{"Red/centos (Linux)", "ID=alpine\nVERSION_ID=3.19.1", "", reading.Drifted},
		{"Red/centos (Linux)", "", "", reading.Unknown},
		{"Linux", "ID=debian", "", reading.Unknown},
		{"CentOS 7", "ID=\"centos\"\nID_LIKE=\"rhel fedora\"\nVERSION_ID=\"7\"", "", reading.Fine},
		{"CentOS 7", "ID=\"amzn\"\nID_LIKE=\"centos rhel fedora\"\nVERSION_ID=\"2\"", "", reading.Drifted},
		{"CentOS 6", "", "CentOS release 6.10 (Final)", reading.Fine},
		{"CentOS 7", "", "CentOS release 6.10 (Final)", reading.Drifted},
		{"Debian", "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"22.04\"", "", reading.Fine},
		{"Ubuntu 22.04", "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"22.04\"", "", reading.Fine},
		{"Ubuntu 20.04", "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"22.04\"", "", reading.Drifted},
		{"Amazon Linux 2018.03", "ID=\"amzn\"\nID_LIKE=\"rhel fedora\"\nVERSION_ID=\"2018.03\"", "", reading.Fine},
		{"Amazon Linux 2", "ID=\"amzn\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"2023\"", "", reading.Drifted},
		{"Alpine 3.19", "ID=alpine\nVERSION_ID=3.19.1", "", reading.Fine},
	} {
		got, says := compareSystem(tt.want, parseRelease(tt.osRelease, tt.line))
		if got != tt.verdict {
			t.Errorf("%s, is %q %q: %s (%s), want %s", tt.want, tt.osRelease, tt.line, got, says, tt.verdict)
		}
	}
}
