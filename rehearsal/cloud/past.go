package cloud

// past.go: reads that are late. AWS is eventually consistent: for a while after a change a read may be answered as if
// the change had not been made, the next one not, and the one after that as before again.
//
// Late is late as a whole: who does not see a change sees none that came after it. Changes always act on the true state.

import (
	"encoding/json"
	"slices"
	"time"
)

// past is the state before a change.
type past struct {
	Until time.Time       `json:"until"` // when it was changed,
	Nth   uint64          `json:"nth"`   // by the account's n-th change
	State json.RawMessage `json:"state"`
}

// turns is into how many parts the time is cut in which a change is late. Within one, an operation does not change its mind.
const turns = 8

func (a *Account) late() time.Duration {
	if a.opt.Late == nil {
		return 0
	}
	return a.opt.Late()
}

// remember counts a change that is about to be kept, and keeps what was before it for as long as reads may be late.
func (s *state) remember(saved []byte, now time.Time, late time.Duration) {
	s.Changes++
	s.Past = slices.DeleteFunc(s.Past, func(p past) bool { return now.Sub(p.Until) >= late })
	if late <= 0 {
		return
	}
	before, err := decodeState(saved)
	if err != nil {
		panic("cloud: internal error: kept state cannot be read back: " + err.Error())
	}
	before.Past = nil
	b, err := json.Marshal(before)
	if err != nil {
		panic("cloud: internal error: state cannot be encoded: " + err.Error())
	}
	s.Past = append(s.Past, past{now, s.Changes, b})
}

// asSeen is the state that an operation sees now, a copy; nil if it is the true one.
func (a *Account) asSeen(op string, now time.Time) *state {
	if mutates(op) {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	late := a.late()
	for _, p := range a.state.Past {
		if now.Sub(p.Until) >= late || p.overcome(a.state.Seed, op, now, late) {
			continue
		}
		s, err := decodeState(p.State)
		if err != nil {
			panic("cloud: internal error: past state cannot be read back: " + err.Error())
		}
		return s
	}
	return nil
}

// overcome reports whether an operation sees the change that ended this past. At first none does; then it is drawn, from
// the account's seed, again and again.
func (p past) overcome(seed int64, op string, now time.Time, late time.Duration) bool {
	turn := now.Sub(p.Until) * turns / late
	if turn <= 0 {
		return false
	}
	d := drawAt(seed, p.Nth, "late "+op)
	return d[turn]&1 == 1
}
