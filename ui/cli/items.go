package cli

// items.go: a check list for a person at a terminal, or for a program.

import (
	"cmp"
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

// warning is the verdict of a setting that is known, and worth a second look.
const warning tasks.Verdict = "warning"

// jsonItem is an item as a program reads it.
type jsonItem struct {
	ID      string `json:"id"`
	Group   string `json:"group"`
	Name    string `json:"name"`
	Verdict string `json:"verdict"` // pass, fail, inconclusive, of a setting also warning; "" = nothing to judge
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

// writeItems prints the items under their groups: verdict, name, what was found, what to do, where it
// comes from. Then what they add up to and, once more, what fails: it may be screens above.
func writeItems(out io.Writer, items []reading.Item) error {
	var b strings.Builder
	width, ink := columns(out), inkOf(out)
	items = cleaned(items)
	for _, group := range reading.Headings(items) {
		b.WriteString(ink(lipgloss.NewStyle().Bold(true), group) + "\n")
		for _, i := range items {
			if i.Group == group {
				writeItem(&b, i, indent(items, group), width, ink)
			}
		}
		b.WriteByte('\n')
	}
	b.WriteString(sum(items) + "\n")
	word, style := verdict(string(tasks.Fail))
	for n, i := range failing(items) {
		if n == 0 {
			b.WriteByte('\n')
		}
		line := i.Group + ", " + i.Name + " -> " + strings.Join(strings.Fields(i.Next), " ")
		b.WriteString(ink(style, word) + " " + strings.Join(folded(line, width, verdicts), "\n"+strings.Repeat(" ", verdicts)) + "\n")
	}
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
	lines := folded(i.Says, width, at)
	source := i.Source
	// Where something was said fits beside it; a call does not.
	if last := lines[len(lines)-1]; source != "" && !strings.HasPrefix(source, "aws ") && at+ansi.StringWidth(last)+ansi.StringWidth(source)+2 <= cmp.Or(width, wide) {
		lines[len(lines)-1] += "  " + ink(faint, source)
		source = ""
	}
	b.WriteString(strings.Join(lines, "\n"+margin) + "\n")
	below := strings.Repeat(" ", 2+verdicts)
	if i.Next != "" {
		b.WriteString(below + "-> " + strings.Join(folded(i.Next, width, len(below)+3), "\n"+below+"   ") + "\n")
	}
	if width > 0 { // whole where it is not a terminal, and with --json
		source = ansi.Truncate(source, width-len(below), "…")
	}
	if source != "" {
		b.WriteString(below + ink(faint, source) + "\n")
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
	case warning:
		return "warn", bold.Foreground(lipgloss.Yellow)
	}
	return "", lipgloss.NewStyle()
}

// folded is a text in lines for a screen of so many columns, the first of which are taken; 0 columns =
// it is not folded. No word is broken: ids, options and hosts are copied from here.
func folded(text string, columns, taken int) []string {
	given := strings.Split(text, "\n")
	if columns == 0 {
		return given
	}
	width := max(columns-taken, narrow/2)
	var lines []string
	for _, one := range given {
		line := ""
		for _, word := range strings.Fields(one) {
			switch {
			case line == "":
				line = word
			case ansi.StringWidth(line)+1+ansi.StringWidth(word) <= width:
				line += " " + word
			default:
				lines, line = append(lines, line), word
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// sum counts the verdicts in one line.
func sum(items []reading.Item) string {
	count := map[string]int{}
	for _, i := range items {
		count[i.Verdict]++
	}
	warnings := ""
	switch n := count[string(warning)]; n {
	case 0:
	case 1:
		warnings = ", 1 warning"
	default:
		warnings = fmt.Sprintf(", %d warnings", n)
	}
	return fmt.Sprintf("%d pass, %d fail, %d not known", count[string(tasks.Pass)], count[string(tasks.Fail)], count[string(tasks.Inconclusive)]) + warnings
}

// columns is how wide a line may be on the terminal; 0 = it is none, and a line ends where its text does.
func columns(out io.Writer) int {
	f, ok := out.(*os.File)
	if !ok || !isTerminal(f) {
		return 0
	}
	if w, _, err := term.GetSize(f.Fd()); err == nil && w > 0 {
		return min(max(w, narrow), wide)
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
