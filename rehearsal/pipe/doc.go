// Package pipe is the wire of the pretend world: a connected pair of in-memory
// net.Conns that behave like the two ends of a TCP connection on a good day.
//
// net.Pipe hands each byte over in person: a write waits for its read. SSH
// opens with both ends talking at once, so over net.Pipe it stands still. Here
// each direction has a buffer, as a socket has, and a write waits only when
// the buffer is full.
//
// What is kept of TCP: bytes already sent survive the sender's Close and are
// followed by io.EOF; one direction can be closed alone (CloseWrite); writing
// to an end that is gone is EPIPE; deadlines are os.ErrDeadlineExceeded, a
// net.Error whose Timeout is true, and can be moved while somebody waits.
// What is left out: delay, loss, reset.
//
// Waiting is done on a sync.Cond and time on time.AfterFunc, both of which
// testing/synctest understands; no goroutine lives here, so none can leak.
package pipe
