package sshops

// audit_version.go: is the version that a guest has the one that the plan says? A team writes
// versions from memory, a package manager with all it knows, so: what the plan leaves out (an
// epoch, a release, the last numbers) is not compared, and the tag of the distribution behind a
// planned release (2.34 is 2.34.amzn1) is not either. Whatever was left out is said.

import (
	"strings"

	"tminus/tasks/reading"
)

// version is epoch:version-release as rpm, dpkg and apk write it. "" = not told.
type version struct{ epoch, number, release string }

// parseVersion reads what a plan or a package manager says. A leading v, rpm's "(none)" and
// an epoch of 0, which all of them take for none, are nothing.
func parseVersion(text string) version {
	text = strings.TrimSpace(text)
	var v version
	if epoch, rest, found := strings.Cut(text, ":"); found && (epoch == "(none)" || strings.Trim(epoch, "0123456789") == "") {
		text = rest
		if epoch != "(none)" {
			v.epoch = strings.TrimLeft(epoch, "0")
		}
	}
	if len(text) > 1 && (text[0] == 'v' || text[0] == 'V') && text[1] >= '0' && text[1] <= '9' {
		text = text[1:]
	}
	v.number = text
	if n := strings.LastIndexByte(text, '-'); n > 0 { // a number may have hyphens, a release has none
		v.number, v.release = text[:n], text[n+1:]
	}
	return v
}

// String is the version as rpm and dpkg write it.
func (v version) String() string {
	text := v.number
	if v.epoch != "" {
		text = v.epoch + ":" + text
	}
	if v.release != "" {
		text += "-" + v.release
	}
	return text
}

// compareVersion holds an observed version against the planned one. whole is false when the
// source tells no epochs and releases, as a program asked for its own version.
func compareVersion(want, got version, whole bool) (reading.Verdict, string) {
	var said []string
	switch {
	case want.number == got.number:
	case want.release == "" && startsAtBorder(got.number, want.number):
		said = append(said, "the plan's "+want.number+" stands for every "+want.number+".x")
	default:
		return reading.Drifted, "version " + got.number + ", planned is " + want.number
	}
	if !whole && (want.epoch != "" || want.release != "") {
		return reading.Unknown, "the version is the planned one; epoch and release are not told here"
	}
	switch {
	case want.epoch == got.epoch:
	case want.epoch == "":
		said = append(said, "the plan says no epoch, "+got.epoch+" is not compared")
	default:
		return reading.Drifted, "epoch " + orNone(got.epoch) + ", planned is " + want.epoch
	}
	switch tag, isTag := distribution(got.release, want.release); {
	case want.release == got.release:
	case want.release == "":
		said = append(said, "the plan says no release, "+got.release+" is not compared")
	case isTag:
		said = append(said, "the distribution's "+tag+" behind the release is not compared")
	default:
		return reading.Drifted, "release " + orNone(got.release) + ", planned is " + want.release
	}
	return reading.Fine, strings.Join(said, "; ")
}

// startsAtBorder: 3.6.5 starts with 3.6 and with 3; 3.60 does not start with 3.6.
func startsAtBorder(text, prefix string) bool {
	rest, found := strings.CutPrefix(text, prefix)
	return found && prefix != "" && len(rest) > 1 && rest[0] == '.'
}

// distribution is what a distribution puts behind a release: .amzn1, .el7_9.centos, +deb12u1. It
// begins with a letter; 2.34.1 is another release than 2.34.
func distribution(release, planned string) (tag string, isTag bool) {
	tag, found := strings.CutPrefix(release, planned)
	if !found || planned == "" || len(tag) < 2 || tag[0] != '.' && tag[0] != '+' {
		return "", false
	}
	first := tag[1] | 0x20 // in lower case
	return tag, first >= 'a' && first <= 'z'
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
