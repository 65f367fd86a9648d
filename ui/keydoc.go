package ui

// keydoc.go: the table of keys as the page docs/keys.md.

import (
	"fmt"
	"strings"
)

// KeysMarkdown is docs/keys.md, made from the table of keys.
func KeysMarkdown() string {
	var b strings.Builder
	b.WriteString("# Keys\n\n" +
		"Made from the table in `ui/keytable.go` by `TMINUS_WRITE_DOCS=1 go test ./ui -run TestDocumentedKeys`; `?` shows the same in the cockpit,\n" +
		"where a key that is dead now says why.\n\n" +
		"A dialog that acts ignores keys until you have been quiet for 400 ms, then Cancel or the first field has the focus: `tab` goes on,\n" +
		"`enter` does what has the focus, `esc` cancels. A severe one confirms only with the change number typed and a reason given.\n" +
		"Pasting confirms nothing.\n")
	group := ""
	for _, k := range Keys(false) {
		if k.Group != group {
			group = k.Group
			fmt.Fprintf(&b, "\n## %s\n\n| key | title | does | danger | follower |\n|---|---|---|---|---|\n", group)
		}
		follower := "yes"
		if k.Acts {
			follower = ""
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", strings.ReplaceAll(k.Name(), " ", "` `"), k.Title, k.Effect, k.Danger, follower)
	}
	b.WriteString("\n## Signs\n\nOn the screen each has its word beside it.\n\n| sign | stands for |\n|---|---|\n")
	for _, sign := range signs() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", sign[0], sign[1])
	}
	return b.String()
}

// String is the danger as a person reads it.
func (d Danger) String() string {
	switch d {
	case Careful:
		return "confirm"
	case Severe:
		return "severe"
	}
	return "none"
}
