package awsops_test

// gone_test.go: the world is asked what became of an effect, and what it was made
// on is not there any more, or not to be seen yet. Nobody may be stuck with that:
// a rollback begins with these answers.

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/awsops"
	"tminus/rehearsal/cloud"
	"tminus/tasks"
)

// effect returns the effect of a step that was flown.
func (f *flight) effect(t *testing.T, id string) effect {
	t.Helper()
	for _, e := range f.done {
		if e.step.ID == id {
			return e
		}
	}
	t.Fatalf("no effect of %s", id)
	return effect{}
}

func TestFindWhereNothingIsLeft(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	dir := t.TempDir()
	a := reach(t, w.url, nil, func(o *awsops.Options) { o.RunDir = dir })
	f := newFlight(c, scp())
	if err := f.day(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	group, associate, key := f.effect(t, "group"), f.effect(t, "associate"), f.effect(t, "key")
	rules := f.effect(t, "rules")
	rules.call.Facts[tasks.FactGroup] = f.facts[tasks.FactGroup]
	hand := console(t, w)
	_, err := hand.TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: []string{f.facts[tasks.FactInstance]}})
	if err != nil {
		t.Fatal(err)
	}
	c.Wait(t.Context(), 5*time.Minute)
	if _, err = hand.ReleaseAddress(t.Context(), &ec2.ReleaseAddressInput{AllocationId: aws.String(f.facts[tasks.FactAllocation])}); err != nil {
		t.Fatal(err)
	}
	if _, err = hand.DeleteSecurityGroup(t.Context(), &ec2.DeleteSecurityGroupInput{GroupId: aws.String(f.facts[tasks.FactGroup])}); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "keys", f.facts[tasks.FactKeyName]+".pem")); err != nil {
		t.Fatal(err)
	}
	for _, e := range []effect{associate, rules, group} {
		if _, found, err := e.step.Find(t.Context(), e.call); found || err != nil {
			t.Errorf("%s: found %v, %v", e.step.ID, found, err)
		}
	}
	r, found, err := key.step.Find(t.Context(), key.call)
	if err != nil || !found || len(r.Made) != 1 {
		t.Errorf("the key pair at EC2 cannot be taken back: found %v, %v, %+v", found, err, r)
	}
	if r.Facts[tasks.FactKeyName] != "" {
		t.Error("something could be launched with a key that nobody holds")
	}
	wantSentence(t, errors.New(r.Says), "keys/"+f.facts[tasks.FactKeyName]+".pem")
}

// unseen hides associations in what EC2 tells of addresses for a hundred seconds after they were made.
func unseen(c *clock) func(http.RoundTripper) http.RoundTripper {
	var made time.Time
	tags := regexp.MustCompile(`<(associationId|instanceId|networkInterfaceId|privateIpAddress)>[^<]*</[A-Za-z]+>`)
	return func(next http.RoundTripper) http.RoundTripper {
		return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err != nil {
				return nil, err
			}
			if op == "AssociateAddress" {
				made = c.Now()
			}
			if op != "DescribeAddresses" || c.Now().Sub(made) >= lag {
				return resp, nil
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			body = tags.ReplaceAll(body, nil)
			resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			return resp, err
		}}
	}
}

// TestUndoOfWhatIsNotSeenYet: an association of a moment ago is not taken for one that is off.
func TestUndoOfWhatIsNotSeenYet(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, unseen(c), nil)
	f := newFlight(c, scp())
	if err := f.fly(t.Context(), "T4", a.Launch(scp())); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"allocate", "associate"} {
		if err := f.step(t.Context(), "T7", *a.Assign(scp()).Step(id)); err != nil {
			t.Fatal(err)
		}
	}
	e := f.effect(t, "associate")
	r, err := e.step.Undo.Do(t.Context(), e.call)
	if err != nil || r.Left != "" {
		t.Fatalf("%+v, %v", r, err)
	}
	if now := w.Inventory().Addresses[0]; now.InstanceID != "" {
		t.Errorf("called taken off, and still at %s: %s", now.InstanceID, r.Says)
	}
}

// TestNameTakenAndNotSeen: our name is taken, and whose thing it is cannot be seen
// before the effect's time is up. Then nobody knows yet; a no would leave it behind.
func TestNameTakenAndNotSeen(t *testing.T) {
	for _, id := range []string{"key", "group"} {
		t.Run(id, func(t *testing.T) {
			c := newClock()
			w := pretend(t, c, nil)
			l := &late{clock: c, made: map[string]time.Time{}, lied: map[string]int{}}
			a := reach(t, w.url, l.wires, nil)
			f := newFlight(c, scp())
			step := *a.Launch(scp()).Step(id)
			call := f.call("T4", step)
			if _, err := step.Do(t.Context(), call); err != nil { // its answer is lost, say
				t.Fatal(err)
			}
			call.Wait = func(context.Context, time.Duration) error { return context.DeadlineExceeded }
			if _, err := step.Do(t.Context(), call); !errors.Is(err, tasks.ErrUnknown) {
				t.Errorf("not unknown: %v", err)
			}
		})
	}
}

