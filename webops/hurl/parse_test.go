package hurl

// parse_test.go: every construct of the format is read, written, and read again as the same.

import (
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// same compares trees but for the places in the file and the lines as they stood there.
func same() cmp.Options {
	return cmp.Options{
		cmp.Transformer("pattern", func(re *regexp.Regexp) string {
			if re == nil {
				return ""
			}
			return "/" + re.String()
		}),
		cmp.Comparer(func(a, b *big.Int) bool { return a == b || a != nil && b != nil && a.Cmp(b) == 0 }),
		cmp.FilterPath(func(p cmp.Path) bool { return p.Last().Type() == reflect.TypeFor[Pos]() }, cmp.Ignore()),
		cmpopts.IgnoreFields(Assert{}, "Text"),
	}
}

// parsed reads a file that must be readable.
func parsed(t *testing.T, src string) *File {
	t.Helper()
	f, err := Parse("t.hurl", []byte(src))
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	return f
}

func TestThePagesAreReadAndWritten(t *testing.T) {
	pages, err := filepath.Glob("testdata/*.hurl")
	if err != nil || len(pages) < 7 {
		t.Fatalf("%v %v", pages, err)
	}
	for _, page := range pages {
		src, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		first, err := Parse(page, src)
		var problems Problems
		if errors.As(err, &problems) {
			t.Fatalf("\n%s", problems.Render())
		}
		again, err := Parse(page, Format(first))
		if err != nil {
			t.Fatalf("%s, written again: %v\n%s", page, err, Format(first))
		}
		if diff := cmp.Diff(first, again, same()); diff != "" {
			t.Errorf("%s, written again, is another file: %s\n%s", page, diff, Format(first))
		}
		crlf, err := Parse(page, []byte("\uFEFF"+strings.ReplaceAll(string(src), "\n", "\r\n")))
		if err != nil || len(crlf.Entries) != len(first.Entries) {
			t.Errorf("%s with CRLF and a byte order mark: %v", page, err)
		}
	}
}
