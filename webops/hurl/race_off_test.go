//go:build !race

package hurl

// race_off_test.go: nothing slows the tests down.

const slower = 1
