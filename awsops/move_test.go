package awsops_test

// move_test.go: an Elastic IP that is there already, because DNS points to it: found,
// moved from the instance that the plan names and from no other, put back, never released.

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"tminus/awsops"
	"tminus/rehearsal/cloud"
	"tminus/tasks"
	"tminus/tasks/plan"
)

// moving is a launched instance, and an Elastic IP of the team's that serves an old one.
type moving struct {
	*flight
	w         world
	late      atomic.Int64 // how long reads may show what was before, in nanoseconds
	a         *awsops.Account
	ip, alloc string
	old       string
}

func newMoving(t *testing.T, through func(http.RoundTripper) http.RoundTripper, params func(m *moving) map[string]string) *moving {
	t.Helper()
	c := newClock()
	m := &moving{}
	m.w = pretend(t, c, func(o *cloud.Options) { o.Late = func() time.Duration { return time.Duration(m.late.Load()) } })
	m.a = reach(t, m.w.url, through, nil)
	old, err := m.w.Settle()
	must(t, err)
	c.Wait(t.Context(), 10*time.Minute)
	hand := console(t, m.w)
	out, err := hand.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc})
	must(t, err)
	m.old, m.ip, m.alloc = old, *out.PublicIp, *out.AllocationId
	_, err = hand.AssociateAddress(t.Context(), &ec2.AssociateAddressInput{AllocationId: out.AllocationId, InstanceId: aws.String(old)})
	must(t, err)
	p := scp()
	m.flight = newFlight(c, p)
	p.Tasks = []plan.Task{{ID: "T7", Action: "eip.assign", Params: params(m)}}
	must(t, m.fly(t.Context(), "T4", m.a.Launch(p)))
	return m
}

// serves is whom the team's address serves.
func (m *moving) serves(t *testing.T) string {
	t.Helper()
	out, err := console(t, m.w).DescribeAddresses(t.Context(), &ec2.DescribeAddressesInput{AllocationIds: []string{m.alloc}})
	must(t, err)
	return aws.ToString(out.Addresses[0].InstanceId)
}

func TestMove(t *testing.T) {
	for name, params := range map[string]func(m *moving) map[string]string{
		"address":    func(m *moving) map[string]string { return map[string]string{"address": m.ip, "move_from": m.old} },
		"allocation": func(m *moving) map[string]string { return map[string]string{"allocation": m.alloc, "move_from": m.old} },
	} {
		t.Run(name, func(t *testing.T) {
			m := newMoving(t, nil, params)
			before := m.w.Inventory()
			action := m.a.Assign(m.plan)
			what := m.plan.Tasks[0].Params[name]
			if take := action.Step("take"); action.Step("allocate") != nil || !strings.Contains(take.Title, what+" off instance "+m.old+", which loses it") ||
				!strings.Contains(action.Step("associate").Title, what) {
				t.Errorf("%+v", action.Steps)
			}
			must(t, m.fly(t.Context(), "T7", action))
			wantSentence(t, errors.New(m.results["T7/find"].Says), m.ip, m.old, "loses it")
			if on := m.serves(t); on != m.facts[tasks.FactInstance] || m.facts[tasks.FactPublicIP] != m.ip {
				t.Fatalf("serves %s; %v", on, m.facts)
			}
			for _, id := range []string{"associate", "take"} {
				e := m.effect(t, id)
				if says, there, err := e.step.Undo.Prove(t.Context(), e.call); err != nil || !there || strings.Contains(says, "tagged") {
					t.Errorf("%s: %q, %v, %v", id, says, there, err)
				}
			}
			m.done = m.done[len(m.done)-2:]
			must(t, m.undo(t.Context()))
			if d := cmp.Diff(before.Addresses[0].InstanceID, m.serves(t)); d != "" || len(m.left) > 0 || len(m.w.Inventory().Addresses) != 1 {
				t.Errorf("%s; left %v; %+v", d, m.left, m.w.Inventory().Addresses)
			}
		})
	}
}

