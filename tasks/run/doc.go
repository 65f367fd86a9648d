// Package run is the folder of a run: the frozen plan, the journal, the newest
// readings. It makes such folders, finds them again and reads them; writing the
// journal is the engine's, following it is the watcher's.
//
//	plan.yaml       frozen copy; its hash is in the first event
//	journal.jsonl   the truth (package journal)
//	live.json       clock and readings, replaced once a second; never evidence
//	keys/           private keys made on the day
//	known_hosts     host keys by instance id
//	world.json      a rehearsal's pretend world
//
// A folder is built as .new-* and gets its name once its first event is synced,
// so a run that has a name has a journal.
package run
