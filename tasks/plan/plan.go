package plan

// plan.go: what a plan file says, as Go values. Every field is one the file may
// hold; nothing here is computed but what load.go resolves (instants, positions).

import (
	"iter"
	"time"
)

// Plan is one deployment plan, frozen by hash when a run opens.
type Plan struct {
	Release     string      `yaml:"release"` // "SCP Build 1.0.0"
	Change      string      `yaml:"change"`  // change number, typed to confirm a rollback
	Timezone    string      `yaml:"timezone"`
	Window      Window      `yaml:"window"`
	Owners      Owners      `yaml:"owners"`
	Contacts    []Contact   `yaml:"contacts"`
	Environment Environment `yaml:"environment"`
	Risks       []Risk      `yaml:"risks"`
	Tasks       []Task      `yaml:"tasks"`
	OnDemand    []Task      `yaml:"on_demand"` // tasks without a time: started when somebody wants them, part of no forecast
	Smoke       []Stage     `yaml:"smoke"`
	Testing     Testing     `yaml:"testing"` // what the smoke tests' stages share
	Rollback    Rollback    `yaml:"rollback"`
	Waivers     []Waiver    `yaml:"waivers"`
	Notes       []string    `yaml:"notes"` // what the document says and no field holds

	// Zone is Timezone loaded. Hash is the lower-case hex SHA-256 of the file's bytes.
	Zone *time.Location `yaml:"-"`
	Hash string         `yaml:"-"`
}

// Window is the agreed maintenance window. Leaving it is what everything is measured against.
type Window struct {
	Start Time `yaml:"start"`
	End   Time `yaml:"end"`
}

// Time is an instant written in the plan's zone as "2006-01-02 15:04".
type Time struct{ time.Time }

// Owners are the people the change belongs to. The names need no contact row.
type Owners struct {
	Business   string `yaml:"business"`
	Deployment string `yaml:"deployment"`
}

// Contact is a person, or an open role nobody holds yet (Open true, Name empty).
type Contact struct {
	ID      string `yaml:"id"` // initials, or a short role id such as PM
	Name    string `yaml:"name"`
	Phone   string `yaml:"phone"`
	Email   string `yaml:"email"`
	Team    string `yaml:"team"`
	Lead    bool   `yaml:"lead"`    // "(IC)" in the document: in charge of the team
	Role    string `yaml:"role"`    // COO, Product Manager
	Manager string `yaml:"manager"` // contact id
	Deputy  string `yaml:"deputy"`  // contact id
	Open    bool   `yaml:"open"`
}

// Environment is where the plan lands and what must be true there.
type Environment struct {
	Account     string      `yaml:"account"` // 12 digits, pinned
	Alias       string      `yaml:"alias"`
	Region      string      `yaml:"region"`
	Production  bool        `yaml:"production"`
	Instance    Instance    `yaml:"instance"`
	Application Application `yaml:"application"`
	Guest       Guest       `yaml:"guest"`
	Monitoring  []string    `yaml:"monitoring"`
	Standby     string      `yaml:"standby"`     // "" = none in place
	Topic       string      `yaml:"alarm_topic"` // ARN of the SNS topic that alarms notify; "" = none
	AMIOwner    string      `yaml:"ami_owner"`   // account of the developers who share the AMI, 12 digits; "" = anybody
}

// Instance is the machine as the configuration table wants it.
type Instance struct {
	Platform  string  `yaml:"platform"` // "AWS EC2"
	Type      string  `yaml:"type"`
	VCPU      int     `yaml:"vcpu"`
	MemoryGiB float64 `yaml:"memory_gib"`
	Storage   string  `yaml:"instance_storage"` // "EBS only"
	AMI       string  `yaml:"ami"`
	VPC       string  `yaml:"vpc"`
	Subnet    string  `yaml:"subnet"` // "" = the VPC's first public one
	Volume    Volume  `yaml:"volume"`
	SSHUser   string  `yaml:"ssh_user"`
	SSHPort   int     `yaml:"ssh_port"` // where its SSH server listens; 22 by default
	KeyPair   string  `yaml:"key_pair"` // an EC2 key pair that is there already; "" = one is made on the day
	KeyFile   string  `yaml:"key_file"` // its private key, such as ~/.ssh/scp.pem; "" = keys/<key pair>.pem in the run folder
	Ports     []Port  `yaml:"ports"`    // exactly the inbound rules of the security group
}

