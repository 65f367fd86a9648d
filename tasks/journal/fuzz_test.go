package journal

// fuzz_test.go: any bytes as a journal, any bytes as a payload.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
)

// FuzzReader: the reader never accepts more than whole lines it can account for, and says what it left.
func FuzzReader(f *testing.F) {
	data, _, ends := inMemory(f, 3)
	f.Add(data)
	f.Add(data[:ends[1]+40])
	f.Add(append(bytes.Clone(data[:ends[1]]), data[:ends[0]]...))
	f.Add(append(bytes.Clone(data), make([]byte, 600)...))
	f.Add([]byte(`{"seq":1,"len":"ffffffff","prev":"`))
	f.Add([]byte("\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var at chain
		records, tail, err := at.read(data)
		if err != nil && !isCorrupt(err) {
			t.Fatal(err)
		}
		if err != nil && tail != (Tail{}) {
			t.Fatal("corrupt and torn at once")
		}
		if err == nil && at.offset+int64(tail.Bytes) != int64(len(data)) {
			t.Fatalf("%d bytes verified, %d torn, of %d", at.offset, tail.Bytes, len(data))
		}
		if lines := bytes.Count(data[:at.offset], []byte("\n")); lines != len(records) {
			t.Fatalf("%d records in %d lines", len(records), lines)
		}
		var head Head
		for _, rec := range records {
			if rec.Seq != head.Seq+1 || rec.Prev != head.prev() {
				t.Fatalf("%+v does not follow %+v", rec, head)
			}
			if _, err := storable(rec.Payload); err != nil {
				t.Fatalf("accepted but not storable: %s: %v", rec.Payload, err)
			}
			head = Head{rec.Seq, rec.Sum}
		}
		if head != at.head {
			t.Fatalf("head %+v, want %+v", at.head, head)
		}
	})
}

// FuzzSealedLine: members that came with a right length and sum, as from another writer, are accepted only if the
// whole line is one object in which every name stands once.
func FuzzSealedLine(f *testing.F) {
	for _, members := range []string{``, `,"t":"note"`, `,`, `,  `, `,"seq":9`, `,"\u0073um":"x"`, `,"a":1,"a":2`, `,"a":{"seq":[1]}`, `,"a":"}","b":"`, `}`, `,"a":1}`} {
		f.Add([]byte(members))
	}
	f.Fuzz(func(t *testing.T, members []byte) {
		start, middle := `{"seq":1,"len":"`, `","prev":"`+noSum+`"`
		line := fmt.Appendf(nil, "%s%08x%s%s", start, len(start)+hexLen+len(middle)+len(members)+sealSize, middle, members)
		line = append(line, closing(sumOf(line))...)
		rec, _, err := parse(line)
		if err != nil {
			return
		}
		names := map[string]bool{}
		decoder := json.NewDecoder(bytes.NewReader(line))
		if _, err := decoder.Token(); err != nil {
			t.Fatal(err)
		}
		for decoder.More() {
			name, err := decoder.Token()
			if err != nil || names[name.(string)] {
				t.Fatalf("name %v, err %v in %s", name, err, line)
			}
			names[name.(string)] = true
			var value json.RawMessage
			if err := decoder.Decode(&value); err != nil {
				t.Fatal(err)
			}
		}
		var payload map[string]json.RawMessage
		if err := json.Unmarshal(rec.Payload, &payload); err != nil || len(payload) != len(names)-4 {
			t.Fatalf("payload %s of %s, err %v", rec.Payload, line, err)
		}
	})
}

// FuzzPayload: whatever is stored is ASCII, on one line, and read back as it was returned.
func FuzzPayload(f *testing.F) {
	f.Add([]byte(`{"t":"note","text":"caf\u00e9"}`))
	f.Add([]byte("{\"a\":\"\xff\x7f\u2028\U0001f680\"}"))
	f.Add([]byte(`{"\ud800":{"seq":[1,2,{"\\":"\""}]}}`))
	f.Add([]byte(`{"\u0073eq":1}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		rec, line, err := seal(Head{}, payload)
		if err != nil {
			return
		}
		if i := bytes.IndexFunc(line[:len(line)-1], func(r rune) bool { return r < 0x20 || r > 0x7e }); i >= 0 {
			t.Fatalf("byte %d of %q", i, line)
		}
		read, size, err := parse(line)
		if err != nil || size != len(line) || read.Sum != rec.Sum || !bytes.Equal(read.Payload, rec.Payload) {
			t.Fatalf("stored %s, read %s, err %v", rec.Payload, read.Payload, err)
		}
		var before, after any
		if json.Unmarshal(payload, &before) == nil && json.Unmarshal(rec.Payload, &after) == nil {
			b, _ := json.Marshal(before)
			a, _ := json.Marshal(after)
			if !bytes.Equal(b, a) {
				t.Fatalf("stored %s, meant %s", a, b)
			}
		}
	})
}
