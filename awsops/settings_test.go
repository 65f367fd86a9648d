package awsops_test

// settings_test.go: what the environment and the shared configuration say, and where each of it
// was said. Nothing is asked of anybody in here.

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/awsops"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// machine is an environment of its own: these files and variables, and no others of AWS.
func machine(t testing.TB, configured, credentials string, variables ...string) {
	t.Helper()
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if upper := strings.ToUpper(name); strings.HasPrefix(upper, "AWS_") || strings.HasSuffix(upper, "_PROXY") {
			t.Setenv(name, "") // restores it afterwards
			os.Unsetenv(name)
		}
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	if err := os.Mkdir(filepath.Join(home, ".aws"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"CONFIG": configured, "SHARED_CREDENTIALS": credentials} {
		path := filepath.Join(home, ".aws", map[string]string{"CONFIG": "config", "SHARED_CREDENTIALS": "credentials"}[name])
		t.Setenv("AWS_"+name+"_FILE", path)
		if text == "" {
			continue
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range variables {
		name, value, _ := strings.Cut(v, "=")
		t.Setenv(name, value)
	}
}

const (
	keys    = "aws_access_key_id = AKIAABCDEFGHIJKLWXYZ\naws_secret_access_key = hidden/secret/hidden/secret/hidden/secret1\n"
	company = `[default]
region = us-east-1
[profile scp]
sso_session = corp
sso_account_id = 610000000042
sso_role_name = Deployer
region = ap-southeast-1
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
[profile old]
sso_start_url = https://old.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 610000000042
sso_role_name = Deployer
[profile prod]
role_arn = arn:aws:iam::610000000042:role/team/deployer
source_profile = base
mfa_serial = arn:aws:iam::610000000001:mfa/LX
region = ap-southeast-1
[profile twice]
role_arn = arn:aws:iam::610000000043:role/inner
source_profile = scp
[profile base]
` + keys + `
[profile robot]
credential_process = /usr/bin/keys --for robot
[profile pod]
web_identity_token_file = /var/run/token
role_arn = arn:aws:iam::610000000042:role/pod
[profile login]
login_session = arn:aws:iam::610000000042:user/LX
[profile machine]
role_arn = arn:aws:iam::610000000042:role/ec2
credential_source = Ec2InstanceMetadata
[profile local]
endpoint_url = http://127.0.0.1:4566
services = mine
region = ap-southeast-1
` + keys + `
[services mine]
ec2 =
  endpoint_url = http://127.0.0.1:7777
`
)

// row is an item of the settings by its id.
func row(t testing.TB, items []reading.Item, id string) reading.Item {
	t.Helper()
	n := slices.IndexFunc(items, func(i reading.Item) bool { return i.ID == id })
	if n < 0 {
		t.Fatalf("there is no %s in %+v", id, items)
	}
	return items[n]
}

func TestSettingsAndWhereTheyWereSaid(t *testing.T) {
	planned := &plan.Plan{Environment: plan.Environment{Region: "ap-southeast-1"}}
	env := []string{"AWS_ACCESS_KEY_ID=AKIAENVIRONMENT00001", "AWS_SECRET_ACCESS_KEY=hidden"}
	for _, tt := range []struct {
		name                   string
		wish                   awsops.Wish
		env                    []string
		profile, profileFrom   string
		region, regionFrom     string
		source                 string
		mend                   string
		mfa                    string
		verdictOfRegion, trait string
	}{
		{name: "nothing but a default", profile: "default", profileFrom: "nothing else is named", region: "us-east-1", regionFrom: "~/.aws/config [default]", source: "instance metadata, because nothing else is configured"},
		{name: "a profile by flag", wish: awsops.Wish{Profile: "scp"}, env: append([]string{"AWS_PROFILE=prod"}, env...), profile: "scp", profileFrom: "--profile", region: "ap-southeast-1", regionFrom: "~/.aws/config [profile scp]",
			source: "SSO session corp https://corp.awsapps.com/start, role Deployer", mend: "aws sso login --profile scp"},
		{name: "SSO as it was", env: []string{"AWS_PROFILE=old"}, profile: "old", profileFrom: "AWS_PROFILE", region: "", source: "SSO https://old.awsapps.com/start, role Deployer, profile old", mend: "aws sso login --profile old", verdictOfRegion: "fail"},
		{name: "the plan's region where nothing names one", wish: awsops.Wish{Profile: "old", Plan: planned}, profile: "old", profileFrom: "--profile", region: "ap-southeast-1", regionFrom: "the plan",
			source: "SSO https://old.awsapps.com/start, role Deployer, profile old", mend: "aws sso login --profile old"},
		{name: "another region than the plan's", wish: awsops.Wish{Region: "eu-west-1", Plan: planned}, env: []string{"AWS_REGION=us-west-2"}, profile: "default", profileFrom: "nothing else is named", region: "eu-west-1", regionFrom: "--region",
			source: "instance metadata, because nothing else is configured", verdictOfRegion: "fail"},
		{name: "keys in the environment come before a profile by variable", env: append([]string{"AWS_PROFILE=scp", "AWS_DEFAULT_REGION=eu-west-1"}, env...), profile: "scp", profileFrom: "AWS_PROFILE", region: "eu-west-1", regionFrom: "AWS_DEFAULT_REGION",
			source: "environment, key AKIA…0001", trait: "come first"},
		{name: "a role with MFA", wish: awsops.Wish{Profile: "prod"}, profile: "prod", profileFrom: "--profile", region: "ap-southeast-1", regionFrom: "~/.aws/config [profile prod]",
			source: "role deployer (profile prod), from shared credentials file, profile base, key AKIA…WXYZ", mfa: "arn:aws:iam::610000000001:mfa/LX"},
		{name: "a role from SSO", wish: awsops.Wish{Profile: "twice", Region: "eu-west-1"}, profile: "twice", profileFrom: "--profile", region: "eu-west-1", regionFrom: "--region",
			source: "role inner (profile twice), from SSO session corp https://corp.awsapps.com/start, role Deployer", mend: "aws sso login --profile scp"},
		{name: "a process", wish: awsops.Wish{Profile: "robot", Region: "eu-west-1"}, profile: "robot", profileFrom: "--profile", region: "eu-west-1", regionFrom: "--region", source: "credential_process, profile robot"},
		{name: "a token", wish: awsops.Wish{Profile: "pod", Region: "eu-west-1"}, profile: "pod", profileFrom: "--profile", region: "eu-west-1", regionFrom: "--region", source: "web identity token /var/run/token, role pod, profile pod"},
		{name: "a token in the environment", env: []string{"AWS_WEB_IDENTITY_TOKEN_FILE=/var/t", "AWS_ROLE_ARN=arn:aws:iam::610000000042:role/x"}, profile: "default", profileFrom: "nothing else is named", region: "us-east-1", regionFrom: "~/.aws/config [default]",
			source: "web identity token /var/t, role x (environment)"},
		{name: "aws login", wish: awsops.Wish{Profile: "login", Region: "eu-west-1"}, profile: "login", profileFrom: "--profile", region: "eu-west-1", regionFrom: "--region", source: "aws login, profile login", mend: "aws login --profile login"},
		{name: "half a key pair", env: []string{"AWS_ACCESS_KEY_ID=AKIAENVIRONMENT00001"}, profile: "default", profileFrom: "nothing else is named", region: "us-east-1", regionFrom: "~/.aws/config [default]",
			source: "instance metadata, because AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not"},
		{name: "an instance's role", wish: awsops.Wish{Profile: "machine", Region: "eu-west-1"}, profile: "machine", profileFrom: "--profile", region: "eu-west-1", regionFrom: "--region", source: "role ec2 (profile machine), from instance metadata"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			machine(t, company, "", tt.env...)
			s, err := awsops.Resolve(t.Context(), tt.wish)
			if err != nil {
				t.Fatal(err)
			}
			opt := s.Options(awsops.Options{})
			if s.Profile != tt.profile || s.ProfileFrom != tt.profileFrom || s.Region != tt.region || s.RegionFrom != tt.regionFrom || opt.Region != tt.region {
				t.Errorf("profile %s by %s, region %s by %s", s.Profile, s.ProfileFrom, s.Region, s.RegionFrom)
			}
			if opt.Source != tt.source || strings.Join(opt.Mend, " ") != tt.mend || opt.Credentials == nil {
				t.Errorf("source %q, mend %q", opt.Source, opt.Mend)
			}
			items := s.Items()
			if r := row(t, items, "settings.region"); r.Verdict != tt.verdictOfRegion || tt.verdictOfRegion != "" && r.Next == "" {
				t.Errorf("region: %+v", r)
			}
			if r := row(t, items, "settings.credentials"); r.Says != tt.source || r.Source == "" {
				t.Errorf("credentials: %+v", r)
			}
			if r := row(t, items, "settings.profile"); !strings.Contains(r.Says, tt.trait) || r.Source != tt.profileFrom {
				t.Errorf("profile: %+v", r)
			}
			if tt.mfa != "" && !strings.Contains(row(t, items, "settings.mfa").Says, tt.mfa) {
				t.Errorf("no MFA device in %+v", items)
			}
			for _, i := range items {
				if text := i.Says + i.Next + i.Source; strings.Contains(text, "hidden") || strings.Contains(text, "AKIAABCDEFGHIJKLWXYZ") {
					t.Errorf("a secret is shown: %+v", i)
				}
			}
		})
	}
}

func TestEndpointsOfEachService(t *testing.T) {
	for _, tt := range []struct {
		name    string
		profile string
		env     []string
		want    map[string]string // by service, with who said it
		warned  bool
		alike   bool
	}{
		{name: "AWS's own", profile: "scp"},
		{name: "of all services", profile: "scp", env: []string{"AWS_ENDPOINT_URL=http://127.0.0.1:1"}, want: map[string]string{
			"EC2": "http://127.0.0.1:1 AWS_ENDPOINT_URL", "STS": "http://127.0.0.1:1 AWS_ENDPOINT_URL", "Service Quotas": "http://127.0.0.1:1 AWS_ENDPOINT_URL"}, warned: true, alike: true},
		{name: "of one before all", profile: "local", env: []string{"AWS_ENDPOINT_URL=http://127.0.0.1:1", "AWS_ENDPOINT_URL_SERVICE_QUOTAS=http://127.0.0.1:2"}, want: map[string]string{
			"EC2": "http://127.0.0.1:1 AWS_ENDPOINT_URL", "Service Quotas": "http://127.0.0.1:2 AWS_ENDPOINT_URL_SERVICE_QUOTAS"}, warned: true},
		{name: "of a profile and its services", profile: "local", want: map[string]string{
			"EC2": "http://127.0.0.1:7777 ~/.aws/config [profile local] services", "IAM": "http://127.0.0.1:4566 ~/.aws/config [profile local]"}, warned: true},
		{name: "ignored", profile: "local", env: []string{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true", "AWS_ENDPOINT_URL_EC2=http://127.0.0.1:3"}},
		{name: "AWS's own, spelled out", profile: "scp", env: []string{"AWS_ENDPOINT_URL_EC2=https://vpce-1.ec2.ap-southeast-1.vpce.amazonaws.com"}, want: map[string]string{
			"EC2": "https://vpce-1.ec2.ap-southeast-1.vpce.amazonaws.com AWS_ENDPOINT_URL_EC2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			machine(t, company, "", tt.env...)
			s, err := awsops.Resolve(t.Context(), awsops.Wish{Profile: tt.profile})
			if err != nil {
				t.Fatal(err)
			}
			items, reached := s.Items(), s.Options(awsops.Options{}).Endpoints
			warned := false
			for _, i := range items {
				warned = warned || strings.HasPrefix(i.ID, "settings.endpoint") && i.Verdict == "warning" && i.Next != ""
			}
			if warned != tt.warned || len(tt.want) == 0 && len(reached) != 0 {
				t.Errorf("warned %v, endpoints %v, rows %+v", warned, reached, items)
			}
			for service, want := range tt.want {
				id, url, by := "settings.endpoint."+strings.ToLower(strings.ReplaceAll(service, " ", "")), "", ""
				if url, by, _ = strings.Cut(want, " "); tt.alike {
					id = "settings.endpoint"
				}
				if r := row(t, items, id); !strings.HasSuffix(r.Says, url) || r.Source != by || reached[service] != url {
					t.Errorf("%s: %+v, reached at %s", service, r, reached[service])
				}
			}
		})
	}
}

// TestSettingsThatCannotBe: every refusal says where to correct what, in one clean line, without a secret.
func TestSettingsThatCannotBe(t *testing.T) {
	for _, tt := range []struct {
		name, configured string
		wish             awsops.Wish
		env              []string
		says             []string
	}{
		{"a profile that is not there", company, awsops.Wish{Profile: "nobody"}, nil, []string{"--profile names the profile nobody", "~/.aws/config", "list-profiles"}},
		{"one by variable", company, awsops.Wish{}, []string{"AWS_PROFILE=nobody"}, []string{"AWS_PROFILE names"}},
		{"a hostile name", company, awsops.Wish{Profile: "x\x1b]0;owned\a\ny"}, nil, []string{"--profile names the profile x␛␊y"}},
		{"an endless name", company, awsops.Wish{Profile: strings.Repeat("x", 200)}, nil, []string{"longer than 128"}},
		{"a region that is a host", company, awsops.Wish{Region: "evil.example/"}, nil, []string{"--region names the region evil.example/"}},
		{"an endpoint that is none", company, awsops.Wish{}, []string{"AWS_ENDPOINT_URL_STS=file:///etc/passwd"}, []string{"AWS_ENDPOINT_URL_STS is no URL"}},
		{"a role from nowhere", "[profile r]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = gone\n", awsops.Wish{Profile: "r"}, nil, []string{"the role arn:aws:iam::1:role/x is assumed from the profile gone", "~/.aws/config"}},
		{"a token without a role", "[profile r]\nweb_identity_token_file = /t\n", awsops.Wish{Profile: "r"}, nil, []string{"no role_arn"}},
		{"half an SSO session", "[profile r]\nsso_session = gone\nsso_account_id = 1\n", awsops.Wish{Profile: "r"}, nil, []string{"SSO session", "~/.aws/config"}},
		{"a number that is none", "[profile r]\nmax_attempts = many\n" + keys, awsops.Wish{Profile: "r"}, nil, []string{"max_attempts", "~/.aws/config"}},
		{"a variable that is none", company, awsops.Wish{}, []string{"AWS_MAX_ATTEMPTS=many"}, []string{"the environment's AWS settings", "correct the variable"}},
		{"certificates that are not there", company, awsops.Wish{}, []string{"AWS_CA_BUNDLE=/nowhere/ca.pem"}, []string{"AWS_CA_BUNDLE", "no such file"}},
		{"a huge file", strings.Repeat("# \n", 400_000), awsops.Wish{}, nil, []string{"not a file of at most 1 MiB"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			machine(t, tt.configured, "", tt.env...)
			_, err := awsops.Resolve(t.Context(), tt.wish)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if strings.ContainsAny(err.Error(), "\n\x1b\a") || strings.Contains(err.Error(), "hidden") {
				t.Errorf("not clean: %q", err)
			}
		})
	}
}

// TestHostileConfiguration: what a configuration file says is shown clean and never leads a command.
func TestHostileConfiguration(t *testing.T) {
	machine(t, "[profile --x]\nsso_session = e\x1b[31mvil\nsso_account_id = 610000000042\nsso_role_name = R\u202er\nregion = eu-west-1\n[sso-session e\x1b[31mvil]\nsso_start_url = https://u:pass@evil\x07.example\nsso_region = eu-west-1\n", "",
		"HTTPS_PROXY=http://user:geheim@proxy.example:3128")
	s, err := awsops.Resolve(t.Context(), awsops.Wish{Profile: "--x"})
	if err != nil {
		t.Fatal(err)
	}
	if opt := s.Options(awsops.Options{}); opt.Mend != nil {
		t.Errorf("a profile that reads as a flag leads the command %q", opt.Mend)
	}
	for _, i := range s.Items() {
		if text := i.Says + i.Source + i.Next; strings.ContainsAny(text, "\x1b\x07\u202e") || strings.Contains(text, "geheim") {
			t.Errorf("%+v", i)
		}
	}
}

// TestResolvingIsQuick: nothing is retrieved, and the first frame does not wait for it.
func TestResolvingIsQuick(t *testing.T) {
	machine(t, company, "", "AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:1", "AWS_DEFAULTS_MODE=auto")
	best := time.Hour
	for range 5 {
		began := time.Now()
		if _, err := awsops.Resolve(t.Context(), awsops.Wish{Profile: "prod"}); err != nil {
			t.Fatal(err)
		}
		best = min(best, time.Since(began))
	}
	if best > 10*time.Millisecond {
		t.Errorf("resolving took %s", best)
	}
	t.Logf("resolving took %s", best)
}
