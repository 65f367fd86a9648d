package hurl

// option.go: what an entry says about how it is to be run.

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	mostHops  = 10  // redirects that are followed, whatever max-redirs says; Hurl follows 50
	mostTries = 100 // of an entry, whatever retry says
)

// settings are the options of one entry, expanded.
type settings struct {
	location, insecure, compressed, skip bool
	hops, retries                        int
	interval, delay, limit               time.Duration
}

// settings reads an entry's options in their order; variables are set on the way, as in Hurl.
func (w *scope) settings(r *Runner, e *Entry) (settings, error) {
	o := settings{hops: mostHops, interval: time.Second, limit: r.limit()}
	for _, option := range e.Request.Options {
		if err := w.set(&o, option); err != nil {
			return o, fmt.Errorf("option %s: %w", option.Name, err)
		}
	}
	return o, nil
}

func (w *scope) set(o *settings, option Option) error {
	if option.Name == "variable" {
		v, err := w.variable(option.Value)
		if err == nil {
			w.session.Variables[option.Var] = v
		}
		return err
	}
	text, err := w.expand(option.Value)
	if err != nil {
		return err
	}
	flag := func(into *bool) error { *into, err = readFlag(text); return err }
	count := func(into *int, most int) error { *into, err = readCount(text, most); return err }
	span := func(into *time.Duration, unit time.Duration) error { *into, err = readDuration(text, unit); return err }
	switch option.Name {
	case "location":
		return flag(&o.location)
	case "insecure":
		return flag(&o.insecure)
	case "compressed":
		return flag(&o.compressed)
	case "skip":
		return flag(&o.skip)
	case "max-redirs":
		return count(&o.hops, mostHops)
	case "retry":
		return count(&o.retries, mostTries-1)
	case "retry-interval":
		return span(&o.interval, time.Millisecond)
	case "delay":
		return span(&o.delay, time.Millisecond)
	case "max-time": // Hurl itself is of two minds about what no unit means here
		limit := o.limit
		if err := span(&limit, 0); err != nil {
			return err
		}
		if limit > 0 {
			o.limit = min(o.limit, limit)
		}
		return nil
	case "output": // bodies are kept when the plan asks for them
		return nil
	}
	return errors.New("it is not known here")
}

// variable is the value of "variable: name=value": a text between quotes, else what it looks like.
func (w *scope) variable(t Template) (Value, error) {
	if len(t) == 1 && t[0].Expr {
		return w.lookup(t[0])
	}
	text, err := w.expand(t)
	if err != nil {
		return nil, err
	}
	if inner, ok := strings.CutPrefix(text, `"`); ok && strings.HasSuffix(inner, `"`) {
		return strings.TrimSuffix(inner, `"`), nil
	}
	switch text {
	case "true", "false":
		return text == "true", nil
	case "null":
		return Null{}, nil
	}
	if n, ok := new(big.Int).SetString(text, 10); ok && len(text) <= mostDigits {
		return n, nil
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && strings.Trim(text, "-0123456789.") == "" {
		return f, nil
	}
	return text, nil
}

func readFlag(text string) (bool, error) {
	if text != "true" && text != "false" {
		return false, fmt.Errorf("%s is neither true nor false", Shown(text))
	}
	return text == "true", nil
}

// readCount is a number of times; without end (-1) means the most there may be.
func readCount(text string, most int) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < -1 {
		return 0, fmt.Errorf("%s is no number of times", Shown(text))
	}
	if n == -1 {
		return most, nil
	}
	return min(n, most), nil
}

// readDuration is a number with ms, s, m or h, or without one when there is a unit that goes without saying.
func readDuration(text string, unit time.Duration) (time.Duration, error) {
	digits := strings.TrimRightFunc(text, unicode.IsLetter)
	n, err := strconv.Atoi(digits)
	units := map[string]time.Duration{"": unit, "ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour}
	unit, known := units[text[len(digits):]]
	const most = time.Hour
	if err != nil || !known || unit == 0 || n < 0 || time.Duration(n) > most/unit {
		return 0, fmt.Errorf("%s is no time such as 500ms, 2s or 1m, at most an hour", Shown(text))
	}
	return time.Duration(n) * unit, nil
}
