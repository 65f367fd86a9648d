package safe

// shape.go: what looks like a secret and is none.

import (
	"regexp"
	"strings"
)

// isMixed holds for random letters of both cases with digits; a hash, a token of ours or a word is not mixed.
func isMixed(text string, start, end int) bool {
	value := text[start:end]
	return strings.ContainsAny(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") && strings.ContainsAny(value, "abcdefghijklmnopqrstuvwxyz") &&
		strings.ContainsAny(value, "0123456789")
}

// isEncoded holds for a word that no person writes: capitals after small letters, or both with digits.
func isEncoded(text string, start, end int) bool {
	return isMixed(text, start, end) || capitalWithin.MatchString(text[start:end])
}

var capitalWithin = regexp.MustCompile(`[a-z][A-Z]`)

// isWordAndNumber holds for what people take as passwords; "password: missing" tells none.
func isWordAndNumber(text string, start, end int) bool {
	value := strings.ToLower(text[start:end])
	return strings.ContainsAny(value, "abcdefghijklmnopqrstuvwxyz") && strings.ContainsAny(value, "0123456789")
}

var (
	// A host of ours, the name of an algorithm, a unit of systemd.
	noMailHost = regexp.MustCompile(`(?i)[@.](?:amazonaws\.com(?:\.cn)?|internal|local|lan|localdomain|openssh\.com|libssh\.org|lysator\.liu\.se|` +
		`service|socket|timer|target|mount|slice|scope|device)$`)
	noMailUser = regexp.MustCompile(`^(?:ec2-user|root|ubuntu|admin|centos|debian|fedora|rocky|git)@`)
	// A login: after the program's name, in a URL, before a path or a port.
	loginBefore = regexp.MustCompile(`(?:\b(?:ssh|scp|sftp|rsync)\b[^\r\n]{0,64} |://)$`)
	loginAfter  = regexp.MustCompile(`^:[^\s]`)
)

// isMail holds for an address of a person, not for one to log in to.
func isMail(text string, start, end int) bool {
	address, before := text[start:end], text[max(0, start-80):start]
	return !noMailHost.MatchString(address) && !noMailUser.MatchString(address) && !loginBefore.MatchString(before) && !loginAfter.MatchString(text[end:])
}

var (
	date    = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)
	account = regexp.MustCompile(`^\d{12}$`)
	decimal = regexp.MustCompile(`^\+\d+\.\d+$`)
	unit    = regexp.MustCompile(`^ ?(?:(?:bytes?|[kMG]?i?B|[nuµm]?s|seconds|minutes|times|events)\b|%)`)
)

// isPhone holds for 8 to 15 digits that are no date, account, decimal fraction or amount of something.
func isPhone(text string, start, end int) bool {
	number, digits := text[start:end], 0
	for _, c := range number {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	return digits >= 8 && digits <= 15 && !date.MatchString(number) && !account.MatchString(number) && !decimal.MatchString(number) &&
		!unit.MatchString(text[end:])
}
