package ui

// cockpit.go: the one Bubble Tea model. Its rules: Update never blocks, never
// looks at a clock and touches nothing outside; what it wants done is a tea.Cmd,
// and all it knows of the run is the newest snapshot. The rest of it stands in
// files by noun: dialog, send, start, gate, note, conn, review, help, move, leave.

import (
	"cmp"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// Options is what a cockpit is made with.
type Options struct {
	// Send gives a command to the engine and returns once it has decided; an error
	// is the refusal. It is called inside a tea.Cmd only. nil = nothing can act.
	Send func(tasks.Command) error
	// Answer gives a worker what it asked for, an empty secret = declined; an error is why
	// nobody took it. It is called inside a tea.Cmd only. nil = questions are shown, not answered.
	Answer func(id string, s tasks.Secret) error
	// Slot delivers the newest snapshot; the cockpit is its one reader.
	Slot *tasks.Slot
	// First is drawn before anything else has arrived; nil = an opening frame.
	First *tasks.Snapshot
	// Actor is the contact id of who sits here; "" = asked on taking the conn.
	Actor string
	Watch bool
	Theme Theme
	// Forced keeps Theme as it is; otherwise the terminal's background decides light or dark.
	Forced bool
	Local  *time.Location
	// Shell is the command that opens the instance with these facts; nil or no words = none can.
	Shell func(facts map[string]string) []string
	// Command makes a command that runs in this terminal, in the cockpit's place; nil = none can.
	Command func(words []string) tea.ExecCommand
	// Faults are the names that a rehearsal can inject.
	Faults []string
	Bell   bool
	// Notice is worth knowing before anything else; it stands over the first frames. "" = nothing.
	Notice string
	// Resume and Follow are the command lines that go on with this run and that
	// watch it, shown on leaving; "" = without the run's name.
	Resume, Follow string
	// Done is closed when the engine has ended by itself; Err then says why, nil = in order.
	Done <-chan struct{}
	Err  func() error
}

// Cockpit is the operator's screen, or a follower's. It is a tea.Model and is
// used by one goroutine at a time.
type Cockpit struct {
	opts  Options
	view  View
	snap  *tasks.Snapshot
	ask   question // what the open dialog is for
	typed secret   // the answer to a worker's question; the view has its length only
	out   []letter // commands in the order they were asked for; the first is on its way
	quiet int      // generation of the quiet period
	toast int      // generation of the toast
	armed bool     // ctrl+c was pressed once
	ended bool     // the engine is gone: any key leaves
	err   error

	stop chan struct{}
	once sync.Once
	drew drawn
}

// drawn is the last frame and what it was a function of.
type drawn struct {
	snap  *tasks.Snapshot
	view  View
	frame string
}

type snapshotMsg struct{ snap *tasks.Snapshot }

// NewCockpit returns a cockpit that shows the first snapshot.
func NewCockpit(o Options) *Cockpit {
	if o.Send == nil {
		o.Watch = true
	}
	o.Resume, o.Follow = cmp.Or(o.Resume, "tminus resume"), cmp.Or(o.Follow, "tminus watch")
	v := View{Focus: Timeline, Theme: o.Theme, Local: o.Local, Actor: o.Actor, Watch: o.Watch,
		Toast: safe.Line(strings.ReplaceAll(o.Notice, "\n", " · "))}
	v.Theme.Guess = !o.Forced && !v.Theme.Mono
	return &Cockpit{opts: o, view: v, snap: o.First, stop: make(chan struct{})}
}

// Err is why the cockpit ended, once the program has; nil when the operator left.
func (c *Cockpit) Err() error { return c.err }

// Last is the newest snapshot that was shown; nil when none was.
func (c *Cockpit) Last() *tasks.Snapshot { return c.snap }

// Close lets go of what the cockpit waits for. main calls it once the program has ended.
func (c *Cockpit) Close() { c.once.Do(func() { close(c.stop) }) }

// Init waits for the engine and asks for the terminal's background.
func (c *Cockpit) Init() tea.Cmd {
	cmds := []tea.Cmd{c.awaitSnapshot(), c.awaitEnd()}
	if !c.opts.Forced {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	if c.view.Toast != "" {
		cmds = append(cmds, c.untilForgotten(noticeFor))
	}
	return tea.Batch(cmds...)
}

// Update is a table of contents: one line a message.
func (c *Cockpit) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		c.view.Width, c.view.Height = max(msg.Width, 0), max(msg.Height, 0)
	case tea.BackgroundColorMsg:
		if !c.opts.Forced {
			c.view.Theme.Light, c.view.Theme.Guess = !msg.IsDark(), false
		}
	case tea.KeyPressMsg:
		return c, c.press(msg.Key())
	case tea.PasteMsg:
		return c, c.paste(msg.Content)
	case snapshotMsg:
		return c, tea.Batch(c.look(msg.snap), c.awaitSnapshot())
	case sentMsg:
		return c, c.sent(msg)
	case abortedMsg:
		return c, c.aborted(msg)
	case answeredMsg:
		return c, c.answered(msg)
	case shellEndedMsg:
		return c, c.shellEnded(msg)
	case signedInMsg:
		return c, c.signedIn(msg)
	case quietMsg:
		c.hush(msg)
	case toastMsg:
		c.clearToast(msg)
	case endedMsg:
		return c, c.engineEnded(msg)
	case farewellMsg:
		return c, c.leave()
	}
	return c, nil
}

// View is the newest snapshot as a frame, drawn anew only when something changed.
func (c *Cockpit) View() tea.View {
	if c.view.Width <= 0 || c.view.Height <= 0 {
		return tea.NewView("")
	}
	if c.drew.frame == "" || c.drew.snap != c.snap || c.drew.view != c.view {
		c.drew = drawn{c.snap, c.view, Render(c.snap, c.view)}
	}
	v := tea.NewView(c.drew.frame)
	v.AltScreen = true
	v.WindowTitle = windowTitle(c.snap)
	return v
}

// look takes a snapshot as the newest, unless a newer one is shown already:
// messages of different commands arrive in no promised order.
func (c *Cockpit) look(s *tasks.Snapshot) tea.Cmd {
	if s == nil || c.snap != nil && (s.Seq < c.snap.Seq || s.Seq == c.snap.Seq && s.Now.Before(c.snap.Now)) {
		return nil
	}
	before := c.snap
	c.snap = s
	c.reread()
	moved := tea.Batch(c.reviewMoved(), c.heed())
	if c.opts.Bell && needsPerson(before, s, c.view.Actor) {
		return tea.Batch(moved, tea.Raw("\a"))
	}
	return moved
}

// awaitSnapshot waits for the next snapshot; look's caller arms it again.
func (c *Cockpit) awaitSnapshot() tea.Cmd {
	if c.opts.Slot == nil {
		return nil
	}
	newest, stop := c.opts.Slot.Newest(), c.stop
	return func() tea.Msg {
		select {
		case s := <-newest:
			return snapshotMsg{s}
		case <-stop:
			return nil
		}
	}
}
