package hurl

// jsonpath.go: JSONPath (RFC 9535) over foreign JSON, bounded in what it may cost.
//
// A path and an answer can be made for each other so that the library would work for hours ($..*..*..* on a deep
// document), and it cannot be told to stop. So only the parsing and the judging of filters are left to it; the steps
// are made here, counted, and in the order of the text, where the library takes the members of an object at random.
//
// Against Hurl: in filters, integers beyond 2^53 are compared as floats by the library; in match() and search() the
// dot matches a carriage return.

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/registry"
	"github.com/theory/jsonpath/spec"
)

const (
	mostExpression = 4 << 10   // bytes of a path or a pattern
	mostSteps      = 8_000_000 // visits of a value
	mostFound      = 200_000   // values at once
	mostPatterns   = 100       // different ones in match() and search()
)

var errCostly = errors.New("the expression would look at this answer's values too many times; make it more definite (fewer .., *, // and nested filters)")

// evalJSONPath is what a path finds. As in Hurl, what is found alone stands for itself, whatever the path could have
// found besides; more is a list, and none is nothing at all.
func evalJSONPath(d *document, expression string) (v Value, err error) {
	defer func() {
		switch p := recover(); {
		case p == nil:
		case p == errCostly:
			v, err = nil, errCostly
		default:
			v, err = nil, fmt.Errorf("the JSONPath could not be evaluated: %v", p)
		}
	}()
	path, err := readJSONPath(expression)
	if err != nil {
		return nil, err
	}
	query := path.Query()
	w := pathWalk{document: d}
	found := []any{d.root}
	for _, segment := range query.Segments() {
		found = w.segment(segment, found)
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		return fromJSON(found[0]), nil
	}
	return fromJSON(found), nil
}

// readJSONPath parses a path. The library's own match and search fail on a value that is not there, and compile their
// pattern for each value anew, so that ours are put in their place.
func readJSONPath(expression string) (*jsonpath.Path, error) {
	if len(expression) > mostExpression {
		return nil, fmt.Errorf("the JSONPath is longer than %d bytes", mostExpression)
	}
	functions := registry.New()
	compiled := map[string]sizedPattern{}
	for name, anchored := range map[string]bool{"match": true, "search": false} {
		err := functions.Register(name+"_", spec.FuncLogical, twoValues, func(args []spec.PathValue) spec.PathValue {
			return spec.Logical(matchesPattern(compiled, args, anchored))
		})
		if err != nil {
			return nil, fmt.Errorf("the JSONPath's functions: %w", err)
		}
	}
	path, err := jsonpath.NewParser(jsonpath.WithRegistry(functions)).Parse(outsideQuotes(expression, func(text string) string {
		return strings.NewReplacer("match(", "match_(", "search(", "search_(").Replace(text)
	}))
	if err != nil {
		return nil, fmt.Errorf("the JSONPath cannot be read: %w", err)
	}
	return path, nil
}

func twoValues(args []spec.FuncExprArg) error {
	if len(args) != 2 || !args[0].ConvertsTo(spec.FuncValue) || !args[1].ConvertsTo(spec.FuncValue) {
		return errors.New("match and search take a value and a pattern")
	}
	return nil
}

// sizedPattern is a pattern that was compiled once, nil for what is none, and its states.
type sizedPattern struct {
	*regexp.Regexp
	states int
}

func matchesPattern(compiled map[string]sizedPattern, args []spec.PathValue, anchored bool) bool {
	text := func(v spec.PathValue) (string, bool) {
		value, ok := v.(*spec.ValueType)
		if !ok || value == nil {
			return "", false
		}
		text, ok := value.Value().(string)
		return text, ok
	}
	subject, ok := text(args[0])
	source, alsoOK := text(args[1])
	if !ok || !alsoOK || len(source) > mostExpression {
		return false
	}
	if anchored {
		source = `\A(?:` + source + `)\z`
	}
	re, known := compiled[source]
	if !known {
		if len(compiled) == mostPatterns {
			panic(errCostly)
		}
		if parsed, err := regexp.Compile(source); err == nil { // what is no pattern matches nothing (RFC 9535)
			re = sizedPattern{parsed, states(parsed)}
		}
		compiled[source] = re
	}
	if re.Regexp == nil {
		return false
	}
	if re.states*len(subject) > mostMatch/mostPatterns {
		panic(errCostly)
	}
	return re.MatchString(subject)
}

