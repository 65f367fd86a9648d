// Package host is one pretend EC2 instance as the network sees it: an OpenSSH
// server on port 22 and a web application on port 80. What is inside the machine
// is package guest, its shell package shell, the application package site.
//
// A Host answers whoever the world connects to it: ServeSSH and ServeWeb take
// one net.Conn each and return when it is over or when their context ends,
// leaving no goroutine behind. Which address leads here is the world's business.
//
// The services come up some time after boot, by the pretend clock. Until then,
// and for ever on a host whose SSH is down, Listening is false; the world
// refuses the connection, and so does the Host if asked all the same.
//
// The SSH server is golang.org/x/crypto/ssh with the manners of a stock sshd:
// public keys only, six tries, ten sessions to a connection, ten strangers at
// the door, 120 s to log in, no subsystems. It connects clients to its own web server
// and to nothing else.
package host
