package ui

// key.go: what a key is. Footer, help, watch mode, documentation and the press
// itself all read the one table in keytable.go, so none of them can differ.

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
)

// Key is one thing the operator can do by a key.
type Key struct {
	ID     string
	Keys   []string // as Bubble Tea spells them; any of them does it
	Group  string   // its heading in the help
	Title  string   // a word or two for the footer
	Effect string   // one sentence for help and documentation
	Seen   string   // the same for a follower, "" = Effect
	Danger Danger
	Acts   bool   // asks something of the engine: not there for a follower
	Action string // the action kind whose task it starts

	// Label is a Title that depends on where the operator is; nil = Title.
	Label func(*tasks.Snapshot, View) string
	// Why says why the key is dead now, "" = it is alive; nil = it always is.
	Why func(*tasks.Snapshot, View) string

	press func(c *Cockpit, name string) tea.Cmd
}

// Hint is one entry of the footer.
type Hint struct{ Key, Title string }

// Dead says why the key does nothing now, in a sentence a person can act on; "" = it is alive.
func (k Key) Dead(s *tasks.Snapshot, v View) string {
	switch {
	case k.Acts && v.Watch:
		return "you are watching: only the operator's cockpit can act"
	case s == nil && (k.Acts || k.Why != nil):
		return "the run is being opened: one moment"
	case k.Why == nil:
		return ""
	}
	return k.Why(s, v)
}

// Name is the key as a person reads it.
func (k Key) Name() string {
	if k.ID == "pane" {
		return k.Keys[0] + "–" + k.Keys[8] + " " + k.Keys[9]
	}
	return strings.Join(k.Keys, " ")
}

func (k Key) label(s *tasks.Snapshot, v View) string {
	if k.Label == nil || s == nil {
		return k.Title
	}
	return k.Label(s, v)
}

// Keys is the table, in the order of the help. A follower's has no key that acts.
func Keys(watch bool) []Key {
	keys := slices.Concat(actingKeys(), lookingKeys())
	if watch {
		keys = slices.DeleteFunc(keys, func(k Key) bool { return k.Acts })
		for i := range keys {
			keys[i].Effect = cmp.Or(keys[i].Seen, keys[i].Effect)
		}
	}
	return keys
}

// findKey returns the key with the id; the table's own tests know that it is there.
func findKey(id string) Key {
	return keyIn(Keys(false), id)
}

func keyIn(keys []Key, id string) Key {
	return keys[slices.IndexFunc(keys, func(k Key) bool { return k.ID == id })]
}

// Hints are the keys worth a place in the footer now, the most useful first:
// alive, and those of the task in view before the rest. Over a frame with a
// dialog they are the dialog's.
func Hints(s *tasks.Snapshot, v View) []Hint {
	if v.Dialog.Kind != NoDialog {
		return v.Dialog.hints(DialogMaxScroll(s, v) > 0)
	}
	var hints [lastWorth + 1][]Hint
	keys := Keys(false)
	for _, id := range footerKeys() {
		k := keyIn(keys, id)
		if k.Dead(s, v) != "" || k.saidByEnter(s, v) {
			continue
		}
		h := Hint{k.Name(), k.label(s, v)}
		if id == "tab" {
			h.Key = k.Keys[0]
		}
		worth := k.worth(s, v)
		hints[worth] = append(hints[worth], h)
	}
	return slices.Concat(hints[:]...)
}

// saidByEnter reports that enter does the same now, and stands in the footer already.
func (k Key) saidByEnter(s *tasks.Snapshot, v View) bool {
	switch does := enterOn(s, v); {
	case s == nil:
		return false
	case k.ID == "gate":
		return does == enterGate
	case k.ID == "zoom":
		return does == enterOpen && v.focus() != Timeline
	}
	return false
}

// How much a key is worth in the footer.
const (
	firstWorth = iota // without it nothing goes on: the lost conn, the held plan, the passed decide-by
	urgentWorth
	restWorth
	lastWorth
)

// worth is how likely the operator wants the key: to go on at all; then to stop what
// runs, to go on with the task in view, to get the conn; then the rest, and what is done
// outside last.
func (k Key) worth(s *tasks.Snapshot, v View) int {
	urgent := false
	switch {
	case s == nil:
	case k.ID == "hold":
		return either(s.State.Hold.On(), firstWorth, restWorth)
	case k.ID == "gate" && answersDemand(s, v):
		return firstWorth
	case k.ID == "conn" && (s.State.Conn.Lost != "" || s.State.Conn.Offered != ""):
		return firstWorth
	case k.ID == "conn":
		urgent = s.State.Conn.Holder != v.Actor || v.Actor == ""
	case k.Action != "":
		t := s.Plan.Task(v.TaskID(s))
		urgent = t != nil && t.Action == k.Action
	case k.ID == "done":
		return either(automated(s.Plan.Task(v.TaskID(s))), lastWorth, urgentWorth)
	default:
		urgent = slices.Contains([]string{"enter", "abort", "gate", "waive", "reopen", "signin"}, k.ID)
	}
	return either(urgent, urgentWorth, restWorth)
}

func either[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

// footerKeys names the keys that may stand in the footer, by worth.
func footerKeys() []string {
	return []string{"abort", "enter", "conn", "signin", "gate", "waive", "reopen", "done", "failed", "ssh", "address", "smoke",
		"note", "rollback", "help", "leave", "hold", "takeback", "skip", "zoom", "tab", "slip", "fault", "zone"}
}

// press is one key: to the open dialog, or by the table.
func (c *Cockpit) press(k tea.Key) tea.Cmd {
	names := spellings(k)
	if slices.Contains(names, "ctrl+c") {
		return c.interrupt()
	}
	c.armed = false
	if c.ended {
		return c.leave()
	}
	if c.view.Dialog.Kind != NoDialog {
		return c.dialogKey(k, names[0])
	}
	for _, name := range names {
		for _, key := range Keys(false) {
			if slices.Contains(key.Keys, name) {
				return c.pressKey(key, name)
			}
		}
	}
	return nil
}

// pressKey does what the key does, or answers why it does not.
func (c *Cockpit) pressKey(k Key, name string) tea.Cmd {
	if why := k.Dead(c.snap, c.view); why != "" {
		return c.say(why)
	}
	return k.press(c, name)
}

// spellings is the key's name and, where the layout writes no Latin letters, the
// name of the same key on a US keyboard. Only there: on Dvorak the key in the
// place of s is an o and means o.
func spellings(k tea.Key) []string {
	names := []string{k.String()}
	typed := []rune(k.Text)
	if len(typed) != 1 {
		typed = []rune{k.Code}
	}
	if k.BaseCode == 0 || k.BaseCode > unicode.MaxASCII || typed[0] <= unicode.MaxASCII || !unicode.IsLetter(typed[0]) {
		return names
	}
	base := string(k.BaseCode)
	switch {
	case k.Mod.Contains(tea.ModCtrl):
		base = "ctrl+" + base
	case k.Mod.Contains(tea.ModAlt):
		base = "alt+" + base
	case k.Mod.Contains(tea.ModShift):
		base = strings.ToUpper(base)
	}
	return append(names, base)
}
