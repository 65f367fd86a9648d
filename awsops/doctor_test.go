package awsops_test

// doctor_test.go: the whole examination, on a pretend account that allows everything, and on one that does not.

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tminus/awsops"
	"tminus/rehearsal/cloud"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// flown is the plan with its actions.
func flown() *plan.Plan {
	p := scp()
	p.Tasks = []plan.Task{{ID: "T4", Action: "ec2.launch"}, {ID: "T5", Action: "ec2.credentials"}, {ID: "T7", Action: "eip.assign"}}
	return p
}

func verdicts(items []reading.Item, group string) map[string]string {
	all := map[string]string{}
	for _, i := range items {
		if i.Group == group {
			all[strings.TrimPrefix(i.ID, "permission.")] = i.Verdict
		}
	}
	return all
}

func TestDoctor(t *testing.T) {
	w := roles(t)
	machine(t, assumes, "", "AWS_ENDPOINT_URL="+w.url, "AWS_REGION="+pretendRegion)
	before := w.Inventory()
	items, err := awsops.Doctor(t.Context(), awsops.Wish{Profile: "base", Plan: flown()})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(before, w.Inventory()); d != "" {
		t.Errorf("the examination changed the account:\n%s", d)
	}
	for _, id := range []string{"settings.profile", "settings.region", "settings.credentials", "settings.clock", "identity.account", "identity.key", "identity.clock"} {
		if r := row(t, items, id); r.Says == "" || r.Verdict == "fail" {
			t.Errorf("%+v", r)
		}
	}
	got := verdicts(items, "permissions")
	for action, want := range map[string]string{
		"ec2:RunInstances": "pass", "ec2:ImportKeyPair": "pass", "ec2:CreateSecurityGroup": "pass", "ec2:AllocateAddress": "pass",
		"ec2:DescribeInstances": "pass", "cloudwatch:GetMetricData": "pass", "servicequotas:GetServiceQuota": "pass", "iam:ListAccountAliases": "pass",
		"ec2:AssociateAddress": "inconclusive", "ec2:ReleaseAddress": "inconclusive",
	} {
		if v, tried := got[action]; v != want || !tried {
			t.Errorf("%s: %q, want %q", action, v, want)
		}
	}
	for _, i := range items {
		if i.Verdict == "inconclusive" && i.Next == "" || i.Group == "permissions" && !strings.HasPrefix(i.Source, "aws ") {
			t.Errorf("%+v", i)
		}
		if text := i.Says + i.Next + i.Source; strings.Contains(text, "hidden") || strings.Contains(text, "AKIAABCDEFGHIJKLWXYZ") {
			t.Errorf("a secret is shown: %+v", i)
		}
	}
	if run := row(t, items, "permission.ec2:RunInstances"); !strings.Contains(run.Source, "--dry-run") || !strings.Contains(run.Source, "--subnet-id subnet-0a") || !strings.Contains(run.Source, "--endpoint-url "+w.url) {
		t.Errorf("not as planned: %+v", run)
	}
}

// TestDoctorOfTheDenied: each permission that is missing is named by its IAM action. What a policy
// allows only on things with our tag, and there is none yet, is denied all the same: that is no verdict.
func TestDoctorOfTheDenied(t *testing.T) {
	missing := []string{"ec2:RunInstances", "ec2:AllocateAddress", "ec2:TerminateInstances", "ec2:DescribeVolumes", "cloudwatch:GetMetricData", "servicequotas:GetServiceQuota", "iam:ListAccountAliases"}
	w := roles(t, func(o *cloud.Options) { o.Denied = missing })
	machine(t, assumes, "", "AWS_ENDPOINT_URL="+w.url, "AWS_REGION="+pretendRegion)
	items, err := awsops.Doctor(t.Context(), awsops.Wish{Profile: "base", Plan: flown()})
	if err != nil {
		t.Fatal(err) // who may little is somebody all the same
	}
	for id, v := range verdicts(items, "permissions") {
		if (v == "fail") != (slices.Contains(missing, id) && id != "ec2:TerminateInstances") {
			t.Errorf("%s: %s", id, v)
		}
	}
	for _, action := range missing {
		if r := row(t, items, "permission."+action); !strings.Contains(r.Says, action) || !strings.Contains(r.Next, action) {
			t.Errorf("%+v", r)
		}
	}
	if r := row(t, items, "permission.ec2:TerminateInstances"); r.Verdict != "inconclusive" || !strings.Contains(r.Says, "carries our tag") {
		t.Errorf("%+v", r)
	}
	if r := row(t, items, "identity.account"); r.Says != pretendAccount { // no alias, and no failure
		t.Errorf("%+v", r)
	}
}

