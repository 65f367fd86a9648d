package cloud

// xml.go: answers of the Query protocol, as ordered elements.

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"time"
)

// element is an XML element with text or children, never both.
type element struct {
	name string
	text string
	kids []element
}

func el(name string, kids ...element) element { return element{name: name, kids: kids} }

func txt(name, text string) element { return element{name: name, text: text} }

func num(name string, n int) element { return txt(name, strconv.Itoa(n)) }

func yes(name string, b bool) element { return txt(name, strconv.FormatBool(b)) }

func at(name string, t time.Time) element {
	return txt(name, t.UTC().Format("2006-01-02T15:04:05.000Z"))
}

// items is a list in the manner of EC2: each child inside <item>.
func items(name string, all [][]element) element {
	out := element{name: name}
	for _, kids := range all {
		out.kids = append(out.kids, el("item", kids...))
	}
	return out
}

// words is a list of plain strings; member is the name AWS gives each.
func words(name, member string, all ...string) element {
	out := element{name: name}
	for _, w := range all {
		out.kids = append(out.kids, txt(member, w))
	}
	return out
}

// some leaves out elements that carry neither text nor children, as AWS leaves out what is not there.
func some(kids ...element) []element {
	var out []element
	for _, k := range kids {
		if k.text != "" || len(k.kids) > 0 {
			out = append(out, k)
		}
	}
	return out
}

func tagSet(tags []Tag) element {
	var all [][]element
	for _, t := range tags {
		all = append(all, []element{txt("key", t.Key), txt("value", t.Value)})
	}
	return items("tagSet", all)
}

// render writes the root element with its namespace.
func render(root element, namespace string) []byte {
	b := bytes.NewBufferString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	root.write(b, namespace)
	return b.Bytes()
}

func (e element) write(b *bytes.Buffer, namespace string) {
	b.WriteByte('<')
	b.WriteString(e.name)
	if namespace != "" {
		b.WriteString(` xmlns="` + namespace + `"`)
	}
	if e.text == "" && len(e.kids) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	// Writing to a bytes.Buffer cannot fail, so neither can the escaping.
	_ = xml.EscapeText(b, []byte(e.text))
	for _, k := range e.kids {
		k.write(b, "")
	}
	b.WriteString("</" + e.name + ">")
}
