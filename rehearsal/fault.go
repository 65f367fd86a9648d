package rehearsal

// fault.go: what can go wrong in the world, by name.
//
// A fault is something that happens in the world: no capacity, a daemon that is down, a colleague who is faster. Those
// that interrupt a conversation strike once for each operation, so that trying again is worth while; which have
// struck is kept with the world. The others hold until they are lifted.

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"tminus/rehearsal/cloud"
)

// Names of faults.
const (
	LaunchFails = "launch-fails"
	SSHRefused  = "ssh-refused"
	SmokeFails  = "smoke-fails"
	EIPTaken    = "eip-taken"
	Throttle    = "throttle"
	LostAnswer  = "lost-answer"
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
		{Throttle, "the first call of each EC2 operation is throttled"},
		{LostAnswer, "the answer to the first call of each EC2 operation that changes something is lost"},
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

// Inject puts a fault in force. Injecting it twice changes nothing.
func (w *World) Inject(name string) error {
	if !slices.Contains(FaultNames(), name) {
		return fmt.Errorf("no fault is called %q; choose one of %s", name, strings.Join(FaultNames(), ", "))
	}
	if name == EIPTaken {
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

// strikes reports whether a fault that strikes once per operation does so now, and keeps that it has.
func (w *World) strikes(name, op string) bool {
	key := name + " " + op
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Contains(w.kept.Faults, name) || w.kept.Spent[key] {
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

// foreigner finds the instance of somebody else, by its tags; "" if there is none.
func (w *World) foreigner() string {
	for _, i := range w.account.Inventory().Instances {
		if i.State == "running" && i.Tags == "Name=batch-reports,owner=another team" {
			return i.ID
		}
	}
	return ""
}

func (w *World) settleForeigner() error {
	if w.foreigner() != "" {
		return nil
	}
	_, err := w.account.Settle(cloud.Tag{Key: "Name", Value: "batch-reports"}, cloud.Tag{Key: "owner", Value: "another team"})
	return err
}

// before is the account's seam in front of a request.
func (w *World) before(r cloud.Request) *cloud.Fault {
	switch {
	case r.Service == "ec2" && w.strikes(Throttle, r.Operation):
		return &cloud.Fault{Status: http.StatusServiceUnavailable, Code: "RequestLimitExceeded", Message: "Request limit exceeded."}
	case r.Operation == "RunInstances" && r.Mutates && w.holds(LaunchFails):
		return &cloud.Fault{Status: http.StatusInternalServerError, Code: "InsufficientInstanceCapacity",
			Message: "We currently do not have sufficient capacity in the Availability Zone you requested. Our system will be working on provisioning additional capacity."}
	}
	return nil
}

// after is the account's seam between a kept change and its answer.
func (w *World) after(r cloud.Request) *cloud.Fault {
	if !r.Mutates {
		return nil
	}
	if r.Operation == "AllocateAddress" && w.strikes(EIPTaken, r.Operation) {
		if _, err := w.account.Seize(w.foreigner()); err != nil {
			return &cloud.Fault{Status: http.StatusInternalServerError, Code: "InternalError", Message: "the pretend world: " + err.Error()}
		}
	}
	w.cutRoutes()
	if r.Service == "ec2" && w.strikes(LostAnswer, r.Operation) {
		return &cloud.Fault{Drop: true}
	}
	return nil
}
