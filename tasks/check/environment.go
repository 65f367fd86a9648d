package check

// environment.go: the configuration table: what it lacks, what contradicts itself, what
// was never filled in.

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tminus/tasks/plan"
)

var (
	// placeholder is how people write that a value is still to come.
	placeholder = regexp.MustCompile(`(?i)^(tb[acd]|changeme|\?+|x{3,}|to be (set|filled|confirmed|decided|determined|announced)( .*)?|<[^>]+>|<.*="".*)$`)
	systems     = regexp.MustCompile(`(?i)\b(amazon linux|rhel|red ?hat|centos|ubuntu|debian|suse|sles|rocky|alma|fedora|windows|bottlerocket|flatcar)\b`)
)

func environmentRules() []Rule {
	return []Rule{
		{ID: "L26", Severity: Warning, Title: "an address that nobody gives back", look: keptAddress,
			Why:    "An Elastic IP that is left over after a back-out costs money every hour, and nobody remembers whose it is.",
			Fix:    "rollback: address: release, or keep and who owns it",
			Source: "the SCP plan, T7: assign an Elastic IP, without an allocation or an owner; AWS: public IPv4 address charge"},
		{ID: "L45", Severity: Error, Title: "a value that was never filled in", look: placeholders,
			Why:    "A placeholder is found when it is needed: in the middle of the window.",
			Fix:    "the value; what the day itself makes (an address, an instance id) needs no field",
			Source: "the SCP plan: Elastic IP, to be set during deployment"},
		{ID: "L46", Severity: Warning, Title: "an operating system that is none", look: vagueSystem,
			Why:    "The system decides the login (ec2-user, centos, ubuntu), the package names and the paths. Two systems at once are a guess.",
			Fix:    "name and version of one system: CentOS 7, Amazon Linux 2",
			Source: "the SCP plan: Red/centos (Linux), with package versions of a third one"},
		{ID: "L47", Severity: Warning, Title: "the environment leaves something open", look: unsaid,
			Why:    "What the plan does not say is decided by a default, or by whoever sits at the console.",
			Fix:    "write it down, and let somebody look at it before the day",
			Source: "the SCP plan: no region, subnet, AMI or ports in its configuration table"},
		{ID: "L49", Severity: Warning, Title: "figures that do not fit the type", look: misfits,
			Why:    "One of the two is wrong, and the check of the machine will fail on it in the window.",
			Fix:    "the figures that AWS gives for the type",
			Source: "AWS: instance types; gp2 has 3 IOPS for each GiB, at least 100, and bursts to 3000"},
		{ID: "L63", Severity: Warning, Title: "an account out of a manual", look: exampleAccount,
			Why:    "123456789012 is the account of AWS's documentation. The real one is checked before any effect, so a live run would refuse.",
			Fix:    "the 12 digits of your own account",
			Source: "AWS documentation: account ids reserved for examples"},
		{ID: "L77", Severity: Note, Title: "an image from nobody in particular", look: strayImage,
			Why:    "An image id says nothing of who made it. Anybody may publish an image with a likely name, and a mistyped id may exist.",
			Fix:    "ami_owner: the account of the developers who share the image; the preflight holds the image against it",
			Source: "the SCP plan, T3: the developers share the AMI, from an account it does not name; AWS: use owners when looking for images"},
		{ID: "L79", Severity: Warning, Title: "alarms that notify nobody", look: silentAlarms,
			Why:    "An alarm without an action turns red in a console that nobody looks at.",
			Fix:    "environment: alarm_topic: the SNS topic that the people on call are subscribed to",
			Source: "the SCP plan: alarms by CloudWatch, and nobody whom they reach"},
		{ID: "L80", Severity: Error, Title: "the login cannot be reached", look: closedLogin,
			Why:    "The security group opens exactly the planned ports. Where SSH's is not among them every login times out.",
			Fix:    "environment: instance: ports: the SSH port, from the team's own network",
			Source: "the SCP plan, T6, on a machine whose server listens elsewhere than on 22"},
		{ID: "L81", Severity: Note, Title: "a key pair whose private half is not said", look: halfKey,
			Why:    "EC2 has the public half only. Without the private one in the run's folder, under keys/, nobody can log in to what was launched with it.",
			Fix:    "key_file: where the private key is on the operator's machine",
			Source: "AWS: a private key cannot be downloaded again"},
	}
}

func keptAddress(s *sight) {
	for _, i := range s.open {
		if t := s.task(i); s.does(t, publish) && s.plan.Rollback.Address == "" && s.places.Sound(&s.plan.Rollback) {
			s.about(t.ID, &s.plan.Rollback, t).say("", "%s needs an address, and the rollback does not say what becomes of it", t.ID)
			return
		}
	}
}

func strayImage(s *sight) {
	e := &s.plan.Environment
	if e.Instance.AMI != "" && e.AMIOwner == "" && s.launched() {
		s.about("", &e.Instance.AMI).say("", "nobody says who owns %s", e.Instance.AMI)
	}
}

func silentAlarms(s *sight) {
	if t := s.alarming(); t != nil && s.plan.Environment.Topic == "" {
		s.about(t.ID, &t.Action, t).say("", "%s creates alarms, and they notify no topic", t.ID)
	}
}

// closedLogin looks where the plan makes the machine and logs in to it.
func closedLogin(s *sight) {
	in := &s.plan.Environment.Instance
	n := slices.IndexFunc(s.open, func(i int) bool { return s.does(s.task(i), reach) })
	opened := slices.ContainsFunc(in.Ports, func(p plan.Port) bool { return p.Port == in.SSHPort })
	if n < 0 || opened || len(in.Ports) == 0 || !s.launched() {
		return
	}
	t := s.task(s.open[n])
	s.about(t.ID, &in.SSHPort, &in.Ports, t).say("", "%s logs in on port %d, and the plan does not open it", t.ID, in.SSHPort)
}

