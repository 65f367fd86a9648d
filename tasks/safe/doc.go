// Package safe is the one door through which foreign text reaches a person.
//
// Everything remote (EC2 tags, console output, banners, command output, HTTP
// bodies, error strings) and everything from a file may hold escape sequences,
// controls, bidi marks or look-alike invisibles. Clean makes each visible
// instead of acting on it, so that nothing can repaint the operator's screen or
// hide what it says.
//
// It is also the last net before the journal: [Secret] finds keys, tokens, mail addresses and phone numbers in a text,
// and [Redact] takes them out.
package safe
