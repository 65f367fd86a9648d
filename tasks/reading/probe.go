package reading

// probe.go: the steady light look at the application: one request every few seconds, and what came of the last of them.

import (
	"slices"
	"time"
)

// Probe is the newest of those requests, oldest first.
type Probe struct {
	Stamp  // real time
	URL    string
	Within time.Duration // an answer that takes longer is a failed one
	Beats  []Beat        // at most MostBeats
}

// MostBeats is how many are kept: ten minutes at a request every five seconds.
const MostBeats = 120

// Beat is one request.
type Beat struct {
	At              time.Time // real time
	OK              bool      // answered in time, by the build and the instance that were planned
	Took            time.Duration
	Status          int    // 0 = no answer
	Build, Instance string // that the answer names; "" = none
	Says            string // what is wrong; "" = nothing
}

// With is the probe with one more request; what was published before is not changed. One of another place begins anew.
func (p Probe) With(url string, every, within time.Duration, b Beat) Probe {
	beats := p.Beats
	if p.URL != url {
		beats = nil
	}
	if n := len(beats) + 1 - MostBeats; n > 0 {
		beats = beats[n:]
	}
	return Probe{Stamp: Stamp{At: b.At, Every: every}, URL: url, Within: within, Beats: append(slices.Clone(beats), b)}
}

// Newest is the last request; ok false when there was none.
func (p Probe) Newest() (b Beat, ok bool) {
	if len(p.Beats) == 0 {
		return Beat{}, false
	}
	return p.Beats[len(p.Beats)-1], true
}

// Failing is how many of the newest requests failed, one after the other, and since when; 0 = the last one was well.
func (p Probe) Failing() (n int, since time.Time) {
	for _, b := range slices.Backward(p.Beats) {
		if b.OK {
			break
		}
		n, since = n+1, b.At
	}
	return n, since
}

// Failed is the share of requests that failed in the time before the newest one, in percent.
func (p Probe) Failed(over time.Duration) float64 {
	last, ok := p.Newest()
	if !ok {
		return 0
	}
	failed, all := 0.0, 0.0
	for _, b := range p.Beats {
		if last.At.Sub(b.At) >= over {
			continue
		}
		if all++; !b.OK {
			failed++
		}
	}
	return 100 * failed / all
}
