// Package rehearsal is the pretend world a rehearsal is flown in.
//
// A [World] has an AWS account (package cloud) that real AWS clients talk to over loopback, and for each of its
// instances a machine (package host) with an SSH server and a web application. [World.Dial] is the network between
// them and us: it looks at the account at that moment to find which machine an address leads to, whether its security
// groups let us through and whether anything listens there. Moving an Elastic IP therefore moves the traffic.
//
// The world tells the truth. It has no access to the program that is rehearsed and no knowledge of the plan: what the
// program sees, it sees over wire protocols. Faults (fault.go, seam.go) are things that happen in the world, not answers made
// up for the program.
//
// With Options.Doors the same network is open to any program on this machine, at loopback addresses (doors.go), and a file says
// by which lines (reach.go).
//
// It runs on pretend time, given by Options.Now and Options.Sleep, and outlives its program: with Options.Path each
// change is on disk before the answer that reports it leaves (keeping.go), and Open finds the world as it was left.
//
// What a machine itself remembers (logins, sessions, contracts signed in the application) ends with the process, as if
// it had been rebooted; what AWS remembers stays.
package rehearsal
