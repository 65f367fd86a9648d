package cloud

// given.go: what an account is given when it is opened and nobody in it can change: network, images, quotas.

import (
	"cmp"
	"time"
)

// VPC is the network of the account.
type VPC struct {
	ID            string
	CIDR          string // an IPv4 prefix such as 172.31.0.0/16
	Default       bool   // launches and groups need not name it; releasing an address disassociates it first
	Subnets       []Subnet
	NoHostnames   bool // enableDnsHostnames is off: instances have no public names
	NoNameService bool // enableDnsSupport is off
	NoGateway     bool // it has no internet gateway
}

// Subnet is one subnet of the VPC. Instances in it get a public address at launch, unless it is private.
type Subnet struct {
	ID, CIDR string
	Zone     string   // availability zone name, for example ap-southeast-1a
	Private  bool     // its route table leads to no internet gateway, and launches get no public address
	Taken    int      // addresses that others use
	Lacks    []string // instance types that its zone does not offer
}

// Image is a machine image the account may see.
type Image struct {
	ID, Name, Description string
	Region                string // where it is; "" means in the account's region
	Owner                 string // account id
	OwnerAlias            string // "amazon" for Amazon's own
	Arch                  string // x86_64, arm64, i386
	Virtualization        string // hvm, paravirtual
	RootDevice            string // for example /dev/xvda
	RootGiB               int    // size of the root snapshot
	Encrypted             bool   // the root snapshot is
	BootMode              string // legacy-bios, uefi, uefi-preferred or empty
	ENA                   bool
	IMDSv2                bool // its instances want tokens of the metadata service unless said otherwise
	TPM                   bool // it wants a Trusted Platform Module, which only Nitro types have
	Shared                bool // shared with this account by its owner
	Public                bool
	Created               time.Time
	Deprecated            time.Time // from then on it is not listed unless asked for; zero is never
}

// Quotas are the account's limits in its region.
type Quotas struct {
	VCPU      int // of running on-demand standard instances; AWS's default is 5
	Addresses int // Elastic IPs; AWS's default is 5
}

// orDefault fills in AWS's defaults for a fresh account.
func (q Quotas) orDefault() Quotas {
	return Quotas{VCPU: cmp.Or(q.VCPU, 5), Addresses: cmp.Or(q.Addresses, 5)}
}
