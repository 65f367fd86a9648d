package journal

// record.go: one record and its line: sealed when written, parsed and verified when read.

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// MaxRecord is the largest line, in bytes with its newline.
const MaxRecord = 64 << 10

const (
	noSum   = "0000000000000000000000000000000000000000000000000000000000000000" // the prev of record 1
	hexSum  = len(noSum)
	hexLen  = 8
	sumMark = `,"sum":"`
	// sealSize is what follows the hashed bytes: the mark, the sum, the closing quote and brace, the newline.
	sealSize = len(sumMark) + hexSum + len("\"}\n")
)

// Record is one line of a journal.
type Record struct {
	Seq     uint64
	Prev    string          // sum of the record before, lower-case hex
	Sum     string          // SHA-256 of this one, lower-case hex
	Payload json.RawMessage // a JSON object in ASCII, without seq, len, prev and sum: exactly as stored
}

// Head names the last record of a journal. The zero Head is that of an empty journal.
type Head struct {
	Seq uint64
	Sum string // lower-case hex; empty before the first record
}

// prev is what the record after this head has to carry.
func (h Head) prev() string {
	if h.Seq == 0 {
		return noSum
	}
	return h.Sum
}

// seal makes the record that follows head, and its line. It refuses a payload that is not a fit object (see
// storable) and a line longer than MaxRecord.
func seal(head Head, payload json.RawMessage) (Record, []byte, error) {
	stored, err := storable(payload)
	if err != nil {
		return Record{}, nil, err
	}
	rec := Record{Seq: head.Seq + 1, Prev: head.prev(), Payload: stored}
	members := stored[1 : len(stored)-1]
	start := `{"seq":` + strconv.FormatUint(rec.Seq, 10) + `,"len":"`
	middle := `","prev":"` + rec.Prev + `"`
	if len(members) > 0 {
		middle += ","
	}
	size := len(start) + hexLen + len(middle) + len(members) + sealSize
	if size > MaxRecord {
		return Record{}, nil, fmt.Errorf("journal: a record of %d bytes is too long: at most %d; shorten what it quotes", size, MaxRecord)
	}
	line := make([]byte, 0, size)
	line = append(line, start...)
	line = fmt.Appendf(line, "%08x", size)
	line = append(line, middle...)
	line = append(line, members...)
	rec.Sum = sumOf(line)
	line = append(line, closing(rec.Sum)...)
	return rec, line, nil
}

// closing is how a line ends, from the bytes its sum covers.
func closing(sum string) string { return sumMark + sum + "\"}\n" }

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	var digits [hexSum]byte
	hex.Encode(digits[:], sum[:])
	return string(digits[:])
}

// Why a line is no record. They end up in a CorruptError, so they read as its reason.
var (
	errUnended = errors.New("the line has no end")
	errShape   = errors.New("the line is not shaped like a record")
	errASCII   = errors.New("the line holds a byte outside printable ASCII")
	errLen     = errors.New("the line is not as long as it says")
	errSum     = errors.New("the bytes do not match their checksum")
	errJSON    = errors.New("the line is not one JSON object with each name once")
)

// parse reads the line at the start of data and says whether it is consistent in itself; its place in the
// chain is the caller's to check. It returns the line's size in bytes with its newline. The record keeps nothing of data.
func parse(data []byte) (Record, int, error) {
	end := bytes.IndexByte(data[:min(len(data), MaxRecord)], '\n')
	if end < 0 {
		return Record{}, 0, errUnended
	}
	line := data[:end+1]
	if !isPrintable(line[:end]) {
		return Record{}, 0, errASCII
	}
	seq, size, rest, ok := cutStart(line)
	if !ok || len(rest) < sealSize {
		return Record{}, 0, errShape
	}
	if size != len(line) {
		return Record{}, 0, errLen
	}
	hashed := line[:len(line)-sealSize]
	rec := Record{Seq: seq, Sum: sumOf(hashed)}
	if string(line[len(hashed):]) != closing(rec.Sum) {
		return Record{}, 0, errSum
	}
	prev, members, ok := cutPrev(rest[:len(rest)-sealSize])
	if !ok {
		return Record{}, 0, errShape
	}
	if !json.Valid(line) {
		return Record{}, 0, errJSON
	}
	var room [16][]byte // events have eleven names with the record's own
	if _, twice := repeated(memberNames(room[:0], line)); twice {
		return Record{}, 0, errJSON
	}
	rec.Prev = prev
	rec.Payload = append(make(json.RawMessage, 0, len(members)+len("{}")), '{')
	rec.Payload = append(append(rec.Payload, members...), '}')
	return rec, len(line), nil
}

// isPrintable reports bytes that a terminal shows and none that it obeys.
func isPrintable(line []byte) bool {
	for _, c := range line {
		if c < 0x20 || c > 0x7e {
			return false
		}
	}
	return true
}

// cutStart takes `{"seq":12,"len":"0000013e"` off a line. It is also asked about lines that break off after it.
func cutStart(line []byte) (seq uint64, size int, rest []byte, ok bool) {
	rest, ok = bytes.CutPrefix(line, []byte(`{"seq":`))
	if !ok {
		return 0, 0, nil, false
	}
	number, rest, ok := bytes.Cut(rest, []byte(`,"len":"`))
	if !ok || len(rest) < hexLen+1 || rest[hexLen] != '"' || !lowerHex(rest[:hexLen]) {
		return 0, 0, nil, false
	}
	seq, err := strconv.ParseUint(string(number), 10, 64)
	if err != nil || strconv.FormatUint(seq, 10) != string(number) {
		return 0, 0, nil, false
	}
	long, err := strconv.ParseUint(string(rest[:hexLen]), 16, 32)
	return seq, int(long), rest[hexLen+1:], err == nil
}

// cutPrev takes `,"prev":"<64 hex>"` and the comma after it off a line.
func cutPrev(rest []byte) (prev string, members []byte, ok bool) {
	rest, ok = bytes.CutPrefix(rest, []byte(`,"prev":"`))
	if !ok || len(rest) < hexSum+1 || rest[hexSum] != '"' || !lowerHex(rest[:hexSum]) {
		return "", nil, false
	}
	prev, members = string(rest[:hexSum]), rest[hexSum+1:]
	if len(members) == 0 {
		return prev, nil, true
	}
	members, ok = bytes.CutPrefix(members, []byte(","))
	return prev, members, ok && len(members) > 0
}

func lowerHex(digits []byte) bool {
	for _, c := range digits {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
