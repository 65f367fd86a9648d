#!/usr/bin/env bash
# fly.sh: T4, T5, T7 of the plan and their undo, with the AWS CLI alone, in whatever account the environment names.
# By AWS's documentation: nothing here knows of tminus but the optional file that says at which ports the machine that
# plays AWS answers for the instances. Fails at the first thing that is not as AWS documents it.
#
# usage: fly.sh [REACH]
set -euo pipefail
reach=${1:-}
image=ami-05c100a0219f00d00 type=t2.micro vpc=vpc-9fcee6f8
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" --output text "$@"; } # CLIs before 2.13 do not know the variable
say() { printf '%s\n' "$*"; }
fail() { printf 'fly.sh: %s\n' "$*" >&2; exit 1; }
same() { [ "$2" = "$3" ] || fail "$1: got “$2”, want “$3”"; } # WHAT GOT WANT

# until_it_is WHAT WANT COMMAND...: asks again, for a minute at most
until_it_is() {
  local what=$1 want=$2 got='' end=$((SECONDS + 60))
  shift 2
  while got=$("$@") || fail "$what: was not told"; [ "$got" != "$want" ]; do
    [ $SECONDS -lt $end ] || fail "$what: still “$got” after a minute, want “$want”"
    sleep 0.3
  done
}

# refused CODE COMMAND...: AWS must say no, with this code
refused() {
  local code=$1
  shift
  if "$@" >"$work/out" 2>"$work/err"; then fail "was to be refused with $code, and was done: $*"; fi
  grep -q "($code)" "$work/err" || fail "was to be refused with $code: $(cat "$work/err")"
}

# all waits for what was begun, and fails if any of it did
all() {
  local job
  for job in $(jobs -p); do wait "$job"; done
}

# account lists what there is in it
account() {
  aws ec2 describe-instances --filters Name=instance-state-name,Values=pending,running,shutting-down,stopping,stopped \
    --query 'Reservations[].Instances[].InstanceId' >"$work/1" &
  aws ec2 describe-addresses --query 'Addresses[].AllocationId' >"$work/2" &
  aws ec2 describe-key-pairs --query 'KeyPairs[].KeyName' >"$work/3" &
  aws ec2 describe-security-groups --query 'SecurityGroups[].GroupId' >"$work/4" &
  aws cloudwatch describe-alarms --query 'MetricAlarms[].AlarmName' >"$work/5" &
  all
  cat "$work"/[1-5]
}

account >"$work/before"

# T4: launch the machine and configure its security group
aws ec2 describe-images --image-ids $image --query 'Images[0].[Architecture,VirtualizationType,RootDeviceName]' >"$work/image" &
aws ec2 describe-instance-types --instance-types $type --query 'InstanceTypes[0].[ProcessorInfo.SupportedArchitectures[1],VCpuInfo.DefaultVCpus]' >"$work/type" &
aws ec2 describe-subnets --filters Name=vpc-id,Values=$vpc Name=map-public-ip-on-launch,Values=true --query 'Subnets[0].SubnetId' >"$work/subnet" &
all
read -r arch virtualization root <"$work/image"
same 'the image' "$arch $virtualization" 'x86_64 hvm'
same "$type" "$(cat "$work/type")" $'x86_64\t1'
subnet=$(cat "$work/subnet")
say "T4 image $image is $arch and $virtualization, $type runs it, subnet $subnet gives public addresses"

key=$work/fly.pem
(umask 077; aws ec2 create-key-pair --key-name fly-sh --key-type ed25519 --query KeyMaterial >"$key")
say "T4 key pair fly-sh: $(ssh-keygen -lf "$key" | cut -d' ' -f2)"

group=$(aws ec2 create-security-group --group-name fly-sh --description 'the plan of fly.sh' --vpc-id $vpc --query GroupId)
open() { printf 'IpProtocol=tcp,FromPort=%s,ToPort=%s,IpRanges=[{CidrIp=0.0.0.0/0,Description=%s}]' "$1" "$1" "$2"; }
aws ec2 authorize-security-group-ingress --group-id "$group" --ip-permissions "$(open 22 SSH)" "$(open 80 HTTP)" "$(open 443 HTTPS)" >"$work/out"
say "T4 group $group lets in 22, 80 and 443"

run() { # two of them: one to serve, one that stands by
  aws ec2 run-instances --image-id $image --instance-type $type --key-name fly-sh --security-group-ids "$group" --subnet-id "$subnet" --count 2 --client-token fly-sh \
    --metadata-options HttpTokens=required,HttpPutResponseHopLimit=1 --block-device-mappings "DeviceName=$root,Ebs={VolumeSize=10,VolumeType=gp2,DeleteOnTermination=true}" \
    --tag-specifications "ResourceType=instance,Tags=[{Key=Name,Value=fly-sh}]" --query 'Instances[].InstanceId'
}
run >"$work/launched"
same 'the same client token' "$(run)" "$(cat "$work/launched")"
read -r instance standby <"$work/launched"
say "T4 instance $instance, and the same for the same client token; $standby stands by"

look() { aws ec2 describe-instances --instance-ids "$instance" --query "Reservations[0].Instances[0].$1"; }
until_it_is 'the instance' running look State.Name
aws ec2 wait instance-running --instance-ids "$instance"
look '[ImageId,InstanceType,KeyName,SubnetId,SecurityGroups[0].GroupId,MetadataOptions.HttpTokens,Tags[0].Value,PublicDnsName,PublicIpAddress,LaunchTime]' >"$work/out"
read -r -a is <"$work/out"
same 'how it was launched' "${is[*]:0:7}" "$image $type fly-sh $subnet $group required fly-sh"
dns=${is[7]} ip=${is[8]} launched=${is[9]}
say "T4 $instance is running, as it was asked for"

