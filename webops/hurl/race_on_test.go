//go:build race

package hurl

// race_on_test.go: under the race detector, what is bounded in work takes about ten times as long.

const slower = 10
