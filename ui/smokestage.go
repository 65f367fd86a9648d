package ui

// smokestage.go: one stage of the smoke tests: what came of it, how long it took of what it
// may, and its checks by the file they stand in. What is still to be asked is never a tick.

import (
	"path"
	"slices"
	"strings"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// stage is what the plan says of it, and the step that runs it.
type stage struct {
	plan.Stage
	st tasks.StepState
}

// check is a row as it is drawn.
type check struct {
	tasks.Row
	todo bool // it is still to be asked
	kept bool // of an earlier try, and not asked again
}

// fromHost is the row that tells whether the host itself finds the same.
const fromHost = "from the host itself"

// rows are what the stage has found: so far, while it runs.
func (b bench) rows(s stage) []tasks.Row {
	if s.st.Status == tasks.StepDoing {
		return b.s.Rows[b.t.ID]
	}
	return s.st.Rows
}

// checks are the rows, and after them what they do not tell of yet: what the try before this one
// found, and what the plan lists.
func (b bench) checks(s stage) []check {
	var checks []check
	groups, names := map[string]bool{}, map[string]bool{}
	for _, r := range b.rows(s) {
		groups[group(r)], names[r.Name] = true, true
		kept := r.Exchange != nil && !s.st.Started.IsZero() && !r.Exchange.Ran.IsZero() && r.Exchange.Ran.Before(s.st.Started)
		checks = append(checks, check{Row: r, kept: kept})
	}
	if s.st.Status == tasks.StepOK || s.st.Status == tasks.StepFailed && len(checks) > 0 {
		return checks
	}
	for _, r := range s.st.Before {
		if r.Name == fromHost || groups[group(r)] && group(r) != "" || names[r.Name] {
			continue
		}
		names[r.Name] = true
		checks = append(checks, check{Row: tasks.Row{Name: r.Name, Says: "the try before: " + verdictMark(r.Verdict).word, Exchange: r.Exchange}, todo: true})
	}
	for _, c := range s.Checks {
		if !names[c.Name] {
			checks = append(checks, check{Row: tasks.Row{Name: c.Name, Says: c.Method + " " + c.Path}, todo: true})
		}
	}
	return checks
}

// group is the file, or the files, that a row belongs to; "" = none is known.
func group(r tasks.Row) string {
	if r.Exchange == nil {
		return ""
	}
	return r.Exchange.Group
}

// mark is what came of the stage.
func (s stage) mark() mark {
	st := s.st
	switch {
	case st.Status == tasks.StepTodo:
		return verdictMark(tasks.NotTested)
	case st.Status == tasks.StepOK:
		if worse(st) {
			return verdictMark(tasks.Degraded)
		}
		return verdictMark(tasks.Pass)
	case st.Status == tasks.StepFailed && st.Verdict == tasks.Fail:
		return mark{"✗", "FAIL", alarm}
	case st.Status == tasks.StepFailed && st.Verdict == tasks.Inconclusive:
		return verdictMark(tasks.Inconclusive)
	case st.Status == tasks.StepFailed && st.Says != "": // an error has a reason, and no words of its own
		return verdictMark(tasks.NotTested)
	}
	return stepMark(st.Status)
}

// stage is its head, what it does now, and its checks.
func (b bench) stage(s stage) []line {
	lines := []line{b.stageHead(s)}
	if s.st.Status == tasks.StepDoing {
		if now := b.s.Progress[b.t.ID]; now != "" {
			lines = append(lines, atMostLines(paragraph(live.of("  … "), now, plain, b.w), progressLines, b.w)...)
		}
	}
	checks := b.checks(s)
	if b.fold != whole {
		return append(lines, b.urgent(checks)...)
	}
	lines = append(lines, b.byFile(checks)...)
	if s.st.Status == tasks.StepTodo && len(s.st.Before) == 0 {
		for _, pattern := range s.Files {
			lines = append(lines, row(muted.of("  ◌ "+middle(pattern, max(b.w-30, 20))), muted.of("  the checks of these files")))
		}
	}
	return lines
}

func (b bench) stageHead(s stage) line {
	m := s.mark()
	l := row(m.ink.of(m.glyph+" "), strong.of(s.Name), m.ink.of(" · "+m.word)).ends(b.clocked(s)...)
	found := tallied(b.rows(s))
	if found == (tally{}) {
		l.spans = append(l.spans, b.ahead(s)...)
	}
	l = b.counts(l, found)
	if widthOf(l.spans)+widthOf(l.tail)+1 > b.w && s.st.Status == tasks.StepTodo { // its budget can wait
		l.tail = nil
	}
	manner := muted.of(either(s.ReadsOnly(), " · only reads", " · writes"))
	if widthOf(l.spans)+cells(manner.text)+widthOf(l.tail)+1 <= b.w && len(s.Files)+len(s.Checks) > 0 {
		l.spans = append(l.spans, manner)
	}
	return l
}

// ahead is what a stage will do that has found nothing yet, and what it waits for.
func (b bench) ahead(s stage) []span {
	if s.st.Status == tasks.StepTodo && b.ts.Attempt > 0 {
		for _, before := range b.ts.Steps {
			if before.ID == s.st.ID {
				break
			}
			if before.Status != tasks.StepOK && before.Status != tasks.StepWaived {
				return []span{muted.of(" · waits for " + before.ID)}
			}
		}
	}
	if b.fold == whole || s.st.Status != tasks.StepTodo {
		return nil
	}
	var words []string
	if n := len(s.Checks); n > 0 {
		words = append(words, plural(n, "check"))
	}
	if len(s.Files) > 0 {
		words = append(words, middle(strings.Join(s.Files, ", "), max(b.w/2, 12)))
	}
	if words == nil {
		return nil
	}
	return []span{muted.of(" · " + strings.Join(words, ", "))}
}

// clocked is how long the stage took, or has taken, of its budget. Both are real time.
func (b bench) clocked(s stage) []span {
	spent, k := s.st.Took, muted
	if s.st.Status == tasks.StepDoing && !s.st.Started.IsZero() {
		spent = time.Duration(float64(b.s.Now.Sub(s.st.Started)) / max(b.s.Speed, 1)).Truncate(time.Second)
	}
	budget := s.Budget.Duration
	switch {
	case budget > 0 && spent > budget*4/5:
		k = warn
	case budget > 0 && spent <= 0:
		return []span{muted.of("budget " + about(budget))}
	}
	words := took(spent)
	if budget > 0 && b.w >= 70 {
		words += " of " + about(budget)
	}
	if words == "" {
		return nil
	}
	return []span{k.of(words)}
}

// byFile are all checks, under their files where a stage has more than one.
func (b bench) byFile(checks []check) []line {
	var groups [][]check
	for _, c := range checks {
		if n := len(groups); n > 0 && group(groups[n-1][0].Row) == group(c.Row) && groups[n-1][0].Name != fromHost {
			groups[n-1] = append(groups[n-1], c)
			continue
		}
		groups = append(groups, []check{c})
	}
	files := map[string]bool{}
	for _, c := range checks {
		files[group(c.Row)] = files[group(c.Row)] || group(c.Row) != ""
	}
	delete(files, "")
	if b.worst {
		slices.SortStableFunc(groups, func(x, y []check) int { return failing(y) - failing(x) })
	}
	names := b.names(checks)
	var lines []line
	for _, g := range groups {
		indent := "  "
		if name := group(g[0].Row); name != "" && len(files) > 1 {
			lines, indent = append(lines, row(muted.of("  "+middle(baseNames(name), b.w-2)))), "    "
		}
		for _, c := range g {
			lines = append(lines, b.check(c, indent, names)...)
		}
	}
	return lines
}

// failing is 1 where one of the checks failed, and -1 for the look from the host: it stands at the end.
func failing(checks []check) int {
	switch {
	case checks[0].Name == fromHost:
		return -1
	case slices.ContainsFunc(checks, func(c check) bool { return c.Verdict == tasks.Fail }):
		return 1
	}
	return 0
}

// baseNames are the files of a group without their folders: "csrf.hurl + login.hurl".
func baseNames(group string) string {
	files := strings.Split(group, " + ")
	for i := range files {
		files[i] = path.Base(files[i])
	}
	return strings.Join(files, " + ")
}

// names is the width of the checks' names: as wide as the longest, and never more than its share.
func (b bench) names(checks []check) int {
	longest := 0
	for _, c := range checks {
		if c.Verdict != tasks.Fail && c.Name != fromHost {
			longest = max(longest, cells(c.Name))
		}
	}
	return min(longest, max(24, min(b.w*2/5, 64)))
}