func halfKey(s *sight) {
	if in := &s.plan.Environment.Instance; in.KeyPair != "" && in.KeyFile == "" {
		s.about("", &in.KeyPair).say("", "the private key of %s is not said: it has to be in the run's folder, as keys/%s.pem", clip(in.KeyPair), clip(in.KeyPair))
	}
}

func placeholders(s *sight) {
	judge := func(id, what string, value *string, owner ...any) {
		if placeholder.MatchString(strings.TrimSpace(*value)) {
			s.about(id, append([]any{value}, owner...)...).say("", "%s is still to be filled in: %s", what, clip(*value))
		}
	}
	for i := range s.plan.Contacts {
		c := &s.plan.Contacts[i]
		judge(c.ID, "the name of "+c.ID, &c.Name, c)
		judge(c.ID, "the phone number of "+c.ID, &c.Phone, c)
		judge(c.ID, "the address of "+c.ID, &c.Email, c)
	}
	for t := range s.plan.All() {
		for _, text := range texts(t) {
			judge(t.ID, "a text of "+t.ID, text, t)
		}
	}
	for _, f := range s.environment() {
		judge("", f.key, f.value)
	}
}

// fact is a text of the environment, by the key of the file.
type fact struct {
	key   string
	value *string
	need  bool // a launch needs it
}

func (s *sight) environment() []fact {
	e := &s.plan.Environment
	in, g := &e.Instance, &e.Guest
	return []fact{
		{"account", &e.Account, true}, {"region", &e.Region, true}, {"type", &in.Type, true}, {"ami", &in.AMI, true},
		{"vpc", &in.VPC, true}, {"subnet", &in.Subnet, true}, {"ssh_user", &in.SSHUser, true}, {"build", &e.Application.Build, true},
		{"standby", &e.Standby, false}, {"os", &g.OS, false}, {"nginx", &g.Nginx, false}, {"django", &g.Django, false},
		{"python", &g.Python, false}, {"pip", &g.Pip, false},
	}
}

func unsaid(s *sight) {
	if !slices.ContainsFunc(s.open, func(i int) bool { return s.does(s.task(i), launch) }) {
		return
	}
	var open []string
	for _, f := range s.environment() {
		if f.need && *f.value == "" {
			open = append(open, f.key)
		}
	}
	in := &s.plan.Environment.Instance
	if in.Volume.SizeGB == 0 {
		open = append(open, "volume")
	}
	if len(in.Ports) == 0 {
		open = append(open, "ports")
	}
	if open != nil {
		s.about("", in, &s.plan.Environment, &s.plan.Tasks).say("", "the environment does not say: %s", strings.Join(open, ", "))
	}
}

func vagueSystem(s *sight) {
	os := &s.plan.Environment.Guest.OS
	if *os == "" {
		return
	}
	known := systems.FindAllString(*os, 3)
	switch {
	case strings.Contains(*os, "/") || len(known) > 1:
		s.about("", os).say("", "%s is more than one system", clip(*os))
	case len(known) == 0:
		s.about("", os).say("", "%s is no system that anybody delivers", clip(*os))
	case !strings.ContainsAny(*os, "0123456789"):
		s.about("", os).say("", "%s has no version", clip(*os))
	}
}

// size is what AWS gives an instance type.
type size struct {
	name string
	vcpu int
	gib  float64
}

// sizes are the burstable types that plans of this kind use.
var sizes = [...]size{
	{"t2.nano", 1, 0.5}, {"t2.micro", 1, 1}, {"t2.small", 1, 2}, {"t2.medium", 2, 4}, {"t2.large", 2, 8}, {"t2.xlarge", 4, 16},
	{"t3.nano", 2, 0.5}, {"t3.micro", 2, 1}, {"t3.small", 2, 2}, {"t3.medium", 2, 4}, {"t3.large", 2, 8}, {"t3.xlarge", 4, 16},
	{"m5.large", 2, 8}, {"m5.xlarge", 4, 16}, {"c5.large", 2, 4}, {"c5.xlarge", 4, 8}, {"r5.large", 2, 16}, {"r5.xlarge", 4, 32},
}

func misfits(s *sight) {
	in := &s.plan.Environment.Instance
	for _, z := range sizes {
		if z.name != in.Type {
			continue
		}
		if in.VCPU != 0 && in.VCPU != z.vcpu {
			s.about("", &in.VCPU).say(fmt.Sprintf("vcpu: %d", z.vcpu), "%s has %d vCPU, the plan says %d", z.name, z.vcpu, in.VCPU)
		}
		if in.MemoryGiB != 0 && in.MemoryGiB != z.gib {
			s.about("", &in.MemoryGiB).say(fmt.Sprintf("memory_gib: %g", z.gib), "%s has %g GiB of memory, the plan says %g", z.name, z.gib, in.MemoryGiB)
		}
	}
	v := &in.Volume
	if v.Type != "gp2" || v.SizeGB == 0 || v.BaseIOPS == 0 {
		return
	}
	if base := min(max(100, 3*v.SizeGB), 16_000); v.BaseIOPS != base {
		s.about("", &v.BaseIOPS).say(fmt.Sprintf("iops_baseline: %d", base), "a gp2 volume of %d GiB has %d IOPS, the plan says %d", v.SizeGB, base, v.BaseIOPS)
	}
}

func exampleAccount(s *sight) {
	account := &s.plan.Environment.Account
	if slices.Contains([]string{"123456789012", "111122223333", "444455556666", "000000000000"}, *account) {
		s.about("", account).say("", "%s is an account of AWS's documentation", *account)
	}
}
