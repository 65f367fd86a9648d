package awsops_test

// moto_test.go: the same story on moto_server, an AWS that nobody here wrote.
// What moto cannot play is skipped by name.

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/google/go-cmp/cmp"

	"tminus/awsops"
	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

const motoAccount = "123456789012"

// moto starts a server of its own on a free port and ends it with the test.
func moto(t *testing.T) world {
	t.Helper()
	path, err := exec.LookPath("moto_server")
	if err != nil {
		t.Skip("SKIPPED: moto_server is not installed (pip install 'moto[server]==5.2.1'): the AWS actions were flown on the pretend world only")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	cmd := exec.Command(path, "-H", "127.0.0.1", "-p", strconv.Itoa(port))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // moto_server may be a shim that starts a child
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); err != nil {
			t.Error(err)
		}
		cmd.Wait() // killed: its error is no news
	})
	w := world{url: fmt.Sprintf("http://127.0.0.1:%d", port)}
	for deadline := time.Now().Add(30 * time.Second); ; {
		conn, err := net.DialTimeout("tcp", w.url[len("http://"):], time.Second)
		if err == nil {
			conn.Close()
			return w
		}
		if time.Now().After(deadline) {
			t.Fatalf("moto_server does not answer: %v", err)
		}
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// motoPlan is the plan on moto's own account, network and images.
func motoPlan(t *testing.T, client *ec2.Client) *plan.Plan {
	t.Helper()
	vpcs, err := client.DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})
	if err != nil || len(vpcs.Vpcs) != 1 {
		t.Fatalf("moto's default network: %v", err)
	}
	p := scp()
	p.Environment.Account, p.Environment.Instance.VPC = motoAccount, aws.ToString(vpcs.Vpcs[0].VpcId)
	p.Environment.Instance.Ports = append(p.Environment.Instance.Ports, plan.Port{Port: 8443, From: "::/0"})
	return p
}

func motoFlight(t *testing.T, p *plan.Plan) *flight {
	f := newFlight(newClock(), p)
	f.skip = map[string]bool{"image": true, "keyfile": true, "hostkey": true}
	f.facts["image.root_device"] = "/dev/sda1" // the image step would have told
	return f
}

// count is what of ours and others' exists.
func count(t *testing.T, client *ec2.Client) map[string]int {
	t.Helper()
	ctx, n := t.Context(), map[string]int{}
	fail := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	instances, err := client.DescribeInstances(ctx, &ec2.DescribeInstancesInput{})
	fail(err)
	for _, r := range instances.Reservations {
		for _, i := range r.Instances {
			if i.State.Name != "terminated" {
				n["instances"]++
			}
		}
	}
	keys, err := client.DescribeKeyPairs(ctx, &ec2.DescribeKeyPairsInput{})
	fail(err)
	groups, err := client.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{})
	fail(err)
	addresses, err := client.DescribeAddresses(ctx, &ec2.DescribeAddressesInput{})
	fail(err)
	n["keys"], n["groups"], n["addresses"] = len(keys.KeyPairs), len(groups.SecurityGroups), len(addresses.Addresses)
	return n
}

func TestMoto(t *testing.T) {
	w := moto(t)
	client := console(t, w)
	p := motoPlan(t, client)
	before := count(t, client)

	t.Run("day and back", func(t *testing.T) {
		a := reach(t, w.url, nil, nil)
		f := motoFlight(t, p)
		if err := f.day(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		want := map[string]int{"instances": 1, "keys": 1, "groups": before["groups"] + 1, "addresses": 1}
		if d := cmp.Diff(want, count(t, client)); d != "" {
			t.Errorf("not one of each:\n%s", d)
		}
		if f.facts[tasks.FactPublicIP] == "" || f.facts[tasks.FactPublicIP] != f.facts[tasks.FactElasticIP] {
			t.Errorf("facts: %v", f.facts)
		}
		motoReadings(t, a, f)
		if err := f.undo(t.Context()); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(before, count(t, client)); d != "" {
			t.Errorf("left behind:\n%s", d)
		}
	})
	t.Run("lost answers", func(t *testing.T) { // one of each; TestLost takes them one by one
		ops := []string{"ImportKeyPair", "CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "AllocateAddress", "AssociateAddress",
			"DisassociateAddress", "ReleaseAddress", "TerminateInstances", "DeleteSecurityGroup", "DeleteKeyPair"}
		hits := make([]int, len(ops))
		f := motoFlight(t, p)
		f.attempt = 10
		a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
			for n, op := range ops {
				next = lose(op, true, &hits[n])(next)
			}
			return next
		}, nil)
		if err := f.day(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		if err := f.undo(t.Context()); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(before, count(t, client)); d != "" || slices.Contains(hits, 0) {
			t.Errorf("lost %v; left behind:\n%s", hits, d)
		}
	})
	t.Run("taken address", func(t *testing.T) { motoTaken(t, w, client, p) })
	t.Run("wrong account", func(t *testing.T) {
		other := *p
		other.Environment.Account = pretendAccount
		wantSentence(t, motoFlight(t, &other).fly(t.Context(), "T4", reach(t, w.url, nil, nil).Launch(scp())), motoAccount, "nothing was touched")
	})
	t.Run("foreign tag", func(t *testing.T) { motoForeign(t, w, client, p) })
	t.Run("preflight", func(t *testing.T) { motoPreflight(t, w, client, *p) })
	t.Run("again", func(t *testing.T) { motoAgain(t, w, client, p) })
	motoCannot(t, w, p)
}

