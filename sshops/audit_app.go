package sshops

// audit_app.go: which Python runs the application. There may be several on a guest; the one that
// counts is the one a process runs with that serves WSGI.
//
// A path that the guest tells is about to be run there, and whoever owns the process chose it. Run as
// us, who may have sudo, it would be their way to root; so it is run as its owner, or not at all.

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// process is one that may run the application. args are the names of programs among its first three
// words, nothing else.
type appProcess struct {
	pid, uid  int
	comm, exe string
	venv      string
	args      []string
}

// maxApps bounds how many processes are looked at.
const maxApps = 20

// parseApps reads what the script tells of processes.
func parseApps(text string) []appProcess {
	var all []appProcess
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		key, value, _ := strings.Cut(line, " ")
		if key == "pid" {
			pid, err := strconv.Atoi(value)
			if err != nil || len(all) == maxApps {
				break
			}
			all = append(all, appProcess{pid: pid, uid: -1})
			continue
		}
		if len(all) == 0 {
			continue
		}
		p := &all[len(all)-1]
		switch key {
		case "uid":
			if uid, err := strconv.ParseUint(value, 10, 31); err == nil {
				p.uid = int(uid)
			}
		case "comm":
			p.comm = value
		case "exe":
			p.exe = strings.TrimSuffix(value, " (deleted)")
		default:
			if venv, found := strings.CutPrefix(line, "VIRTUAL_ENV="); found {
				p.venv = venv
			} else if len(p.args) < 3 {
				p.args = append(p.args, line)
			}
		}
	}
	return all
}

// interpreter is a Python and whose process runs with it.
type interpreter struct {
	path   string
	uid    int
	server string // gunicorn, uwsgi, manage.py
	pid    int
}

// interpreters are those of the processes that serve the application, the likeliest first; why says
// what is known when there is none.
func interpreters(all []appProcess) (found []interpreter, why string) {
	why = "no gunicorn, uWSGI, mod_wsgi or manage.py process is running that we can see"
	for _, p := range all {
		server := p.server()
		if server == "" {
			continue
		}
		python := p.python()
		switch {
		case python == "" && (server == "uwsgi" || server == "mod_wsgi"):
			why = server + " (process " + strconv.Itoa(p.pid) + ") has an interpreter built in and names no virtual environment"
		case python == "":
			why = server + " (process " + strconv.Itoa(p.pid) + ") does not show its interpreter to us; it needs root"
		case !slices.ContainsFunc(found, func(i interpreter) bool { return i.path == python }):
			found = append(found, interpreter{path: python, uid: p.uid, server: server, pid: p.pid})
		}
	}
	slices.SortStableFunc(found, func(a, b interpreter) int { return rank(a.server) - rank(b.server) })
	return found, why
}

// rank puts what serves in production before Django's own runserver.
func rank(server string) int {
	return slices.Index([]string{"gunicorn", "uwsgi", "mod_wsgi", "manage.py"}, server)
}

// server is what the process serves the application with; "" = it only mentions it, as an editor does.
func (p appProcess) server() string {
	names := []string{p.comm}
	if isPython(p.comm) {
		names = p.args
	}
	for _, name := range names {
		switch base := path.Base(name); base {
		case "gunicorn", "uwsgi", "manage.py":
			return base
		case "httpd", "apache2":
			return "mod_wsgi"
		}
	}
	return ""
}

// python is the interpreter's path; "" = not known. The word that started the process comes before
// its executable: the latter is where the links of a virtual environment lead to.
func (p appProcess) python() string {
	if len(p.args) > 0 && isPython(p.args[0]) && runnable(p.args[0]) {
		return p.args[0]
	}
	if in := p.venv + "/bin/python"; p.venv != "" && runnable(in) {
		return in
	}
	if isPython(p.exe) && runnable(p.exe) {
		return p.exe
	}
	return ""
}

func isPython(name string) bool {
	number, found := strings.CutPrefix(path.Base(name), "python")
	return found && strings.Trim(number, "0123456789.") == ""
}

// runnable accepts a plain absolute path. Nothing else is ever put into a command.
func runnable(name string) bool {
	return len(name) < 256 && path.Clean(name) == name && regexp.MustCompile(`^/[A-Za-z0-9._+/@-]+$`).MatchString(name)
}

// privilege is what we may do on the guest.
type privilege struct {
	root, sudo bool
	uid        int
}

func parsePrivilege(text string) privilege {
	f := strings.Fields(text)
	if len(f) != 2 {
		return privilege{uid: -1}
	}
	uid, err := strconv.ParseUint(f[1], 10, 31)
	if err != nil {
		return privilege{uid: -1}
	}
	return privilege{root: f[0] == "root", sudo: f[0] == "sudo", uid: int(uid)}
}

// as is the prefix that runs a command as the owner of the interpreter's process. What root runs
// may be run by anybody; what another user runs must not be run by us.
func (p privilege) as(owner int) (prefix, why string) {
	switch {
	case owner >= 0 && owner == p.uid, owner == 0:
		return "", ""
	case owner > 0 && (p.sudo || p.root):
		return fmt.Sprintf("sudo -n -u '#%d' ", owner), ""
	}
	return "", "it runs as another user, and sudo -n does not let us ask as that user"
}
