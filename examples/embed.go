package examples

// embed.go: the SCP plan and its smoke tests, as the binary carries them.

import (
	"embed"
	"io/fs"
)

// folder is a variable only because embed can fill nothing else; nobody can write to it.
//
//go:embed scp-1.0.0.yaml scp-1.0.0
var folder embed.FS

const scp = "scp-1.0.0.yaml"

// SCP returns the SCP 1.0.0 plan: its file name, for messages, and a fresh copy of its bytes.
func SCP() (name string, src []byte) {
	src, _ = folder.ReadFile(scp) // it is there: the compiler put it there
	return scp, src
}

// Folder is where the plan lies, and the files it names.
func Folder() fs.FS { return folder }
