package ui

// probe.go: the steady light look at the application: does it answer now, how fast, since when
// not, and is it the planned build on the planned machine. Its times are real time.

import (
	"fmt"
	"time"

	"tminus/tasks/reading"
	"tminus/tasks/signal"
)

// probeTrouble is how many requests have to fail in a row before every page says so: one late
// answer is no news.
const probeTrouble = 3

// probePiece is the header's word for an application that does not answer as it should.
func probePiece(p pen) piece {
	n, since := p.s.Readings.Probe.Failing()
	if n < probeTrouble || p.pastProbe() {
		return piece{[][]span{nil}, nil}
	}
	return piece{[][]span{one(alarm.of("▲ probe failing " + about(p.sinceReal(since)))), one(alarm.of("▲ probe failing")), one(alarm.of("▲ probe"))}, []int{11, 5}}
}

// pastProbe reports that what the probe saw last is not of now.
func (p pen) pastProbe() bool {
	return p.s.Readings.Probe.Stale(p.s.Wall, 0) || p.failing(string(signal.FromProbe))
}

// sinceReal is how long ago something was in real time, in whole seconds.
func (p pen) sinceReal(at time.Time) time.Duration {
	return max(p.s.Wall.Sub(at), 0).Truncate(time.Second)
}

// probeLines are the probe in a line, and below it what is wrong.
func probeLines(p pen) []line {
	head := strong.of("probe ")
	probe := p.s.Readings.Probe
	last, asked := probe.Newest()
	switch {
	case !asked && p.failing(string(signal.FromProbe)):
		return problems(p, string(signal.FromProbe))
	case !asked:
		return []line{row(muted.of("probe ? nothing asked yet: it begins with the address"))}
	case p.pastProbe():
		lines := []line{row(muted.of("probe ? stale: " + age(p.sinceReal(last.At)) + " " + beatWord(last)))}
		return append(lines, problems(p, string(signal.FromProbe))...)
	}
	n, since := probe.Failing()
	if n > 0 {
		tail := [][]span{one(muted.of(history(probe))), nil}
		parts := squeeze([]piece{{[][]span{one(head, alarm.of("✗ failing for "+about(max(p.sinceReal(since), time.Second))), alarm.f(" · %d in a row", n)),
			one(head, alarm.of("✗ failing for "+about(max(p.sinceReal(since), time.Second))))}, []int{1}}, {tail, []int{2}}, beatsPiece(probe, 4)}, p.w, " · ")
		return append([]line{row(join(parts, " · ")...)}, atMostLines(paragraph(alarm.of("  "), last.Says, alarm, p.w), 2, p.w)...)
	}
	where := one(muted.of("build "), plain.of(last.Build), muted.of(" on "), plain.of(middle(last.Instance, 19)))
	short := one(plain.of(last.Build), muted.of(" on "), plain.of(middle(last.Instance, 10)))
	if last.Build == "" || last.Instance == "" { // another kind of page; that it names them was matched
		where, short = one(muted.of("the planned build and instance")), one(muted.of("as planned"))
	}
	share := muted
	if probe.Failed(probe.At.Sub(probe.Beats[0].At)+time.Second) > 0 {
		share = warn
	}
	parts := squeeze([]piece{{[][]span{one(head, good.of("✓ "+about(last.Took)))}, nil}, {[][]span{one(share.of(history(probe)))}, nil},
		{[][]span{where, short, one(muted.of("build "), plain.of(last.Build)), nil}, []int{3, 2, 1}}, beatsPiece(probe, 2)}, p.w, " · ")
	return []line{row(join(parts, " · ")...)}
}

// beatWord is one request in a few words.
func beatWord(b reading.Beat) string {
	if b.OK {
		return "it answered in " + about(b.Took)
	}
	return "it failed"
}

// history is how many of the requests were well: "118 of 120 in 10 min".
func history(probe reading.Probe) string {
	well := 0
	for _, b := range probe.Beats {
		if b.OK {
			well++
		}
	}
	return fmt.Sprintf("%d of %d in %s", well, len(probe.Beats), about(probe.At.Sub(probe.Beats[0].At)+probe.Every))
}

// fewBeats are too few for bars: what they would show stands in words.
const fewBeats = 6

// beatsPiece are the requests as bars, as many columns as there is room for; it goes first.
func beatsPiece(probe reading.Probe, gives int) piece {
	p := piece{}
	if len(probe.Beats) < fewBeats {
		return piece{[][]span{nil}, nil}
	}
	for _, cols := range []int{60, 40, 24, 12} {
		p.forms, p.gives = append(p.forms, beats(probe, cols)), append(p.gives, gives+2)
	}
	return piece{append(p.forms, nil), p.gives}
}

// beats draws the newest requests, the last at the right: a bar as high as the answer took, the
// worst of those that share a column; a cross where one failed. The height of all is the
// slowest, and never less than a tenth of what is allowed: a few milliseconds are no mountain.
func beats(probe reading.Probe, cols int) []span {
	each := (len(probe.Beats) + cols - 1) / cols
	b := newBar((len(probe.Beats)+each-1)/each, " ", muted)
	c := chart{rows: 2, hi: float64(probe.Within) / 10} // eight heights
	for _, beat := range probe.Beats {
		c.hi = max(c.hi, float64(beat.Took))
	}
	for i := range b {
		end := len(probe.Beats) - (len(b)-1-i)*each
		slowest, failed := time.Duration(0), false
		for _, beat := range probe.Beats[max(end-each, 0):end] {
			slowest, failed = max(slowest, beat.Took), failed || !beat.OK
		}
		b.set(i, string('▁'+rune(c.height(float64(slowest)))), good)
		if failed {
			b.set(i, "✗", alarm)
		}
	}
	return b.spans()
}
