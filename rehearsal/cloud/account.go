package cloud

// account.go: the account, how it is opened, and the transaction every request runs in.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Options say what account to pretend. Now, AccountID, Region and VPC are required.
type Options struct {
	Now       func() time.Time // pretend time; must not go backwards
	Seed      int64            // every id, address, host key and duration follows from it
	AccountID string           // twelve digits
	Region    string           // for example ap-southeast-1
	Alias     string           // account alias for IAM; may be empty
	AccessKey string           // the only access key id accepted; empty accepts any
	VPC       VPC
	Images    []Image
	Roles     []Role   // that the account's user may assume
	Loopback  bool     // public addresses are drawn from 127.64.0.0/10, where a machine may listen
	Quotas    Quotas   // what is zero is AWS's default
	Denied    []string // what the caller may not do, as policies spell it: ec2:RunInstances, cloudwatch:*
	Encrypted bool     // new volumes are encrypted unless said otherwise

	// Save receives the whole state before the answer of each request that changed it. If it fails, the request
	// fails with InternalError and the change is forgotten. Nil keeps the account in memory only.
	Save func(state []byte) error
	// State is what Save last received; nil opens an empty account. A resumed account keeps its first seed.
	State []byte

	// Late says for how long after a change reads may be answered as if it had not been made (past.go). It is asked
	// with the account's lock held. Nil, or zero: reads see everything at once.
	Late func() time.Duration

	// Before is asked before a request is looked at, After once its changes are kept. A non-nil fault replaces the
	// answer. Both are called without the account's lock, so they may act on the account.
	Before, After func(Request) *Fault
}

// Account is a pretend AWS account. All methods are safe for concurrent use.
type Account struct {
	opt Options

	mu       sync.Mutex
	state    *state
	saved    []byte // the bytes of state as last kept
	requests uint64 // answers given, for request ids
}

// New opens an account, empty or as Options.State left it.
func New(opt Options) (*Account, error) {
	if opt.Now == nil || opt.AccountID == "" || opt.Region == "" || opt.VPC.ID == "" || len(opt.VPC.Subnets) == 0 {
		return nil, errors.New("pretend account: Now, AccountID, Region and a VPC with a subnet are required")
	}
	if slices.ContainsFunc(opt.VPC.Subnets, func(s Subnet) bool { return s.Zone == "" }) {
		return nil, errors.New("pretend account: each subnet needs its zone")
	}
	for _, cidr := range append([]string{opt.VPC.CIDR}, subnetCIDRs(opt.VPC)...) {
		if p, err := netip.ParsePrefix(cidr); err != nil || !p.Addr().Is4() {
			return nil, fmt.Errorf("pretend account: %q is not an IPv4 network", cidr)
		}
	}
	a := &Account{opt: opt}
	if opt.State != nil {
		s, err := decodeState(opt.State)
		if err != nil {
			return nil, fmt.Errorf("resume pretend account: %w", err)
		}
		a.state, a.saved = s, bytes.Clone(opt.State)
		return a, nil
	}
	a.state = &state{Seed: opt.Seed}
	a.state.Groups = append(a.state.Groups, defaultGroup(a.state))
	saved, err := json.Marshal(a.state)
	if err != nil {
		return nil, fmt.Errorf("open pretend account: %w", err)
	}
	a.saved = saved
	return a, nil
}

// State returns the state as last kept, in the form Options.State takes.
func (a *Account) State() []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	return bytes.Clone(a.saved)
}

// Saved returns the pretend time of the newest kept change, the zero time if there was none. A clock that drives a
// resumed account must start at or after it.
func (a *Account) Saved() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.state.SavedAt
}

// SavedTime returns what [Account.Saved] will return for an account opened with this state.
func SavedTime(saved []byte) (time.Time, error) {
	s, err := decodeState(saved)
	if err != nil {
		return time.Time{}, err
	}
	return s.SavedAt, nil
}

// transact runs do on the state. If do fails, or keep says false, or the change cannot be saved, the state is as
// before. Whether anything changed is seen by comparing bytes: no operation needs to remember to say so.
func (a *Account) transact(now time.Time, keep bool, do func(*state) error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.state.loopback = a.opt.Loopback
	err := do(a.state)
	after, merr := json.Marshal(a.state)
	if merr != nil {
		panic("cloud: internal error: state cannot be encoded: " + merr.Error())
	}
	if bytes.Equal(after, a.saved) {
		return err
	}
	if err != nil || !keep {
		a.restore()
		return err
	}
	a.state.remember(a.saved, now, a.late())
	a.state.SavedAt = now
	if after, merr = json.Marshal(a.state); merr != nil {
		panic("cloud: internal error: state cannot be encoded: " + merr.Error())
	}
	if a.opt.Save != nil {
		if err := a.opt.Save(after); err != nil {
			a.restore()
			return refuse(500, "InternalError", "The pretend account could not be saved: %v", err)
		}
	}
	a.saved = after
	return nil
}

func (a *Account) restore() {
	s, err := decodeState(a.saved)
	if err != nil {
		panic("cloud: internal error: kept state cannot be read back: " + err.Error())
	}
	a.state = s
}

func subnetCIDRs(v VPC) []string {
	var out []string
	for _, s := range v.Subnets {
		out = append(out, s.CIDR)
	}
	return out
}
