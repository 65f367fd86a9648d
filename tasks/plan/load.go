package plan

// load.go: bytes in, *Plan or *Errors out.

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// maxSize bounds a plan file in bytes; a larger one is refused unread.
const maxSize = 4 << 20

// maxLines bounds the lines and commas of a plan, which the parser would all keep.
const maxLines = 200_000

// maxMarks bounds the brackets, quotes and marks on one line: the parser keeps a line's
// worth of them before it says anything. The longest line of the SCP plan has 20.
const maxMarks = 20_000

// maxValues bounds the keys and values of a plan. The SCP plan has about 700.
const maxValues = 100_000

// Load reads a plan. The name stands in messages only. When anything is wrong the error
// is an *[Errors] with every finding, and there is no plan.
func Load(name string, src []byte) (*Plan, error) {
	reading := Read(name, src)
	if reading.Errors != nil {
		return nil, reading.Errors
	}
	return reading.Plan, nil
}

// Read is Load for whoever judges a plan: it also says where everything stands, and of a
// file with errors it keeps what could be read.
func Read(name string, src []byte) *Reading {
	if f, hostile := crowded(src); hostile {
		return &Reading{Plan: &Plan{Zone: time.UTC}, Places: &Places{}, Errors: newErrors(name, []Finding{f}, 0)}
	}
	text := newSource(src)
	r := newReader(text)
	r.rule = notYAML
	if r.found = text.unreadable(); len(r.found) > 0 {
		return r.reading(name)
	}
	if root := r.parse(); root != nil && r.plain(root) {
		r.rule = noZone
		r.readZone(root)
		r.rule = badValue
		r.decode(root, reflect.ValueOf(r.plan).Elem(), "the plan")
		r.check()
	}
	sum := sha256.Sum256(src)
	r.plan.Hash = hex.EncodeToString(sum[:])
	r.plan.fillDefaults()
	return r.reading(name)
}

// reading hands over what was read and found.
func (r *reader) reading(name string) *Reading {
	result := &Reading{Plan: r.plan, Places: &Places{at: r.at, spoiled: r.spoiled, source: r.source}}
	if r.plan.Zone = r.zone; r.zone == nil {
		r.plan.Zone = time.UTC // it is told; nothing after it has to ask
	}
	if len(r.found) > 0 {
		result.Errors = newErrors(name, r.found, r.more)
		for i, f := range result.Errors.Findings {
			result.Errors.Findings[i] = r.source.quote(f)
		}
	}
	return result
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
		r.found = append(r.found, Finding{Rule: notYAML, Line: 1, Col: 1, Message: "the file holds no plan",
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
	at.Line = min(at.Line, len(r.source.lines)) // the parser's end is the line after the last
	line := r.source.lines[at.Line-1]
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	switch {
	case strings.HasPrefix(line, "%"):
		message, expected = "a YAML directive", "a plan without directives; remove the line"
	case strings.Contains(indent, "\t"):
		at.Column = strings.Index(indent, "\t") + 1
		message, expected = "a tab indents this line", "spaces; nothing below this line was read"
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
	return Finding{Rule: unreadable, Line: line, Col: col, Expected: "a plan that people can follow",
		Message: fmt.Sprintf("the plan has more than %d keys and values", maxValues)}
}

// check judges the decoded plan, section by section.
func (r *reader) check() {
	if !r.sound(r.plan) {
		return
	}
	for _, part := range []struct {
		rule  string
		check func()
	}{
		{inHead, r.checkPlan}, {inContacts, r.checkContacts}, {inEnvironment, r.checkEnvironment}, {inRisks, r.checkRisks},
		{inTasks, r.checkTasks}, {inSmoke, r.checkSmoke}, {inSmoke, r.checkTesting}, {inRollback, r.checkRollback},
		{badName, r.checkReferences}, {inCircle, r.checkCycles}, {inWaivers, r.checkWaivers},
	} {
		r.rule = part.rule
		part.check()
	}
}

// fillDefaults writes out what a file may leave unsaid.
func (p *Plan) fillDefaults() {
	for t := range p.All() {
		if t.Status == "" {
			t.Status = "not started"
		}
	}
	for i := range p.OnDemand {
		p.OnDemand[i].OnDemand = true
	}
	if in := &p.Environment.Instance; in.SSHPort == 0 {
		in.SSHPort = 22
	}
	for i := range p.Smoke {
		st := &p.Smoke[i]
		st.Budget.Duration = cmp.Or(st.Budget.Duration, 5*time.Minute)
		for j := range st.Checks {
			st.Checks[j].fillDefaults(st)
		}
	}
}

// fillDefaults brings the short forms of a check to one.
func (c *Check) fillDefaults(st *Stage) {
	for _, a := range c.asks() {
		if *a.path != "" {
			c.Method, c.Path = a.method, *a.path
		}
	}
	c.Method = cmp.Or(c.Method, http.MethodGet)
	c.Name = cmp.Or(c.Name, c.Method+" "+c.Path)
	c.Status = cmp.Or(c.Status, http.StatusOK)
	c.Within.Duration = cmp.Or(c.Within.Duration, c.Max.Duration, 2*time.Second)
	c.Degraded.Duration = cmp.Or(c.Degraded.Duration, st.Degraded.Duration)
}
