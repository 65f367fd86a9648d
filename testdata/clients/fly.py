#!/usr/bin/env python3
"""T4, T5, T7 of the plan and their undo, with boto3 alone, in whatever account the environment names.

By AWS's documentation: nothing here knows of tminus but the optional file that says at which ports the machine that
plays AWS answers for the instances. Fails at the first thing that is not as AWS documents it.

usage: fly.py [REACH]
"""

import datetime
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

import boto3
from botocore.exceptions import ClientError

IMAGE, TYPE, VPC = "ami-05c100a0219f00d00", "t2.micro", "vpc-9fcee6f8"
PATIENCE = {"Delay": 1, "MaxAttempts": 60}
TAGS = [{"Key": "Name", "Value": "fly-py"}]


def same(what, got, want):
    if got != want:
        sys.exit(f"fly.py: {what}: got {got!r}, want {want!r}")


def until(what, is_so):
    """Asks again until there is an answer, for a minute at most."""
    end = time.monotonic() + 60
    while not (answer := is_so()):
        if time.monotonic() > end:
            sys.exit(f"fly.py: {what}: not within a minute")
        time.sleep(0.2)
    return answer


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as e:
        same(f"the refusal of {call.__name__}", e.response["Error"]["Code"], code)
    else:
        sys.exit(f"fly.py: {call.__name__} was to be refused with {code}, and was done")


def all_of(client, operation, key, **arguments):
    return [x for page in client.get_paginator(operation).paginate(**arguments) for x in page[key]]


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    if done.returncode:
        sys.exit(f"fly.py: {command}: exit {done.returncode}: {done.stderr}")
    return done.stdout.strip()


ec2, cloudwatch = [boto3.client(s, endpoint_url=os.environ["AWS_ENDPOINT_URL"]) for s in ("ec2", "cloudwatch")]
work = tempfile.TemporaryDirectory()


def account():
    """What there is in it."""
    states = ["pending", "running", "shutting-down", "stopping", "stopped"]
    return {
        "instances": [i["InstanceId"] for r in all_of(ec2, "describe_instances", "Reservations", Filters=[{"Name": "instance-state-name", "Values": states}]) for i in r["Instances"]],
        "volumes": [v["VolumeId"] for v in all_of(ec2, "describe_volumes", "Volumes")],
        "addresses": [a["AllocationId"] for a in ec2.describe_addresses()["Addresses"]],
        "key pairs": [k["KeyName"] for k in ec2.describe_key_pairs()["KeyPairs"]],
        "groups": [(g["GroupId"], g["IpPermissions"]) for g in all_of(ec2, "describe_security_groups", "SecurityGroups")],
        "alarms": [a["AlarmName"] for a in all_of(cloudwatch, "describe_alarms", "MetricAlarms")],
    }


