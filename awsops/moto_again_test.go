package awsops_test

// moto_again_test.go: on moto_server too: a second attempt, the proofs before a rollback, what is stated by hand, foreign tags.

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// noRetry makes moto's "I do not know how" a refusal that neither the SDK nor we ask about again.
func noRetry(next http.RoundTripper) http.RoundTripper {
	return wires{next, func(_ string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err == nil && resp.StatusCode == http.StatusInternalServerError {
			resp.StatusCode = http.StatusBadRequest
		}
		return resp, err
	}}
}

func motoAgain(t *testing.T, w world, client *ec2.Client, p *plan.Plan) {
	a := reach(t, w.url, nil, nil)
	f := motoFlight(t, p)
	before := count(t, client)
	made := map[string]bool{}
	for f.attempt = 50; f.attempt < 52; f.attempt++ {
		f.facts["image.root_device"] = "/dev/sda1"
		must(t, f.day(t.Context(), a))
		for step, id := range f.made() {
			if made[id] {
				t.Errorf("%s of both attempts is %s", step, id)
			}
			made[id] = true
		}
		for step, says := range f.proofs(t) {
			if !strings.HasPrefix(says, "there: ") || !strings.Contains(says, "tagged tminus:run="+f.run) {
				t.Errorf("%s: %s", step, says)
			}
		}
		for _, stated := range []struct {
			action  tasks.Action
			said    string
			verdict tasks.Verdict
		}{
			{a.Launch(scp()), f.facts[tasks.FactInstance], tasks.Fail}, // moto's images all boot by uefi
			{a.Launch(scp()), "i-0123456789abcdef0", tasks.Fail},
			{a.Credentials(), "SHA256:" + strings.Repeat("A", 43), tasks.Inconclusive}, // moto's console is one fixed text
			{a.Assign(scp()), f.facts[tasks.FactElasticIP], tasks.Pass},
			{a.Assign(scp()), "198.51.100.9", tasks.Fail},
		} {
			c := f.call("T4", tasks.Step{})
			c.Facts[stated.action.States[0]] = stated.said
			if r, err := stated.action.Stated(t.Context(), c); err != nil || r.Verdict != stated.verdict {
				t.Errorf("%s, stated %s: %v, %+v", stated.action.Kind, stated.said, err, r)
			}
		}
		flown := f.done
		must(t, f.undo(t.Context()))
		f.done = flown
		f.clock.Wait(t.Context(), 2*time.Minute)
		for step, says := range f.proofs(t) {
			if !strings.HasPrefix(says, "gone: ") {
				t.Errorf("%s: %s", step, says)
			}
		}
		f.done = nil
		if d := cmp.Diff(before, count(t, client)); d != "" {
			t.Errorf("left behind:\n%s", d)
		}
	}
}

// motoForeign: with another run's tag on them, nothing is undone.
func motoForeign(t *testing.T, w world, client *ec2.Client, p *plan.Plan) {
	a := reach(t, w.url, nil, nil)
	f := motoFlight(t, p)
	f.attempt = 20
	if err := f.day(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	mark := func(run string) {
		if _, err := client.CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{f.facts[tasks.FactInstance], f.facts[tasks.FactGroup], f.facts[tasks.FactAllocation]},
			Tags: []types.Tag{{Key: aws.String(tasks.RunTag), Value: aws.String(run)}}}); err != nil {
			t.Fatal(err)
		}
	}
	mark("SCP100X0219-2")
	before := count(t, client)
	for _, e := range f.done {
		if e.step.Undo != nil && e.step.ID != "key" {
			r, err := e.step.Undo.Do(t.Context(), e.call)
			if err != nil {
				t.Error(err)
			}
			wantSentence(t, errors.New(r.Left), "untouched")
		}
	}
	if d := cmp.Diff(before, count(t, client)); d != "" {
		t.Error(d)
	}
	mark(f.run)
	if err := f.undo(t.Context()); err != nil {
		t.Fatal(err)
	}
}
