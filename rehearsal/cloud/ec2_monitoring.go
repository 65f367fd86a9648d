package cloud

// ec2_monitoring.go: detailed monitoring, switched on and off. When is kept with the instance: what was measured while it
// was on stays fine-grained.

import "time"

// switching is how long AWS shows a change of monitoring as under way.
const switching = 30 * time.Second

// monitoring is the word for an instance's detailed monitoring.
func (i *instance) monitoring(now time.Time) string {
	if len(i.Detail) == 0 {
		return "disabled"
	}
	last := i.Detail[len(i.Detail)-1]
	switch {
	case !last.To.IsZero() && now.Before(last.To.Add(switching)):
		return "disabling"
	case !last.To.IsZero():
		return "disabled"
	case now.Before(last.From.Add(switching)):
		return "pending"
	default:
		return "enabled"
	}
}

// detailedAt reports whether the instance was monitored in detail at a time.
func (i *instance) detailedAt(t time.Time) bool {
	for _, s := range i.Detail {
		if !t.Before(s.From) && (s.To.IsZero() || t.Before(s.To)) {
			return true
		}
	}
	return false
}

// monitor switches detailed monitoring; what is on, or off, already stays as it is.
func (i *instance) monitor(on bool, now time.Time) {
	if i.Options.Monitored = on; on == i.detailedAt(now) {
		return
	}
	if on {
		i.Detail = append(i.Detail, span{From: now})
		return
	}
	i.Detail[len(i.Detail)-1].To = now
}

func (c *call) monitorInstances() ([]element, error) { return c.monitorAll(true) }

func (c *call) unmonitorInstances() ([]element, error) { return c.monitorAll(false) }

func (c *call) monitorAll(on bool) ([]element, error) {
	all, err := c.instancesByID()
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, refuse(400, "MissingParameter", "The request must contain the parameter InstanceId")
	}
	var rows [][]element
	for _, i := range all {
		if i.Life.Order == orderTerminate {
			return nil, refuse(400, "InvalidState", "The instance '%s' is not in a state in which its monitoring can be changed (it is %s).", i.ID, i.Life.at(c.now).name)
		}
		i.monitor(on, c.now)
		rows = append(rows, []element{txt("instanceId", i.ID), el("monitoring", txt("state", i.monitoring(c.now)))})
	}
	return []element{items("instancesSet", rows)}, nil
}
