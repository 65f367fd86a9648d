package cli

// items.go: a check list for a person at a terminal, or for a program.

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"

	"tminus/tasks"
	"tminus/tasks/reading"
	"tminus/tasks/safe"
)

const (
	narrow   = 60 // columns: no line is folded to less
	wide     = 110
	names    = 34 // columns of the longest name that still has its text beside it
	verdicts = 5  // columns of "pass " and its like
)

// jsonItem is an item as a program reads it.
type jsonItem struct {
	ID      string `json:"id"`
	Group   string `json:"group"`
	Name    string `json:"name"`
	Verdict string `json:"verdict"` // pass, fail, inconclusive; "" = not tested, or nothing to judge
	Says    string `json:"says"`
	Next    string `json:"next,omitempty"`
	Source  string `json:"source,omitempty"`
}

func jsonItems(items []reading.Item) []jsonItem {
	all := make([]jsonItem, 0, len(items))
	for _, i := range items {
		all = append(all, jsonItem(i))
	}
	return all
}

func writeJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// writeItems prints the items under their groups: verdict, name, what was found, what to do, where it comes from.
func writeItems(out io.Writer, items []reading.Item) error {
	var b strings.Builder
	width, ink := columns(out), inkOf(out)
	items = cleaned(items)
	for n, i := range items {
		if n == 0 || i.Group != items[n-1].Group {
			if n > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(ink(lipgloss.NewStyle().Bold(true), i.Group) + "\n")
		}
		writeItem(&b, i, indent(items, i.Group), width, ink)
	}
	b.WriteString("\n" + sum(items) + "\n")
	_, err := io.WriteString(out, b.String())
	return err
}

// cleaned are the items as a terminal may have them: their texts came from files and from AWS.
func cleaned(items []reading.Item) []reading.Item {
	clean := slices.Clone(items)
	for n := range clean {
		i := &clean[n]
		i.Group, i.Name, i.Source = safe.Line(i.Group), safe.Line(i.Name), safe.Line(i.Source)
		i.Says, i.Next = safe.Block(i.Says), safe.Block(i.Next)
	}
	return clean
}

// indent is where the texts of a group begin.
func indent(items []reading.Item, group string) int {
	longest := 0
	for _, i := range items {
		if w := ansi.StringWidth(i.Name); i.Group == group && w <= names {
			longest = max(longest, w)
		}
	}
	return 2 + verdicts + longest + 2
}

func writeItem(b *strings.Builder, i reading.Item, at, width int, ink ink) {
	faint, margin := lipgloss.NewStyle().Faint(true), strings.Repeat(" ", at)
	word, style := verdict(i.Verdict)
	head := "  " + ink(style, fmt.Sprintf("%-*s", verdicts, word)) + i.Name
	if gap := at - ansi.StringWidth(head); gap >= 2 {
		b.WriteString(head + strings.Repeat(" ", gap))
	} else {
		b.WriteString(head + "\n" + margin)
	}
	lines := folded(i.Says, width-at)
	source := i.Source
	// Where something was said fits beside it; a call does not.
	if last := lines[len(lines)-1]; source != "" && ansi.StringWidth(last)+ansi.StringWidth(source)+2 <= width-at {
		lines[len(lines)-1] += "  " + ink(faint, source)
		source = ""
	}
	b.WriteString(strings.Join(lines, "\n"+margin) + "\n")
	below := strings.Repeat(" ", 2+verdicts)
	if i.Next != "" {
		b.WriteString(below + "-> " + strings.Join(folded(i.Next, width-len(below)-3), "\n"+below+"   ") + "\n")
	}
	if source != "" { // whole with --json
		b.WriteString(below + ink(faint, ansi.Truncate(source, width-len(below), "…")) + "\n")
	}
}

func verdict(v string) (string, lipgloss.Style) {
	bold := lipgloss.NewStyle().Bold(true)
	switch tasks.Verdict(v) {
	case tasks.Pass:
		return "pass", lipgloss.NewStyle().Foreground(lipgloss.Green)
	case tasks.Fail:
		return "FAIL", bold.Foreground(lipgloss.Red)
	case tasks.Inconclusive:
		return "?", bold.Foreground(lipgloss.Yellow)
	}
	return "", lipgloss.NewStyle()
}

// folded is a text in lines of at most width columns.
func folded(text string, width int) []string {
	return strings.Split(ansi.Wrap(text, max(width, narrow/2), " "), "\n")
}

// sum counts the verdicts in one line.
func sum(items []reading.Item) string {
	count := map[string]int{}
	for _, i := range items {
		count[i.Verdict]++
	}
	return fmt.Sprintf("%d pass, %d fail, %d not known", count[string(tasks.Pass)], count[string(tasks.Fail)], count[string(tasks.Inconclusive)])
}

// columns is how wide a line may be: of the terminal, else 80.
func columns(out io.Writer) int {
	if f, ok := out.(*os.File); ok {
		if w, _, err := term.GetSize(f.Fd()); err == nil && w > 0 {
			return min(max(w, narrow), wide)
		}
	}
	return 80
}

// ink colours a text where a person looks on.
type ink func(lipgloss.Style, string) string

func inkOf(out io.Writer) ink {
	if !isTerminal(out) || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return func(_ lipgloss.Style, text string) string { return text }
	}
	return func(s lipgloss.Style, text string) string { return s.Render(text) }
}
