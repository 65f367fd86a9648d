package keys

// ring.go: opened keys, for the life of the process and nowhere but in its memory.

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"

	"golang.org/x/crypto/ssh"

	"tminus/tasks"
)

// Ring remembers keys that were opened with a passphrase, so that nobody is asked twice.
// They are known by what their file holds: a copy of it opens too, a changed one asks.
// Certificates, modes and public halves are looked at every time. The zero Ring is empty
// and ready; it is safe for concurrent use.
type Ring struct {
	mu     sync.Mutex
	opened map[[sha256.Size]byte]ssh.Signer
	asking map[[sha256.Size]byte]*question
}

// question is one that somebody asks and others wait for.
type question struct {
	over chan struct{}
	err  error // how it ended, once over is closed
}

// Load is [Load] with the memory of r. Of several that need the same key at once, one
// asks and the others share how it ended, unless only the asker went away. Whoever loads
// again and again unattended passes no ask, so that a person who declined is left alone.
func (r *Ring) Load(ctx context.Context, f File, ask tasks.Ask) (Key, error) {
	return load(ctx, f, func(s *sealed, sum [sha256.Size]byte) (ssh.Signer, error) {
		if !s.encrypted {
			return s.unlock(ctx, f, nil)
		}
		for {
			signer, other := r.take(sum)
			switch {
			case signer != nil:
				return signer, nil
			case other == nil:
				signer, err := s.unlock(ctx, f, ask)
				r.put(sum, signer, err)
				return signer, err
			}
			select {
			case <-other.over:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
			if errors.Is(other.err, errPassphrase) || errors.Is(other.err, tasks.ErrDeclined) {
				return nil, other.err
			}
		}
	})
}

// take is the opened key, or the question that somebody asks about it. With neither it
// is the caller who asks, and who must call put.
func (r *Ring) take(sum [sha256.Size]byte) (ssh.Signer, *question) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if signer := r.opened[sum]; signer != nil {
		return signer, nil
	}
	if other := r.asking[sum]; other != nil {
		return nil, other
	}
	if r.asking == nil {
		r.opened, r.asking = map[[sha256.Size]byte]ssh.Signer{}, map[[sha256.Size]byte]*question{}
	}
	r.asking[sum] = &question{over: make(chan struct{})}
	return nil, nil
}

// put ends a question.
func (r *Ring) put(sum [sha256.Size]byte, signer ssh.Signer, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.opened[sum] = signer
	}
	q := r.asking[sum]
	q.err = err
	close(q.over)
	delete(r.asking, sum)
}

// Forget drops every key: call it when nothing logs in any more.
func (r *Ring) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.opened)
}
