package cloud

// ec2_names.go: the names that addresses and machines have.

import "strings"

// publicDNS is the public name of an address; there is none where the VPC gives none.
func (a *Account) publicDNS(ip string) string {
	if ip == "" || a.opt.VPC.NoHostnames {
		return ""
	}
	zone := a.opt.Region + ".compute"
	if a.opt.Region == "us-east-1" {
		zone = "compute-1"
	}
	return "ec2-" + strings.ReplaceAll(ip, ".", "-") + "." + zone + ".amazonaws.com"
}

func privateDNS(ip, region string) string {
	if region == "us-east-1" {
		return hostname(ip) + ".ec2.internal"
	}
	return hostname(ip) + "." + region + ".compute.internal"
}

// hostname is what a machine calls itself.
func hostname(privateIP string) string { return "ip-" + strings.ReplaceAll(privateIP, ".", "-") }
