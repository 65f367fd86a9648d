package shell

// arith.go: $((…)): integers, variables, + - * / % comparisons and parentheses.

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// calculate evaluates an arithmetic expression over 64-bit integers.
func (sh *Shell) calculate(text string) (int64, error) {
	c := &calculation{src: text, vars: sh.value}
	n, err := c.level(0)
	if err == nil && c.next() != "" {
		err = fmt.Errorf("%.40s: syntax error in expression", text)
	}
	return n, err
}

// precedence lists the operators from the loosest to the tightest.
var precedence = [...][]string{{"==", "!="}, {"<=", ">=", "<", ">"}, {"+", "-"}, {"*", "/", "%"}}

type calculation struct {
	src   string
	vars  func(string) string
	depth int
}

// next looks at what follows, without blanks.
func (c *calculation) next() string {
	c.src = strings.TrimLeft(c.src, " \t\n\r")
	return c.src
}

func (c *calculation) level(n int) (int64, error) {
	if n == len(precedence) {
		return c.operand()
	}
	left, err := c.level(n + 1)
	for err == nil {
		op := c.operator(precedence[n])
		if op == "" {
			return left, nil
		}
		var right int64
		if right, err = c.level(n + 1); err == nil {
			left, err = apply(op, left, right)
		}
	}
	return 0, err
}

func (c *calculation) operator(ops []string) string {
	rest := c.next()
	for _, op := range ops {
		if strings.HasPrefix(rest, op) {
			c.src = rest[len(op):]
			return op
		}
	}
	return ""
}

func (c *calculation) operand() (int64, error) {
	if c.depth++; c.depth > maxDepth {
		return 0, errors.New("expression too deep")
	}
	defer func() { c.depth-- }()
	rest := c.next()
	switch {
	case strings.HasPrefix(rest, "-"), strings.HasPrefix(rest, "+"):
		c.src = rest[1:]
		n, err := c.operand()
		if rest[0] == '-' {
			n = -n
		}
		return n, err
	case strings.HasPrefix(rest, "("):
		c.src = rest[1:]
		n, err := c.level(0)
		if err == nil && c.operator([]string{")"}) == "" {
			err = errors.New("missing `)' in expression")
		}
		return n, err
	}
	rest = strings.TrimPrefix(rest, "$")
	if n := nameLength(rest); n > 0 {
		c.src = rest[n:]
		return number(c.vars(rest[:n]))
	}
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	c.src = rest[digits:]
	if digits == 0 {
		return 0, fmt.Errorf("syntax error: operand expected near %.20q", rest)
	}
	return number(rest[:digits])
}

// number reads the value of an operand; empty is zero, as in every shell.
func number(s string) (int64, error) {
	if s = strings.TrimSpace(s); s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%.40s: not an integer", s)
	}
	return n, nil
}

func apply(op string, a, b int64) (int64, error) {
	truth := func(ok bool) (int64, error) { return int64(1 - status(ok)), nil }
	switch op {
	case "+":
		return a + b, nil
	case "-":
		return a - b, nil
	case "*":
		return a * b, nil
	case "==":
		return truth(a == b)
	case "!=":
		return truth(a != b)
	case "<":
		return truth(a < b)
	case "<=":
		return truth(a <= b)
	case ">":
		return truth(a > b)
	case ">=":
		return truth(a >= b)
	}
	if b == 0 {
		return 0, errors.New("division by 0")
	}
	if op == "/" {
		return a / b, nil
	}
	return a % b, nil
}
