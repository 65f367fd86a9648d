package document_test

// parts_test.go: the corners of the packed formats, and what write-back needs of a text.

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tminus/tasks/document"
)

// rowsOf is a document as texts: cells joined by |, merged and blank ones too.
func rowsOf(t *testing.T, name, src string) (rows []string) {
	t.Helper()
	d, err := document.Read(name, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range d.Rows {
		var cells []string
		for _, c := range r.Cells {
			cells = append(cells, strings.ReplaceAll(c.Text, "\n", "/"))
		}
		rows = append(rows, strings.Join(cells, "|"))
	}
	return rows
}

func TestWordCorners(t *testing.T) {
	cell := func(properties, text string) string {
		return "<w:tc><w:tcPr>" + properties + "</w:tcPr><w:p><w:r><w:t>" + text + "</w:t></w:r></w:p></w:tc>"
	}
	got := rowsOf(t, "x.docx", wordOf(t, `<w:p><w:r><w:t>see </w:t></w:r><w:hyperlink><w:r><w:t>the site</w:t></w:r></w:hyperlink></w:p>`+
		`<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>`+
		`<w:p><w:r><w:fldChar/><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:noBreakHyphen/><w:t>c</w:t></w:r></w:p>`+
		`<w:p><mc:AlternateContent><mc:Choice><w:r><w:t>once</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>twice</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>`+
		`<w:tbl><w:tr>`+cell(`<w:gridSpan w:val="2"/>`, "wide")+cell(`<w:vMerge w:val="restart"/>`, "tall")+`</w:tr><w:tr>`+cell("", "a")+cell("", "b")+cell(`<w:vMerge/>`, "")+`</w:tr>`+
		`<w:tr>`+cell("", "</w:t></w:r></w:p><w:p><w:r><w:t>two")+`<w:tc><w:tbl><w:tr>`+cell("", "in")+cell("", "side")+`</w:tr></w:tbl></w:tc></w:tr></w:tbl><w:p/>`))
	want := []string{"see the site", "new", "a/b-c", "once", "wide||tall", "a|b|tall", "two|in/side", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWorkbookCorners(t *testing.T) {
	got := rowsOf(t, "x.xlsx", sheetOf(t, `<row r="2"><c r="B2" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r><rPh><t>hint</t></rPh></is></c><c r="D2" t="b"><v>1</v></c></row>`+
		`<row><c><v>0.30000000000000004</v></c><c s="1"><v>43503</v></c><c t="str"><f>A1&amp;"x"</f><v>formula</v></c><c t="s"><v>0</v></c><c t="e"><v>#REF!</v></c></row>`+
		`<row/></sheetData><mergeCells><mergeCell ref="C3:C5"/><mergeCell ref="A3:B3"/></mergeCells><sheetData>`,
		"xl/sharedStrings.xml", "<sst><si><r><t>sha</t></r><r><t>red</t></r></si></sst>",
		"xl/styles.xml", `<styleSheet><cellStyleXfs><xf numFmtId="22"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`))
	want := []string{"", "|inline||Yes", "0.3|2019-02-07|formula|shared|#REF!", "||formula"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestCellsOfATextKnowTheirBytes: who writes a status back replaces these and no others.
func TestCellsOfATextKnowTheirBytes(t *testing.T) {
	src := textOf(t, scp)
	d, err := document.Read(scp, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	table := document.Take(d).Table(document.Tasks)
	if table == nil || len(table.Rows) != 8 {
		t.Fatalf("the table is %+v", table)
	}
	edited, shift := src, 0
	for _, r := range table.Rows {
		c := table.Cell(r, "status")
		if src[c.From:c.To] != c.Text {
			t.Fatalf("%q stands at the bytes of %q", src[c.From:c.To], c.Text)
		}
		edited = edited[:c.From+shift] + "Completed" + edited[c.To+shift:]
		shift += len("Completed") - len(c.Text)
	}
	if want := strings.NewReplacer("Not started", "Completed", "-\tcompleted", "-\tCompleted").Replace(src); edited != want {
		t.Error(cmp.Diff(want, edited))
	}
}
