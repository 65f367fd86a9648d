package check

// wording.go: texts that say less than they seem to. All of it is about what people read
// in a hurry.

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

var (
	handedOut = regexp.MustCompile(`(?i)\bplan\b.*\b(upload|publish|submit|hand out|distribut)|\b(upload|publish|submit|hand out|distribut)\w*\b.*\bplan\b`)
	runOn     = regexp.MustCompile(`[a-z0-9)] (All|The|These|Every|Each|Build|Then) `)
	monthYear = regexp.MustCompile(`(0[1-9]|1[0-2])(\d\d)$`)
)

// slips are words that are often written wrongly, without their endings.
var slips = [...]string{"accross", "adress", "deployement", "dependanc", "enviroment", "existance", "maintainance", "maintenence", "montoring", "neccessar",
	"occured", "priviledge", "recieve", "relevent", "seperate", "succesful", "sucessful", "untill", "volumn"}

// products are how their makers write them.
var products = [...]string{"CloudFormation", "CloudTrail", "CloudWatch", "GitHub", "GitLab", "JavaScript", "PostgreSQL", "PuTTYgen"}

func wordingRules() []Rule {
	return []Rule{
		{ID: "L27", Severity: Warning, Title: "two conditions in one sentence", look: runTogether,
			Why:    "One of the two is ticked and the other is forgotten, because the line looks done.",
			Fix:    "a line for each",
			Source: "the SCP plan, T3: approval on the plan Build 1.0.0 completed by developers …; T8: criteria All tests …"},
		{ID: "L28", Severity: Note, Title: "slips of the pen", look: misspelt,
			Why:    "Harmless one by one. In a list that is searched on the day a misspelt word is not found.",
			Fix:    "the word as it is written",
			Source: "the SCP plan: c2criteria, relevent, puttyGen, Cloudwatch"},
		{ID: "L55", Severity: Note, Title: "a change number of another month", look: otherMonth,
			Why:    "Where the number holds month and year, one of another month was copied from an older plan; run folders and rollbacks are named by it.",
			Fix:    "the number of this change",
			Source: "the SCP plan: SCP100X0219, version 1.0.0 in February 2019"},
	}
}

func runTogether(s *sight) {
	for t := range s.plan.All() {
		for _, text := range texts(t)[1:] {
			if at := runOn.FindStringIndex(*text); at != nil {
				from := strings.LastIndexByte(strings.TrimRight((*text)[:at[0]+1], " "), ' ') + 1
				s.about(t.ID, text, t).say("", "%s: a new condition begins inside the line, at %q", t.ID, strings.TrimSpace((*text)[from:at[1]]))
			}
		}
	}
}

func misspelt(s *sight) {
	judge := func(id string, text *string) {
		if words := slipsIn(*text); words != nil {
			s.about(id, text).say("", "%s", strings.Join(words, ", "))
		}
	}
	for t := range s.plan.All() {
		for _, text := range texts(t) {
			judge(t.ID, text)
		}
	}
	for i := range s.plan.Risks {
		for _, text := range said(&s.plan.Risks[i]) {
			judge(s.plan.Risks[i].ID, text)
		}
	}
	for i := range s.plan.Environment.Monitoring {
		judge("", &s.plan.Environment.Monitoring[i])
	}
}

// slipsIn are the words of a text that are written wrongly.
func slipsIn(text string) []string {
	var wrong []string
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(word) < 6 || len(word) > 20 || len(wrong) == 8 {
			continue
		}
		lower := strings.ToLower(word)
		if slices.ContainsFunc(slips[:], func(slip string) bool { return strings.HasPrefix(lower, slip) }) || digitInside(lower) {
			wrong = append(wrong, strconv.Quote(word))
		}
		for _, right := range products {
			if word != right && strings.EqualFold(word, right) {
				wrong = append(wrong, fmt.Sprintf("%q is %s", word, right))
			}
		}
	}
	return wrong
}

// digitInside reports a word like c2criteria: a letter, a digit, and then a word.
func digitInside(word string) bool {
	letters := func(s string) bool { return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == "" }
	return letters(word[:1]) && '0' <= word[1] && word[1] <= '9' && letters(word[2:])
}

// otherMonth reads a change number that ends in month and year, and only where the year
// is about right: other numbers end in four digits too.
func otherMonth(s *sight) {
	m := monthYear.FindStringSubmatch(s.plan.Change)
	if m == nil || !s.windowed() || strings.TrimFunc(s.plan.Change, unicode.IsDigit) == "" {
		return
	}
	month, _ := strconv.Atoi(m[1])
	year, _ := strconv.Atoi(m[2])
	start := s.plan.Window.Start
	if start.Year()%100 == year && int(start.Month()) != month {
		s.about("", &s.plan.Change).say("", "%s looks like %s/%s, and the window is in %s", clip(s.plan.Change), m[1], m[2], start.Format("01/06"))
	}
}