// Volume is the root volume.
type Volume struct {
	SizeGB    int    `yaml:"size_gb"`
	Type      string `yaml:"type"`
	BaseIOPS  int    `yaml:"iops_baseline"`
	BurstIOPS int    `yaml:"iops_burst"`
	Encrypted bool   `yaml:"encrypted"`
}

// Port is one inbound TCP rule.
type Port struct {
	Port int    `yaml:"port"`
	From string `yaml:"from"` // CIDR
	Why  string `yaml:"why"`
}

// Application is what the smoke tests talk to.
type Application struct {
	Port  int      `yaml:"port"` // the one reached through the address
	Build string   `yaml:"build"`
	TLS   bool     `yaml:"tls"`   // it speaks HTTPS there
	Host  string   `yaml:"host"`  // the name it is asked by and its certificate is for; "" = the address
	Hosts []string `yaml:"hosts"` // others that a test may talk to: names, addresses, with or without a port
	Probe Probe    `yaml:"probe"`
}

// Probe is the steady light look at the application, from its address on to the end of the day.
type Probe struct {
	Path   string   `yaml:"path"`   // "" = /healthz
	Every  Duration `yaml:"every"`  // 5 s by default, real time
	Within Duration `yaml:"within"` // an answer that takes longer is a failed one; 2 s by default
}

// Guest is the software expected on the instance.
type Guest struct {
	OS     string `yaml:"os"`
	Nginx  string `yaml:"nginx"`
	Django string `yaml:"django"`
	Python string `yaml:"python"`
	Pip    string `yaml:"pip"`
}

// Risk is one row of the merged register.
type Risk struct {
	ID          string      `yaml:"id"`
	Category    string      `yaml:"category"`
	Description string      `yaml:"description"`
	Likelihood  string      `yaml:"likelihood"` // low, medium, high
	Impact      string      `yaml:"impact"`     // low, medium, high, critical
	Priority    int         `yaml:"priority"`   // as the document states it; 0 = not among its top three
	Treatments  []Treatment `yaml:"treatments"`
	Owner       string      `yaml:"owner"`    // contact id
	Signal      string      `yaml:"signal"`   // condition on readings (docs/signals.md), "" = none
	For         Duration    `yaml:"for"`      // how long it has to hold to raise the risk; 0 = at once
	Response    string      `yaml:"response"` // what answers it: the id of an on-demand task, or a key of the cockpit
	InPlace     bool        `yaml:"in_place"` // is the mitigation in place today
	Why         string      `yaml:"why"`      // why it is, or is not
}

// Treatment is one of the ways the team meets a risk.
type Treatment struct {
	Kind string `yaml:"kind"` // mitigate, transfer, accept, avoid, recover
	Text string `yaml:"text"`
}

// Task is one row of the hour-by-hour table, or a gate between rows.
type Task struct {
	ID          string            `yaml:"id"`
	Title       string            `yaml:"title"`
	Start       Time              `yaml:"start"`
	End         Time              `yaml:"end"`
	Earliest    *Time             `yaml:"earliest"`
	Teams       []string          `yaml:"teams"`
	InCharge    string            `yaml:"in_charge"` // contact id
	Deputy      string            `yaml:"deputy"`    // contact id
	Preparation []string          `yaml:"preparation"`
	PostCheck   []string          `yaml:"post_check"`
	After       []string          `yaml:"after"`  // ids of tasks
	Status      string            `yaml:"status"` // not started (default), completed
	Action      string            `yaml:"action"` // kind; "" = manual
	Params      map[string]string `yaml:"params"`
	Gate        bool              `yaml:"gate"`     // a go/no-go: completes only by a person
	Poll        []string          `yaml:"poll"`     // of a gate: contact ids who are asked for go or no-go
	Quorum      int               `yaml:"quorum"`   // of a gate: how many of them have to say go; 0 = all
	Deadline    *Time             `yaml:"deadline"` // of a gate: undecided by then, the plan is held
	SignOff     []string          `yaml:"signoff"`  // contact ids whose sign-off completes the task

	OnDemand bool `yaml:"-"` // it stands under on_demand: it has no time
}

