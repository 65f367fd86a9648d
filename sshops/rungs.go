package sshops

// rungs.go: what was seen on the way up, as rows, one line, and the commands
// with which a colleague can try the same.

import (
	"fmt"
	"time"

	"tminus/tasks"
)

// ladder collects one climb. A rung reached again (another host-key algorithm
// was tried) replaces the earlier row.
type ladder struct {
	rows   map[string]tasks.Row
	last   time.Time // when the rung below was reached
	median time.Duration
}

func (l *ladder) reached(rung, says string) {
	now := time.Now()
	l.rows[rung] = tasks.Row{Name: rung, Verdict: tasks.Pass, Says: says, Took: now.Sub(l.last)}
	l.last = now
}

// fail writes the failed rung down and hands the failure back.
func (l *ladder) fail(f *failure) *failure {
	l.rows[f.rung] = tasks.Row{Name: f.rung, Verdict: f.verdict(), Says: f.Error(), Took: time.Since(l.last)}
	return f
}

// inOrder returns a row for each rung; one that was not reached is not tested.
func (l *ladder) inOrder(rungs []string) []tasks.Row {
	rows := make([]tasks.Row, 0, len(rungs))
	stopped := false
	for _, rung := range rungs {
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

// traces are the same test by hand, from the run folder: OpenSSH, and PuTTY's
// plink, whose key is the same one saved by puttygen. Both pin the host key.
func traces(call tasks.Call, host string, f *failure, took time.Duration) []tasks.Trace {
	machine, key := call.Plan.Environment.Instance, call.Facts[tasks.FactKeyName]
	_, file, _ := machine.KeyFileOf(key, "") // a name that cannot be a file name was refused before
	at, port, flag := clean(machine.SSHUser+"@"+host), "", ""
	if machine.SSHPort != 22 {
		port, flag = fmt.Sprintf("-p %d ", machine.SSHPort), fmt.Sprintf("-P %d ", machine.SSHPort)
	}
	ssh := "ssh " + port + "-i " + clean(file) + " -o UserKnownHostsFile=known_hosts -o HostKeyAlias=" +
		clean(call.Facts[tasks.FactInstance]) + " -o StrictHostKeyChecking=yes " + at + " true"
	plink := "plink -ssh -batch " + flag + "-i " + clean(key) + ".ppk"
	if print := call.Facts[tasks.FactHostKey]; print != "" {
		plink += " -hostkey " + clean(print)
	}
	t := tasks.Trace{Line: ssh, Took: took}
	if f != nil {
		t.Error = f.Error()
	}
	return []tasks.Trace{t, {Line: plink + " " + at + " true"}}
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
