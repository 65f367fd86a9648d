package awsops_test

// stated_test.go: somebody did it in the console and says so. What they say is
// held against the world; what it takes to go on from there is learnt.

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/google/go-cmp/cmp"

	"tminus/rehearsal/cloud"
	"tminus/tasks"
)

// TestStatedDay: everything by hand, each thing stated; then the actions that come after find all they need.
func TestStatedDay(t *testing.T) {
	b := newByHand(t, nil)
	launch, credentials, assign := b.account.Launch(scp()), b.account.Credentials(), b.account.Assign(scp())
	r := b.state(t, launch, "  "+b.instance+"\n")
	wantSays(t, r, tasks.Pass, b.instance, "not made by this run", "leaves it")
	for _, row := range r.Rows {
		if row.Verdict == tasks.Fail || row.Says == "" {
			t.Errorf("%+v", row)
		}
	}
	if len(r.Rows) < 20 || b.flight.facts[tasks.FactInstance] != b.instance {
		t.Errorf("%+v, %v", r.Rows, b.flight.facts)
	}
	if pending := "instance " + b.instance + " is pending"; !strings.Contains(strings.Join(b.flight.told, "\n"), pending) {
		t.Errorf("it was waited for in silence: %q", b.flight.told)
	}
	must(t, b.flight.fly(t.Context(), "T5", credentials)) // each step finds what it needs
	seen := b.flight.facts[tasks.FactHostKey]
	delete(b.flight.facts, tasks.FactHostKey)
	delete(b.flight.facts, tasks.FactKeyPrint)
	delete(b.flight.facts, tasks.FactPublicDNS)

	other := "SHA256:" + strings.Repeat("A", 43)
	wantSays(t, b.state(t, credentials, other), tasks.Fail, other, seen, "do not log in")
	wantSays(t, b.state(t, credentials, seen), tasks.Pass, "shows the stated host key (ED25519)")
	for _, fact := range []string{tasks.FactInstance, tasks.FactPublicDNS, tasks.FactKeyName, tasks.FactHostKey, tasks.FactKeyPrint} {
		if b.flight.facts[fact] == "" {
			t.Errorf("the SSH test has no %s", fact)
		}
	}

	automatic := b.flight.facts[tasks.FactPublicIP]
	wantSays(t, b.state(t, assign, automatic), tasks.Fail, "automatic address", "expected an Elastic IP")
	wantSays(t, b.state(t, assign, "198.51.100.9"), tasks.Fail, "no Elastic IP of account "+pretendAccount)
	eip, err := b.hand.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{})
	must(t, err)
	ip := aws.ToString(eip.PublicIp)
	wantSays(t, b.state(t, assign, ip), tasks.Fail, "serves nobody", "expected instance "+b.instance)
	stranger, err := b.Settle()
	must(t, err)
	b.clock.Wait(t.Context(), time.Minute)
	move := func(to string) {
		_, err := b.hand.AssociateAddress(t.Context(), &ec2.AssociateAddressInput{AllocationId: eip.AllocationId, InstanceId: aws.String(to), AllowReassociation: aws.Bool(true)})
		must(t, err)
	}
	move(stranger)
	wantSays(t, b.state(t, assign, ip), tasks.Fail, "serves instance "+stranger, "expected instance "+b.instance)
	move(b.instance)
	b.clock.Wait(t.Context(), 5*time.Minute)
	wantSays(t, b.state(t, assign, ip), tasks.Pass, ip+" points at instance "+b.instance, "not made by this run", "leaves it")
	f := b.flight.facts
	if f[tasks.FactAllocation] != aws.ToString(eip.AllocationId) || f[tasks.FactAssociation] == "" || f[tasks.FactPublicIP] != ip || f[tasks.FactPublicDNS] == "" {
		t.Errorf("facts %v", f)
	}
	must(t, b.flight.step(t.Context(), "T7", *assign.Step("names")))
	must(t, b.flight.undo(t.Context())) // of nothing: onlyLooks would tell
}

func TestStatedNotAsPlanned(t *testing.T) {
	for word, change := range map[string]func(*ec2.RunInstancesInput){
		"type is t2.small, planned t2.micro": func(in *ec2.RunInstancesInput) { in.InstanceType = "t2.small" },
		"image is ami-0a000000000000002, planned ami-04681a1dbd79675a5": func(in *ec2.RunInstancesInput) {
			in.ImageId, in.InstanceType = aws.String("ami-0a000000000000002"), "t4g.micro"
		},
	} {
		b := newByHand(t, change)
		b.clock.Wait(t.Context(), 6*time.Minute)
		r := b.state(t, b.account.Launch(scp()), b.instance)
		wantSays(t, r, tasks.Fail, b.instance, word)
		failed := 0
		for _, row := range r.Rows {
			if row.Verdict == tasks.Fail {
				failed++
			}
		}
		if failed == 0 {
			t.Errorf("%+v", r.Rows)
		}
	}
	b := newByHand(t, nil)
	b.clock.Wait(t.Context(), 6*time.Minute)
	b.flight.plan.Environment.Instance.Subnet = "subnet-0b000000000000001"
	wantSays(t, b.state(t, b.account.Launch(scp()), b.instance), tasks.Fail, "subnet is subnet-0a000000000000001, planned subnet-0b000000000000001")
	b.flight.plan.Environment.Instance.VPC = "vpc-00000001"
	wantSays(t, b.state(t, b.account.Launch(scp()), b.instance), tasks.Fail, "network is vpc-9fcee6f8, planned vpc-00000001")
	_, err := b.hand.StopInstances(t.Context(), &ec2.StopInstancesInput{InstanceIds: []string{b.instance}})
	must(t, err)
	b.clock.Wait(t.Context(), 3*time.Minute)
	b.flight.plan = scp()
	wantSays(t, b.state(t, b.account.Launch(scp()), b.instance), tasks.Fail, "state is stopped, planned running")
}

