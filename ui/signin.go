package ui

// signin.go: the way out of credentials that have run out. A sensor that fails for want of
// them names the command that renews them; L runs exactly that in this terminal, and then
// everything is looked at again. It changes nothing in the world and needs no conn.

import (
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
	"tminus/tasks/reading"
	"tminus/tasks/safe"
)

// signedInMsg is the end of the command.
type signedInMsg struct {
	line string
	err  error
}

func whyNotSignIn(s *tasks.Snapshot, _ View) string {
	switch kind, _ := worstOfAWS(s); {
	case len(mending(s).Mend) > 0:
		return ""
	case kind != reading.Expired:
		return "no sensor fails for want of a sign-in"
	}
	from := "renew them where they come from"
	if source := s.Readings.Identity.Source; strings.HasPrefix(source, "environment") {
		from = "they come from the " + source + "; export new ones"
	} else if source != "" {
		from = "they come from " + source + "; renew them there"
	}
	return "the credentials have expired and no command renews them: " + from + ", then leave (q) and go on with tminus resume"
}

// signIn confirms the command line; what is run is what was shown, whatever the sensors say by then.
func (c *Cockpit) signIn() tea.Cmd {
	f := mending(c.snap)
	line := safe.Command(f.Mend)
	return c.open(Dialog{
		Kind: Confirm, Danger: Careful, Action: "signin", OK: "run it", Title: "Sign in",
		Body: strings.Join([]string{failureMark(f.Kind).word + ": " + f.Says, "", "  " + line, "",
			"It runs in this terminal with the rights of this shell; the cockpit comes back when it ends, and looks again. The run goes on meanwhile; ctrl+c there ends that command only."}, "\n"),
	}, question{then: func() tea.Cmd {
		if c.opts.Command == nil {
			return c.say("this cockpit runs no commands: run it in another terminal, then r looks again")
		}
		return tea.Exec(c.opts.Command(f.Mend), func(err error) tea.Msg { return signedInMsg{line, err} })
	}})
}

// signedIn tells how the command ended. Either way the sensors look again: somebody may
// have signed in elsewhere.
func (c *Cockpit) signedIn(msg signedInMsg) tea.Cmd {
	says := "signed in: looking again"
	var exit interface {
		error
		ExitCode() int
	}
	if errors.As(msg.err, &exit) {
		says = fmt.Sprintf("%s ended with %s: not signed in, as far as it says; L tries again", msg.line, exit)
	} else if msg.err != nil {
		says = fmt.Sprintf("%s could not be run: %v; run it in another terminal, then r looks again", msg.line, msg.err)
	}
	return tea.Batch(c.say(says), c.send(c.lookWish(), c.sayRefusal))
}

// lookAgain lets every sensor read now.
func (c *Cockpit) lookAgain() tea.Cmd {
	return c.send(c.lookWish(), func(err error) tea.Cmd {
		if err != nil {
			return c.sayRefusal(err)
		}
		return c.say("looking again: every sensor reads now")
	})
}

func (c *Cockpit) lookWish() tasks.Command { return runWish(tasks.LookAgain)(c.snap, c.view) }
