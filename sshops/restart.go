package sshops

// restart.go: the response "restart the service", in the period that the plan states
// and not outside it. A restart cannot be taken back, so what may hinder it is found
// out before: the service, who manages it there, sudo without a password.

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// How long a service is given to be there again, in run time, and how often it is looked at.
const (
	restartWithin = 30 * time.Second
	restartLook   = 2 * time.Second
)

// Restart is the action "ssh.restart": restart params.service, between the two times of day
// in params.between ("13:00-13:30", in the plan's zone). It has to listen on params.port
// afterwards; without one, on the port that the plan opens for the application.
func (c *Client) Restart(p *plan.Plan) tasks.Action {
	name, title := "SERVICE", "restart the service"
	if one := theTask(p, "ssh.restart"); one != nil && namesService(one.Params["service"]) {
		name = one.Params["service"]
		title = "restart " + name
		if between := one.Params["between"]; between != "" {
			title += ", between " + clean(between)
		}
	}
	return tasks.Action{Kind: "ssh.restart", Steps: []tasks.Step{{
		ID: "restart", Title: title, Effect: true, Call: "ssh … sudo -n systemctl restart " + name, Needs: errandNeeds(),
		Look: c.lookRestart, Do: c.restart, Check: c.checkRestart, Find: c.findRestart,
		Undo: &tasks.Undo{
			Describe: func(tasks.Call) tasks.UndoWords {
				return tasks.UndoWords{Title: "leave the service as it is", Keep: "a restart cannot be taken back"}
			},
			Do: func(context.Context, tasks.Call) (tasks.Result, error) {
				return tasks.Result{Left: "a restart cannot be taken back"}, nil
			},
			Gone: func(context.Context, tasks.Call) (bool, error) { return false, nil },
		},
	}}}
}

// theTask is the plan's only task with an action; nil when it has none or several.
func theTask(p *plan.Plan, kind string) (found *plan.Task) {
	if p == nil {
		return nil
	}
	for t := range p.All() {
		if t.Action == kind {
			if found != nil {
				return nil
			}
			found = t
		}
	}
	return found
}

// namesService reports a name that a service may have; none begins like an option.
func namesService(name string) bool {
	return len(name) <= 64 && regexp.MustCompile(`^[A-Za-z0-9@_][A-Za-z0-9@_.-]*$`).MatchString(name)
}

func serviceName(call tasks.Call) (string, error) {
	name := param(call, "service", "")
	if !namesService(name) {
		return "", fmt.Errorf("params.service of task %s is %q, which is no name of a service; amend the plan (letters, digits, @ _ . -)", call.Task.ID, clean(name))
	}
	return name, nil
}

// lookRestart finds out everything that would hinder the restart, before it is intended.
func (c *Client) lookRestart(ctx context.Context, call tasks.Call) (map[string]string, error) {
	name, err := serviceName(call)
	if err != nil {
		return nil, err
	}
	if err := inPeriod(call); err != nil {
		return nil, err
	}
	if _, err := restartPort(call); err != nil {
		return nil, err
	}
	s, err := c.serviceNow(ctx, call, name)
	if err != nil {
		return nil, err
	}
	user := clean(call.Plan.Environment.Instance.SSHUser)
	switch {
	case s.manager == "":
		return nil, fmt.Errorf("the host knows no service %s, neither systemd nor /etc/init.d; correct params.service of task %s", name, call.Task.ID)
	case !s.may:
		return nil, fmt.Errorf("user %s may not run `%s`: sudo is missing or asks for a password; allow it in sudoers (NOPASSWD), or restart it by hand", user, s.command(name))
	case s.mark == "" && s.state == "active", s.manager != managerSystemd && s.pid == 0:
		return nil, fmt.Errorf("no process named %s runs there, so nobody could tell whether it was restarted; look at it by hand", name)
	}
	return map[string]string{"service": name, "manager": s.manager, "root": strconv.FormatBool(s.root), "mark": s.mark, "state": s.state, "was": s.says(name)}, nil
}

// serviceNow looks at the service over a connection of its own.
func (c *Client) serviceNow(ctx context.Context, call tasks.Call, name string) (service, error) {
	e, f := c.errand(ctx, call, keyNow(call))
	if f != nil {
		return service{}, f
	}
	defer e.over()
	return e.service(ctx, name)
}

// lookedAt is the service as the look before the restart found it.
func lookedAt(call tasks.Call) (name string, s service, err error) {
	if name, err = serviceName(call); err != nil {
		return "", s, err
	}
	s = service{manager: call.Pre["manager"], root: call.Pre["root"] == "true", mark: call.Pre["mark"], state: call.Pre["state"]}
	if call.Pre["service"] != name || !slices.Contains([]string{managerSystemd, managerOpenRC, managerSysV}, s.manager) {
		return "", s, fmt.Errorf("the look before was at service %q, the task says %s; start the task again", clean(call.Pre["service"]), name)
	}
	return name, s, nil
}

func (c *Client) restart(ctx context.Context, call tasks.Call) (tasks.Result, error) {
	name, s, err := lookedAt(call)
	if err != nil {
		return tasks.Result{}, err
	}
	if err := inPeriod(call); err != nil { // asked for again after a crash, it may be later than it was
		return tasks.Result{}, err
	}
	e, f := c.errand(ctx, call, keyNow(call))
	if f != nil {
		return tasks.Result{}, f
	}
	defer e.over()
	began, command := time.Now(), s.command(name)
	_, err = e.do(ctx, order{title: command, line: command})
	if err != nil {
		return tasks.Result{Trace: c.traced(call, keyNow(call), command, began, err)}, err
	}
	return tasks.Result{Says: "`" + command + "` ended well; before, " + clean(call.Pre["was"]), Trace: c.traced(call, keyNow(call), command, began, nil)}, nil
}

// findRestart asks whether the service was started since the look. While it is between two
// states, or the command may not have begun yet, it is looked at again.
func (c *Client) findRestart(ctx context.Context, call tasks.Call) (tasks.Result, bool, error) {
	name, before, err := lookedAt(call)
	if err != nil {
		return tasks.Result{}, false, err
	}
	e, f := c.errand(ctx, call, keyNow(call))
	if f != nil {
		return tasks.Result{}, false, f
	}
	defer e.over()
	for end := call.Now().Add(restartWithin); ; {
		s, err := e.service(ctx, name)
		if err != nil {
			return tasks.Result{}, false, err
		}
		still := s.state == "active" || s.state == "failed" || s.state == "inactive"
		switch {
		case still && (s.mark != before.mark || s.state != before.state):
			return tasks.Result{Says: "it was restarted: " + s.says(name)}, true, nil
		case still && !call.Now().Before(end.Add(3*restartLook-restartWithin)):
			return tasks.Result{}, false, nil // it had time to begin, and has not
		case !call.Now().Before(end):
			return tasks.Result{}, false, fmt.Errorf("%s for %s now; look at it by hand", s.says(name), restartWithin)
		}
		if err := call.Wait(ctx, restartLook); err != nil {
			return tasks.Result{}, false, err
		}
	}
}
