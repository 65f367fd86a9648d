package webops

// secrets.go: values that never stand in a plan: a test's password. They come from the
// environment, or from whoever sits at the cockpit; they are kept in memory and masked
// wherever text leaves.

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/webops/hurl"
)

// variables are what the tests of a stage may use, and which of them are secret. What they do not
// use is not asked for; what the environment holds all the same is masked.
func (c *Client) variables(ctx context.Context, call tasks.Call, t target, used map[string]bool) (map[string]hurl.Value, []string, error) {
	vars := map[string]hurl.Value{
		"base": t.url(), "host": t.name(), "build": call.Plan.Environment.Application.Build,
		"instance": call.Facts[tasks.FactInstance], "tls": t.tls, "no_tls": !t.tls,
	}
	for _, name := range []string{"build", "instance"} { // an empty text is in every page
		if vars[name] == "" && used[name] {
			return nil, nil, &unset{fmt.Sprintf("the tests use {{%s}}, and nobody said which it is; a run knows, and tminus smoke takes --%s", name, name)}
		}
	}
	for name, value := range call.Plan.Testing.Variables {
		vars[name] = value
	}
	var secrets []string
	for _, name := range slices.Sorted(maps.Keys(call.Plan.Testing.Secrets)) {
		if !used[name] && c.o.Getenv(call.Plan.Testing.Secrets[name]) == "" {
			continue
		}
		value, err := c.secret(ctx, call.Plan, name)
		if err != nil {
			return nil, nil, err
		}
		vars[name] = value
		secrets = append(secrets, value)
	}
	return vars, secrets, nil
}

// secret is the value of one secret variable.
func (c *Client) secret(ctx context.Context, p *plan.Plan, name string) (string, error) {
	env := p.Testing.Secrets[name]
	if value := c.o.Getenv(env); value != "" {
		return value, maskable(name, value)
	}
	c.mu.Lock()
	value, known := c.asked[env]
	c.mu.Unlock()
	if known {
		return value, nil
	}
	if c.o.Ask == nil {
		return "", &unset{fmt.Sprintf("the tests need %s, and the environment variable %s is not set; set it, then try again", name, env)}
	}
	answer, err := c.o.Ask(ctx, tasks.Question{ID: "smoke " + env, Title: name, Since: time.Now(),
		Detail: fmt.Sprintf("for the smoke tests; %s is not set in the environment", env)})
	if err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", &unset{fmt.Sprintf("the tests need %s: set %s in the environment, or answer when you are asked (%v)", name, env, err)}
	}
	if err := maskable(name, answer.Reveal()); err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked[env] = answer.Reveal()
	return answer.Reveal(), nil
}

// maskable refuses a secret that is too short to be taken out of texts: each of its letters would be.
func maskable(name, value string) error {
	if len(value) < 4 {
		return &unset{fmt.Sprintf("the secret %s has %d characters; one of fewer than 4 cannot be masked in what the tests say", name, len(value))}
	}
	return nil
}

// unset is a value that nobody gave.
type unset struct{ says string }

func (u *unset) Error() string { return u.says }
