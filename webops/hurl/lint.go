package hurl

// lint.go: what can be said of a file before it is run: the names it needs, the files it
// sends, and whether it writes.

import (
	"path"
	"slices"
)

// Use is a place where a name is used.
type Use struct {
	Name string
	Pos  Pos
}

// Writes reports whether a method may change something.
func Writes(method string) bool {
	return method != "GET" && method != "HEAD" && method != "OPTIONS"
}

// Unbound is the names a file uses before it captures or sets them itself, and that are not
// known from elsewhere, in the order of the file.
func (f *File) Unbound(known func(name string) bool) []Use {
	bound := map[string]bool{}
	var uses []Use
	use := func(at Pos, name string) {
		if !bound[name] && !generated(name) && (known == nil || !known(name)) {
			uses = append(uses, Use{name, at})
		}
	}
	names := func(ts ...Template) {
		for _, t := range ts {
			for _, piece := range t {
				if piece.Expr {
					use(piece.Pos, piece.Text)
				}
			}
		}
	}
	for _, e := range f.Entries {
		for _, o := range e.Request.Options {
			if names(o.Value); o.Name == "variable" {
				bound[o.Var] = true
			}
		}
		e.Request.templates(names)
		if e.Response != nil {
			e.Response.templates(names, use, bound)
		}
	}
	return uses
}

// templates visits what is sent, but for the options, which come first.
func (r *Request) templates(visit func(...Template)) {
	visit(r.URL)
	for _, params := range [][]Param{r.Headers, r.Query, r.Form, r.Cookies} {
		for _, p := range params {
			visit(p.Name, p.Value)
		}
	}
	for _, p := range r.Multipart {
		visit(p.Name, p.Value)
	}
	if r.BasicAuth != nil {
		visit(r.BasicAuth.Name, r.BasicAuth.Value)
	}
	if r.Body != nil {
		visit(r.Body.Text, r.Body.File)
	}
}

// templates visits what must hold: captures bind their names, and then the rest may use them.
func (r *Response) templates(visit func(...Template), use func(Pos, string), bound map[string]bool) {
	query := func(q Query, filters []Filter) {
		visit(q.Arg)
		if q.Kind == "variable" && !hasNames(q.Arg) {
			use(q.Pos, q.Arg.String())
		}
		for _, f := range filters {
			for _, arg := range f.Args {
				visit(arg.Text)
			}
		}
	}
	for _, c := range r.Captures {
		query(c.Query, c.Filters)
		bound[c.Name] = true
	}
	for _, p := range r.Headers {
		visit(p.Name, p.Value)
	}
	for _, a := range r.Asserts {
		if query(a.Query, a.Filters); a.Predicate.Want != nil {
			visit(a.Predicate.Want.Text)
		}
	}
	if r.Body != nil {
		visit(r.Body.Text)
	}
}

// Captures is the names a file captures, each once, in the order of the file.
func (f *File) Captures() []string {
	var names []string
	for _, e := range f.Entries {
		if e.Response == nil {
			continue
		}
		for _, c := range e.Response.Captures {
			if !slices.Contains(names, c.Name) {
				names = append(names, c.Name)
			}
		}
	}
	return names
}

// FilesUsed is the paths of the files a file sends or compares, each once, in the order of the file.
func (f *File) FilesUsed() []string {
	var paths []string
	add := func(t Template) {
		if p := path.Clean(t.String()); !hasNames(t) && !slices.Contains(paths, p) {
			paths = append(paths, p)
		}
	}
	for _, e := range f.Entries {
		for _, part := range e.Request.Multipart {
			if part.File {
				add(part.Value)
			}
		}
		bodies := []*Body{e.Request.Body}
		if e.Response != nil {
			bodies = append(bodies, e.Response.Body)
		}
		for _, b := range bodies {
			if b != nil && b.Kind == FileBody {
				add(b.File)
			}
		}
	}
	return paths
}
