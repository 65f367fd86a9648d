package tasks_test

// failure_test.go: what the failed reading of a sensor means, and since when.

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
	"tminus/tasks/reading"
)

// expired is an adapter's error that knows what it is.
type expired struct{}

func (expired) Error() string { return "the token has expired" }

func (expired) Failure() reading.Failure {
	return reading.Failure{Kind: reading.Expired, Says: "not this", Since: time.Unix(1, 0), Mend: []string{"aws", "sso", "login"}}
}

func TestFailureOf(t *testing.T) {
	first, now := time.Unix(100, 0), time.Unix(200, 0)
	mend := []string{"aws", "sso", "login"}
	for name, row := range map[string]struct {
		err  error
		was  reading.Failure
		want reading.Failure
	}{
		"the first":                 {errors.New("x"), reading.Failure{}, reading.Failure{Kind: reading.Failed, Says: "says", Since: now}},
		"the same again":            {errors.New("x"), reading.Failure{Kind: reading.Failed, Says: "other words", Since: first}, reading.Failure{Kind: reading.Failed, Says: "says", Since: first}},
		"known, the first":          {expired{}, reading.Failure{}, reading.Failure{Kind: reading.Expired, Says: "says", Since: now, Mend: mend}},
		"known, deep in a chain":    {fmt.Errorf("cloud: %w", errors.Join(errors.New("x"), expired{})), reading.Failure{}, reading.Failure{Kind: reading.Expired, Says: "says", Since: now, Mend: mend}},
		"known, the same again":     {expired{}, reading.Failure{Kind: reading.Expired, Says: "x", Since: first}, reading.Failure{Kind: reading.Expired, Says: "says", Since: first, Mend: mend}},
		"another kind":              {expired{}, reading.Failure{Kind: reading.Throttled, Says: "x", Since: first}, reading.Failure{Kind: reading.Expired, Says: "says", Since: now, Mend: mend}},
		"no longer known to mend":   {errors.New("x"), reading.Failure{Kind: reading.Expired, Says: "x", Since: first, Mend: mend}, reading.Failure{Kind: reading.Failed, Says: "says", Since: now}},
		"a kind without a sentence": {errors.New("x"), reading.Failure{Kind: reading.Failed}, reading.Failure{Kind: reading.Failed, Says: "says", Since: now}},
	} {
		if diff := cmp.Diff(row.want, tasks.FailureOf(row.err, "says", row.was, now)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
