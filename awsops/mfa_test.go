package awsops_test

// mfa_test.go: roles, MFA codes, sign-ins and what it means when there are none, against the
// pretend STS and files of a home directory.

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tminus/awsops"
	"tminus/rehearsal/cloud"
	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

const (
	device  = "arn:aws:iam::610000000042:mfa/rehearsal"
	roleARN = "arn:aws:iam::610000000042:role/deployer"
	assumes = "[profile prod]\nrole_arn = " + roleARN + "\nsource_profile = base\nmfa_serial = " + device + "\nregion = ap-southeast-1\n[profile base]\n" + keys
)

// person answers questions, in order, and then none.
type person struct {
	mu      sync.Mutex
	answers []string // "" declines
	asked   []tasks.Question
	waiting chan struct{} // closed when a question has no answer; nil = it declines
}

func (p *person) Ask(ctx context.Context, q tasks.Question) (tasks.Secret, error) {
	p.mu.Lock()
	p.asked = append(p.asked, q)
	answer := ""
	if len(p.answers) > 0 {
		answer, p.answers = p.answers[0], p.answers[1:]
	}
	wait := p.waiting
	p.mu.Unlock()
	switch {
	case answer != "":
		return tasks.NewSecret(answer), nil
	case wait != nil:
		close(wait)
		<-ctx.Done()
		return tasks.Secret{}, ctx.Err()
	}
	return tasks.Secret{}, tasks.ErrDeclined
}

