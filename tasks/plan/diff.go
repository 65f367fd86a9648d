package plan

// diff.go: what one plan says and another does not, by the names the file uses.

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Change is one difference between two plans. Path is the place by the file's own keys;
// rows that have an id are named by it: "tasks.T4.start", "contacts.LX" for a whole row.
type Change struct {
	Path     string
	From, To string // as the file would write it; "" = not there
}

func (c Change) String() string {
	switch {
	case c.From == "":
		return c.Path + " added: " + c.To
	case c.To == "":
		return c.Path + " taken out, was: " + c.From
	}
	return c.Path + ": " + c.From + " → " + c.To
}

// Diff is what changes from a to b, in the order of the file. Order of rows counts
// for nothing where they have ids.
func Diff(a, b *Plan) []Change {
	var d diff
	d.values("", reflect.ValueOf(*a), reflect.ValueOf(*b))
	return d.changes
}

type diff struct{ changes []Change }

func (d *diff) values(path string, a, b reflect.Value) {
	switch {
	case a.Kind() == reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			d.leaf(path, a, b)
			return
		}
		d.values(path, a.Elem(), b.Elem())
	case plain(a):
		d.leaf(path, a, b)
	case a.Kind() == reflect.Struct:
		for i := range a.NumField() {
			if key := key(a.Type().Field(i)); key != "" {
				d.values(strings.TrimPrefix(path+"."+key, "."), a.Field(i), b.Field(i))
			}
		}
	case a.Kind() == reflect.Slice:
		d.lists(path, a, b)
	case a.Kind() == reflect.Map:
		d.leaf(path, a, b)
	}
}

// lists compares rows by their ids, and other lists as a whole.
func (d *diff) lists(path string, a, b reflect.Value) {
	if row := a.Type().Elem(); row.Kind() != reflect.Struct || key(row.Field(0)) != "id" {
		d.leaf(path, a, b)
		return
	}
	before, after := rowsOf(a), rowsOf(b)
	for i := range a.Len() {
		row := a.Index(i)
		id := row.Field(0).String()
		if other, stays := after[id]; stays {
			d.values(path+"."+id, row, other)
		} else {
			d.changes = append(d.changes, Change{path + "." + id, written(row), ""})
		}
	}
	for i := range b.Len() {
		row := b.Index(i)
		id := row.Field(0).String()
		if _, was := before[id]; !was {
			d.changes = append(d.changes, Change{path + "." + id, "", written(row)})
		}
	}
}

func rowsOf(list reflect.Value) map[string]reflect.Value {
	rows := make(map[string]reflect.Value, list.Len())
	for i := range list.Len() {
		rows[list.Index(i).Field(0).String()] = list.Index(i)
	}
	return rows
}

func (d *diff) leaf(path string, a, b reflect.Value) {
	if from, to := written(a), written(b); from != to {
		d.changes = append(d.changes, Change{path, from, to})
	}
}

// key is the field's name in the file; "" for what no file holds.
func key(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	if name == "-" {
		return ""
	}
	return name
}

// plain reports a value that the file writes in one piece.
func plain(v reflect.Value) bool {
	switch v.Interface().(type) {
	case Time, Duration:
		return true
	}
	switch v.Kind() {
	case reflect.Struct, reflect.Slice, reflect.Map, reflect.Pointer:
		return false
	}
	return true
}

// written is a value as the file could write it on one line; "" for nothing. Values that
// differ are written differently.
func written(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	if v.IsZero() {
		return ""
	}
	switch value := v.Interface().(type) {
	case Time:
		return value.Format(layout)
	case Duration:
		return value.String()
	case string:
		return value
	}
	switch v.Kind() {
	case reflect.Struct:
		return strings.Join(fieldsWritten(v), ", ")
	case reflect.Slice:
		var parts []string
		for i := range v.Len() {
			parts = append(parts, within(v.Index(i)))
		}
		return strings.Join(parts, ", ")
	case reflect.Map:
		return within(v)
	}
	return fmt.Sprint(v.Interface())
}

func fieldsWritten(v reflect.Value) []string {
	var parts []string
	for i := range v.NumField() {
		name, value := key(v.Type().Field(i)), v.Field(i)
		if name != "" && written(value) != "" {
			parts = append(parts, name+" "+within(value))
		}
	}
	return parts
}

// within is a value inside a list, a table or a row: brackets and quotes keep it apart from its neighbours.
func within(v reflect.Value) string {
	switch {
	case plain(v) && v.Kind() == reflect.String:
		if text := v.String(); text != "" && !strings.ContainsAny(text, ",:\"{}[]\n") && text == strings.TrimSpace(text) {
			return text
		}
		return strconv.Quote(v.String())
	case plain(v) || v.Kind() == reflect.Pointer:
		return written(v)
	case v.Kind() == reflect.Slice:
		return "[" + written(v) + "]"
	case v.Kind() == reflect.Map:
		var parts []string
		for _, name := range slices.SortedFunc(slices.Values(v.MapKeys()), func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) }) {
			parts = append(parts, within(name)+": "+within(v.MapIndex(name)))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return "{" + written(v) + "}"
}
