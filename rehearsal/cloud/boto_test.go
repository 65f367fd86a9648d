package cloud_test

// boto_test.go: boto3, which nobody here wrote either, asks for all that surrounds a launch, page by page, and is refused
// as by AWS.

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"tminus/rehearsal/cloud"
)

const botoScript = `
import boto3, json, sys
from botocore.exceptions import ClientError
url, instance, vpc, subnet = sys.argv[1:5]
ec2 = boto3.client("ec2", endpoint_url=url)
def pages(op, key, **kw):
    return [x for p in ec2.get_paginator(op).paginate(**kw) for x in p[key]]
def code(f, **kw):
    try:
        f(**kw)
        return "done"
    except ClientError as e:
        return e.response["Error"]["Code"]
i = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
eni = pages("describe_network_interfaces", "NetworkInterfaces", Filters=[{"Name": "attachment.instance-id", "Values": [instance]}])
routes = pages("describe_route_tables", "RouteTables", Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])
types = pages("describe_instance_types", "InstanceTypes", PaginationConfig={"PageSize": 5})
offers = pages("describe_instance_type_offerings", "InstanceTypeOfferings", LocationType="availability-zone", PaginationConfig={"PageSize": 5})
made = ec2.create_key_pair(KeyName="boto", KeyType="ed25519")
gone = boto3.client("ec2", endpoint_url=url, region_name="eu-west-1")
print(json.dumps({
    "hostnames": ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"],
    "eni": eni[0]["NetworkInterfaceId"] == i["NetworkInterfaces"][0]["NetworkInterfaceId"] and eni[0]["Attachment"]["InstanceId"] == instance,
    "out": [r["GatewayId"][:4] for r in routes[0]["Routes"]],
    "gateways": len(ec2.describe_internet_gateways()["InternetGateways"]),
    "acl": [e["RuleAction"] for e in ec2.describe_network_acls()["NetworkAcls"][0]["Entries"]],
    "types": len(types), "offers": len(offers), "regions": len(ec2.describe_regions()["Regions"]),
    "kind": ec2.describe_instance_attribute(InstanceId=instance, Attribute="instanceType")["InstanceType"]["Value"],
    "monitoring": ec2.monitor_instances(InstanceIds=[instance])["InstanceMonitorings"][0]["Monitoring"]["State"],
    "credits": ec2.describe_instance_credit_specifications(InstanceIds=[instance])["InstanceCreditSpecifications"][0]["CpuCredits"],
    "limits": {a["AttributeName"]: a["AttributeValues"][0]["AttributeValue"] for a in ec2.describe_account_attributes()["AccountAttributes"]}["max-elastic-ips"],
    "encrypted": ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"],
    "snapshots": len(ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]),
    "images": sorted(x["Name"] for x in ec2.describe_images(ExecutableUsers=["self"])["Images"]),
    "key": made["KeyMaterial"].startswith("-----BEGIN OPENSSH PRIVATE KEY-----"),
    "reverse": ec2.describe_addresses_attribute(Attribute="domain-name")["Addresses"],
    "elsewhere": len(gone.describe_instances()["Reservations"]) + len(gone.describe_vpcs()["Vpcs"]),
    "refusals": [
        code(ec2.run_instances, ImageId="ami-05c100a0219f00d00", MinCount=1, MaxCount=1, InstanceType="t2.micro", SubnetId=subnet, DryRun=True),
        code(ec2.run_instances, ImageId="ami-05c100a0219f00d00", MinCount=1, MaxCount=1, InstanceType="t3.micro", SubnetId=subnet, DryRun=True),
        code(ec2.modify_instance_attribute, InstanceId=instance, InstanceType={"Value": "t2.small"}),
        code(ec2.create_key_pair, KeyName="boto"),
        code(ec2.describe_instances, InstanceIds=["i-1"]),
        code(ec2.create_volume, AvailabilityZone="ap-southeast-1a", Size=1),
        code(ec2.terminate_instances, InstanceIds=[instance]),
    ],
}))
`

func TestBoto(t *testing.T) {
	path, err := exec.LookPath("python3")
	if err == nil {
		err = exec.CommandContext(t.Context(), path, "-c", "import boto3").Run()
	}
	if err != nil {
		t.Skip("SKIPPED: python3 with boto3 is not on PATH; the account was not asked by it")
	}
	b := open(t, func(o *cloud.Options) { o.Denied = []string{"ec2:TerminateInstances"} })
	id, _ := b.launch()
	b.clock.pass(time.Minute)
	cmd := exec.CommandContext(t.Context(), path, "-c", botoScript, b.url, id, vpcID, subnetID)
	cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=AKIDPRETEND", "AWS_SECRET_ACCESS_KEY=secret", "AWS_DEFAULT_REGION=ap-southeast-1", "AWS_MAX_ATTEMPTS=1",
		"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE="+filepath.Join(t.TempDir(), "none"), "AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(t.TempDir(), "none"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("boto3: %v\n%s", err, stderr.String())
	}
	var got, want map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatalf("boto3: %v\n%s", err, text)
	}
	if err := json.Unmarshal([]byte(`{"hostnames": true, "eni": true, "out": ["loca", "igw-"], "gateways": 1, "acl": ["allow", "deny", "allow", "deny"],
		"types": 18, "offers": 36, "regions": 17, "kind": "t2.micro", "monitoring": "pending", "credits": "standard", "limits": "5", "encrypted": false,
		"snapshots": 1, "images": ["scp-build-1.0.0"], "key": true, "reverse": [], "elsewhere": 0, "refusals": ["DryRunOperation", "InvalidParameterCombination",
		"IncorrectInstanceState", "InvalidKeyPair.Duplicate", "InvalidInstanceID.Malformed", "InvalidAction", "UnauthorizedOperation"]}`), &want); err != nil {
		t.Fatal(err)
	}
	for key := range want {
		if !reflect.DeepEqual(got[key], want[key]) {
			t.Errorf("%s: %v, want %v", key, got[key], want[key])
		}
	}
}
