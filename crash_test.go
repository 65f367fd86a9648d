package main

// crash_test.go: kill -9 at random moments. Whatever the moment, the run goes on
// to its end, and nothing in the account is there twice.

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// abreast is how many flights with kills are in the air at once.
const abreast = 2

// TestKilledFlightsAreReleased kills flights, some of them once more on the way on.
func TestKilledFlightsAreReleased(t *testing.T) {
	t.Parallel()
	rounds := 5
	if *long {
		rounds = 30 // some end before they are killed
	}
	crashes(t, rounds, func(t *testing.T, luck *rand.Rand) (kills int) {
		root := t.TempDir()
		kills += kill(t, luck, root, 3, 48, "rehearse", "--auto", "--speed", "1800", "--runs", root)
		if luck.IntN(3) == 0 {
			kills += kill(t, luck, root, 3, 52, "resume", "--auto", "--speed", "1800", "--runs", root)
		}
		e := finish(t, tminus(t, "resume", "--auto", "--speed", "3600", "--runs", root))
		if s := state(t, onlyRun(t, root)); !s.Released {
			t.Fatalf("not released; it said\n%s\nand complained\n%s", e.out, e.err)
		}
		oneOfEach(t, onlyRun(t, root))
		return kills
	})
}

// TestKilledRollbacksComeToTheirEnd kills on the way back.
func TestKilledRollbacksComeToTheirEnd(t *testing.T) {
	t.Parallel()
	rounds := 2
	if *long {
		rounds = 15
	}
	crashes(t, rounds, func(t *testing.T, luck *rand.Rand) (kills int) {
		root := t.TempDir()
		kills += kill(t, luck, root, 44, 54, "rehearse", "--auto", "--speed", "3600", "--fault", "smoke-fails", "--rollback-on-failure", "--runs", root)
		finish(t, tminus(t, "resume", "--auto", "--speed", "3600", "--rollback-on-failure", "--runs", root))
		dir := onlyRun(t, root)
		if diff := cmp.Diff(untouched(t), account(t, dir).WithoutTerminated()); diff != "" {
			t.Errorf("the account before T4 (-) and after the rollback (+):\n%s", diff)
		}
		if s := state(t, dir); !s.Ended() || s.Released || len(s.Left()) != 0 {
			t.Errorf("rollback %v, left behind: %q", s.Rollback.Phase, s.Left())
		}
		return kills
	})
}

// crashes runs the rounds, some abreast, each with luck of its own that can be had again. A
// round returns how often it killed.
func crashes(t *testing.T, rounds int, round func(*testing.T, *rand.Rand) int) {
	first := uint64(time.Now().UnixNano())
	if again := os.Getenv("TMINUS_CRASH_SEED"); again != "" {
		if _, err := fmt.Sscan(again, &first); err != nil {
			t.Fatalf("TMINUS_CRASH_SEED=%s: %v", again, err)
		}
		rounds = 1
	}
	runway := make(chan struct{}, abreast)
	var kills, good atomic.Int32
	t.Run("rounds", func(t *testing.T) { // ends when all in it have
		for n := range rounds {
			seed := first + uint64(n)
			t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
				t.Parallel()
				runway <- struct{}{}
				defer func() { <-runway }()
				t.Logf("again: TMINUS_CRASH_SEED=%d go test -run %s .", seed, strings.Split(t.Name(), "/")[0])
				kills.Add(int32(round(t, rand.New(rand.NewPCG(seed, 0)))))
				if !t.Failed() {
					good.Add(1)
				}
			})
		}
	})
	t.Logf("figure: kill -9: %d in %d flights, of which %d came to their end as they should", kills.Load(), rounds, good.Load())
}

// kill starts the program and kills it a moment after its journal has come to a
// line in from..to, both by luck: events lie close where effects are, so lines
// are better moments than seconds. A flight that ends first is left alone. It returns
// how often it killed: once, or not at all.
func kill(t *testing.T, luck *rand.Rand, root string, from, to int, args ...string) int {
	t.Helper()
	line := from + luck.IntN(to-from+1)
	pause := time.Duration(luck.IntN(8_000)) * time.Microsecond
	t.Logf("%s: killed %s after line %d", args[0], pause, line)
	flight := launch(t, tminus(t, args...))
	eventually(t, fmt.Sprintf("journal line %d", line), func() bool { return flight.over() || journalLines(t, root) >= line })
	<-time.After(pause)       // the moment itself is what is being tried out
	_ = flight.Process.Kill() // in vain when it has ended by itself
	<-flight.gone
	if flight.ProcessState.Exited() {
		return 0
	}
	return 1
}

func journalLines(t testing.TB, root string) int {
	return bytes.Count(journalOf(t, root), []byte("\n"))
}

// journalOf is the journal of the one run under root, empty while there is none.
func journalOf(t testing.TB, root string) []byte {
	t.Helper()
	dir := onlyRun(t, root)
	if dir == "" {
		return nil
	}
	b, err := os.ReadFile(filepath.Join(dir, "journal.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
