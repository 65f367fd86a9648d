package awsops_test

// story_test.go: the day as planned, from the empty account and back to it.

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/awsops"
	"tminus/tasks"
	"tminus/tasks/reading"
)

func TestDayAndBack(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	dir := t.TempDir()
	a := reach(t, w.url, nil, func(o *awsops.Options) { o.RunDir = dir })
	before := w.Inventory()
	f := newFlight(c, scp())
	if err := f.day(t.Context(), a); err != nil {
		t.Fatal(err)
	}

	now := w.Inventory()
	if len(now.Instances) != 1 || len(now.KeyPairs) != 1 || len(now.Groups) != len(before.Groups)+1 || len(now.Addresses) != 1 {
		t.Fatalf("one of each was to be made: %+v", now)
	}
	if now.Addresses[0].InstanceID != f.facts[tasks.FactInstance] || now.Instances[0].PublicIP != f.facts[tasks.FactPublicIP] || f.facts[tasks.FactPublicIP] != f.facts[tasks.FactElasticIP] {
		t.Errorf("the address does not serve the instance: %+v, facts %v", now, f.facts)
	}
	for _, name := range []string{tasks.FactPublicDNS, tasks.FactPrivateIP, tasks.FactKeyPrint, tasks.FactHostKey, tasks.FactAssociation} {
		if f.facts[name] == "" {
			t.Errorf("fact %s was not learnt", name)
		}
	}
	for _, tags := range []string{now.Instances[0].Tags, now.KeyPairs[0].Tags, now.Addresses[0].Tags, now.Volumes[0].Tags} {
		for _, want := range []string{"tminus:run=" + f.run, "tminus:intent=" + f.run, "change=SCP100X0219", "Name=SCP Build 1.0.0"} {
			if !strings.Contains(tags, want) {
				t.Errorf("tags %q lack %s", tags, want)
			}
		}
	}
	host, ok := w.At(f.facts[tasks.FactElasticIP])
	if !ok || host.InstanceID != f.facts[tasks.FactInstance] {
		t.Errorf("behind the address is %+v", host)
	}
	info, err := os.Stat(filepath.Join(dir, "keys", f.facts[tasks.FactKeyName]+".pem"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v", info, err)
	}

	if err := f.undo(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(before.WithoutTerminated(), w.Inventory().WithoutTerminated()); d != "" {
		t.Errorf("the account is not as before:\n%s", d)
	}
	for _, name := range []string{tasks.FactInstance, tasks.FactPublicDNS, tasks.FactGroup, tasks.FactAllocation, tasks.FactAssociation, tasks.FactHostKey} {
		if f.facts[name] != "" {
			t.Errorf("fact %s = %q outlived the undo", name, f.facts[name])
		}
	}
}

func TestTraceCanBeRepeated(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	var heard []tasks.Trace
	a := reach(t, w.url, nil, func(o *awsops.Options) { o.Log = func(tr tasks.Trace) { heard = append(heard, tr) } })
	f := newFlight(c, scp())
	if err := f.day(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	for id, r := range f.results {
		for _, tr := range r.Trace {
			if !strings.HasPrefix(tr.Line, "aws ") || !strings.Contains(tr.Line, "--endpoint-url "+w.url) || !strings.Contains(tr.Line, "--region "+pretendRegion) {
				t.Errorf("%s: %q would not act on this world", id, tr.Line)
			}
			if tr.RequestID == "" || tr.Took <= 0 {
				t.Errorf("%s: no request id or duration: %+v", id, tr)
			}
		}
	}
	if len(f.results["T4/instance"].Trace) != 1 || !strings.Contains(f.results["T4/instance"].Trace[0].Line, "run-instances") {
		t.Errorf("the launch is not exactly one call: %+v", f.results["T4/instance"].Trace)
	}
	if n := len(f.results["T4/running"].Trace); n != 1 {
		t.Errorf("a poll leaves %d lines", n)
	}
	secret := slices.ContainsFunc(heard, func(tr tasks.Trace) bool {
		return strings.Contains(tr.Line, "PRIVATE") || strings.Contains(tr.Line, "AKIAPRETEND")
	})
	if len(heard) == 0 || secret {
		t.Errorf("%d calls heard, a secret among them: %v", len(heard), secret)
	}
}

func TestPolicyKeeps(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	p := scp()
	p.Rollback.Instance, p.Rollback.Address, p.Rollback.Key = "stop", "keep", "keep"
	f := newFlight(c, p)
	if err := f.day(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	for _, e := range f.done {
		if e.step.ID == "allocate" && !strings.Contains(e.step.Undo.Describe(e.call).Keep, "$0.005") {
			t.Errorf("keeping an address must say its price: %+v", e.step.Undo.Describe(e.call))
		}
	}
	if err := f.undo(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := w.Inventory()
	if now.Instances[0].State != "stopped" || len(now.Addresses) != 1 || now.Addresses[0].InstanceID != "" || len(now.KeyPairs) != 1 || len(now.Groups) != 2 {
		t.Errorf("the policy was not followed: %+v", now)
	}
}

func TestSensors(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	f := newFlight(c, scp())
	sensors := a.SensorsBy(f.plan, f.run, c.Now)
	read := func(into *reading.Readings) {
		t.Helper()
		for _, s := range sensors {
			update, err := s.Read(t.Context(), f.facts, c.Now())
			if err != nil {
				t.Fatalf("%s: %v", s.Name, err)
			}
			if update != nil {
				update(into)
			}
		}
	}
	var empty reading.Readings
	read(&empty)
	if empty.Identity.Account != pretendAccount || empty.Identity.Alias != "scp" || empty.Cloud.Instances != nil || empty.Metrics.Taken() {
		t.Errorf("before the launch: %+v", empty)
	}
	if err := f.day(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(context.Background(), 30*60*1e9); err != nil {
		t.Fatal(err)
	}
	var live reading.Readings
	read(&live)
	one := live.Cloud.ByRole("primary")
	if one == nil || one.State != "running" || one.SystemCheck != "ok" || one.InstanceCheck != "ok" || one.VCPU != 1 || !one.Ours ||
		one.PublicIP != f.facts[tasks.FactElasticIP] || one.Zone != pretendRegion+"a" || len(one.Groups) != 1 {
		t.Errorf("primary: %+v", one)
	}
	if len(one.Volumes) != 1 || one.Volumes[0].SizeGB != 10 || one.Volumes[0].IOPS != 100 || one.Volumes[0].Type != "gp2" || one.Volumes[0].Encrypted {
		t.Errorf("volumes: %+v", one.Volumes)
	}
	if len(live.Cloud.Addresses) != 1 || !live.Cloud.Addresses[0].Ours || live.Cloud.Addresses[0].InstanceID != one.ID {
		t.Errorf("addresses: %+v", live.Cloud.Addresses)
	}
	if len(live.Metrics.Series) != 6 || live.Metrics.At != c.Now() {
		t.Fatalf("metrics: %+v", live.Metrics)
	}
	for _, s := range live.Metrics.Series {
		if s.Name != "BurstBalance" && len(s.Points) < 3 || !slices.IsSortedFunc(s.Points, func(x, y reading.Point) int { return x.At.Compare(y.At) }) {
			t.Errorf("series %s has %d points or is out of order", s.Name, len(s.Points))
		}
	}
	first := live.Cloud.Instances[0]
	later := live
	must(t, c.Wait(t.Context(), time.Minute)) // so that there is room for one more look
	read(&later)
	if d := cmp.Diff(first, live.Cloud.Instances[0]); d != "" || &later.Cloud.Instances[0] == &live.Cloud.Instances[0] {
		t.Errorf("a published reading was changed: %s", d)
	}
}
