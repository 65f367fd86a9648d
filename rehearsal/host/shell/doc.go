// Package shell reads and runs the part of the POSIX shell language that people
// and programs send to a machine over SSH: lists with ; && ||, pipelines, if,
// for, while and until, groups and subshells, quoting, variables, command
// substitution, integer arithmetic, file names with wildcards, redirection to
// /dev/null and between descriptors.
//
// It is the shell of a pretend machine. Nothing here reaches the real one: the
// files it sees and the programs it starts belong to a Machine, and there is no
// other way out. What it cannot do (functions, case, here-documents, background
// jobs, writing files but those of a Writable machine) it refuses with the words a shell would use; it never
// pretends to have done it.
//
// Scripts come from outside, so everything is bounded: the size of a script, its
// depth, what an expansion may yield; and a script that only spins is slowed
// down, as the machine it pretends to run on would slow it. A shell ends when
// its context does.
//
// Parse turns text into a Script; a Shell runs it. Interpret does both, line by
// line from a stream, so that a connection can be kept open and fed.
package shell