// pathWalk counts the steps through a document, and breaks off when they are too many.
type pathWalk struct {
	*document
	steps float64
}

func (w *pathWalk) step(n float64) {
	if w.steps += n; w.steps > mostSteps {
		panic(errCostly)
	}
}

// segment is all that one part of a path selects, from these values on.
func (w *pathWalk) segment(segment *spec.Segment, from []any) []any {
	var found []any
	costs := make([]func(any) float64, len(segment.Selectors()))
	for i, selector := range segment.Selectors() {
		if filter, ok := selector.(*spec.FilterSelector); ok {
			costs[i] = w.filterCost(filter.String())
		}
	}
	var visit func(any)
	visit = func(node any) {
		w.step(1)
		for i, selector := range segment.Selectors() {
			found = append(found, w.choose(selector, node, costs[i])...)
			if len(found) > mostFound {
				panic(errCostly)
			}
		}
		if segment.IsDescendant() {
			for _, child := range w.children(node) {
				visit(child)
			}
		}
	}
	for _, node := range from {
		visit(node)
	}
	return found
}

// choose is what a selector takes of a value's children.
func (w *pathWalk) choose(selector spec.Selector, node any, cost func(any) float64) []any {
	switch selector := selector.(type) {
	case spec.WildcardSelector:
		children := w.children(node)
		w.step(float64(len(children)))
		return children
	case *spec.FilterSelector:
		var chosen []any
		for _, child := range w.children(node) {
			w.step(cost(child))
			if selector.Eval(child, w.root) {
				chosen = append(chosen, child)
			}
		}
		return chosen
	}
	chosen := selector.Select(node, w.root)
	w.step(float64(len(chosen)))
	return chosen
}

// filterCost bounds what judging a candidate may cost the library: paths within a filter that start at @ reach all
// that lies below it, the ones that start at $ all of the document. Each ".." copies what it finds at each level.
func (w *pathWalk) filterCost(filter string) func(candidate any) float64 {
	filter = outsideQuotes(filter, nil)
	relative, absolute := filter, 0.0
	for {
		at := strings.IndexByte(relative, '$')
		if at < 0 {
			break
		}
		length := pathLength(relative[at:])
		if path := relative[at : at+length]; wide(path) {
			absolute += w.reach(path, float64(w.nodes))
		}
		relative = relative[:at] + relative[at+length:]
	}
	base := 1 + float64(len(filter))/16
	if !wide(relative[1:]) { // its own ? aside
		return func(any) float64 { return base + absolute }
	}
	nested := strings.Contains(relative[1:], "?")
	return func(candidate any) float64 {
		n, _ := size(candidate)
		below := float64(n)
		if nested { // a path from $ within is taken for each candidate of the inner filter
			return base + w.reach(relative, below) + absolute*below
		}
		return base + w.reach(relative, below) + absolute
	}
}

// wide reports paths that can lead to more than one value.
func wide(path string) bool { return strings.ContainsAny(path, "*?:") || strings.Contains(path, "..") }

// reach bounds what a path visits of so many values.
func (w *pathWalk) reach(path string, values float64) float64 {
	copies := math.Pow(float64(w.depth*w.depth), float64(strings.Count(path, "..")))
	lists := math.Pow(2, min(float64(strings.Count(path, ",")), 40))
	return values * copies * lists * float64(1+strings.Count(path, "?"))
}

// pathLength is how far the path at the start of a filter's text reaches.
func pathLength(text string) int {
	depth := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == '[' || c == '(':
			depth++
		case (c == ']' || c == ')') && depth == 0, depth == 0 && strings.IndexByte(" ,=<>!&|", c) >= 0:
			return max(i, 1)
		case c == ']' || c == ')':
			depth--
		}
	}
	return len(text)
}

// outsideQuotes changes what stands outside the quotes of an expression; without a change it is what stands there.
func outsideQuotes(text string, change func(string) string) string {
	var b strings.Builder
	for text != "" {
		at := strings.IndexAny(text, `"'`)
		if at < 0 {
			at = len(text)
		}
		end := at
		for end++; end < len(text) && text[end] != text[at]; end++ {
			if text[end] == '\\' {
				end++
			}
		}
		end = min(end+1, len(text))
		if change == nil {
			b.WriteString(text[:at])
		} else {
			b.WriteString(change(text[:at]) + text[at:max(at, end)])
		}
		text = text[max(at, end):]
	}
	return b.String()
}
