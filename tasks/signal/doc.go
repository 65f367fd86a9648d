// Package signal is the conditions that raise risks: "cpu.percent > 90 or memory.percent > 90".
//
// A condition is written in the part of expr-lang/expr that compares and joins. [Compile]
// judges it when a plan is loaded: every name, every type, every word a name can be
// compared with; what is wrong is a [Mistake] with its place. There are no calls and no
// loops: nothing takes more time or memory than it is long.
//
// What is not known is neither true nor false. A name whose sensor has not read, failed,
// or read too long ago has no value ([Known]), a comparison of it is [Unknown], and and,
// or, not follow Kleene: a condition is true only if it would be with any value in the
// place of what is not known.
//
// With a For a condition raises once it has been true for so long without a break.
// [Signal.Next] is that step, pure: what stood before, what is known and now in, what
// stands out.
//
// The names, file by file: names.go (what can be asked, one row each), known.go (what is
// known now), word.go (the words of a condition), compile.go and operand.go (words in,
// Signal or Mistake out), truth.go (three values), standing.go (for how long).
package signal
