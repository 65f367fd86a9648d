package hurl

// equal.go: when two values are the same, and which comes first.

import (
	"bytes"
	"cmp"
	"math"
	"math/big"
	"slices"
	"time"
)

// equal reports whether two values are the same. As in Hurl, 1 is 1.0.
func equal(a, b Value) bool {
	switch a := a.(type) {
	case *big.Int, float64:
		order, comparable := compareNumbers(a, b)
		if x, ok := a.(float64); ok && !comparable {
			y, float := b.(float64)
			return float && math.IsNaN(x) && math.IsNaN(y)
		}
		return comparable && order == 0
	case []byte:
		other, ok := b.([]byte)
		return ok && bytes.Equal(a, other)
	case time.Time:
		other, ok := b.(time.Time)
		return ok && a.Equal(other)
	case List:
		other, ok := b.(List)
		return ok && slices.EqualFunc(a, other, equal)
	case Nodes:
		other, ok := b.(Nodes)
		return ok && slices.Equal(a, other)
	case Object:
		other, ok := b.(Object)
		if !ok || len(a) != len(other) {
			return false
		}
		for name, value := range a {
			if there, ok := other[name]; !ok || !equal(value, there) {
				return false
			}
		}
		return true
	case Null, bool, string, hop:
		switch b.(type) {
		case Null, bool, string, hop:
			return a == b
		}
	}
	return false
}

// compare orders two strings, two numbers or two dates; others have no order.
func compare(a, b Value) (order int, comparable bool) {
	switch a := a.(type) {
	case string:
		other, ok := b.(string)
		return cmp.Compare(a, other), ok
	case time.Time:
		other, ok := b.(time.Time)
		return a.Compare(other), ok
	}
	return compareNumbers(a, b)
}

// compareNumbers orders numbers of both types. Hurl compares an integer with a float as floats, which cannot tell
// 9007199254740993 from its neighbour; here it is exact. What is not a number (0 div 0) has no order, while Hurl calls
// it equal to all.
func compareNumbers(a, b Value) (order int, comparable bool) {
	x, floatX := a.(float64)
	y, floatY := b.(float64)
	if floatX && math.IsNaN(x) || floatY && math.IsNaN(y) {
		return 0, false
	}
	if floatX && floatY {
		return cmp.Compare(x, y), true
	}
	p, q := exact(a), exact(b)
	if p == nil || q == nil {
		return 0, false
	}
	return p.Cmp(q), true
}

// exact is a number without loss, nil for what is no number.
func exact(v Value) *big.Float {
	switch v := v.(type) {
	case *big.Int:
		return new(big.Float).SetInt(v)
	case float64:
		return big.NewFloat(v)
	}
	return nil
}
