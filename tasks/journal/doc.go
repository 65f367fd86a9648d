// Package journal is the file that holds the truth of a run: an append-only list of records, each on a line of
// JSON, each chained to the one before by its hash. What a record means is not known here; the engine decides.
//
// A line looks like this, and jq, grep and tail -f read it:
//
//	{"seq":12,"len":"0000013e","prev":"<64 hex>", …the payload's members…,"sum":"<64 hex>"}
//
// seq counts from 1. len is the whole line in bytes with its newline, in eight hex digits. sum is the SHA-256
// of the bytes before `,"sum":`, and prev is the sum of the line before, or 64 zeros. The hash covers the bytes
// as stored, so checking a journal needs no rule about how JSON is to be written. Every byte but the newline is
// printable ASCII, so showing a journal on a terminal is safe whatever was put into it.
//
// A [Writer] is made by [Create] or [Open] and holds the run's lock; [Writer.Append] returns only when the record
// is on the disk. The first error of a write or of a sync poisons it: after a failed sync nobody knows what the
// disk holds, so nothing more is written until somebody opens the journal again and reads what is really there.
// The one exception is a full disk, for which a reserve of bytes is kept (reserve.go).
//
// [Open], [Read], [Verify] and [Follower] share one reader (scan.go). It has a piece of the file in memory at a time:
// [Resume] and [Scan] hand on each record once it is verified. It tells two kinds of damage apart. A torn
// tail is what a crash leaves of the record being written: it was never acknowledged, so [Open] keeps a copy
// and cuts it. Anything else is corrupt, and refused: a journal is never made shorter silently.
//
// The chain finds edits, losses in the middle and disorder. It cannot find whole records missing at the end, nor a
// journal rewritten from some record on with fresh hashes; for that the head has to be known from elsewhere. Nor
// can it help where a disk lies: once a sync has failed, Linux may report success for the next one, so what
// [Open] reads back from memory after a poisoned writer is not proven to be on the disk.
//
// A run folder on a network file system is refused for writing: locks and syncs promise too little there.
//
// Linux and macOS are supported. Windows compiles but is untested: there the folder's owner and mode are not
// checked, directories are not synced, and the lock cannot say who holds it.
package journal
