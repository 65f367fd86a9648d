package rehearsal_test

// seam_test.go: calls that get lost or last, reads that are late, and other people's acts.

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/rehearsal"
)

func (b *bench) allocate() error {
	_, err := b.ec2.AllocateAddress(b.Context(), &ec2.AllocateAddressInput{})
	return err
}

func TestLostRequest(t *testing.T) {
	path := t.TempDir() + "/world.json"
	b := open(t, path, rehearsal.LostRequest)
	must(b.ec2.DescribeAddresses(t.Context(), &ec2.DescribeAddressesInput{}))(t)
	if err := b.allocate(); err == nil || len(b.Inventory().Addresses) != 0 {
		t.Fatalf("the first request arrived: %v", err)
	}
	b.Close()
	b = reopen(t, b.clock, path)
	if err := b.allocate(); err != nil || len(b.Inventory().Addresses) != 1 {
		t.Fatalf("after a restart the second request was lost as well: %v", err)
	}
}

func TestFaultOfOneOperation(t *testing.T) {
	b := open(t, "", rehearsal.LostAnswer+":AllocateAddress")
	b.prepare() // three other changes, answered
	if err := b.allocate(); err == nil || len(b.Inventory().Addresses) != 1 {
		t.Fatalf("the answer was not lost: %v", err)
	}
	if err := b.allocate(); err != nil {
		t.Fatal(err)
	}
	for name, says := range map[string]string{
		"lost-answer:DescribeAddresses": "no operation", "throttle:Conquer": "no operation", "slow:": "no operation",
		"decoy:RunInstances": "not about single calls", "storm:RunInstances": "launch-fails", ":": "launch-fails",
	} {
		if err := b.Inject(name); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want words of %q", name, err, says)
		}
	}
}

// slowly gives a test a slow world in a bubble, where real time is the bubble's, and clients whose patience ends.
func slowly(t *testing.T, test func(t *testing.T, w *rehearsal.World, patience func(time.Duration) *ec2.Client)) {
	synctest.Test(t, func(t *testing.T) {
		sleep := func(ctx context.Context, d time.Duration) error { return ctx.Err() }
		w, err := rehearsal.Open(rehearsal.Options{Now: time.Now, Sleep: sleep, Seed: 3, Faults: []string{rehearsal.Slow}})
		if err != nil {
			t.Fatal(err)
		}
		wires := newPipes()
		served := make(chan error, 1)
		go func() { served <- w.ServeAWS(wires) }()
		transport := &http.Transport{DialContext: wires.dial}
		id, secret := w.Credentials()
		test(t, w, func(d time.Duration) *ec2.Client {
			return ec2.New(ec2.Options{Region: rehearsal.Region, BaseEndpoint: aws.String("http://pretend.aws"), Retryer: aws.NopRetryer{},
				HTTPClient: &http.Client{Transport: readOnly{transport}, Timeout: d}, Credentials: credentials.NewStaticCredentialsProvider(id, secret, "")})
		})
		transport.CloseIdleConnections()
		w.Close()
		if err := <-served; err != nil {
			t.Fatal(err)
		}
	})
}

func TestSlow(t *testing.T) {
	slowly(t, func(t *testing.T, w *rehearsal.World, patience func(time.Duration) *ec2.Client) {
		client, began := patience(10*time.Second), time.Now()
		took := func(want time.Duration) {
			t.Helper()
			if d := time.Since(began); d != want {
				t.Errorf("it took %v, want %v", d, want)
			}
			began = time.Now()
		}
		must(client.DescribeAddresses(t.Context(), &ec2.DescribeAddressesInput{}))(t)
		took(2 * time.Second)
		if _, err := client.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{}); err == nil || len(w.Inventory().Addresses) != 1 {
			t.Fatalf("the first change: %v, and %d addresses", err, len(w.Inventory().Addresses))
		}
		took(10 * time.Second)
		must(client.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{}))(t)
		took(2 * time.Second)
		two := w.Inventory().Addresses
		must(patience(time.Minute).ReleaseAddress(t.Context(), &ec2.ReleaseAddressInput{AllocationId: &two[0].ID}))(t)
		took(17 * time.Second)
		if err := w.Lift(rehearsal.Slow); err != nil {
			t.Fatal(err)
		}
		must(client.DescribeAddresses(t.Context(), &ec2.DescribeAddressesInput{}))(t)
		took(0)
	})
}

func TestNobodyWaitsForASlowWorldThatEnds(t *testing.T) {
	slowly(t, func(t *testing.T, w *rehearsal.World, patience func(time.Duration) *ec2.Client) {
		began, failed := time.Now(), make(chan error)
		go func() {
			_, err := patience(time.Minute).AllocateAddress(t.Context(), &ec2.AllocateAddressInput{})
			failed <- err
		}()
		synctest.Wait() // until the request is before the world, and waits
		w.Close()
		if err := <-failed; err == nil || time.Since(began) != 0 || len(w.Inventory().Addresses) != 0 {
			t.Fatalf("after %v: %v, and %d addresses", time.Since(began), err, len(w.Inventory().Addresses))
		}
	})
}

