package awsops_test

// refusal_test.go: what must not happen: acting in another account, on foreign
// things, past a taken address, on an image that cannot boot, elsewhere than told.

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"tminus/awsops"
	"tminus/rehearsal/cloud"
	"tminus/tasks"
)

// console is somebody else with a browser: a plain SDK client on the same account.
func console(t *testing.T, w world) *ec2.Client {
	return ec2.New(ec2.Options{Region: pretendRegion, BaseEndpoint: aws.String(w.url), Credentials: key{"AKIAOTHER", "other"}, HTTPClient: private(t)})
}

// private is an HTTP client of a test's own. The wires send a copy of the SDK's body, as the real
// wire does (readOnly in wire.go).
func private(t *testing.T) *http.Client {
	own := &http.Transport{}
	t.Cleanup(own.CloseIdleConnections)
	return &http.Client{Transport: wires{own, func(_ string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
		return next.RoundTrip(r)
	}}}
}

func wantSentence(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q lacks %q", err, w)
		}
	}
}

func TestWrongAccount(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	f.plan.Environment.Account = "999999999999"
	before := w.Inventory()
	wantSentence(t, f.fly(t.Context(), "T4", a.Launch(scp())), pretendAccount, "999999999999", "nothing was touched")
	f.facts[tasks.FactInstance] = "i-0123456789abcdef0"
	wantSentence(t, f.fly(t.Context(), "T7", a.Assign(scp())), "nothing was touched")
	if d := cmp.Diff(before, w.Inventory()); d != "" {
		t.Error(d)
	}
	f.plan.Environment.Account, f.plan.Environment.Region = pretendAccount, "eu-west-1"
	wantSentence(t, f.fly(t.Context(), "T4", a.Launch(scp())), "eu-west-1", pretendRegion)
}

func TestSecondAddressIsRefused(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	if err := f.day(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	first := f.facts[tasks.FactElasticIP]
	f.attempt = 2
	wantSentence(t, f.fly(t.Context(), "T7", a.Assign(scp())), "already has the Elastic IP "+first)
}

func TestImageThatCannotBoot(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	f.plan.Environment.Instance.AMI = "ami-0a000000000000002"
	wantSentence(t, f.fly(t.Context(), "T4", a.Launch(scp())), "does not fit t2.micro", "arm64", "uefi")
	f.plan.Environment.Instance.AMI = "ami-0a00000000000000f"
	wantSentence(t, f.fly(t.Context(), "T4", a.Launch(scp())), "not visible", "share it")
	f.plan = scp()
	f.plan.Environment.Instance.VPC = "vpc-00000000"
	wantSentence(t, f.fly(t.Context(), "T4", a.Launch(scp())), "no network vpc-00000000")
	f.plan = scp()
	f.plan.Environment.Instance.Subnet = "subnet-0c000000000000001"
	wantSentence(t, f.fly(t.Context(), "T4", a.Launch(scp())), "no available subnet")
	if len(w.Inventory().KeyPairs) != 0 {
		t.Error("something was made before the looks were done")
	}
}

func TestChangedRulesAndKeyAreSeen(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	dir := t.TempDir()
	a := reach(t, w.url, nil, func(o *awsops.Options) { o.RunDir = dir })
	f := newFlight(c, scp())
	if err := f.fly(t.Context(), "T4", a.Launch(scp())); err != nil {
		t.Fatal(err)
	}
	_, err := console(t, w).AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{GroupId: aws.String(f.facts[tasks.FactGroup]),
		IpPermissions: []types.IpPermission{{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(3306), ToPort: aws.Int32(3306), IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}}}}})
	if err != nil {
		t.Fatal(err)
	}
	wantSentence(t, f.fly(t.Context(), "T5", a.Credentials()), "tcp/3306", "plan")
	if r := f.results["T5/rules"]; r.Verdict != tasks.Fail || len(r.Rows) != 4 {
		t.Errorf("%+v", r)
	}
	path := filepath.Join(dir, "keys", f.facts[tasks.FactKeyName]+".pem")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	wantSentence(t, f.fly(t.Context(), "T5", a.Credentials()), "0600")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	wantSentence(t, f.fly(t.Context(), "T5", a.Credentials()), "keys/", "no such file")
	if err := os.WriteFile(path, []byte("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantSentence(t, f.fly(t.Context(), "T5", a.Credentials()), "no usable private key")
}

// TestKeyFileIsUsedAgain: after a crash between the file and the import there is still one key.
func TestKeyFileIsUsedAgain(t *testing.T) {
	c := newClock()
	w := pretend(t, c, func(o *cloud.Options) {
		o.Before = func(r cloud.Request) *cloud.Fault {
			if r.Operation == "ImportKeyPair" {
				return &cloud.Fault{Status: 503, Code: "RequestLimitExceeded", Message: "Request limit exceeded."}
			}
			return nil
		}
	})
	dir := t.TempDir()
	keys := func() []string {
		all, err := filepath.Glob(filepath.Join(dir, "keys", "*"))
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, p := range all {
			data, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, p+string(data))
		}
		return out
	}
	a := reach(t, w.url, nil, func(o *awsops.Options) { o.RunDir = dir })
	f := newFlight(c, scp())
	wantSentence(t, f.fly(t.Context(), "T4", a.Launch(scp())), "RequestLimitExceeded", "wait a minute")
	first := keys()
	well := pretend(t, c, nil)
	if err := f.fly(t.Context(), "T4", reach(t, well.url, nil, func(o *awsops.Options) { o.RunDir = dir }).Launch(scp())); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(first, keys()); d != "" || len(first) != 1 {
		t.Errorf("%d keys: %s", len(first), d)
	}
}

