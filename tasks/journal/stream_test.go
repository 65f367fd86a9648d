package journal

// stream_test.go: a journal longer than what is read at once is judged as if it were in memory whole.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// longer is a journal a few times as long as what is read at once, with records of every size up to the largest.
func longer(tb testing.TB) (data []byte, records []Record, ends []int) {
	tb.Helper()
	var head Head
	for n := 0; len(data) < 4*ahead; n++ {
		payload := fmt.Appendf(nil, `{"n":%d,"x":"%s"}`, n, strings.Repeat("x", n*7919%(MaxRecord-512)))
		if n%10 == 9 { // the longest line there may be
			_, short, err := seal(head, []byte(`{"x":""}`))
			if err != nil {
				tb.Fatal(err)
			}
			payload = fmt.Appendf(nil, `{"x":"%s"}`, strings.Repeat("x", MaxRecord-len(short)))
		}
		rec, line, err := seal(head, payload)
		if err != nil {
			tb.Fatal(err)
		}
		head = Head{Seq: rec.Seq, Sum: rec.Sum}
		data, records = append(data, line...), append(records, rec)
		ends = append(ends, len(data))
	}
	return data, records, ends
}

func TestLongerThanReadAtOnce(t *testing.T) {
	data, want, _ := longer(t)
	for name, rest := range map[string]io.Reader{
		"at once":             bytes.NewReader(data),
		"in halves":           iotest.HalfReader(bytes.NewReader(data)),
		"byte by byte":        iotest.OneByteReader(bytes.NewReader(data)),
		"its end with a byte": iotest.DataErrReader(bytes.NewReader(data)),
	} {
		var at chain
		var got []Record
		tail, err := at.extend(rest, func(r Record) { got = append(got, r) })
		if err != nil || tail != (Tail{}) || at.offset != int64(len(data)) {
			t.Errorf("%s: at byte %d, tail %+v, err %v", name, at.offset, tail, err)
		}
		same := func(a, b Record) bool {
			return a.Seq == b.Seq && a.Prev == b.Prev && a.Sum == b.Sum && bytes.Equal(a.Payload, b.Payload)
		}
		if !slices.EqualFunc(want, got, same) { // also when what they were read from was read over
			t.Errorf("%s: other records than were written", name)
		}
	}
}

// TestTornFarIn cuts a long journal around every record's end and every piece that is read.
func TestTornFarIn(t *testing.T) {
	data, want, ends := longer(t)
	cuts := map[int]bool{}
	for _, end := range ends {
		cuts[end-1], cuts[end], cuts[min(end+1, len(data))] = true, true, true
	}
	for at := MaxRecord; at < len(data); at += MaxRecord {
		cuts[at-1], cuts[at], cuts[at+1] = true, true, true
	}
	for size := range cuts {
		whole := bytes.Count(data[:size], []byte("\n"))
		var head Head
		if whole > 0 {
			head = Head{Seq: want[whole-1].Seq, Sum: want[whole-1].Sum}
		}
		end := bytes.LastIndexByte(data[:size], '\n') + 1
		tail := Tail{}
		if size > end {
			tail = Tail{Offset: int64(end), Bytes: size - end, Sum: sumOf(data[end:size])}
		}
		var at chain
		records, got, err := at.read(data[:size])
		if err != nil || got != tail || len(records) != whole || at.offset != int64(end) || at.head != head {
			t.Errorf("cut to %d bytes: %d records, want %d, tail %+v, want %+v, err %v", size, len(records), whole, got, tail, err)
		}
	}
}

// TestCorruptFarIn damages a long journal: the judge sees what follows, however far away it is.
func TestCorruptFarIn(t *testing.T) {
	data, _, ends := longer(t)
	start := 0
	for n, end := range ends {
		damaged := bytes.Clone(data)
		damaged[(start+end)/2] ^= 0x10
		says := "and a whole record follows at byte " + fmt.Sprint(end)
		if n == len(ends)-1 {
			says = errSum.Error()
		}
		checkDamage(t, damaged, n, start, says)

		damaged = append(bytes.Clone(data[:start]), make([]byte, len(data)-start)...) // zeros to the end
		if len(data)-start > MaxRecord {
			checkDamage(t, damaged, n, start, fmt.Sprintf("and %d bytes follow, more than one record", len(data)-start))
		}
		if n < len(ends)-1 { // zeros as far as the last record
			copy(damaged[ends[len(ends)-2]-1:], data[ends[len(ends)-2]-1:])
			checkDamage(t, damaged, n, start, fmt.Sprint("and a whole record follows at byte ", ends[len(ends)-2]))
		}
		start = end
	}
}

func checkDamage(t *testing.T, data []byte, records, offset int, says string) {
	t.Helper()
	got, tail, err := read(data)
	var damage *CorruptError
	if !errors.As(err, &damage) || tail != (Tail{}) || len(got) != records {
		t.Errorf("damage in record %d: %d records, tail %+v, err %v", records+1, len(got), tail, err)
		return
	}
	if damage.Seq != uint64(records+1) || damage.Offset != int64(offset) || !strings.Contains(damage.Reason, says) {
		t.Errorf("damage in record %d at byte %d is told as %v, want %q", records+1, offset, damage, says)
	}
}

// TestReadErrorIsNoTornTail: what could not be read is neither torn, which would cut it, nor corrupt.
func TestReadErrorIsNoTornTail(t *testing.T) {
	data, _, ends := longer(t)
	broken := errors.New("the disk cannot read this")
	for _, good := range []int{0, 1, ends[0] - 1, ends[0], ends[2] + 1, ahead - 1, ahead, ahead + 1, len(data) - 1, len(data)} {
		for name, before := range map[string][]byte{"sound": data[:good], "torn": append(bytes.Clone(data[:good]), make([]byte, sector)...)} {
			tail, err := new(chain).extend(io.MultiReader(bytes.NewReader(before), iotest.ErrReader(broken)), func(Record) {})
			if !errors.Is(err, broken) || isCorrupt(err) || tail != (Tail{}) {
				t.Errorf("unreadable after %d bytes, %s: tail %+v, err %v", good, name, tail, err)
			}
		}
	}
}

// TestScanAndResume give what Read and Open return, also the records before a damage.
func TestScanAndResume(t *testing.T) {
	dir, want := newJournal(t, 6)
	sound := journalBytes(t, dir)
	for name, c := range map[string]struct {
		data    []byte
		records int
		corrupt bool
	}{
		"sound":   {sound, 6, false},
		"torn":    {sound[:len(sound)-9], 5, false},
		"corrupt": {append(bytes.Clone(sound), '\n'), 6, true},
	} {
		setJournal(t, dir, c.data)
		var scanned, resumed []Record
		tail, err := Scan(dir, func(r Record) { scanned = append(scanned, r) })
		if isCorrupt(err) != c.corrupt || (tail.Bytes > 0) != (name == "torn") {
			t.Errorf("%s: Scan: tail %+v, err %v", name, tail, err)
		}
		w, cut, err := Resume(dir, Options{}, func(r Record) { resumed = append(resumed, r) })
		if isCorrupt(err) != c.corrupt || (cut.Copy != "") != (name == "torn") || (w == nil) != c.corrupt {
			t.Errorf("%s: Resume: tail %+v, err %v", name, cut, err)
		}
		if diff := cmp.Diff(want[:c.records], scanned) + cmp.Diff(want[:c.records], resumed); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if w != nil {
			if w.Head() != (Head{want[c.records-1].Seq, want[c.records-1].Sum}) {
				t.Errorf("%s: Resume goes on from %+v", name, w.Head())
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
