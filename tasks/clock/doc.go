// Package clock is run time: the time by which a run's schedule, polls and gates
// go. A rehearsal's is scaled, can be stopped while a person reads a confirmation,
// stands still while the laptop sleeps, and goes on after a crash where the run had
// come to ([New]). A live run's is civil time and nothing else ([Live]): the world
// does not wait for a lid to be opened.
//
// Beneath both lie two faces, a [Source]. The wall tells civil time and jumps when
// the clock is set; what people read is told by it. Steady never jumps, but stands
// still in sleep; what took how long is told by it. Neither alone knows that the
// process was away, so a [Watch] holds one against the other: whoever was away must
// ask the world again before acting on it.
//
// A zone never comes into it: a [time.Time] is an instant, and a change of summer
// time is a change of how instants are written, in the plan and on the screen.
//
// Deadlines of I/O, latencies and the screen's tick are real time and have no
// business here.
package clock
