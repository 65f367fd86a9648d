// Package webops is the only part of tminus that speaks HTTP to the application.
//
// It runs the smoke tests of the plan (smoke.go): three stages in order,
// read-only, functional, full, each a step of its own and so a gate for the
// next. A stage is a list of checks; a check (check.go) is one request and what
// must hold of its answer. And it proves that an address leads to the very
// instance of this run, serving the planned build (through.go).
//
// A stage begins like a person with a fresh browser: no cookies, nothing
// captured. Steps hold no state, and a stage that leant on the login of the one
// before could not be run again alone.
//
// Requests go to one address and port, known from the facts of the run, and the
// connection is refused if anything asks for another (visit.go). No proxy, no
// redirects followed, everything bounded in bytes and real time. Answers are
// foreign text: cleaned before they are shown, with captured values and
// passwords masked.
package webops
