//go:build race

package document_test

// race_on_test.go: under the race detector times mean nothing.

const raced = true
