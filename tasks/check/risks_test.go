package check_test

// risks_test.go: the rows of the register and its mitigations, and the keys that answer risks.

import (
	"os"
	"strings"
	"testing"

	"tminus/tasks/check"
)

func riskRows() []row {
	treat := func(text string) []string { return []string{"text: Back out.", "text: " + text} }
	return []row{
		{"a rank that the scales do not give", []string{"    impact: medium\n    owner: EF", "    impact: critical\n    owner: EF", "impact: high\n    priority: 1", "impact: low\n    priority: 1"},
			[]string{"41:15 L33 R1 has priority 1 and scores 2 (medium × low); more have R2 (4)"}},
		{"accepted and treated", []string{"- {kind: mitigate, text: The image", "- {kind: accept, text: It may happen.}\n      - {kind: mitigate, text: The image"},
			[]string{"46:16 L34 R1: accept, and also mitigate"}},
		{"no standby", []string{"    owner: EF\n", "    owner: EF\n    response: F\n    in_place: false\n"},
			[]string{"53:15 L35 R2 is answered by failover, and there is no standby to fail over to"}},
		{"no standby, by its text", treat("Run a mirror of the server."),
			[]string{"53:31 L35 R2 is answered by failover, and there is no standby to fail over to"}},
		{"two designs", []string{"text: The image was started on a test instance.", "text: A standby takes the Elastic IP.", "text: Back out.", "text: Use a load balancer."},
			[]string{"53:31 L36 R2 wants a load balancer, and R1 moves the Elastic IP"}},
		{"a promise without agent and number", treat("The Elastic IP moves automatically and should not be noticeable."),
			[]string{"53:31 L37 R2: nothing in EC2 moves an Elastic IP automatically, and nobody can test what is not noticeable"}},
		{"a promise without an agent", treat("The Elastic IP moves automatically."),
			[]string{"53:31 L37 R2: nothing in EC2 moves an Elastic IP automatically"}},
		{"a promise without a number", treat("The switch is seamless."),
			[]string{"53:31 L37 R2: nobody can test what is not noticeable"}},
		{"nobody owns it", []string{"    owner: EF\n", ""},
			[]string{"47:5 L38 nobody owns R2"}},
		{"no period", treat("Block whoever asks over 50 times."),
			[]string{"53:31 L39 R2: over 50 times, in what time?"}},
		{"a period", treat("Block whoever asks over 50 times a second or more than 500 times in 5 minutes."), nil},
		{"the price of an address", []string{"Users meet errors.", "A disassociated Elastic IP is charged."},
			[]string{"48:18 L41 R2: an address is charged whether it is attached or not"}},
		{"a trial that nobody makes", treat("Try it on a separate testing instance."),
			[]string{"53:31 L42 R2 counts on a trial on a machine of its own, and no task is about that"}},
		{"mitigations that nobody does", treat("Apply all updates and keep track of all logins."),
			[]string{"53:31 L43 R2 counts on updates, and no task is about that", "53:31 L43 R2 counts on a record of logins, and no task is about that"}},
		{"an answer that is no key", []string{"    response: R\n", "    response: Q\n"},
			[]string{"43:15 L76 R1 is answered by Q, which is neither a key nor a task on demand"}},
		{"an answer that has its time", []string{"    response: R\n", "    response: T4\n"},
			[]string{"43:15 L76 R1 is answered by T4, which has its time in the plan"}},
		{"an answer on demand", []string{"    response: R\n", "    response: X1\n", "rollback: {", "on_demand:\n  - {id: X1, title: Block the sender, in_charge: AB}\nrollback: {"}, nil},
		{"monitoring without an alarm", treat("Watch it with CloudWatch."),
			[]string{"53:31 L78 R2 counts on CloudWatch, and no task creates an alarm: the plan's monitoring mitigation is no task"}},
		{"monitoring with one", append(treat("Set up monitoring by CloudWatch."), "  region: eu-central-1", "  region: eu-central-1\n  alarm_topic: arn:aws:sns:eu-central-1:210987654321:oncall",
			"rollback: {", "on_demand:\n  - {id: X1, title: Create the alarms, in_charge: AB, action: cloudwatch.alarms}\nrollback: {"), nil},
		{"a trial on demand", append(treat("Try it on a separate testing instance."), "rollback: {", "on_demand:\n  - {id: X1, title: Launch a testing instance, in_charge: AB, action: ec2.trial}\nrollback: {"), nil},
		{"back to nothing", []string{"text: Back out.", "text: Roll back to the last version.", "Shop 2.4.0", "Shop 1.0.0"},
			[]string{"53:31 L44 R2 goes back to an earlier version, and Shop 1.0.0 looks like the first"}},
	}
}

// TestAnswersAreKeys: a response may name what the cockpit has, as docs/keys.md lists it; F
// is yet to come.
func TestAnswersAreKeys(t *testing.T) {
	keys, err := os.ReadFile("../../docs/keys.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range check.AnswerKeys() {
		if key != "F" && !strings.Contains(string(keys), "| `"+key+"` |") {
			t.Errorf("%s answers risks, and docs/keys.md does not have it", key)
		}
	}
}
