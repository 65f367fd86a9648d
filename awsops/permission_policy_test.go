package awsops

// permission_policy_test.go: docs/iam.md against the calls that the code can make. The table is
// api.go itself: a call added there and not in the policies is found here.

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// list is what IAM writes as one text or several.
type list []string

func (l *list) UnmarshalJSON(b []byte) error {
	var one string
	if err := json.Unmarshal(b, &one); err == nil {
		*l = list{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(l))
}

type statement struct {
	Sid, Effect      string
	Action, Resource list
	Condition        map[string]map[string]list
}

// policies are the JSON blocks of docs/iam.md: for operating, for reading.
func policies(t *testing.T) (all [2][]statement) {
	t.Helper()
	text, err := os.ReadFile("../docs/iam.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) != len(all) {
		t.Fatalf("docs/iam.md has %d policies", len(blocks))
	}
	for n, b := range blocks {
		var p struct {
			Version   string
			Statement []statement
		}
		d := json.NewDecoder(strings.NewReader(b[1]))
		d.DisallowUnknownFields()
		if err := d.Decode(&p); err != nil || p.Version != "2012-10-17" {
			t.Fatalf("policy %d, version %q: %v", n, p.Version, err)
		}
		if size := strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return r
		}, b[1]); len(size) > 6144 {
			t.Errorf("policy %d has %d characters; a managed policy takes 6144", n, len(size))
		}
		all[n] = p.Statement
	}
	return all
}

// allowed are the actions of a policy.
func allowed(t *testing.T, all []statement) map[string]bool {
	t.Helper()
	set := map[string]bool{}
	for _, s := range all {
		if s.Effect != "Allow" || s.Sid == "" || len(s.Resource) == 0 {
			t.Errorf("%+v", s)
		}
		for _, a := range s.Action {
			if strings.Contains(a, "*") {
				t.Errorf("%s allows %s", s.Sid, a)
			}
			set[a] = true
		}
	}
	return set
}

// calls are the IAM actions of a set of clients, by their interfaces.
func calls(t *testing.T, clients reflect.Type) map[string]bool {
	t.Helper()
	service := map[string]string{"ec2": "ec2", "caller": "sts", "metrics": "cloudwatch", "names": "iam", "quotas": "servicequotas", "builds": "ec2", "alarms": "cloudwatch"}
	set := map[string]bool{}
	for n := range clients.NumField() {
		f := clients.Field(n)
		if service[f.Name] == "" {
			t.Fatalf("api.go: of which service is %s?", f.Name)
		}
		for m := range f.Type.NumMethod() {
			set[service[f.Name]+":"+f.Type.Method(m).Name] = true
		}
	}
	return set
}

func TestPoliciesAreWhatTheCodeCalls(t *testing.T) {
	docs := policies(t)
	looks, changes := calls(t, reflect.TypeFor[reads]()), calls(t, reflect.TypeFor[writes]())
	// Tags are given while making: EC2 checks that as an action of its own, and so does CloudWatch.
	changes["ec2:CreateTags"], changes["cloudwatch:TagResource"] = true, true
	if len(looks) < 20 || len(changes) < 16 {
		t.Fatalf("%d looks, %d changes", len(looks), len(changes))
	}
	all := maps.Clone(looks)
	maps.Copy(all, changes)
	for n, want := range []map[string]bool{all, looks} {
		have := allowed(t, docs[n])
		for a := range want {
			if !have[a] {
				t.Errorf("policy %d lacks %s, which the code calls", n, a)
			}
		}
		for a := range have {
			if !want[a] {
				t.Errorf("policy %d allows %s, which the code never calls", n, a)
			}
		}
	}
}

// TestPoliciesAreBound: what is made must carry our tag, what is ended must have it, and nothing reaches into another region.
func TestPoliciesAreBound(t *testing.T) {
	bound := map[string]string{
		"ec2:TerminateInstances": "aws:ResourceTag/tminus:run", "ec2:StopInstances": "aws:ResourceTag/tminus:run", "ec2:DeleteSecurityGroup": "aws:ResourceTag/tminus:run",
		"ec2:AuthorizeSecurityGroupIngress": "aws:ResourceTag/tminus:run", "ec2:ReleaseAddress": "aws:ResourceTag/tminus:run", "ec2:DeleteKeyPair": "aws:ResourceTag/tminus:run",
		"ec2:AllocateAddress": "aws:RequestTag/tminus:run", "ec2:ImportKeyPair": "aws:RequestTag/tminus:run", "ec2:CreateTags": "ec2:CreateAction",
	}
	operating := policies(t)[0]
	for _, s := range operating {
		var keys []string
		for _, by := range s.Condition {
			keys = slices.AppendSeq(keys, maps.Keys(by))
		}
		for _, a := range s.Action {
			if want := bound[a]; want != "" && !slices.Contains(keys, want) {
				t.Errorf("%s allows %s without %s", s.Sid, a, want)
			}
		}
		unbound := slices.ContainsFunc(s.Resource, func(r string) bool { return !strings.Contains(r, ":ap-southeast-1:") })
		if s.Sid != "Look" && unbound {
			t.Errorf("%s reaches beyond the region: %v", s.Sid, s.Resource)
		}
		// An instance or a volume is made only with our tag.
		made := slices.ContainsFunc(s.Resource, func(r string) bool { return strings.HasSuffix(r, ":instance/*") || strings.HasSuffix(r, ":volume/*") })
		if slices.Contains(s.Action, "ec2:RunInstances") && made && !slices.Contains(keys, "aws:RequestTag/tminus:run") {
			t.Errorf("%s launches what carries no tag", s.Sid)
		}
	}
	create := operating[slices.IndexFunc(operating, func(s statement) bool { return slices.Contains(s.Action, "ec2:CreateTags") })].Condition["StringEquals"]["ec2:CreateAction"]
	if want := []string{"AllocateAddress", "CreateSecurityGroup", "ImportKeyPair", "RunInstances"}; !slices.Equal(create, want) {
		t.Errorf("tags may be given in %v, want %v", create, want)
	}
}
