package document_test

// same_test.go: the same plan, made by other programs, is the same plan.

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// others are made by real programs: testdata/README.md says how.
func others() []string {
	return []string{"scp-openpyxl.xlsx", "scp-libreoffice.xlsx", "scp-libreoffice.csv", "scp-python-docx.docx", "scp-pandoc.docx"}
}

func TestEveryFormatGivesTheSamePlan(t *testing.T) {
	for _, decided := range []bool{false, true} {
		want := yamlOf(t, scp, decided)
		for _, name := range others() {
			if diff := cmp.Diff(string(want), string(yamlOf(t, name, decided))); diff != "" {
				t.Errorf("%s, decided %t (-text +other):\n%s", name, decided, diff)
			}
		}
	}
	t.Logf("figure: %d files of other programs give the plan of the text", len(others()))
}

// yamlOf is the plan of a file, without the name of the file and without the places that
// comments name.
func yamlOf(t *testing.T, name string, decided bool) []byte {
	d := drafted(t, name)
	if decided {
		decideSCP(t, d)
	}
	d.Source = "document"
	yaml := d.YAML()
	for _, p := range d.Proposals {
		if i := bytes.Index([]byte(p.Reason), []byte(" on ")); p.Rule == "L02" || p.Rule == "L03" {
			yaml = bytes.ReplaceAll(yaml, []byte(p.Reason[i:]), nil)
		}
	}
	return bytes.Join(bytes.Fields(yaml), []byte(" ")) // comments break elsewhere when places are longer
}

func TestEveryFormatRaisesTheSame(t *testing.T) {
	raised := func(name string) (ids []string) {
		for _, p := range drafted(t, name).Proposals {
			if strings.HasSuffix(p.ID, ".date") && strings.HasSuffix(name, ".csv") {
				continue // a CSV has no merged cells: the day's date stands in its first row only
			}
			ids = append(ids, p.Rule+" "+p.ID)
		}
		slices.Sort(ids)
		return ids
	}
	want := raised(scp)
	for _, name := range others() {
		if diff := cmp.Diff(want, raised(name)); diff != "" {
			t.Errorf("%s (-text +other):\n%s", name, diff)
		}
	}
}

func TestPlacesAreNamedAsTheProgramNamesThem(t *testing.T) {
	for name, want := range map[string]string{scp: "32:1", "scp-libreoffice.csv": "32:1", "scp-openpyxl.xlsx": "Plan!A32", "scp-libreoffice.xlsx": "Plan!A32",
		"scp-python-docx.docx": "table 2 row 4 column 1", "scp-pandoc.docx": "table 2 row 4 column 1"} {
		if got := asked(t, drafted(t, name), "T3.id").Place.String(); got != want {
			t.Errorf("%s: T3 stands at %s, want %s", name, got, want)
		}
	}
}

func TestImportTwiceIsTheSameTwice(t *testing.T) {
	for _, name := range append(others(), scp) {
		first, second := drafted(t, name), drafted(t, name)
		decideSCP(t, first)
		decideSCP(t, second)
		if !bytes.Equal(first.YAML(), second.YAML()) || !bytes.Equal(first.YAML(), first.YAML()) {
			t.Errorf("%s: another plan the second time", name)
		}
	}
}

// textOf is a file of testdata.
func textOf(t testing.TB, name string) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}
