package pipe

// stream.go: one direction of a connection: a bounded buffer between a sender and a receiver.

import (
	"io"
	"net"
	"sync"
	"time"
)

// side is what a stream knows of one of its two users.
type side struct {
	closed bool        // the user is gone: its own calls are net.ErrClosed
	late   bool        // its deadline has passed
	timer  *time.Timer // will set late; nil without a deadline ahead
	epoch  uint64      // which deadline is the current one, for timers that fire too late
}

// stream carries bytes one way. All fields are guarded by mu; changed is
// signalled on every change that could let somebody go on.
type stream struct {
	mu       sync.Mutex
	changed  sync.Cond
	buf      []byte
	finished bool // the sender has said that nothing more follows
	sender   side
	receiver side
}

func newStream() *stream {
	s := &stream{}
	s.changed.L = &s.mu
	return s
}

func (s *stream) read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.receiver.closed:
			return 0, net.ErrClosed
		case s.receiver.late:
			return 0, errTimeout
		case len(p) == 0:
			return 0, nil
		case len(s.buf) > 0:
			n := copy(p, s.buf)
			s.drop(n)
			s.changed.Broadcast()
			return n, nil
		case s.finished:
			return 0, io.EOF
		}
		s.changed.Wait()
	}
}

// drop forgets the first n bytes and lets the memory go once all are read, so
// that an idle connection costs nothing.
func (s *stream) drop(n int) {
	if n == len(s.buf) {
		s.buf = nil
		return
	}
	s.buf = s.buf[n:]
}

func (s *stream) write(p []byte) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.sender.closed:
			return n, net.ErrClosed
		case s.sender.late:
			return n, errTimeout
		case s.finished, s.receiver.closed:
			return n, errBroken
		}
		room := min(Capacity-len(s.buf), len(p)-n)
		if room > 0 {
			s.buf = append(s.buf, p[n:n+room]...)
			n += room
			s.changed.Broadcast()
		}
		if n == len(p) {
			return n, nil
		}
		s.changed.Wait()
	}
}

// finish ends the stream behind the bytes already in it.
func (s *stream) finish() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sender.closed {
		return net.ErrClosed
	}
	s.finished = true
	s.changed.Broadcast()
	return nil
}

func (s *stream) closeSender() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finished = true
	s.leave(&s.sender)
}

// closeReceiver throws away what nobody will read any more.
func (s *stream) closeReceiver() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buf = nil
	s.leave(&s.receiver)
}

// leave marks one side as gone and stops its timer; mu is held.
func (s *stream) leave(d *side) {
	d.closed = true
	d.disarm()
	s.changed.Broadcast()
}

func (s *stream) setDeadline(d *side, t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.closed {
		return net.ErrClosed
	}
	d.disarm()
	d.late = false
	if t.IsZero() {
		return nil
	}
	left := time.Until(t)
	if left <= 0 {
		d.late = true
		s.changed.Broadcast()
		return nil
	}
	epoch := d.epoch
	d.timer = time.AfterFunc(left, func() { s.expire(d, epoch) })
	return nil
}

// expire is called by a timer. One that was replaced while it was already
// firing carries an old epoch and changes nothing.
func (s *stream) expire(d *side, epoch uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.epoch == epoch && !d.closed {
		d.late = true
		s.changed.Broadcast()
	}
}

func (d *side) disarm() {
	d.epoch++
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
}
