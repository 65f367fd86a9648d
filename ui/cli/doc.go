// Package cli is the command line: commands, flags, exit codes, and what is
// printed where there is no cockpit.
//
// It knows no engine and no adapter. main hands it a [Program]: functions that
// wire a run and give back a [Session], which is all that the cockpit and the
// pilot of --auto need: a way to send commands, a slot of snapshots, an end.
// stdout is data, stderr is messages.
package cli