# T5: the credentials to connect with
same "the key pair's fingerprint" "SHA256:$(aws ec2 describe-key-pairs --key-names fly-sh --query 'KeyPairs[0].KeyFingerprint' | tr -d =)" "$(ssh-keygen -lf "$key" | cut -d' ' -f2)"
case $dns in ec2-"${ip//./-}".*.compute.amazonaws.com) ;; *) fail "public DNS name “$dns” of $ip" ;; esac
posted() { aws ec2 get-console-output --instance-id "$instance" --query Output >"$work/console"; grep -c -- '-END SSH HOST KEY FINGERPRINTS-' "$work/console" || true; }
until_it_is 'fingerprints on the console' 1 posted
host=$(sed -n 's/.*256 \(SHA256:[^ ]*\) .*(ED25519).*/\1/p' "$work/console")
say "T5 $dns, key pair as ssh-keygen says, host key $host on the console"

checks() { aws ec2 describe-instance-status --instance-ids "$instance" --query 'InstanceStatuses[0].[InstanceStatus.Status,SystemStatus.Status]'; }
until_it_is 'both status checks' $'ok\tok' checks
aws ec2 wait instance-status-ok --instance-ids "$instance"
say "T4 both status checks are ok"

# T7: the Elastic IP
aws ec2 allocate-address --domain vpc --query '[AllocationId,PublicIp]' >"$work/out"
read -r allocation elastic <"$work/out"
association=$(aws ec2 associate-address --allocation-id "$allocation" --instance-id "$instance" --no-allow-reassociation --query AssociationId)
refused Resource.AlreadyAssociated aws ec2 associate-address --allocation-id "$allocation" --instance-id "$standby" --no-allow-reassociation
until_it_is 'the public address' "$elastic" look PublicIpAddress
say "T7 $elastic ($allocation) serves $instance, and nobody took it for $standby"

# its watch
aws cloudwatch put-metric-alarm --alarm-name fly-sh-cpu --namespace AWS/EC2 --metric-name CPUUtilization --dimensions "Name=InstanceId,Value=$instance" \
  --statistic Average --period 300 --evaluation-periods 2 --threshold 80 --comparison-operator GreaterThanThreshold
tomorrow=$(date -u -d "$launched + 1 day" +%FT%TZ 2>"$work/err" || date -u -v+1d +%FT%TZ) # GNU's, else BSD's
query="[{\"Id\":\"cpu\",\"MetricStat\":{\"Metric\":{\"Namespace\":\"AWS/EC2\",\"MetricName\":\"CPUUtilization\",\"Dimensions\":[{\"Name\":\"InstanceId\",\"Value\":\"$instance\"}]},\"Period\":300,\"Stat\":\"Average\"}}]"
measured() { # until a day after the launch: whose clock runs faster does not matter
  aws cloudwatch get-metric-data --metric-data-queries "$query" --start-time "$launched" --end-time "$tomorrow" --query 'length(MetricDataResults[0].Values) > `0`'
}
until_it_is 'the processor, measured' True measured
say "T7 alarm fly-sh-cpu watches the processor, which is measured"

# connect, as anybody does
tried() {
  local line port web
  line=$(grep -F " ec2-user@$elastic" "$reach") || fail "no line of $reach is about $elastic: $(cat "$reach")"
  port=$(sed 's/.* -p \([0-9]*\) .*/\1/' <<<"$line")
  web=$(sed -n "s|^curl \(http://$elastic[:/].*\)|\1|p" "$reach")
  same 'the host key' "$(ssh-keyscan -T 20 -t ed25519 -p "$port" "$elastic" 2>"$work/err" | tee "$work/known" | ssh-keygen -lf - | cut -d' ' -f2)" "$host"
  name=$(ssh -F none -i "$key" -p "$port" -o BatchMode=yes -o IdentitiesOnly=yes -o UserKnownHostsFile="$work/known" -o GlobalKnownHostsFile=none -o StrictHostKeyChecking=yes \
    "ec2-user@$elastic" hostname)
  code=$(curl -s -o "$work/out" -w '%{http_code}' --max-time 20 "$web")
  case $code in 200 | 302) ;; *) fail "$web answered $code" ;; esac
  say "T7 ssh finds $name, with the host key of the console; $web answers $code"
}
if [ -z "$reach" ] || grep -q '^ssh and curl cannot' "$reach"; then
  say "SKIPPED: ssh and curl were not tried: $(cat "${reach:-/dev/null}")"
else
  tried
fi

# and back
aws cloudwatch delete-alarms --alarm-names fly-sh-cpu
aws ec2 disassociate-address --association-id "$association"
aws ec2 release-address --allocation-id "$allocation"
say "undo: the alarm is deleted, $elastic is released"
aws ec2 terminate-instances --instance-ids "$instance" "$standby" >"$work/out"
states() { aws ec2 describe-instances --instance-ids "$instance" "$standby" --query 'join(`,`, Reservations[].Instances[].State.Name)'; }
until_it_is 'both instances' terminated,terminated states
aws ec2 wait instance-terminated --instance-ids "$instance" "$standby"
aws ec2 delete-security-group --group-id "$group" >"$work/out"
aws ec2 delete-key-pair --key-name fly-sh >"$work/out"
say "undo: $instance and $standby are terminated, the group and the key pair are deleted"
account >"$work/after"
same 'the account' "$(cat "$work/after")" "$(cat "$work/before")"
say "the account is as it was before"
