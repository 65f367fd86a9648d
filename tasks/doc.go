// Package tasks is the domain of a deployment day: what happens in a run, where
// it stands, what may be done next and what the way back is.
//
// A run is a list of [Event]s. [State] is their fold: the same events give the
// same state for ever, without clock, I/O or luck. What a person may ask for is
// a [Command]; [State.Allowed] is the one table that says whether it is legal,
// for the engine that refuses and for the screen that tells why a key is dead.
// [NewSchedule] puts a state against the clock, [State.UndoList] derives the way
// back from it, and a [Snapshot] bundles all of it for a screen.
//
// Adapters bring [Action]s, lists of [Step]s, and [Sensor]s; package
// tasks/engine runs them and is the only writer of the journal. This package
// imports no adapter and nothing of the screen, holds no goroutine and no lock.
//
// Read next: event.go (what can happen), fold.go (what it changes), rule.go
// (what is allowed), action.go (what an adapter supplies).
package tasks
