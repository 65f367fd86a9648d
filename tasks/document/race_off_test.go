//go:build !race

package document_test

// race_off_test.go: without the race detector times are held to their bounds.

const raced = false