// Stage is one of the smoke tests' stages, in order; each is a gate for the next. It has
// checks of its own, files of the team's suite, or both.
type Stage struct {
	Name     string   `yaml:"name"`     // read-only, functional, full
	Safe     bool     `yaml:"safe"`     // read-only: methods that write are refused
	Budget   Duration `yaml:"budget"`   // for the whole stage; what it does not reach is not tested. 5 minutes by default
	Degraded Duration `yaml:"degraded"` // an answer that takes longer is amber; 0 = none is
	Files    []string `yaml:"files"`    // Hurl files, from this file's folder on, with / and *: smoke/read-only/*.hurl
	Checks   []Check  `yaml:"checks"`
}

// Check is a smoke test in one line: one request, what must hold of its answer. Which it is
// is said by get, head, post, put, patch or delete, or by method and path.
type Check struct {
	Name     string            `yaml:"name"` // "GET /login/" by default
	Get      string            `yaml:"get"`  // a path from / on
	Head     string            `yaml:"head"`
	Post     string            `yaml:"post"`
	Put      string            `yaml:"put"`
	Patch    string            `yaml:"patch"`
	Delete   string            `yaml:"delete"`
	Method   string            `yaml:"method"` // GET by default
	Path     string            `yaml:"path"`
	Form     map[string]string `yaml:"form"`   // values; {{name}} is replaced by a capture or a variable
	Status   int               `yaml:"status"` // 200 by default
	Contains string            `yaml:"contains"`
	Location string            `yaml:"location"` // prefix of the redirect's target
	Capture  map[string]string `yaml:"capture"`  // name → Go regexp with one group, over the body
	Within   Duration          `yaml:"within"`   // latency bound; 2 s by default
	Max      Duration          `yaml:"max"`      // the same, as older plans have it
	Degraded Duration          `yaml:"degraded"` // an answer that takes longer is amber; 0 = as the stage says
}

// Testing is what all stages of the smoke tests share.
type Testing struct {
	Variables map[string]string `yaml:"variables"` // name → value, for {{name}}
	Secrets   map[string]string `yaml:"secrets"`   // name → environment variable that holds the value
	Parallel  int               `yaml:"parallel"`  // requests at once, at most; 4 by default
	Bodies    bool              `yaml:"bodies"`    // keep answers that failed a test whole, in the run folder
}

// Duration is a time.Duration written as "2s".
type Duration struct{ time.Duration }

// Rollback says, per kind of resource, what undo does with it: terminate, stop or keep
// (address: release or keep; group and key: delete or keep).
type Rollback struct {
	Instance string   `yaml:"instance"`
	Address  string   `yaml:"address"`
	Group    string   `yaml:"security_group"`
	Key      string   `yaml:"key_pair"`
	Budget   Duration `yaml:"budget"` // planned length of a whole back-out, until measured
}

// All is every task, first those with a time and then those on demand, each in the order of the file.
func (p *Plan) All() iter.Seq[*Task] {
	return func(yield func(*Task) bool) {
		for _, tasks := range [][]Task{p.Tasks, p.OnDemand} {
			for i := range tasks {
				if !yield(&tasks[i]) {
					return
				}
			}
		}
	}
}

// Task returns the task with the id, with a time or on demand, or nil.
func (p *Plan) Task(id string) *Task {
	for t := range p.All() {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// Contact returns the contact with the id, or nil.
func (p *Plan) Contact(id string) *Contact {
	for i := range p.Contacts {
		if p.Contacts[i].ID == id {
			return &p.Contacts[i]
		}
	}
	return nil
}

// Duration is the task's planned length.
func (t Task) Duration() time.Duration { return t.End.Sub(t.Start.Time) }

// Needed is how many voters have to say go at the gate.
func (t Task) Needed() int {
	if t.Quorum == 0 {
		return len(t.Poll)
	}
	return t.Quorum
}

// Done reports whether the document already calls the task completed.
func (t Task) Done() bool { return t.Status == "completed" }
