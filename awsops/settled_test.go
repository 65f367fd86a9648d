package awsops

// settled_test.go: when "not found" is believed, and what the screen hears until then.

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks"
)

// aged is a call whose effect was intended that long ago, and what its screen is told.
func aged(age time.Duration) (tasks.Call, *[]string) {
	c, _ := leap(0)
	c.At = c.Now().Add(-age)
	told := new([]string)
	c.Progress = func(s string) { *told = append(*told, s) }
	return c, told
}

func TestSettled(t *testing.T) {
	quiet, denied := &silence{"no answer"}, &refused{code: "UnauthorizedOperation", message: "denied"}
	yes, not := errors.New("found"), errors.New("not found")
	for _, tt := range []struct {
		name  string
		age   time.Duration
		says  []error // one for each look; the last again and again
		found bool
		want  error
		looks int
		took  time.Duration
	}{
		{"found at once", 0, []error{yes}, true, nil, 1, 0},
		{"young: two minutes of no", 0, []error{not}, false, nil, 8, notYet},
		{"a minute old", time.Minute, []error{not}, false, nil, 6, time.Minute},
		{"old: three times no", time.Hour, []error{not}, false, nil, 3, 6 * time.Second},
		{"young and late", 0, []error{not, not, not, not, yes}, true, nil, 5, 30 * time.Second},
		{"old and flickering", time.Hour, []error{not, not, yes}, true, nil, 3, 6 * time.Second},
		{"a look without an answer is no no", time.Hour, []error{not, not, quiet, not}, false, nil, 6, time.Minute},
		{"three without one", time.Hour, []error{quiet}, false, quiet, 3, 6 * time.Second},
		{"denied", 0, []error{denied}, false, denied, 1, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, told := aged(tt.age)
			began, looks := c.Now(), 0
			found, err := settled(t.Context(), c, "it", func() (bool, error) {
				says := tt.says[min(looks, len(tt.says)-1)]
				if looks++; says == yes || says == not {
					return says == yes, nil
				}
				return false, says
			})
			if found != tt.found || !errors.Is(err, tt.want) || looks != tt.looks || c.Now().Sub(began) != tt.took {
				t.Errorf("found %v, %v after %d looks in %s; want %v, %v after %d in %s", found, err, looks, c.Now().Sub(began), tt.found, tt.want, tt.looks, tt.took)
			}
			if len(*told) != looks-1 {
				t.Errorf("%d waits, and the screen was told %q", looks-1, *told)
			}
		})
	}
}

func TestSettledTellsItsWaits(t *testing.T) {
	c, told := aged(0)
	if _, err := settled(t.Context(), c, "address eipalloc-1", func() (bool, error) { return false, nil }); err != nil {
		t.Fatal(err)
	}
	var want []string
	for n, wait := range []time.Duration{2, 4, 8, 16, 30, 30, 30} {
		want = append(want, fmt.Sprintf("address eipalloc-1 is not there yet; looking again in %s (%d of 8)", wait*time.Second, n+2))
	}
	if d := cmp.Diff(want, *told); d != "" {
		t.Error(d)
	}
}

func TestSettledEndsWithAnAbort(t *testing.T) {
	ctx, abort := context.WithCancel(t.Context())
	c, _ := aged(0)
	found, err := settled(ctx, c, "it", func() (bool, error) {
		abort()
		return false, nil
	})
	if found || !errors.Is(err, context.Canceled) {
		t.Errorf("found %v, %v", found, err)
	}
}

// TestNoWrongVerdict: a thing that shows itself at some moment of its first two
// minutes, with reads that flicker until then and answers that fail, is never called gone.
func TestNoWrongVerdict(t *testing.T) {
	const seeds = 10_000
	wrong, unsure := 0, 0
	for seed := range uint64(seeds) {
		r := rand.New(rand.NewPCG(seed, 3))
		age := time.Duration(r.Int64N(int64(notYet)))
		c, _ := aged(age)
		shows := c.At.Add(time.Duration(r.Int64N(int64(notYet))))
		found, err := settled(t.Context(), c, "it", func() (bool, error) {
			if r.IntN(20) == 0 {
				return false, &silence{"no answer"}
			}
			return !c.Now().Before(shows) || r.IntN(40) == 0, nil
		})
		switch {
		case err != nil:
			unsure++ // three looks without an answer: somebody asks again
		case !found:
			wrong++
		}
	}
	t.Logf("%d seeds, %d wrong verdicts, %d without one", seeds, wrong, unsure)
	if wrong != 0 || unsure > seeds/20 {
		t.Errorf("%d wrong verdicts, %d without one, of %d", wrong, unsure, seeds)
	}
}

func TestWaitsAhead(t *testing.T) {
	for age := time.Duration(0); age < 3*time.Minute; age += 7 * time.Second {
		waits, sum := waitsAhead(1, 1, age), age
		for _, w := range waits {
			sum += w
		}
		if len(waits) < equalLooks-1 || sum < notYet || slices.Min(waits) < firstWait || slices.Max(waits) > longestWait {
			t.Errorf("at %s: %v", age, waits)
		}
	}
}
