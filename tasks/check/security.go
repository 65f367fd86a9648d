package check

// security.go: open doors, secrets in the file, personal data that is passed round.

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

var (
	keyMade   = regexp.MustCompile(`(?i)\bkeys?\b.*\b(generated|created|made)\b|\b(generate|create)d?\b.*\bkeys?\b`)
	keyComes  = regexp.MustCompile(`(?i)\bkeys?\b.*\bdownload|\b(retrieve|download)\b.*\b(keys?|credentials)\b`)
	secretive = regexp.MustCompile(`(?i)pass(word|wd|phrase)?$|secret|token$|api_?key`)
)

func securityRules() []Rule {
	return []Rule{
		{ID: "L24", Severity: Warning, Title: "the key comes from two places", look: twoKeys,
			Why:    "EC2 needs the public key when the machine is launched. A key made before and a key downloaded after are two keys, and one of them opens nothing.",
			Fix:    "one of the two: made and imported before the launch, or made by EC2 and downloaded once",
			Source: "the SCP plan: generated with PuTTYgen before T4, downloaded in T5"},
		{ID: "L48", Severity: Warning, Title: "a volume that is not encrypted", look: openVolume,
			Why:    "A snapshot or a volume that is shared by mistake can be read by whoever finds it. Encryption costs nothing and cannot be added later without a copy.",
			Fix:    "encrypted: true",
			Source: "the SCP plan: Encrypted No, with stolen credentials in its register"},
		{ID: "L53", Severity: Note, Title: "personal data in a file that is passed round", look: personal,
			Why:    "Private numbers and addresses of everybody, in a file that goes by e-mail and into repositories.",
			Fix:    "keep the plan where only the team reads it; runs keep no phone numbers in their journals",
			Source: "the SCP plan: eight phone numbers and e-mail addresses"},
		{ID: "L66", Severity: Warning, Title: "a login open to the world", look: openLogin,
			Why:    "Port 22 is tried within minutes of an address going public, from everywhere.",
			Fix:    "from: the team's own network",
			Source: "the SCP plan, T4: SSH, without saying to whom; CIS AWS Foundations: no 0.0.0.0/0 to port 22"},
		{ID: "L67", Severity: Warning, Title: "a password in the plan", look: passwords,
			Why:    "The plan is mailed, committed and frozen into every run. Who reads it can log in.",
			Fix:    "testing: secrets: its name, and the environment variable that holds it; a password never stands in a plan",
			Source: "smoke tests that log in"},
		{ID: "L75", Severity: Error, Title: "a secret in the plan", look: secrets,
			Why:    "An access key or a private key in a file that is passed round has to be taken for stolen.",
			Fix:    "take it out, and withdraw it: it has been in a file",
			Source: "notes of leaked keys: scanners find them in minutes"},
	}
}

func twoKeys(s *sight) {
	var made *plan.Task
	for _, i := range s.open {
		t := s.task(i)
		for _, text := range texts(t) {
			switch {
			case !holds(*text, "key", "credential"):
			case keyMade.MatchString(*text) && made == nil:
				made = t
			case made != nil && made != t && keyComes.MatchString(*text):
				s.about(t.ID, text, t).say("", "%s gets keys, and %s has them made already", t.ID, made.ID)
				return
			}
		}
	}
}

func openVolume(s *sight) {
	if v := &s.plan.Environment.Instance.Volume; s.launched() && !v.Encrypted && v.SizeGB > 0 {
		s.about("", &v.Encrypted, v).say("", "the volume is not encrypted")
	}
}

func personal(s *sight) {
	n := 0
	var first *plan.Contact
	for i := range s.plan.Contacts {
		if c := &s.plan.Contacts[i]; c.Phone != "" || c.Email != "" {
			if n++; first == nil {
				first = c
			}
		}
	}
	if n > 0 {
		s.about("", &s.plan.Contacts, first).say("", "phone numbers or e-mail addresses of %s", strings.Replace(count(n, "person"), "persons", "people", 1))
	}
}

func openLogin(s *sight) {
	in := &s.plan.Environment.Instance
	for i := range in.Ports {
		p := &in.Ports[i]
		if p.Port != 22 && p.Port != 3389 && p.Port != in.SSHPort {
			continue
		}
		if from, err := netip.ParsePrefix(p.From); err == nil && from.Bits() == 0 {
			s.about("", &p.From, p).say("", "port %d is open to %s, the whole internet", p.Port, p.From)
		}
	}
}

func passwords(s *sight) {
	var named []string
	for name := range s.plan.Testing.Variables {
		if secretive.MatchString(name) {
			named = append(named, name)
		}
	}
	if slices.Sort(named); named != nil {
		s.about("", &s.plan.Testing.Variables, &s.plan.Testing).say("", "the value of %s stands in the plan", names(named))
	}
	for i := range s.plan.Smoke {
		stage := &s.plan.Smoke[i]
		for j := range stage.Checks {
			c := &stage.Checks[j]
			var fields []string
			for name, value := range c.Form {
				if secretive.MatchString(name) && !strings.Contains(strings.ToLower(name), "csrf") && value != "" && !strings.Contains(value, "{{") {
					fields = append(fields, name)
				}
			}
			if slices.Sort(fields); fields != nil {
				s.about("", &c.Form, c).say("", "%s of %s sends a %s that stands in the plan", clip(c.Name), clip(stage.Name), names(fields))
			}
		}
	}
}

// secrets looks at the texts that people paste into.
func secrets(s *sight) {
	judge := func(id string, text *string) {
		if what, found := safe.Secret(*text); found {
			s.about(id, text).say("", "%s stands in the plan", what)
		}
	}
	for t := range s.plan.All() {
		for _, text := range texts(t) {
			judge(t.ID, text)
		}
	}
	for i := range s.plan.Risks {
		for _, text := range said(&s.plan.Risks[i]) {
			judge(s.plan.Risks[i].ID, text)
		}
	}
	for i := range s.plan.Notes {
		judge("", &s.plan.Notes[i])
	}
}
