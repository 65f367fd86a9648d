// Package sshops is the only part of tminus that speaks SSH as a client.
//
// Its story is one path to a host, walked the same way by everybody (login.go):
// connect, read the banner, exchange keys, compare the host key, authenticate.
// The SSH test of the plan (ladder.go) is that path with each rung's verdict
// written down; the test "through the address" is the same ladder over another
// address; the host readings (watch.go, sample.go) keep the link that the path
// ends in and sample /proc through one open shell. When the machine slept that
// link is dead and does not say so: [Client.Wake] leaves it (client.go).
//
// Whom we talk to is decided by one fact: the fingerprint that the instance
// printed on its console, which came to us through AWS and not through the
// network. Without it nothing is trusted, not even once; a key that differs
// stops everything. Once verified, the key is written to the run folder's
// known_hosts under the instance id (hostkeys.go), because an Elastic IP moves
// between hosts and an instance id does not.
//
// Whatever a host sends is bounded in bytes and time, and cleaned before it is
// shown. Deadlines and latencies are real time; patience with a machine that is
// still booting is run time.
package sshops
