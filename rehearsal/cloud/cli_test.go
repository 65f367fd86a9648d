package cloud_test

// cli_test.go: the aws command line, which nobody here wrote, reads the account. It sends CloudWatch in JSON 1.0.

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

func TestCommandLine(t *testing.T) {
	path, err := exec.LookPath("aws")
	if err != nil {
		t.Skip("SKIPPED: the aws command line is not on PATH; the account was not read by it")
	}
	b := open(t)
	id, _ := b.launch()
	alloc, _ := b.allocate()
	must(b.associate(alloc, id, nil))(t)
	b.clock.pass(30 * time.Minute)
	aws := func(args ...string) (out struct {
		Reservations      []struct{ Instances []struct{ InstanceId string } }
		Addresses         []struct{ AllocationId, InstanceId string }
		Metrics           []struct{ MetricName string }
		MetricDataResults []struct{ Values []float64 }
		AccountAliases    []string
		Account           string
	}) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), path, append([]string{"--endpoint-url", b.url, "--output", "json"}, args...)...)
		cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=AKIDPRETEND", "AWS_SECRET_ACCESS_KEY=secret", "AWS_DEFAULT_REGION=ap-southeast-1", "AWS_PAGER=",
			"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE="+filepath.Join(t.TempDir(), "none"), "AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(t.TempDir(), "none"))
		text, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("aws %v: %v\n%s", args, err, text)
		}
		if err := json.Unmarshal(text, &out); err != nil {
			t.Fatalf("aws %v: %v\n%s", args, err, text)
		}
		return out
	}
	if out := aws("ec2", "describe-instances"); len(out.Reservations) != 1 || out.Reservations[0].Instances[0].InstanceId != id {
		t.Fatalf("describe-instances: %+v", out)
	}
	if out := aws("ec2", "describe-addresses"); len(out.Addresses) != 1 || out.Addresses[0].InstanceId != id {
		t.Fatalf("describe-addresses: %+v", out)
	}
	if out := aws("cloudwatch", "list-metrics", "--namespace", "AWS/EC2"); len(out.Metrics) != 10 {
		t.Fatalf("list-metrics: %+v", out)
	}
	now := b.clock.now()
	query := `[{"Id":"m1","MetricStat":{"Metric":{"Namespace":"AWS/EC2","MetricName":"CPUUtilization","Dimensions":[{"Name":"InstanceId","Value":"` + id + `"}]},"Period":300,"Stat":"Average"}}]`
	if out := aws("cloudwatch", "get-metric-data", "--metric-data-queries", query, "--start-time", now.Add(-time.Hour).Format(time.RFC3339), "--end-time", now.Format(time.RFC3339)); len(out.MetricDataResults) != 1 || len(out.MetricDataResults[0].Values) != 5 {
		t.Fatalf("get-metric-data: %+v", out)
	}
	if out := aws("sts", "get-caller-identity"); out.Account != "123456789012" {
		t.Fatalf("get-caller-identity: %+v", out)
	}
	if out := aws("iam", "list-account-aliases"); len(out.AccountAliases) != 1 || out.AccountAliases[0] != "scp-rehearsal" {
		t.Fatalf("list-account-aliases: %+v", out)
	}
}
