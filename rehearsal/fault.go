package rehearsal

// fault.go: what can go wrong in the world, by name, and since when.
//
// A fault is something that happens in the world: no capacity, a daemon that is down, a colleague who is faster. Those
// that interrupt a conversation strike once for each operation, so that trying again is worth while, and other people
// act once; what has struck is kept with the world. The others hold until they are lifted.

import (
	"fmt"
	"slices"
	"strings"

	"tminus/rehearsal/cloud"
)

// Names of faults.
const (
	LaunchFails        = "launch-fails"
	SSHRefused         = "ssh-refused"
	SmokeFails         = "smoke-fails"
	EIPTaken           = "eip-taken"
	Throttle           = "throttle"
	LostRequest        = "lost-request"
	LostAnswer         = "lost-answer"
	ServerError        = "server-error"
	ServerErrorAfter   = "server-error-after"
	Slow               = "slow"
	StaleReads         = "stale-reads"
	ExpiredCredentials = "expired-credentials"
	Denied             = "denied"
	Unreachable        = "unreachable"
	ForeignActor       = "foreign-actor"
	Decoy              = "decoy"
)

// Fault is a thing that can go wrong, and what it is in a sentence.
type Fault struct{ Name, Says string }

// Faults lists everything that can be made to go wrong.
func Faults() []Fault {
	return []Fault{
		{LaunchFails, "AWS has no capacity for new instances"},
		{SSHRefused, "the SSH server of every instance is down"},
		{SmokeFails, "the image carries a bad build: a business page fails"},
		{EIPTaken, "somebody else takes the first Elastic IP as soon as it is allocated"},
		{Throttle, "the first call of each AWS operation is throttled"},
		{LostRequest, "the first call of each AWS operation that changes something is lost before it reaches AWS"},
		{LostAnswer, "the answer to the first call of each AWS operation that changes something is lost"},
		{ServerError, "the first call of each AWS operation meets an internal error, before anything is done"},
		{ServerErrorAfter, "the first call of each AWS operation that changes something is done, and answered with an internal error"},
		{Slow, "AWS answers after seconds, and too late to the first call of each operation that changes something"},
		{StaleReads, "for a while after each change EC2 shows now what was before it, now what is"},
		{ExpiredCredentials, "the credentials have expired: AWS refuses every call"},
		{Denied, "nobody may change anything any more: AWS refuses every call that does"},
		{Unreachable, "AWS cannot be reached: every connection is closed without an answer"},
		{ForeignActor, "somebody else moves our Elastic IP to their own instance as soon as it is associated"},
		{Decoy, "somebody else copies our work: an instance, a group, a key pair and an address with our tags on them"},
	}
}

// FaultNames lists the names of everything that can be made to go wrong.
func FaultNames() []string {
	var names []string
	for _, f := range Faults() {
		names = append(names, f.Name)
	}
	return names
}

// narrowable are the faults about single calls, which may be narrowed to one operation. Those that are about changes
// need one that changes something.
func narrowable() (any, changing []string) {
	return []string{Throttle, ServerError}, []string{LostRequest, LostAnswer, ServerErrorAfter, Slow, Denied}
}

// KnownFault refuses what is not the name of a fault. A fault about single calls may be narrowed to one operation, as in
// "lost-answer:RunInstances".
func KnownFault(name string) error {
	if slices.Contains(FaultNames(), name) {
		return nil
	}
	fault, op, narrowed := strings.Cut(name, ":")
	any, changing := narrowable()
	known, changes := cloud.Operation(op)
	switch {
	case !narrowed || !slices.Contains(FaultNames(), fault):
		return fmt.Errorf("no fault is called %q; choose one of %s", name, strings.Join(FaultNames(), ", "))
	case !slices.Contains(any, fault) && !slices.Contains(changing, fault):
		return fmt.Errorf("%q: %s is not about single calls; leave %q away, or choose one of %s", name, fault, ":"+op,
			strings.Join(slices.Concat(any, changing), ", "))
	case !known:
		return fmt.Errorf("%q: the pretend AWS has no operation %q; RunInstances is one", name, op)
	case !changes && slices.Contains(changing, fault):
		return fmt.Errorf("%q: %s is about changes, and the pretend AWS has no operation %q that changes something; RunInstances is one", name, fault, op)
	}
	return nil
}

// Inject puts a fault in force: one of [Faults], for all operations or, as in "lost-answer:RunInstances", for one.
// Injecting it twice changes nothing.
func (w *World) Inject(name string) error {
	if err := KnownFault(name); err != nil {
		return err
	}
	if name == EIPTaken || name == ForeignActor {
		if err := w.settleForeigner(); err != nil {
			return fmt.Errorf("inject %s: %w", name, err)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if slices.Contains(w.kept.Faults, name) {
		return nil
	}
	return w.changeFaults(name, func(k *keeping) {
		k.Faults = append(k.Faults, name)
		slices.Sort(k.Faults)
	})
}

// Lift ends a fault. What it has done stays done.
func (w *World) Lift(name string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changeFaults(name, func(k *keeping) {
		k.Faults = slices.DeleteFunc(k.Faults, func(f string) bool { return f == name })
	})
}

// changeFaults keeps a change of one fault and lets running machines feel it. The build cannot change inside a running
// machine: for that they are set up anew, and forget what they had in memory.
func (w *World) changeFaults(name string, change func(*keeping)) error {
	if err := w.keepLocked(change); err != nil {
		return err
	}
	if name == SmokeFails {
		clear(w.hosts)
	}
	for _, m := range w.hosts {
		m.host.SetSSHDown(slices.Contains(w.kept.Faults, SSHRefused))
	}
	return nil
}

// Faults lists the names of the faults in force.
func (w *World) Faults() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.kept.Faults)
}

func (w *World) holds(name string) bool { return slices.Contains(w.Faults(), name) }

// holdsFor reports whether a fault is in force for an operation.
func (w *World) holdsFor(name, op string) bool { return w.holds(name) || w.holds(name+":"+op) }

// strikes reports whether a fault that strikes once per operation does so now, and keeps that it has.
func (w *World) strikes(name, op string) bool {
	key := name + " " + op
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.kept.Spent[key] || !slices.Contains(w.kept.Faults, name) && !slices.Contains(w.kept.Faults, name+":"+op) {
		return false
	}
	err := w.keepLocked(func(k *keeping) {
		if k.Spent == nil {
			k.Spent = map[string]bool{}
		}
		k.Spent[key] = true
	})
	return err == nil // a fault that cannot be kept would strike again after a restart
}
