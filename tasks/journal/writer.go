package journal

// writer.go: the only way into a journal: create or open it under its lock, append, close.

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"
	"time"
)

// Options of Create and Open.
type Options struct {
	Holder string // who to name to a second writer: a person, a host, a process
	FS     FS     // nil means Disk{}
}

// ErrPoisoned is matched by every error after which a Writer writes nothing more.
var ErrPoisoned = errors.New("the journal stopped at its first error")

// Writer appends to a journal. It belongs to one goroutine.
type Writer struct {
	dir      Dir
	file     File // opened for appending
	lock     *lock
	at       chain
	stopped  error // why nothing can be appended any more
	lastSync time.Duration
	busy     atomic.Bool // while a record is being appended
}

// Create starts the journal of a run folder that has none, making the folder if need be (0700), and takes its lock.
// The folder may be renamed while the Writer has it open.
func Create(dir string, opts Options) (*Writer, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("journal: make the run folder: %w", err)
	}
	w, err := hold(dir, opts)
	if err != nil {
		return nil, err
	}
	if err := w.create(); err != nil {
		return nil, errors.Join(fmt.Errorf("journal: create: %w", err), w.Close())
	}
	return w, nil
}

func (w *Writer) create() (err error) {
	w.file, err = w.dir.OpenFile(journalName, os.O_WRONLY|os.O_APPEND|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("this run has one already, continue it with tminus resume: %w", err)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(w.file.Sync(), w.dir.Sync()); err != nil {
		return err
	}
	w.Reserve() // without one the run may start; whoever is about to act asks again
	return nil
}

// Open takes the lock of a run and continues its journal: it verifies every record and returns them, and cuts a
// torn tail after keeping a copy, which it reports. Errors: *LockedError, *CorruptError, or the system's.
func Open(dir string, opts Options) (*Writer, []Record, Tail, error) {
	var records []Record
	w, tail, err := Resume(dir, opts, func(r Record) { records = append(records, r) })
	if err != nil {
		return nil, nil, Tail{}, err
	}
	return w, records, tail, nil
}

// Resume is Open for a journal that need not be in memory: it gives each record to each once it is verified, also
// those before a damage.
func Resume(dir string, opts Options, each func(Record)) (*Writer, Tail, error) {
	w, err := hold(dir, opts)
	if err != nil {
		return nil, Tail{}, err
	}
	tail, err := w.resume(each)
	if err != nil {
		return nil, Tail{}, errors.Join(err, w.Close())
	}
	w.Reserve()
	return w, tail, nil
}

// hold opens a run folder, makes sure that it is ours alone, and locks it.
func hold(path string, opts Options) (*Writer, error) {
	disk := opts.FS
	if disk == nil {
		disk = Disk{}
	}
	dir, err := disk.OpenDir(path)
	if err != nil {
		return nil, fmt.Errorf("journal: open run folder: %w", err)
	}
	w := &Writer{dir: dir}
	info, err := dir.Lstat(".")
	if err == nil {
		err = checkOwner(info)
	}
	if err == nil {
		err = checkLocal(dir)
	}
	if err == nil {
		w.lock, err = takeLock(dir, path, opts.Holder)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("journal of %s: %w", path, err), dir.Close())
	}
	return w, nil
}

// checkLocal refuses a folder where the lock may not keep others out, or a sync may not reach a disk.
func checkLocal(dir Dir) error {
	kind, err := dir.Remote()
	if err != nil {
		return fmt.Errorf("find out which file system it is on: %w", err)
	}
	if kind != "" {
		return fmt.Errorf("it is on a network or shared file system (%s), where a lock and a sync cannot be relied on: keep runs on a local disk, by --runs or XDG_STATE_HOME", kind)
	}
	return nil
}

