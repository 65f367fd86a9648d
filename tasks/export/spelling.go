package export

// spelling.go: words and lists as the document spells them.

import (
	"regexp"
	"slices"
	"strings"

	"tminus/tasks"
	"tminus/tasks/document"
)

// stateWord is the word for a status.
func stateWord(s tasks.Status) string {
	switch s {
	case tasks.Done:
		return "completed"
	case tasks.Waiting:
		return "not started"
	case tasks.Active:
		return "in progress"
	case tasks.Checked:
		return "awaiting sign-off"
	}
	return string(s)
}

// spell writes a status as the column of statuses would: a spelling that it has already,
// the commonest first, else with a capital unless the column has none.
func spell(word string, cells []string, fields []document.Field) string {
	count, capitals, best := map[string]int{}, strings.Join(cells, "") == "", ""
	for i, c := range cells {
		capitals = capitals || c != "" && c[0] >= 'A' && c[0] <= 'Z'
		if c == "" || fields[i].Value != word && !strings.EqualFold(c, word) {
			continue
		}
		if count[c]++; best == "" || count[c] > count[best] {
			best = c
		}
	}
	switch {
	case best != "":
		return best
	case capitals:
		return strings.ToUpper(word[:1]) + word[1:]
	}
	return word
}

var separator = regexp.MustCompile(`\s*[,;/]\s*`)

// listLike writes a list in the place of a cell that holds another one: entry by entry where
// each has its successor, else anew with the separator of the cell, or of its column.
func listLike(cell string, fields []document.Field, want, column []string) string {
	if text, ok := entryByEntry(cell, fields, want); ok {
		return text
	}
	if len(want) == 0 {
		for _, c := range column {
			if c == "-" || c == "–" || strings.EqualFold(c, "none") || strings.EqualFold(c, "n/a") {
				return c
			}
		}
		return "-"
	}
	between := ","
	for _, c := range append([]string{cell}, column...) {
		if found := separator.FindString(c); found != "" {
			between = found
			break
		}
	}
	return strings.Join(want, between)
}

// entryByEntry replaces the entries that have a repair, if that makes the list wanted.
func entryByEntry(cell string, fields []document.Field, want []string) (string, bool) {
	var text strings.Builder
	var made []string
	rest := cell
	for _, f := range fields {
		to := f.Value
		if f.Ask != nil && f.Ask.Repair() && !slices.Contains(want, to) {
			to = f.Ask.To
		}
		before, after, found := strings.Cut(rest, f.Value)
		if !found || f.Value == "" {
			return "", false
		}
		text.WriteString(before + to)
		made, rest = append(made, to), after
	}
	return text.String() + rest, len(made) > 0 && sameSet(made, want)
}

// sameSet reports whether both lists have the same entries, in whatever order.
func sameSet(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

// values is the texts of fields that have one.
func values(fields []document.Field) []string {
	var found []string
	for _, f := range fields {
		if f.Value != "" {
			found = append(found, f.Value)
		}
	}
	return found
}
