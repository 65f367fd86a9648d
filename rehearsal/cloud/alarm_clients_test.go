package cloud_test

// alarm_clients_test.go: alarms and roles as the aws command line and boto3 use them, which nobody here wrote.

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tminus/rehearsal/cloud"
)

// environ is that of a client on this machine that knows nothing but the pretend account.
func (b *bench) environ(more ...string) []string {
	none := filepath.Join(b.TempDir(), "none")
	return append(append(os.Environ(), "AWS_ENDPOINT_URL="+b.url, "AWS_ACCESS_KEY_ID=AKIDPRETEND", "AWS_SECRET_ACCESS_KEY=secret", "AWS_DEFAULT_REGION=ap-southeast-1",
		"AWS_PAGER=", "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE="+none, "AWS_SHARED_CREDENTIALS_FILE="+none), more...)
}

func TestCommandLineOnAlarms(t *testing.T) {
	t.Parallel() // most of it is waiting for interpreters to start
	path, err := exec.LookPath("aws")
	if err != nil {
		t.Skip("SKIPPED: the aws command line is not on PATH; no alarm was made by it")
	}
	b := open(t, withRoles)
	env := b.environ()
	aws := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), path, append(args, "--output", "json", "--endpoint-url", b.url)...) // clients of before 2023 do not know the variable
		cmd.Env = env
		text, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("aws %v: %v\n%s", args, err, text)
		}
		return string(text)
	}
	aws("cloudwatch", "put-metric-alarm", "--alarm-name", "cpu", "--namespace", "AWS/EC2", "--metric-name", "CPUUtilization", "--statistic", "Average",
		"--dimensions", "Name=InstanceId,Value=i-00000000000000000", "--period", "300", "--evaluation-periods", "2", "--datapoints-to-alarm", "1",
		"--threshold", "80", "--comparison-operator", "GreaterThanThreshold", "--treat-missing-data", "breaching", "--alarm-actions", topic, "--tags", "Key=run,Value=7")
	b.clock.pass(time.Minute)
	if text := aws("cloudwatch", "describe-alarms", "--alarm-names", "cpu"); !strings.Contains(text, `"StateValue": "ALARM"`) || !strings.Contains(text, `"DatapointsToAlarm": 1`) {
		t.Errorf("describe-alarms: %s", text)
	}
	var assumed struct {
		Credentials struct{ AccessKeyId, SecretAccessKey, SessionToken string }
	}
	text := aws("sts", "assume-role", "--role-arn", deployer, "--role-session-name", "jc", "--serial-number", mfa, "--token-code", cloud.MFACode(mfa))
	if err := json.Unmarshal([]byte(text), &assumed); err != nil {
		t.Fatal(err)
	}
	env = b.environ("AWS_ACCESS_KEY_ID="+assumed.Credentials.AccessKeyId, "AWS_SECRET_ACCESS_KEY="+assumed.Credentials.SecretAccessKey, "AWS_SESSION_TOKEN="+assumed.Credentials.SessionToken)
	if text := aws("sts", "get-caller-identity"); !strings.Contains(text, "assumed-role/deployer/jc") {
		t.Errorf("get-caller-identity: %s", text)
	}
	if text := aws("service-quotas", "get-service-quota", "--service-code", "ec2", "--quota-code", "L-1216C47A"); !strings.Contains(text, `"Value": 5`) {
		t.Errorf("get-service-quota: %s", text)
	}
	aws("cloudwatch", "delete-alarms", "--alarm-names", "cpu")
}

// boto is a day of alarms; it ends with what a reader of its output should find.
const boto = `
import boto3, botocore, datetime, os
url = os.environ["AWS_ENDPOINT_URL"]
cw = boto3.client("cloudwatch", endpoint_url=url)
cw.put_metric_alarm(AlarmName="credits", Namespace="AWS/EC2", MetricName="CPUCreditBalance", Statistic="Minimum", Period=300, EvaluationPeriods=1,
    Threshold=10, ComparisonOperator="LessThanThreshold", Dimensions=[{"Name": "InstanceId", "Value": "i-00000000000000000"}], TreatMissingData="notBreaching")
arn = cw.describe_alarms(AlarmNamePrefix="cred")["MetricAlarms"][0]["AlarmArn"]
cw.tag_resource(ResourceARN=arn, Tags=[{"Key": "run", "Value": "7"}])
assert cw.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "run", "Value": "7"}]
cw.set_alarm_state(AlarmName="credits", StateValue="ALARM", StateReason="a drill")
kinds = [h["HistoryItemType"] for h in cw.describe_alarm_history(AlarmName="credits", ScanBy="TimestampAscending")["AlarmHistoryItems"]]
assert kinds == ["ConfigurationUpdate", "StateUpdate"], kinds
try:
    cw.delete_alarms(AlarmNames=["credits", "nobody"])
except cw.exceptions.ResourceNotFound as e:
    print(e.response["Error"]["Code"])
cw.delete_alarms(AlarmNames=["credits"])
assert cw.describe_alarms()["MetricAlarms"] == []
watch = boto3.client("sts", endpoint_url=url).assume_role(RoleArn=os.environ["WATCHER"], RoleSessionName="jc")["Credentials"]
session = boto3.Session(watch["AccessKeyId"], watch["SecretAccessKey"], watch["SessionToken"])
try:
    session.client("ec2", endpoint_url=url).allocate_address()
except botocore.exceptions.ClientError as e:
    print(e.response["Error"]["Code"])
`

func TestBotoOnAlarms(t *testing.T) {
	t.Parallel() // most of it is waiting for interpreters to start
	python, err := exec.LookPath("python3")
	if err != nil || exec.Command(python, "-c", "import boto3").Run() != nil {
		t.Skip("SKIPPED: python3 with boto3 is not on this machine; no alarm was made by it")
	}
	b := open(t, withRoles)
	cmd := exec.CommandContext(t.Context(), python, "-c", boto)
	cmd.Env = b.environ("WATCHER=" + watcher)
	text, err := cmd.CombinedOutput()
	if err != nil || string(text) != "ResourceNotFound\nUnauthorizedOperation\n" {
		t.Fatalf("%v\n%s", err, text)
	}
}
