package ui

// keytable.go: the one table of keys. Why a key that acts is dead comes from
// tasks.State.Allowed, the rule by which the engine refuses.

import (
	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
)

// The headings of the help.
const (
	groupTask = "The task"
	groupRun  = "The run"
	groupLook = "Looking"
)

// pressed lifts a method that does not care by which name its key was pressed.
func pressed(do func(*Cockpit) tea.Cmd) func(*Cockpit, string) tea.Cmd {
	return func(c *Cockpit, _ string) tea.Cmd { return do(c) }
}

// unless is a Why by the engine's own rule.
func unless(wish func(*tasks.Snapshot, View) tasks.Command) func(*tasks.Snapshot, View) string {
	return func(s *tasks.Snapshot, v View) string {
		if err := s.State.Allowed(s.Plan, wish(s, v)); err != nil {
			return err.Error()
		}
		return ""
	}
}

func actingKeys() []Key {
	return []Key{
		{ID: "enter", Keys: []string{"enter"}, Group: groupTask, Title: "open", Label: enterLabel, Danger: Careful,
			Effect: "start the selected task when it is ready (again when it failed), decide its gate or sign-off when it waits for that; otherwise open it",
			Seen:   "open the selected task; elsewhere, zoom the pane",
			Why:    whyNotEnter, press: pressed((*Cockpit).enter)},
		{ID: "ssh", Keys: []string{"s"}, Group: groupTask, Title: "ssh test", Acts: true, Action: "ssh.test",
			Effect: "test SSH to the current instance, rung by rung; it only reads",
			Why:    whyNotAction("ssh.test"), press: startAction("ssh.test")},
		{ID: "address", Keys: []string{"e"}, Group: groupTask, Title: "elastic ip", Acts: true, Action: "eip.assign", Danger: Careful,
			Effect: "allocate and associate the Elastic IP, then test through it",
			Why:    whyNotAction("eip.assign"), press: startAction("eip.assign")},
		{ID: "smoke", Keys: []string{"t"}, Group: groupTask, Title: "smoke tests", Label: smokeLabel, Acts: true, Action: "smoke.run", Danger: Careful,
			Effect: "run the smoke tests, stage by stage; the later stages write to the application. After a failure only what did not pass is asked again",
			Why:    whyNotAction("smoke.run"), press: startAction("smoke.run")},
		{ID: "gate", Keys: []string{"g"}, Group: groupTask, Title: "go/no-go", Label: gateLabel, Acts: true, Danger: Careful,
			Effect: "decide go or no-go at a gate, record a voter's answer where it is polled, or a sign-off that the task waits for; past decide-by, that the run goes on",
			Why:    unless(gateWish), press: pressed((*Cockpit).decide)},
		{ID: "done", Keys: []string{"d"}, Group: groupTask, Title: "done", Label: attestLabel, Acts: true, Danger: Careful,
			Effect: "attest that a manual task is done, with a note of what proves it; or that an automated one was done by hand, with what it brought",
			Why:    unless(attestWish), press: pressed((*Cockpit).attest)},
		{ID: "failed", Keys: []string{"x"}, Group: groupTask, Title: "failed", Acts: true, Danger: Careful,
			Effect: "say that a manual task failed, with the reason",
			Why:    unless(wordWish(tasks.FailTask)), press: pressed((*Cockpit).fail)},
		{ID: "skip", Keys: []string{"S"}, Group: groupTask, Title: "skip", Acts: true, Danger: Careful,
			Effect: "skip the task, with the reason; what depends on it may go on",
			Why:    unless(wordWish(tasks.SkipTask)), press: pressed((*Cockpit).skip)},
		{ID: "waive", Keys: []string{"W"}, Group: groupTask, Title: "waive", Acts: true, Danger: Careful,
			Effect: "go on without a check that did not pass, or without a missing sign-off, with the reason; it stays marked as waived",
			Why:    unless(waiveWish), press: pressed((*Cockpit).waive)},
		{ID: "note", Keys: []string{"n"}, Group: groupTask, Title: "note", Acts: true,
			Effect: "write a note to the journal, with the selected task",
			Why:    unless(wordWish(tasks.AddNote)), press: pressed((*Cockpit).note)},
		{ID: "takeback", Keys: []string{"u"}, Group: groupTask, Title: "take back", Acts: true, Danger: Careful,
			Effect: "take back the newest note, attestation or decision of the selected task, else of the run; never an effect",
			Why:    unless(takeBackWish), press: pressed((*Cockpit).takeBack)},
		{ID: "abort", Keys: []string{"a"}, Group: groupRun, Title: "abort", Acts: true,
			Effect: "stop everything that runs, at once and without a question",
			Why:    unless(runWish(tasks.AbortRunning)), press: pressed((*Cockpit).abort)},
		{ID: "hold", Keys: []string{"H"}, Group: groupRun, Title: "hold", Label: holdLabel, Acts: true, Danger: Careful,
			Effect: "hold the plan, with a reason and an expected end, so that nothing more begins; or resume it",
			Why:    unless(holdWish), press: pressed((*Cockpit).hold)},
		{ID: "rollback", Keys: []string{"R"}, Group: groupRun, Title: "roll back", Acts: true, Danger: Severe,
			Effect: "review everything that would be undone, or only what was made from the selected task on, then undo it: type the change number and give a reason",
			Why:    unless(runWish(tasks.RollBack)), press: pressed((*Cockpit).review)},
		{ID: "reopen", Keys: []string{"O"}, Group: groupRun, Title: "reopen", Acts: true, Danger: Careful,
			Effect: "go forward again after a rollback, with a reason: what was undone has not been started any more",
			Why:    unless(reopenWish), press: pressed((*Cockpit).reopen)},
		{ID: "conn", Keys: []string{"c"}, Group: groupRun, Title: "the conn", Label: connLabel, Acts: true, Danger: Careful,
			Effect: "take the conn, the right to act; offer it by name, accept it, withdraw the offer, or release it",
			press:  pressed((*Cockpit).conn)},
		{ID: "fault", Keys: []string{"f"}, Group: groupRun, Title: "fault", Acts: true, Danger: Careful,
			Effect: "break something in the pretend world, or lift what is broken there; rehearsals only",
			Why:    unless(runWish(tasks.InjectFault)), press: pressed((*Cockpit).fault)},
	}
}

