package awsops

// identity.go: are we who the plan says we must be, and is a thing ours.

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"tminus/tasks"
	"tminus/tasks/safe"
)

func (a *Account) identityStep() tasks.Step {
	return tasks.Step{
		ID: "identity", Title: "make sure that this is the plan's account", Binding: true,
		Do: a.step(func(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
			arn, err := a.pinned(ctx, t, c)
			if errors.Is(err, errElsewhere) {
				return tasks.Result{Verdict: tasks.Fail, Says: err.Error()}, err
			}
			if err != nil {
				return tasks.Result{}, err
			}
			return tasks.Result{Verdict: tasks.Pass,
				Says: fmt.Sprintf("account %s in %s, as the plan wants, as %s", c.Plan.Environment.Account, a.opt.Region, arn)}, nil
		}),
	}
}

// errElsewhere marks another account or region than the plan's.
var errElsewhere = errors.New("not where the plan is to be flown")

// pinned is an error unless the credentials are of the plan's account and the
// clients of its region. It returns who we are.
func (a *Account) pinned(ctx context.Context, t *trail, c tasks.Call) (string, error) {
	want := c.Plan.Environment
	if a.opt.Region != want.Region {
		return "", fmt.Errorf("%w: the plan is for region %s and this session for %s: nothing was touched; start it again with --region %s", errElsewhere, want.Region, a.opt.Region, want.Region)
	}
	return a.belong(ctx, t, want.Account)
}

// proof is that the credentials of these clients were seen to be of an account.
type proof struct {
	clients      *clients
	key, account string // key: the id of the access key
}

// belong is an error unless AWS says that the credentials are of the account. It returns who we are.
func (a *Account) belong(ctx context.Context, t *trail, account string) (string, error) {
	over := a.live.Load()
	out, err := a.caller(ctx, t)
	if err != nil {
		return "", err
	}
	if have := aws.ToString(out.Account); have != account {
		return "", fmt.Errorf("%w: the credentials are of account %s and the plan is for %s: nothing was touched; sign in to %s", errElsewhere, safe.Line(have), account, account)
	}
	a.proved.Store(&proof{over, over.keyID(ctx), account})
	return safe.Line(aws.ToString(out.Arn)), nil
}

// unmoved asks again who we are where the credentials are not those that were asked about:
// between two looks, a look and its change, or two changes of an undo, the machine may have
// slept for hours, and somebody may have signed in elsewhere.
func (a *Account) unmoved(ctx context.Context, t *trail) error {
	was, over := a.proved.Load(), a.live.Load()
	if was == nil || was.clients == over && was.key == over.keyID(ctx) {
		return nil
	}
	_, err := a.belong(ctx, t, was.account)
	return err
}

// effect completes a step that changes the world: its Look, its Find and its Undo
// first make sure that this still is the plan's account. Elsewhere everything of
// ours is "not found", and that must never be read as "it did not happen" or "gone".
func (a *Account) effect(s tasks.Step) tasks.Step {
	s.Effect = true
	look, find := s.Look, s.Find
	s.Look = func(ctx context.Context, c tasks.Call) (map[string]string, error) {
		if _, err := a.pinned(ctx, &trail{a: a}, c); err != nil {
			return nil, err
		}
		if look == nil {
			return nil, nil
		}
		pre, err := look(ctx, c)
		return pre, a.still(ctx, err)
	}
	s.Find = func(ctx context.Context, c tasks.Call) (tasks.Result, bool, error) {
		if _, err := a.pinned(ctx, &trail{a: a}, c); err != nil {
			return tasks.Result{}, false, err
		}
		r, found, err := find(ctx, c)
		return r, found, a.still(ctx, err)
	}
	if s.Undo != nil {
		s.Undo = a.guarded(*s.Undo)
	}
	return s
}

// guarded also turns what has to stay into Result.Left. A Do tells what to drop even
// beside an error: the engine learns it if Gone then says that the effect is gone.
func (a *Account) guarded(u tasks.Undo) *tasks.Undo {
	do, gone, prove := u.Do, u.Gone, u.Prove
	u.Do = func(ctx context.Context, c tasks.Call) (tasks.Result, error) {
		if _, err := a.pinned(ctx, &trail{a: a}, c); err != nil {
			return tasks.Result{}, err
		}
		r, err := do(ctx, c)
		var s *stays
		if errors.As(err, &s) {
			return tasks.Result{Left: s.text, Trace: r.Trace}, nil
		}
		return r, err
	}
	u.Gone = func(ctx context.Context, c tasks.Call) (bool, error) {
		if _, err := a.pinned(ctx, &trail{a: a}, c); err != nil {
			return false, err
		}
		is, err := gone(ctx, c)
		return is, a.still(ctx, err)
	}
	u.Prove = func(ctx context.Context, c tasks.Call) (string, bool, error) {
		if _, err := a.pinned(ctx, &trail{a: a}, c); err != nil {
			return "", false, err
		}
		says, there, err := prove(ctx, c)
		return says, there, a.still(ctx, err)
	}
	return &u
}

