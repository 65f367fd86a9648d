package plan_test

// load_test.go: one row for each way a plan file can be wrong, with its exact place.

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/examples"
	"tminus/tasks/plan"
)

func small(t testing.TB) string {
	t.Helper()
	src, err := os.ReadFile("testdata/small.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// told lists a refused plan's findings, one a line: place, message, and what was probably meant.
func told(t testing.TB, src string) []string {
	t.Helper()
	p, err := plan.Load("p.yaml", []byte(src))
	var refused *plan.Errors
	if err == nil || p != nil || !errors.As(err, &refused) {
		t.Fatalf("plan %v, error %v; want no plan and *plan.Errors", p, err)
	}
	var lines []string
	for _, f := range refused.Findings {
		line := fmt.Sprintf("%d:%d: %s", f.Line, f.Col, f.Message)
		if f.Nearest != "" {
			line += " → " + f.Nearest
		}
		lines = append(lines, line)
	}
	return lines
}

func TestLoadRefuses(t *testing.T) {
	const first, end = "  - id: T1\n", "    action: eip.assign\n"
	tests := []struct {
		name, old, new string // small.yaml with old replaced by new
		want           []string
	}{
		{"unknown key", "in_charge: LX", "in_chrage: LX", []string{"19:5: task T2 has no in_charge", `23:5: unknown key "in_chrage" in a task → in_charge`}},
		{"unknown key at the top", "release: R", "release: R\nwindows: 3", []string{`2:1: unknown key "windows" in the plan → window`}},
		{"unknown key, nothing near", "release: R", "release: R\ncoffee: black", []string{`2:1: unknown key "coffee" in the plan`}},
		{"duplicate key", "title: Two", "title: Two\n    title: Zwei", []string{`21:5: key "title" is given twice`}},
		{"a list for text", "title: Two", "title: [Two]", []string{"20:12: title is a list"}},
		{"a number for text", "release: R", "release: 1.0", []string{"1:10: release is the number 1.0"}},
		{"yes-or-no for text", "release: R", "release: true", []string{"1:10: release is the yes-or-no true"}},
		{"text for a list", "[T1]", "T1", []string{`24:12: after is the text "T1"`}},
		{"text for yes-or-no", end, "    gate: maybe\n", []string{`25:11: gate is the text "maybe"`}},
		{"text for keys", "window:\n  start: 2019-02-07 16:00\n  end: 2019-02-07 18:00", "window: today", []string{`4:9: window is the text "today"`}},
		{"no value", "title: Two", "title:", []string{"20:11: title has no value"}},
		{"an empty value", "title: Two", `title: " "`, []string{"20:12: title of task T2 is empty"}},
		{"a key that is a list", "title: Two", "title: Two\n    ? [a]\n    : b", []string{"21:7: a key of a task is a list"}},
		{"no release", "release: R\n", "", []string{"1:1: the plan has no release"}},
		{"no change", "change: C-1\n", "", []string{"1:1: the plan has no change"}},
		{"no timezone", "timezone: Asia/Singapore\n", "", []string{"1:1: the plan has no timezone"}},
		{"no window start", "  start: 2019-02-07 16:00\n  end", "  end", []string{"5:3: window has no start"}},
		{"no task id", first, "  -\n", []string{"15:5: task number 1 has no id", `24:13: after "T1" is not a task → T2`}},
		{"no task title", "    title: Two\n", "", []string{"19:5: task T2 has no title"}},
		{"no task start", "    start: 2019-02-07 17:00\n", "", []string{"19:5: task T2 has no start"}},
		{"no task end", "    end: 2019-02-07 17:00\n", "", []string{"14:5: task T1 has no end"}},
		{"no contact name", "    name: Lingxing\n", "", []string{"10:5: contact LX has no name"}},
		{"an open role with a name", "    manager: MY", "    open: true", []string{`12:11: contact LX is open, and held by "Lingxing"`}},
		{"unknown in_charge", "in_charge: LX", "in_charge: XL", []string{`23:16: in_charge "XL" is not a contact → LX`}},
		{"unknown manager", "manager: MY", "manager: JC", []string{`12:14: manager "JC" is not a contact`}},
		{"unknown deputy", end, "    deputy: M\n", []string{`25:13: deputy "M" is not a contact → MY`}},
		{"unknown after", "[T1]", "[T1, T9]", []string{`24:17: after "T9" is not a task`}},
		{"unknown signoff", end, "    signoff: [MY, PM]\n", []string{`25:19: signoff "PM" is not a contact`}},
		{"unknown risk owner", "tasks:", "risks: [{id: R1, description: d, owner: QQ}]\ntasks:", []string{`13:41: owner "QQ" is not a contact`}},
		{"a task id twice", "id: T2", "id: T1", []string{`19:9: task id "T1" is given twice`}},
		{"a contact id twice", "id: LX", "id: MY", []string{`10:9: contact id "MY" is given twice`, `23:16: in_charge "LX" is not a contact`}},
		{"a risk id twice", "tasks:", "risks: [{id: R1, description: d}, {id: R1, description: d}]\ntasks:", []string{`13:40: risk id "R1" is given twice`}},
		{"a Cyrillic id", "id: T2", "id: Т2", []string{`19:9: task id "Т2": Т is U+0422 (Cyrillic) → T2`}},
		{"a Cyrillic reference", "[T1]", "[Т1]", []string{`24:13: after "Т1" is not a task: Т is U+0422 (Cyrillic) → T1`}},
		{"both letters Cyrillic", "id: T2", "id: ТЗ", []string{`19:9: task id "ТЗ": Т is U+0422 (Cyrillic), З is U+0417 (Cyrillic) → T3`}},
		{"an id with a space", "id: T2", "id: T 2", []string{`19:9: task id "T 2"`}},
		{"a change that is a path", "change: C-1", "change: ../C-1", []string{`2:9: change is "../C-1"`}},
		{"a cycle", "    in_charge: MY\n", "    in_charge: MY\n    after: [T2]\n", []string{"25:13: tasks wait for each other: T1 → T2 → T1"}},
		{"a task after itself", "[T1]", "[T2]", []string{"24:13: tasks wait for each other: T2 → T2"}},
		{"a bad time", "start: 2019-02-07 17:00", "start: 7-Feb-19 17:00", []string{`21:12: start is the text "7-Feb-19 17:00"`}},
		{"a time without a date", "start: 2019-02-07 17:00", "start: 17:00", []string{`21:12: start is the text "17:00"`}},
		{"a time with one digit", "start: 2019-02-07 17:00", "start: 2019-02-07 7:00", []string{`21:12: start is the text "2019-02-07 7:00"`}},
		{"a day that is none", "start: 2019-02-07 17:00", "start: 2019-02-30 17:00", []string{`21:12: start is the text "2019-02-30 17:00"`}},
		{"end before start", "end: 2019-02-07 17:00", "end: 2019-02-07 15:00", []string{"17:10: task T1 ends 2019-02-07 15:00, before it starts"}},
		{"window ends before it starts", "end: 2019-02-07 18:00\ncontacts", "end: 2019-02-06 18:00\ncontacts", []string{
			"6:8: the window ends 2019-02-06 18:00, before it starts", "17:10: task T1 ends after the window", "22:10: task T2 ends after the window"}},
		{"an action before the window", "start: 2019-02-07 17:00", "start: 2019-02-07 15:00", []string{"21:12: task T2 starts before the window"}},
		{"a task after the window", "end: 2019-02-07 18:00\n    in_charge", "end: 2019-02-07 18:01\n    in_charge", []string{"22:10: task T2 ends after the window"}},
		{"earliest after start", end, "    earliest: 2019-02-07 17:30\n", []string{"25:15: task T2 may start earliest 2019-02-07 17:30, after its planned start"}},
		{"unknown status", end, "    status: Completed\n", []string{`25:13: unknown status "Completed" → completed`}},
		{"unknown likelihood", "tasks:", "risks: [{id: R1, description: d, likelihood: hihg}]\ntasks:", []string{`13:46: unknown likelihood "hihg" → high`}},
		{"unknown impact", "tasks:", "risks: [{id: R1, description: d, impact: severe}]\ntasks:", []string{`13:42: unknown impact "severe"`}},
		{"unknown treatment", "tasks:", "risks: [{id: R1, description: d, treatments: [{kind: mitigation}]}]\ntasks:", []string{`13:54: unknown treatment "mitigation" → mitigate`}},
		{"unknown rollback", "tasks:", "rollback: {instance: terminat, address: delete, security_group: stop, key_pair: release}\ntasks:", []string{
			`13:22: unknown rollback of the instance "terminat" → terminate`, `13:41: unknown rollback of the address "delete"`,
			`13:65: unknown rollback of the security_group "stop"`, `13:81: unknown rollback of the key_pair "release"`}},
		{"a gate with an action", end, end + "    gate: true\n", []string{"25:13: task T2 is a gate with an action"}},
		{"a gate with a sign-off", end, "    gate: true\n    signoff: [MY]\n", []string{"26:15: task T2 is a gate with a sign-off"}},
		{"an action that is none", "eip.assign", "eip assign", []string{`25:13: action is "eip assign"`}},
		{"an account", "tasks:", "environment: {account: \"1234\"}\ntasks:", []string{`13:24: account is "1234"`}},
		{"an account without quotes", "tasks:", "environment: {account: 123456789012}\ntasks:", []string{"13:24: account is the number 123456789012"}},
		{"a region", "tasks:", "environment: {region: Singapore}\ntasks:", []string{`13:23: region is "Singapore"`}},
		{"resource ids", "tasks:", "environment: {instance: {ami: vpc-1, vpc: vpc-XYZ, subnet: 7a}}\ntasks:", []string{
			`13:31: ami is "vpc-1"`, `13:43: vpc is "vpc-XYZ"`, `13:60: subnet is "7a"`}},
		{"a user that is an option", "tasks:", "environment: {instance: {ssh_user: -oProxyCommand=x}}\ntasks:", []string{`13:36: ssh_user is "-oProxyCommand=x"`}},
		{"ports", "tasks:", "environment: {instance: {ports: [{port: 70000, from: 0.0.0.0/0}, {port: 22, from: 10.0.0.1}, {from: 10.0.0.9/8, port: 22}]}}\ntasks:", []string{
			"13:41: port is 70000", `13:83: from is "10.0.0.1"`, `13:101: from is "10.0.0.9/8", an address inside its network → 10.0.0.0/8`}},
		{"a port rule twice", "tasks:", "environment: {instance: {ports: [{port: 22, from: 0.0.0.0/0}, {port: 22, from: 0.0.0.0/0}]}}\ntasks:", []string{"13:63: port 22 from 0.0.0.0/0 is given twice"}},
		{"an octal number", "tasks:", "environment: {application: {port: 0777}}\ntasks:", []string{"13:35: port is the number 0777"}},
		{"a number with an exponent", "tasks:", "environment: {application: {port: 1e3}}\ntasks:", []string{"13:35: port is the number 1e3"}},
		{"a length of time", "tasks:", "rollback: {budget: soon}\ntasks:", []string{`13:20: budget is the text "soon"`}},
		{"an alias", "title: One\n    start: 2019-02-07 16:00\n    end: 2019-02-07 17:00\n    in_charge: MY\n  - id: T2\n    title: Two",
			"title: &one One\n    start: 2019-02-07 16:00\n    end: 2019-02-07 17:00\n    in_charge: MY\n  - id: T2\n    title: *one", []string{"15:12: anchor &one", "20:12: alias *one"}},
		{"an alias of nothing", "title: Two", "title: *one", []string{"20:12: not YAML: unknown anchor 'one' referenced"}},
		{"an anchor", "title: One", "title: &one One", []string{"15:12: anchor &one"}},
		{"a merge key", "title: Two", "title: Two\n    <<: {gate: true}", []string{"21:5: merge key <<"}},
		{"a tag", "title: Two", "title: !!str Two", []string{"20:12: tag !!str"}},
		{"a second document", end, end + "---\nrelease: S\n", []string{"26:1: a second document starts here"}},
		{"a directive", "release: R", "%YAML 1.2\n---\nrelease: R", []string{"1:1: not YAML: a YAML directive"}},
		{"a tab for indent", "    title: Two", "\ttitle: Two", []string{"20:1: not YAML: a tab indents this line"}},
		{"not YAML", "title: Two", "title: [Two", []string{"21:10: not YAML: while parsing a flow sequence: did not find expected ',' or ']'"}},
		{"a NUL", "title: Two", "title: T\x00o", []string{"20:13: invisible character U+0000"}},
		{"a right-to-left override", "title: Two", "title: T\u202Eo", []string{"20:13: invisible character U+202E"}},
		{"an escape for an invisible character", "title: Two", `title: "T\eo"`, []string{"20:12: title holds the invisible character U+001B"}},
		{"not UTF-8", "title: Two", "title: Tw\xF6", []string{"20:14: byte 0xF6 is not UTF-8"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src := strings.Replace(small(t), tt.old, tt.new, 1)
			if src == small(t) {
				t.Fatalf("%q is not in small.yaml", tt.old)
			}
			if diff := cmp.Diff(tt.want, told(t, src)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLoadRefusesWholeFiles(t *testing.T) {
	for name, tt := range map[string]struct{ src, want string }{
		"empty":         {"", "1:1: the file holds no plan"},
		"comments only": {"# nothing\n", "1:1: the file holds no plan"},
		"UTF-16":        {"\xFF\xFEr\x00", "1:1: the file is UTF-16"},
		"a list":        {"- a\n", "1:1: the plan is a list"},
		"a word":        {"plan\n", `1:1: the plan is the text "plan"`},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff([]string{tt.want}, told(t, tt.src)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSmokeRefuses(t *testing.T) {
	const writes = `{name: functional, checks: [{name: c, path: /, capture: {csrf: (x)}},` + "\n"
	const reads = "{name: read-only, checks: [\n"
	tests := []struct{ name, stage, check, want string }{
		{"a writing method in a stage that reads", reads, "{name: c, path: /, method: POST}", `2:28: check c of stage read-only writes: POST`},
		{"a writing method in a safe stage", "{name: full, safe: true, checks: [\n", "{name: c, path: /, method: DELETE}", `2:28: check c of stage full writes: DELETE`},
		{"an unknown stage", "{name: ful, checks: [\n", "{name: c, path: /}", `1:16: unknown stage "ful" → full`},
		{"a stage twice", "{name: full, checks: [{name: a, path: /}]}, {name: full, checks: [\n", "{name: c, path: /}", "1:60: stage full is given twice"},
		{"an unknown method", writes, "{name: c, path: /, method: get}", `2:28: unknown method "get" → GET`},
		{"a relative path", writes, "{name: c, path: login}", `2:17: path is "login"`},
		{"another host's path", writes, "{name: c, path: //evil.example/}", `2:17: path is "//evil.example/"`},
		{"a status", writes, "{name: c, path: /, status: 42}", "2:28: status is 42"},
		{"a form with GET", writes, "{name: c, path: /, form: {a: b}}", "2:26: check c of stage functional sends a form without writing"},
		{"a bad pattern", writes, `{name: c, path: /, capture: {csrf: "a("}}`, "2:36: capture \"csrf\": missing closing ): `a(`"},
		{"a pattern without a group", writes, `{name: c, path: /, capture: {csrf: "a"}}`, `2:36: capture "csrf" does not have exactly one group`},
		{"a capture nobody can name", writes, `{name: c, path: /, capture: {a b: (x)}}`, `2:35: capture "a b" cannot be named in {{ }}`},
		{"a value nobody captured", writes, `{name: c, path: /, method: POST, form: {a: "{{csfr}}"}}`, `2:44: form "a" uses "csfr", which no earlier check of the stage captures and the plan does not define → csrf`},
		{"a value of another stage", writes + "]}, " + strings.Replace(reads, "read-only", "full", 1), `{name: c, path: /, method: POST, form: {a: "{{csrf}}"}}`, `3:44: form "a" uses "csrf", which no earlier check of the stage captures and the plan does not define`},
		{"a path with a name from nowhere", writes, `{name: c, get: "/{{id}}"}`, `2:16: a text of check c of stage functional uses "id", which no earlier check of the stage captures and the plan does not define`},
		{"a text with one", writes, `{name: c, path: /, contains: "{{biuld}}"}`, `2:30: a text of check c of stage functional uses "biuld", which no earlier check of the stage captures and the plan does not define → build`},
		{"an open placeholder", writes, `{name: c, path: /, method: POST, form: {a: "{{csrf"}}`, `2:44: form "a" opens {{ and does not close it`},
		{"a bound", writes, `{name: c, path: /, max: -2s}`, `2:25: max is the text "-2s"`},
		{"two requests", writes, "{get: /, post: /}", `2:16: check number 2 of stage functional asks twice`},
		{"a method twice", writes, "{get: /, method: POST}", `2:18: check number 2 of stage functional names its method twice`},
		{"a short form that writes", reads, "{delete: /contracts/1/}", `2:10: check number 1 of stage read-only writes: DELETE`},
		{"a short form's path", writes, "{get: login}", `2:7: path is "login"`},
		{"a latency", writes, "{get: /, within: 2h}", `2:18: a latency is 2h0m0s`},
		{"a budget", "{name: full, budget: 20h, checks: [\n", "{get: /}", `1:30: budget is 20h0m0s`},
		{"a file elsewhere", "{name: full, files: [../x.hurl], checks: [\n", "{get: /}", `1:30: file is "../x.hurl"`},
		{"a file that is none", "{name: full, files: [smoke/x.txt], checks: [\n", "{get: /}", `1:30: file is "smoke/x.txt"`},
		{"no path", writes, "{name: c}", "2:1: check c of stage functional has no path"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src := "smoke: [" + tt.stage + tt.check + "]}]\n"
			if diff := cmp.Diff([]string{tt.want}, told(t, src+small(t))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What stages share, and where tests may go.
func TestTestingRefuses(t *testing.T) {
	for src, want := range map[string]string{
		"testing: {parallel: 99}":                                         "1:21: parallel is 99",
		"testing: {variables: {a b: x}}":                                  `1:28: variable "a b" cannot be named in {{ }}`,
		"testing: {variables: {base: x}}":                                 `1:29: variable "base" is tminus's own`,
		"testing: {variables: {a: x}, secrets: {a: X}}":                   `1:43: "a" is a variable and a secret`,
		"testing: {secrets: {password: hunter 2}}":                        `1:31: secret "password" does not name an environment variable`,
		"environment: {application: {host: http://scp.example}}":          `1:35: host is "http://scp.example"`,
		"environment: {application: {host: 13.228.4.17}}":                 `1:35: host is "13.228.4.17"`,
		"environment: {application: {hosts: [scp.example:0]}}":            `1:37: an entry of hosts is "scp.example:0"`,
		"environment: {application: {hosts: [scp.example/x]}}":            `1:37: an entry of hosts is "scp.example/x"`,
		"environment: {application: {probe: {path: healthz}}}":            `1:43: path is "healthz"`,
		"environment: {application: {probe: {every: 10ms}}}":              `1:44: every is 10ms`,
		"environment: {application: {probe: {every: 5s, within: 1000s}}}": `1:56: within is 16m40s`,
	} {
		if diff := cmp.Diff([]string{want}, told(t, src+"\n"+small(t))); diff != "" {
			t.Errorf("%s: %s", src, diff)
		}
	}
	good := "environment: {application: {tls: true, host: scp.example.com, hosts: [login.example, '10.0.0.7:8443', '[2001:db8::1]:80'], probe: {every: 10s}}}\n" +
		"testing: {variables: {user: qa}, secrets: {password: SCP_QA_PASSWORD}, bodies: true}\n" +
		"smoke: [{name: full, budget: 90s, degraded: 800ms, files: [smoke/full/*.hurl], checks: [{post: /login/, form: {u: '{{user}}', p: '{{password}}', b: '{{build}}'}}]}]\n"
	p, err := plan.Load("p.yaml", []byte(good+small(t)))
	if err != nil {
		t.Fatal(err)
	}
	if c := p.Smoke[0].Checks[0]; c.Name != "POST /login/" || c.Method != "POST" || c.Path != "/login/" || c.Degraded.Duration != 800*time.Millisecond {
		t.Errorf("the short form is %+v", c)
	}
}

// What word processors and other systems do to a text file changes nothing.
func TestLoadAccepts(t *testing.T) {
	for name, src := range map[string]string{
		"as it is":          small(t),
		"a byte order mark": "\uFEFF" + small(t),
		"CRLF":              strings.ReplaceAll(small(t), "\n", "\r\n"),
		"CR":                strings.ReplaceAll(small(t), "\n", "\r"),
		"no final newline":  strings.TrimRight(small(t), "\n"),
		"document start":    "---\n" + small(t),
		"quoted times":      strings.ReplaceAll(small(t), "2019-02-07 16:00", `"2019-02-07 16:00"`),
		"tabs in a text":    strings.Replace(small(t), "title: Two", "title: Two\t# tab", 1),
		"a past task":       strings.Replace(small(t), "    action: eip.assign", "    status: completed\n    earliest: 2019-02-07 17:00", 1),
		"hand work before":  strings.Replace(small(t), "start: 2019-02-07 16:00\n    end", "start: 2019-02-01 16:00\n    end", 1),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := plan.Load("p.yaml", []byte(src)); err != nil {
				t.Error(err)
			}
		})
	}
}

// Columns are those of the line as quoted, whatever stands before.
func TestPlacesAfterByteOrderMarkAndCRLF(t *testing.T) {
	src := "\uFEFF" + strings.ReplaceAll(strings.Replace(small(t), "release: R", "release: [é, R]", 1), "\n", "\r\n")
	if diff := cmp.Diff([]string{"1:10: release is a list"}, told(t, src)); diff != "" {
		t.Error(diff)
	}
}

var update = flag.Bool("update", false, "write testdata/*.golden anew")

// The whole text a person reads, for a plan with many faults.
func TestErrorsAsRead(t *testing.T) {
	src, err := os.ReadFile("testdata/bad.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, refused := plan.Load("bad.yaml", src)
	if refused == nil {
		t.Fatal("bad.yaml was accepted")
	}
	got := refused.Error() + "\n"
	if *update {
		if err := os.WriteFile("testdata/bad.golden", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/bad.golden")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

// The hash is of the bytes as they are in the file, so that a frozen copy can be checked with sha256sum.
func TestHashIsOfTheFile(t *testing.T) {
	plain, err := plan.Load("p.yaml", []byte(small(t)))
	if err != nil {
		t.Fatal(err)
	}
	marked, err := plan.Load("p.yaml", []byte("\uFEFF"+small(t)))
	if err != nil {
		t.Fatal(err)
	}
	if plain.Hash == marked.Hash {
		t.Error("two files with one hash")
	}
	_, src := examples.SCP()
	src[0] = 'X'
	if _, fresh := examples.SCP(); fresh[0] == 'X' {
		t.Error("SCP hands out bytes that others can change")
	}
}
