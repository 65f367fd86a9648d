//go:build !race

package keys

// stride is explained in race_on_test.go.
const stride = 1
