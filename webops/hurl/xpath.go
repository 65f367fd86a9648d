package hurl

// xpath.go: XPath 1.0 over foreign HTML and XML, bounded in what it may cost.
//
// The library has no limits of its own, so it walks documents through a walker of ours, which counts its steps and
// breaks off when they are too many. Entities of a document type are not expanded by the parsers at all.
//
// Against Hurl, which uses libxml2: HTML is read as browsers do (x/net/html: html, head, body and tbody are
// supplied, broken nesting is mended differently), and a name without prefix matches elements without one, whatever
// their default namespace. What the library knows of XPath 2.0 (matches, string-join …) is refused, as by Hurl.

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/antchfx/htmlquery"
	"github.com/antchfx/xmlquery"
	"github.com/antchfx/xpath"
	"golang.org/x/net/html"
)

const (
	mostNested = 500     // elements within each other
	mostNodes  = 10_000  // found by an expression
	mostWalk   = 8 << 20 // steps of an evaluation
	mostResult = 1 << 20 // bytes of all that was found
)

var errNotMarkup = errors.New("the text is neither HTML nor XML")

// tree is a parsed page: one of the two.
type tree struct {
	html *html.Node
	xml  *xmlquery.Node
}

// parseTree reads a page. XML that is not well-formed is refused, as by Hurl.
func parseTree(text string, asHTML bool) (t *tree, err error) {
	defer func() {
		if p := recover(); p != nil {
			t, err = nil, fmt.Errorf("the page cannot be read: %v", p)
		}
	}()
	if strings.TrimSpace(text) == "" {
		return nil, errNotMarkup
	}
	if asHTML {
		root, err := html.Parse(strings.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("the HTML cannot be read: %w", err)
		}
		return &tree{html: root}, deep(root, func(n *html.Node) (*html.Node, *html.Node) { return n.FirstChild, n.NextSibling })
	}
	root, err := xmlquery.Parse(strings.NewReader(undeclared(text)))
	if err != nil {
		return nil, fmt.Errorf("the XML cannot be read: %w", err)
	}
	if xmlquery.FindOne(root, "/*") == nil {
		return nil, errNotMarkup
	}
	return &tree{xml: root}, deep(root, func(n *xmlquery.Node) (*xmlquery.Node, *xmlquery.Node) { return n.FirstChild, n.NextSibling })
}

// undeclared is XML without the encoding that its declaration tells: as text it has none any more.
func undeclared(text string) string {
	end := strings.Index(text, "?>")
	if end < 0 || !strings.HasPrefix(text, "<?xml") {
		return text
	}
	return regexp.MustCompile(`\sencoding\s*=\s*("[^"]*"|'[^']*')`).ReplaceAllString(text[:end], "") + text[end:]
}

// deep refuses a page whose elements are nested too far.
func deep[N comparable](root N, next func(N) (child, sibling N)) error {
	var none N
	type place struct {
		node  N
		depth int
	}
	open := []place{{root, 0}}
	for len(open) > 0 {
		at := open[len(open)-1]
		open = open[:len(open)-1]
		if at.depth > mostNested {
			return fmt.Errorf("the page nests more than %d elements", mostNested)
		}
		child, sibling := next(at.node)
		if sibling != none {
			open = append(open, place{sibling, at.depth})
		}
		if child != none {
			open = append(open, place{child, at.depth + 1})
		}
	}
	return nil
}

// evalXPath is what an expression finds: a string, a number (a float), a boolean, or nodes.
func evalXPath(t *tree, expression string) (v Value, err error) {
	defer func() {
		switch p := recover(); {
		case p == nil:
		case p == errCostly:
			v, err = nil, errCostly
		default:
			v, err = nil, fmt.Errorf("the XPath could not be evaluated: %v", p)
		}
	}()
	if len(expression) > mostExpression {
		return nil, fmt.Errorf("the XPath is longer than %d bytes", mostExpression)
	}
	if err := onlyXPath1(expression); err != nil {
		return nil, err
	}
	compiled, err := xpath.CompileWithNS(expression, t.namespaces())
	if err != nil {
		return nil, fmt.Errorf("the XPath cannot be read: %w", err)
	}
	switch found := compiled.Evaluate(t.walker()).(type) {
	case string:
		return found, nil
	case float64:
		return found, nil
	case bool:
		return found, nil
	case *xpath.NodeIterator:
		return collect(found)
	}
	return nil, errors.New("the XPath yields nothing that can be judged; wrap it in string(), count() or boolean()")
}

