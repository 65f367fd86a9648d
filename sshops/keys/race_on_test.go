//go:build race

package keys

// stride thins out tables in which only one goroutine computes: the race detector makes key
// derivations ten times slower and finds nothing there. Without it they are whole.
const stride = 4
