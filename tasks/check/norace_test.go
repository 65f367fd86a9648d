//go:build !race

package check_test

// How much longer everything may take here than it should: other tests run beside it.
// What it really takes is the benchmark's to say; this finds what is quadratic. Memory is
// the same on a busy machine.
const (
	slowness = 6
	appetite = 1
)
