package keys

// ppk.go: PuTTY's private key files, versions 2 and 3, as text and back. The format is
// appendix C of PuTTY's manual: fixed headers in a fixed order, and a MAC over all that
// is not layout. Read strictly, because what PuTTY writes has no variety.

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"
)

// ppk is a key file of PuTTY, closed.
type ppk struct {
	version   int    // 2 or 3
	algorithm string // as SSH calls it, also of a certificate
	cipher    string // "none" or aes256-cbc
	comment   string // raw, because the MAC covers it
	public    []byte
	cost      argon  // version 3, when encrypted
	private   []byte // in the clear or not, as cipher says
	mac       []byte
}

const cipherNone, cipherAES = "none", "aes256-cbc"

// argon is what version 3 spends on a passphrase.
type argon struct {
	kind   string // Argon2id or Argon2i
	memory uint64 // KiB
	passes uint64
	lanes  uint64
	salt   []byte
}

// What a file may cost us: puttygen's own are 8 MiB, about 20 passes and 1 lane, which
// takes it 100 ms. The work is memory times passes, some ten seconds of one core at most.
const (
	maxMemory = 256 << 10 // KiB
	maxWork   = 4 << 20   // KiB written over all passes
	maxLanes  = 16
	maxSalt   = 64 // bytes
)

// bounded refuses costs before anything is spent.
func (a argon) bounded(shown string) error {
	reencrypt := "; write it anew: puttygen " + word(shown) + " --reencrypt -o new.ppk"
	switch {
	case a.kind == "Argon2d":
		return errors.New("is encrypted by way of argon2d, which tminus does not have; write it anew: puttygen " + word(shown) + " --reencrypt --ppk-param kdf=argon2id -o new.ppk")
	case a.kind != "Argon2id" && a.kind != "Argon2i":
		return errDamaged
	case a.memory < 1 || a.passes < 1 || a.lanes < 1 || len(a.salt) == 0 || len(a.salt) > maxSalt:
		return errDamaged
	case a.memory > maxMemory:
		return fmt.Errorf("wants %d MiB of memory for its passphrase, at most %d are given here%s", a.memory>>10, maxMemory>>10, reencrypt)
	case a.lanes > maxLanes || a.passes > maxWork/max(a.memory, 8*a.lanes): // Argon2 takes 8 KiB a lane, whatever it is told
		return fmt.Errorf("wants %d passes in %d lanes over %d KiB for its passphrase, more than is done here%s", a.passes, a.lanes, a.memory, reencrypt)
	}
	return nil
}

// recognisePPK tells what a .ppk holds and refuses what cannot or must not be used,
// all before anybody is asked for a passphrase.
func recognisePPK(text []byte, shown string) (*sealed, error) {
	k, err := parsePPK(string(text))
	if err != nil {
		return nil, err
	}
	if k.cipher == cipherAES && k.version == 3 {
		if err := k.cost.bounded(shown); err != nil {
			return nil, err
		}
	}
	base := strings.TrimSuffix(k.algorithm, "-cert-v01@openssh.com")
	switch base {
	case ssh.KeyAlgoRSA, ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384:
	case ssh.KeyAlgoECDSA521:
		return nil, errors.New(weakP521)
	case "ssh-dss":
		return nil, errors.New(dsaRefused)
	case "ssh-ed448":
		return nil, errors.New("is Ed448, which OpenSSH's sshd does not know; make another: puttygen -t ed25519 -o new.ppk")
	default:
		return nil, errors.New("is of a type that PuTTY does not make; use another file")
	}
	public, err := ssh.ParsePublicKey(k.public)
	if err != nil || public.Type() != k.algorithm {
		return nil, errDamaged
	}
	s := &sealed{format: fmt.Sprintf("PuTTY v%d", k.version), comment: k.comment, encrypted: k.cipher != cipherNone, public: public, open: k.open}
	s.certificate, _ = public.(*ssh.Certificate)
	return s, nil
}

