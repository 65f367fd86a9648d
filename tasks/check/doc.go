// Package check judges what a deployment plan means: not whether it can be read, which
// package plan does, but whether a careful release manager would let a team fly it.
//
// A [Rule] is data and a small function. The data says what the rule is for, so that
// nobody has to believe it (tminus check --explain L19); the function looks at the plan
// and tells what it found, where, and what to do. Rules stand in families, a file each:
//
//	form.go          P01 … what the loader refuses; told alike, judged in package plan
//	people.go        who is in charge, who stands in, who signs off
//	team.go          whom the plan names and nobody can reach
//	times.go         float, gaps, overlaps, the window
//	dependencies.go  what waits for what, and what a later task makes untrue
//	gates.go         decisions, the way back, what comes after the end
//	risks.go         the register against itself
//	mitigations.go   what the register promises and no task does
//	environment.go   the configuration table
//	software.go      versions with known holes
//	smoke.go         what is tested, through which port, in what time
//	security.go      ports, secrets, personal data
//	wording.go       texts that say less than they seem to
//	coverage.go      post-checks that do not cover what a task promises
//
// To add one: a Rule in its family, a test row in rules_test.go, a line in docs/check.md.
//
// The rest is machinery. rule.go has the words and the catalogue, check.go runs it,
// sight.go is what a rule sees and how it reports, act.go what a task does, waive.go lets
// findings stand that somebody answers for, text.go and json.go print.
//
// A plan that does not load is judged as far as it was read: a rule looks only at values
// that fit, and says nothing where the loader has spoken.
package check