def launch():
    """T4: launch the machine and configure its security group."""
    image = ec2.describe_images(ImageIds=[IMAGE])["Images"][0]
    kind = ec2.describe_instance_types(InstanceTypes=[TYPE])["InstanceTypes"][0]
    same("the image", (image["Architecture"] in kind["ProcessorInfo"]["SupportedArchitectures"], image["VirtualizationType"]), (True, "hvm"))
    subnet = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [VPC]}, {"Name": "map-public-ip-on-launch", "Values": ["true"]}])["Subnets"][0]["SubnetId"]
    print(f"T4 image {IMAGE} is {image['Architecture']}, {TYPE} runs it, subnet {subnet} gives public addresses")

    key = os.path.join(work.name, "fly.pem")
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
    with open(key + ".pub", "rb") as public:
        pair = ec2.import_key_pair(KeyName="fly-py", PublicKeyMaterial=public.read())
    refused("InvalidKeyPair.Duplicate", ec2.create_key_pair, KeyName="fly-py")
    print(f"T4 key pair fly-py ({pair['KeyPairId']}) imported")

    group = ec2.create_security_group(GroupName="fly-py", Description="the plan of fly.py", VpcId=VPC)["GroupId"]
    rules = [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": why}]} for port, why in ((22, "SSH"), (80, "HTTP"), (443, "HTTPS"))]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rules)
    refused("InvalidPermission.Duplicate", ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=rules[:1])
    inside = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    same("the group's ports", sorted(r["FromPort"] for r in inside), [22, 80, 443])
    print(f"T4 group {group} lets in 22, 80 and 443, once")

    wanted = {
        "ImageId": IMAGE, "InstanceType": TYPE, "KeyName": "fly-py", "SecurityGroupIds": [group], "SubnetId": subnet, "MinCount": 1, "MaxCount": 1,
        "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
        "BlockDeviceMappings": [{"DeviceName": image["RootDeviceName"], "Ebs": {"VolumeSize": 10, "VolumeType": "gp2", "DeleteOnTermination": True}}],
        "TagSpecifications": [{"ResourceType": kind, "Tags": TAGS} for kind in ("instance", "volume")],
    }
    refused("DryRunOperation", ec2.run_instances, **wanted, DryRun=True)
    first = ec2.run_instances(**wanted, ClientToken="fly-py-1")["Instances"][0]
    same("the state at first", first["State"]["Name"], "pending")
    instance = first["InstanceId"]
    same("the same client token", ec2.run_instances(**wanted, ClientToken="fly-py-1")["Instances"][0]["InstanceId"], instance)
    refused("IdempotentParameterMismatch", ec2.run_instances, **{**wanted, "MaxCount": 2}, ClientToken="fly-py-1")
    standby = ec2.run_instances(**wanted, ClientToken="fly-py-2")["Instances"][0]["InstanceId"]
    print(f"T4 instance {instance}, and the same for the same client token; {standby} stands by")

    ec2.get_waiter("instance_running").wait(InstanceIds=[instance, standby], WaiterConfig=PATIENCE)
    is_ = look(instance)
    same("how it was launched", (is_["KeyName"], is_["SubnetId"], is_["SecurityGroups"], is_["MetadataOptions"]["HttpTokens"], is_["Tags"]),
         ("fly-py", subnet, [{"GroupId": group, "GroupName": "fly-py"}], "required", TAGS))
    volume = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [instance]}])["Volumes"][0]
    same("its volume", (volume["VolumeType"], volume["Size"], volume["Iops"], volume["Encrypted"], volume["Tags"]), ("gp2", 10, 100, False, TAGS))
    ec2.get_waiter("instance_status_ok").wait(InstanceIds=[instance], WaiterConfig=PATIENCE)
    print(f"T4 {instance} is running as it was asked for, both status checks are ok")
    return instance, standby, group, key


def look(instance):
    return ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]


def credentials(instance, key):
    """T5: what it takes to connect."""
    is_ = look(instance)
    same("the public DNS name", is_["PublicDnsName"].split(".")[0], "ec2-" + is_["PublicIpAddress"].replace(".", "-"))
    at_aws = ec2.describe_key_pairs(KeyNames=["fly-py"])["KeyPairs"][0]["KeyFingerprint"]
    same("the key pair's fingerprint", "SHA256:" + at_aws.rstrip("="), run("ssh-keygen", "-lf", key).split()[1])

    def posted():
        text = ec2.get_console_output(InstanceId=instance).get("Output", "")
        return re.search(r"BEGIN SSH HOST KEY FINGERPRINTS-.*?256 (SHA256:\S+) .*\(ED25519\).*?-END SSH", text, re.DOTALL)

    host = until("the console's fingerprints", posted)[1]
    print(f"T5 {is_['PublicDnsName']}, key pair as ssh-keygen says, host key {host} on the console")
    return host


