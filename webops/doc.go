// Package webops is the only part of tminus that speaks HTTP to the application.
//
// It runs the smoke tests of the plan: three stages in order, read-only, functional,
// full, each a step of its own and so a gate for the next (smoke.go). What a stage
// runs is read and judged before the day (suite.go): Hurl files (package hurl), and the
// plan's one-line checks, compiled to the same tree (shorthand.go). Files that share
// nothing run beside each other (stage.go); each request becomes a row with the
// exchange behind it (row.go). A stage that fails is asked once more from the host
// itself (vantage.go). The real Hurl can run the same files (byhurl.go).
//
// By the same engine an address is proven to lead to the very instance of this run,
// serving the planned build (through.go), and is looked at every few seconds from then
// on (probe.go).
//
// Each file begins like a person with a fresh browser: no cookies, nothing captured.
// Steps hold no state, and a stage that leant on the login of the one before could not
// be run again alone.
//
// Where the application is comes from the facts of the run (target.go). Requests go
// there and to the hosts that the plan names, and nowhere else, whatever a file, a
// redirect or a name server says (fence.go). No proxy, everything bounded in bytes and
// real time (exchange.go). Answers are foreign text: cleaned before they are shown,
// with secrets (secrets.go) and what looks like one masked.
package webops
