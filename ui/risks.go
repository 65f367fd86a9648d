package ui

// risks.go: the register as a grid of likelihood by impact, and as a list with
// what is being done about each. A mitigation counts when it is in place today;
// one that is planned for later says so.

import (
	"fmt"
	"slices"
	"strings"

	"tminus/tasks/plan"
)

// gridColumns is the width of the grid.
const gridColumns = 26

func risks(p pen) []line {
	if len(p.s.Plan.Risks) == 0 {
		return []line{row(muted.of("the plan names no risks"))}
	}
	grid := riskGrid(p)
	if p.w < 100 {
		lines := append(grid, inPlaceCount(p.s.Plan.Risks))
		for _, r := range byPriority(p.s.Plan.Risks) {
			lines = append(lines, shortRisk(r, p.w))
		}
		if p.v.Zoom || p.h >= len(grid)+5*len(p.s.Plan.Risks) {
			lines = append(grid, blank())
			for _, r := range byPriority(p.s.Plan.Risks) {
				lines = append(lines, fullRisk(p, r, p.w)...)
			}
		}
		return lines
	}
	var list []line
	for _, r := range byPriority(p.s.Plan.Risks) {
		list = append(list, fullRisk(p, r, p.w-gridColumns-2)...)
	}
	return beside(grid, list, gridColumns+2)
}

// beside puts two columns of lines next to each other.
func beside(left, right []line, width int) []line {
	var lines []line
	for i := range max(len(left), len(right)) {
		var l line
		if i < len(left) {
			l.spans = append(l.spans, left[i].spans...)
		}
		l.spans = append(l.spans, plain.of(strings.Repeat(" ", max(width-widthOf(l.spans), 0))))
		if i < len(right) {
			l.spans, l.tail = append(l.spans, right[i].spans...), right[i].tail
		}
		lines = append(lines, l)
	}
	return lines
}

func riskGrid(p pen) []line {
	lines := []line{row(muted.of(fit("", 9) + fit("low", 6) + fit("medium", 7) + "high"))}
	for rank, impact := range impacts() {
		l := row(muted.of(fit(impact, 9)))
		for likely, likelihood := range likelihoods() {
			n := 0
			for _, r := range p.s.Plan.Risks {
				if r.Impact == impact && r.Likelihood == likelihood {
					n++
				}
			}
			k, text := strong, fmt.Sprint(n)
			if n == 0 {
				k, text = faint, "·"
			} else if likely-rank >= 0 { // upper right: likely and grave
				k = warn
			}
			l.spans = append(l.spans, k.of(fit(" "+text, []int{6, 7, 4}[likely])))
		}
		lines = append(lines, l)
	}
	return append(lines, row(muted.of("impact ↑  likelihood →")))
}

func likelihoods() []string { return []string{"low", "medium", "high"} }
func impacts() []string     { return []string{"critical", "high", "medium", "low"} }

// byPriority is the stated priority first, then how grave, then the order of the plan.
func byPriority(all []plan.Risk) []plan.Risk {
	sorted := slices.Clone(all)
	weight := func(r plan.Risk) int {
		if r.Priority > 0 {
			return -1000 + r.Priority
		}
		return slices.Index(impacts(), r.Impact)*4 - slices.Index(likelihoods(), r.Likelihood)
	}
	slices.SortStableFunc(sorted, func(a, b plan.Risk) int { return weight(a) - weight(b) })
	return sorted
}

func inPlace(r plan.Risk) mark {
	if r.InPlace {
		return mark{"✓", "in place", good}
	}
	return mark{"○", "not in place", warn}
}

// inPlaceCount says how many mitigations exist today, and with that what the marks below it mean.
func inPlaceCount(all []plan.Risk) line {
	n := 0
	for _, r := range all {
		if r.InPlace {
			n++
		}
	}
	k := warn
	if n == len(all) {
		k = good
	}
	return row(muted.of("in place ✓ "), k.f("%d", n), muted.of(" · not ○ "), k.f("%d", len(all)-n))
}

func shortRisk(r plan.Risk, width int) line {
	m := inPlace(r)
	head := fit(r.ID, 4)
	if r.Priority > 0 {
		head = fmt.Sprintf("%s#%d ", head, r.Priority)
	}
	return row(strong.of(head), muted.of(atMost(r.Description, width-cells(head)-3))).ends(m.ink.of(m.glyph))
}

func fullRisk(p pen, r plan.Risk, width int) []line {
	head := []span{strong.of(fit(r.ID, 4)), muted.of(r.Likelihood + " × " + r.Impact)}
	if r.Priority > 0 {
		head = append(head, warn.f("  priority %d", r.Priority))
	}
	owner := "owner open"
	if r.Owner != "" {
		owner = "owner " + r.Owner
	}
	lines := []line{line{spans: head}.ends(muted.of(owner))}
	text := wrap(r.Description, width-4)
	for i, part := range text {
		if i == 2 && p.w >= 100 && !p.v.Zoom {
			break
		}
		lines = append(lines, row(plain.of("    "+part)))
	}
	var kinds []string
	for _, t := range r.Treatments {
		kinds = append(kinds, t.Kind)
	}
	m := inPlace(r)
	treated := "· " + strings.Join(kinds, ", ")
	if r.Why != "" {
		treated += " · " + r.Why
	}
	lines = append(lines, flow([]span{plain.of("    "), m.ink.of(m.glyph + " " + m.word), plain.of(" ")}, muted.of(treated), nil, width)...)
	if r.Signal != "" && p.v.Zoom {
		lines = append(lines, paragraph(muted.of("    signal, not evaluated yet: "), r.Signal, plain, width)...)
		if r.Response != "" {
			lines = append(lines, response(p, r, width)...)
		}
	}
	return append(lines, blank())
}

// response is what answers a risk: a task of the plan and where it stands, or a key.
func response(p pen, r plan.Risk, width int) []line {
	lead := []span{muted.of("    response "), plain.of(r.Response)}
	if t, ts, ok := p.s.Task(r.Response); ok && ts != nil {
		return flow(append(lead, plain.of(": ")), plain.of(t.Title), []span{taskMark(p.s, t, ts).span()}, width)
	}
	if !slices.ContainsFunc(actingKeys(), func(k Key) bool { return slices.Contains(k.Keys, r.Response) }) {
		lead = append(lead, muted.of(" · this version has no such key"))
	}
	return []line{row(lead...)}
}