// TestTokenIsBurnt: the token of a terminated instance launches nothing, and says so.
func TestTokenIsBurnt(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	if err := f.fly(t.Context(), "T4", a.Launch(scp())); err != nil {
		t.Fatal(err)
	}
	step := *a.Launch(scp()).Step("instance")
	call := f.done[len(f.done)-1].call
	other := call
	p := scp()
	p.Environment.Instance.Volume.SizeGB = 12
	other.Plan = p
	_, err := step.Do(t.Context(), other)
	wantSentence(t, err, "IdempotentParameterMismatch", "new attempt")
	if _, err := step.Undo.Do(t.Context(), call); err != nil {
		t.Fatal(err)
	}
	_, err = step.Do(t.Context(), call)
	wantSentence(t, err, "IdempotentInstanceTerminated", "new attempt")
	if errors.Is(err, tasks.ErrUnknown) || len(w.Inventory().Instances) != 1 {
		t.Errorf("%v; %+v", err, w.Inventory().Instances)
	}
}

func TestInstanceThatDiesIsNotWaitedFor(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	launch := a.Launch(scp())
	for _, s := range launch.Steps[:7] {
		if err := f.step(t.Context(), "T4", s); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := console(t, w).TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: []string{f.facts[tasks.FactInstance]}}); err != nil {
		t.Fatal(err)
	}
	began := c.Now()
	err := f.step(t.Context(), "T4", *launch.Step("running"))
	wantSentence(t, err, "instead of running")
	if c.Now().Sub(began) > 3*time.Minute {
		t.Errorf("waited %s for a dead instance", c.Now().Sub(began))
	}
}

// TestPatienceEnds: a console without host keys is inconclusive after ten minutes of run time, never trust.
func TestPatienceEnds(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
		return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err == nil && op == "GetConsoleOutput" {
				resp = emptyConsole(resp)
			}
			return resp, err
		}}
	}, nil)
	f := newFlight(c, scp())
	if err := f.fly(t.Context(), "T4", a.Launch(scp())); err != nil {
		t.Fatal(err)
	}
	began := c.Now()
	wantSentence(t, f.fly(t.Context(), "T5", a.Credentials()), "no host-key fingerprints", "cannot be verified")
	if r := f.results["T5/hostkey"]; r.Verdict != tasks.Inconclusive || f.facts[tasks.FactHostKey] != "" {
		t.Errorf("%+v", r)
	}
	if waited := c.Now().Sub(began); waited < 10*time.Minute || waited > 11*time.Minute {
		t.Errorf("patience lasted %s", waited)
	}
}
