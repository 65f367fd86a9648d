package awsops_test

// prove_test.go: what a rollback is told before it is offered: there and ours, gone, or not to be told.

import (
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

// proofs asks about every effect that has an undo, by step.
func (f *flight) proofs(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, e := range f.done {
		if e.step.Undo == nil {
			continue
		}
		says, there, err := e.step.Undo.Prove(t.Context(), e.call)
		switch {
		case err != nil:
			out[e.step.ID] = "error: " + err.Error()
		case there:
			out[e.step.ID] = "there: " + says
		default:
			out[e.step.ID] = "gone: " + says
		}
	}
	return out
}

func wantProofs(t *testing.T, got, want map[string]string) {
	t.Helper()
	for step, words := range want {
		for _, w := range strings.Split(words, "|") {
			if !strings.Contains(got[step], w) {
				t.Errorf("%s: %q lacks %q", step, got[step], w)
			}
		}
	}
	if len(got) != len(want) {
		t.Errorf("proofs of %d effects, wanted %d: %v", len(got), len(want), got)
	}
}

func TestProve(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	if err := f.day(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	before := w.Inventory()
	ours := "tagged tminus:run=" + f.run
	wantProofs(t, f.proofs(t), map[string]string{"key": "there: |" + ours, "group": "there: in the network, with 3 rules|" + ours, "instance": "there: running, " + ours,
		"allocate":  "there: |" + f.facts[tasks.FactElasticIP] + " serves instance " + f.facts[tasks.FactInstance] + "|" + ours,
		"associate": "there: |serves instance " + f.facts[tasks.FactInstance] + "|" + ours})
	if d := cmp.Diff(before, w.Inventory()); d != "" {
		t.Errorf("a proof changed the account: %s", d)
	}
	flown := f.done
	if err := f.undo(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.done = flown
	wantProofs(t, f.proofs(t), map[string]string{"key": "gone: ", "group": "gone: ", "instance": "gone: terminated already", "allocate": "gone: ", "associate": "gone: "})
}

// TestProveOfTheYoung: what was made a moment ago and is not found may be there all the same.
func TestProveOfTheYoung(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	launch := a.Launch(scp())
	for _, id := range []string{"identity", "image", "network", "key", "group"} {
		if err := f.step(t.Context(), "T4", *launch.Step(id)); err != nil {
			t.Fatal(err)
		}
	}
	hand := console(t, w)
	if _, err := hand.DeleteSecurityGroup(t.Context(), &ec2.DeleteSecurityGroupInput{GroupId: aws.String(f.facts[tasks.FactGroup])}); err != nil {
		t.Fatal(err)
	}
	if _, err := hand.DeleteKeyPair(t.Context(), &ec2.DeleteKeyPairInput{KeyName: aws.String(f.facts[tasks.FactKeyName])}); err != nil {
		t.Fatal(err)
	}
	wantProofs(t, f.proofs(t), map[string]string{"key": "error: |no proof that it is gone|2m0s", "group": "error: |no proof that it is gone"})
	c.Wait(t.Context(), 2*time.Minute)
	wantProofs(t, f.proofs(t), map[string]string{"key": "gone: no longer there", "group": "gone: no longer there"})
}

// TestProveOfTheYoungAssociation: an address where it was before is back there, or has not been seen to leave.
func TestProveOfTheYoungAssociation(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	must(t, f.day(t.Context(), a))
	earlier, err := w.Settle()
	must(t, err)
	must(t, c.Wait(t.Context(), time.Minute))
	e := f.effect(t, "associate")
	e.call.Pre, e.call.At = map[string]string{"address.instance": earlier}, c.Now()
	_, err = e.step.Undo.Do(t.Context(), e.call)
	must(t, err)
	e.call.At = c.Now() // to this account it looks as if it had been made just now
	if says, there, err := e.step.Undo.Prove(t.Context(), e.call); there || err == nil || !strings.Contains(err.Error(), "no proof that it is gone") {
		t.Errorf("%q, %v, %v", says, there, err)
	}
	must(t, c.Wait(t.Context(), 2*time.Minute))
	if says, there, err := e.step.Undo.Prove(t.Context(), e.call); there || err != nil || !strings.Contains(says, earlier) {
		t.Errorf("%q, %v, %v", says, there, err)
	}
}

func TestProveOfOthers(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	if err := f.day(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	hand := console(t, w)
	stranger, err := w.Settle()
	if err != nil {
		t.Fatal(err)
	}
	user, err := hand.RunInstances(t.Context(), &ec2.RunInstancesInput{ImageId: aws.String(f.plan.Environment.Instance.AMI), InstanceType: "t2.micro",
		MinCount: aws.Int32(1), MaxCount: aws.Int32(1), SecurityGroupIds: []string{f.facts[tasks.FactGroup]}, SubnetId: aws.String(f.facts["network.subnet"])})
	if err != nil {
		t.Fatal(err)
	}
	c.Wait(t.Context(), time.Minute)
	if _, err = hand.AssociateAddress(t.Context(), &ec2.AssociateAddressInput{AllocationId: aws.String(f.facts[tasks.FactAllocation]),
		InstanceId: aws.String(stranger), AllowReassociation: aws.Bool(true)}); err != nil {
		t.Fatal(err)
	}
	got := f.proofs(t)
	wantProofs(t, got, map[string]string{"key": "there: ", "instance": "there: running",
		"group":    "there: |stays as long as instance " + aws.ToString(user.Instances[0].InstanceId) + " of somebody else",
		"allocate": "there: |serves instance " + stranger + " of somebody else and stays", "associate": "gone: |serves instance " + stranger})

	e := f.effect(t, "associate") // had it been due back at a third one, it would stay where it is
	e.call.Pre = map[string]string{"address.instance": "i-0123456789abcdef0"}
	says, there, err := e.step.Undo.Prove(t.Context(), e.call)
	if err != nil || !there || !strings.Contains(says, "stays as it is") {
		t.Errorf("%q, %v, %v", says, there, err)
	}

	if _, err := hand.CreateTags(t.Context(), &ec2.CreateTagsInput{
		Resources: []string{f.facts[tasks.FactInstance], w.Inventory().KeyPairs[0].ID, f.facts[tasks.FactGroup], f.facts[tasks.FactAllocation]},
		Tags:      []types.Tag{{Key: aws.String(tasks.RunTag), Value: aws.String("SCP100X0219-2")}}}); err != nil {
		t.Fatal(err)
	}
	foreign := "error: |does not carry the tag tminus:run=" + f.run
	wantProofs(t, f.proofs(t), map[string]string{"key": foreign, "group": foreign, "instance": foreign, "allocate": foreign, "associate": "gone: "})
}

// TestProveThatCannotBeTold: elsewhere, denied or answered with nonsense, nothing is proved either way.
func TestProveThatCannotBeTold(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	f := newFlight(c, scp())
	if err := f.day(t.Context(), reach(t, w.url, nil, nil)); err != nil {
		t.Fatal(err)
	}
	answering := func(status int, code string) func(*cloud.Options) {
		return func(o *cloud.Options) {
			o.Before = func(r cloud.Request) *cloud.Fault {
				if strings.HasPrefix(r.Operation, "Describe") {
					return &cloud.Fault{Status: status, Code: code, Message: "no"}
				}
				return nil
			}
		}
	}
	for word, change := range map[string]func(*cloud.Options){
		"610000000099":          func(o *cloud.Options) { o.AccountID = "610000000099" },
		"UnauthorizedOperation": answering(403, "UnauthorizedOperation"),
		"DependencyViolation":   answering(400, "DependencyViolation"), // an answer that makes no sense here
	} {
		a := reach(t, pretend(t, c, change).url, nil, nil)
		for n, e := range f.done {
			for _, action := range []tasks.Action{a.Launch(scp()), a.Assign(scp())} {
				if s := action.Step(e.step.ID); s != nil {
					f.done[n].step = *s
				}
			}
		}
		want := map[string]string{}
		for _, id := range []string{"key", "group", "instance", "allocate", "associate"} {
			want[id] = "error: |" + word
		}
		wantProofs(t, f.proofs(t), want)
	}
}
