package awsops_test

// undo_test.go: the way back, when others have been at our things meanwhile.

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"tminus/rehearsal/cloud"
	"tminus/tasks"
)

// TestWrongAccountIsNotGone: in another account everything of ours is "not found",
// and neither Find nor the undo may take that for an answer.
func TestWrongAccountIsNotGone(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	if err := f.day(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	other := pretend(t, c, func(o *cloud.Options) { o.AccountID = "610000000099" })
	b := reach(t, other.url, nil, nil)
	for _, action := range []tasks.Action{b.Launch(scp()), b.Assign(scp())} {
		for _, e := range f.done {
			s := action.Step(e.step.ID)
			if s == nil {
				continue
			}
			_, found, err := s.Find(t.Context(), e.call)
			if found || err == nil {
				t.Errorf("%s: found %v, %v", s.ID, found, err)
			}
			if s.Undo == nil {
				continue
			}
			if _, err := s.Undo.Do(t.Context(), e.call); err == nil {
				t.Errorf("%s: undone in another account", s.ID)
			}
			if gone, err := s.Undo.Gone(t.Context(), e.call); gone || err == nil {
				t.Errorf("%s: gone %v, %v", s.ID, gone, err)
			}
		}
	}
}

func TestForeignTagIsUntouched(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	if err := f.day(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	now := w.Inventory()
	_, err := console(t, w).CreateTags(t.Context(), &ec2.CreateTagsInput{
		Resources: []string{now.Instances[0].ID, now.KeyPairs[0].ID, f.facts[tasks.FactGroup], now.Addresses[0].ID},
		Tags:      []types.Tag{{Key: aws.String(tasks.RunTag), Value: aws.String("SCP100X0219-2")}}})
	if err != nil {
		t.Fatal(err)
	}
	now = w.Inventory()
	undone := 0
	for _, e := range f.done {
		if e.step.Undo == nil {
			continue
		}
		undone++
		r, err := e.step.Undo.Do(t.Context(), e.call)
		if err != nil {
			t.Error(err)
		}
		wantSentence(t, errors.New(r.Left), "tminus:run=SCP100X0219-1", "untouched")
	}
	if d := cmp.Diff(now, w.Inventory()); d != "" || undone != 5 {
		t.Errorf("%d effects: %s", undone, d)
	}
}

func TestAddressTaken(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	if err := f.fly(t.Context(), "T4", a.Launch(scp())); err != nil {
		t.Fatal(err)
	}
	assign := a.Assign(scp())
	if err := f.step(t.Context(), "T7", *assign.Step("allocate")); err != nil {
		t.Fatal(err)
	}
	stranger, err := w.Settle()
	if err != nil {
		t.Fatal(err)
	}
	c.Wait(t.Context(), time.Minute)
	if _, err := w.Seize(stranger); err != nil {
		t.Fatal(err)
	}
	err = f.step(t.Context(), "T7", *assign.Step("associate"))
	wantSentence(t, err, stranger, "Resource.AlreadyAssociated", f.facts[tasks.FactElasticIP])
	if errors.Is(err, tasks.ErrUnknown) {
		t.Error("a refusal is definite")
	}
	if err := f.undo(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantSentence(t, errors.New(strings.Join(f.left, "\n")), stranger, "somebody else", "$0.005")
	if len(f.left) != 1 || w.Inventory().Addresses[0].InstanceID != stranger {
		t.Error("the stranger lost the address")
	}
}

// TestMovedAwayIsLeft: an address that somebody moved on is not taken back by the undo.
func TestMovedAwayIsLeft(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	if err := f.day(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	stranger, err := w.Settle()
	if err != nil {
		t.Fatal(err)
	}
	c.Wait(t.Context(), time.Minute)
	_, err = console(t, w).AssociateAddress(t.Context(), &ec2.AssociateAddressInput{AllocationId: aws.String(f.facts[tasks.FactAllocation]),
		InstanceId: aws.String(stranger), AllowReassociation: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.undo(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantSentence(t, errors.New(strings.Join(f.left, "\n")), stranger, "somebody else")
	if now := w.Inventory(); len(f.left) != 1 || len(now.Addresses) != 1 || now.Addresses[0].InstanceID != stranger || len(now.KeyPairs) != 0 {
		t.Errorf("left %q; %+v", f.left, now)
	}
}

// TestAddressGoesBack: where the address served another instance before, undo puts it back there.
func TestAddressGoesBack(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	if err := f.day(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	earlier, err := w.Settle()
	if err != nil {
		t.Fatal(err)
	}
	c.Wait(t.Context(), time.Minute)
	e := f.done[len(f.done)-1]
	e.call.Pre = map[string]string{"address.instance": earlier, "address.association_id": "eipassoc-0123456789abcdef0"}
	if words := e.step.Undo.Describe(e.call); !strings.Contains(words.Title, earlier) {
		t.Errorf("the review does not say where it goes: %+v", words)
	}
	if gone, err := e.step.Undo.Gone(t.Context(), e.call); gone || err != nil {
		t.Errorf("gone %v, %v", gone, err)
	}
	if _, err := e.step.Undo.Do(t.Context(), e.call); err != nil {
		t.Fatal(err)
	}
	if got := w.Inventory().Addresses[0].InstanceID; got != earlier {
		t.Errorf("the address serves %s", got)
	}
	if gone, err := e.step.Undo.Gone(t.Context(), e.call); !gone || err != nil {
		t.Errorf("gone %v, %v", gone, err)
	}
	if r, err := e.step.Undo.Do(t.Context(), e.call); err != nil || r.Left != "" { // a crash came before the journal heard of it
		t.Errorf("again: %+v, %v", r, err)
	}
}

// TestGroupInUseStays: a group that somebody else took into use is named, and the way back goes on.
func TestGroupInUseStays(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	if err := f.day(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	_, err := console(t, w).RunInstances(t.Context(), &ec2.RunInstancesInput{ImageId: aws.String(f.plan.Environment.Instance.AMI), InstanceType: "t2.micro",
		MinCount: aws.Int32(1), MaxCount: aws.Int32(1), SecurityGroupIds: []string{f.facts[tasks.FactGroup]}, SubnetId: aws.String(f.facts["network.subnet"])})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.undo(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantSentence(t, errors.New(strings.Join(f.left, "\n")), f.facts[tasks.FactGroup], "DependencyViolation")
	if now := w.Inventory(); len(f.left) != 1 || len(now.KeyPairs) != 0 || len(now.Addresses) != 0 {
		t.Errorf("left %q; %+v", f.left, now)
	}
}

// TestAddressInUseIsNotReleased: out of order, the address would be taken off our own instance without a word.
func TestAddressInUseIsNotReleased(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	if err := f.day(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	e := f.done[len(f.done)-2]
	r, err := e.step.Undo.Do(t.Context(), e.call)
	wantSentence(t, err, "disassociate it first")
	if r.Left != "" || w.Inventory().Addresses[0].InstanceID != f.facts[tasks.FactInstance] {
		t.Errorf("%+v", r)
	}
}
