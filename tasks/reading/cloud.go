package reading

// cloud.go: what AWS says: who we are, what there is, how it fares, and what asking costs.

import "time"

// Identity is who AWS says we are.
type Identity struct {
	Stamp
	Account string // 12 digits
	Alias   string // the account's own; "" = it has none, or may not be asked
	ARN     string
	Role    string // the assumed role's name, "" = none
	Region  string
	Profile string    // of the shared configuration; "" = none
	Source  string    // where the credentials come from, in words: "SSO session scp", "environment"
	Expires time.Time // of the credentials, real time; zero = they do not
	// Endpoint is set when calls go elsewhere than to AWS's own addresses: never overlook that.
	Endpoint string
}

// Cloud is what EC2 says of instances and addresses, ours and others'.
type Cloud struct {
	Stamp
	Instances []Instance
	Addresses []Address
	Groups    []Group // those of the instances
}

// Instance is one EC2 instance as described.
type Instance struct {
	ID, Name, Role    string // Role: primary, standby, other
	State             string // pending, running, …, terminated
	Type, AMI         string
	Zone, VPC, Subnet string
	PublicIP          string
	PublicDNS         string
	PrivateIP         string
	SystemCheck       string // ok, impaired, initializing, insufficient-data, "" = unknown
	InstanceCheck     string
	LaunchedAt        time.Time
	VCPU              int
	Groups            []string
	Volumes           []Volume // the root's first
	Ours              bool     // carries this run's tag

	Detailed   bool   // CloudWatch has a point a minute, else one in five
	Monitoring string // enabled, disabled, pending, … as EC2 says it; "" = not told
	KeyName    string
	Arch       string // x86_64, arm64
	HTTPTokens string // of the metadata service: required, optional
	HopLimit   int

	MemoryGiB float64 // of its type; 0 = not told
	Storage   string  // of the machine itself: "EBS only", "75 GB"; "" = not told
	EBSCheck  string  // are its volumes reachable, in the words of the other checks; "" = not told
}

// Volume is one EBS volume of an instance. IOPS 0 = not told.
type Volume struct {
	ID, Type  string
	SizeGB    int
	IOPS      int
	Encrypted bool
}

// Address is one Elastic IP.
type Address struct {
	AllocationID, PublicIP    string
	AssociationID, InstanceID string // both "": attached to nothing, an orphan that costs money all the same
	Ours                      bool
	PerDay                    float64 // US dollars, used or not
}

// Orphan reports an address that points to nothing. One with an association alone serves something
// that is no instance, a NAT gateway say.
func (a Address) Orphan() bool { return a.InstanceID == "" && a.AssociationID == "" }

// Group is one security group.
type Group struct {
	ID, Name string
	Rules    []Rule // inbound
	Ours     bool
}

// Rule is one inbound rule: who may come to which ports.
type Rule struct {
	Protocol string // tcp, udp, icmp, all
	From, To int    // ports; 0 and 0 with "all" or where ports mean nothing
	Source   string // a network, a group, a prefix list
}

// Metrics are CloudWatch series.
type Metrics struct {
	Stamp
	Series []Series
}

// Series is one metric of one instance, oldest point first.
type Series struct {
	Name   string // CPUUtilization
	Of     string // whose: the instance's role; "" = the primary
	Label  string // "CPU", "standby CPU"
	Unit   string // "%", "credits", "B", ""
	Period time.Duration
	Points []Point
}

// Point is one value of a series.
type Point struct {
	At    time.Time
	Value float64
}

// Alarms are the CloudWatch alarms on this run's resources.
type Alarms struct {
	Stamp
	All []Alarm
}

// Alarm is one of them.
type Alarm struct {
	Name, State string    // State: OK, ALARM, INSUFFICIENT_DATA
	Says        string    // the reason AWS gives for the state
	Condition   string    // "CPUCreditBalance < 20 for 10 min"
	Since       time.Time // of the state
	Ours        bool
	Silent      bool // it has no action, or they are switched off
}

// Usage is what the sensors themselves cost.
type Usage struct {
	Stamp
	PerMinute float64 // calls, over the last minutes
	Bound     float64 // calls a minute that are never exceeded
	PerHour   float64 // US dollars
}

// ByRole returns the instance with the role, or nil.
func (c Cloud) ByRole(role string) *Instance {
	for i := range c.Instances {
		if c.Instances[i].Role == role {
			return &c.Instances[i]
		}
	}
	return nil
}
