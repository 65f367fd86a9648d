package main

// fault_test.go: flights without a terminal in a world where calls get lost, reads are
// late and other people are about. What is made is made once, what is taken back is
// gone, and nothing of somebody else's is touched.

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/rehearsal/cloud"
	"tminus/tasks"
	"tminus/ui/cli"
)

// theirs is what somebody else has in the account, and ours the rest.
func theirs(all cloud.Inventory) (theirs, ours cloud.Inventory) {
	const mark = "owner=another team"
	theirs.Instances, ours.Instances = parted(all.Instances, func(i cloud.InstanceItem) bool { return strings.Contains(i.Tags, mark) })
	theirs.KeyPairs, ours.KeyPairs = parted(all.KeyPairs, func(k cloud.KeyPairItem) bool { return strings.Contains(k.Tags, mark) })
	theirs.Groups, ours.Groups = parted(all.Groups, func(g cloud.GroupItem) bool { return strings.Contains(g.Tags, mark) })
	theirs.Addresses, ours.Addresses = parted(all.Addresses, func(a cloud.AddressItem) bool { return strings.Contains(a.Tags, mark) })
	theirs.Volumes, ours.Volumes = parted(all.Volumes, func(v cloud.VolumeItem) bool { return strings.Contains(v.Tags, mark) })
	return theirs, ours
}

func parted[T any](all []T, foreign func(T) bool) (theirs, ours []T) {
	for _, one := range all {
		if foreign(one) {
			theirs = append(theirs, one)
		} else {
			ours = append(ours, one)
		}
	}
	return theirs, ours
}

// TestLostRequests: what was never sent is not there, is begun again, and is made once.
func TestLostRequests(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	e := inProcess(t, "rehearse", "--auto", "--speed", "3600", "--fault", "lost-request", "--runs", root)
	e.want(t, 4, "T4 failed at “launch the instance”: it had not happened")
	dir := onlyRun(t, root)
	if a := account(t, dir); len(a.Instances) != 0 || len(a.KeyPairs) != 1 || len(a.Groups) != 2 {
		t.Errorf("lost requests left %+v", a)
	}
	wire := &lossyWire{calls: map[string]int{}}
	for _, w := range []way{forwards, backwards} { // people try again more often than the rehearsal does
		if err := wire.fly(t, dir, w); err != nil {
			t.Fatalf("%s: %v", w, err)
		}
		inOrder(t, dir, w)
	}
	if n := wire.calls["TerminateInstances"]; n != 2 {
		t.Errorf("%d calls to terminate the instance, want one that was lost and one more", n)
	}
}

// TestStaleReads: what cannot be seen yet is waited for, and what is still seen is gone.
func TestStaleReads(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	inProcess(t, "rehearse", "--auto", "--speed", "3600", "--fault", "stale-reads", "--runs", root).want(t, 0, "released: every task is done")
	dir := onlyRun(t, root)
	oneOfEach(t, dir)
	if err := (&lossyWire{calls: map[string]int{}}).fly(t, dir, backwards); err != nil {
		t.Fatal(err)
	}
	inOrder(t, dir, backwards)
}

// TestForeignActor: an address that somebody moved away is told, and left with them.
func TestForeignActor(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	e := inProcess(t, "rehearse", "--auto", "--speed", "3600", "--fault", "foreign-actor", "--rollback-on-failure", "--runs", root)
	e.want(t, 4, "of somebody else and stays")
	if !strings.Contains(e.out, "T7 failed at") || !strings.Contains(e.out, "find out who moved it") {
		t.Errorf("T7 was to fail, and to say why:\n%s", e.out)
	}
	dir := onlyRun(t, root)
	them, us := theirs(account(t, dir).WithoutTerminated())
	if len(them.Instances) != 1 || them.Instances[0].State != "running" {
		t.Fatalf("their instances: %v, want the one that runs", them.Instances)
	}
	if len(us.Addresses) != 1 || us.Addresses[0].InstanceID != them.Instances[0].ID {
		t.Errorf("addresses: %v, want one, at their instance %s", us.Addresses, them.Instances[0].ID)
	}
	us.Addresses = nil
	if diff := cmp.Diff(untouched(t), us.WithoutTerminated()); diff != "" {
		t.Errorf("besides the address, the account before T4 (-) and after the rollback (+):\n%s", diff)
	}
	if left := state(t, dir).Left(); len(left) != 1 {
		t.Errorf("left behind: %q, want the address", left)
	}
}

// TestDecoys: look-alikes with our tags on them are nobody's business.
func TestDecoys(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	e := inProcess(t, "rehearse", "--auto", "--speed", "3600", "--fault", "decoy,smoke-fails", "--rollback-on-failure", "--runs", root)
	e.want(t, 4, "rolled back: nothing is left")
	dir := onlyRun(t, root)
	them, us := theirs(account(t, dir))
	if diff := cmp.Diff(untouched(t), us.WithoutTerminated()); diff != "" {
		t.Errorf("without theirs, the account before T4 (-) and after the rollback (+):\n%s", diff)
	}
	if len(them.Instances) != 1 || len(them.KeyPairs) != 1 || len(them.Groups) != 1 || len(them.Addresses) != 1 || len(them.Volumes) != 1 {
		t.Fatalf("of theirs there is %+v, want one of each", them)
	}
	if !strings.Contains(them.Instances[0].Tags, tasks.RunTag+"="+state(t, dir).Run) {
		t.Errorf("their instance does not carry our tag: %s", them.Instances[0].Tags)
	}
	if them.Instances[0].State != "running" || them.Addresses[0].InstanceID != "" || len(them.Groups[0].Ingress) != 3 {
		t.Errorf("somebody touched what is theirs: %+v", them)
	}
}

// TestSlow waits as long as the program does for answers that come too late.
func TestSlow(t *testing.T) {
	t.Parallel()
	if !*long {
		t.Skip("six answers come later than ten seconds, real time: -long waits for them; TestLostAnswers does not wait")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	root := t.TempDir()
	var out, complaints bytes.Buffer
	code := execute(ctx, []string{"rehearse", "--auto", "--speed", "3600", "--fault", "slow", "--runs", root},
		cli.Stdio{In: strings.NewReader(""), Out: &out, Err: &complaints})
	ended{code, out.String(), complaints.String()}.want(t, 0, "released: every task is done")
	if n := strings.Count(out.String(), "nobody knows whether"); n != 6 {
		t.Errorf("%d answers came too late, want those of six effects", n)
	}
	oneOfEach(t, onlyRun(t, root))
}
