package sshops

// command.go: the program with which a person opens the instance in this terminal: OpenSSH's
// own client. As words, of which no shell makes anything else.

import (
	"strings"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

// Command is the `ssh` that opens the instance where it is reached now, with the run's key
// and the host keys that were verified: it refuses a host that was not. nil: there is no
// instance with an address, or its key has no file.
func (c *Client) Command(p *plan.Plan, facts map[string]string) []string {
	t, addr := c.here(p, facts)
	if addr == "" {
		return nil
	}
	b := byHand{Client: c, at: func(path string) string { return path }}
	return b.openSSH(t, addr)
}

// here is the instance at the address where it is reached now.
func (c *Client) here(p *plan.Plan, facts map[string]string) (target, string) {
	addr := address(facts)
	if addr == "" || facts[tasks.FactInstance] == "" {
		return target{}, ""
	}
	t, f := c.target(p, facts, addr)
	if f != nil || len(t.identities) == 0 {
		return target{}, ""
	}
	return t, addr
}

// quoted is a path as the value of an option of ssh, which splits it at spaces and expands %.
func quoted(path string) string {
	if safe.Word(path) == path {
		return path
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "%", "%%").Replace(path) + `"`
}
