package check

// act.go: what a task does. An action says it; a plan that was imported from a document
// has none yet, and then the title has to.

import (
	"regexp"
	"slices"
	"strings"

	"tminus/tasks/plan"
)

var (
	launching  = regexp.MustCompile(`(?i)\b(launch(ing)?|provision(ing)?|create\b.*\binstance\b)`)
	publishing = regexp.MustCompile(`(?i)\b(elastic ip|go[ -]live|make\b.*\bpublic|(switch|move|re-?point)\b.*\b(dns|traffic|domain)|cut ?over)\b`)
	proving    = regexp.MustCompile(`(?i)\b(smoke|(functional|acceptance|regression|full)[ -]test|test (the )?(build|application|release))\b`)
	reaching   = regexp.MustCompile(`(?i)\b(test\b.*\bssh|ssh\b.*\btest)\b`)
)

// deed is what a task does, of the things that rules ask about.
type deed uint8

const (
	launch  deed = 1 << iota // makes the machine
	publish                  // makes it public
	prove                    // tests the application
	reach                    // tests the login
	other                    // has another action

	change = launch | publish // may have to be undone
	act    = change | prove | reach | other
)

// deedOf is worked out once for each task.
func deedOf(t *plan.Task) deed {
	if t.Gate {
		return 0
	}
	var d deed
	for _, known := range [...]struct {
		deed  deed
		kind  string
		title *regexp.Regexp
	}{{launch, "ec2.launch", launching}, {publish, "eip.assign", publishing}, {prove, "smoke.run", proving}, {reach, "ssh.test", reaching}} {
		if t.Action == known.kind || t.Action == "" && known.title.MatchString(t.Title) {
			d |= known.deed
		}
	}
	if d == 0 && t.Action != "" {
		d = other
	}
	return d
}

// holds reports whether a text holds one of the words, in whatever case. It is asked before
// a pattern is tried: nearly all texts of a large plan hold none, and patterns are slow.
func holds(text string, words ...string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// does reports whether a task does any of the deeds.
func (s *sight) does(t *plan.Task, d deed) bool { return s.deeds[t]&d != 0 }
