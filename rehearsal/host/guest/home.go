package guest

// home.go: the one directory of the machine that can be written: ~/.ssh of the login user, whose
// authorized_keys sshd reads at every login. Programs that change files know no other place.

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"

	"tminus/rehearsal/host/shell"
)

// Bounds of the directory: files in it, and bytes in each.
const (
	maxHomeFiles = 16
	maxHomeFile  = 256 << 10
)

// home is what stands in ~/.ssh, by name.
type home struct {
	mu    sync.Mutex
	files map[string]string
}

const readOnly = fileError("Read-only file system")

// AuthorizedKeys is the text of the login user's authorized_keys now.
func (g *Guest) AuthorizedKeys() string {
	g.written.mu.Lock()
	defer g.written.mu.Unlock()
	return g.written.files["authorized_keys"]
}

// homeFiles adds the directory's files to those of the machine.
func (g *Guest) homeFiles(files map[string]file) {
	g.written.mu.Lock()
	defer g.written.mu.Unlock()
	for name, text := range g.written.files {
		files[g.sshDir()+name] = file{text: func() string { return text }, mode: 0o600, owner: g.o.User, size: int64(len(text))}
	}
}

func (g *Guest) sshDir() string { return shell.Inside("/", g.home()) + "/.ssh/" }

// mine is the name in ~/.ssh of a file that user may write.
func (g *Guest) mine(user, name string) (string, error) {
	short, inside := strings.CutPrefix(name, g.sshDir())
	switch {
	case !inside || short == "" || strings.Contains(short, "/"):
		return "", readOnly
	case user != "root" && user != g.o.User:
		return "", fileError("Permission denied")
	}
	return short, nil
}

// put changes a file of ~/.ssh; change returns its new text, and false to remove it.
func (g *Guest) put(user, name string, change func(text string, there bool) (string, bool)) error {
	short, err := g.mine(user, name)
	if err != nil {
		return err
	}
	g.written.mu.Lock()
	defer g.written.mu.Unlock()
	text, there := g.written.files[short]
	text, keep := change(text, there)
	switch {
	case !keep:
		delete(g.written.files, short)
	case len(text) > maxHomeFile || !there && len(g.written.files) >= maxHomeFiles:
		return fileError("No space left on device")
	default:
		g.written.files[short] = text
	}
	return nil
}

// Create makes Guest a machine whose shell can write.
func (g *Guest) Create(user, name string, more bool) (io.Writer, error) {
	err := g.put(user, name, func(text string, _ bool) (string, bool) {
		if !more {
			text = ""
		}
		return text, true
	})
	return appender{g, user, name}, err
}

// appender writes at the end of a file.
type appender struct {
	g          *Guest
	user, name string
}

func (a appender) Write(p []byte) (int, error) {
	err := a.g.put(a.user, a.name, func(text string, _ bool) (string, bool) { return text + string(p), true })
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// copyFile is cp [-p] FROM TO, and mv [-f] FROM TO.
func copyFile(g *Guest, _ context.Context, p *shell.Process) int {
	options, names := arguments(p)
	if strings.Trim(strings.Join(options, ""), "-pf") != "" || len(names) != 2 {
		return complain(p, 1, "only one file to one name is available on this machine")
	}
	from, to := shell.Inside(p.Dir, names[0]), shell.Inside(p.Dir, names[1])
	text, err := fs.ReadFile(g.Files(p.User), from)
	if err == nil {
		err = g.put(p.User, to, func(string, bool) (string, bool) { return string(text), true })
	}
	if err == nil && path.Base(p.Args[0]) == "mv" {
		err = g.put(p.User, from, func(string, bool) (string, bool) { return "", false })
	}
	if err != nil {
		return complain(p, 1, "%s: %s", names[1], shell.Reason(err))
	}
	return 0
}

// remove is rm [-f] NAME….
func remove(g *Guest, _ context.Context, p *shell.Process) int {
	options, names := arguments(p)
	st := 0
	for _, name := range names {
		was := false
		err := g.put(p.User, shell.Inside(p.Dir, name), func(_ string, there bool) (string, bool) { was = there; return "", false })
		if err == nil && !was && len(options) == 0 {
			err = fs.ErrNotExist
		}
		if err != nil {
			st = complain(p, 1, "cannot remove '%.80s': %s", name, shell.Reason(err))
		}
	}
	return st
}

// sum256 is sha256sum [FILE]….
func sum256(g *Guest, _ context.Context, p *shell.Process) int {
	_, names := arguments(p)
	return each(g, p, names, func(name string, r *bufio.Reader) error {
		sum := sha256.New()
		_, err := io.Copy(sum, io.LimitReader(r, maxHeld))
		fmt.Fprintf(p.Out, "%s  %s\n", hex.EncodeToString(sum.Sum(nil)), name)
		return err
	})
}

// lastBytes is tail -c N [FILE]….
func lastBytes(g *Guest, p *shell.Process, n int, names []string) int {
	return each(g, p, names, func(_ string, r *bufio.Reader) error {
		text, err := io.ReadAll(io.LimitReader(r, maxHeld))
		p.Out.Write(text[max(0, len(text)-n):])
		return err
	})
}
