package ui

// host.go: the guest as htop would show it, read over SSH without installing
// anything. Its age is real time: a laptop's nap shows.

import (
	"fmt"
	"strings"

	"tminus/tasks"
	"tminus/tasks/reading"
)

func host(p pen) []line {
	h := p.s.Readings.Host
	if !h.Taken() && p.s.State.Rollback.Phase == tasks.RolledBack {
		return []line{row(muted.of("○ no host: rolled back"))}
	}
	if !h.Taken() {
		why := p.comes("ec2.credentials", "the key to the host")
		if why == "" {
			why = "samples come every few seconds once SSH answers"
		}
		return unread(p, "host", "sample of the host", why)
	}
	bars := max(min(p.w-20, 40), 6)
	lines := coreLines(p, h.Cores, bars)
	lines = append(lines, usage("mem", h.MemUsed, h.MemTotal, bars))
	if h.SwapTotal > 0 {
		lines = append(lines, usage("swap", h.SwapUsed, h.SwapTotal, bars))
	}
	for _, d := range h.Disks {
		lines = append(lines, usage(middle(d.Mount, 6), d.Used, d.Total, bars))
	}
	lines = append(lines, row(muted.of(fit("load", 6)), plain.f("%.2f %.2f %.2f", h.Load[0], h.Load[1], h.Load[2])))
	lines = append(lines, row(muted.of(fit("net", 6)), plain.of("↓"+byteSize(h.NetIn)+" ↑"+byteSize(h.NetOut)+" /s")))
	users := "nobody logged in"
	if len(h.Users) > 0 {
		users = strings.Join(h.Users, ", ")
	}
	lines = append(lines, row(muted.of(fit("up", 6)), plain.of(about(h.Uptime)), muted.of(" · "), plain.of(users)))
	lines = append(lines, row(muted.of(fit("at", 6)), muted.of(h.Address)))
	if p.w < guestRows { // where there is no room, its count comes before what is long
		lines = append(lines, guest(p)...)
	}
	lines = append(lines, processLines(p, h.Processes)...)
	for _, what := range h.Missing {
		lines = append(lines, paragraph(muted.of("? "), what, muted, p.w)...)
	}
	if h.Stale(p.s.Wall, 0) || p.failing("host") {
		dim(lines)
	}
	if p.w >= guestRows {
		lines = append(lines, guest(p)...)
	}
	return append(problems(p, "host"), lines...)
}

// dim takes the colour from what is too old to be trusted.
func dim(lines []line) {
	for _, l := range lines {
		for i := range l.spans {
			l.spans[i].ink = muted
		}
	}
}

// coreLines is a meter a core, and one for all of them when there is no room.
func coreLines(p pen, cores []float64, bars int) []line {
	if len(cores) == 0 {
		return []line{row(muted.of(fit("cpu", 6)), muted.of("? not told"))}
	}
	if len(cores) > 1 && len(cores) > p.h/3 {
		sum := 0.0
		for _, c := range cores {
			sum += c
		}
		l := row(append([]span{muted.of(fit("cpu", 6))}, meter(sum/float64(len(cores)), bars)...)...)
		l.spans = append(l.spans, plain.of(percent(sum/float64(len(cores)))), muted.f(" of %d", len(cores)))
		return []line{l}
	}
	var lines []line
	for i, c := range cores {
		name := "cpu"
		if len(cores) > 1 {
			name = fmt.Sprintf("cpu %d", i)
		}
		l := row(append([]span{muted.of(fit(name, 6))}, meter(c, bars)...)...)
		l.spans = append(l.spans, plain.of(percent(c)))
		lines = append(lines, l)
	}
	return lines
}

func usage(name string, used, total int64, bars int) line {
	if total <= 0 {
		return row(muted.of(fit(name, 6)), muted.of("? not told"))
	}
	l := row(append([]span{muted.of(fit(name, 6))}, meter(float64(used)/float64(total), bars)...)...)
	unit, div := "MiB", float64(1<<20)
	if total >= 4<<30 {
		unit, div = "GiB", float64(1<<30)
		l.spans = append(l.spans, plain.f(" %.1f/%.0f ", float64(used)/div, float64(total)/div), muted.of(unit))
		return l
	}
	l.spans = append(l.spans, plain.f(" %.0f/%.0f ", float64(used)/div, float64(total)/div), muted.of(unit))
	return l
}

func processLines(p pen, all []reading.Process) []line {
	if len(all) == 0 {
		return nil
	}
	wide := p.w >= 60
	head := fit("", 1) + "   cpu   mem  command"
	if wide {
		head = fit("    pid", 9) + fit("user", 12) + "   cpu   mem      rss  command"
	}
	lines := []line{blank(), row(muted.of(head))}
	for _, pr := range all {
		l := row(plain.f("%5.1f%% %4.1f%%  ", pr.CPU, pr.Mem), strong.of(pr.Command))
		if wide {
			l = row(muted.f("%7d  ", pr.PID), muted.of(fit(pr.User, 12)), plain.f("%5.1f%% %4.1f%% %8s  ", pr.CPU, pr.Mem, byteSize(float64(pr.RSS))), strong.of(pr.Command))
		}
		lines = append(lines, l)
	}
	return lines
}

// percent is a share in whole percent, in three columns.
func percent(share float64) string { return fmt.Sprintf("%3.0f %%", share*100) }
