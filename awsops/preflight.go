package awsops

// preflight.go: what the account says of the plan before anything is made there (risk 3
// of the first plan, made checkable). It only looks, and no longer than it has to: at most
// 19 calls; one more for each other region of the account where the image is not in ours,
// four at a time; and the dry runs of the permissions. What does not rest on one another is
// asked side by side: from far away thirty answers in a row take longer than a sensor has.
//
// The looks that a launch shares with it (image, network, key pair) stand in the files
// named by what they look at. What could not be asked is inconclusive, never a pass.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
	"tminus/tasks/safe"
)

const (
	everyPreflight = 10 * time.Minute // run time
	preflightCalls = 20               // that must be free of the sensors' allowance before it begins
)

// Preflight holds the plan against the account, an item for each thing that can be wrong.
// An error beside the items means that AWS could not be asked at all, or an abort.
func (a *Account) Preflight(ctx context.Context, p *plan.Plan) ([]reading.Item, error) {
	return a.preflight(ctx, p, time.Now())
}

// preflight reads the check list of the account, until there is an instance: from then on
// its last state is history.
func (s sensor) preflight(ctx context.Context, facts map[string]string, now time.Time) (reading.Update, error) {
	if facts[tasks.FactInstance] != "" {
		return nil, nil
	}
	items, err := s.a.preflight(ctx, s.p, now)
	if ctx.Err() != nil && len(items) > 0 { // the engine's patience is over, and what was learnt is worth showing
		l := findings{group: "account", source: "tminus"}
		l.add(tasks.Inconclusive, "account.late", "the rest", "AWS answers too slowly: not everything was asked", "tminus check --live takes the time it needs")
		items, err = append(items, l.items...), nil
	}
	if err != nil {
		return nil, err
	}
	read := reading.Preflight{Stamp: reading.Stamp{At: now, Every: everyPreflight}, Items: items}
	return func(r *reading.Readings) { r.Preflight = read }, nil
}

func (a *Account) preflight(ctx context.Context, p *plan.Plan, now time.Time) ([]reading.Item, error) {
	s := &survey{a: a, t: &trail{a: a}, p: p, now: now}
	if here, err := s.account(ctx); !here || err != nil {
		return s.items, err
	}
	var all sync.WaitGroup
	var lanes []*survey
	for _, looks := range [][]func(*survey, context.Context){
		{(*survey).machineImage, (*survey).machineType, (*survey).network, (*survey).offers, (*survey).quotas},
		{(*survey).keyPair, (*survey).rules, (*survey).standby},
		{(*survey).permissions},
	} {
		lane := &survey{a: a, t: &trail{a: a}, p: p, now: now}
		lanes = append(lanes, lane)
		all.Go(func() {
			for _, look := range looks {
				if ctx.Err() == nil {
					look(lane, ctx)
				}
			}
		})
	}
	all.Wait()
	for _, lane := range lanes {
		s.items = append(s.items, lane.items...)
	}
	return inOrder(s.items), ctx.Err()
}

// inOrder gathers the items of each group, the groups as a launch comes to them.
func inOrder(items []reading.Item) []reading.Item {
	order := []string{"account", "image", "instance type", "volume", "network", "quota", "key", "rules", "standby", "permissions"}
	slices.SortStableFunc(items, func(x, y reading.Item) int { return slices.Index(order, x.Group) - slices.Index(order, y.Group) })
	return items
}

// survey is one preflight under way, or a lane of it. What was not found is nil, and what depends on it is not looked at.
type survey struct {
	a      *Account
	t      *trail
	p      *plan.Plan
	now    time.Time
	items  []reading.Item
	image  *types.Image
	kind   *types.InstanceTypeInfo
	subnet *types.Subnet
}

func (s *survey) add(l findings) { s.items = append(s.items, l.items...) }

// account says whether the rest is worth a look: in another account nothing of the plan's is to be found.
func (s *survey) account(ctx context.Context) (here bool, err error) {
	l := findings{group: "account", source: "aws sts get-caller-identity"}
	defer func() { s.add(l) }()
	who, err := s.a.pinned(ctx, s.t, tasks.Call{Plan: s.p})
	switch {
	case errors.Is(err, errElsewhere):
		says, next := parted(err)
		l.judge(false, reading.Pinned, "account and region", says, next)
		return false, nil
	case err != nil:
		l.unknown(reading.Pinned, "account and region", err)
		return false, err
	}
	l.judge(true, reading.Pinned, "account and region", fmt.Sprintf("account %s in %s, as the plan wants, as %s", s.p.Environment.Account, s.a.opt.Region, who), "")
	l.topic(s.p.Environment)
	return true, nil
}

func (s *survey) permissions(ctx context.Context) {
	s.items = append(s.items, s.a.permissions(ctx, s.t, s.p)...)
}

// findings are the items of one look.
type findings struct {
	group, source string
	items         []reading.Item
}

func (l *findings) add(v tasks.Verdict, id, name, says, next string) {
	if v == tasks.Pass {
		next = ""
	}
	l.items = append(l.items, reading.Item{ID: id, Group: l.group, Name: name, Verdict: string(v), Says: safe.Line(says), Next: safe.Line(next), Source: l.source})
}

// judge adds a pass, or a fail with what to do about it.
func (l *findings) judge(ok bool, id, name, says, next string) {
	v := tasks.Fail
	if ok {
		v = tasks.Pass
	}
	l.add(v, id, name, says, next)
}

// unknown adds what could not be asked. A question that was given up says nothing.
func (l *findings) unknown(id, name string, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	says, next := parted(err)
	if quiet := (*silence)(nil); errors.As(err, &quiet) && !quiet.answered {
		says = "unreachable: " + says
	}
	l.add(tasks.Inconclusive, id, name, says, next)
}

// parted is an error's sentence as what happened and what to do next.
func parted(err error) (says, next string) {
	says = err.Error()
	if i := strings.LastIndex(says, "; "); i >= 0 {
		return says[:i], says[i+2:]
	}
	return says, "find out why, then look again"
}

// bad are the sentences of what fails, each with its next step.
func (l *findings) bad() (says, next []string) {
	for _, i := range l.items {
		if i.Verdict == string(tasks.Fail) {
			says, next = append(says, i.Says), append(next, i.Next)
		}
	}
	return says, next
}

// refusal is the first thing that fails, as the end of a step.
func (l *findings) refusal() (tasks.Result, error) {
	says, next := l.bad()
	r, err := no(says[0] + "; " + next[0])
	r.Rows = l.rows()
	return r, err
}

// rows are the items as rows of a step.
func (l *findings) rows() []tasks.Row {
	var rows []tasks.Row
	for _, i := range l.items {
		rows = append(rows, tasks.Row{Name: i.Name, Verdict: tasks.Verdict(i.Verdict), Says: i.Says})
	}
	return rows
}
