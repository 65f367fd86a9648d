package ui

// move.go: looking around. Nothing here leaves the cockpit or asks the engine.

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"tminus/tasks"
)

// focus goes to the pane whose number was pressed.
func (c *Cockpit) focus(name string) tea.Cmd {
	c.view.Focus = Pane(name[0] - '0')
	if name == "0" {
		c.view.Focus = lastPane
	}
	return nil
}

// turn goes round the panes.
func (c *Cockpit) turn(name string) tea.Cmd {
	step := 1
	if name == "shift+tab" {
		step = int(lastPane) - 1
	}
	c.view.Focus = Pane((int(c.view.Focus)-1+step)%int(lastPane)) + Timeline
	return nil
}

func (c *Cockpit) zoom() tea.Cmd {
	c.view.Zoom = !c.view.Zoom
	return nil
}

func zoomLabel(_ *tasks.Snapshot, v View) string {
	if v.Zoom {
		return "unzoom"
	}
	return "zoom"
}

func (c *Cockpit) zone() tea.Cmd {
	c.view.Zone = (c.view.Zone + 1) % (UTCZone + 1)
	return nil
}

// back undoes one step of looking: zoom, pane, selection.
func (c *Cockpit) back() tea.Cmd {
	switch {
	case c.view.Zoom:
		c.view.Zoom = false
	case c.view.Focus != Timeline:
		c.view.Focus = Timeline
	default:
		c.view.Selected = ""
	}
	return nil
}

// move selects in the Timeline and scrolls every other pane.
func (c *Cockpit) move(name string) tea.Cmd {
	if c.snap == nil {
		return nil
	}
	page := c.view.Height / 2
	if c.view.Focus != Timeline {
		at := &c.view.Scroll[c.view.Focus]
		*at = scrolled(*at, name, page, MaxScroll(c.snap, c.view, c.view.Focus))
		return nil
	}
	all, at := slices.Concat(c.snap.Plan.Tasks, c.snap.Plan.OnDemand), 0
	for i, t := range all {
		if t.ID == c.view.TaskID(c.snap) {
			at = i
		}
	}
	if len(all) > 0 {
		c.view.Selected = all[scrolled(at, name, page, len(all)-1)].ID
	}
	return nil
}