// resume reads the journal, cuts a torn tail and opens it for appending.
func (w *Writer) resume(each func(Record)) (Tail, error) {
	tail, at, err := scan(w.dir, each)
	if err != nil {
		return Tail{}, err
	}
	if tail.Bytes > 0 {
		if tail.Copy, err = w.cut(tail, at.head.Seq+1); err != nil {
			return Tail{}, fmt.Errorf("journal: cut its torn tail: %w", err)
		}
	}
	file, err := w.dir.OpenFile(journalName, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return Tail{}, fmt.Errorf("journal: open for appending: %w", err)
	}
	// The last record may have been written but not synced before a crash: it must not be acted on until it is.
	if err := file.Sync(); err != nil {
		return Tail{}, errors.Join(fmt.Errorf("journal: sync: %w", err), file.Close())
	}
	w.file, w.at = file, at
	return tail, nil
}

// Append stores a payload, a JSON object, as the next record and returns once it is on the disk. A payload that
// cannot be stored is refused and harms nothing; any other error poisons the Writer: it and every later one match
// ErrPoisoned. A poisoned record may or may not be found when the journal is opened again.
func (w *Writer) Append(payload json.RawMessage) (Record, error) {
	if !w.busy.CompareAndSwap(false, true) {
		return Record{}, errors.New("journal: internal error: two goroutines append at once, and a Writer belongs to one")
	}
	defer w.busy.Store(false)
	if w.stopped != nil {
		return Record{}, w.stopped
	}
	rec, line, err := seal(w.at.head, payload)
	if err != nil {
		return Record{}, err
	}
	next := chain{head: Head{Seq: rec.Seq, Sum: rec.Sum}, offset: w.at.offset + int64(len(line))}
	if next.offset > MaxFile {
		return Record{}, fmt.Errorf("journal: it would grow beyond %d bytes: end this run and start a new one", MaxFile)
	}
	if err := w.undisturbed(); err != nil {
		return Record{}, w.poison(rec.Seq, err)
	}
	begun := time.Now()
	if err := w.write(line, next); err != nil {
		return Record{}, w.poison(rec.Seq, fmt.Errorf("write: %w", err))
	}
	if err := w.file.Sync(); err != nil {
		return Record{}, w.poison(rec.Seq, fmt.Errorf("sync: %w", err))
	}
	w.lastSync = time.Since(begun)
	w.at = next
	return rec, nil
}

// LastSync is how long, in real time, the disk took to write and sync the last record; 0 before the first of this
// Writer. Beyond a second the operator should know; beyond ten, nothing should be begun.
func (w *Writer) LastSync() time.Duration { return w.lastSync }

// undisturbed looks for signs of another writer, which the lock should have kept out.
func (w *Writer) undisturbed() error {
	info, err := w.file.Stat()
	if err != nil {
		return err
	}
	if info.Size() != w.at.offset {
		return fmt.Errorf("the file has %d bytes where %d were written: something else changed it", info.Size(), w.at.offset)
	}
	return w.lock.check(w.dir)
}

// write writes a line with one call, after which the journal should stand at next. A full disk costs the reserve.
func (w *Writer) write(line []byte, next chain) error {
	err := w.writeOnce(line)
	if isDiskFull(err) {
		return w.writeFromReserve(line, next, err)
	}
	return err
}

func (w *Writer) writeOnce(line []byte) error {
	n, err := w.file.Write(line)
	if err == nil && n < len(line) {
		return io.ErrShortWrite
	}
	return err
}

func (w *Writer) poison(seq uint64, cause error) error {
	w.stopped = fmt.Errorf("%w: record %d: %w; nothing more is recorded or started: end this process, then continue with tminus resume", ErrPoisoned, seq, cause)
	return w.stopped
}

// Head names the last record that is on the disk.
func (w *Writer) Head() Head { return w.at.head }

// Close gives up the journal and its lock. It may be called again.
func (w *Writer) Close() error {
	if w.lock == nil {
		return nil
	}
	var err error
	if w.file != nil {
		err = w.file.Close()
	}
	err = errors.Join(err, w.lock.release(w.dir), w.dir.Close())
	w.lock, w.file = nil, nil
	if w.stopped == nil {
		w.stopped = fmt.Errorf("journal: append: %w", fs.ErrClosed)
	}
	return err
}
