package safe

// secret.go: what must not be written down for ever: keys, tokens, whom to call. It looks for shapes, so it is a net
// below the rule that such things are never put into a text, not instead of it. It rather misses one than takes an
// instance id, a hash, a time or an address for one: a journal that blacks out evidence is no evidence.

import (
	"regexp"
	"strings"
)

// shape is one kind of what a journal must not keep.
type shape struct {
	what    string
	hints   [4]string      // lower case: without one of them in the text, the pattern is not tried
	pattern *regexp.Regexp // its only group is what must go
	check   func(text string, start, end int) bool
}

// The order counts: the secret key of a pair is known by the access key before it.
var shapes = [...]shape{
	{"a private key", [4]string{"private key"}, regexp.MustCompile(
		`(?s)(-{4,5} ?BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY ?-{4,5}.*?(?:-{4,5} ?END [A-Z0-9 ]{0,32}PRIVATE KEY ?-{4,5}|$))`), nil},
	{"a private key", [4]string{"putty-user-key-file-"}, regexp.MustCompile(
		`(?s)(PuTTY-User-Key-File-\d: .*?(?:Private-MAC: *[0-9a-fA-F]+|$))`), nil},
	{"an AWS secret key", [4]string{"secret", "akia", "asia"}, regexp.MustCompile(
		`(?s)(?:(?i:secret)|\b(?:AKIA|ASIA)[A-Z0-9]{16}).{0,32}?[^A-Za-z0-9/+]([A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$)`), isMixed},
	{"an AWS access key", [4]string{"akia", "asia", "abia", "acca"}, regexp.MustCompile(
		`\b((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})\b`), nil},
	{"an AWS session token", [4]string{"fwogzxivyxdz", "iqojb3jpz2lu"}, regexp.MustCompile(
		`\b((?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9/+%]{20,}={0,2})`), nil},
	{"an AWS session token", [4]string{"token"}, regexp.MustCompile(
		`(?i:(?:session|security).?token)["'>]{0,2}(?:\s*[:=]|%3[Dd])?\s*["']?([A-Za-z0-9/+%]{40,}={0,2})`), isMixed},
	{"an AWS signature", [4]string{"x-amz-signature", "aws4-hmac-sha256"}, regexp.MustCompile(
		`(?:(?i:x-amz-signature)["']?(?:\s*[:=]|%3[Dd])\s*["']?|AWS4-HMAC-SHA256 Credential=[^\r\n"']*Signature=)([0-9a-fA-F]{16,})`), nil},
	{"an Authorization header", [4]string{"authorization", "bearer"}, regexp.MustCompile(
		`(?i)\b(?:authorization["']?\s*[:=]\s*["']?(?:basic|bearer|token|negotiate)|bearer)\s+([a-z0-9+/_.~-]{8,}=*)`), isEncoded},
	{"a cookie", [4]string{"cookie:"}, regexp.MustCompile(
		`(?i)\bcookie:\s*([\w.-]+=[^\s;"']{8,}[^\r\n]*)`), nil},
	{"a password", [4]string{"://"}, regexp.MustCompile(
		`://[^\s/:@"']{0,64}:([^\s/@"']{1,128})@`), nil},
	{"a password", [4]string{"password", "passwd", "passphrase"}, regexp.MustCompile(
		`(?i)(?:password|passwd|passphrase)["']?\s?[=:]\s?["']?([^\s"',;&<>]{6,})`), isWordAndNumber},
	{"an e-mail address", [4]string{"@"}, regexp.MustCompile(
		`([A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})`), isMail},
	{"a phone number", [4]string{"+"}, regexp.MustCompile(
		`(?:^|[\s("'<:;,=/])(\+[1-9](?:[ ().-]{0,2}\d){7,14})\b`), isPhone},
	{"a phone number", [4]string{"tel", "phone", "mobile", "whatsapp"}, regexp.MustCompile(
		`(?i)\b(?:tel|(?:tele|hand)?phone|mobile|whatsapp)(?:\s+(?:number|no|is|at)){0,2}["']?[.:=]?\s*["']?(\(?\d{2,5}\)?(?:[ -]?\d{3,5}){1,3})\b`), isPhone},
	{"a phone number", [4]string{"call", "ring", "reach", "contact"}, regexp.MustCompile(
		`\b(?i:call|ring|reach|contact)\s+(?:[A-Z]\S{0,32}\s+){0,3}(?:(?:on|at|under)\s+)?(\d{3,5}[ -]\d{3,5}(?:[ -]\d{3,5}){0,2})\b`), isPhone},
}

// rounds bounds the work on a text whose secrets are known only by one another: each round finds the next.
const rounds = 16

// Secret reports the first kind of secret that stands in a text, with its article: "an AWS access key".
func Secret(text string) (what string, found bool) {
	lower := strings.ToLower(text)
	for i := range shapes {
		if len(shapes[i].find(text, lower)) > 0 {
			return shapes[i].what, true
		}
	}
	return "", false
}

// Redact returns the text with every secret replaced by its kind in brackets: "[an AWS access key]". A text without
// one comes back as it is; what comes back is left alone when it is redacted again.
func Redact(text string) string {
	for range rounds {
		before := text
		lower := strings.ToLower(text)
		for i := range shapes {
			if found := shapes[i].find(text, lower); len(found) > 0 {
				text = replace(text, found, "["+shapes[i].what+"]")
				lower = strings.ToLower(text)
			}
		}
		if text == before {
			break
		}
	}
	return text
}

// span is where something stands in a text, in bytes.
type span struct{ start, end int }

// find returns where the shape's secrets stand. lower is the text in lower case.
func (s *shape) find(text, lower string) []span {
	hinted := false
	for _, hint := range s.hints {
		hinted = hinted || hint != "" && strings.Contains(lower, hint)
	}
	if !hinted {
		return nil
	}
	var found []span
	for _, at := range s.pattern.FindAllStringSubmatchIndex(text, -1) {
		if start, end := at[2], at[3]; s.check == nil || s.check(text, start, end) {
			found = append(found, span{start, end})
		}
	}
	return found
}

func replace(text string, found []span, mark string) string {
	var b strings.Builder
	from := 0
	for _, at := range found {
		b.WriteString(text[from:at.start])
		b.WriteString(mark)
		from = at.end
	}
	b.WriteString(text[from:])
	return b.String()
}
