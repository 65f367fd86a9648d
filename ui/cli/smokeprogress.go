package cli

// smokeprogress.go: how far the smoke tests are: one line that is written over on a terminal; elsewhere a line for
// each stage that is through.

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tminus/tasks/safe"
)

// progress is told from the workers, at any time.
type progress struct {
	mu    sync.Mutex
	out   io.Writer
	width int       // of the line; 0 = no line is written over
	stage string    // that runs
	since time.Time // when it began
	shown bool      // the line stands there
}

func newProgress(out io.Writer) *progress {
	p := &progress{out: out}
	if os.Getenv("TERM") != "dumb" {
		p.width = columns(out)
	}
	return p
}

// told takes one line of a stage.
func (p *progress) told(stage, line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if stage != p.stage {
		p.through()
		p.stage, p.since = stage, time.Now()
	}
	if p.width > 0 {
		fmt.Fprint(p.out, "\r\x1b[K"+ansi.Truncate(safe.Line(stage+": "+safe.Redact(line)), p.width-1, "…"))
		p.shown = true
	}
}

// clear takes the line away, for somebody else who writes there.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
}

// end takes the line away for good.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
	p.through()
	p.stage = ""
}

func (p *progress) wipe() {
	if p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.shown = false
	}
}

// through tells that a stage is, where no line is written over.
func (p *progress) through() {
	if p.stage != "" && p.width == 0 {
		fmt.Fprintf(p.out, "%s: through after %s\n", safe.Line(p.stage), brief(time.Since(p.since)))
	}
}

// brief is a duration as a person reads it.
func brief(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(10 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
