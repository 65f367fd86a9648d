package rehearsal

// world.go: the world: how it is opened and closed, and what it holds.

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"tminus/rehearsal/cloud"
	"tminus/rehearsal/host"
	"tminus/rehearsal/host/site"
)

// The account of the SCP plan, as this world has it.
const (
	AccountID    = "123456789012"
	AccountAlias = "scp-rehearsal"
	Region       = "ap-southeast-1"
	VPCID        = "vpc-9fcee6f8"
	ImageID      = "ami-05c100a0219f00d00" // build 1.0.0, shared by the developers
	DeveloperID  = "210987654321"          // the developers' account
	Password     = site.Password           // of everybody in the pretend application
)

// Options open a world. Now and Sleep are required.
type Options struct {
	Now    func() time.Time                                 // pretend time; must not go back
	Sleep  func(ctx context.Context, d time.Duration) error // waits for pretend time, or ends with the context
	Seed   int64                                            // of a new world; a resumed one keeps its own
	Path   string                                           // the file it is kept in; "" keeps it in memory
	Faults []string                                         // names from Faults, in force from the start
	Doors  bool                                             // public addresses are real loopback addresses of this machine
	Reach  string                                           // with Doors: the file of World.Reach, renewed at each change; "" = none

	KeyFile func(pair string) string // where the private key of a key pair is, for World.Reach; nil = PAIR.pem

	// How bad the faults Slow and StaleReads are; zero means as bad as usual.
	SlowAnswer time.Duration // real time that each answer takes; 2 s
	LateAnswer time.Duration // real time until the answers that are to come too late; 15 s
	StaleFor   time.Duration // pretend time for which a read may not see a change; 20 s
}

// World is a pretend world. Its methods are safe for concurrent use.
type World struct {
	opt     Options
	account *cloud.Account
	ctx     context.Context // ends with Close
	end     context.CancelFunc
	running sync.WaitGroup // everything that must be over before Close returns
	doors   doors

	// mu guards what follows. The account calls in with its own lock held, so mu is never held while calling it.
	mu      sync.Mutex
	kept    keeping
	hosts   map[string]machine // by instance id
	routes  map[*route]bool
	dialled int // connections ever made, for their source ports
	servers []*http.Server
	closed  bool
}

// machine is the host of an instance during one boot.
type machine struct {
	booted time.Time
	host   *host.Host
}

// Open makes a world, or resumes the one at Options.Path.
func Open(opt Options) (*World, error) {
	if opt.Now == nil || opt.Sleep == nil {
		return nil, errors.New("open the pretend world: it needs a clock (Now and Sleep)")
	}
	kept, err := readKeeping(opt.Path)
	if err != nil {
		return nil, fmt.Errorf("open the pretend world: %w", err)
	}
	w := &World{opt: opt, kept: kept, hosts: map[string]machine{}, routes: map[*route]bool{}}
	w.ctx, w.end = context.WithCancel(context.Background())
	if opt.Doors {
		w.doors.choose()
	}
	w.account, err = cloud.New(cloud.Options{
		Now: opt.Now, Seed: opt.Seed, AccountID: AccountID, Alias: AccountAlias, Region: Region, AccessKey: accessKey,
		VPC: vpc(), Images: images(), Save: w.keepAccount, State: kept.Account, Before: w.before, After: w.after, Late: w.stale,
		Roles: roles(), Loopback: w.doors.ssh != "",
	})
	if err != nil {
		w.end()
		return nil, fmt.Errorf("open the pretend world: %w", err)
	}
	if kept.Account == nil { // from now on the file says that there is a world, and of which seed
		err = w.keepAccount(w.account.State())
	}
	for _, name := range opt.Faults {
		if err == nil {
			err = w.Inject(name)
		}
	}
	if err != nil {
		w.end()
		return nil, fmt.Errorf("open the pretend world: %w", err)
	}
	w.hangDoors()
	if err := w.tellReach(); err != nil {
		w.Close()
		return nil, fmt.Errorf("open the pretend world: %w", err)
	}
	return w, nil
}

// MFASerial is the device of the account's user; its code is cloud.MFACode's.
const MFASerial = "arn:aws:iam::" + AccountID + ":mfa/rehearsal"

// roles are one to deploy with, for which a code of the device is wanted, and one to look.
func roles() []cloud.Role {
	return []cloud.Role{{Name: "deployer", MFASerial: MFASerial}, {Name: "watcher", Reader: true}}
}

// vpc is not a default one: launches and groups must name where they belong, and an address in use is not released.
func vpc() cloud.VPC {
	return cloud.VPC{ID: VPCID, CIDR: "172.31.0.0/16", Subnets: []cloud.Subnet{
		{ID: "subnet-0a5c71f2e8d43b601", CIDR: "172.31.32.0/20", Zone: Region + "a"},
		{ID: "subnet-0b19e4d7c3f2a8702", CIDR: "172.31.16.0/20", Zone: Region + "b"},
		{ID: "subnet-0c83f6a1b2d9e5403", CIDR: "172.31.0.0/20", Zone: Region + "c"},
	}}
}

// images are the build the plan deploys, and one made for the wrong processor: the plan's third risk.
func images() []cloud.Image {
	built := time.Date(2019, 2, 1, 10, 12, 0, 0, time.UTC)
	return []cloud.Image{
		{ID: ImageID, Name: buildPrefix + "1.0.0", Description: "Smart Contracts application, build 1.0.0", Owner: DeveloperID,
			Arch: "x86_64", Virtualization: "hvm", RootDevice: "/dev/xvda", RootGiB: 8, BootMode: "legacy-bios", ENA: true, Shared: true, Created: built},
		{ID: "ami-05c100a0219a64000", Name: buildPrefix + "1.0.0-arm64", Description: "Smart Contracts application, build 1.0.0, for arm64", Owner: DeveloperID,
			Arch: "arm64", Virtualization: "hvm", RootDevice: "/dev/xvda", RootGiB: 8, BootMode: "uefi", ENA: true, Shared: true, Created: built},
	}
}

const buildPrefix = "scp-build-"

// buildOf is the build of the application that an image carries.
func buildOf(imageID string) string {
	for _, im := range images() {
		if im.ID == imageID {
			return strings.TrimPrefix(im.Name, buildPrefix)
		}
	}
	return ""
}

// Inventory lists everything that exists in the account.
func (w *World) Inventory() cloud.Inventory { return w.account.Inventory() }

// Saved returns the pretend time of the newest change of the world; zero if nothing ever changed. See [SavedTime] for a
// world that is not open yet.
func (w *World) Saved() time.Time { return w.account.Saved() }

// Close ends every connection and server of the world and waits until their goroutines are gone. What was kept on
// disk stays. Closing twice is harmless.
func (w *World) Close() error {
	w.mu.Lock()
	w.closed = true
	servers := w.servers
	w.servers = nil
	w.mu.Unlock()
	w.end()
	for _, s := range servers {
		s.Close() // its listener's error changes nothing: it is closed either way
	}
	w.running.Wait()
	return w.tellEnd()
}

// start runs f as part of the world, unless the world is closed.
func (w *World) start(f func()) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return false
	}
	w.running.Go(f)
	return true
}
