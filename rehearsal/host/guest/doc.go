// Package guest is the inside of a pretend EC2 instance: what somebody who has
// logged in can see and run. It is a small Amazon Linux with nginx in front of
// a Django application, as the SCP plan's configuration table asks for.
//
// The guest has no clock of its own. Every counter in /proc is a pure function
// of the machine's uptime and its seed, an integral of a load that is never
// negative; so counters never go back, agree with one another, and two
// readings of one moment are equal. On top of that comes what really happened
// to this guest: requests its web application answered (Spend), bytes that
// passed its network (Traffic) and people who logged in (LogIn).
//
// One thing is not scaled: sleep waits in real time, because whoever samples
// the guest samples in real time. See shell.Sleep.
//
// The files are an fs.FS (files.go, proc.go), the programs a table
// (programs.go), and the shell that glues them is package shell. What a program
// cannot do it says on stderr and with its exit status, as the real one would.
package guest
