package awsops_test

// moto_preflight_test.go: the preflight on moto_server, somebody else's idea of AWS.

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/google/go-cmp/cmp"

	"tminus/tasks/plan"
)

// motoPreflight: it changes nothing there either, and what moto plays is judged as here.
func motoPreflight(t *testing.T, w world, client *ec2.Client, p plan.Plan) {
	p.Environment.Application.Port = 80
	before := count(t, client)
	items, err := reach(t, w.url, noRetry, nil).Preflight(t.Context(), &p)
	must(t, err)
	verdict := map[string]string{}
	for _, i := range items {
		verdict[i.ID] = i.Verdict
		t.Logf("%-12s %-24s %s", i.Verdict, i.ID, i.Says)
	}
	want := map[string]string{"account.pinned": "pass", "image.shared": "pass", "image.architecture": "pass", "image.boot_mode": "fail", "image.root_size": "fail",
		"type.size": "pass", "type.offered": "pass", "network.vpc": "pass", "network.subnet": "pass", "network.names": "pass", "volume.encryption": "pass",
		"key.pair": "pass", "rules.ssh": "pass", "rules.application": "pass"}
	for id, v := range want {
		if verdict[id] != v {
			t.Errorf("%s is %q on moto, not %s", id, verdict[id], v)
		}
	}
	if d := cmp.Diff(before, count(t, client)); d != "" {
		t.Errorf("the preflight changed something:\n%s", d)
	}
}