// motoCannot tries what moto 5.2.1 cannot play. Each try must fail for the known
// reason and is then skipped by name; one that succeeds has to join the story above.
func motoCannot(t *testing.T, w world, p *plan.Plan) {
	hit := 0
	a := reach(t, w.url, nil, nil)
	f := motoFlight(t, p)
	f.attempt = 40
	if err := f.fly(t.Context(), "T4", a.Launch(scp())); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, why, sentence string
		try                 func(*testing.T) error
	}{
		{"image fits the type", "all its images boot by uefi and have no ENA driver", "does not fit", func(t *testing.T) error {
			return f.step(t.Context(), "T4", *a.Launch(scp()).Step("image"))
		}},
		{"fingerprint of the key pair", "it shows ed25519 keys in hexadecimal, AWS in base64 of SHA-256", "has the fingerprint", func(t *testing.T) error {
			return f.step(t.Context(), "T5", *a.Credentials().Step("keyfile"))
		}},
		{"host key on the console", "its console is one fixed text", "no host-key fingerprints", func(t *testing.T) error {
			return f.step(t.Context(), "T5", *a.Credentials().Step("hostkey"))
		}},
		{"metrics", "it does not speak CBOR, the Go SDK's protocol for CloudWatch", "GetMetricData", func(t *testing.T) error {
			_, err := a.Sensors(p, f.run)[2].Read(t.Context(), f.facts, f.clock.Now())
			return err
		}},
		{"lost answer of RunInstances", "it answers 500 to the client-token filter", "DescribeInstances", func(t *testing.T) error {
			lost := motoFlight(t, p)
			lost.attempt = 41
			return lost.fly(t.Context(), "T4", reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
				return lose("RunInstances", true, &hit)(noRetry(next))
			}, nil).Launch(scp()))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.try(t)
			if err == nil {
				t.Fatal("moto has learnt this: fly it with the rest")
			}
			wantSentence(t, err, tt.sentence)
			t.Skipf("SKIPPED on moto 5.2.1, %s: %s (%v)", tt.name, tt.why, err)
		})
	}
}

// motoReadings takes the two readings that moto can give.
func motoReadings(t *testing.T, a *awsops.Account, f *flight) {
	t.Helper()
	var live reading.Readings
	for _, s := range a.Sensors(f.plan, f.run) {
		if s.Name == "metrics" || s.Name == "alarms" { // CloudWatch, in CBOR
			continue
		}
		update, err := s.Read(t.Context(), f.facts, f.clock.Now())
		if err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		if update != nil {
			update(&live)
		}
	}
	one := live.Cloud.ByRole("primary")
	if live.Identity.Account != motoAccount || one == nil || one.State != "running" || one.SystemCheck != "ok" || len(one.Volumes) != 1 || one.Volumes[0].SizeGB != 10 {
		t.Errorf("%+v", live)
	}
	if len(live.Cloud.Addresses) != 1 || !live.Cloud.Addresses[0].Ours {
		t.Errorf("%+v", live.Cloud.Addresses)
	}
}

// motoTaken: somebody associates our fresh address with another instance.
func motoTaken(t *testing.T, w world, client *ec2.Client, p *plan.Plan) {
	a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper { return next }, nil)
	f := motoFlight(t, p)
	f.attempt = 30
	if err := f.fly(t.Context(), "T4", a.Launch(scp())); err != nil {
		t.Fatal(err)
	}
	if err := f.step(t.Context(), "T7", *a.Assign(scp()).Step("allocate")); err != nil {
		t.Fatal(err)
	}
	other, err := client.RunInstances(t.Context(), &ec2.RunInstancesInput{ImageId: aws.String(p.Environment.Instance.AMI), InstanceType: "t2.micro", MinCount: aws.Int32(1), MaxCount: aws.Int32(1)})
	if err != nil {
		t.Fatal(err)
	}
	stranger := aws.ToString(other.Instances[0].InstanceId)
	t.Cleanup(func() {
		if _, err := client.TerminateInstances(context.Background(), &ec2.TerminateInstancesInput{InstanceIds: []string{stranger}}); err != nil {
			t.Error(err)
		}
	})
	if _, err := client.AssociateAddress(t.Context(), &ec2.AssociateAddressInput{AllocationId: aws.String(f.facts[tasks.FactAllocation]), InstanceId: aws.String(stranger)}); err != nil {
		t.Fatal(err)
	}
	wantSentence(t, f.step(t.Context(), "T7", *a.Assign(scp()).Step("associate")), stranger, "Resource.AlreadyAssociated")
}
