package sshops

// clients_log.go: an access log in the combined format, counted by client address. Its
// lines are written by whoever sends requests: what cannot be read is counted and left,
// and the only clock is that of the log.

import (
	"bytes"
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// visit is one line of the log.
type visit struct {
	from  netip.Addr
	at    time.Time
	agent string
}

// caller is an address and what it asked for within the window.
type caller struct {
	from  netip.Addr
	count int
	agent string // of its last request
	smoke int    // requests that call themselves ours
}

// logCount is a log, counted.
type logCount struct {
	clients []caller // loudest first
	lines   int      // that could be read
	junk    int      // that could not
	within  int      // requests in the window
	oldest  time.Time
	newest  time.Time // the log's now
}

// stampLayout is $time_local.
const stampLayout = "02/Jan/2006:15:04:05 -0700"

// parseVisit reads `ADDRESS - USER [TIME] "REQUEST" STATUS BYTES "REFERER" "AGENT"`. A user may call
// himself anything, also a time in brackets; but no quote gets into the log unescaped, so the time is
// what stands before the first one.
func parseVisit(line string) (visit, bool) {
	first, rest, _ := strings.Cut(line, " ")
	from, err := netip.ParseAddr(first)
	head, quoted, ok := strings.Cut(rest, `"`)
	head, bracket := strings.CutSuffix(head, "] ")
	open := strings.LastIndexByte(head, '[')
	if err != nil || !ok || !bracket || open < 0 {
		return visit{}, false
	}
	at, err := time.Parse(stampLayout, head[open+1:])
	if err != nil {
		return visit{}, false
	}
	v := visit{from: from.Unmap().WithZone(""), at: at}
	for range 2 { // over the request, then over the referer
		if _, quoted, ok = cutQuoted(quoted); !ok {
			return v, true
		}
		if _, quoted, ok = strings.Cut(quoted, `"`); !ok {
			return v, true
		}
	}
	v.agent, _, _ = cutQuoted(quoted)
	return v, true
}

// cutQuoted is what stands before the closing quote, and after it. nginx writes a quote as \x22, Apache as \".
func cutQuoted(text string) (inside, rest string, ok bool) {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return text[:i], text[i+1:], true
		}
	}
	return text, "", false
}

// count counts the log, back to window before its newest line. A log that was cut off in front
// begins in the middle of a line.
func count(log []byte, cutInFront bool, window time.Duration, ours string) logCount {
	if cutInFront {
		_, log, _ = bytes.Cut(log, []byte("\n"))
	}
	var t logCount
	for line := range bytes.Lines(log) {
		v, ok := parseVisit(strings.TrimRight(string(line), "\r\n"))
		if !ok {
			t.junk++
			continue
		}
		t.lines++
		if t.lines == 1 || t.newest.Before(v.at) {
			t.newest = v.at
		}
		if t.lines == 1 || v.at.Before(t.oldest) {
			t.oldest = v.at
		}
	}
	found := map[netip.Addr]*caller{}
	for line := range bytes.Lines(log) { // once more: until its end nobody knows the newest line
		v, ok := parseVisit(strings.TrimRight(string(line), "\r\n"))
		if !ok || v.at.Before(t.newest.Add(-window)) {
			continue
		}
		c := found[v.from]
		if c == nil {
			c = &caller{from: v.from}
			found[v.from] = c
		}
		c.count, c.agent = c.count+1, v.agent
		if v.agent == ours {
			c.smoke++
		}
		t.within++
	}
	for _, c := range found {
		t.clients = append(t.clients, *c)
	}
	slices.SortFunc(t.clients, func(a, b caller) int { return cmp.Or(b.count-a.count, a.from.Compare(b.from)) })
	return t
}