// onlyXPath1 refuses functions that XPath 1.0 does not have: Hurl would refuse them, and some can build texts without end.
func onlyXPath1(expression string) error {
	const known = " last position count id local-name namespace-uri name string concat starts-with contains substring-before " +
		"substring-after substring string-length normalize-space translate boolean not true false lang number sum floor ceiling round " +
		"text node comment processing-instruction and or div mod "
	outside := outsideQuotes(expression, nil)
	for _, call := range regexp.MustCompile(`([A-Za-z_][\w.:-]*)\s*\(`).FindAllStringSubmatch(outside, -1) {
		name := call[1][strings.LastIndexByte(call[1], ':')+1:]
		if !strings.Contains(known, " "+name+" ") {
			return fmt.Errorf("XPath 1.0 has no function %s", short(call[1], mostShown))
		}
	}
	return nil
}

// collect is the text of the nodes that were found.
func collect(found *xpath.NodeIterator) (Value, error) {
	nodes, bytes := Nodes{}, 0
	for found.MoveNext() {
		text := found.Current().Value()
		if bytes += len(text); len(nodes) == mostNodes || bytes > mostResult {
			return nil, errCostly
		}
		nodes = append(nodes, text)
	}
	return nodes, nil
}

// namespaces are the prefixes that the root element declares; "_" is its default one, as in Hurl. Without any, the
// library compares prefixes as they are written.
func (t *tree) namespaces() map[string]string {
	if t.xml == nil {
		return nil
	}
	root := xmlquery.FindOne(t.xml, "/*")
	spaces := map[string]string{}
	for _, a := range root.Attr {
		switch {
		case a.Name.Space == "xmlns":
			spaces[a.Name.Local] = a.Value
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			spaces["_"] = a.Value
		}
	}
	if len(spaces) == 0 {
		return nil
	}
	return spaces
}

// walker is a place in a page. All that start from one count their steps together.
type walker struct {
	xpath.NodeNavigator
	steps *int
}

func (t *tree) walker() xpath.NodeNavigator {
	if t.html != nil {
		return walker{htmlquery.CreateXPathNavigator(t.html), new(int)}
	}
	return walker{xmlquery.CreateXPathNavigator(t.xml), new(int)}
}

// step counts, and breaks off the evaluation: the library offers no other way out.
func (w walker) step(n int) {
	if *w.steps += n; *w.steps > mostWalk {
		panic(errCostly)
	}
}

func (w walker) LocalName() string         { w.step(1); return w.NodeNavigator.LocalName() }
func (w walker) NodeType() xpath.NodeType  { w.step(1); return w.NodeNavigator.NodeType() }
func (w walker) MoveToRoot()               { w.step(1); w.NodeNavigator.MoveToRoot() }
func (w walker) MoveToParent() bool        { w.step(1); return w.NodeNavigator.MoveToParent() }
func (w walker) MoveToNextAttribute() bool { w.step(1); return w.NodeNavigator.MoveToNextAttribute() }
func (w walker) MoveToChild() bool         { w.step(1); return w.NodeNavigator.MoveToChild() }
func (w walker) MoveToNext() bool          { w.step(1); return w.NodeNavigator.MoveToNext() }
func (w walker) MoveToPrevious() bool      { w.step(1); return w.NodeNavigator.MoveToPrevious() }
func (w walker) Copy() xpath.NodeNavigator {
	w.step(2)
	return walker{w.NodeNavigator.Copy(), w.steps}
}

func (w walker) MoveTo(other xpath.NodeNavigator) bool {
	w.step(1)
	to, ok := other.(walker)
	return ok && w.NodeNavigator.MoveTo(to.NodeNavigator)
}

// MoveToFirst goes one by one, to be counted.
func (w walker) MoveToFirst() bool {
	moved := false
	for w.MoveToPrevious() {
		moved = true
	}
	return moved
}

// Value costs as much as the node has below it, which its length alone does not tell.
func (w walker) Value() string {
	w.step(1)
	switch n := w.NodeNavigator.(type) {
	case *htmlquery.NodeNavigator:
		if n.NodeType() == xpath.ElementNode || n.NodeType() == xpath.RootNode {
			return w.textHTML(n.Current())
		}
	case *xmlquery.NodeNavigator:
		if n.NodeType() == xpath.ElementNode || n.NodeType() == xpath.RootNode {
			return w.textXML(n.Current())
		}
	}
	text := w.NodeNavigator.Value()
	w.step(len(text) / 16)
	return text
}

func (w walker) textHTML(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		w.step(1 + len(n.Data)/16)
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return b.String()
}

func (w walker) textXML(n *xmlquery.Node) string {
	var b strings.Builder
	var walk func(*xmlquery.Node)
	walk = func(n *xmlquery.Node) {
		w.step(1 + len(n.Data)/16)
		if n.Type == xmlquery.TextNode || n.Type == xmlquery.CharDataNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return b.String()
}

// NamespaceURL is what the library asks for when namespaces were given.
func (w walker) NamespaceURL() string {
	if n, ok := w.NodeNavigator.(*xmlquery.NodeNavigator); ok {
		return n.NamespaceURL()
	}
	return ""
}
