package awsops

// console_prints.go: the host keys on an instance's console: the blocks of
// fingerprints and of whole keys that cloud-init prints on the first boot.
//
// Only whole lines between two marks count, a line is a key or nothing, and blocks
// that disagree are no answer.

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
)

const (
	consoleBegin = "-----BEGIN SSH HOST KEY FINGERPRINTS-----"
	consoleEnd   = "-----END SSH HOST KEY FINGERPRINTS-----"
	keysBegin    = "-----BEGIN SSH HOST KEY KEYS-----"
	keysEnd      = "-----END SSH HOST KEY KEYS-----"

	maxBlockSize = 64      // lines of a block, kernel messages included
	maxKeyLine   = 8 << 10 // bytes; an RSA key of 16384 bits takes 2.8 KiB
)

// errNoBlock says that the console has not shown a whole block yet.
var errNoBlock = errors.New("no fingerprints on the console yet")

// print is what the console says of one kind of key. Images of before 2015 print MD5
// alone; it is empty where SHA-256 is all there is.
type print struct {
	sha256 string // SHA256:…, 43 characters of unpadded base64
	md5    string // MD5:… and 16 bytes in hexadecimal
	kind   string // ED25519, ECDSA, RSA
}

// best is the fingerprint to compare a host with.
func (p print) best() string {
	if p.sha256 != "" {
		return p.sha256
	}
	return p.md5
}

func (p print) String() string {
	if p.sha256 == "" {
		return p.md5 + " (" + p.kind + "; MD5 is weak, and all that an image so old prints)"
	}
	return p.sha256 + " (" + p.kind + ")"
}

// hostBlocks reads the console line by line. end is the mark that ends the block it
// is in, empty outside; what stands in a block counts when its end has been seen.
type hostBlocks struct {
	prefix, line *regexp.Regexp
	end          string
	lines        int
	inside       []print
	whole        bool
	prints       []print
}

// fingerprints reads all blocks, one print for each kind of key. errNoBlock means
// wait; any other error means that the console cannot be believed.
func fingerprints(text string) ([]print, error) {
	b := hostBlocks{
		// cloud-init writes through syslog or as the ec2 user's own line, each with its prefix.
		prefix: regexp.MustCompile(`^(?:<\d{1,3}>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )?(?:ec2: )?`),
		line:   regexp.MustCompile(`^\d{2,5} (SHA256:[A-Za-z0-9+/]{43}|(?:MD5:)?[0-9a-f]{2}(?::[0-9a-f]{2}){15}) .{0,256}\((ED25519|ECDSA|RSA)\)$`),
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if err := b.read(strings.TrimRight(line[len(b.prefix.FindString(line)):], " ")); err != nil {
			return nil, err
		}
	}
	strong := slices.ContainsFunc(b.prints, func(p print) bool { return p.sha256 != "" })
	switch {
	case !b.whole, !strong && b.end != "": // what is being printed may be the keys themselves
		return nil, errNoBlock
	case len(b.prints) == 0:
		return nil, errors.New("the block of fingerprints holds none")
	}
	return b.prints, nil
}

func (b *hostBlocks) read(line string) error {
	switch {
	case line == consoleBegin || line == keysBegin:
		if b.end != "" {
			return errors.New("a block of fingerprints begins inside another")
		}
		b.end, b.lines, b.inside = strings.Replace(line, "BEGIN", "END", 1), 0, nil
	case b.end == "":
	case line == b.end:
		b.end, b.whole = "", true
		for _, p := range b.inside {
			if err := b.add(p); err != nil {
				return err
			}
		}
	case b.lines == maxBlockSize:
		return fmt.Errorf("the block of fingerprints is longer than %d lines", maxBlockSize)
	case b.end == keysEnd:
		b.lines++
		b.key(line)
	default:
		b.lines++
		b.print(line)
	}
	return nil
}

// print takes a line of the block of fingerprints.
func (b *hostBlocks) print(line string) {
	m := b.line.FindStringSubmatch(line)
	switch {
	case m == nil:
	case strings.HasPrefix(m[1], "SHA256:"):
		b.inside = append(b.inside, print{sha256: m[1], kind: m[2]})
	default:
		b.inside = append(b.inside, print{md5: "MD5:" + strings.TrimPrefix(m[1], "MD5:"), kind: m[2]})
	}
}

// key takes a line of the block of whole keys.
func (b *hostBlocks) key(line string) {
	algorithm, _, _ := strings.Cut(line, " ")
	kind := map[string]string{
		ssh.KeyAlgoED25519: "ED25519", ssh.KeyAlgoRSA: "RSA",
		ssh.KeyAlgoECDSA256: "ECDSA", ssh.KeyAlgoECDSA384: "ECDSA", ssh.KeyAlgoECDSA521: "ECDSA",
	}[algorithm]
	if kind == "" || len(line) > maxKeyLine {
		return
	}
	if key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line)); err == nil && key.Type() == algorithm {
		b.inside = append(b.inside, print{sha256: ssh.FingerprintSHA256(key), md5: "MD5:" + ssh.FingerprintLegacyMD5(key), kind: kind})
	}
}

// add joins what is said of a kind of key; it may be said again, not differently.
func (b *hostBlocks) add(p print) error {
	at := slices.IndexFunc(b.prints, func(old print) bool { return old.kind == p.kind })
	if at < 0 {
		b.prints = append(b.prints, p)
		return nil
	}
	old := &b.prints[at]
	for _, same := range []struct {
		was *string
		is  string
	}{{&old.sha256, p.sha256}, {&old.md5, p.md5}} {
		switch {
		case *same.was == "":
			*same.was = same.is
		case same.is != "" && same.is != *same.was:
			return fmt.Errorf("it shows two different %s keys", p.kind)
		}
	}
	return nil
}

// preferred is the key an SSH client should ask for: one with SHA-256 before one
// without, then by kind.
func preferred(prints []print) print {
	order := []string{"ED25519", "ECDSA", "RSA"}
	return slices.MinFunc(prints, func(a, b print) int {
		if weak := len(b.sha256) - len(a.sha256); weak != 0 {
			return weak
		}
		return slices.Index(order, a.kind) - slices.Index(order, b.kind)
	})
}

// allOf is the best fingerprint of each kind of key by comma, the preferred first:
// three at most, 152 bytes.
func allOf(prints []print) string {
	first := preferred(prints).best()
	all := []string{first}
	for _, p := range prints {
		if p.best() != first {
			all = append(all, p.best())
		}
	}
	return strings.Join(all, ",")
}
