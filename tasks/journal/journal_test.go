package journal

// journal_test.go: the happy path, the format, and what the other tests share.

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// payloadOf is a payload of the size real ones have, different for each n.
func payloadOf(n int) json.RawMessage {
	return fmt.Appendf(nil, `{"t":"intent","id":"T%d.assoc","op":"ec2.AssociateAddress","note":%q}`, n, strings.Repeat("abcdef ", n%7*9))
}

// newJournal creates a journal of n records and closes it.
func newJournal(tb testing.TB, n int) (dir string, records []Record) {
	tb.Helper()
	dir = tb.TempDir()
	w, err := Create(dir, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	for i := range n {
		records = append(records, mustAppend(tb, w, payloadOf(i+1)))
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return dir, records
}

func mustAppend(tb testing.TB, w *Writer, payload json.RawMessage) Record {
	tb.Helper()
	rec, err := w.Append(payload)
	if err != nil {
		tb.Fatal(err)
	}
	return rec
}

func mustOpen(tb testing.TB, dir string) (*Writer, []Record, Tail) {
	tb.Helper()
	w, records, tail, err := Open(dir, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return w, records, tail
}

func journalBytes(tb testing.TB, dir string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join(dir, journalName))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func setJournal(tb testing.TB, dir string, data []byte) {
	tb.Helper()
	if err := os.WriteFile(filepath.Join(dir, journalName), data, 0o600); err != nil {
		tb.Fatal(err)
	}
}

// inMemory builds the bytes of a journal of n records without a disk.
func inMemory(tb testing.TB, n int) (data []byte, records []Record, ends []int) {
	tb.Helper()
	var head Head
	for i := range n {
		rec, line, err := seal(head, payloadOf(i+1))
		if err != nil {
			tb.Fatal(err)
		}
		head = Head{Seq: rec.Seq, Sum: rec.Sum}
		data, records, ends = append(data, line...), append(records, rec), append(ends, len(data)+len(line))
	}
	return data, records, ends
}

func TestAppendOpenRead(t *testing.T) {
	dir, want := newJournal(t, 5)
	got, tail, err := Read(dir)
	if err != nil || tail != (Tail{}) {
		t.Fatalf("Read: tail %+v, err %v", tail, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("Read differs from what Append returned:\n", diff)
	}
	w, got, _ := mustOpen(t, dir)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("Open differs from what Append returned:\n", diff)
	}
	rec := mustAppend(t, w, json.RawMessage(`{"t":"writer.open"}`))
	if rec.Seq != 6 || rec.Prev != want[4].Sum || w.Head() != (Head{6, rec.Sum}) {
		t.Errorf("a reopened journal went on with %+v", rec)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Error("second Close:", err)
	}
	if _, err := w.Append(payloadOf(1)); !errors.Is(err, fs.ErrClosed) {
		t.Error("Append after Close:", err)
	}
}

// TestFormat checks the lines with the words of the specification and none of the package's code.
func TestFormat(t *testing.T) {
	dir, _ := newJournal(t, 12)
	prev := strings.Repeat("0", 64)
	lines := bufio.NewScanner(bytes.NewReader(journalBytes(t, dir)))
	n := 0
	for ; lines.Scan(); n++ {
		line := lines.Text()
		hashed, _, _ := strings.Cut(line, `,"sum":`)
		sum := sha256.Sum256([]byte(hashed))
		var got struct {
			Seq            int
			Len, Prev, Sum string
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		want := got
		want.Seq, want.Len, want.Prev, want.Sum = n+1, fmt.Sprintf("%08x", len(line)+1), prev, hex.EncodeToString(sum[:])
		if got != want {
			t.Errorf("line %d: got %+v, want %+v", n+1, got, want)
		}
		prev = want.Sum
	}
	if n != 12 {
		t.Errorf("%d lines, want 12", n)
	}
}

// TestKeptJournal reads a journal written by the first release: later ones have to read it for ever.
func TestKeptJournal(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "first-release.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var at chain
	records, tail, err := at.read(data)
	if err != nil || tail != (Tail{}) {
		t.Fatalf("tail %+v, err %v", tail, err)
	}
	want := Head{Seq: 4, Sum: "9be92e5ce5164b35a3498266f92606950d4b8b2c71e7fd68b8216cea5837c9b5"}
	if at.head != want || len(records) != 4 {
		t.Errorf("head %+v, want %+v", at.head, want)
	}
	if got, want := string(records[1].Payload), `{"t":"note","text":"caf\u00e9 \u001b[31m \ud83d\ude80 <&>"}`; got != want {
		t.Errorf("payload of record 2 is %s, want %s", got, want)
	}
}

func TestPayloadRefused(t *testing.T) {
	w, err := Create(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for name, payload := range map[string]string{
		"nothing":            ``,
		"an array":           `[1]`,
		"a number":           `7`,
		"null":               `null`,
		"broken":             `{"a":}`,
		"two objects":        `{}{}`,
		"reserved":           `{"t":"x","sum":"y"}`,
		"reserved, escaped":  `{"\u0073eq":1}`,
		"a name twice":       `{"a":1,"a":2}`,
		"twice, escaped":     `{"a":1,"\u0061":2}`,
		"no name twice":      `{"":1,"":2}`,
		"too long":           `{"a":"` + strings.Repeat("x", MaxRecord) + `"}`,
		"too long as stored": `{"a":"` + strings.Repeat("é", MaxRecord/6) + `"}`,
	} {
		if rec, err := w.Append(json.RawMessage(payload)); err == nil || errors.Is(err, ErrPoisoned) {
			t.Errorf("%s: stored as %s, err %v", name, rec.Payload, err)
		}
	}
	for _, payload := range []string{`{}`, ` { "a" : { "seq" : 1, "len": [ {"sum":2} ] } , "b\"c" : "," } ` + "\n"} {
		if _, err := w.Append(json.RawMessage(payload)); err != nil {
			t.Errorf("%s refused: %v", payload, err)
		}
	}
	if w.Head().Seq != 2 {
		t.Error("refused payloads moved the head to", w.Head().Seq)
	}
}

func TestLongestRecord(t *testing.T) {
	dir, _ := newJournal(t, 1)
	w, _, _ := mustOpen(t, dir)
	fill := MaxRecord - len(fmt.Sprintf(`{"seq":2,"len":"%08x","prev":"%s","a":""%s`, 0, noSum, closing(noSum)))
	if _, err := w.Append(fmt.Appendf(nil, `{"a":"%s"}`, strings.Repeat("x", fill+1))); err == nil {
		t.Error("a record one byte too long was stored")
	}
	mustAppend(t, w, fmt.Appendf(nil, `{"a":"%s"}`, strings.Repeat("x", fill)))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if records, _, err := Read(dir); err != nil || len(records) != 2 {
		t.Errorf("%d records, err %v", len(records), err)
	}
}

// TestASCII stores any text and finds the same text again, in a file without a byte that a terminal would obey.
func TestASCII(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := map[string]string{}
		for key, value := range rapid.MapOfN(rapid.String(), rapid.String(), 0, 5).Draw(t, "members") {
			want["k"+key] = value
		}
		payload, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		rec, line, err := seal(Head{}, payload)
		if err != nil {
			t.Fatal(err)
		}
		if i := bytes.IndexFunc(line[:len(line)-1], func(r rune) bool { return r < 0x20 || r > 0x7e }); i >= 0 {
			t.Fatalf("byte %d of %q", i, line)
		}
		read, size, err := parse(line)
		if err != nil || size != len(line) || !cmp.Equal(rec, read) {
			t.Fatalf("read %+v, err %v, want %+v", read, err, rec)
		}
		got := map[string]string{}
		if err := json.Unmarshal(read.Payload, &got); err != nil || !cmp.Equal(want, got) {
			t.Fatalf("got %q, err %v, want %q", got, err, want)
		}
	})
}

func TestRenamedFolder(t *testing.T) {
	parent := t.TempDir()
	old, now := filepath.Join(parent, ".new-1"), filepath.Join(parent, "CHG1-1")
	w, err := Create(old, Options{})
	if err != nil {
		t.Fatal(err)
	}
	mustAppend(t, w, payloadOf(1))
	if err := os.Rename(old, now); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, w, payloadOf(2))
	if _, _, _, err := Open(now, Options{}); !errors.Is(err, ErrLocked) {
		t.Error("Open of the renamed, held run:", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if records, _, err := Read(now); err != nil || len(records) != 2 {
		t.Errorf("%d records, err %v", len(records), err)
	}
}