const weakP521 = "is ECDSA on P-521 in PuTTY's format: PuTTY before 0.81 made signatures from which such a key can be computed (CVE-2024-31497), " +
	"after about 60 of them that a host, or anybody who saw signed commits, has. The file does not tell whether it was used so: make another (" + makeCommand + ") and remove this one from every authorized_keys"

// lines goes through the lines of a file, which end as Unix, Windows or an old Mac ends them.
type lines struct {
	rest string
	bad  bool
}

func (l *lines) next() string {
	line, rest, _ := strings.Cut(l.rest, "\n")
	l.rest = rest
	return strings.TrimSuffix(line, "\r")
}

// header is the value of the next line, which must have that name.
func (l *lines) header(name string) string {
	value, ok := strings.CutPrefix(l.next(), name+": ")
	l.bad = l.bad || !ok
	return value
}

func (l *lines) number(name string) uint64 {
	n, err := strconv.ParseUint(l.header(name), 10, 32)
	l.bad = l.bad || err != nil
	return n
}

func (l *lines) hex(name string) []byte {
	b, err := hex.DecodeString(l.header(name))
	l.bad = l.bad || err != nil
	return b
}

// blob is a number of lines of base64; the file is bounded, and so are they.
func (l *lines) blob(name string) []byte {
	var text strings.Builder
	for range l.number(name) {
		if l.rest == "" {
			l.bad = true
		}
		if l.bad {
			return nil
		}
		text.WriteString(l.next())
	}
	b, err := base64.StdEncoding.Strict().DecodeString(text.String())
	l.bad = l.bad || err != nil || len(b) == 0
	return b
}

func parsePPK(text string) (*ppk, error) {
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	l := &lines{rest: text}
	version, algorithm, _ := strings.Cut(strings.TrimPrefix(l.next(), "PuTTY-User-Key-File-"), ": ")
	k := &ppk{algorithm: algorithm}
	switch version {
	case "1":
		return nil, errors.New("is in PuTTY's first format, of 2001; load it in PuTTYgen and save it, then use that file")
	case "2", "3":
		k.version = int(version[0] - '0')
	default:
		return nil, errors.New("is in a format of PuTTY newer than version 3; save it as version 3: puttygen --ppk-param version=3")
	}
	k.cipher = l.header("Encryption")
	k.comment = l.header("Comment")
	k.public = l.blob("Public-Lines")
	if k.version == 3 && k.cipher != cipherNone {
		k.cost = argon{kind: l.header("Key-Derivation"), memory: l.number("Argon2-Memory"), passes: l.number("Argon2-Passes"), lanes: l.number("Argon2-Parallelism"), salt: l.hex("Argon2-Salt")}
	}
	k.private = l.blob("Private-Lines")
	k.mac = l.hex("Private-MAC")
	if l.bad || k.cipher != cipherNone && k.cipher != cipherAES {
		return nil, errDamaged
	}
	return k, nil
}

// String is the file, with the line ends of Unix, which every PuTTY reads. Version 3.
func (k *ppk) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "PuTTY-User-Key-File-3: %s\nEncryption: %s\nComment: %s\n", k.algorithm, k.cipher, k.comment)
	blob := func(name string, data []byte) {
		text := base64.StdEncoding.EncodeToString(data)
		const width = 64
		fmt.Fprintf(&b, "%s: %d\n", name, (len(text)+width-1)/width)
		for ; len(text) > width; text = text[width:] {
			b.WriteString(text[:width] + "\n")
		}
		b.WriteString(text + "\n")
	}
	blob("Public-Lines", k.public)
	if k.cipher != cipherNone {
		a := k.cost
		fmt.Fprintf(&b, "Key-Derivation: %s\nArgon2-Memory: %d\nArgon2-Passes: %d\nArgon2-Parallelism: %d\nArgon2-Salt: %x\n", a.kind, a.memory, a.passes, a.lanes, a.salt)
	}
	blob("Private-Lines", k.private)
	fmt.Fprintf(&b, "Private-MAC: %x\n", k.mac)
	return b.String()
}