// TestStatedNonsense: what cannot be an id, or is none here, is refused with what was expected.
func TestStatedNonsense(t *testing.T) {
	b := newByHand(t, nil)
	launch, credentials, assign := b.account.Launch(scp()), b.account.Credentials(), b.account.Assign(scp())
	for _, tt := range []struct {
		action     tasks.Action
		said, word string
	}{
		{launch, "", "was not stated; expected i- and 17"},
		{launch, "i-0123", "expected i- and 17"},
		{launch, "I-0123456789ABCDEF0", "expected i- and 17"},
		{launch, "i-0123456789abcdef0 i-0123456789abcdef1", "expected i- and 17"},
		{launch, "i-0123456789abcdef0\x1b[2J", "expected i- and 17"},
		{launch, strings.Repeat("i", 1<<20), "longer than 128"},
		{launch, "i-0123456789abcdef0", "no instance i-0123456789abcdef0 in account " + pretendAccount},
		{credentials, "MD5:aa:bb", "expected SHA256:"},
		{credentials, "SHA256:short", "expected SHA256:"},
		{credentials, "SHA256:" + strings.Repeat("A", 43), "start the launch, or state it, first"},
		{assign, "203.0.113", "expected the Elastic IP address"},
		{assign, "::1", "expected the Elastic IP address"},
		{assign, "ec2-203-0-113-7.example.com", "expected the Elastic IP address"},
		{assign, "203.0.113.7", "start the launch, or state it, first"},
	} {
		r := b.state(t, tt.action, tt.said)
		wantSays(t, r, tasks.Fail, tt.word)
		if len(r.Says) > 400 || strings.ContainsAny(r.Says, "\x1b\n") {
			t.Errorf("%q goes on the screen", r.Says)
		}
	}
}

// TestStatedWithoutConsole: nothing to compare with is no pass, and no fail either.
func TestStatedWithoutConsole(t *testing.T) {
	b := newByHand(t, nil)
	b.clock.Wait(t.Context(), 6*time.Minute)
	wantSays(t, b.state(t, b.account.Launch(scp()), b.instance), tasks.Pass)
	mute := reach(t, b.url, func(next http.RoundTripper) http.RoundTripper {
		return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err == nil && op == "GetConsoleOutput" {
				resp = emptyConsole(resp)
			}
			return resp, err
		}}
	}, nil)
	r := b.state(t, mute.Credentials(), "SHA256:"+strings.Repeat("A", 43))
	wantSays(t, r, tasks.Inconclusive, "shows no host keys")
}

// TestStatedUnasked: denied or signed out, a person's word stands alone; it is neither confirmed nor refused.
func TestStatedUnasked(t *testing.T) {
	b := newByHand(t, nil)
	b.flight.facts[tasks.FactInstance] = b.instance
	for word, change := range map[string]func(*cloud.Options){
		"UnauthorizedOperation": func(o *cloud.Options) {
			o.Before = func(r cloud.Request) *cloud.Fault {
				return &cloud.Fault{Status: 403, Code: "UnauthorizedOperation", Message: "You are not authorized"}
			}
		},
		"sign in again": func(o *cloud.Options) {
			o.Before = func(cloud.Request) *cloud.Fault {
				return &cloud.Fault{Status: 400, Code: "RequestExpired", Message: "Request has expired"}
			}
		},
	} {
		a := reach(t, pretend(t, b.clock, change).url, nil, nil)
		r := b.state(t, a.Launch(scp()), " "+b.instance)
		wantSays(t, r, tasks.Inconclusive, "could not be asked", word)
		if d := cmp.Diff(map[string]string{tasks.FactInstance: b.instance}, r.Facts); d != "" {
			t.Errorf("it stands as it was said: %s", d)
		}
		wantSays(t, b.state(t, a.Launch(scp()), "the new one"), tasks.Fail, "expected i- and 17") // form needs no AWS
	}
	ctx, abort := context.WithCancel(t.Context())
	abort()
	c := b.flight.call("T4", tasks.Step{})
	if r, err := b.account.Launch(scp()).Stated(ctx, c); !errors.Is(err, context.Canceled) || r.Verdict != tasks.NotTested {
		t.Errorf("after an abort: %+v, %v", r, err)
	}
}

// TestStatedElsewhere: in another account nothing can be said for or against a person.
func TestStatedElsewhere(t *testing.T) {
	b := newByHand(t, nil)
	other := reach(t, pretend(t, b.clock, func(o *cloud.Options) { o.AccountID = "610000000099" }).url, nil, nil)
	c := b.flight.call("T4", tasks.Step{})
	c.Facts[tasks.FactInstance] = b.instance
	r, err := other.Launch(scp()).Stated(t.Context(), c)
	wantSentence(t, err, "610000000099", pretendAccount)
	if r.Verdict == tasks.Pass {
		t.Errorf("%+v", r)
	}
}
