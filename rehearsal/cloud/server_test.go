package cloud_test

// server_test.go: requests by hand: protocols that no client here speaks, and what is wrong with a request.

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// ask sends a request with a signature for a service and returns the answer's status and text.
func (b *bench) ask(method, path, service, body string, header ...string) (int, string) {
	b.Helper()
	req := must(http.NewRequestWithContext(b.Context(), method, b.url+path, strings.NewReader(body)))(b)
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDPRETEND/20190207/ap-southeast-1/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res := must(client.Do(req))(b)
	defer res.Body.Close()
	text := must(io.ReadAll(res.Body))(b)
	return res.StatusCode, string(text)
}

func form(pairs ...string) string {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v.Encode()
}

func TestCloudWatchInForms(t *testing.T) {
	b := open(t)
	id, _ := b.launch()
	put := form("Action", "PutMetricAlarm", "Version", "2010-08-01", "AlarmName", "cpu", "Namespace", "AWS/EC2", "MetricName", "CPUUtilization",
		"Dimensions.member.1.Name", "InstanceId", "Dimensions.member.1.Value", id, "Statistic", "Average", "Period", "300", "EvaluationPeriods", "1",
		"Threshold", "10.5", "ComparisonOperator", "GreaterThanThreshold", "ActionsEnabled", "false")
	if status, text := b.ask("POST", "/", "monitoring", put); status != 200 || !strings.Contains(text, "<PutMetricAlarmResponse") {
		t.Fatalf("%d %s", status, text)
	}
	b.clock.pass(13 * time.Minute) // the first point is in, and the machine was busy booting
	_, text := b.ask("POST", "/", "monitoring", form("Action", "DescribeAlarms", "Version", "2010-08-01", "AlarmNames.member.1", "cpu"))
	for _, want := range []string{"<MetricAlarms><member>", "<Threshold>10.5</Threshold>", "<Period>300</Period>", "<ActionsEnabled>false</ActionsEnabled>", "<StateValue>ALARM</StateValue>"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
	if status, text := b.ask("POST", "/", "monitoring", form("Action", "PutMetricAlarm", "Version", "2010-08-01", "Period", "often")); status != 400 || !strings.Contains(text, "<Code>MalformedInput</Code>") {
		t.Errorf("%d %s", status, text)
	}
}

func TestRequestsOfAllKinds(t *testing.T) {
	b := open(t)
	whoami := form("Action", "GetCallerIdentity", "Version", "2011-06-15")
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	io.WriteString(z, whoami)
	z.Close()
	const target = "GraniteServiceVersion20100801.DescribeAlarms"
	for _, test := range []struct {
		name, method, path, service, body string
		header                            []string
		status                            int
		says                              string
	}{
		{"below a path", "POST", "/some/prefix/", "sts", whoami, nil, 200, "user/rehearsal"},
		{"CBOR below a path", "POST", "/some/prefix/service/GraniteServiceVersion20100801/operation/DescribeAlarms", "monitoring", "", nil, 200, "MetricAlarms"},
		{"zipped", "POST", "/", "sts", zipped.String(), []string{"Content-Encoding", "gzip"}, 200, "user/rehearsal"},
		{"torn zip", "POST", "/", "sts", zipped.String()[:20], []string{"Content-Encoding", "gzip"}, 400, "ended early"},
		{"no zip", "POST", "/", "sts", whoami, []string{"Content-Encoding", "GZIP"}, 400, "not gzip"},
		{"expecting", "POST", "/", "sts", whoami, []string{"Expect", "100-continue"}, 200, "user/rehearsal"},
		{"too long", "POST", "/", "sts", whoami + "&X=" + strings.Repeat("x", 1<<20), nil, 413, "exceeds"},
		{"GET", "GET", "/?" + whoami, "sts", "", nil, 405, "answers POST requests; this was GET"},
		{"another version", "POST", "/", "sts", form("Action", "GetCallerIdentity", "Version", "2099-01-01"), nil, 400, "no API of version"},
		{"another service in JSON", "POST", "/", "dynamodb", "{}", []string{"X-Amz-Target", "DynamoDB_20120810.PutItem"}, 400, "UnknownOperationException"},
		{"JSON", "POST", "/", "monitoring", "{}", []string{"X-Amz-Target", target}, 200, `"MetricAlarms":[]`},
		{"no JSON", "POST", "/", "monitoring", "[", []string{"X-Amz-Target", target}, 400, "SerializationException"},
		{"signed for another service", "POST", "/", "ec2", whoami, nil, 403, "scoped to correct service: &#39;sts&#39;"},
		{"no signature", "POST", "/", "sts", whoami, []string{"Authorization", ""}, 403, "MissingAuthenticationToken"},
		{"half a signature", "POST", "/", "sts", whoami, []string{"Authorization", "AWS4-HMAC-SHA256 Credential=AKIDPRETEND"}, 400, "IncompleteSignature"},
		{"a date that is none", "POST", "/", "sts", whoami, []string{"Authorization", "AWS4-HMAC-SHA256 Credential=AKIDPRETEND/today/x/sts/aws4_request, SignedHeaders=host"}, 400, "IncompleteSignature"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if status, text := b.ask(test.method, test.path, test.service, test.body, test.header...); status != test.status || !strings.Contains(text, test.says) {
				t.Errorf("%d %q, want %d and %q", status, text, test.status, test.says)
			}
		})
	}
}
