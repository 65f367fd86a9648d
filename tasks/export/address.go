package export

// address.go: the place that the table of the configuration keeps for the Elastic IP.

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"tminus/tasks"
	"tminus/tasks/document"
)

// kept is what stands where a value is still to come: nothing, a dash, a word in brackets
// or what a web page made of one, or a promise.
var kept = regexp.MustCompile(`(?i)^(-|–|n/a|tb[adc]|to be .*|pending|<.*>|\[.*\]|\(.*\))?$`)

// address writes the address that the day learnt. Until then an accepted repair of the
// place itself, which import notes in the plan, is written.
func (w *writing) address() {
	learnt, err := netip.ParseAddr(w.source.state.Facts[tasks.FactElasticIP].Value)
	for _, r := range w.document.Rows {
		if len(r.Cells) == 0 || len(r.Cells) > 2 {
			continue
		}
		switch words(r.Cells[0].Text) {
		case "elastic ip", "elastic ip address", "eip":
		default:
			continue
		}
		text := ""
		if len(r.Cells) == 2 {
			text = r.Cells[1].Text
		}
		c := Change{Task: "configuration", Column: r.Cells[0].Text, From: text}
		switch {
		case err != nil:
			if c.To = w.placeholder(r, text); c.To != "" {
				c.Why = Repair
				w.edit(r, 1, c)
			}
		case kept.MatchString(text):
			c.To, c.Why = learnt.String(), Learnt
			w.edit(r, 1, c)
		case text != learnt.String():
			w.leave("%s: the %s is %s by the run, and the document has %q there", r.Place, r.Cells[0].Text, learnt, text)
		}
	}
}

// placeholder is what an accepted repair has for the place of an address; "" = nothing.
func (w *writing) placeholder(r document.Row, text string) string {
	for _, p := range w.draft.Proposals {
		if !p.Repair() || p.From != text || text == "" || p.Place.Line != r.Place.Line {
			continue
		}
		accepted := slices.ContainsFunc(w.file.Notes, func(note string) bool {
			return strings.HasPrefix(note, r.Cells[0].Text+": "+p.To)
		})
		if accepted {
			return p.To
		}
	}
	return ""
}
