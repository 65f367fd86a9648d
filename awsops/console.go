package awsops

// console.go: the console output of an instance: its text, and how the boot ended.
// The text is written by a machine nobody has verified yet, mixed with whatever its
// kernel has to say.

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"tminus/tasks/safe"
)

// maxConsole bounds the output, in bytes decoded; EC2 keeps the last 64 KiB.
const maxConsole = 256 << 10

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
		s.up = "host key " + preferred(prints).String()
	}
	return s
}
