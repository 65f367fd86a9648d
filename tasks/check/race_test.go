//go:build race

package check_test

// How much longer, and how much more memory, everything may take here than it should: the
// race detector watches.
const (
	slowness = 40
	appetite = 10
)
