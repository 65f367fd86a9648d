package cloud_test

// persistence_test.go: what is saved is what happened, and nothing else happened.

import (
	"errors"
	"net/http"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"tminus/rehearsal/cloud"
)

// disk is where the account saves, and may be full.
type disk struct {
	mu    sync.Mutex
	saved []byte
	saves int
	full  bool
}

func (d *disk) save(state []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.full {
		return errors.New("no space left on device")
	}
	d.saved, d.saves = state, d.saves+1
	return nil
}

func (d *disk) read() (saved []byte, saves int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.saved, d.saves
}

func (d *disk) setFull(full bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full = full
}

func TestReopenedAccountIsTheSame(t *testing.T) {
	d := new(disk)
	b := open(t, func(o *cloud.Options) { o.Save = d.save })
	id, _ := b.launch()
	alloc, _ := b.allocate()
	must(b.associate(alloc, id, nil))(t)
	saved, saves := d.read()
	if saves != 6 {
		t.Fatalf("%d saves for 6 changes", saves)
	}
	b.instance(id)
	if _, saves = d.read(); saves != 6 {
		t.Fatal("a read was saved")
	}
	at := b.clock.now()
	opt := options(b.clock)
	opt.Seed, opt.State = 99, saved // the seed of the state wins
	a, err := cloud.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	if !a.Saved().Equal(at) {
		t.Fatalf("newest change at %v, want %v", a.Saved(), at)
	}
	again := serve(t, b.clock, a)
	b.clock.pass(20 * time.Minute)
	if x, y := b.account.Inventory(), again.account.Inventory(); !reflect.DeepEqual(x, y) {
		t.Fatalf("inventories differ:\n%+v\n%+v", x, y)
	}
	if x, y := b.metric(id, "CPUUtilization", "Average", 300), again.metric(id, "CPUUtilization", "Average", 300); !reflect.DeepEqual(x.Values, y.Values) || len(x.Values) == 0 {
		t.Fatalf("metrics differ: %v %v", x.Values, y.Values)
	}
	one, _ := b.allocate()
	two, _ := again.allocate()
	if one != two {
		t.Fatalf("the next allocation is %s here and %s there", one, two)
	}
	if _, err := cloud.New(cloud.Options{}); err == nil {
		t.Fatal("an account without a clock opened")
	}
	opt.State = []byte("{torn")
	if _, err := cloud.New(opt); err == nil {
		t.Fatal("a torn state opened")
	}
}

func TestUnsavedDidNotHappen(t *testing.T) {
	d := new(disk)
	b := open(t, func(o *cloud.Options) { o.Save = d.save })
	b.prepare()
	before := b.account.Inventory()
	d.setFull(true)
	_, err := b.ec2.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{})
	refused(t, err, "InternalError")
	if after := b.account.Inventory(); !reflect.DeepEqual(before, after) {
		t.Fatalf("an unsaved change stayed: %+v", after)
	}
	d.setFull(false)
	b.allocate()
}

// seam is a pair of faults that the test sets and the server's goroutines read.
type seam struct {
	mu            sync.Mutex
	before, after *cloud.Fault
	seen          []cloud.Request
}

func (s *seam) set(before, after *cloud.Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before, s.after = before, after
}

func (s *seam) strikeBefore(r cloud.Request) *cloud.Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, r)
	return s.before
}

func (s *seam) strikeAfter(cloud.Request) *cloud.Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.after
}

func (s *seam) first() cloud.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen[0]
}

func TestFaults(t *testing.T) {
	s := new(seam)
	b := open(t, func(o *cloud.Options) { o.Before, o.After = s.strikeBefore, s.strikeAfter })
	allocate := func() error {
		_, err := b.ec2.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{})
		return err
	}
	count := func() int { return len(b.account.Inventory().Addresses) }
	s.set(&cloud.Fault{Status: http.StatusServiceUnavailable, Code: "RequestLimitExceeded", Message: "Request limit exceeded."}, nil)
	refused(t, allocate(), "RequestLimitExceeded")
	s.set(&cloud.Fault{Drop: true}, nil)
	if err := allocate(); err == nil || count() != 0 {
		t.Fatalf("dropped before: %v, %d addresses", err, count())
	}
	s.set(nil, &cloud.Fault{Drop: true})
	if err := allocate(); err == nil || count() != 1 {
		t.Fatalf("answer lost: %v, %d addresses", err, count())
	}
	if r := s.first(); r.Service != "ec2" || r.Operation != "AllocateAddress" || !r.Mutates {
		t.Fatalf("the seam saw %+v", r)
	}
}
