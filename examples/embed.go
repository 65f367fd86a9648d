package examples

// embed.go: the SCP plan as the binary carries it.

import _ "embed"

// scp is a variable only because embed can fill nothing else; a string, so that nobody can change it.
//
//go:embed scp-1.0.0.yaml
var scp string

// SCP returns the SCP 1.0.0 plan: its file name, for messages, and a fresh copy of its bytes.
func SCP() (name string, src []byte) { return "scp-1.0.0.yaml", []byte(scp) }
