package keys

// sealed.go: what a file is, told from its first lines, and why some are refused.

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"

	"tminus/tasks/safe"
)

// sealed is a key file that was recognised and not yet opened.
type sealed struct {
	format      string
	comment     string
	encrypted   bool
	public      ssh.PublicKey    // what the file says of itself unopened; nil = nothing
	certificate *ssh.Certificate // inside the file, as PuTTY can have it; nil = none
	open        func(passphrase []byte) (crypto.PrivateKey, error)
}

// The two things that a passphrase can fail by. A wrong one and a damaged file look
// alike in every format: that is what encryption is.
var (
	errPassphrase = errors.New("was not opened: wrong passphrase or damaged file; try again, or use a copy of the file")
	errDamaged    = errors.New("is damaged: its parts do not belong together; use a copy of the file")
)

const makeCommand = "ssh-keygen -t ed25519"

// recognise tells what a file holds; its errors complete the sentence "the key …".
// shown is the file's path in the commands that they advise.
func recognise(data []byte, shown string) (s *sealed, err error) {
	defer recovered(&err)
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	text := bytes.TrimLeft(data, " \t\r\n")
	starts := func(with string) bool { return bytes.HasPrefix(text, []byte(with)) }
	switch {
	case len(text) == 0:
		return nil, errors.New("is empty; name another file")
	case starts("PuTTY-User-Key-File-"):
		return recognisePPK(text, shown)
	case starts("SSH PRIVATE KEY FILE FORMAT 1.1"):
		return nil, errors.New("is for SSH-1, which no host should speak any more; make another: " + makeCommand)
	case starts("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY"):
		return nil, errors.New("is in the format of ssh.com; convert it: " + puttygen(shown, "-O private-openssh-new"))
	case starts("---- BEGIN SSH2 PUBLIC KEY"), starts("ssh-"), starts("ecdsa-sha2-"), starts("sk-"):
		return nil, errors.New("is a public key; name the private one, mostly the same name without .pub")
	}
	if block, _ := pem.Decode(data); block != nil {
		return recognisePEM(block, shown)
	}
	return nil, errors.New("is none that tminus reads (OpenSSH, PEM, PKCS#8, PuTTY), or it is cut off; use another file or a whole copy")
}

// puttygen and sshKeygen are commands that convert the file: puttygen into a new file,
// ssh-keygen in place.
func puttygen(shown, how string) string {
	return fmt.Sprintf("puttygen %s %s -o new.key", word(shown), how)
}

func sshKeygen(shown, how string) string {
	return strings.TrimSpace("ssh-keygen -p "+how) + " -f " + word(shown)
}

// word is a path for a shell, which has to expand the ~ that it may begin with.
func word(shown string) string {
	if rest, home := strings.CutPrefix(shown, "~/"); home {
		return "~/" + safe.Word(rest)
	}
	return safe.Word(shown)
}

// recovered makes an error of a panic: whatever a library does with bytes that somebody
// made up, it is the file that is refused. What it panicked with may quote the file.
func recovered(err *error) {
	if recover() != nil {
		*err = errDamaged
	}
}

func newID() string { return rand.Text()[:12] }
