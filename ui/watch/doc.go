// Package watch follows a run that another process flies, read-only by
// construction: it imports no engine, no adapter and no AWS, takes no lock and
// writes nothing. All it has is the run's folder: the journal, which it verifies
// as it grows, and live.json. It shows nothing beyond the sequence number that
// live.json says is on the disk.
package watch
