package plan

// access.go: how the instance is reached, and who is told. The names here become part of
// a path, of a command line or of a call: their forms are narrow.

import "strings"

// The longest names that AWS takes for a key pair and for a topic, and a path for a file.
const (
	maxKeyName   = 255
	maxTopicName = 256
	maxPath      = 1024
)

func (r *reader) checkAccess(in *Instance) {
	r.from(1, 65535, &in.SSHPort, "ssh_port")
	// Its private key is keys/<key pair>.pem in the run folder, unless the plan says where.
	r.form(&in.KeyPair, "key_pair", "the name of a key pair: up to 255 ASCII letters, digits, ., _, @ and -, from a letter or digit on", func(s string) bool {
		return plainWord(strings.NewReplacer(".", "-", "@", "-").Replace(s), maxKeyName)
	})
	r.form(&in.KeyFile, "key_file", "the path of a private key, such as ~/.ssh/scp.pem", func(s string) bool {
		return len(s) <= maxPath && s[0] != '-' && !strings.ContainsAny(s, "\n\t") && strings.TrimSpace(s) == s
	})
	if in.KeyFile != "" && in.KeyPair == "" && r.sound(&in.KeyFile) && !r.spoiled[&in.KeyPair] {
		r.fault(&in.KeyFile, "key_file without a key_pair", "the key_pair it belongs to; or neither, and a key is made on the day")
	}
}

// checkTopic judges where alarms are sent: a topic elsewhere is not one that the plan's alarms can reach.
func (r *reader) checkTopic() {
	e := &r.plan.Environment
	if !r.sound(&e.Topic) || e.Topic == "" {
		return
	}
	parts := strings.Split(e.Topic, ":")
	if len(parts) != 6 || parts[0] != "arn" || !strings.HasPrefix(parts[1], "aws") || !plainWord(parts[1], 20) || parts[2] != "sns" ||
		!isRegion(parts[3]) || !isAccount(parts[4]) || !plainWord(parts[5], maxTopicName) {
		r.fault(&e.Topic, "alarm_topic is "+quoted(e.Topic), "the ARN of an SNS topic: arn:aws:sns:region:account:name")
		return
	}
	if e.Region != "" && r.sound(&e.Region) && parts[3] != e.Region {
		r.fault(&e.Topic, "alarm_topic is in "+shown(parts[3])+", the plan in "+shown(e.Region), "a topic in "+shown(e.Region)+": an alarm notifies topics of its own region only")
	}
	if e.Account != "" && r.sound(&e.Account) && parts[4] != e.Account {
		r.fault(&e.Topic, "alarm_topic belongs to account "+shown(parts[4])+", the plan to "+shown(e.Account), "a topic of "+shown(e.Account))
	}
}

func isAccount(s string) bool { return len(s) == 12 && strings.Trim(s, "0123456789") == "" }
