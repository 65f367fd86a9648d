package journal

// read.go: reading a whole journal without the lock, and the verdict that `tminus verify` tells.

import (
	"errors"
	"fmt"
	"os"
)

const (
	journalName = "journal.jsonl"
	// MaxFile is the largest journal, in bytes: half a million events, far beyond any day.
	MaxFile = 256 << 20
)

// Read verifies the journal in a run folder and returns its records. It takes no lock and changes nothing: a torn
// tail is reported and left out. A corrupt journal gives the records before the damage and a *CorruptError.
func Read(dir string) ([]Record, Tail, error) {
	var records []Record
	tail, err := Scan(dir, func(r Record) { records = append(records, r) })
	return records, tail, err
}

// Scan is Read for a journal that need not be in memory: it gives each record to each once it is verified.
func Scan(dir string, each func(Record)) (Tail, error) {
	tail, _, err := scanFolder(dir, each)
	return tail, err
}

func scanFolder(path string, each func(Record)) (Tail, chain, error) {
	dir, err := Disk{}.OpenDir(path)
	if err != nil {
		return Tail{}, chain{}, fmt.Errorf("journal: open run folder: %w", err)
	}
	tail, at, err := scan(dir, each)
	return tail, at, errors.Join(err, dir.Close())
}

// scan reads and verifies the journal in a folder from its first byte.
func scan(dir Dir, each func(Record)) (Tail, chain, error) {
	file, err := dir.OpenFile(journalName, os.O_RDONLY, 0)
	if err != nil {
		return Tail{}, chain{}, fmt.Errorf("journal: open: %w", err)
	}
	var at chain
	var tail Tail
	rest, err := from(file, 0)
	if err == nil {
		tail, err = at.extend(rest, each)
	}
	return tail, at, errors.Join(err, file.Close())
}

// Verdict is what a check of a journal comes to.
type Verdict string

// The verdicts. A run can go on from a sound journal and from a torn one, never from a corrupt one.
const (
	Sound   Verdict = "sound"
	Torn    Verdict = "torn"
	Corrupt Verdict = "corrupt"
)

// Report is the result of Verify.
type Report struct {
	Verdict Verdict
	Records int   // verified ones
	Bytes   int64 // that they take in the file
	Head    Head
	Tail    Tail          // if torn
	Damage  *CorruptError // if corrupt
}

// Verify reads the journal of a run folder and says whether it can be trusted. Damage is in the report; the error
// is for a journal that could not be read at all.
func Verify(dir string) (Report, error) {
	tail, at, err := scanFolder(dir, func(Record) {})
	report := Report{Verdict: Sound, Records: int(at.head.Seq), Bytes: at.offset, Head: at.head, Tail: tail}
	switch {
	case errors.As(err, &report.Damage):
		report.Verdict = Corrupt
	case err != nil:
		return Report{}, err
	case tail.Bytes > 0:
		report.Verdict = Torn
	}
	return report, nil
}

// Words tells the report to a person, in a sentence or two.
func (r Report) Words() string {
	good := fmt.Sprintf("%d records in %d bytes follow one another unbroken", r.Records, r.Bytes)
	if r.Records == 0 {
		good = "there is no whole record"
	} else {
		good += ", the last being " + r.Head.Sum[:16]
	}
	switch r.Verdict {
	case Torn:
		return fmt.Sprintf("Torn: %s; then come %d bytes of a record that a crash cut short. It was never acted on: tminus resume keeps a copy of it and goes on.",
			good, r.Tail.Bytes)
	case Corrupt:
		return fmt.Sprintf("Corrupt: %s; then at record %d, byte %d: %s. This journal can be read up to there but not continued: keep the run folder as it is and start a new run.",
			good, r.Damage.Seq, r.Damage.Offset, r.Damage.Reason)
	default:
		return "Sound: " + good + "."
	}
}
