package awsops_test

// preflight_slow_test.go: what a preflight does where there is much to look at, or somebody is
// slow: it shows what it learnt, and never counts what it did not see.

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"tminus/awsops"
	"tminus/rehearsal/cloud"
	"tminus/tasks"
	"tminus/tasks/reading"
)

// TestPreflightOfOneThatIsSlow: a service that never answers holds up nothing but its own items.
func TestPreflightOfOneThatIsSlow(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	ctx, late := context.WithCancel(t.Context())
	var asked sync.WaitGroup // the quota, and the last of the dry runs
	asked.Add(2)
	var quota, last sync.Once
	var open atomic.Int32 // calls whose answer is not all there; that of the quota never is
	go func() {           // as the engine does when its patience is over: nothing but the quota is still being asked
		asked.Wait()
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for quiet := 0; quiet < 20; <-tick.C {
			if quiet++; open.Load() > 0 {
				quiet = 0
			}
		}
		late()
	}()
	a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
		return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if op == "ReleaseAddress" {
				last.Do(asked.Done)
			}
			if strings.HasPrefix(r.Header.Get("X-Amz-Target"), "ServiceQuotas") {
				quota.Do(asked.Done)
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			open.Add(1)
			defer open.Add(-1)
			resp, err := next.RoundTrip(r)
			if err != nil {
				return nil, err
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			resp.Body = io.NopCloser(bytes.NewReader(body))
			return resp, err
		}}
	}, nil)
	sensors := a.Sensors(planned(), "SCP100X0219-1")
	n := slices.IndexFunc(sensors, func(s tasks.Sensor) bool { return s.Name == "preflight" })
	update, err := sensors[n].Read(ctx, nil, c.Now())
	must(t, err)
	var r reading.Readings
	update(&r)
	seen := map[string]string{}
	for _, i := range r.Preflight.Items {
		seen[i.ID] = i.Verdict
		if strings.Contains(i.Says, "context") {
			t.Errorf("%+v", i)
		}
	}
	for id, want := range map[string]string{"image.shared": "pass", "type.offered": "pass", "key.pair": "pass", "permission.ec2:RunInstances": "pass", "permission.ec2:AllocateAddress": "pass",
		"account.late": "inconclusive", "quota.vcpu": "", "quota.address": ""} {
		if seen[id] != want {
			t.Errorf("%s is %q", id, seen[id])
		}
	}
}

// TestPreflightOfManyInstances: what runs is counted to the last one, or not called counted.
func TestPreflightOfManyInstances(t *testing.T) {
	w := pretend(t, newClock(), func(o *cloud.Options) { o.Quotas.VCPU = 5000 })
	a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
		return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err == nil && op == "DescribeInstances" {
				resp = emptied(resp, `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet><item><instancesSet>`+
					strings.Repeat("<item><instanceType>t2.micro</instanceType></item>", 1000)+`</instancesSet></item></reservationSet><nextToken>more</nextToken></DescribeInstancesResponse>`)
			}
			return resp, err
		}}
	}, nil)
	items, err := a.Preflight(t.Context(), planned())
	must(t, err)
	if i := row(t, items, "quota.vcpu"); i.Verdict != string(tasks.Inconclusive) || !strings.Contains(i.Says, "more than 1000 instances") {
		t.Errorf("%+v", i)
	}
}

// TestPreflightOfAPlannedAddress: what the plan names has to be there and free to take; it needs no room in the quota.
func TestPreflightOfAPlannedAddress(t *testing.T) {
	w := pretend(t, newClock(), func(o *cloud.Options) { o.Quotas.Addresses = 1 })
	other := console(t, w)
	made, err := other.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{})
	must(t, err)
	holder, err := w.Settle()
	must(t, err)
	ip, p := aws.ToString(made.PublicIp), planned()
	look := func(verdict tasks.Verdict, params map[string]string, says string) {
		t.Helper()
		p.Tasks[1].Params = params
		items, err := reach(t, w.url, nil, nil).Preflight(t.Context(), p)
		must(t, err)
		if i := row(t, items, "network.address"); i.Verdict != string(verdict) || !strings.Contains(i.Says, says) || (i.Next == "") != (verdict == tasks.Pass) {
			t.Errorf("%v: %+v", params, i)
		}
		if slices.ContainsFunc(items, func(i reading.Item) bool { return i.ID == "quota.address" }) {
			t.Error("the quota is asked for an address that is there already")
		}
	}
	look(tasks.Pass, map[string]string{"address": ip}, "serves nobody")
	look(tasks.Pass, map[string]string{"allocation": aws.ToString(made.AllocationId)}, "serves nobody")
	look(tasks.Fail, map[string]string{"address": "203.0.113.99"}, "no Elastic IP 203.0.113.99")
	look(tasks.Fail, map[string]string{"address": ip, "from": holder}, "has the param from")
	_, err = other.AssociateAddress(t.Context(), &ec2.AssociateAddressInput{AllocationId: made.AllocationId, InstanceId: &holder})
	must(t, err)
	look(tasks.Fail, map[string]string{"address": ip}, "serves instance "+holder)
	look(tasks.Fail, map[string]string{"address": ip, "move_from": "i-00000000"}, "and not i-00000000")
	look(tasks.Pass, map[string]string{"address": ip, "move_from": holder}, "which loses it")
}

// TestMFAIsAskedOnceForAllRegions: an image that is not here is looked for in every other region, by the same credentials.
func TestMFAIsAskedOnceForAllRegions(t *testing.T) {
	w := roles(t, func(o *cloud.Options) { o.Images[0].Region = "ap-southeast-2" })
	machine(t, assumes, "", "AWS_ENDPOINT_URL="+w.url)
	p := &person{answers: []string{cloud.MFACode(device)}}
	items, err := signedIn(t, awsops.Wish{Profile: "prod", Ask: p.Ask}).Preflight(t.Context(), planned())
	must(t, err)
	if r := row(t, items, "image.region"); !strings.Contains(r.Says, "is in ap-southeast-2") {
		t.Errorf("%+v", r)
	}
	if n := len(p.questions()); n != 1 {
		t.Errorf("asked %d times", n)
	}
}
