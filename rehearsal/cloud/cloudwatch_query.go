package cloud

// cloudwatch_query.go: CloudWatch over the Query protocol, which clients spoke until 2025: forms become the documents
// that the other protocols bring, and answers become elements.

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// document turns a form into a document. A form does not say what is a number: the names do.
func (f *form) document() (document, error) {
	doc := document{}
	for name, kid := range f.kids {
		if name == "Action" || name == "Version" {
			continue
		}
		v, err := kid.content(name)
		if err != nil {
			return nil, err
		}
		doc[name] = v
	}
	return doc, nil
}

func (f *form) content(name string) (any, error) {
	switch {
	case f.kids["member"] != nil:
		all := []any{}
		for _, kid := range f.list("member") {
			v, err := kid.content("")
			if err != nil {
				return nil, err
			}
			all = append(all, v)
		}
		return all, nil
	case len(f.kids) > 0:
		doc, err := f.document()
		return map[string]any(doc), err
	}
	switch name {
	case "Period", "Threshold", "EvaluationPeriods", "DatapointsToAlarm", "MaxRecords", "MaxDatapoints":
		n, err := strconv.ParseFloat(f.value, 64)
		if err != nil {
			return nil, refuse(400, "MalformedInput", "The value %q of %s is not a number", clip(f.value), f.path)
		}
		return n, nil
	case "ActionsEnabled", "ReturnData":
		b, err := strconv.ParseBool(f.value)
		if err != nil {
			return nil, refuse(400, "MalformedInput", "The value %q of %s is not true or false", clip(f.value), f.path)
		}
		return b, nil
	}
	return f.value, nil
}

// elements turns an answer into elements.
func elements(doc map[string]any) []element {
	var out []element
	for _, name := range slices.Sorted(maps.Keys(doc)) {
		out = append(out, elementOf(name, doc[name]))
	}
	return out
}

func elementOf(name string, v any) element {
	switch v := v.(type) {
	case map[string]any:
		return el(name, elements(v)...)
	case []any:
		list := el(name)
		for _, kid := range v {
			list.kids = append(list.kids, elementOf("member", kid))
		}
		return list
	case string:
		return txt(name, v)
	case bool:
		return yes(name, v)
	case int:
		return num(name, v)
	case float64:
		return txt(name, strconv.FormatFloat(v, 'f', -1, 64))
	case time.Time:
		return at(name, v)
	default:
		panic("cloud: internal error: no element for the answer")
	}
}
