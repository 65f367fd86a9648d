package rehearsal

// seam.go: where faults meet requests: before the account looks at them, and between a kept change and its answer.
//
// Here no lock is held, neither the world's nor the account's: an answer may take its time, and others may act.

import (
	"cmp"
	"errors"
	"net/http"
	"time"

	"tminus/rehearsal/cloud"
)

// How slow is slow and how stale is stale, unless Options says otherwise.
const (
	slowAnswer = 2 * time.Second
	lateAnswer = 15 * time.Second // a client that is careful gives up after ten
	staleFor   = 20 * time.Second
)

// before is the account's seam in front of a request.
func (w *World) before(r cloud.Request) *cloud.Fault {
	_, changes := cloud.Operation(r.Operation) // a dry run of it as well
	switch {
	case w.holds(Unreachable):
		return &cloud.Fault{Drop: true}
	case w.holds(ExpiredCredentials):
		return expired(r.Service)
	case changes && w.holdsFor(Denied, r.Operation):
		return w.account.Denial(r)
	case w.holds(Slow) && !w.pass(r, cmp.Or(w.opt.SlowAnswer, slowAnswer)),
		r.Mutates && w.strikes(LostRequest, r.Operation):
		return &cloud.Fault{Drop: true}
	case changes && !r.Mutates: // what strikes once is kept for the call that is meant
	case w.strikes(Throttle, r.Operation):
		return throttled(r.Service)
	case w.strikes(ServerError, r.Operation):
		return internal(r.Service)
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
	if err := errors.Join(w.interfere(r.Operation), w.follow()); err != nil {
		return &cloud.Fault{Status: http.StatusInternalServerError, Code: "InternalError", Message: "the pretend world: " + err.Error()}
	}
	switch {
	case w.strikes(LostAnswer, r.Operation),
		w.strikes(Slow, r.Operation) && !w.pass(r, cmp.Or(w.opt.LateAnswer, lateAnswer)):
		return &cloud.Fault{Drop: true}
	case w.strikes(ServerErrorAfter, r.Operation):
		return internal(r.Service)
	}
	return nil
}

// pass lets real time pass; false if the client left or the world was closed meanwhile.
func (w *World) pass(r cloud.Request, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.HTTP.Context().Done():
	case <-w.ctx.Done():
	}
	return false
}

// stale is how long reads may be late now. The account asks with its lock held.
func (w *World) stale() time.Duration {
	if !w.holds(StaleReads) {
		return 0
	}
	return cmp.Or(w.opt.StaleFor, staleFor)
}

// interfere lets others act on the heels of a change of ours.
func (w *World) interfere(op string) (err error) {
	switch {
	case op == "AllocateAddress" && w.strikes(EIPTaken, op):
		_, err = w.account.Seize(w.foreigner())
	case op == "AssociateAddress" && w.strikes(ForeignActor, op):
		_, err = w.account.Divert(w.foreigner())
	case op == "RunInstances" && w.strikes(Decoy, op):
		_, err = w.account.Imitate(foreignOwner())
	}
	return err
}

// foreignOwner is the tag on everything of somebody else.
func foreignOwner() cloud.Tag { return cloud.Tag{Key: "owner", Value: "another team"} }

// foreigner finds the instance that somebody else has always had, by its tags; "" if there is none.
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
	_, err := w.account.Settle(cloud.Tag{Key: "Name", Value: "batch-reports"}, foreignOwner())
	return err
}
