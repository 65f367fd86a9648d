package awsops_test

// whoami_test.go: the header's identity: the alias is asked for rarely, and its denial is no failure.

import (
	"strings"
	"testing"
	"time"

	"tminus/awsops"
	"tminus/rehearsal/cloud"
	"tminus/tasks"
	"tminus/tasks/reading"
)

func TestAliasIsAskedForRarely(t *testing.T) {
	for _, tt := range []struct {
		name   string
		denied []string
		alias  string
	}{{"told", nil, "scp"}, {"denied", []string{"iam:ListAccountAliases"}, ""}} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClock()
			w := pretend(t, c, func(o *cloud.Options) { o.Denied = tt.denied })
			asked := 0
			a := reach(t, w.url, nil, func(o *awsops.Options) {
				o.Log = func(call tasks.Trace) {
					if strings.Contains(call.Line, "list-account-aliases") {
						asked++
					}
				}
			})
			sensors := a.Sensors(scp(), "SCP100X0219-1")
			var r reading.Readings
			for range 13 { // an hour
				for _, s := range sensors {
					if s.Name != "identity" {
						continue
					}
					update, err := s.Read(t.Context(), nil, c.Now())
					if err != nil {
						t.Fatal(err)
					}
					update(&r)
				}
				if err := c.Wait(t.Context(), 5*time.Minute); err != nil {
					t.Fatal(err)
				}
			}
			if r.Identity.Alias != tt.alias || r.Identity.Account != pretendAccount || r.Identity.Role != "" || !r.Identity.Expires.IsZero() || r.Identity.Endpoint != w.url {
				t.Errorf("%+v", r.Identity)
			}
			if asked != 2 {
				t.Errorf("the alias was asked for %d times in an hour", asked)
			}
		})
	}
}
