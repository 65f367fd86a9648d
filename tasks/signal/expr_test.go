package signal_test

// expr_test.go: the language is a part of expr-lang/expr. What a condition comes to, where
// everything is known, is what expr says of the same text.

import (
	"strings"
	"testing"

	"github.com/expr-lang/expr"
	"pgregory.net/rapid"

	"tminus/tasks/signal"
)

// conditions draws a text that may be a condition: every form, with and without brackets.
func conditions(t *rapid.T) string {
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "word") }
	var number, yes func(deep int) string
	number = func(deep int) string {
		if deep > 0 && rapid.Bool().Draw(t, "more") {
			joined := number(deep-1) + pick(" + ", " - ", " * ") + number(deep-1)
			return pick(joined, "("+joined+")", "-("+joined+")")
		}
		return pick("cpu.percent", "memory.percent", "-cpu.percent", "0", "50", "1.5", "address.orphans")
	}
	yes = func(deep int) string {
		if deep == 0 {
			return pick("true", "false", "address.allocated", "address.associated", "not address.allocated", "!address.associated")
		}
		switch rapid.IntRange(0, 5).Draw(t, "form") {
		case 0:
			return number(2) + pick(" == ", " != ", " < ", " <= ", " > ", " >= ") + number(2)
		case 1:
			return pick("instance.state", `"running"`) + pick(" == ", " != ") + pick("instance.state", `"stopped"`, `'running'`)
		case 2:
			return "instance.state" + pick(" in ", " not in ") + pick(`["running"]`, `["stopped", 'terminated']`)
		case 3:
			return pick("not ", "!") + "(" + yes(deep-1) + ")"
		case 4:
			return pick(yes(deep-1), "("+yes(deep-1)+")") + pick(" and ", " && ", " or ", " || ") + pick(yes(deep-1), "("+yes(deep-1)+")")
		}
		return yes(0) + pick(" == ", " != ") + yes(0)
	}
	return yes(4)
}

func TestConditionsAreThoseOfExpr(t *testing.T) {
	compared, both := 0, map[signal.Truth]int{}
	rapid.Check(t, func(t *rapid.T) {
		text := conditions(t)
		known, env := signal.Values{}, map[string]any{}
		for name, values := range map[string][]any{"cpu.percent": {0.0, 50.0, 95.0}, "memory.percent": {0.0, 1.5, 50.0}, "address.orphans": {0.0, 1.0},
			"address.allocated": {true, false}, "address.associated": {true, false}, "instance.state": {"running", "stopped", "pending"}} {
			known[name] = values[rapid.IntRange(0, len(values)-1).Draw(t, name)]
			first, second, _ := strings.Cut(name, ".")
			if env[first] == nil {
				env[first] = map[string]any{}
			}
			env[first].(map[string]any)[second] = known[name]
		}
		s, err := compile(text, 0)
		if err != nil {
			if len(text) > 500 || strings.Contains(err.Error(), "is never") {
				return // what expr is not asked
			}
			t.Fatalf("%s: %v", text, err)
		}
		want, err := expr.Eval(text, env)
		if err != nil {
			t.Fatalf("%s: expr refuses it: %v", text, err)
		}
		got := s.Truth(known)
		if got == signal.Unknown || (got == signal.True) != want {
			t.Fatalf("%s with %v is %s, expr says %v", text, known, got, want)
		}
		compared++
		both[got]++
	})
	t.Logf("figure: %d conditions as expr has them: %v", compared, both)
	if compared < 50 || both[signal.True] == 0 || both[signal.False] == 0 {
		t.Errorf("only %d were compared: %v", compared, both)
	}
}
