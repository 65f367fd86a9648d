// Package hurl reads and runs Hurl files: requests in plain text, chained by what
// they capture, each with what must hold of its answer.
//
// It knows a documented subset of Hurl 8 (docs/smoke.md): QA runs the same files
// with the real program in its own CI. What the subset lacks is refused with its
// place and what to write instead (advice.go), never skipped: a check that was
// not made must not look like one that passed.
//
// A file is read into the tree of syntax.go (Parse) and written back from it
// (Format). A Runner makes the requests of a file in order, asking its Guard
// before every one of them, redirects included (run.go). Of each answer the
// captures are taken first, then every assert is held against it: a query
// (query.go) yields a Value, filters change it, a predicate judges it.
//
// Three things of ours stand in comments, so that Hurl itself passes over them:
//
//	# the page of a contract        the comment right above a request is its name
//	# [login]                       a request that writes, and may in a read-only stage
//	# [degraded] duration < 800     among the asserts: one that makes a check amber, not red
//
// Everything that comes from the application is foreign: bounded in bytes and
// time, and cleaned (package safe) before it stands in a Failure.
package hurl