// TestRuleThatLookDidNotSee: AWS adds no rule at all if one of them is there already.
func TestRuleThatLookDidNotSee(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	launch := a.Launch(scp())
	if err := f.step(t.Context(), "T4", *launch.Step("group")); err != nil {
		t.Fatal(err)
	}
	_, err := console(t, w).AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{GroupId: aws.String(f.facts[tasks.FactGroup]),
		IpPermissions: []types.IpPermission{{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(80), ToPort: aws.Int32(80),
			IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}}}}})
	if err != nil {
		t.Fatal(err)
	}
	step := *launch.Step("rules")
	call := f.call("T4", step)
	if _, err := step.Do(t.Context(), call); !errors.Is(err, tasks.ErrUnknown) { // Look had seen nothing yet
		t.Fatalf("one of three rules is there, and: %v", err)
	}
	if _, found, err := step.Find(t.Context(), call); found || err != nil {
		t.Errorf("found %v, %v", found, err)
	}
	if err := f.step(t.Context(), "T4", step); err != nil {
		t.Errorf("tried again: %v", err)
	}
}

// TestRefusalIsOneLine: below the first line of a refused signature AWS repeats the
// request it expected, and with it the session token.
func TestRefusalIsOneLine(t *testing.T) {
	w := pretend(t, newClock(), func(o *cloud.Options) {
		o.Before = func(cloud.Request) *cloud.Fault {
			return &cloud.Fault{Status: 403, Code: "SignatureDoesNotMatch", Message: "The signature does not match.\n\nThe Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:FwoGZXIvYXdz'"}
		}
	})
	a := reach(t, w.url, nil, nil)
	step := *a.Launch(scp()).Step("identity")
	r, err := step.Do(t.Context(), newFlight(newClock(), scp()).call("T4", step))
	wantSentence(t, err, "SignatureDoesNotMatch", "check the secret key")
	if strings.Contains(err.Error(), "FwoG") || strings.Contains(r.Trace[0].Error, "FwoG") {
		t.Errorf("the session token is told: %v", err)
	}
}

// TestFlickerAfterTerminate: one "not found" of an instance that was told to end is not its end.
func TestFlickerAfterTerminate(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	told, lied := false, 0
	a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
		return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if told && op == "DescribeInstances" && lied < 2 {
				lied++
				return (&late{}).nothing(op, []byte("InstanceId.1=i-1")), nil
			}
			told = told || op == "TerminateInstances"
			return next.RoundTrip(r)
		}}
	}, nil)
	f := newFlight(c, scp())
	if err := f.fly(t.Context(), "T4", a.Launch(scp())); err != nil {
		t.Fatal(err)
	}
	e := f.effect(t, "instance")
	if r, err := e.step.Undo.Do(t.Context(), e.call); err != nil || lied != 2 {
		t.Fatalf("%+v, %v; lied %d times", r, err, lied)
	}
	if state := w.Inventory().Instances[0].State; state != "terminated" {
		t.Errorf("called ended, and it is %s", state)
	}
}

// TestEndOfTheYoung: an instance of a moment ago is told to end; it is not seen for a
// minute, and takes five more to go. Its undo and its Gone wait for the end itself.
func TestEndOfTheYoung(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	var told time.Time
	a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
		return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			ago := c.Now().Sub(told)
			if op == "DescribeInstances" && ago < time.Minute {
				return (&late{}).nothing(op, []byte("InstanceId.1=i-1")), nil
			}
			resp, err := next.RoundTrip(r)
			if err != nil {
				return nil, err
			}
			if op == "TerminateInstances" {
				told = c.Now()
			}
			if op == "DescribeInstances" && ago < 6*time.Minute {
				body, err := io.ReadAll(resp.Body)
				must(t, errors.Join(err, resp.Body.Close()))
				body = bytes.ReplaceAll(body, []byte("<name>terminated</name>"), []byte("<name>shutting-down</name>"))
				resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			}
			return resp, nil
		}}
	}, nil)
	f := newFlight(c, scp())
	must(t, f.some(t.Context(), a, 7))
	e := f.effect(t, "instance")
	_, err := e.step.Undo.Do(t.Context(), e.call)
	must(t, err)
	if took := c.Now().Sub(told); took < 6*time.Minute {
		t.Errorf("called ended after %s", took)
	}
	told = c.Now().Add(-time.Minute)
	gone, err := e.step.Undo.Gone(t.Context(), e.call)
	if took := c.Now().Sub(told); !gone || err != nil || took < 6*time.Minute {
		t.Errorf("gone %v, %v after %s", gone, err, took)
	}
}

// TestCopiedTagsAreNoLaunch: "launch more like this" copies our tags. Without our token it is not our launch.
func TestCopiedTagsAreNoLaunch(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	step := *a.Launch(scp()).Step("instance")
	call := f.call("T4", step)
	_, err := console(t, w).RunInstances(t.Context(), &ec2.RunInstancesInput{ImageId: aws.String(f.plan.Environment.Instance.AMI), InstanceType: "t2.micro",
		MinCount: aws.Int32(1), MaxCount: aws.Int32(1), TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeInstance,
			Tags: []types.Tag{{Key: aws.String(tasks.RunTag), Value: aws.String(f.run)}, {Key: aws.String(tasks.IntentTag), Value: aws.String(call.Token)}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if r, found, err := step.Find(t.Context(), call); found || err != nil {
		t.Errorf("found %v, %v: %+v", found, err, r)
	}
}