// seen is what a group of that name looks like, second by second, from just after it was made.
func (b *bench) seen(name string, seconds int) (looks []bool) {
	b.Helper()
	group := ec2.CreateSecurityGroupInput{GroupName: &name, Description: &name, VpcId: aws.String(rehearsal.VPCID)}
	must(b.ec2.CreateSecurityGroup(b.Context(), &group))(b)
	for range seconds {
		out := must(b.ec2.DescribeSecurityGroups(b.Context(), &ec2.DescribeSecurityGroupsInput{
			Filters: []types.Filter{{Name: aws.String("group-name"), Values: []string{name}}}}))(b)
		looks = append(looks, len(out.SecurityGroups) == 1)
		b.clock.pass(time.Second)
	}
	_, err := b.ec2.CreateSecurityGroup(b.Context(), &group)
	refused(b, err, "InvalidGroup.Duplicate") // changes act on the true state
	return looks
}

func TestStaleReads(t *testing.T) {
	flips := 0
	for _, name := range []string{"one", "two", "three"} {
		b := open(t, "", rehearsal.StaleReads)
		looks := b.seen(name, 30)
		if looks[0] || looks[1] || slices.Contains(looks[20:], false) {
			t.Errorf("%s was to be late at first, and seen from the 20th second on: %v", name, looks)
		}
		for n := range looks[1:] {
			if looks[n] && !looks[n+1] {
				flips++
			}
		}
		if again := open(t, "", rehearsal.StaleReads).seen(name, 30); !slices.Equal(looks, again) {
			t.Errorf("the same seed is late otherwise:\n%v\n%v", looks, again)
		}
	}
	if flips == 0 {
		t.Error("nothing that was seen was out of sight again")
	}
}

func TestStaleReadsOutliveTheProgram(t *testing.T) {
	path := t.TempDir() + "/world.json"
	b := open(t, path, rehearsal.StaleReads)
	if err := b.allocate(); err != nil {
		t.Fatal(err)
	}
	id := b.Inventory().Addresses[0].ID
	look := func() error {
		_, err := b.ec2.DescribeAddresses(t.Context(), &ec2.DescribeAddressesInput{AllocationIds: []string{id}})
		return err
	}
	refused(t, look(), "InvalidAllocationID.NotFound")
	b.Close()
	b = reopen(t, b.clock, path)
	refused(t, look(), "InvalidAllocationID.NotFound")
	if err := b.Lift(rehearsal.StaleReads); err != nil {
		t.Fatal(err)
	}
	if err := look(); err != nil {
		t.Fatal(err)
	}
}

func TestForeignActor(t *testing.T) {
	b := open(t, "")
	ctx := t.Context()
	id, auto := b.launch()
	a := must(b.ec2.AllocateAddress(ctx, &ec2.AllocateAddressInput{}))(t)
	if err := b.Inject(rehearsal.ForeignActor); err != nil { // in flight
		t.Fatal(err)
	}
	associate := func() string {
		t.Helper()
		must(b.ec2.AssociateAddress(ctx, &ec2.AssociateAddressInput{AllocationId: a.AllocationId, InstanceId: &id}))(t)
		return b.Inventory().Addresses[0].InstanceID
	}
	if on := associate(); on == id || on == "" {
		t.Fatalf("the address is on %s", on)
	}
	if ip := b.address(id); ip == "" || ip == auto || ip == *a.PublicIp {
		t.Errorf("our instance is at %q now, and was at %s", ip, auto)
	}
	if on := associate(); on != id {
		t.Fatalf("they came twice: the address is on %s", on)
	}
}

func TestDecoy(t *testing.T) {
	b := open(t, "", rehearsal.Decoy)
	ctx := t.Context()
	tag := []types.Tag{{Key: aws.String("run"), Value: aws.String("7")}}
	group := b.prepare()
	must(b.ec2.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{group, b.Inventory().KeyPairs[0].ID}, Tags: tag}))(t)
	subnet := must(b.ec2.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{}))(t).Subnets[0]
	run := &ec2.RunInstancesInput{
		ImageId: aws.String(rehearsal.ImageID), InstanceType: "t2.micro", MinCount: aws.Int32(1), MaxCount: aws.Int32(1), KeyName: aws.String("scp"),
		SubnetId: subnet.SubnetId, SecurityGroupIds: []string{group}, ClientToken: aws.String("T4-1"),
		TagSpecifications: []types.TagSpecification{{ResourceType: "instance", Tags: append(tag, types.Tag{Key: aws.String("only"), Value: aws.String("ours")})}},
	}
	first := must(b.ec2.RunInstances(ctx, run))(t).Instances[0].InstanceId
	if again := must(b.ec2.RunInstances(ctx, run))(t).Instances[0].InstanceId; *again != *first {
		t.Fatalf("the same launch gave %s and then %s", *first, *again)
	}
	now, theirs := b.Inventory(), "owner=another team,run=7"
	if len(now.Instances) != 2 || len(now.Groups) != 3 || len(now.KeyPairs) != 2 || len(now.Addresses) != 1 || now.Addresses[0].Tags != theirs {
		t.Fatalf("not one look-alike of each: %+v", now)
	}
	for _, i := range now.Instances {
		if i.ID != *first && i.Tags != theirs {
			t.Errorf("their instance is tagged %s, want %s", i.Tags, theirs)
		}
	}
	key := must(b.ec2.DescribeKeyPairs(ctx, &ec2.DescribeKeyPairsInput{KeyNames: []string{"scp-copy"}}))(t).KeyPairs[0]
	copied := must(b.ec2.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{
		Filters: []types.Filter{{Name: aws.String("group-name"), Values: []string{"scp-copy"}}}}))(t).SecurityGroups
	if len(key.Tags) != 2 || len(copied) != 1 || len(copied[0].Tags) != 2 || len(copied[0].IpPermissions) != 3 {
		t.Errorf("their key pair and group: %+v, %+v", key, copied)
	}
}