// still doubts what was seen by credentials that changed meanwhile: looks can take minutes.
func (a *Account) still(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	return a.unmoved(ctx, &trail{a: a})
}

// find is a step's Find, from work that returns found.
func (a *Account) find(do func(context.Context, *trail, tasks.Call) (tasks.Result, bool, error)) func(context.Context, tasks.Call) (tasks.Result, bool, error) {
	return func(ctx context.Context, c tasks.Call) (tasks.Result, bool, error) {
		t := &trail{a: a}
		r, found, err := do(ctx, t, c)
		r.Trace = t.calls
		return r, found, err
	}
}

// tagged are the tags of everything we make, for each of the kinds.
func tagged(c tasks.Call, kinds ...types.ResourceType) []types.TagSpecification {
	tags := []types.Tag{
		{Key: aws.String("Name"), Value: aws.String(clip(c.Plan.Release))},
		{Key: aws.String("change"), Value: aws.String(clip(c.Plan.Change))},
		{Key: aws.String(tasks.RunTag), Value: aws.String(c.Run)},
		{Key: aws.String(tasks.IntentTag), Value: aws.String(c.Token)},
	}
	var specs []types.TagSpecification
	for _, k := range kinds {
		specs = append(specs, types.TagSpecification{ResourceType: k, Tags: tags})
	}
	return specs
}

// tagLine is the argument of the aws command for tagged.
func tagLine(specs []types.TagSpecification) []string {
	line := []string{"--tag-specifications"}
	for _, s := range specs {
		var tags []string
		for _, t := range s.Tags {
			tags = append(tags, fmt.Sprintf("{Key=%s,Value=%s}", aws.ToString(t.Key), aws.ToString(t.Value)))
		}
		line = append(line, fmt.Sprintf("ResourceType=%s,Tags=[%s]", s.ResourceType, strings.Join(tags, ",")))
	}
	return line
}

// tag returns the value of a tag, uncleaned, "" if absent.
func tag(tags []types.Tag, key string) string {
	for _, t := range tags {
		if aws.ToString(t.Key) == key {
			return aws.ToString(t.Value)
		}
	}
	return ""
}

// notOurs is the refusal to touch what does not carry this run's tag, nil if it does.
func notOurs(c tasks.Call, kind, id string, tags []types.Tag) error {
	if c.Run != "" && tag(tags, tasks.RunTag) == c.Run {
		return nil
	}
	return &stays{fmt.Sprintf("%s %s does not carry the tag %s=%s: it is not this run's and stays untouched; look at it in the console", kind, id, tasks.RunTag, c.Run)}
}

// stays says why an effect is not taken back, now or later. An undo that comes to
// it leaves the thing where it is, named, and the rest of the way back goes on.
type stays struct{ text string }

func (s *stays) Error() string { return s.text }

// taken is a name of ours that AWS says is in use: by our own effect, whose answer
// was lost, or by somebody else. Who cannot see that in time does not know.
func taken(no error, find func() (tasks.Result, bool, error)) (tasks.Result, error) {
	r, found, err := find()
	switch {
	case err != nil:
		return tasks.Result{}, tasks.Unknown(no)
	case found:
		return r, nil
	}
	return tasks.Result{}, no
}

// made are the ids of one kind that the journal says the effect made.
func made(c tasks.Call, kind string) []string {
	var ids []string
	for _, r := range c.Made {
		if r.Kind == kind {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// name is what we call things that need a name of their own: tminus-<run>-<task>-<attempt>.
// It is also a file name, so it holds nothing but letters, digits, dots and dashes.
func name(c tasks.Call) string {
	odd := regexp.MustCompile(`[^A-Za-z0-9.-]+`)
	parts := []string{"tminus", c.Run, c.Task.ID, strconv.Itoa(c.Attempt)}
	return odd.ReplaceAllString(strings.Join(parts, "-"), "-")
}

// clip keeps a tag's value within AWS's 256 characters.
func clip(s string) string {
	if r := []rune(s); len(r) > 256 {
		return string(r[:256])
	}
	return s
}

// describable keeps of a text what AWS takes in a description.
func describable(s string) string {
	odd := regexp.MustCompile(`[^A-Za-z0-9 ._:/()#,@\[\]+=&;{}!$*-]+`)
	if s = odd.ReplaceAllString(s, " "); len(s) > 255 {
		s = s[:255]
	}
	return s
}
