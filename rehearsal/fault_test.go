package rehearsal_test

// fault_test.go: each fault does what its sentence says, and lets go when it is lifted.

import (
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"tminus/rehearsal"
	"tminus/rehearsal/host/site"
)

func TestEveryFaultCanBeInjected(t *testing.T) {
	b := open(t, "")
	for _, f := range rehearsal.Faults() {
		if err := b.Inject(f.Name); err != nil || f.Says == "" {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	if err := b.Inject("earthquake"); err == nil || !strings.Contains(err.Error(), "launch-fails") {
		t.Errorf("an unknown fault: %v", err)
	}
	if n := len(b.World.Faults()); n != len(rehearsal.Faults()) {
		t.Errorf("%d faults in force", n)
	}
}

func TestLaunchFails(t *testing.T) {
	b := open(t, "", rehearsal.LaunchFails)
	group := b.prepare()
	_, err := b.run(group, "T4-1")
	refused(t, err, "InsufficientInstanceCapacity")
	if err := b.Lift(rehearsal.LaunchFails); err != nil {
		t.Fatal(err)
	}
	must(b.run(group, "T4-1"))(t)
}

func TestSSHRefused(t *testing.T) {
	b := open(t, "")
	_, ip := b.launch()
	if _, _, err := b.shell(ip+":22", "true"); err != nil {
		t.Fatal(err)
	}
	if err := b.Inject(rehearsal.SSHRefused); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.shell(ip+":22", "true"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Fatalf("ssh: %v", err)
	}
	if status, _, err := b.get("http://" + ip + "/healthz"); err != nil || status != 200 {
		t.Fatalf("the web application fell with it: %d %v", status, err)
	}
}

// contracts logs in to the application at ip as QA does, and returns the status of its list of contracts.
func (b *bench) contracts(ip string) int {
	b.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	transport := &http.Transport{DialContext: b.Dial}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Jar: jar}
	page := func(res *http.Response, err error) (int, string) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			b.Fatal(err)
		}
		return res.StatusCode, string(text)
	}
	_, form := page(client.Get("http://" + ip + "/login/"))
	token := regexp.MustCompile(`name="csrfmiddlewaretoken" value="([^"]+)"`).FindStringSubmatch(form)
	if token == nil {
		b.Fatalf("no CSRF token in %q", form)
	}
	status, _ := page(client.PostForm("http://"+ip+"/login/?next=/contracts/", url.Values{
		"csrfmiddlewaretoken": {token[1]}, "username": {site.User}, "password": {site.Password}, "next": {"/contracts/"}}))
	return status
}

func TestSmokeFails(t *testing.T) {
	b := open(t, "")
	_, ip := b.launch()
	if status := b.contracts(ip); status != 200 {
		t.Fatalf("the good build answers %d", status)
	}
	if err := b.Inject(rehearsal.SmokeFails); err != nil {
		t.Fatal(err)
	}
	if status := b.contracts(ip); status != 500 {
		t.Fatalf("the bad build answers %d", status)
	}
	if status, body, err := b.get("http://" + ip + "/healthz"); err != nil || status != 200 || !strings.Contains(body, "1.0.0") {
		t.Fatalf("from outside the bad build looks bad: %d %q %v", status, body, err)
	}
}

func TestEIPTaken(t *testing.T) {
	b := open(t, "", rehearsal.EIPTaken)
	ctx := t.Context()
	before := b.Inventory()
	if len(before.Instances) != 1 || before.Instances[0].State != "running" {
		t.Fatalf("the foreign instance is not there: %+v", before.Instances)
	}
	id, _ := b.launch()
	a := must(b.ec2.AllocateAddress(ctx, &ec2.AllocateAddressInput{}))(t)
	_, err := b.ec2.AssociateAddress(ctx, &ec2.AssociateAddressInput{AllocationId: a.AllocationId, InstanceId: &id, AllowReassociation: aws.Bool(false)})
	refused(t, err, "Resource.AlreadyAssociated")
	_, err = b.ec2.ReleaseAddress(ctx, &ec2.ReleaseAddressInput{AllocationId: a.AllocationId})
	refused(t, err, "InvalidIPAddress.InUse")
	if got := b.Inventory().Addresses[0].InstanceID; got != before.Instances[0].ID {
		t.Fatalf("the address is on %s", got)
	}
	second := must(b.ec2.AllocateAddress(ctx, &ec2.AllocateAddressInput{}))(t)
	must(b.ec2.AssociateAddress(ctx, &ec2.AssociateAddressInput{AllocationId: second.AllocationId, InstanceId: &id, AllowReassociation: aws.Bool(false)}))(t)
}

// TestADryRunUsesUpNoFault: whoever asks beforehand what they may do meets the fault all the same.
func TestADryRunUsesUpNoFault(t *testing.T) {
	b := open(t, "", rehearsal.Throttle, rehearsal.ServerError)
	for range 2 {
		_, err := b.ec2.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{DryRun: aws.Bool(true)})
		refused(t, err, "DryRunOperation")
	}
	_, err := b.ec2.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{})
	refused(t, err, "RequestLimitExceeded")
}

func TestThrottleAndLostAnswer(t *testing.T) {
	b := open(t, "", rehearsal.Throttle, rehearsal.LostAnswer)
	allocate := func() error {
		_, err := b.ec2.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{})
		return err
	}
	refused(t, allocate(), "RequestLimitExceeded")
	if n := len(b.Inventory().Addresses); n != 0 {
		t.Fatalf("a throttled call made %d addresses", n)
	}
	if err := allocate(); err == nil {
		t.Fatal("the second answer was not lost")
	}
	if n := len(b.Inventory().Addresses); n != 1 {
		t.Fatalf("a call whose answer was lost made %d addresses", n)
	}
	if err := allocate(); err != nil {
		t.Fatal(err)
	}
}
