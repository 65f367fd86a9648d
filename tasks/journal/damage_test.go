package journal

// damage_test.go: every damage a disk or a hand can do is repaired, if a crash can have done it, or refused.

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// read is the reader on bytes.
func read(data []byte) ([]Record, Tail, error) {
	return new(chain).read(data)
}

func (c *chain) read(data []byte) (records []Record, tail Tail, err error) {
	tail, err = c.extend(bytes.NewReader(data), func(r Record) { records = append(records, r) })
	return records, tail, err
}

func isCorrupt(err error) bool {
	var corrupt *CorruptError
	return errors.As(err, &corrupt)
}

func TestEveryBitFlipped(t *testing.T) {
	data, _, ends := inMemory(t, 12)
	refused := 0
	for bit := 0; bit < len(data)*8; bit += stride {
		data[bit/8] ^= 1 << (bit % 8)
		records, tail, err := read(data)
		if !isCorrupt(err) {
			t.Fatalf("bit %d of byte %d: %d records, tail %+v, err %v", bit%8, bit/8, len(records), tail, err)
		}
		if records := len(records); ends[records] <= bit/8 {
			t.Fatalf("bit %d of byte %d: damage found too early, after %d records", bit%8, bit/8, records)
		}
		data[bit/8] ^= 1 << (bit % 8)
		refused++
	}
	t.Logf("figure: bit flips refused %d of %d", refused, (len(data)*8+stride-1)/stride)
}

// TestFlipRefusedOnDisk does a few of the flips through the doors that others use.
func TestFlipRefusedOnDisk(t *testing.T) {
	dir, want := newJournal(t, 6)
	sound := journalBytes(t, dir)
	for at := 0; at < len(sound); at += 97 {
		damaged := bytes.Clone(sound)
		damaged[at] ^= 0x10
		setJournal(t, dir, damaged)
		if w, _, _, err := Open(dir, Options{}); !isCorrupt(err) {
			t.Fatalf("byte %d: Open: %v, %v", at, w, err)
		}
		records, _, err := Read(dir)
		if !isCorrupt(err) || len(records) >= len(want) {
			t.Fatalf("byte %d: Read: %d records, err %v", at, len(records), err)
		}
		if report, err := Verify(dir); err != nil || report.Verdict != Corrupt || !strings.HasPrefix(report.Words(), "Corrupt: ") {
			t.Fatalf("byte %d: Verify: %+v, %v", at, report, err)
		}
		if !bytes.Equal(damaged, journalBytes(t, dir)) {
			t.Fatalf("byte %d: the refused journal was changed", at)
		}
	}
}

func TestEveryTruncation(t *testing.T) {
	sound, want, _ := inMemory(t, 40)
	torn := 0
	cuts := 0
	for size := 0; size <= len(sound); size += stride {
		cuts++
		whole := bytes.Count(sound[:size], []byte("\n"))
		end := bytes.LastIndexByte(sound[:size], '\n') + 1
		var at chain
		records, tail, err := at.read(sound[:size])
		if err != nil || len(records) != whole || tail.Bytes != size-end {
			t.Fatalf("cut to %d bytes: %d records, want %d, tail %+v, err %v", size, len(records), whole, tail, err)
		}
		if whole > 0 && at.head.Sum != want[whole-1].Sum {
			t.Fatalf("cut to %d bytes: head %+v", size, at.head)
		}
		if size > end {
			torn++
		}
	}
	t.Logf("figure: truncations that left the last whole record the head %d of %d, torn tails among them %d", cuts, cuts, torn)
}

