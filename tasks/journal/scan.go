package journal

// scan.go: the one reader of journal bytes: it verifies the chain record by record, and judges what follows the
// last good one.

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// sector is the piece a disk writes as a whole: a piece of zeros was never written.
const sector = 512

// ahead is how much of a journal is read at once, in bytes: the longest record, and enough that reading costs little.
const ahead = 4 * MaxRecord

// CorruptError says where a journal stops being what its writer wrote. Nothing may be appended to it.
type CorruptError struct {
	Seq    uint64 // the record that should have been there
	Offset int64  // in bytes from the start of the file
	Reason string
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("journal corrupt at record %d, byte %d: %s; it can be read up to there but not continued: keep the run folder as it is and start a new run",
		e.Seq, e.Offset, e.Reason)
}

// Tail is a torn tail: what a crash left of a record that was never acknowledged. The zero Tail is none.
type Tail struct {
	Offset int64  // where it starts in the journal, in bytes
	Bytes  int    // its size
	Sum    string // SHA-256 of it, lower-case hex
	Copy   string // the file in the run folder that keeps it, once it was cut
}

// chain is where a reader stands: every byte before offset is verified, and head is the last record there.
type chain struct {
	head   Head
	offset int64
}

// extend verifies the records in rest, which is the journal from c.offset to its end, gives them to each and moves
// past them. What is left over is a torn tail, or it makes the journal corrupt; only then is all of it in memory.
func (c *chain) extend(rest io.Reader, each func(Record)) (Tail, error) {
	lines := bufio.NewReaderSize(rest, ahead)
	for {
		data, err := lines.Peek(MaxRecord) // less at the end
		if err != nil && !errors.Is(err, io.EOF) {
			return Tail{}, fmt.Errorf("journal: read: %w", err)
		}
		if len(data) == 0 {
			return Tail{}, nil
		}
		rec, size, err := parse(data)
		if err == nil {
			err = c.follows(rec)
		}
		if err != nil {
			data, readErr := io.ReadAll(lines)
			if readErr != nil {
				return Tail{}, fmt.Errorf("journal: read: %w", readErr)
			}
			return c.judge(data, err)
		}
		rec.Prev = c.head.prev() // the same text, in memory once
		c.head = Head{Seq: rec.Seq, Sum: rec.Sum}
		c.offset += int64(size)
		_, _ = lines.Discard(size) // it is there: Peek returned it
		each(rec)
	}
}

// errPlace marks a record that is whole but does not belong where it is.
var errPlace = errors.New("a whole record stands in the wrong place")

func (c *chain) follows(rec Record) error {
	if want := c.head.Seq + 1; rec.Seq != want {
		return fmt.Errorf("%w: it is number %d", errPlace, rec.Seq)
	}
	if rec.Prev != c.head.prev() {
		return fmt.Errorf("%w: it does not follow the record before it", errPlace)
	}
	return nil
}

// judge tells a torn tail from corruption; the first rule that fits decides. rest starts with a line that is bad
// because of cause. The rules err towards corrupt: cutting is allowed only for what a crash can leave behind.
func (c *chain) judge(rest []byte, cause error) (Tail, error) {
	corrupt := func(format string, args ...any) (Tail, error) {
		return Tail{}, &CorruptError{Seq: c.head.Seq + 1, Offset: c.offset, Reason: fmt.Sprintf(format, args...)}
	}
	torn := Tail{Offset: c.offset, Bytes: len(rest), Sum: sumOf(rest)}
	switch at := nextRecord(rest); {
	case errors.Is(cause, errPlace):
		return corrupt("%v", cause)
	case at >= 0:
		return corrupt("%v, and a whole record follows at byte %d", cause, c.offset+int64(at))
	case len(rest) > MaxRecord:
		return corrupt("%v, and %d bytes follow, more than one record", cause, len(rest))
	case hasUnwrittenSector(rest, c.offset):
		return torn, nil
	case isWholeFrame(rest):
		return corrupt("%v", cause)
	}
	return torn, nil
}

// nextRecord finds a self-consistent record at the start of a later line, or returns -1. Lines do not overlap, so
// this reads rest once.
func nextRecord(rest []byte) int {
	at := 0
	for {
		end := bytes.IndexByte(rest[at:], '\n')
		if end < 0 {
			return -1
		}
		at += end + 1
		if _, _, err := parse(rest[at:]); err == nil {
			return at
		}
	}
}

// hasUnwrittenSector reports whether a piece of rest is all zero, in pieces as the disk has them: rest starts at
// offset in the file.
func hasUnwrittenSector(rest []byte, offset int64) bool {
	size := sector - int(offset%sector)
	for len(rest) > 0 {
		piece := rest[:min(size, len(rest))]
		if len(bytes.Trim(piece, "\x00")) == 0 {
			return true
		}
		rest, size = rest[len(piece):], sector
	}
	return false
}

// isWholeFrame reports whether the first line of rest was written to its end: it has one, or it is as long as it
// says. If such a line is bad it was changed, not torn.
func isWholeFrame(rest []byte) bool {
	if bytes.IndexByte(rest, '\n') >= 0 {
		return true
	}
	_, size, _, ok := cutStart(rest)
	return ok && len(rest) >= size
}
