// Package sshops is the only part of tminus that speaks SSH as a client.
//
// Its story is one path to a host, walked the same way by everybody (login.go):
// connect, through the jump hosts that the ssh config names (config.go, jump.go),
// read the banner, exchange keys, compare the host key (hostcheck.go), offer the
// keys that there are (identities.go; package keys opens them). The SSH test of the
// plan (ladder.go) is that path with each rung's verdict written down; paths.go walks
// it from three sides and says whose fault it is.
//
// What looks again and again shares one kept connection to the instance (pool.go): the
// host readings, one awk in one shell that samples /proc (watch.go, sampler.go, parts.go),
// and the audit of the guest (audit.go). What answers a risk, a restart, another key, a
// look for loud clients, makes connections of its own (respond.go), because each of its
// proofs is a handshake. When the machine slept every link is dead and does not say so:
// [Client.Wake] leaves them (client.go). command.go is the same path for a person's ssh.
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
