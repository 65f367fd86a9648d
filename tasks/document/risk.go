package document

// risk.go: the risks of all tables as one register. What the front page says of a risk that
// the annex lists too, in other words, is proposed to be one risk.

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tminus/tasks/letters"
)

// Risk is a row of the register.
type Risk struct {
	ID, Category, Description, Likelihood, Impact, Priority, Owner Field
	Treatments                                                     []Treatment

	same  *Proposal // that it is another risk in other words
	twin  string    // id of that risk
	words string    // all of its row, for the notes
}

// Treatment is one of the ways to meet a risk.
type Treatment struct{ Kind, Text Field }

var treatmentWord = regexp.MustCompile(`\b(Mitigation|Transfer|Transference|Acceptance|Avoidance|Recovery)\s*[-–:]\s*`)

// treatments splits a recommendation at the words that name a treatment.
func treatments(s string) []Treatment {
	s = letters.OneLine(s)
	kinds := map[string]string{"Mitigation": "mitigate", "Transfer": "transfer", "Transference": "transfer", "Acceptance": "accept", "Avoidance": "avoid", "Recovery": "recover"}
	var found []Treatment
	marks := treatmentWord.FindAllStringSubmatchIndex(s, 32)
	first := len(s)
	if len(marks) > 0 {
		first = marks[0][0]
	}
	if before := strings.TrimSpace(s[:first]); before != "" {
		found = append(found, Treatment{Field{Value: "mitigate", Was: "no word for the treatment before the text"}, text(before)})
	}
	for i, m := range marks {
		end := len(s)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		found = append(found, Treatment{text(kinds[s[m[2]:m[3]]]), text(strings.TrimSpace(s[m[1]:end]))})
	}
	return found
}

// risks reads every table of risks: the ones without a priority are the register, the
// others its top.
func (w *drafting) risks() {
	var top []Risk
	for _, t := range w.parts.Tables {
		if t.Kind != Risks {
			continue
		}
		w.Figures.RiskRows += len(t.Rows)
		for _, at := range t.Blank {
			w.propose(Proposal{ID: "blank", Rule: "L40", Severity: Note, Place: at, What: "a blank row inside the table of risks; the rows below it are read as its own"})
		}
		for _, r := range t.Rows {
			risk := w.risk(t, r)
			if t.has("priority") {
				top = append(top, risk)
				continue
			}
			w.Risks = append(w.Risks, risk)
		}
	}
	for i := range w.Risks {
		w.Risks[i].ID = text("R" + strconv.Itoa(i+1))
	}
	for i := range top {
		w.merge(&top[i])
	}
}

func (w *drafting) risk(t *Table, r Row) Risk {
	cell := t.Cell(r, "description")
	risk := Risk{Category: w.text(t, r, "category"), Description: text(letters.OneLine(cell.Text)), Priority: Field{Bare: true},
		Treatments: treatments(t.Cell(r, "recommendation").Text), words: letters.OneLine(joinedSentence(cell.Text, t.Cell(r, "recommendation").Text))}
	key := "risk" + strconv.Itoa(w.Figures.RiskRows-len(t.Rows)+1+slices.IndexFunc(t.Rows, func(o Row) bool { return o.Place == r.Place }))
	risk.Likelihood = w.level(t.Cell(r, "likelihood"), key+".likelihood", "low", "medium", "high")
	risk.Impact = w.level(t.Cell(r, "impact"), key+".impact", "low", "medium", "high", "critical")
	risk.Owner = w.person(t.Cell(r, "owner"), key+".owner", "L14")
	if n := t.Cell(r, "priority").Text; whole.MatchString(n) {
		risk.Priority.Value = n
	}
	for _, f := range t.unnamed(r) {
		w.note("%s, %s: %s", key, f.name, f.value.Text)
	}
	risk.same = &Proposal{Place: cell.Place} // until merge
	return risk
}

// Register is how many risks the plan gets, as far as it is decided which rows are one.
func (d *Draft) Register() int {
	n := 0
	for _, r := range d.Risks {
		if !r.merged() {
			n++
		}
	}
	return n
}

// joinedSentence is two texts as sentences.
func joinedSentence(a, b string) string {
	if a != "" && !strings.HasSuffix(a, ".") && b != "" {
		a += "."
	}
	return strings.TrimSpace(a + " " + b)
}

// level reads a word of a scale.
func (w *drafting) level(cell Cell, key string, scale ...string) Field {
	word := words(cell.Text)
	if none(cell.Text) {
		return Field{}
	}
	if slices.Contains(scale, word) {
		return text(word)
	}
	p := Proposal{ID: key, Rule: "P12", Severity: Error, Place: cell.Place, What: fmt.Sprintf("%q is no word of the scale", clipped(cell.Text))}
	for i, word := range scale {
		p.Candidates = append(p.Candidates, Candidate{word, fmt.Sprintf("%d of %d", i+1, len(scale))})
	}
	return Field{Value: cell.Text, Ask: w.propose(p)}
}

// merge finds the risk of the register that a row of the top is about. In the same words
// it is that risk; in others that is proposed, and both wordings are kept.
func (w *drafting) merge(top *Risk) {
	at := top.same.Place
	top.same = nil
	best, likeness := -1, 0.0
	for i := range w.Risks[:min(len(w.Risks), 500)] {
		if l := alikeness(top, &w.Risks[i]); l > likeness {
			best, likeness = i, l
		}
	}
	switch {
	case best < 0 || likeness < 0.4:
		top.ID = text("R" + strconv.Itoa(len(w.Risks)+1))
		w.Risks = append(w.Risks, *top)
		return
	case top.words == w.Risks[best].words && top.Likelihood.Value == w.Risks[best].Likelihood.Value && top.Impact.Value == w.Risks[best].Impact.Value:
		w.Risks[best].Priority = top.Priority
		w.note("Top risks, %s: in the same words as in the full list (%s).", top.Priority.Value, w.Risks[best].ID.Value)
		return
	}
	twin := w.Risks[best]
	top.twin = twin.ID.Value
	top.ID = text("R" + strconv.Itoa(len(w.Risks)+1))
	top.same = w.propose(Proposal{ID: top.ID.Value + ".same", Rule: "L34", Severity: Warning, Place: at, From: clipped(top.Description.Value), To: top.twin,
		What:   fmt.Sprintf("the risk of priority %s stands in the full list too, in other words", top.Priority.Value),
		Reason: fmt.Sprintf("%.0f%% of the shorter one's words are in both, and likelihood and impact agree; the words that differ stay in the notes", likeness*100)})
	w.Risks = append(w.Risks, *top)
}

// alikeness is how much of the shorter text's words two risks share, 0 to 1; risks that are
// not judged alike are not alike.
func alikeness(a, b *Risk) float64 {
	if a.Likelihood.Value != b.Likelihood.Value || a.Impact.Value != b.Impact.Value || b.twin != "" {
		return 0
	}
	mine, theirs := telling(a.words), telling(b.words)
	if len(mine) > len(theirs) {
		mine, theirs = theirs, mine
	}
	shared := 0
	for word := range mine {
		if theirs[word] {
			shared++
		}
	}
	return float64(shared) / float64(max(len(mine), 8))
}

// telling is the words of a text that say what it is about.
func telling(s string) map[string]bool {
	found := map[string]bool{}
	for word := range strings.FieldsSeq(words(s)) {
		if len(word) > 3 && len(found) < 500 {
			found[strings.TrimSuffix(word, "s")] = true
		}
	}
	return found
}
