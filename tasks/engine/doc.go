// Package engine flies a run: it is the only writer of the journal and the only
// one that lets an effect reach the world.
//
// One goroutine ([Engine.Run]) owns all state. Commands, results of workers,
// readings and the tick come to it on channels; each becomes events, each event
// is on the disk before it is folded, and only then is a snapshot published or
// the next thing started. Workers run one step each and never touch the state.
//
// For every effect: somebody has the conn → look → intent synced → still awake →
// one call → outcome synced → check. A lost answer is an unknown outcome; Find
// asks the world before anything else happens to that task. After a crash, open
// intents are settled the same way. Work done by hand is looked at instead of done.
//
// Abort ends waits and looks at once and starts nothing more; a call that was
// already sent runs to its answer or its timeout, and its outcome is recorded.
//
// When the machine slept, what was known is old. Nobody has the conn then, every
// look begins again, and only when all sensors were heard can somebody take the
// conn; until then tasks that run stop short of their next effect.
//
// The way back is reviewed first: the world is asked about everything that would
// be undone, and what it says is bound to the journal's head. Then each undo is an
// effect like any other, newest first.
//
// What only a person knows (a code, a passphrase) a worker asks at the [Desk]. The answer
// goes from the screen to the asker and passes neither commands nor events.
//
// Only main imports this package: the screen sends commands through a function.
package engine
