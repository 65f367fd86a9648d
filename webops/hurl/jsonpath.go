package hurl

// jsonpath.go: JSONPath (RFC 9535) over foreign JSON, bounded in what it may cost.
//
// A path and an answer can be made for each other so that the library would work for hours ($..*..*..* on a deep
// document), and it cannot be told to stop. So a path is taken one segment after the other, and before each its cost
// is estimated from the size of the document: too much is refused instead of begun.
//
// Against Hurl: in filters, integers beyond 2^53 are compared as floats by the library.

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/spec"
)

const (
	mostExpression = 4 << 10 // bytes of a path or a pattern
	mostSteps      = 8e6     // visits of a value
	mostFound      = 200_000 // values at once
)

var errCostly = errors.New("the expression would look at this answer's values too many times; make it more definite (fewer .., *, // and nested filters)")

// evalJSONPath is what a path finds: the value itself when the path can only lead to one, else a list.
// Nothing found is nothing for the former and an empty list for the latter.
func evalJSONPath(d *document, expression string) (v Value, err error) {
	defer func() {
		if p := recover(); p != nil {
			v, err = nil, fmt.Errorf("the JSONPath could not be evaluated: %v", p)
		}
	}()
	if len(expression) > mostExpression {
		return nil, fmt.Errorf("the JSONPath is longer than %d bytes", mostExpression)
	}
	path, err := jsonpath.Parse(expression)
	if err != nil {
		return nil, fmt.Errorf("the JSONPath cannot be read: %w", err)
	}
	found := []any{d.root}
	for _, segment := range path.Query().Segments() {
		if d.cost(segment, found) > mostSteps {
			return nil, errCostly
		}
		var next []any
		for _, node := range found {
			next = append(next, segment.Select(node, d.root)...)
			if len(next) > mostFound {
				return nil, errCostly
			}
		}
		found = next
	}
	if path.Query().Singular() == nil {
		return fromJSON(append([]any{}, found...)), nil
	}
	if len(found) == 0 {
		return nil, nil
	}
	return fromJSON(found[0]), nil
}

// cost is an upper bound of the values a segment visits, from these on.
func (d *document) cost(segment *spec.Segment, from []any) float64 {
	visits := 0.0
	for _, node := range from {
		if segment.IsDescendant() {
			n, _ := size(node)
			visits += float64(n)
		} else {
			visits += float64(children(node)) + 1
		}
		if visits > mostSteps {
			return visits
		}
	}
	total := visits * float64(len(segment.Selectors()))
	for _, selector := range segment.Selectors() {
		if filter, ok := selector.(*spec.FilterSelector); ok {
			total += d.filterCost(filter.String(), visits)
		}
	}
	return total
}

func children(v any) int {
	switch v := v.(type) {
	case []any:
		return len(v)
	case map[string]any:
		return len(v)
	}
	return 0
}

// filterCost bounds what a filter visits that is asked of so many candidates. Paths within it that start at @ reach
// each value below the candidates once, times the depth for each "..", times the selectors of a list; those that
// start at $ can reach all of the document from each candidate.
func (d *document) filterCost(filter string, candidates float64) float64 {
	filter = unquoted(filter)
	depth, nodes := float64(d.depth), float64(d.nodes)
	count := func(part string) float64 { return float64(strings.Count(filter, part)) }
	cost := candidates * (1 + float64(len(filter)))
	wide := count("..")+count("*")+count(":") > 0 || count("?") > 1
	if wide {
		lists := math.Pow(2, min(count(","), 40))
		cost += max(candidates, nodes) * math.Pow(depth, count("..")) * lists * count("?")
		cost *= math.Pow(nodes, min(count("$"), 4))
	}
	return cost
}

// unquoted is a filter without what stands in quotes.
func unquoted(text string) string {
	var b strings.Builder
	quote := byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0 && c == '\\':
			i++
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		case quote == 0:
			b.WriteByte(c)
		}
	}
	return b.String()
}