// TestMoveThatIsNotThePlans: whoever the plan does not name keeps the address, and is named.
func TestMoveThatIsNotThePlans(t *testing.T) {
	for want, params := range map[string]func(m *moving) map[string]string{
		"when that is to lose it": func(m *moving) map[string]string { return map[string]string{"address": m.ip} },
		"from which the plan moves it": func(m *moving) map[string]string {
			return map[string]string{"address": m.ip, "move_from": "i-0123456789abcdef0"}
		},
		"there is no Elastic IP 203.0.113.99":  func(m *moving) map[string]string { return map[string]string{"address": "203.0.113.99"} },
		"names an address and an allocation":   func(m *moving) map[string]string { return map[string]string{"address": m.ip, "allocation": m.alloc} },
		"expected an IPv4 address":             func(m *moving) map[string]string { return map[string]string{"address": "scp.example.com"} },
		"expected eipalloc-":                   func(m *moving) map[string]string { return map[string]string{"allocation": "eipassoc-1"} },
		"no address to move":                   func(m *moving) map[string]string { return map[string]string{"move_from": m.old} },
		"move_from of task T7":                 func(m *moving) map[string]string { return map[string]string{"address": m.ip, "move_from": "prod"} },
		"eip.assign knows address, allocation": func(m *moving) map[string]string { return map[string]string{"adress": m.ip} },
	} {
		t.Run(want, func(t *testing.T) {
			m := newMoving(t, nil, params)
			before := m.w.Inventory()
			wantSentence(t, m.fly(t.Context(), "T7", m.a.Assign(m.plan)), want)
			if d := cmp.Diff(before, m.w.Inventory()); d != "" || m.serves(t) != m.old {
				t.Error(d)
			}
		})
	}
}

// TestMoveIsLookedAtAgain: somebody moves the address between its finding and its taking off.
func TestMoveIsLookedAtAgain(t *testing.T) {
	m := newMoving(t, nil, func(m *moving) map[string]string { return map[string]string{"address": m.ip, "move_from": m.old} })
	action := m.a.Assign(m.plan)
	must(t, m.step(t.Context(), "T7", *action.Step("find")))
	third, err := m.w.Settle()
	must(t, err)
	m.clock.Wait(t.Context(), 10*time.Minute)
	_, err = console(t, m.w).AssociateAddress(t.Context(), &ec2.AssociateAddressInput{AllocationId: aws.String(m.alloc), InstanceId: aws.String(third)})
	must(t, err)
	wantSentence(t, m.step(t.Context(), "T7", *action.Step("take")), m.ip, third, m.old, "nothing was touched")
	if m.serves(t) != third {
		t.Errorf("serves %s", m.serves(t))
	}
}

// TestMoveWithLateReads: what a late read shows is not taken for somebody else's doing.
func TestMoveWithLateReads(t *testing.T) {
	for seed := range 20 {
		m := newMoving(t, nil, func(m *moving) map[string]string { return map[string]string{"address": m.ip, "move_from": m.old} })
		m.clock.Wait(t.Context(), time.Duration(seed)*7*time.Second) // each draws other late reads
		m.late.Store(int64(100 * time.Second))
		must(t, m.fly(t.Context(), "T7", m.a.Assign(m.plan)))
		m.clock.Wait(t.Context(), 5*time.Minute)
		m.done = m.done[len(m.done)-2:]
		must(t, m.retreat(t.Context(), func() {})) // the second call on the heels of the first
		m.late.Store(0)
		if m.serves(t) != m.old || len(m.left) > 0 {
			t.Fatalf("day %d: serves %s, left %v", seed, m.serves(t), m.left)
		}
	}
}

