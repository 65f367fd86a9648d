package rehearsal_test

// world_test.go: addresses lead where the account says, and the world outlives its program.

import (
	"context"
	"errors"
	"io"
	"net"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"tminus/rehearsal"
)

func TestAddressesRoute(t *testing.T) {
	b := open(t, "")
	ctx := t.Context()
	if _, err := b.Dial(ctx, "tcp", "198.51.100.1:22"); !timedOut(err) {
		t.Fatalf("an address where nobody is: %v", err)
	}
	id, auto := b.launch()
	out, hostKey, err := b.shell(auto+":22", "hostname")
	if err != nil || !strings.HasPrefix(out, "ip-172-31-") {
		t.Fatalf("ssh to the automatic address: %q %v", out, err)
	}
	a := must(b.ec2.AllocateAddress(ctx, &ec2.AllocateAddressInput{}))(t)
	if _, _, err := b.get("http://" + *a.PublicIp + "/healthz"); !timedOut(err) {
		t.Fatalf("an address that is not associated: %v", err)
	}
	kept := must(b.Dial(ctx, "tcp", auto+":22"))(t)
	defer kept.Close()
	must(b.ec2.AssociateAddress(ctx, &ec2.AssociateAddressInput{AllocationId: a.AllocationId, InstanceId: &id, AllowReassociation: aws.Bool(false)}))(t)
	asked := b.clock.now()
	if status, body, err := b.get("http://" + *a.PublicIp + "/healthz"); err != nil || status != 200 {
		t.Fatalf("through the Elastic IP: %d %q %v", status, body, err)
	}
	if took := b.clock.now().Sub(asked); took < 3*time.Second || took > 7*time.Second {
		t.Fatalf("traffic followed the address after %v", took)
	}
	if _, same, err := b.shell(*a.PublicIp+":22", "true"); err != nil || same != hostKey {
		t.Fatalf("behind the Elastic IP is %s, not %s: %v", same, hostKey, err)
	}
	if _, err := b.Dial(ctx, "tcp", auto+":22"); !timedOut(err) {
		t.Fatalf("the automatic address is gone, but: %v", err)
	}
	if _, err := io.Copy(io.Discard, kept); timedOut(err) {
		t.Fatal("the connection through the old address is still open")
	}
	if _, err := b.Dial(ctx, "tcp", *a.PublicIp+":443"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Fatalf("a port where nothing listens: %v", err)
	}
	if _, err := b.Dial(ctx, "tcp", *a.PublicIp+":8080"); !timedOut(err) {
		t.Fatalf("a port the group does not open: %v", err)
	}
}

func TestNames(t *testing.T) {
	b := open(t, "")
	_, ip := b.launch()
	name := "ec2-" + strings.ReplaceAll(ip, ".", "-") + ".ap-southeast-1.compute.amazonaws.com"
	if got, err := b.Resolve(t.Context(), name); err != nil || len(got) != 1 || got[0] != ip {
		t.Fatalf("%s is at %v, %v", name, got, err)
	}
	if status, _, err := b.get("http://" + name + "/healthz"); err != nil || status != 200 {
		t.Fatalf("by name: %d %v", status, err)
	}
	var dns *net.DNSError
	if _, err := b.Dial(t.Context(), "tcp", "scp.example:80"); !errors.As(err, &dns) || !dns.IsNotFound {
		t.Fatalf("a name of another world: %v", err)
	}
}

func TestServicesComeUpAfterBoot(t *testing.T) {
	b := open(t, "")
	id := *must(b.run(b.prepare(), "T4-1"))(t).Instances[0].InstanceId
	for b.address(id) == "" {
		b.clock.pass(time.Second)
	}
	for _, port := range []string{":22", ":80"} {
		if _, err := b.Dial(t.Context(), "tcp", b.address(id)+port); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Fatalf("port %s just after boot: %v", port, err)
		}
	}
	b.clock.pass(time.Minute)
	c := must(b.Dial(t.Context(), "tcp", b.address(id)+":22"))(t)
	c.Close()
}

func TestDeadlineEndsSilence(t *testing.T) {
	c := &clock{t: time.Date(2019, 2, 7, 8, 0, 0, 0, time.UTC)}
	asleep := func(ctx context.Context, _ time.Duration) error { <-ctx.Done(); return ctx.Err() } // the pretend clock stands
	w, err := rehearsal.Open(rehearsal.Options{Now: c.now, Sleep: asleep})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := w.Dial(ctx, "tcp", "198.51.100.1:22"); !timedOut(err) || !strings.Contains(err.Error(), "i/o timeout") {
		t.Fatalf("got %v", err)
	}
	ended := make(chan error)
	go func() { _, err := w.Dial(context.Background(), "tcp", "198.51.100.1:22"); ended <- err }()
	w.Close()
	if err := <-ended; err == nil {
		t.Fatal("a dial outlived its world")
	}
}

func TestWorldOutlivesItsProgram(t *testing.T) {
	path := t.TempDir() + "/world.json"
	b := open(t, path, rehearsal.Throttle)
	if err := b.Lift(rehearsal.Throttle); err != nil {
		t.Fatal(err)
	}
	id, ip := b.launch()
	_, hostKey, err := b.shell(ip+":22", "true")
	if err != nil {
		t.Fatal(err)
	}
	before, saved := b.Inventory(), b.Saved()
	b.Close()
	if from, err := rehearsal.SavedTime(path); err != nil || !from.Equal(saved) {
		t.Fatalf("the file says %v, %v", from, err)
	}
	again := reopen(t, b.clock, path, rehearsal.SSHRefused)
	again.signer = b.signer
	if after := again.Inventory(); !reflect.DeepEqual(before, after) || !again.Saved().Equal(saved) || saved.IsZero() {
		t.Fatalf("reopened at %v:\n%+v\n%+v", again.Saved(), before, after)
	}
	if got := again.Faults(); !reflect.DeepEqual(got, []string{rehearsal.SSHRefused}) {
		t.Fatalf("faults in force: %v", got)
	}
	if err := again.Lift(rehearsal.SSHRefused); err != nil {
		t.Fatal(err)
	}
	if _, same, err := again.shell(ip+":22", "true"); err != nil || same != hostKey || again.address(id) != ip {
		t.Fatalf("the machine came back as %s, not %s: %v", same, hostKey, err)
	}
	if _, err := rehearsal.Open(rehearsal.Options{Now: b.clock.now, Sleep: b.clock.sleep, Path: t.TempDir()}); err == nil {
		t.Fatal("a folder opened as a world")
	}
}

func TestListenStaysAtHome(t *testing.T) {
	for _, address := range []string{":4566", "0.0.0.0:4566", "192.0.2.1:80", "nonsense"} {
		if _, err := rehearsal.Listen(address); err == nil {
			t.Errorf("pretend AWS was offered on %s", address)
		}
	}
}
