package sshops

// audit_sensor.go: the sensor "guest": an audit when the facts change, over each new connection (the
// client was woken, the guest rebooted), and every ten minutes. In between it has nothing new to say,
// or the same failure again.

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// auditor remembers when the guest was audited last, and whose it was. Reads come one at a time; the
// mutex makes it so.
type auditor struct {
	client *Client
	plan   *plan.Plan

	mu     sync.Mutex
	whose  string
	over   *link
	taken  time.Time // of the newest audit, whether it came to something or not
	failed error
}

// auditSensor is the sensor "guest".
func (c *Client) auditSensor(p *plan.Plan) tasks.Sensor {
	a := &auditor{client: c, plan: p}
	return tasks.Sensor{Name: "guest", Every: auditBeat, Real: true,
		Read: func(ctx context.Context, facts map[string]string, _ time.Time) (reading.Update, error) {
			return a.read(ctx, facts)
		}}
}

func (a *auditor) read(ctx context.Context, facts map[string]string) (reading.Update, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	addr := address(facts)
	if addr == "" || facts[tasks.FactInstance] == "" || printed(facts) == "" || facts[tasks.FactKeyName] == "" {
		a.whose, a.failed = "", nil
		return func(r *reading.Readings) { r.Guest = reading.Guest{} }, nil
	}
	whose := addr + " " + facts[tasks.FactInstance] + " " + printed(facts)
	if a.whose != "" && a.whose != whose { // what was read is of another machine; the next beat looks at this one
		a.whose, a.failed = "", nil
		return func(r *reading.Readings) { r.Guest = reading.Guest{} }, nil
	}
	over, f := a.client.kept(ctx, a.plan, facts)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return nil, ctx.Err()
	case f != nil:
		return nil, fmt.Errorf("no audit of %s: %w", addr, f)
	case a.whose == whose && !a.due(over):
		return nil, a.failed
	}
	guest, f := over.audit(ctx, a.plan, addr)
	if errors.Is(ctx.Err(), context.Canceled) {
		return nil, ctx.Err()
	}
	a.whose, a.over, a.taken, a.failed = whose, over, time.Now(), nil
	if f != nil {
		a.failed = fmt.Errorf("no audit of %s: %w", addr, f)
		return nil, a.failed
	}
	return func(r *reading.Readings) { r.Guest = guest }, nil
}

// due reports whether it is time to look again. What was found less than auditRest ago is new enough
// for everybody, and a guest in trouble is left alone for as long.
func (a *auditor) due(over *link) bool {
	since := time.Since(a.taken)
	return since >= auditEvery || since >= auditRest && (a.failed != nil || a.over != over)
}