func (p *person) questions() []tasks.Question {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

// roles is an account whose user may assume the role deployer with a code, in real time.
func roles(t *testing.T, change ...func(*cloud.Options)) world {
	return pretend(t, newClock(), func(o *cloud.Options) {
		o.Now, o.AccessKey, o.Roles = time.Now, "AKIAABCDEFGHIJKLWXYZ", []cloud.Role{{Name: "deployer", MFASerial: device}, {Name: "inner"}}
		for _, f := range change {
			f(o)
		}
	})
}

// signedIn is an account of the adapter as the environment and the files say.
func signedIn(t *testing.T, w awsops.Wish) *awsops.Account {
	t.Helper()
	s, err := awsops.Resolve(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	a := awsops.New(s.Options(awsops.Options{}))
	t.Cleanup(a.Close)
	return a
}

// whoami reads the identity sensor once.
func whoami(ctx context.Context, t *testing.T, a *awsops.Account) (reading.Identity, error) {
	t.Helper()
	sensors := a.Sensors(scp(), "SCP100X0219-1")
	n := slices.IndexFunc(sensors, func(s tasks.Sensor) bool { return s.Name == "identity" })
	update, err := sensors[n].Read(ctx, nil, time.Now())
	if err != nil {
		return reading.Identity{}, err
	}
	var r reading.Readings
	update(&r)
	return r.Identity, nil
}

// failed reads the identity, which must fail in a way that is known.
func failed(t *testing.T, a *awsops.Account, kind reading.FailureKind, mend, says string) {
	t.Helper()
	_, err := whoami(t.Context(), t, a)
	if err == nil {
		t.Fatal("somebody is signed in")
	}
	f := tasks.FailureOf(err, err.Error(), reading.Failure{}, time.Now())
	if f.Kind != kind || strings.Join(f.Mend, " ") != mend || !strings.Contains(f.Says, says) {
		t.Errorf("%s, %q, %s", f.Kind, f.Mend, f.Says)
	}
	if strings.Contains(f.Says, "hidden") || strings.ContainsAny(f.Says, "\n\x1b") {
		t.Errorf("not clean: %q", f.Says)
	}
}

func TestRoleWithMFA(t *testing.T) {
	w := roles(t)
	machine(t, assumes, "", "AWS_ENDPOINT_URL="+w.url)
	code := cloud.MFACode(device)
	p := &person{answers: []string{"12345", " 123456", code, code}}
	a := signedIn(t, awsops.Wish{Profile: "prod", Ask: p.Ask})
	who, err := whoami(t.Context(), t, a)
	if err != nil {
		t.Fatal(err)
	}
	left := time.Until(who.Expires)
	if who.Role != "deployer" || who.Account != pretendAccount || who.Alias != "scp" || !strings.HasSuffix(who.ARN, "/deployer/tminus") || who.Profile != "prod" ||
		left < 55*time.Minute || left > 65*time.Minute || who.Endpoint != w.url || !strings.HasPrefix(who.Source, "role deployer (profile prod), from shared credentials file") {
		t.Errorf("%+v", who)
	}
	asked := p.questions()
	if len(asked) != 3 || asked[0].ID == asked[1].ID || asked[0].Title != "MFA code" || !strings.Contains(asked[1].Detail, "not 6 digits") {
		t.Fatalf("asked %+v", asked)
	}
	for _, want := range []string{"role deployer", "account " + pretendAccount, device} {
		if !strings.Contains(asked[0].Detail, want) {
			t.Errorf("the question %q does not name %s", asked[0].Detail, want)
		}
	}
	if _, err := whoami(t.Context(), t, a); err != nil || len(p.questions()) != 3 {
		t.Errorf("asked again: %v, %d questions", err, len(p.questions()))
	}
}

func TestMFAThatIsNotGiven(t *testing.T) {
	w := roles(t)
	machine(t, assumes, "", "AWS_ENDPOINT_URL="+w.url)
	t.Run("declined", func(t *testing.T) {
		p := &person{}
		a := signedIn(t, awsops.Wish{Profile: "prod", Ask: p.Ask})
		for range 3 {
			failed(t, a, reading.Expired, "", "declined; look again")
		}
		if n := len(p.questions()); n != 1 {
			t.Errorf("whoever declined was asked %d times", n)
		}
		p.answers = []string{cloud.MFACode(device)}
		a.Wake()
		if who, err := whoami(t.Context(), t, a); err != nil || who.Role != "deployer" {
			t.Errorf("%+v, %v", who, err)
		}
	})
	t.Run("wrong", func(t *testing.T) {
		p := &person{answers: []string{"000000", "000000", "000000", "000000"}}
		a := signedIn(t, awsops.Wish{Profile: "prod", Ask: p.Ask})
		failed(t, a, reading.Expired, "", "did not take the MFA code")
		failed(t, a, reading.Expired, "", "did not take the MFA code")
		if q := p.questions(); len(q) != 2 || !strings.Contains(q[1].Detail, "did not take the last code") {
			t.Errorf("asked %+v", q)
		}
		failed(t, a, reading.Expired, "", "3 MFA codes in a row")
		failed(t, a, reading.Expired, "", "3 MFA codes in a row")
		if n := len(p.questions()); n != 3 {
			t.Errorf("asked %d times", n)
		}
	})
	t.Run("nobody to ask", func(t *testing.T) {
		failed(t, signedIn(t, awsops.Wish{Profile: "prod"}), reading.Expired, "", "nobody can be asked here")
	})
	t.Run("no terminal", func(t *testing.T) {
		none := func(context.Context, tasks.Question) (tasks.Secret, error) {
			return tasks.Secret{}, errors.New("there is no terminal to ask at; start tminus at one")
		}
		failed(t, signedIn(t, awsops.Wish{Profile: "prod", Ask: none}), reading.Expired, "",
			"an MFA code is needed to assume the role deployer of account "+pretendAccount+", the 6 digits of the MFA device "+device+", and could not be asked for: there is no terminal to ask at; start tminus at one")
	})
}

// TestQuestionOutlivesWhoAsked: a sensor gives up after its time; the person goes on typing. Leaving takes the question back.
func TestQuestionOutlivesWhoAsked(t *testing.T) {
	w := roles(t)
	machine(t, assumes, "", "AWS_ENDPOINT_URL="+w.url)
	shown, typed := make(chan struct{}), make(chan string)
	taken := make(chan struct{})
	ask := func(ctx context.Context, _ tasks.Question) (tasks.Secret, error) {
		close(shown)
		select {
		case code := <-typed:
			return tasks.NewSecret(code), nil
		case <-ctx.Done():
			close(taken)
			return tasks.Secret{}, ctx.Err()
		}
	}
	a := signedIn(t, awsops.Wish{Profile: "prod", Ask: ask})
	ctx, giveUp := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() {
		_, err := whoami(ctx, t, a)
		gone <- err
	}()
	<-shown
	giveUp()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Fatalf("%v", err)
	}
	typed <- cloud.MFACode(device)
	if who, err := whoami(t.Context(), t, a); err != nil || who.Role != "deployer" {
		t.Errorf("%+v, %v", who, err)
	}
	shown = make(chan struct{})
	a = signedIn(t, awsops.Wish{Profile: "prod", Ask: ask})
	go func() {
		_, err := whoami(t.Context(), t, a)
		gone <- err
	}()
	<-shown
	a.Close()
	<-taken
	if err := <-gone; err == nil {
		t.Error("somebody was signed in without a code")
	}
}

// TestSignInThatHasRunOut: each way to have no credentials is told, with the command that mends it.
func TestSignInThatHasRunOut(t *testing.T) {
	w := roles(t)
	for _, tt := range []struct {
		name, profile, configured string
		env                       []string
		kind                      reading.FailureKind
		mend, says                string
	}{
		{"SSO", "scp", company, nil, reading.Expired, "aws sso login --profile scp", "nobody is signed in, or the sign-in has run out (SSO session corp"},
		{"SSO as it was", "old", company, []string{"AWS_REGION=ap-southeast-1"}, reading.Expired, "aws sso login --profile old", "run out (SSO https://old"},
		{"a role from SSO", "twice", company, []string{"AWS_REGION=ap-southeast-1"}, reading.Expired, "aws sso login --profile scp", "run out (role inner"},
		{"aws login", "login", company, []string{"AWS_REGION=ap-southeast-1"}, reading.Expired, "aws login --profile login", "aws login --profile login, then look again"},
		{"no such role", "base", strings.ReplaceAll(assumes, "[profile base]", "[profile base]\nregion = ap-southeast-1\nrole_arn = arn:aws:iam::610000000042:role/nobody\nsource_profile = base"), nil, reading.Denied, "", "does not let these credentials assume the role"},
		{"another key", "base", "[profile base]\nregion = ap-southeast-1\n" + strings.Replace(keys, "AKIA", "AKIB", 1), nil, reading.Denied, "", "sign in"},
		{"a token that is not there", "pod", strings.ReplaceAll(company, "/var/run/token", "/nowhere/token"), []string{"AWS_REGION=ap-southeast-1"}, reading.Expired, "", "no credentials could be had from web identity token /nowhere/token"},
		{"a process that fails", "robot", strings.ReplaceAll(company, "/usr/bin/keys --for robot", "echo hidden >&2; echo '{hidden'"), []string{"AWS_REGION=ap-southeast-1"}, reading.Expired, "", "credential_process of profile robot gave no credentials"},
		{"nothing at all", "", "", []string{"AWS_REGION=ap-southeast-1", "AWS_EC2_METADATA_DISABLED=true"}, reading.Expired, "", "there are no AWS credentials"},
		{"no instance", "machine", company, []string{"AWS_REGION=ap-southeast-1", "AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:1"}, reading.Expired, "", "no instance metadata answers"},
		{"half a key pair", "", "", []string{"AWS_REGION=ap-southeast-1", "AWS_EC2_METADATA_DISABLED=true", "AWS_ACCESS_KEY_ID=AKIAABCDEFGHIJKLWXYZ"}, reading.Expired, "",
			"AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not, and no instance metadata answers; set AWS_SECRET_ACCESS_KEY too"},
		{"the other half", "", "", []string{"AWS_REGION=ap-southeast-1", "AWS_EC2_METADATA_DISABLED=true", "AWS_SECRET_ACCESS_KEY=hidden"}, reading.Expired, "",
			"AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not"},
		{"a role from nothing", "r", "[profile r]\nregion = ap-southeast-1\nrole_arn = " + roleARN + "\n", []string{"AWS_EC2_METADATA_DISABLED=true"}, reading.Expired, "",
			"profile r has a role_arn and neither source_profile nor credential_source, and no instance metadata answers; add source_profile to it in ~/.aws/config"},
		{"STS out of reach", "far", strings.ReplaceAll(assumes, "mfa_serial = "+device, "") + "[profile far]\nregion = ap-southeast-1\nrole_arn = " + roleARN + "\nsource_profile = base\n",
			[]string{"AWS_ENDPOINT_URL_STS=http://127.0.0.1:1"}, reading.Unreachable, "", "STS does not answer, which gives the credentials of role deployer (profile far)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			machine(t, tt.configured, "", append(tt.env, "AWS_ENDPOINT_URL="+w.url)...)
			failed(t, signedIn(t, awsops.Wish{Profile: tt.profile}), tt.kind, tt.mend, tt.says)
		})
	}
}

