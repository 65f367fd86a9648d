package awsops

// settings_kept.go: what an MFA code has given is kept when the machine wakes: a nap must not
// cost a code. What AWS has refused meanwhile is not.

import (
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"

	"tminus/tasks"
	"tminus/tasks/reading"
)

// keptRole is the credentials of a role that was assumed with a code.
type keptRole struct {
	credentials aws.Credentials
	of          roleChain
}

// roleChain is the roles that are assumed one from another, as the configuration says.
type roleChain struct {
	roles []string // each its ARN and the device, if any
	coded bool     // a code is asked for on the way
}

func (c *roleChain) add(o *stscreds.AssumeRoleOptions) {
	device := aws.ToString(o.SerialNumber)
	c.roles = append(c.roles, o.RoleARN+" "+device)
	c.coded = c.coded || device != ""
}

// serves reports whether it is of the roles that are wanted now, and good for more than a moment.
func (k *keptRole) serves(wanted roleChain) bool {
	return slices.Equal(k.of.roles, wanted.roles) && k.credentials.CanExpire && time.Until(k.credentials.Expires) > soon
}

// heard tells the settings how a call ended. Whoever looks again after a refusal means
// to be somebody who is not refused. That STS says who we are heals nothing: it says so to everybody.
func (a *Account) heard(line []string, err error) {
	session := a.live.Load().session
	if session == nil {
		return
	}
	s, ours := session.from.(*Settings)
	if !ours {
		return
	}
	var f tasks.Failing
	switch {
	case err == nil:
		if len(line) > 0 && line[0] != "sts" {
			s.doubted.Store(false)
		}
	case errors.As(err, &f) && slices.Contains([]reading.FailureKind{reading.Expired, reading.Denied}, f.Failure().Kind):
		s.doubted.Store(true)
	}
}
