package awsops

// console.go: host-key fingerprints from an instance's console output.
//
// The text is written by a machine nobody has verified yet, mixed with whatever
// its kernel has to say. So: only whole lines between the two marks count, a line
// is a fingerprint or nothing, and two blocks that disagree are no answer.

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"tminus/tasks/safe"
)

const (
	consoleBegin = "-----BEGIN SSH HOST KEY FINGERPRINTS-----"
	consoleEnd   = "-----END SSH HOST KEY FINGERPRINTS-----"

	maxConsole   = 256 << 10 // bytes decoded; EC2 keeps the last 64 KiB
	maxBlockSize = 64        // lines of a block, kernel messages included
)

// errNoBlock says that the console has not shown a whole block yet.
var errNoBlock = errors.New("no fingerprints on the console yet")

// print is one line of the block.
type print struct {
	sha256 string // SHA256:…, 43 characters of unpadded base64
	kind   string // ED25519, ECDSA, RSA
}

// consoleText decodes what GetConsoleOutput answers.
func consoleText(encoded string) (string, error) {
	if len(encoded) > maxConsole*4/3+4 {
		return "", fmt.Errorf("it is longer than %d KiB", maxConsole>>10)
	}
	b, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return "", errors.New("it is not base64")
	}
	return string(b), nil
}

// fingerprints reads the block, one print for each kind of key. errNoBlock means
// wait; any other error means that the console cannot be believed.
func fingerprints(text string) ([]print, error) {
	// cloud-init writes through syslog or as the ec2 user's own line, each with its prefix.
	prefix := regexp.MustCompile(`^(?:<\d{1,3}>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )?(?:ec2: )?`)
	shape := regexp.MustCompile(`^\d{2,5} (SHA256:[A-Za-z0-9+/]{43}) .{0,256}\((ED25519|ECDSA|RSA)\)$`)
	var prints []print
	inside, lines, whole := false, 0, false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		line = strings.TrimRight(line[len(prefix.FindString(line)):], " ")
		switch {
		case line == consoleBegin && inside:
			return nil, errors.New("a block of fingerprints begins inside another")
		case line == consoleBegin:
			inside, lines = true, 0
		case line == consoleEnd && inside:
			inside, whole = false, true
		case inside:
			if lines++; lines > maxBlockSize {
				return nil, fmt.Errorf("the block of fingerprints is longer than %d lines", maxBlockSize)
			}
			m := shape.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			for _, p := range prints {
				if p.kind == m[2] && p.sha256 != m[1] {
					return nil, fmt.Errorf("it shows two different %s keys", p.kind)
				}
			}
			prints = append(prints, print{m[1], m[2]})
		}
	}
	if !whole {
		return nil, errNoBlock
	}
	if len(prints) == 0 {
		return nil, errors.New("the block of fingerprints holds none")
	}
	return prints, nil
}

// signs of a boot, as a console shows them.
type signs struct {
	dead string // the line that says it went wrong, cleaned and clipped
	up   string // what shows that it came up: its login prompt or its host keys
}

// bootSigns reads how a boot ended. A machine that is still at it shows neither.
func bootSigns(text string) signs {
	wrong := regexp.MustCompile(`(?i)kernel panic - not syncing|unable to mount root fs|dracut-initqueue timeout|entering emergency mode|you are in emergency mode|grub rescue>|no bootable device`)
	prompt := regexp.MustCompile(`^\S{1,64} login:`)
	var s signs
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if s.dead == "" && wrong.MatchString(line) {
			if s.dead = line; len(line) > 160 {
				s.dead = strings.ToValidUTF8(line[:160], "") + "…"
			}
			s.dead = safe.Line(s.dead)
		}
		if prompt.MatchString(line) {
			s.up = "a login prompt"
		}
	}
	if prints, err := fingerprints(text); err == nil {
		s.up = fmt.Sprintf("host key %s (%s)", preferred(prints).sha256, preferred(prints).kind)
	}
	return s
}

// preferred is the key an SSH client should ask for.
func preferred(prints []print) print {
	for _, kind := range []string{"ED25519", "ECDSA"} {
		for _, p := range prints {
			if p.kind == kind {
				return p
			}
		}
	}
	return prints[0]
}
