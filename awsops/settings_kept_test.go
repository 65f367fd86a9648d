package awsops_test

// settings_kept_test.go: a nap costs no MFA code, unless what the last one gave is refused or runs out.

import (
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tminus/awsops"
	"tminus/rehearsal/cloud"
)

// TestWakeAsksForNoCodeInVain: what an MFA answer gave outlives a nap while it is good, and nothing
// that AWS has refused since.
func TestWakeAsksForNoCodeInVain(t *testing.T) {
	refuse := atomic.Pointer[cloud.Fault]{}
	w := roles(t, func(o *cloud.Options) { o.Before = func(cloud.Request) *cloud.Fault { return refuse.Load() } })
	machine(t, assumes, "", "AWS_ENDPOINT_URL="+w.url)
	code := cloud.MFACode(device)
	p := &person{answers: []string{code, code, code, code}}
	a := signedIn(t, awsops.Wish{Profile: "prod", Ask: p.Ask})
	look := func(what string, want int) {
		t.Helper()
		if _, err := whoami(t.Context(), t, a); err != nil || len(p.questions()) != want {
			t.Errorf("%s: %v, %d questions, want %d", what, err, len(p.questions()), want)
		}
	}
	look("at first", 1)
	for range 3 {
		a.Wake()
		look("after a nap", 1)
	}
	for n, no := range []cloud.Fault{{Status: 400, Code: "ExpiredToken", Message: "The security token included in the request is expired"}, {Status: 403, Code: "AccessDenied", Message: "denied"}} {
		refuse.Store(&no)
		if _, err := whoami(t.Context(), t, a); err == nil {
			t.Fatal("nothing was refused")
		}
		refuse.Store(nil)
		look("without a nap", n+1)
		a.Wake()
		look("a nap after "+no.Code, n+2)
	}
	config := os.Getenv("AWS_CONFIG_FILE")
	must(t, os.WriteFile(config, []byte(strings.Replace(assumes, "role/deployer", "role/inner", 1)), 0o600))
	a.Wake()
	if who, err := whoami(t.Context(), t, a); err != nil || who.Role != "inner" {
		t.Errorf("another role was written into the profile: %+v, %v", who, err)
	}
}

// TestWakeBeforeTheyRunOut: what is good for five minutes more, or less, is not kept.
func TestWakeBeforeTheyRunOut(t *testing.T) {
	var late atomic.Int64
	w := roles(t, func(o *cloud.Options) { o.Now = func() time.Time { return time.Now().Add(time.Duration(late.Load())) } })
	machine(t, assumes, "", "AWS_ENDPOINT_URL="+w.url)
	code := cloud.MFACode(device)
	p := &person{answers: []string{code, code}}
	late.Store(int64(-56 * time.Minute)) // of an hour
	a := signedIn(t, awsops.Wish{Profile: "prod", Ask: p.Ask})
	for n := range 2 {
		if _, err := whoami(t.Context(), t, a); err != nil || len(p.questions()) != n+1 {
			t.Errorf("%v, %d questions", err, len(p.questions()))
		}
		a.Wake()
	}
}