// TestMoveAlreadyDone: what serves our instance already is neither moved nor, by a rollback, taken off.
func TestMoveAlreadyDone(t *testing.T) {
	m := newMoving(t, nil, func(m *moving) map[string]string { return map[string]string{"address": m.ip, "move_from": m.old} })
	id := m.facts[tasks.FactInstance]
	_, err := console(t, m.w).AssociateAddress(t.Context(), &ec2.AssociateAddressInput{AllocationId: aws.String(m.alloc), InstanceId: aws.String(id)})
	must(t, err)
	must(t, m.fly(t.Context(), "T7", m.a.Assign(m.plan)))
	for _, id := range []string{"take", "associate"} {
		if r := m.results["T7/"+id]; len(r.Made) > 0 {
			t.Errorf("%s: %+v", id, r)
		}
	}
	if m.serves(t) != id {
		t.Errorf("serves %s", m.serves(t))
	}
}

// TestMoveLosesTheRace: somebody moves the address between the look and the call; he keeps it.
func TestMoveLosesTheRace(t *testing.T) {
	var m *moving
	third := ""
	m = newMoving(t, func(next http.RoundTripper) http.RoundTripper {
		return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if op == "DisassociateAddress" && third == "" {
				var err error
				third, err = m.w.Settle()
				must(t, err)
				m.clock.Wait(t.Context(), 10*time.Minute)
				_, err = console(t, m.w).AssociateAddress(t.Context(), &ec2.AssociateAddressInput{AllocationId: aws.String(m.alloc), InstanceId: aws.String(third)})
				must(t, err)
			}
			return next.RoundTrip(r)
		}}
	}, func(m *moving) map[string]string { return map[string]string{"address": m.ip, "move_from": m.old} })
	err := m.fly(t.Context(), "T7", m.a.Assign(m.plan))
	wantSentence(t, err, "not where it was a moment ago", third, "InvalidAssociationID.NotFound")
	if m.serves(t) != third || errors.Is(err, tasks.ErrUnknown) {
		t.Errorf("serves %s: %v", m.serves(t), err)
	}
}

// TestMoveAnswersLost: in either call, the address is moved once, and put back once.
func TestMoveAnswersLost(t *testing.T) {
	for _, op := range []string{"DisassociateAddress", "AssociateAddress"} {
		for what, arrives := range map[string]bool{"answer": true, "request": false} {
			t.Run(op+"/"+what, func(t *testing.T) {
				hit := 0
				m := newMoving(t, lose(op, arrives, &hit), func(m *moving) map[string]string { return map[string]string{"address": m.ip, "move_from": m.old} })
				must(t, m.fly(t.Context(), "T7", m.a.Assign(m.plan)))
				if m.serves(t) != m.facts[tasks.FactInstance] || hit != 1 {
					t.Errorf("serves %s, lost %d", m.serves(t), hit)
				}
				m.done = m.done[len(m.done)-2:]
				must(t, m.undo(t.Context()))
				if m.serves(t) != m.old || len(m.left) > 0 {
					t.Errorf("serves %s, left %v", m.serves(t), m.left)
				}
			})
		}
	}
}

// TestStatedAddressIsThePlans: who assigned an address by hand has to have taken the one that the plan names.
func TestStatedAddressIsThePlans(t *testing.T) {
	m := newMoving(t, nil, func(m *moving) map[string]string { return map[string]string{"allocation": m.alloc, "move_from": m.old} })
	hand := console(t, m.w)
	id := m.facts[tasks.FactInstance]
	other, err := hand.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{})
	must(t, err)
	stated := func(ip, alloc string) tasks.Result {
		_, err := hand.AssociateAddress(t.Context(), &ec2.AssociateAddressInput{AllocationId: aws.String(alloc), InstanceId: aws.String(id)})
		must(t, err)
		action := m.a.Assign(m.plan)
		c := m.call("T7", *action.Step("find"))
		c.Facts[tasks.FactElasticIP] = ip
		r, err := action.Stated(t.Context(), c)
		must(t, err)
		return r
	}
	if r := stated(*other.PublicIp, *other.AllocationId); r.Verdict != tasks.Fail || !strings.Contains(r.Says, m.alloc) {
		t.Errorf("%+v", r)
	}
	if r := stated(m.ip, m.alloc); r.Verdict != tasks.Pass {
		t.Errorf("%+v", r)
	}
}
