package main

// account_test.go: what a flight has left in the account of its pretend world.

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/rehearsal"
	"tminus/rehearsal/cloud"
	"tminus/tasks"
	"tminus/tasks/run"
)

// account is everything that exists in the account of a run's pretend world, as it was left.
func account(t testing.TB, dir string) cloud.Inventory {
	t.Helper()
	path := filepath.Join(dir, "world.json")
	at, err := rehearsal.SavedTime(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := rehearsal.Open(rehearsal.Options{
		Path: path, Now: func() time.Time { return at }, Sleep: func(context.Context, time.Duration) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	return w.Inventory()
}

// untouched is the account of a world in which nothing has happened yet.
func untouched(t testing.TB) cloud.Inventory {
	t.Helper()
	w, err := rehearsal.Open(rehearsal.Options{
		Seed: 1, Now: time.Now, Sleep: func(context.Context, time.Duration) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	return w.Inventory()
}

// state is what the journal of a run says.
func state(t testing.TB, dir string) *tasks.State {
	t.Helper()
	r, err := run.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return tasks.Fold(r.Plan, r.Events)
}

// oneOfEach fails unless the account holds exactly one instance, address, group and key pair of the run,
// those of the journal, and nothing more than a world has from the start.
func oneOfEach(t testing.TB, dir string) {
	t.Helper()
	s, a := state(t, dir), account(t, dir)
	ours := "tminus:run=" + s.Run
	var instances, addresses, groups, keys []string
	for _, i := range a.Instances {
		instances = append(instances, i.ID+" "+i.State)
		if !strings.Contains(i.Tags, ours) {
			t.Errorf("instance %s is not marked as the run's: %s", i.ID, i.Tags)
		}
	}
	for _, e := range a.Addresses {
		addresses = append(addresses, e.PublicIP+" at "+e.InstanceID)
	}
	for _, g := range a.Groups {
		if g.Name != "default" {
			groups = append(groups, g.ID)
		}
	}
	for _, k := range a.KeyPairs {
		keys = append(keys, k.Name)
	}
	instance := s.Facts[tasks.FactInstance].Value
	for what, pair := range map[string][2][]string{
		"instances":       {instances, {instance + " running"}},
		"addresses":       {addresses, {s.Facts[tasks.FactElasticIP].Value + " at " + instance}},
		"security groups": {groups, {s.Facts[tasks.FactGroup].Value}},
		"key pairs":       {keys, {s.Facts[tasks.FactKeyName].Value}},
	} {
		if !slices.Equal(pair[0], pair[1]) {
			t.Errorf("%s in the account: %q, want %q", what, pair[0], pair[1])
		}
	}
	if len(a.Volumes) != 1 {
		t.Errorf("volumes in the account: %v, want one", a.Volumes)
	}
}