// TestTruncationRepaired opens cuts on the disk: some of every record, all of the last one.
func TestTruncationRepaired(t *testing.T) {
	dir, want := newJournal(t, 40)
	sound := journalBytes(t, dir)
	torn, repaired := 0, 0
	for size := 0; size <= len(sound); size++ {
		whole := bytes.Count(sound[:size], []byte("\n"))
		end := bytes.LastIndexByte(sound[:size], '\n') + 1
		if size-end > 1 && size%97 != 0 && whole < 39 {
			continue
		}
		setJournal(t, dir, sound[:size])
		w, records, tail, err := Open(dir, Options{FS: faultFS{sync: noSync}})
		if err != nil || len(records) != whole {
			t.Fatalf("cut to %d bytes: %d records, want %d, err %v", size, len(records), whole, err)
		}
		if whole > 0 && w.Head() != (Head{want[whole-1].Seq, want[whole-1].Sum}) {
			t.Fatalf("cut to %d bytes: head %+v", size, w.Head())
		}
		if size == end != (tail == Tail{}) {
			t.Fatalf("cut to %d bytes: tail %+v", size, tail)
		}
		if size > end {
			torn++
			checkRepair(t, dir, sound[:size], end, tail)
			repaired++
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("figure: torn tails repaired on the disk, a copy kept, %d of %d", repaired, torn)
}

// checkRepair expects the journal to end at end and the copy to hold the rest; it removes the copy.
func checkRepair(t *testing.T, dir string, before []byte, end int, tail Tail) {
	t.Helper()
	if got := journalBytes(t, dir); !bytes.Equal(got, before[:end]) {
		t.Fatalf("the repaired journal has %d bytes, want %d", len(got), end)
	}
	path := filepath.Join(dir, tail.Copy)
	kept, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(kept, before[end:]) || tail.Sum != sumOf(kept) || tail.Offset != int64(end) || tail.Bytes != len(kept) {
		t.Fatalf("the copy has %d bytes, want %d, tail %+v, err %v", len(kept), len(before)-end, tail, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// TestUnwrittenSectors leaves out every choice of the last record's sectors, as a power cut may.
func TestUnwrittenSectors(t *testing.T) {
	data, records, ends := inMemory(t, 3)
	_, line, err := seal(Head{records[2].Seq, records[2].Sum}, fmt.Appendf(nil, `{"a":"%s"}`, strings.Repeat("x", 8*sector)))
	if err != nil {
		t.Fatal(err)
	}
	whole := slices.Concat(data, line)
	first, last := ends[2]/sector, (len(whole)-1)/sector
	judged := 0
	for lost := 1; lost < 1<<(last-first+1); lost++ {
		image := bytes.Clone(whole)
		for s := first; s <= last; s++ {
			if lost>>(s-first)&1 == 1 {
				clear(image[max(s*sector, ends[2]):min((s+1)*sector, len(image))])
			}
		}
		got, tail, err := read(image)
		if err != nil || len(got) != 3 || tail.Offset != int64(ends[2]) || tail.Bytes != len(line) {
			t.Fatalf("sectors %b lost: %d records, tail %+v, err %v", lost, len(got), tail, err)
		}
		judged++
	}
	t.Logf("figure: subsets of the last record's %d sectors left unwritten and found torn %d of %d", last-first+1, judged, 1<<(last-first+1)-1)
}

// TestTailTable walks the rows by which a bad tail is judged.
func TestTailTable(t *testing.T) {
	data, records, ends := inMemory(t, 3)
	line := data[ends[1]:] // the last one
	fork, forked, err := seal(Head{records[1].Seq, records[1].Sum}, payloadOf(99))
	if err != nil || fork.Seq != 3 {
		t.Fatal(fork, err)
	}
	cat := func(parts ...[]byte) []byte { return slices.Concat(parts...) }
	for name, c := range map[string]struct {
		data []byte
		torn bool
	}{
		"half a record":                 {cat(data[:ends[1]], line[:len(line)/2]), true},
		"all but the newline":           {data[:len(data)-1], true},
		"words without end":             {cat(data, []byte("hello")), true},
		"zeros":                         {cat(data, make([]byte, 3*sector)), true},
		"a sector of zeros, then more":  {cat(data, make([]byte, 2*sector), []byte("end\n")), true},
		"an empty line":                 {cat(data, []byte("\n")), false},
		"a line of words":               {cat(data, []byte("hello\n")), false},
		"bad line, then half a one":     {cat(data[:ends[1]], []byte("x"), line[1:], forked[:30]), false},
		"newline overwritten":           {cat(data[:len(data)-1], []byte("x")), false},
		"the last record twice":         {cat(data, line), false},
		"another record of that number": {cat(data, forked), false},
		"zeros, then a whole record":    {cat(data[:ends[1]], make([]byte, 3*sector), []byte("\n"), line), false},
		"zeros beyond one record":       {cat(data, make([]byte, MaxRecord+1)), false},
		"a gap before the last":         {cat(data[:ends[0]], line), false},
	} {
		_, tail, err := read(c.data)
		if c.torn != (err == nil && tail.Bytes > 0) || c.torn == isCorrupt(err) {
			t.Errorf("%s: tail %+v, err %v, want torn %v", name, tail, err, c.torn)
		}
	}
}

// TestEdits drops, doubles, swaps and smuggles in records, at every place.
func TestEdits(t *testing.T) {
	data, _, ends := inMemory(t, 12)
	lines := bytes.SplitAfter(data, []byte("\n"))[:len(ends)]
	other := otherRun(t)
	edits := map[string][][][]byte{}
	for i := range lines {
		if i < len(lines)-1 { // without the last one it is a shorter journal, and sound
			edits["dropped"] = append(edits["dropped"], slices.Delete(slices.Clone(lines), i, i+1))
		}
		replaced := slices.Clone(lines)
		replaced[i] = other[i]
		edits["foreign"] = append(edits["foreign"], replaced)
		for j := range len(lines) + 1 {
			edits["doubled"] = append(edits["doubled"], slices.Insert(slices.Clone(lines), j, lines[i]))
			edits["foreign"] = append(edits["foreign"], slices.Insert(slices.Clone(lines), j, other[i]))
		}
		for j := range i {
			swapped := slices.Clone(lines)
			swapped[i], swapped[j] = swapped[j], swapped[i]
			edits["swapped"] = append(edits["swapped"], swapped)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(edits)) {
		refused := 0
		for n, edited := range edits[name] {
			if records, tail, err := read(slices.Concat(edited...)); isCorrupt(err) {
				refused++
			} else {
				t.Errorf("%s, case %d: %d records, tail %+v, err %v", name, n, len(records), tail, err)
			}
		}
		t.Logf("figure: %s records refused %d of %d", name, refused, len(edits[name]))
	}
}

// TestManyEdits makes several of them at once.
func TestManyEdits(t *testing.T) {
	data, _, ends := inMemory(t, 12)
	lines := bytes.SplitAfter(data, []byte("\n"))[:len(ends)]
	all := slices.Concat(lines, otherRun(t))
	rapid.Check(t, func(t *rapid.T) {
		edited := rapid.SliceOfN(rapid.SampledFrom(all), 1, 14).Draw(t, "lines")
		sound := len(edited) <= len(lines)
		for i := 0; sound && i < len(edited); i++ {
			sound = bytes.Equal(edited[i], lines[i])
		}
		if bytes.Equal(edited[0], all[len(lines)]) { // as far as the other run goes
			sound = len(edited) <= len(lines) && slices.EqualFunc(edited, all[len(lines):][:len(edited)], bytes.Equal)
		}
		if records, tail, err := read(slices.Concat(edited...)); isCorrupt(err) == sound {
			t.Fatalf("%d records, tail %+v, err %v", len(records), tail, err)
		}
	})
}

// otherRun is a sound journal of another run: its lines differ from the first on.
func otherRun(tb testing.TB) [][]byte {
	tb.Helper()
	var head Head
	var lines [][]byte
	for i := range 12 {
		rec, line, err := seal(head, payloadOf(100+i))
		if err != nil {
			tb.Fatal(err)
		}
		head, lines = Head{rec.Seq, rec.Sum}, append(lines, line)
	}
	return lines
}

func TestVerifyWords(t *testing.T) {
	dir, _ := newJournal(t, 2)
	sound := journalBytes(t, dir)
	for _, c := range []struct {
		data    []byte
		verdict Verdict
		words   string
	}{
		{sound, Sound, "Sound: 2 records in "},
		{nil, Sound, "Sound: there is no whole record."},
		{sound[:len(sound)-5], Torn, "Torn: 1 records in "},
		{append(bytes.Clone(sound), '\n'), Corrupt, "Corrupt: 2 records in "},
	} {
		setJournal(t, dir, c.data)
		report, err := Verify(dir)
		if err != nil || report.Verdict != c.verdict || !strings.HasPrefix(report.Words(), c.words) {
			t.Errorf("got %s %q, err %v, want %s %q", report.Verdict, report.Words(), err, c.verdict, c.words)
		}
	}
	if _, err := Verify(t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Error("Verify of a folder without a journal:", err)
	}
}
