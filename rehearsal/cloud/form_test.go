package cloud

// form_test.go: the form decoder against whatever anybody may send.

import (
	"slices"
	"strings"
	"testing"
)

func TestForm(t *testing.T) {
	f, err := parseForm([]byte("Action=X&Filter.2.Name=b&Filter.10.Name=c&Filter.1.Name=a+b%26&Filter.x.Name=no&Flag=True&N=7"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, kid := range f.list("Filter") {
		names = append(names, kid.text("Name"))
	}
	if !slices.Equal(names, []string{"a b&", "b", "c"}) {
		t.Fatalf("filters %q", names)
	}
	if b, err := f.flag("Flag", false); !b || err != nil {
		t.Fatal(b, err)
	}
	if n, err := f.number("N", 0); n != 7 || err != nil {
		t.Fatal(n, err)
	}
	if _, err := f.number("Action", 0); err == nil {
		t.Fatal("X is a number")
	}
	if got := f.unread(); got != "Filter.x.Name" {
		t.Fatalf("unread: %q", got)
	}
}

func TestFormBounds(t *testing.T) {
	for name, body := range map[string]string{
		"twice":  "A=1&A=2",
		"deep":   strings.Repeat("a.", 20) + "a=1",
		"many":   strings.Repeat("&a=1", maxParameters+1),
		"escape": "A=%zz",
	} {
		if _, err := parseForm([]byte(body)); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func FuzzForm(f *testing.F) {
	f.Add([]byte("Action=DescribeInstances&Filter.1.Name=tag%3Arun&Filter.1.Value.1=*&Version=2016-11-15"))
	f.Add([]byte("A.1.B=1&A.1=2&.=&..=3&=4"))
	f.Fuzz(func(t *testing.T, body []byte) {
		root, err := parseForm(body)
		if err != nil {
			return
		}
		if first, again := root.canonical(), root.canonical(); first != again {
			t.Fatal("canonical form is not stable")
		}
		for _, kid := range root.list("Filter") {
			globs(kid.texts("Value"))
		}
		root.accept()
		if p := root.unread(); p != "" {
			t.Fatalf("%q unread after accept", p)
		}
	})
}
