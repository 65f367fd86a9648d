package signal

// standing.go: for how long a condition has been what it is.

import "time"

// Standing is where a condition stands. The zero value is that nobody has looked.
type Standing struct {
	Truth   Truth
	Since   time.Time // run time: since when it is so, without a break
	Raised  bool      // it has been true for as long as its For
	Missing []string  // the names it asks that are not known now
}

// Next is where the condition stands now, after what stood before. What is not known
// breaks a run of truth: it is counted anew, because nobody saw what was between.
func (s *Signal) Next(was Standing, known Values, now time.Time) Standing {
	is := Standing{Truth: s.Truth(known), Since: was.Since, Missing: s.missing(known)}
	if is.Truth != was.Truth || was.Since.IsZero() || now.Before(was.Since) {
		is.Since = now
	}
	is.Raised = is.Truth == True && now.Sub(is.Since) >= s.For
	return is
}

func (s *Signal) missing(known Values) []string {
	var names []string
	for _, name := range s.names {
		if _, ok := known[name]; !ok {
			names = append(names, name)
		}
	}
	return names
}
