//go:build !race

package plan

// stride is explained in race_on_test.go.
const stride = 1