// TestPermissionsFollowThePlan: what the plan does not do is not tried.
func TestPermissionsFollowThePlan(t *testing.T) {
	w := roles(t)
	machine(t, assumes, "", "AWS_ENDPOINT_URL="+w.url, "AWS_REGION="+pretendRegion)
	p := flown()
	p.Rollback = plan.Rollback{Instance: "stop", Address: "keep", Group: "keep", Key: "keep"}
	p.OnDemand = []plan.Task{{ID: "alarms", Action: "cloudwatch.alarms"}}
	items, err := awsops.Doctor(t.Context(), awsops.Wish{Profile: "base", Plan: p})
	if err != nil {
		t.Fatal(err)
	}
	got := verdicts(items, "permissions")
	for action, want := range map[string]bool{"ec2:StopInstances": true, "ec2:TerminateInstances": false, "ec2:ReleaseAddress": false, "ec2:DeleteSecurityGroup": false, "ec2:DeleteKeyPair": false, "cloudwatch:PutMetricAlarm": true} {
		if _, tried := got[action]; tried != want {
			t.Errorf("%s: tried %v", action, tried)
		}
	}
	if r := row(t, items, "permission.cloudwatch:PutMetricAlarm"); r.Verdict != "inconclusive" || !strings.Contains(r.Says, "no dry run") {
		t.Errorf("%+v", r)
	}
	if items, err = awsops.Doctor(t.Context(), awsops.Wish{Profile: "base"}); err != nil || len(verdicts(items, "permissions")) != 0 {
		t.Errorf("without a plan: %v, %+v", err, items)
	}
}

// TestDoctorFindsOutNothing: who could not be asked is no verdict, who says no is.
func TestDoctorFindsOutNothing(t *testing.T) {
	w := roles(t)
	for _, tt := range []struct {
		name, endpoint, configured string
		verdict, says              string
	}{
		{"nobody there", "http://127.0.0.1:1", assumes, "inconclusive", "unreachable: GetCallerIdentity was not sent: "},
		{"another key", w.url, strings.Replace(assumes, "AKIA", "AKIB", 1), "fail", "AWS refused GetCallerIdentity: "},
		{"no key", w.url, "[profile base]\n", "fail", "GetCallerIdentity was not sent: there are no AWS credentials: "},
	} {
		machine(t, tt.configured, "", "AWS_ENDPOINT_URL="+tt.endpoint, "AWS_REGION="+pretendRegion, "AWS_EC2_METADATA_DISABLED=true")
		items, err := awsops.Doctor(t.Context(), awsops.Wish{Profile: "base", Plan: flown()})
		if r := row(t, items, "identity.account"); err == nil || r.Verdict != tt.verdict || !strings.HasPrefix(r.Says, tt.says) || r.Next == "" {
			t.Errorf("%s: %v, %+v", tt.name, err, r)
		}
	}
}

// TestDoctorWithoutARegion: that a sign-in is missing is learnt at once, not after the region.
func TestDoctorWithoutARegion(t *testing.T) {
	w := roles(t)
	machine(t, strings.Replace(assumes, "\nregion = ap-southeast-1", "", 1), "", "AWS_ENDPOINT_URL="+w.url)
	p := &person{answers: []string{cloud.MFACode(device)}}
	items, err := awsops.Doctor(t.Context(), awsops.Wish{Profile: "prod", Ask: p.Ask})
	if err == nil || !strings.Contains(err.Error(), "no region is named") {
		t.Errorf("%v", err)
	}
	if r := row(t, items, "settings.region"); r.Verdict != "fail" {
		t.Errorf("%+v", r)
	}
	if r := row(t, items, "identity.account"); r.Verdict != "pass" {
		t.Errorf("%+v", r)
	}
	if items, err = awsops.Doctor(t.Context(), awsops.Wish{Profile: "prod"}); err == nil || row(t, items, "identity.account").Verdict != "fail" {
		t.Errorf("%v, %+v", err, items)
	}
}
