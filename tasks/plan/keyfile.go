package plan

// keyfile.go: where the private half of a key pair lies. The one rule for whoever
// checks the file and whoever logs in with it.

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// KeyFileOf is the private key's file of a key pair: the plan's key_file for the plan's own
// pair, else keys/<pair>.pem in the run folder. shown is how a person is told of it, with
// "~/" as it is: a home directory is nobody's business. A pair may have been named by
// anybody; a name that cannot be a file name is an error.
func (i Instance) KeyFileOf(pair, runDir string) (path, shown string, err error) {
	if i.KeyFile != "" && pair == i.KeyPair && pair != "" {
		path, err = atHome(i.KeyFile)
		return path, i.KeyFile, err
	}
	if pair == "" || pair != filepath.Base(pair) || !filepath.IsLocal(pair) {
		return "", "", fmt.Errorf("key name %q cannot be a file name", pair)
	}
	shown = "keys/" + pair + ".pem"
	return filepath.Join(runDir, "keys", pair+".pem"), shown, nil
}

// atHome replaces a leading "~/". That of somebody else ("~lx/") is left to a shell.
func atHome(path string) (string, error) {
	rest, ok := strings.CutPrefix(path, "~/")
	if !ok {
		return path, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("%s: nobody knows the home directory: %w", path, err)
	}
	return filepath.Join(home, rest), nil
}