def address(instance, standby):
    """T7: the Elastic IP."""
    got = ec2.allocate_address(Domain="vpc", TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": TAGS}])
    allocation, elastic = got["AllocationId"], got["PublicIp"]
    refused("InvalidAllocationID.NotFound", ec2.describe_addresses, AllocationIds=["eipalloc-00000000000000000"])
    association = ec2.associate_address(AllocationId=allocation, InstanceId=instance, AllowReassociation=False)["AssociationId"]
    refused("Resource.AlreadyAssociated", ec2.associate_address, AllocationId=allocation, InstanceId=standby, AllowReassociation=False)
    until("the instance's public address", lambda: look(instance)["PublicIpAddress"] == elastic)
    is_ = ec2.describe_addresses(PublicIps=[elastic])["Addresses"][0]
    same("the address", (is_["InstanceId"], is_["AssociationId"], is_["Tags"]), (instance, association, TAGS))
    print(f"T7 {elastic} ({allocation}) serves {instance}, and nobody took it for {standby}")
    return allocation, association, elastic


def watch(instance):
    """The alarm of the plan's monitoring, and what it watches."""
    dimensions = [{"Name": "InstanceId", "Value": instance}]
    cloudwatch.put_metric_alarm(AlarmName="fly-py-cpu", Namespace="AWS/EC2", MetricName="CPUUtilization", Dimensions=dimensions, Statistic="Average", Period=300,
                                EvaluationPeriods=2, Threshold=80, ComparisonOperator="GreaterThanThreshold")
    alarm = cloudwatch.describe_alarms(AlarmNames=["fly-py-cpu"])["MetricAlarms"][0]
    same("the alarm", (alarm["Dimensions"], alarm["Threshold"], alarm.get("TreatMissingData", "missing")), (dimensions, 80.0, "missing"))
    launched = look(instance)["LaunchTime"]
    query = {"Id": "cpu", "MetricStat": {"Metric": {"Namespace": "AWS/EC2", "MetricName": "CPUUtilization", "Dimensions": dimensions}, "Period": 300, "Stat": "Average"}}
    values = until("the processor, measured", lambda: cloudwatch.get_metric_data(  # to a day later: whose clock runs faster does not matter
        MetricDataQueries=[query], StartTime=launched, EndTime=launched + datetime.timedelta(days=1))["MetricDataResults"][0]["Values"])
    same("a share of the processor", 0 <= values[0] <= 100, True)
    print("T7 alarm fly-py-cpu watches the processor, which is measured")


def connect(elastic, key, host, reach):
    """Comes in as anybody does, by the ports that the file says."""
    login = re.search(rf"^ssh .* -p (\d+) ec2-user@{re.escape(elastic)}$", reach, re.MULTILINE)
    page = re.search(rf"^curl (http://{re.escape(elastic)}[:/].*)$", reach, re.MULTILINE)
    if not login or not page:
        sys.exit(f"fly.py: {sys.argv[1]} does not lead to {elastic}: {reach}")
    known = os.path.join(work.name, "known")
    with open(known, "w") as f:
        f.write(run("ssh-keyscan", "-T", "20", "-t", "ed25519", "-p", login[1], elastic) + "\n")
    same("the host key", run("ssh-keygen", "-lf", known).split()[1], host)
    name = run("ssh", "-F", "none", "-i", key, "-p", login[1], "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", f"UserKnownHostsFile={known}",
               "-o", "GlobalKnownHostsFile=none", "-o", "StrictHostKeyChecking=yes", f"ec2-user@{elastic}", "hostname")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(page[1], timeout=20) as answer:
        same(page[1], answer.status, 200)
    print(f"T7 ssh finds {name}, with the host key of the console; {page[1]} answers")


def undo(instance, standby, group, allocation, association):
    cloudwatch.delete_alarms(AlarmNames=["fly-py-cpu"])
    ec2.disassociate_address(AssociationId=association)
    ec2.release_address(AllocationId=allocation)
    refused("InvalidAllocationID.NotFound", ec2.describe_addresses, AllocationIds=[allocation])
    print("undo: the alarm is deleted, the address is released")
    refused("DependencyViolation", ec2.delete_security_group, GroupId=group)
    ec2.terminate_instances(InstanceIds=[instance, standby])
    ec2.get_waiter("instance_terminated").wait(InstanceIds=[instance, standby], WaiterConfig=PATIENCE)
    ec2.delete_security_group(GroupId=group)
    ec2.delete_key_pair(KeyName="fly-py")
    print(f"undo: {instance} and {standby} are terminated, the group and the key pair are deleted")


def main():
    sys.stdout.reconfigure(line_buffering=True)
    before = account()
    instance, standby, group, key = launch()
    host = credentials(instance, key)
    allocation, association, elastic = address(instance, standby)
    watch(instance)
    reach = open(sys.argv[1]).read() if len(sys.argv) > 1 else ""
    if not reach or reach.startswith("ssh and curl cannot"):
        print(f"SKIPPED: ssh and curl were not tried: {reach}")
    else:
        connect(elastic, key, host, reach)
    undo(instance, standby, group, allocation, association)
    same("the account", account(), before)
    print("the account is as it was before")


main()
