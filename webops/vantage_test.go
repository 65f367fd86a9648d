package webops

// vantage_test.go: the same tests from the host itself, and whose trouble it is.

import (
	"context"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"tminus/tasks"
	"tminus/tasks/plan"
)

func TestVantage(t *testing.T) {
	well := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "Smart Contracts") }
	broken := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }
	foreign := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "Welcome to nginx!") }
	refusing := Options{Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	}}
	forbidden := Options{Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, fmt.Errorf("the host connects nobody; AllowTcpForwarding yes: %w", fs.ErrPermission)
	}}
	readOnly := plan.Stage{Name: plan.StageReadOnly, Checks: []plan.Check{{Name: "home", Path: "/", Contains: "Smart Contracts"}}}
	writing := plan.Stage{Name: "full", Checks: []plan.Check{{Name: "save", Method: "POST", Path: "/", Contains: "saved"}}}
	for _, tt := range []struct {
		name            string
		outside, inside Options
		stages          []plan.Stage
		verdict         tasks.Verdict
		says            string
	}{
		{"the application", server(t, broken), server(t, broken), []plan.Stage{readOnly}, tasks.Fail, "it fails there as well: the application"},
		{"nothing listens there either", refusing, refusing, []plan.Stage{readOnly}, tasks.Fail, "it fails there as well: the application"},
		{"the group, the address or you", refusing, server(t, well), []plan.Stage{readOnly}, tasks.Pass, "not the application; security group: tcp/80 is shut"},
		{"another machine", server(t, foreign), server(t, well), []plan.Stage{readOnly}, tasks.Pass, "what answers from here is not what the host answers"},
		{"nobody can look", server(t, broken), forbidden, []plan.Stage{readOnly}, tasks.Inconclusive, "nobody can look from there: the host connects nobody; AllowTcpForwarding yes"},
		{"what it writes", server(t, well), server(t, well), []plan.Stage{readOnly, writing}, tasks.Pass, "the application, in what only this stage asks"},
		{"nothing to compare with", server(t, well), server(t, well), []plan.Stage{writing}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, c := tt.outside, call(tt.stages...)
			var asked []string
			o.FromHost = func(ctx context.Context, got tasks.Call, network, addr string) (net.Conn, error) {
				asked = append(asked, addr)
				if got.Facts[tasks.FactInstance] != instance {
					t.Errorf("the host of %v is asked", got.Facts)
				}
				return tt.inside.Dial(ctx, network, addr)
			}
			ways := 0
			o.Ways = func(context.Context, tasks.Call) (tasks.Result, error) {
				ways++
				return tasks.Result{Verdict: tasks.Fail, Says: "security group: tcp/80 is shut"}, nil
			}
			last := tt.stages[len(tt.stages)-1].Name
			r := do(t, tester(t, o, c, nil).Smoke(c.Plan).Step(last), c)
			if r.Verdict != tasks.Fail {
				t.Fatalf("the stage is %q: %s", r.Verdict, r.Says)
			}
			row := r.Rows[len(r.Rows)-1]
			if tt.says == "" {
				if row.Name == fromHost || len(asked) != 0 {
					t.Errorf("%s, asked at %v", row.Says, asked)
				}
				return
			}
			if row.Name != fromHost || row.Verdict != tt.verdict || !strings.Contains(row.Says, tt.says) || !strings.Contains(r.Says, fromHost) {
				t.Errorf("%s: %q %s\nthe stage: %s", row.Name, row.Verdict, row.Says, r.Says)
			}
			for _, addr := range asked {
				if addr != "127.0.0.1:80" {
					t.Errorf("the host was asked to connect to %s", addr)
				}
			}
			if lost := strings.Contains(tt.name, "group"); lost != (ways == 1) {
				t.Errorf("the three ways were tried %d times", ways)
			}
		})
	}
}

func TestAWholeStageFromTheHost(t *testing.T) {
	inside := server(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Host) })
	c := call(plan.Stage{Name: plan.StageReadOnly, Checks: []plan.Check{{Name: "home", Path: "/", Contains: elastic}}})
	client := tester(t, Options{FromHost: func(ctx context.Context, _ tasks.Call, network, addr string) (net.Conn, error) {
		return inside.Dial(ctx, network, addr)
	}, Dial: nowhere}, c, nil)
	r, err := client.StageInside(t.Context(), c, plan.StageReadOnly)
	if err != nil || r.Verdict != tasks.Pass || !strings.HasSuffix(r.Says, ", from the host itself") {
		t.Errorf("%q %s, %v", r.Verdict, r.Says, err)
	}
	c.Facts = nil
	if r, err := client.StageInside(t.Context(), c, plan.StageReadOnly); err != nil || r.Verdict != tasks.Inconclusive {
		t.Errorf("without an address: %q %s, %v", r.Verdict, r.Says, err)
	}
}