// TestSignInAgain: what aws sso login writes is found by the next look, without starting anew.
func TestSignInAgain(t *testing.T) {
	w := roles(t)
	portal := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/federation/credentials" || r.Header.Get("X-Amz-Sso_bearer_token") != "hidden-token" {
			t.Errorf("%s %v", r.URL, r.Header)
		}
		out.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(out, `{"roleCredentials":{"accessKeyId":"AKIAABCDEFGHIJKLWXYZ","secretAccessKey":"hidden","sessionToken":"","expiration":%d}}`, time.Now().Add(3*time.Minute).UnixMilli())
	}))
	defer portal.Close()
	machine(t, company, "", "AWS_ENDPOINT_URL="+w.url, "AWS_ENDPOINT_URL_SSO="+portal.URL)
	a := signedIn(t, awsops.Wish{Profile: "scp"})
	failed(t, a, reading.Expired, "aws sso login --profile scp", "has run out")
	cache := filepath.Join(os.Getenv("HOME"), ".aws", "sso", "cache")
	if err := os.MkdirAll(cache, 0o700); err != nil {
		t.Fatal(err)
	}
	sum := sha1.Sum([]byte("corp"))
	token := fmt.Sprintf(`{"startUrl":"https://corp.awsapps.com/start","region":"eu-west-1","accessToken":"hidden-token","expiresAt":%q}`, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
	if err := os.WriteFile(filepath.Join(cache, hex.EncodeToString(sum[:])+".json"), []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
	a.Wake()
	who, err := whoami(t.Context(), t, a)
	if err != nil || who.Account != pretendAccount || time.Until(who.Expires) > 5*time.Minute {
		t.Errorf("%+v, %v", who, err)
	}
}

// TestProcessHasNoKeyboard: credential_process gets nothing of what is typed, and writes over no screen.
func TestProcessHasNoKeyboard(t *testing.T) {
	w := roles(t)
	script := `cat >&2; cat; echo noise >&2; printf '{"Version":1,"AccessKeyId":"AKIAABCDEFGHIJKLWXYZ","SecretAccessKey":"hidden"}'`
	machine(t, "[profile robot]\nregion = ap-southeast-1\ncredential_process = "+script+"\n[profile far]\nregion = ap-southeast-1\nrole_arn = arn:aws:iam::610000000042:role/inner\nsource_profile = robot\n", "", "AWS_ENDPOINT_URL="+w.url)
	in, keyboard, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, screen, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	wasIn, wasErr := os.Stdin, os.Stderr
	os.Stdin, os.Stderr = in, screen
	t.Cleanup(func() {
		os.Stdin, os.Stderr = wasIn, wasErr
		in.Close()
		out.Close()
	})
	fmt.Fprintln(keyboard, "123456")
	keyboard.Close()
	for profile, role := range map[string]string{"robot": "", "far": "inner"} {
		if who, err := whoami(t.Context(), t, signedIn(t, awsops.Wish{Profile: profile})); err != nil || who.Role != role {
			t.Errorf("%s: %+v, %v", profile, who, err)
		}
	}
	screen.Close()
	buffer := make([]byte, 100)
	if n, _ := out.Read(buffer); n > 0 {
		t.Errorf("on the screen: %q", buffer[:n])
	}
	if n, err := in.Read(buffer); err != nil || string(buffer[:n]) != "123456\n" {
		t.Errorf("what was typed is gone: %q, %v", buffer[:n], err)
	}
}

// TestOnTheWrongAccount: credentials of another account change nothing, and the doctor says so.
func TestOnTheWrongAccount(t *testing.T) {
	w := roles(t)
	machine(t, assumes, "", "AWS_ENDPOINT_URL="+w.url, "AWS_REGION=ap-southeast-1")
	p := scp()
	p.Environment.Account = "610000000099"
	items, err := awsops.Doctor(t.Context(), awsops.Wish{Profile: "base", Plan: p})
	if err == nil || !strings.Contains(err.Error(), "610000000042 (scp) and the plan is for 610000000099") {
		t.Errorf("%v", err)
	}
	if r := row(t, items, "identity.account"); r.Verdict != "fail" || r.Next == "" {
		t.Errorf("%+v", r)
	}
	for _, i := range items {
		if i.Group == "permissions" {
			t.Errorf("something was tried in another account: %+v", i)
		}
	}
	p = scp()
	p.Environment.Region = "eu-west-1"
	if _, err := awsops.Doctor(t.Context(), awsops.Wish{Profile: "base", Plan: p}); err == nil || !strings.Contains(err.Error(), "the plan is for region eu-west-1") {
		t.Errorf("%v", err)
	}
	if _, err := awsops.Doctor(t.Context(), awsops.Wish{Profile: "base", Plan: &plan.Plan{}}); err == nil {
		t.Error("a plan without an account is nobody's")
	}
}
