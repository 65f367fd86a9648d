// Package cli is the command line: commands, flags, exit codes, and what is
// printed where there is no cockpit.
//
// It knows no engine and no adapter. main hands it a [Program]: functions that
// wire a run and give back a [Session], which is all that a pilot needs: a way to
// send commands, a slot of snapshots, an end. A person in the cockpit is a pilot;
// without one a crew decides, a pure function of each snapshot: the people that
// --auto plays, or whoever agreed beforehand to a rollback.
// stdout is data, stderr is messages.
package cli
