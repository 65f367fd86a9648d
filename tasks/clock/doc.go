// Package clock is run time: the time by which a run's schedule, polls and gates
// go. In a live run it is the wall clock. In a rehearsal it is scaled, can be
// stopped while a person reads a confirmation, and goes on after a crash where
// the run had come to.
//
// Deadlines of I/O, latencies and the screen's tick are real time and have no
// business here.
package clock