func lookingKeys() []Key {
	return []Key{
		{ID: "pane", Keys: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "0"}, Group: groupLook, Title: "pane",
			Effect: "go to the pane of that number; 0 is the preflight", press: (*Cockpit).focus},
		{ID: "tab", Keys: []string{"tab", "shift+tab"}, Group: groupLook, Title: "next pane",
			Effect: "go to the next pane, or the one before", press: (*Cockpit).turn},
		{ID: "zoom", Keys: []string{"z"}, Group: groupLook, Title: "zoom", Label: zoomLabel,
			Effect: "give the pane the whole screen, and back", press: pressed((*Cockpit).zoom)},
		{ID: "move", Keys: []string{"up", "down", "k", "j"}, Group: groupLook, Title: "move",
			Effect: "select a task in the Timeline, scroll elsewhere", press: (*Cockpit).move},
		{ID: "page", Keys: []string{"pgup", "pgdown", "home", "end"}, Group: groupLook, Title: "page",
			Effect: "move by half a screen, to the first or to the last", press: (*Cockpit).move},
		{ID: "back", Keys: []string{"esc"}, Group: groupLook, Title: "back",
			Effect: "close, zoom out, go back to the Timeline, then follow the current task again", press: pressed((*Cockpit).back)},
		{ID: "slip", Keys: []string{"p"}, Group: groupLook, Title: "if it slips",
			Effect: "see what moves if the selected task ends later, where the day then ends, and what could be done; nothing is written",
			Why:    whyNotSlip, press: pressed((*Cockpit).slip)},
		{ID: "shell", Keys: []string{"o"}, Group: groupLook, Title: "open ssh", Acts: true,
			Effect: "open ssh to the instance in this terminal, with the run's key and the verified host keys; back on exit, and the run goes on meanwhile",
			Why:    whyNotShell, press: pressed((*Cockpit).shell)},
		{ID: "signin", Keys: []string{"L"}, Group: groupLook, Title: "sign in", Acts: true, Danger: Careful,
			Effect: "run the command that renews the credentials in this terminal, such as aws sso login, then look again; it needs no conn",
			Why:    whyNotSignIn, press: pressed((*Cockpit).signIn)},
		{ID: "again", Keys: []string{"r"}, Group: groupLook, Title: "look again", Acts: true,
			Effect: "let every sensor read at once, over new connections; it needs no conn",
			Why:    unless(runWish(tasks.LookAgain)), press: pressed((*Cockpit).lookAgain)},
		{ID: "zone", Keys: []string{"Z"}, Group: groupLook, Title: "zone",
			Effect: "show times in the plan's zone, yours, or UTC", press: pressed((*Cockpit).zone)},
		{ID: "redraw", Keys: []string{"ctrl+l"}, Group: groupLook, Title: "redraw",
			Effect: "draw the screen anew", press: pressed(func(*Cockpit) tea.Cmd { return tea.ClearScreen })},
		{ID: "help", Keys: []string{"?"}, Group: groupLook, Title: "help",
			Effect: "all keys and what they do now; / filters them, enter runs one", press: pressed((*Cockpit).help)},
		{ID: "leave", Keys: []string{"q"}, Group: groupLook, Title: "leave", Danger: Harmless,
			Seen:   "leave; the run goes on without noticing",
			Effect: "leave the cockpit; it asks while an action runs. The run stays, tminus resume goes on with it", press: pressed((*Cockpit).askLeave)},
		{ID: "quit", Keys: []string{"ctrl+c"}, Group: groupLook, Title: "leave",
			Effect: "twice: leave from anywhere, whatever is open", press: pressed((*Cockpit).interrupt)},
	}
}
