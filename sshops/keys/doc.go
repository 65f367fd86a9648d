// Package keys reads the private keys that people really have, and makes new ones.
//
// The story of a key file has four parts. It is read from the disk without ever
// waiting for it, and only when nobody else can read it (file.go). What it is is
// recognised from its first lines (sealed.go): OpenSSH and PEM are x/crypto's
// (pem.go), PuTTY's format is ours (ppk.go, ppkseal.go), because we write it as
// well (make.go). Whatever the file decides about our memory and time, such as
// the cost of its passphrase, is bounded before it is used. If it is encrypted,
// somebody is asked (key.go), and a [Ring] remembers the opened key so that nobody
// is asked twice (ring.go); neither passphrase nor key is in any error or on any
// disk. At last the key is compared with what lies beside it: the public half, a
// certificate (beside.go).
//
// What cannot be used is refused for a reason that ends in what to do, mostly one
// command. The keys of an agent need no file (agent.go); the agent signs for us
// and is never forwarded.
package keys
