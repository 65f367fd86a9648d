package ui

// seat_test.go: the operator's seat: keys in, commands and frames out, on a fake clock.

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tminus/tasks"
)

// seat drives one cockpit inside a synctest bubble.
type seat struct {
	t     testing.TB
	c     *Cockpit
	d     *desk
	msgs  chan tea.Msg
	quit  bool
	bells int
	other []string // messages of Bubble Tea's own that the cockpit asked for
}

// sit opens a cockpit on the desk and flies script in it.
func sit(t *testing.T, d *desk, change func(*Options), script func(*seat)) {
	t.Helper()
	d.slot = tasks.NewSlot() // a channel belongs to the bubble it is made in
	o := Options{Send: d.Send, Slot: d.slot, First: d.snapshot(), Actor: "LX", Faults: []string{"ssh-refused", "eip-taken"}}
	if change != nil {
		change(&o)
	}
	s := &seat{t: t, c: NewCockpit(o), d: d, msgs: make(chan tea.Msg, 1000)}
	s.play(script)
}

// play opens the cockpit, runs the script and lets go of everything that waits.
func (s *seat) play(script func(*seat)) {
	s.run(s.c.Init())
	s.feed(tea.WindowSizeMsg{Width: 120, Height: 36})
	script(s)
	s.c.Close()
	time.Sleep(10 * time.Second) // past every tick
	synctest.Wait()
}

func fly(t *testing.T, d *desk, change func(*Options), script func(*seat)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { sit(t, d, change, script) })
}

func (s *seat) run(cmd tea.Cmd) {
	if cmd != nil {
		go func() { s.msgs <- cmd() }()
	}
}

func (s *seat) settle() {
	for {
		synctest.Wait()
		select {
		case m := <-s.msgs:
			s.handle(m)
		default:
			return
		}
	}
}

func (s *seat) handle(m tea.Msg) {
	switch m := m.(type) {
	case nil:
	case tea.BatchMsg:
		for _, cmd := range m {
			s.run(cmd)
		}
	case tea.QuitMsg:
		s.quit = true
	case tea.RawMsg:
		s.bells++
	default:
		if name := fmt.Sprintf("%T", m); strings.HasPrefix(name, "tea.") {
			s.other = append(s.other, name)
		}
		_, cmd := s.c.Update(m)
		s.run(cmd)
		s.frame()
	}
}

func (s *seat) feed(m tea.Msg) { s.handle(m); s.settle() }

// frame is the screen's text; its size is checked each time.
func (s *seat) frame() string {
	s.t.Helper()
	v := s.c.View()
	w, h := s.c.view.Width, s.c.view.Height
	if w <= 0 || h <= 0 {
		return ""
	}
	lines := strings.Split(v.Content, "\n")
	if len(lines) > h {
		s.t.Fatalf("%d lines on a screen of %d", len(lines), h)
	}
	for _, l := range lines {
		if ansi.StringWidth(l) > w {
			s.t.Fatalf("a line of %d columns on a screen of %d: %q", ansi.StringWidth(l), w, l)
		}
	}
	return ansi.Strip(v.Content)
}

// keys presses keys by name, one after another.
func (s *seat) keys(names ...string) {
	for _, n := range names {
		s.feed(keyPress(n))
	}
}

// write types text.
func (s *seat) write(text string) {
	for _, r := range text {
		s.feed(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// wait lets time pass.
func (s *seat) wait(d time.Duration) { time.Sleep(d); s.settle() }

// calm waits until a dialog takes keys.
func (s *seat) calm() { s.wait(quietFor + time.Millisecond) }

func (s *seat) dialog() Dialog { return s.c.view.Dialog }

func keyPress(name string) tea.KeyPressMsg {
	special := map[string]tea.KeyPressMsg{
		"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab}, "shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift},
		"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight},
		"pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown}, "home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd},
		"backspace": {Code: tea.KeyBackspace}, "ctrl+c": {Code: 'c', Mod: tea.ModCtrl}, "ctrl+l": {Code: 'l', Mod: tea.ModCtrl}, "ctrl+u": {Code: 'u', Mod: tea.ModCtrl},
	}
	if k, ok := special[name]; ok {
		return k
	}
	r := []rune(name)
	if len(r) != 1 {
		panic("no such key: " + name)
	}
	return tea.KeyPressMsg{Code: r[0], Text: name}
}

func same(t testing.TB, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}
