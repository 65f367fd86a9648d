package sshops

// audit_os.go: which system a guest runs, and whether that is what a plan's words mean. "Red/centos
// (Linux)" is no system but a family; os-release says of each system which ones it is like.

import (
	"slices"
	"strings"
	"unicode"

	"tminus/tasks/reading"
)

// distro is a system as /etc/os-release describes it.
type distro struct {
	id, version, name string
	like              []string
}

// parseRelease reads os-release; where there is none (before about 2014) the one line of
// redhat-release or system-release.
func parseRelease(osRelease, line string) distro {
	var r distro
	for text := range strings.Lines(osRelease) {
		key, value, _ := strings.Cut(strings.TrimSpace(text), "=")
		value = clean(strings.Trim(value, `"'`))
		switch key {
		case "ID":
			r.id = strings.ToLower(value)
		case "ID_LIKE":
			r.like = strings.Fields(strings.ToLower(value))
		case "VERSION_ID":
			r.version = value
		case "PRETTY_NAME":
			r.name = value
		case "NAME":
			if r.name == "" {
				r.name = value
			}
		}
	}
	if r.id != "" {
		return r
	}
	first, _, _ := strings.Cut(strings.TrimSpace(line), "\n")
	r.name = clean(first)
	for _, word := range systemWords(r.name) {
		if id := system(word); id != "" && r.id == "" {
			r.id = id
		}
		if word[0] >= '0' && word[0] <= '9' && r.version == "" {
			r.version = word
		}
	}
	return r
}

// systemWords are the runs of letters and the numbers of a text, in lower case.
func systemWords(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '.'
	})
}

// system is the id, as in os-release, of the system that a word names; "" = none that we know.
func system(word string) string {
	switch word {
	case "red", "redhat", "rhel":
		return "rhel"
	case "amazon", "amzn":
		return "amzn"
	case "alma", "almalinux":
		return "almalinux"
	case "oracle", "ol":
		return "ol"
	case "centos", "fedora", "rocky", "debian", "ubuntu", "alpine", "suse", "opensuse", "arch":
		return word
	}
	return ""
}

// family is the system that the others of its kind are like.
func family(id string) string {
	if slices.Contains([]string{"rhel", "centos", "fedora", "rocky", "almalinux", "ol", "amzn"}, id) {
		return "rhel"
	}
	return id
}

// compareSystem holds a system against the plan's words. One that is named with a version has to be
// that very one; one that is named alone stands for its family.
func compareSystem(want string, got distro) (reading.Verdict, string) {
	var named []string
	number := ""
	for _, word := range systemWords(want) {
		word = strings.Trim(word, ".")
		if id := system(word); id != "" {
			named = append(named, id)
		} else if word != "" && word[0] >= '0' && word[0] <= '9' && number == "" {
			number = word
		}
	}
	switch {
	case got.id == "":
		return reading.Unknown, "the guest does not tell its system"
	case len(named) == 0:
		return reading.Unknown, "the plan names no system that can be told apart; write one as os-release does, such as centos or amzn"
	case number != "" && !slices.Contains(named, got.id):
		return reading.Drifted, "another system"
	case number != "" && got.version != number && !startsAtBorder(got.version, number):
		return reading.Drifted, "version " + orNone(got.version) + ", planned is " + number
	case slices.Contains(named, got.id):
		return reading.Fine, ""
	}
	for _, id := range append([]string{got.id}, got.like...) {
		if slices.ContainsFunc(named, func(n string) bool { return family(n) == family(id) }) {
			return reading.Fine, got.id + " is of the " + family(id) + " family"
		}
	}
	return reading.Drifted, "of another family"
}
