package document_test

// hostile_test.go: what is no document is refused with a sentence, at once and in little memory.

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"tminus/tasks/document"
)

const (
	soon   = 100 * time.Millisecond
	little = 64 << 20 // bytes allocated, all in all
)

// packedOf is a zip with the parts: name, text, name, text …
func packedOf(t testing.TB, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		f, err := w.Create(parts[i])
		if err == nil {
			_, err = f.Write([]byte(parts[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// lying is a zip whose directory claims that its last part is small.
func lying(t testing.TB, packed string) string {
	b := []byte(packed)
	at := bytes.LastIndex(b, []byte("PK\x01\x02"))
	if at < 0 {
		t.Fatal("no directory")
	}
	binary.LittleEndian.PutUint32(b[at+24:], 1000)
	return string(b)
}

// sheetOf is a workbook of one sheet.
func sheetOf(t testing.TB, rows string, more ...string) string {
	return packedOf(t, append(more, "xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="Plan" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml", "<worksheet><sheetData>"+rows+"</sheetData></worksheet>")...)
}

func wordOf(t testing.TB, body string) string {
	return packedOf(t, "word/document.xml", `<w:document xmlns:w="w"><w:body>`+body+`</w:body></w:document>`)
}

// hostile is a document that must be refused, and the words of the refusal.
type hostile struct{ name, src, says string }

func hostileDocuments(t *testing.T) []hostile {
	cells := strings.Repeat(`<c r="A1"><v>1</v></c>`, 200_000)
	many := make([]string, 0, 6_000)
	for i := range 3_000 {
		many = append(many, fmt.Sprintf("xl/media/%d.png", i), "x")
	}
	return []hostile{
		{"100 MB", strings.Repeat("x", 100<<20), "larger than 16 MiB"},
		{"a long text", strings.Repeat("a b c\n", 1<<20), "longer than 4 MiB"},
		{"only line feeds", strings.Repeat("\n", 4<<20-1), "more than 20000 lines"},
		{"only carriage returns", strings.Repeat("\r", 4<<20-1), "more than 20000 lines"},
		{"only tabs", strings.Repeat("\t", 4<<20-1), "more than 100000 cells"},
		{"only commas.csv", strings.Repeat(",", 4<<20-1), "more than 100000 cells"},
		{"brackets", strings.Repeat("[", 100_000), "no hour-by-hour table"},
		{"one long line", strings.Repeat("x", 4<<20-1), "no hour-by-hour table"},
		{"an open quote.csv", `"` + strings.Repeat("x\n", 9_000), "no CSV"},
		{"NUL", "Task\tStart\x00", "byte 0x00"},
		{"UTF-16", "\xFF\xFET\x00a\x00", "UTF-16"},
		{"not UTF-8", "T\xE9l\n", "byte 0xE9"},
		{"nothing", "", "no hour-by-hour table"},
		{"a plan.yaml", "release: One\nchange: C1\n", "no hour-by-hour table"},
		{"a PDF", "%PDF-1.7 ...", "it is a PDF"},
		{"an old Word", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "old Word or Excel"},
		{"a torn zip", "PK\x03\x04torn", "damaged"},
		{"many tasks", "Task ID\tStart\tTask\n" + strings.Repeat("T1\t16:00\tA\n", 15_000), "more than 5000 rows"},
		{"many people", "Task\tStart\tEnd\nA\t16:00\t17:00\nInitials\tName\tPhone\n" + strings.Repeat("A\tB\t5\n", 15_000), "more than 1000 rows"},
		{"another zip", packedOf(t, "a.txt", "a"), "without a workbook"},
		{"a bomb.xlsx", sheetOf(t, strings.Repeat(" ", 64<<20)), "unpacks to more than 16 MiB"},
		{"a bomb beside.xlsx", sheetOf(t, "", "xl/media/bomb.png", strings.Repeat("\x00", 64<<20)), "unpacks to more than 16 MiB"},
		{"a bomb.docx", wordOf(t, strings.Repeat(" ", 64<<20)), "unpacks to more than 16 MiB"},
		{"a lying bomb.xlsx", lying(t, sheetOf(t, strings.Repeat(" ", 64<<20))), "its part xl/worksheets/sheet1.xml is damaged"},
		{"a lying bomb.docx", lying(t, wordOf(t, strings.Repeat(" ", 64<<20))), "its part word/document.xml is damaged"},
		{"many parts.xlsx", packedOf(t, many...), "more than 2000 parts"},
		{"many cells.xlsx", sheetOf(t, "<row>"+cells+"</row>"), "more elements than a plan has"},
		{"many attributes.docx", wordOf(t, "<w:p "+strings.Repeat(`a="" `, 1_000_000)+"/>"), "more elements than a plan has"},
		{"deep.docx", wordOf(t, strings.Repeat("<w:tbl>", 100_000)), "100 deep"},
		{"deep.xlsx", sheetOf(t, strings.Repeat("<row>", 100_000)), "100 deep"},
		{"the last row.xlsx", sheetOf(t, `<row r="1"/><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`), "goes from row 1 to row 1048576"},
		{"the last column.xlsx", sheetOf(t, `<row r="1"><c r="XFD1"><v>1</v></c></row>`), "stands where no cell can"},
		{"backwards.xlsx", sheetOf(t, `<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>`), "stands where no cell can"},
		{"a text that is not there.xlsx", sheetOf(t, `<row r="1"><c r="A1" t="s"><v>7</v></c></row>`), "does not hold"},
		{"one text many times.xlsx", sheetOf(t, "<row>"+strings.Repeat(`<c t="s"><v>0</v></c>`, 40_000)+"</row>",
			"xl/sharedStrings.xml", "<sst><si><t>"+strings.Repeat("x", 1<<20)+"</t></si></sst>"), "4 MiB of texts"},
		{"one merge over all.xlsx", sheetOf(t, strings.Repeat("<row><c><v>1</v></c></row>", 5_000)+"</sheetData><mergeCells>"+
			strings.Repeat(`<mergeCell ref="A1:ALL20000"/>`, 10_000)+"</mergeCells><sheetData>"), "no hour-by-hour table"},
		{"entities.docx", packedOf(t, "word/document.xml", `<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><w:document>&b;</w:document>`), "damaged"},
		{"wide spans.docx", wordOf(t, "<w:tbl><w:tr>"+strings.Repeat(`<w:tc><w:gridSpan w:val="1000"/></w:tc>`, 1000)+"</w:tr></w:tbl>"), "more than 100000 cells"},
	}
}

func TestHostileDocumentsAreRefused(t *testing.T) {
	slowest, most := time.Duration(0), uint64(0)
	for _, c := range hostileDocuments(t) {
		took, used, err := measured(func() error {
			d, err := document.Read(c.name, []byte(c.src))
			if err == nil {
				_, err = document.NewDraft(d)
			}
			return err
		})
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), c.name) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
		used -= min(used, uint64(len(c.src))) // the test's own copy
		if took > soon && !raced || used > little {
			t.Errorf("%s: refused after %s and %d MB", c.name, took, used>>20)
		}
		slowest, most = max(slowest, took), max(most, used)
	}
	t.Logf("figure: refused after at most %s and %d MB", slowest.Round(time.Millisecond), most>>20)
}

// measured runs something and says how long it took and how much it allocated, the
// fastest of ten times at most: other programs run beside it.
func measured(run func() error) (took time.Duration, used uint64, err error) {
	for n := 0; n < 10 && (n == 0 || took > soon && !raced); n++ {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		err = run()
		t := time.Since(start)
		runtime.ReadMemStats(&after)
		if u := after.TotalAlloc - before.TotalAlloc; took == 0 || t < took {
			took, used = t, u
		}
	}
	return took, used, err
}

func TestMarksOfOtherSystemsAreRead(t *testing.T) {
	want := string(yamlOf(t, scp, true))
	for name, with := range map[string]func(string) string{
		"a byte order mark": func(s string) string { return "\uFEFF" + s },
		"CRLF":              func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"CR":                func(s string) string { return strings.ReplaceAll(s, "\n", "\r") },
		"a last line feed":  func(s string) string { return s + "\n\n\n" },
		"spaces at the end": func(s string) string { return strings.ReplaceAll(s, "\n", "  \n") },
	} {
		src := with(textOf(t, scp))
		d := draftOf(t, name, src)
		decideSCP(t, d)
		d.Source = "document"
		if got := strings.Join(strings.Fields(strings.ReplaceAll(string(d.YAML()), " on line 35", "")), " "); got != want {
			t.Errorf("%s: another plan:\n%s", name, got)
		}
		if at := asked(t, d, "T3.id").Place; at.Line != 32 || at.Col != 1 {
			t.Errorf("%s: T3 stands at %s", name, at)
		}
	}
}

func TestInvisibleCharactersAreTold(t *testing.T) {
	d := draftOf(t, "x", strings.Replace(textOf(t, scp), "Test SSH connection", "Test\u200B SSH\u202E connection", 1))
	p := asked(t, d, "invisible")
	if p.Place.Line != 35 || !strings.Contains(p.What, "2 invisible characters") || !strings.Contains(p.What, "U+200B") {
		t.Errorf("told as %s", p)
	}
	decideSCP(t, d)
	if yaml := string(d.YAML()); strings.ContainsAny(yaml, "\u200B\u202E") || !strings.Contains(yaml, "title: Test SSH connection") {
		t.Errorf("the plan holds them, or lost the title:\n%s", yaml)
	}
}

// BenchmarkImport imports as large a plan as there may be: 5,000 tasks of 1,000 people.
func BenchmarkImport(b *testing.B) {
	var s strings.Builder
	s.WriteString("Large\nChange Number: C1\nTask ID\tDate\tStart\tEnd\tTask\tTeam\tResponsible\tDependency\n")
	for i := range 5_000 {
		fmt.Fprintf(&s, "T%d\t7-Feb-19\t16:00\t17:00\tTask %d\tOps\tP%d\tT%d\n", i, i, i%1_000, max(0, i-1))
	}
	s.WriteString("\nInitials\tName\tTeam\n")
	for i := range 1_000 {
		fmt.Fprintf(&s, "P%d\tPerson %d\tOps\n", i, i)
	}
	src := []byte(s.String())
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		d, err := document.Read("large.txt", src)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := document.NewDraft(d); err != nil {
			b.Fatal(err)
		}
	}
}
