package sshops

// rotate_file.go: authorized_keys on a host: read as a whole, changed here line by line,
// written beside and renamed into place, so that sshd reads the old file or the new one.

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"
)

// authorizedFile is where it is, seen from the home directory.
const authorizedFile = ".ssh/authorized_keys"

// readAuthorized prints it. A symbolic link is refused: renaming would put a file in its place.
const readAuthorized = `cd && f=` + authorizedFile + ` && if [ -h "$f" ]; then echo "$f is a symbolic link" >&2; exit 9; fi && cat "$f"`

// writeAuthorized takes the new text from its input, if the file still has the sum $1 and all of
// the input came: it has the sum $2. The file beside it ($3) has mode and owner of the old one.
const writeAuthorized = `cd && f=` + authorizedFile + ` && t="$f.$3" && rm -f "$t" && cp -p "$f" "$t" && cat >"$t" && ` +
	`if [ "$(sha256sum <"$t" | cut -d" " -f1)" != "$2" ]; then rm -f "$t"; echo "the new text did not arrive whole" >&2; exit 8; fi && ` +
	`sync "$t" && ` +
	`if [ "$(sha256sum <"$f" | cut -d" " -f1)" != "$1" ]; then rm -f "$t"; echo "somebody else changed $f meanwhile" >&2; exit 9; fi && ` +
	`mv -f "$t" "$f"`

// authorized is the text of the file, with whatever is in it.
type authorized []byte

// authorized reads the file of the user we are logged in as.
func (e *errand) authorized(ctx context.Context) (authorized, error) {
	text, err := e.do(ctx, order{title: "reading ~/" + authorizedFile, line: script(readAuthorized)})
	return authorized(text), err
}

// replaceAuthorized puts now in the place of was. token names the file beside it.
func (e *errand) replaceAuthorized(ctx context.Context, was, now authorized, token string) error {
	_, err := e.do(ctx, order{title: "writing ~/" + authorizedFile, line: script(writeAuthorized, was.sum(), now.sum(), token), in: now})
	return err
}

func (a authorized) sum() string {
	sum := sha256.Sum256(a)
	return hex.EncodeToString(sum[:])
}

// printOf is the fingerprint of the key in a line, "" if there is none, and its comment.
func printOf(line []byte) (print, comment string) {
	key, comment, _, _, err := ssh.ParseAuthorizedKey(bytes.TrimSpace(line))
	if err != nil {
		return "", ""
	}
	return ssh.FingerprintSHA256(key), comment
}

// lines are those of the key with the fingerprint, without their comments: a comment is
// often somebody's address, and a journal keeps for ever what it is given.
func (a authorized) lines(print string) []string {
	var found []string
	for line := range bytes.Lines(a) {
		if got, _ := printOf(line); got == print {
			found = append(found, bare(line))
		}
	}
	return found
}

func (a authorized) holds(print string) bool { return print != "" && len(a.lines(print)) > 0 }

// marked reports a line of that key with that comment.
func (a authorized) marked(print, marker string) bool {
	for line := range bytes.Lines(a) {
		if got, comment := printOf(line); got == print && comment == marker {
			return true
		}
	}
	return false
}

// bare is a line up to the end of its key.
func bare(line []byte) string {
	key, _, _, _, err := ssh.ParseAuthorizedKey(bytes.TrimSpace(line))
	if err != nil {
		return ""
	}
	blob := base64.StdEncoding.EncodeToString(key.Marshal())
	text := strings.TrimSpace(string(line))
	if at := strings.Index(text, blob); at >= 0 {
		return text[:at+len(blob)]
	}
	return key.Type() + " " + blob
}

// options are what stands before the key in a line that bare returned: "" or "from=… ".
func options(line string) string {
	key, _, options, _, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil || len(options) == 0 {
		return ""
	}
	return strings.TrimSuffix(line, key.Type()+" "+base64.StdEncoding.EncodeToString(key.Marshal()))
}

// with is the file with further lines at its end.
func (a authorized) with(lines ...string) authorized {
	now := bytes.Clone(a)
	if len(now) > 0 && now[len(now)-1] != '\n' {
		now = append(now, '\n')
	}
	for _, line := range lines {
		now = append(append(now, line...), '\n')
	}
	return now
}

// without is the file without the lines of a key; with a marker, only those with that comment.
func (a authorized) without(print, marker string) authorized {
	var now authorized
	for line := range bytes.Lines(a) {
		if got, comment := printOf(line); got == print && (marker == "" || comment == marker) {
			continue
		}
		now = append(now, line...)
	}
	return now
}

// errLockout is why a file is never written: nobody could log in any more.
var errLockout = errors.New("without that line nobody could log in any more")

// change writes the file that edit makes of it. Nothing is written when nothing changes,
// and never a file without the key that we are logged in with.
func (e *errand) change(ctx context.Context, token, keep string, edit func(authorized) authorized) error {
	was, err := e.authorized(ctx)
	if err != nil {
		return err
	}
	now := edit(was)
	if bytes.Equal(was, now) {
		return nil
	}
	if !now.holds(keep) {
		return fmt.Errorf("~/%s on %s is left as it is: %w", authorizedFile, e.t.addr, errLockout)
	}
	return e.replaceAuthorized(ctx, was, now, token)
}
