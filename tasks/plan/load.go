package plan

// load.go: bytes in, *Plan or *Errors out.

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// maxSize bounds a plan file in bytes; a larger one is refused unread.
const maxSize = 4 << 20

// maxValues bounds the keys and values of a plan. The SCP plan has about 700.
const maxValues = 100_000

// Load reads a plan. The name stands in messages only. When anything is wrong the error
// is an *[Errors] with every finding, and there is no plan.
func Load(name string, src []byte) (*Plan, error) {
	if len(src) > maxSize {
		return nil, newErrors(name, []Finding{{Line: 1, Col: 1,
			Message: "the file is longer than 4 MiB", Expected: "at most 4 MiB"}}, 0)
	}
	text := newSource(src)
	if found := text.unreadable(); len(found) > 0 {
		return nil, newErrors(name, found, 0)
	}
	if bytes.Count(src, []byte(","))+len(text.lines) > 2*maxValues {
		return nil, newErrors(name, []Finding{tooMany(1, 1)}, 0) // the parser would keep them all
	}
	r := newReader(text)
	if root := r.parse(); root != nil && r.plain(root) {
		r.readZone(root)
		r.decode(root, reflect.ValueOf(r.plan).Elem(), "the plan")
		r.check()
	}
	if len(r.found) > 0 {
		refused := newErrors(name, r.found, r.more)
		for i, f := range refused.Findings {
			refused.Findings[i] = text.quote(f)
		}
		return nil, refused
	}
	sum := sha256.Sum256(src)
	r.plan.Hash, r.plan.Zone = hex.EncodeToString(sum[:]), r.zone
	r.plan.fillDefaults()
	return r.plan, nil
}

// parse returns the one document's root, or nil with a finding.
func (r *reader) parse() *yaml.Node {
	loader, err := yaml.NewLoader(bytes.NewReader(r.source.text))
	if err != nil {
		r.syntax(err)
		return nil
	}
	var document, second yaml.Node
	if err := loader.Load(&document); errors.Is(err, io.EOF) || err == nil && len(document.Content) == 0 {
		r.found = append(r.found, Finding{Line: 1, Col: 1, Message: "the file holds no plan",
			Expected: "a plan: release, change, timezone, window, tasks …"})
		return nil
	} else if err != nil {
		r.syntax(err)
		return nil
	}
	switch err := loader.Load(&second); {
	case err == nil:
		r.report(&second, Finding{Message: "a second document starts here", Expected: "one plan in one file; remove the line ---"})
	case !errors.Is(err, io.EOF):
		r.syntax(err)
	}
	return document.Content[0]
}

// syntax reports what the YAML parser could not read. It stops at the first such place,
// so nothing after it is judged.
func (r *reader) syntax(err error) {
	at := yaml.Node{Line: 1, Column: 1}
	message, expected := err.Error(), "YAML; nothing below this line was read"
	var load *yaml.LoadError
	if errors.As(err, &load) {
		message = load.Message
		if load.Mark.Line > 0 {
			at.Line, at.Column = load.Mark.Line, max(load.Mark.Column, 1)
		}
		if load.ContextMsg != "" {
			message = load.ContextMsg + ": " + message
		}
	}
	if at.Line <= len(r.source.lines) {
		line := r.source.lines[at.Line-1]
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		switch {
		case strings.HasPrefix(line, "%"):
			message, expected = "a YAML directive", "a plan without directives; remove the line"
		case strings.Contains(indent, "\t"):
			at.Column = strings.Index(indent, "\t") + 1
			message, expected = "a tab indents this line", "spaces; nothing below this line was read"
		}
	}
	r.report(&at, Finding{Message: "not YAML: " + clipped(message, 160), Expected: expected})
}

// plain refuses the parts of YAML that make a file say something else than it shows:
// anchors, aliases, merge keys and tags. Nothing is ever expanded, so none can be a bomb.
// It returns false when the plan is too large to be judged.
func (r *reader) plain(n *yaml.Node) bool {
	const written = "every value written out where it is used; plans have no "
	if r.values++; r.values > maxValues {
		r.report(n, tooMany(n.Line, n.Column))
		return false
	}
	switch {
	case n.Kind == yaml.AliasNode:
		r.report(n, Finding{Message: "alias *" + shown(n.Value), Expected: written + "aliases"})
	case n.Anchor != "":
		r.report(n, Finding{Message: "anchor &" + shown(n.Anchor), Expected: written + "anchors"})
	case n.Tag == "!!merge":
		r.report(n, Finding{Message: "merge key <<", Expected: written + "merge keys"})
	case n.Style&yaml.TaggedStyle != 0:
		r.report(n, Finding{Message: "tag " + shown(n.Tag), Expected: "the value alone; plans have no tags"})
	}
	for _, child := range n.Content {
		if !r.plain(child) {
			return false
		}
	}
	return true
}

func tooMany(line, col int) Finding {
	return Finding{Line: line, Col: col, Expected: "a plan that people can follow",
		Message: fmt.Sprintf("the plan has more than %d keys and values", maxValues)}
}

// check judges the decoded plan, section by section.
func (r *reader) check() {
	if !r.sound(r.plan) {
		return
	}
	r.checkPlan()
	r.checkContacts()
	r.checkEnvironment()
	r.checkRisks()
	r.checkTasks()
	r.checkSmoke()
	r.checkRollback()
	r.checkReferences()
	r.checkCycles()
}

// fillDefaults writes out what a file may leave unsaid.
func (p *Plan) fillDefaults() {
	for i := range p.Tasks {
		if p.Tasks[i].Status == "" {
			p.Tasks[i].Status = "not started"
		}
	}
	for i := range p.Smoke {
		for j := range p.Smoke[i].Checks {
			c := &p.Smoke[i].Checks[j]
			if c.Method == "" {
				c.Method = "GET"
			}
			if c.Status == 0 {
				c.Status = 200
			}
			if c.Max.Duration == 0 {
				c.Max.Duration = 2 * time.Second
			}
		}
	}
}
