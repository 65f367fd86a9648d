// Package export takes a plan, and a run of it, back to where the team keeps them.
//
// [Like] writes the team's own document again: the same bytes but for what the day and the
// plan say otherwise. It reads the document as import does (package document), finds each
// row's task by its id, look-alike letters folded, and changes single cells in the bytes:
//
//	status          as the run has it, in the document's own spelling
//	times           of what was begun and ended, in the style of the cell
//	repairs         ids, dependencies, people and teams as the plan in force has them
//	Elastic IP      the address that was learnt, in the place kept for it
//
// Whatever it cannot place it leaves as it is, and says so. [CSV] is the hour-by-hour table
// with every kind of time; [Calendar] is one event a task for the person in charge.
//
// Nothing here reads a file or a clock: bytes in, bytes out.
package export
