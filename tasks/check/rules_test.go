package check_test

// rules_test.go: a plan that no rule minds, and for each rule the smallest change that
// it does mind: what it says, where, and that nothing else speaks.

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks/check"
)

func calm(t testing.TB) string {
	t.Helper()
	src, err := os.ReadFile("testdata/calm.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// told is what the report says and nobody has waived, one finding a line: place, rule, sentence.
func told(rep *check.Report) []string {
	var lines []string
	for _, f := range rep.Findings {
		if f.Waived != nil {
			continue
		}
		lines = append(lines, fmt.Sprintf("%d:%d %s %s", f.At.Line, f.At.Col, f.Rule, f.At.Message))
	}
	return lines
}

func TestACalmPlan(t *testing.T) {
	rep := check.Check("calm.yaml", []byte(calm(t)))
	if got := told(rep); got != nil || !rep.Loaded {
		t.Error(strings.Join(got, "\n"))
	}
}

// edit is calm.yaml with parts of it replaced, each of which stands in it once.
func edit(t *testing.T, pairs ...string) string {
	t.Helper()
	src := calm(t)
	for i := 0; i < len(pairs); i += 2 {
		if strings.Count(src, pairs[i]) != 1 {
			t.Fatalf("%q stands %d times in calm.yaml", pairs[i], strings.Count(src, pairs[i]))
		}
		src = strings.Replace(src, pairs[i], pairs[i+1], 1)
	}
	return src
}

type row struct {
	name string
	edit []string
	want []string // "line:column RULE sentence"
}

func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range slices.Concat(peopleRows(), timeRows(), flowRows(), riskRows(), worldRows(), textRows(), waiverRows()) {
		t.Run(r.name, func(t *testing.T) {
			rep := check.Check("p.yaml", []byte(edit(t, r.edit...)))
			if diff := cmp.Diff(r.want, told(rep)); diff != "" {
				t.Error(diff)
			}
			for _, f := range rep.Findings {
				seen[f.Rule] = true
				if f.Fix == "" || f.Title == "" || f.At.Excerpt == "" {
					t.Errorf("%s says nothing: %+v", f.Rule, f)
				}
			}
		})
	}
	for _, r := range check.Rules() {
		if !seen[r.ID] && !strings.HasPrefix(r.ID, "P") {
			t.Errorf("no row for %s, %s", r.ID, r.Title)
		}
	}
}

func peopleRows() []row {
	return []row{
		{"a team nobody is of", []string{"title: Launch the instance\n    start: 2026-09-23 20:10\n    end: 2026-09-23 20:40\n    teams: [Platform]", "title: Launch the instance\n    start: 2026-09-23 20:10\n    end: 2026-09-23 20:40\n    teams: [Platforms, Cooks]"},
			[]string{"66:13 L10 T1 is done by Platforms, a team that no contact belongs to", "66:24 L10 T1 is done by Cooks, a team that no contact belongs to"}},
		{"another team's task", []string{"    in_charge: GH\n    post_check: [The logs", "    in_charge: CD\n    post_check: [The logs"},
			[]string{"105:16 L11 CD is in charge of T4, and belongs to Platform, not to Quality"}},
		{"an open role signs off", []string{"{id: DW, name: Dana Winter, phone: +49 170 5550105, role: Product Manager, deputy: ES}", "{id: DW, role: Product Manager, open: true}", "business: Dana Winter", "business: Erik Sommer"},
			[]string{"99:15 L12 T3 needs the sign-off of DW, and nobody is the Product Manager"}},
		{"a role in a text", []string{"[Every test has passed.]", "[The COO has looked at every test.]"},
			[]string{"96:18 L12 T3 needs the COO, and no contact has that role"}},
		{"an owner without a contact", []string{"business: Dana Winter", "business: Paul Griffin"},
			[]string{"8:13 L13 Paul Griffin is the business owner, and no contact says how to reach them"}},
		{"a name in two spellings", []string{"business: Dana Winter", "business: Dr. D. Winter"},
			[]string{"8:13 L14 Dr. D. Winter is probably DW, Dana Winter"}},
		{"nobody stands in, nobody could", []string{"team: Platform, manager: ES, deputy: CD}", "team: Cellar, manager: CD}", "    in_charge: AB\n    after: [T1]", "    in_charge: EF\n    after: [T1]",
			"    teams: [Platform]\n    in_charge: AB\n    preparation", "    in_charge: AB\n    preparation", "    teams: [Platform]\n    in_charge: AB\n    post_check: [The address", "    in_charge: AB\n    post_check: [The address"},
			[]string{"11:5 L15 AB is in charge of T1 and T2, nobody stands in, and Cellar has nobody else"}},
		{"nobody stands in, somebody could", []string{"team: Platform, manager: ES, deputy: CD}", "team: Platform, manager: CD}"},
			[]string{"11:5 L59 AB is in charge of T1, G1 and T2 without a named deputy; CD of Platform could be asked"}},
		{"who did it tests it", []string{"    teams: [Quality]\n    in_charge: EF", "    in_charge: AB"},
			[]string{"94:16 L16 AB does T2 and is in charge of testing it in T3"}},
		{"spare hands", []string{"    in_charge: GH\n    post_check: [The logs", "    in_charge: EF\n    post_check: [The logs", "    in_charge: GH\n    post_check: [The dep", "    in_charge: EF\n    post_check: [The dep", "deputy: GH", "deputy: DW"},
			[]string{"14:5 L17 no task, vote or sign-off that is still to come: GH"}},
		{"wanted on demand only", []string{"    in_charge: GH\n    post_check: [The logs", "    in_charge: EF\n    post_check: [The logs", "    in_charge: GH\n    post_check: [The dep", "    in_charge: EF\n    post_check: [The dep", "deputy: GH", "deputy: DW",
			"rollback: {", "on_demand:\n  - {id: X1, title: Call them, in_charge: GH}\nrollback: {"}, nil},
		{"a number without its country, and none", []string{"+49 170 5550101", "0170 5550101", "phone: +49 170 5550103, ", ""},
			[]string{"11:37 L18 numbers without a country code: AB", "13:5 L18 EF has a part in the day and no phone number"}},
		{"the owner validates", []string{"signoff: [DW]", "signoff: [DW, ES]"},
			[]string{"99:19 L54 ES owns the deployment and validates it in T3"}},
		{"nobody is told", []string{"team: Quality, manager: ES, deputy: EF", "team: Communications, manager: ES, deputy: EF", "Announce the deployment", "Prepare the deployment",
			"    teams: [Quality]\n    in_charge: GH\n    post_check: [The logs", "    in_charge: GH\n    post_check: [The logs", "    teams: [Quality]\n    in_charge: GH\n    post_check: [The dep", "    in_charge: GH\n    post_check: [The dep"},
			[]string{"14:60 L60 there is a team Communications, and no task tells anybody of the deployment"}},
		{"signs off the own work", []string{"signoff: [DW]", "signoff: [DW, EF]"},
			[]string{"99:19 L71 EF is in charge of T3 and signs it off"}},
		{"an escalation in a circle", []string{"phone: +49 170 5550106, role: CTO", "phone: +49 170 5550106, role: CTO, manager: AB"},
			[]string{"11:79 L72 whoever escalates from AB comes back to AB"}},
	}
}

func timeRows() []row {
	return []row{
		{"no float", []string{"  end: 2026-09-24 00:00", "  end: 2026-09-23 22:30", "    start: 2026-09-23 21:30\n    end: 2026-09-23 22:00", "    start: 2026-09-23 21:30\n    end: 2026-09-23 22:30"},
			[]string{"103:10 L19 A1 → T1 → G1 → T2 → T3 → T4 fill the window to its last minute, 22:30: the first slip leaves it"}},
		{"longer than the window", []string{"  end: 2026-09-24 00:00", "  end: 2026-09-23 22:00", "    start: 2026-09-23 21:30\n", "    start: 2026-09-23 21:20\n"},
			[]string{"103:10 L19 A1 → T1 → G1 → T2 → T3 → T4 take 10m longer than the window has", "107:13 L68 T4 starts at 21:20, and waits for T3, which ends at 21:30"}},
		{"little float", []string{"  end: 2026-09-24 00:00", "  end: 2026-09-23 22:05"},
			[]string{"103:10 L61 A1 → T1 → G1 → T2 → T3 → T4 leave 5m of the window"}},
		{"edited after it was handed out", []string{"  - id: A1\n    title: Announce the deployment", "  - {id: Z1, title: Publish the plan, start: 2026-09-21 10:00, end: 2026-09-21 11:00, in_charge: GH, status: completed}\n  - {id: Z2, title: Order pizza, start: 2026-09-22 10:00, end: 2026-09-22 11:00, in_charge: GH, status: completed}\n  - id: A1\n    title: Announce the deployment"},
			[]string{"55:21 L30 Z1 handed the plan out on 21 September, and it records that Z2 was completed on 22 September"}},
		{"an old result", []string{"  - id: A1\n    title: Announce", "  - {id: Z1, title: Get the image, start: 2026-09-17 10:00, end: 2026-09-17 11:00, in_charge: GH, status: completed}\n  - id: A1\n    after: [Z1]\n    title: Announce"},
			[]string{"57:13 L31 A1 relies on Z1, which will be 6 days 9 h old, and nothing looks again"}},
		{"business hours", []string{"  start: 2026-09-23 20:00\n  end: 2026", "  start: 2026-09-23 17:30\n  end: 2026", "    start: 2026-09-23 20:00\n    end: 2026-09-23 20:10", "    start: 2026-09-23 17:30\n    end: 2026-09-23 20:10"},
			[]string{"5:10 L32 the window is inside business hours: Wednesday, 17:30 to 00:00"}},
		{"the clocks change", []string{"  end: 2026-09-24 00:00", "  end: 2026-10-26 00:00"},
			[]string{"5:10 L32 the window is inside business hours: Wednesday, 20:00 to 00:00", "5:10 L73 the clocks of Europe/Berlin change at 02:59, inside the window"}},
		{"the weekend begins", []string{"  end: 2026-09-24 00:00", "  end: 2026-09-25 22:00"},
			[]string{"5:10 L32 the window is inside business hours: Wednesday, 20:00 to 22:00", "6:8 L74 the window ends on a Friday at 22:00"}},
		{"in two places", []string{"    start: 2026-09-23 21:30\n", "    start: 2026-09-23 21:20\n", "    in_charge: GH\n    post_check: [The logs", "    in_charge: EF\n    post_check: [The logs"},
			[]string{"102:12 L65 EF is in charge of T4 from 21:20 on, and of T3 until 21:30", "107:13 L68 T4 starts at 21:20, and waits for T3, which ends at 21:30"}},
		{"no time", []string{"    end: 2026-09-23 22:00", "    end: 2026-09-23 21:30"},
			[]string{"103:10 L70 T4 ends when it starts, 21:30"}},
	}
}

func flowRows() []row {
	return []row{
		{"waits for nothing", []string{"    after: [T2]\n", ""},
			[]string{"90:5 L04 T3 waits for nothing: as written it could start before A1"}},
		{"an outdated proof", []string{"title: Go or no-go", "title: Go or no-go, after ssh", "    after: [A1]\n", "    after: [A1, S1]\n", "  - id: G1", "  - {id: S1, title: Try the login, start: 2026-09-23 20:00, end: 2026-09-23 20:05, in_charge: CD, action: ssh.test, post_check: [The login works.]}\n  - id: G1"},
			[]string{"83:12 L25 T2 releases the public address and name that S1 proved"}},
		{"completed too early", []string{"    post_check: [The deployment is announced on the intranet.]", "    after: [A0]\n    status: completed", "tasks:\n", "tasks:\n  - {id: A0, title: Warn the users, start: 2026-09-23 20:00, end: 2026-09-23 20:05, in_charge: GH, post_check: [The users are warned.]}\n"},
			[]string{"62:13 L69 A1 is completed, and waits for A0, which is not"}},
		{"no way back", []string{", budget: 30m}", "}"},
			[]string{"112:11 L20 the plan does not say how it is backed out, or how long that takes: decide by cannot be computed"}},
		{"a way back that is too long", []string{"budget: 30m", "budget: 3h"},
			[]string{"112:101 L20 T3 ends at 21:30, and backing out takes 3h: decide by is 21:00, before anybody knows"}},
		{"public without a go", []string{"    after: [G1]", "    after: [T1]"},
			[]string{"82:12 L21 T2 makes the machine public, and nobody says go before it"}},
		{"nobody decides at all", []string{"    action: eip.assign", "    action: ssh.test", "    gate: true\n    poll: [AB, EF]\n    deadline: 2026-09-23 21:00\n", "    post_check: [A go or a no-go is said.]\n", "    signoff: [DW]\n", "    deputy: DW\n"},
			[]string{"98:5 L21 nobody says go anywhere in the plan, and nobody signs off T4"}},
		{"nothing after the test", []string{"    after: [T3]", "    after: [T1]"},
			[]string{"90:5 L58 nothing follows T3: nobody watches, hands over or closes"}},
		{"a lone gate", []string{"    poll: [AB, EF]\n    deadline: 2026-09-23 21:00\n", ""},
			[]string{"72:5 L62 AB decides G1 alone, and by no time"}},
		{"a gate of one", []string{"poll: [AB, EF]", "poll: [EF]"},
			[]string{"72:5 L62 AB decides G1 alone"}},
		{"a gate without a time", []string{"    deadline: 2026-09-23 21:00\n", ""},
			[]string{"72:5 L62 G1 has to be decided by no time"}},
	}
}

func worldRows() []row {
	return []row{
		{"an image from anywhere", []string{"  ami_owner: \"109876543210\"\n", ""},
			[]string{"25:10 L77 nobody says who owns ami-0123456789abcdef0"}},
		{"alarms for nobody", []string{"rollback: {", "on_demand:\n  - {id: X1, title: Create the alarms, in_charge: AB, action: cloudwatch.alarms}\nrollback: {"},
			[]string{"113:63 L79 X1 creates alarms, and they notify no topic"}},
		{"a login elsewhere", []string{"    ssh_user: ec2-user\n", "    ssh_user: ec2-user\n    ssh_port: 2222\n",
			"  - id: G1", "  - {id: S1, title: Try the login, start: 2026-09-23 20:40, end: 2026-09-23 20:45, in_charge: CD, after: [T1], action: ssh.test, post_check: [The login works.]}\n  - id: G1"},
			[]string{"31:15 L80 S1 logs in on port 2222, and the plan does not open it"}},
		{"a key pair of the team's", []string{"    ssh_user: ec2-user\n", "    ssh_user: ec2-user\n    key_pair: team\n"},
			[]string{"31:15 L81 the private key of team is not said: it has to be in the run's folder, as keys/team.pem"}},
		{"a login elsewhere, open to the world", []string{"    ssh_user: ec2-user\n", "    ssh_user: ec2-user\n    ssh_port: 2222\n", "{port: 22, from: 203.0.113.0/24}", "{port: 2222, from: 0.0.0.0/0}"},
			[]string{"33:28 L66 port 2222 is open to 0.0.0.0/0, the whole internet"}},
		{"an address that nobody gives back", []string{" address: release,", ""},
			[]string{"112:11 L26 T2 needs an address, and the rollback does not say what becomes of it"}},
		{"placeholders", []string{"ssh_user: ec2-user", "ssh_user: to be decided", "name: Gil Hahn", "name: TBD", "[The logs show no errors.]", "[<what?>]"},
			[]string{"14:20 L45 the name of GH is still to be filled in: TBD", `30:15 P11 ssh_user is "to be decided"`, "106:18 L45 a text of T4 is still to be filled in: <what?>", `106:18 L57 no post-check of T4 looks at "Watch the logs"`}},
		{"two systems", []string{"os: Amazon Linux 2023", "os: Red/centos (Linux)"},
			[]string{"35:15 L46 Red/centos (Linux) is more than one system"}},
		{"a system without a version", []string{"os: Amazon Linux 2023", "os: CentOS"},
			[]string{"35:15 L46 CentOS has no version"}},
		{"no system", []string{"os: Amazon Linux 2023", "os: Linux 6"},
			[]string{"35:15 L46 Linux 6 is no system that anybody delivers"}},
		{"left open", []string{"  region: eu-central-1\n", "", "    subnet: subnet-0123456789abcdef0\n", ""},
			[]string{"22:5 L47 the environment does not say: region, subnet"}},
		{"not encrypted", []string{", encrypted: true", ""},
			[]string{"29:13 L48 the volume is not encrypted"}},
		{"figures that do not fit", []string{"vcpu: 2", "vcpu: 1", "memory_gib: 2", "memory_gib: 4", "iops_baseline: 150", "iops_baseline: 100"},
			[]string{"24:11 L49 t3.small has 2 vCPU, the plan says 1", "25:17 L49 t3.small has 2 GiB of memory, the plan says 4", "29:53 L49 a gp2 volume of 50 GiB has 150 IOPS, the plan says 100"}},
		{"known holes", []string{"nginx: 1.26.2", "nginx: 1:1.16.0-1", "django: 5.1.1", "django: 2.1.5", `python: "3.12"`, `python: "3.6"`},
			[]string{"35:41 L50 nginx 1:1.16.0-1: CVE-2019-9511, 9513 and 9516, HTTP/2, are repaired in 1.16.1 (known since 13 August 2019)", "35:61 L50 django 2.1.5: CVE-2019-6975, memory exhaustion, is repaired in 2.1.6 (known since 11 February 2019)", "35:76 L50 python 3.6: 3.6 and older get no more security fixes (known since 23 December 2021)"}},
		{"an account out of a manual", []string{"210987654321", "123456789012"},
			[]string{"18:12 L63 123456789012 is an account of AWS's documentation"}},
		{"nothing to test", []string{"smoke:\n  - name: read-only\n    checks:\n      - {name: home, path: /}\n", ""},
			[]string{"91:12 L22 T3 tests the application, and the plan does not say what is tested"}},
		{"no time to test", []string{"    end: 2026-09-23 21:30\n", "    end: 2026-09-23 21:15\n"},
			[]string{"93:10 L22 T3 has 15m for 1 stage of tests and 1 sign-off"}},
		{"a closed port", []string{"      - {port: 443, from: 0.0.0.0/0}\n", ""},
			[]string{"32:7 L23 T3 tests the application on port 443, and the plan does not open it"}},
		{"two keys", []string{"[The image is shared with the account.]", "[A key pair is generated.]", "[The address is assigned.]", "[The address is assigned., The keys are downloaded.]"},
			[]string{"87:44 L24 T2 gets keys, and T1 has them made already"}},
		{"personal data", []string{"waivers:\n  - {rule: L53, by: ES, reason: the plan is kept where only the team reads it}\n", ""},
			[]string{"11:3 L53 phone numbers or e-mail addresses of 6 people"}},
		{"a login open to the world", []string{"from: 203.0.113.0/24", "from: 0.0.0.0/0"},
			[]string{"32:26 L66 port 22 is open to 0.0.0.0/0, the whole internet"}},
		{"a password", []string{"{name: home, path: /}", "{name: login, method: POST, path: /, form: {user: qa, password: secret, csrf_token: x}}", "name: read-only", "name: functional"},
			[]string{"111:52 L67 login of functional sends a password that stands in the plan"}},
		{"a password as a variable", []string{"waivers:\n", "testing:\n  variables: {qa_user: qa, qa_password: secret}\nwaivers:\n"},
			[]string{"114:14 L67 the value of qa_password stands in the plan"}},
		{"a secret", []string{"text: Back out.", "text: Use AKIAIOSFODNN7EXAMPLE."},
			[]string{"53:31 L75 an AWS access key stands in the plan"}},
	}
}

func textRows() []row {
	return []row{
		{"two conditions in one", []string{"[The image is shared with the account.]", "[Approval of the plan Build 2.4.0 completed]"},
			[]string{`68:19 L27 T1: a new condition begins inside the line, at "plan Build"`}},
		{"slips of the pen", []string{"Users meet errors.", "Relevent users meet c2errors in Cloudwatch."},
			[]string{`48:18 L28 "Relevent", "c2errors", "Cloudwatch" is CloudWatch`}},
		{"another month", []string{"SHOP1X0926", "SHOP1X0826"},
			[]string{"2:9 L55 SHOP1X0826 looks like 08/26, and the window is in 09/26"}},
		{"its own preparation", []string{"[The image is shared with the account.]", "[Launched instance]"},
			[]string{"68:19 L29 T1 is prepared by what it does: Launched instance"}},
		{"three in one", []string{"title: Launch the instance", "title: Launch the instance and note the instance and see it running"},
			[]string{"63:12 L56 T1 promises 3 outcomes"}},
		{"an outcome that nobody looks at", []string{"title: Launch the instance", "title: Launch the instance and open the firewall"},
			[]string{`69:18 L57 no post-check of T1 looks at "open the firewall"`}},
		{"nobody checks", []string{"    post_check: [The logs show no errors.]\n", ""},
			[]string{"100:5 L64 nothing shows that T4 worked"}},
	}
}

func waiverRows() []row {
	with := func(waiver string) []string {
		return []string{"waivers:\n", "waivers:\n  - " + waiver + "\n"}
	}
	return []row{
		{"no such rule", with("{rule: L99, by: AB, reason: r}"),
			[]string{`114:12 W01 there is no rule "L99" to waive`}},
		{"not to be waived", with("{rule: P05, by: AB, reason: r}"),
			[]string{"114:12 W01 P05 cannot be waived: a key that nobody knows"}},
		{"not used", with("{rule: L19, on: T3, by: AB, reason: r}"),
			[]string{"114:5 W02 L19 finds nothing on T3, and is waived by AB"}},
	}
}
