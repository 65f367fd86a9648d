// Package ui is everything a person sees of a run.
//
// Two halves meet in a [View], the plain value of how one person looks at it:
//
//   - [Render] draws a snapshot and a view as a frame. It is pure: no clock, no
//     file, no environment; the operator and every follower call the same
//     function, and equal arguments give equal frames.
//   - [Cockpit] is the one Bubble Tea model. It turns keys into a changed view
//     or into a [tasks.Command] for the engine, which answers by the newest
//     snapshot. It never blocks and never acts by itself.
//
// What a key does, what it is called, how dangerous it is and why it is dead now
// stands in one table ([Keys]); footer, help, watch mode and docs/keys.md are
// made from it. Why it is dead comes from [tasks.State.Allowed], the rule by
// which the engine refuses, so that screen and engine never differ.
//
// The package knows no adapter and no engine: main gives it a function to send
// commands with and a slot to take snapshots from.
//
// Read next: view.go (the shared value), render.go and layout.go (the frame),
// cockpit.go, keytable.go and dialog.go (the keys).
package ui
