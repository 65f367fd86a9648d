//go:build race

package plan

// stride thins out exhaustive loops in which only one goroutine runs: the race detector
// makes them ten times slower and finds nothing there. Without it they are whole.
const stride = 13
