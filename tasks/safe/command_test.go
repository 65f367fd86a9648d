package safe_test

// command_test.go: what is pasted is what was meant.

import (
	"testing"

	"tminus/tasks/safe"
)

func TestCommandsSurviveAShell(t *testing.T) {
	for want, words := range map[string][]string{
		"x Name=x,Values=y '*'":              {"x", "Name=x,Values=y", "*"},
		"aws sso login --profile scp":        {"aws", "sso", "login", "--profile", "scp"},
		`ssh 'a b' '' 'it'\''s' '$(rm -rf)'`: {"ssh", "a b", "", "it's", "$(rm -rf)"},
		"echo '␛'":                           {"echo", "\x1b[31m"},
	} {
		if got := safe.Command(words); got != want {
			t.Errorf("%q: %s, want %s", words, got, want)
		}
	}
}
