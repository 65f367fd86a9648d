//go:build !race

package journal

// stride is explained in race_on_test.go.
const stride = 1
