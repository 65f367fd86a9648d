package awsops_test

// attempt_test.go: the same task flown again after a rollback, and strangers that
// look like ours. Nothing of one attempt is taken for the other's, and what the
// journal does not name is nobody's to undo.

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"tminus/awsops"
	"tminus/tasks"
)

// made are the ids of all that the flown effects made, by step.
func (f *flight) made() map[string]string {
	ids := map[string]string{}
	for _, e := range f.done {
		for _, r := range e.call.Made {
			ids[e.step.ID] += r.ID
		}
	}
	return ids
}

func TestSecondAttempt(t *testing.T) {
	for name, keep := range map[string]bool{"all was undone": false, "all was kept": true} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			w := pretend(t, c, nil)
			dir := t.TempDir()
			a := reach(t, w.url, nil, func(o *awsops.Options) { o.RunDir = dir })
			p := scp()
			if keep {
				p.Rollback.Instance, p.Rollback.Address, p.Rollback.Group, p.Rollback.Key = "keep", "keep", "keep", "keep"
			}
			f := newFlight(c, p)
			must(t, f.day(t.Context(), a))
			first, flown := f.made(), f.done
			must(t, f.undo(t.Context()))
			between := w.Inventory()

			f.attempt, f.plan = 2, scp()
			f.facts = map[string]string{} // kept or not, a reopened run learns anew
			must(t, f.day(t.Context(), a))
			second := f.made()
			if len(second) != 5 || !slices.Equal(slices.Sorted(maps.Keys(first)), slices.Sorted(maps.Keys(second))) {
				t.Errorf("made %v, then %v", first, second)
			}
			for step, id := range second {
				if id == first[step] {
					t.Errorf("%s of both attempts is %s", step, id)
				}
			}
			keys, err := filepath.Glob(filepath.Join(dir, "keys", "*.pem"))
			must(t, err)
			if len(keys) != 2 {
				t.Fatalf("key files %v", keys)
			}
			one, err := os.ReadFile(keys[0])
			must(t, err)
			two, err := os.ReadFile(keys[1])
			must(t, err)
			if string(one) == string(two) {
				t.Error("both attempts have one key")
			}
			for _, e := range f.done { // asked again, the world tells of this attempt
				if r, found, err := e.step.Find(t.Context(), e.call); err != nil || !found || !slices.Equal(r.Made, e.call.Made) {
					t.Errorf("%s: found %v, %v: %v instead of %v", e.step.ID, found, err, r.Made, e.call.Made)
				}
			}
			for _, e := range flown {
				if e.step.Undo == nil {
					continue
				}
				if says, there, err := e.step.Undo.Prove(t.Context(), e.call); err != nil || there != (keep && e.step.ID != "associate") {
					t.Errorf("%s of the first attempt: %q, %v, %v", e.step.ID, says, there, err)
				}
			}
			must(t, f.undo(t.Context()))
			if d := cmp.Diff(between.WithoutTerminated(), w.Inventory().WithoutTerminated()); d != "" {
				t.Errorf("the second attempt left or took away:\n%s", d)
			}
		})
	}
}

// TestDecoys: things of others with all our tags copied, intent and all. Their ids are in no journal.
func TestDecoys(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	hand, ctx := console(t, w), t.Context()
	decoys := func() {
		t.Helper()
		tags := func(kind types.ResourceType, step string) []types.TagSpecification {
			return []types.TagSpecification{{ResourceType: kind, Tags: []types.Tag{{Key: aws.String(tasks.RunTag), Value: aws.String(f.run)},
				{Key: aws.String(tasks.IntentTag), Value: aws.String(f.effect(t, step).call.Token)}}}}
		}
		_, err := hand.ImportKeyPair(ctx, &ec2.ImportKeyPairInput{KeyName: aws.String(f.facts[tasks.FactKeyName] + "-copy"), TagSpecifications: tags(types.ResourceTypeKeyPair, "key"),
			PublicKeyMaterial: []byte("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA3JUUjhLjPqe2zrBd0bYbYXRrSqWjNSj9Z2ZDzOeyI6")})
		must(t, err)
		group, err := hand.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: aws.String(f.facts[tasks.FactKeyName] + "-copy"), Description: aws.String("copy"),
			VpcId: aws.String("vpc-9fcee6f8"), TagSpecifications: tags(types.ResourceTypeSecurityGroup, "group")})
		must(t, err)
		_, err = hand.RunInstances(ctx, &ec2.RunInstancesInput{ImageId: aws.String(f.plan.Environment.Instance.AMI), InstanceType: "t2.micro", MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
			SubnetId: aws.String(f.facts["network.subnet"]), SecurityGroupIds: []string{aws.ToString(group.GroupId)}, TagSpecifications: tags(types.ResourceTypeInstance, "instance")})
		must(t, err)
		_, err = hand.AllocateAddress(ctx, &ec2.AllocateAddressInput{TagSpecifications: tags(types.ResourceTypeElasticIp, "allocate")})
		must(t, err)
	}
	must(t, f.day(ctx, a))
	decoys()
	for _, id := range []string{"key", "group", "instance"} { // an address has no name and no token: there are two of that intent, and both are named
		e := f.effect(t, id)
		if r, found, err := e.step.Find(ctx, e.call); err != nil || !found || !slices.Equal(r.Made, e.call.Made) {
			t.Errorf("%s: found %v, %v: %v instead of %v", id, found, err, r.Made, e.call.Made)
		}
	}
	must(t, f.undo(ctx))
	c.Wait(ctx, 5*time.Minute)
	now := w.Inventory().WithoutTerminated()
	if len(now.KeyPairs) != 1 || len(now.Groups) != 2 || len(now.Instances) != 1 || len(now.Addresses) != 1 || len(f.left) != 0 {
		t.Errorf("left %q; the decoys that are left: %+v", f.left, now)
	}
}
