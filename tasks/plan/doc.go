// Package plan reads a deployment plan: what should happen, when, by whom, on what.
//
// A plan is one YAML file. [Load] reads it strictly: a key nobody knows, a key given
// twice, a person, task or time that cannot be meant is a [Finding] with its line and
// column, the line quoted, what was expected and the nearest valid name. All findings
// come at once, in the order of the file, because a team that prepares a deployment day
// repairs a plan in one sitting, not in twenty.
//
// The way through the package, file by file:
//
//	plan.go       the plan as Go values, the vocabulary of every other package
//	load.go       bytes in, *Plan or *Errors out
//	source.go     the file as text: its lines, and the bytes that no plan may hold
//	decode.go     YAML nodes into the values of plan.go, keeping where each stood
//	when.go       times and zones; refused rather than shifted
//	value.go      forms: enumerations, ports, account numbers, ids
//	ondemand.go   tasks that have no time
//	access.go     how the instance is reached, and who is told
//	smoke.go      the smoke tests' stages: methods, paths, captures
//	places.go     where each value stood, for whoever judges what it means
//	waiver.go     findings that somebody answers for
//	schema.go     the form as a JSON Schema, for editors
//	reference.go  names that must name something
//	cycle.go      dependencies that wait for themselves
//	finding.go    the findings as a person reads them
//	order.go      a loaded plan asked: what first, what next, who waits for whom
//	graph.go      the same for all tasks at once
//	rebase.go     a loaded plan moved to another day, by elapsed time or by the wall
//	signal.go     the conditions that raise risks
//
// Load judges form and references, nothing more: whether a plan is wise (no deputy, no
// slack, port 22 open to the world) is judged by package check, which reads it with [Read].
//
// A loaded plan is a value to share: nobody writes to it. Its zone comes from the
// embedded time zone database, so that it means the same on a machine without one.
package plan
