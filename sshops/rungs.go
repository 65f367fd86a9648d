package sshops

// rungs.go: what was seen on the way up, as rows, one line, and the commands
// with which a colleague can try the same.

import (
	"fmt"
	"slices"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/tasks"
)

// ladder collects one climb. A rung reached again (another host-key algorithm
// was tried) replaces the earlier row.
type ladder struct {
	rows   map[string]tasks.Row
	order  []string  // of the rungs, as they were first reached
	last   time.Time // when the rung below was reached
	median time.Duration
}

func (l *ladder) reached(rung, says string) {
	now := time.Now()
	l.write(tasks.Row{Name: rung, Verdict: tasks.Pass, Says: says, Took: now.Sub(l.last)})
	l.last = now
}

func (l *ladder) write(row tasks.Row) {
	if _, known := l.rows[row.Name]; !known {
		l.order = append(l.order, row.Name)
	}
	l.rows[row.Name] = row
}

// agreed tells of the algorithms on the rung that settled them, once they are known.
func (l *ladder) agreed(link *link) {
	conn, ok := link.Conn.(ssh.AlgorithmsConnMetadata)
	if row, reached := l.rows[rungKeyExchange]; ok && reached {
		a := conn.Algorithms()
		row.Says = clean(a.KeyExchange + ", " + a.HostKey + ", " + a.Read.Cipher)
		if a.Read.MAC != "" {
			row.Says += clean(", " + a.Read.MAC)
		}
		l.rows[rungKeyExchange] = row
	}
}

// fail writes the failed rung down and hands the failure back.
func (l *ladder) fail(f *failure) *failure {
	l.write(tasks.Row{Name: f.rung, Verdict: f.verdict(), Says: f.Error(), Took: time.Since(l.last)})
	return f
}

// inOrder returns a row for each rung; one that was not reached is not tested. What the
// ssh config said and the hosts on the way come before the host itself.
func (l *ladder) inOrder(rungs []string) []tasks.Row {
	all := slices.Clone(rungs)
	for _, rung := range l.order {
		if !slices.Contains(all, rung) {
			all = slices.Insert(all, slices.Index(all, rungTCP), rung)
		}
	}
	rows := make([]tasks.Row, 0, len(all))
	stopped := false
	for _, rung := range all {
		row, known := l.rows[rung]
		if !known || stopped {
			row = tasks.Row{Name: rung}
		}
		stopped = stopped || known && row.Verdict != tasks.Pass
		rows = append(rows, row)
	}
	return rows
}

func (l *ladder) verdict(f *failure) tasks.Verdict {
	if f == nil {
		return tasks.Pass
	}
	return f.verdict()
}

// summary is the climb in one line.
func (l *ladder) summary(call tasks.Call, host string, f *failure, tries int, took time.Duration) string {
	again := ""
	if tries > 1 {
		again = fmt.Sprintf(" (after %d tries)", tries)
	}
	if f != nil {
		return fmt.Sprintf("%s failed on %s%s: %s", f.rung, clean(host), again, f.Error())
	}
	return fmt.Sprintf("%s logged in to %s in %s, %s a round trip%s",
		clean(call.Plan.Environment.Instance.SSHUser), clean(host), short(took), short(l.median), again)
}

// traces are the same test by hand; there is none while it is not known how to log in.
func (c *Client) traces(call tasks.Call, host string, f *failure, took time.Duration) []tasks.Trace {
	t, unknown := c.target(call.Plan, call.Facts, host)
	if unknown != nil {
		return nil
	}
	ssh := tasks.Trace{Line: c.pasted(func(b *byHand) []string { return b.openSSH(t, host) }, "true"), Took: took}
	if f != nil {
		ssh.Error = f.Error()
	}
	return []tasks.Trace{ssh, {Line: c.pasted(func(b *byHand) []string { return b.plink(t, host) }, "true")}}
}

// short is a duration as a person reads it: three digits, no more.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}
