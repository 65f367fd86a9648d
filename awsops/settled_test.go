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
	quiet, denied := &silence{text: "no answer"}, &refused{code: "UnauthorizedOperation", message: "denied"}
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
				return false, &silence{text: "no answer"}
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

// TestVanished: "still there" is stale for a while after our own call, and "not found" of
// what was just made is. Whichever goes on being said is believed in the end.
func TestVanished(t *testing.T) {
	for _, tt := range []struct {
		name  string
		age   time.Duration
		there []bool // one for each look; the last again and again
		gone  bool
		looks int
		took  time.Duration
	}{
		{"gone, and old", time.Hour, []bool{false}, true, 3, 6 * time.Second},
		{"gone, and young", 0, []bool{false}, true, 8, notYet},
		{"still there at first", time.Hour, []bool{true, false}, true, 4, 14 * time.Second},
		{"now there, now gone", time.Hour, []bool{true, false, true, false, false, true, false}, true, 9, 150 * time.Second},
		{"there to the end", time.Hour, []bool{true}, false, 8, notYet},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, told := aged(tt.age)
			c.Made = []tasks.Resource{{Kind: kindKey, ID: "k"}}
			began, looks := c.Now(), 0
			gone, err := vanished(t.Context(), c, kindKey, func(string) (bool, error) {
				looks++
				return tt.there[min(looks, len(tt.there))-1], nil
			})
			if took := c.Now().Sub(began); gone != tt.gone || err != nil || looks != tt.looks || took != tt.took || len(*told) != looks-1 {
				t.Errorf("gone %v, %v after %d looks in %s, told %d; want %v after %d in %s", gone, err, looks, took, len(*told), tt.gone, tt.looks, tt.took)
			}
		})
	}
}

// TestAgreedEnds: a world that says now this, now that, is not asked for ever, and not believed either.
func TestAgreedEnds(t *testing.T) {
	c, told := aged(time.Hour)
	began, looks := c.Now(), 0
	err := agreed(t.Context(), c, func() (view, error) {
		looks++
		return view{fmt.Sprintf("it is %d", looks%2), began}, nil
	})
	if took := c.Now().Sub(began); err == nil || took < patience || took > patience+longestWait || len(*told) != looks-1 {
		t.Errorf("%v after %s and %d looks", err, took, looks)
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
