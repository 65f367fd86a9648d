package sshops

// audit_rows.go: from what a guest answered to rows: expected, observed, with which command, verdict.

import (
	"fmt"
	"regexp"
	"strings"

	"tminus/tasks/plan"
	"tminus/tasks/reading"
	"tminus/tasks/safe"
)

// finding is a row in the making.
type finding struct{ reading.GuestRow }

func (f finding) unknown(why string) finding {
	f.Verdict, f.Says = reading.Unknown, why
	return f
}

// compared takes the verdict of a comparison, if the plan has something to compare with.
func (f finding) compared(verdict reading.Verdict, says string) finding {
	if f.Expected != "" {
		f.Verdict, f.Says = verdict, says
	}
	return f
}

func systemRow(want string, r distro) finding {
	f := finding{GuestRow: reading.GuestRow{Name: reading.RowOS, Expected: want, Observed: r.name, Command: "cat /etc/os-release"}}
	if f.Observed == "" {
		f.Observed = strings.TrimSpace(r.id + " " + r.version)
	}
	if r.id == "" {
		return f.unknown("neither os-release nor redhat-release nor system-release tells the system")
	}
	return f.compared(compareSystem(want, r))
}

// serverRow asks the package managers first: the program knows neither its epoch nor its release.
func serverRow(want string, answers map[string]string) finding {
	f := finding{GuestRow: reading.GuestRow{Name: reading.RowWebServer, Expected: want}}
	binary := programVersion(answers[ansNginx])
	for _, manager := range []struct{ answer, command string }{
		{ansRPM, "rpm -q --qf '%{EPOCH}:%{VERSION}-%{RELEASE}\\n' nginx"}, {ansDeb, "dpkg-query -W nginx"}, {ansApk, "apk info -ve nginx"},
	} {
		text, known := heard(answers[manager.answer])
		if !known {
			continue
		}
		f.Command = manager.command
		v, installed := packageVersion(text)
		if !installed {
			continue
		}
		f.Observed = "nginx " + v.String()
		f = f.compared(compareVersion(parseVersion(want), v, true))
		if binary != "" && binary != v.number {
			f.Verdict, f.Says = reading.Remarkable, "the package is "+v.String()+", but `nginx -v` says "+binary+": find out which of them runs"
		}
		return f
	}
	if binary != "" {
		f.Observed, f.Command = "nginx "+binary, "nginx -v"
		return f.compared(compareVersion(parseVersion(want), version{number: binary}, false))
	}
	if f.Command == "" {
		f.Command = "nginx -v"
		return f.unknown("no package manager answered, and no nginx")
	}
	f.Observed = "not installed"
	return f.compared(reading.Drifted, "no package nginx, and no such program")
}

// packageVersion reads "nginx 1:1.14.1-2.34.amzn1", "nginx 1.22.1-9 install ok installed", "nginx-1.24.0-r16".
func packageVersion(text string) (version, bool) {
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		switch {
		case len(f) == 1 && regexp.MustCompile(`^nginx-[0-9]\S*$`).MatchString(f[0]):
			return cleaned(strings.TrimPrefix(f[0], "nginx-")), true
		case len(f) == 2 && f[0] == "nginx", len(f) == 5 && f[0] == "nginx" && f[4] == "installed":
			return cleaned(f[1]), true
		}
	}
	return version{}, false
}

// cleaned is a version from a host.
func cleaned(text string) version { return parseVersion(clean(text)) }

// programVersion reads "nginx version: nginx/1.14.1".
func programVersion(text string) string {
	if m := regexp.MustCompile(`nginx/([0-9][0-9A-Za-z.]*)`).FindStringSubmatch(text); m != nil {
		return clean(m[1])
	}
	return ""
}

// appRows are the three that only the interpreter of the application can answer.
func appRows(want plan.Guest, in interpreter, others int, answers map[string]string) []finding {
	path := safe.Word(in.path)
	of := fmt.Sprintf("of %s, which runs %s (process %d)", clean(in.path), in.server, in.pid)
	if others > 0 {
		of += fmt.Sprintf("; %d other interpreters run too", others)
	}
	var rows []finding
	for _, q := range []struct {
		name, want, prefix, answer, command, pattern string
	}{
		{reading.RowFramework, want.Django, "Django ", ansDjango, path + " -c " + safe.Word(djangoProgram), `(?m)^([0-9][0-9A-Za-z.]*)\s*$`},
		{reading.RowLanguage, want.Python, "Python ", ansPython, path + " -V", `(?m)^Python ([0-9][0-9A-Za-z.+]*)\s*$`},
		{reading.RowPip, want.Pip, "pip ", ansPip, path + " -m pip --version", `(?m)^pip ([0-9][0-9A-Za-z.]*) from `},
	} {
		f := finding{GuestRow: reading.GuestRow{Name: q.name, Expected: q.want, Command: q.command}}
		answer, answered := answers[q.answer]
		m := regexp.MustCompile(q.pattern).FindStringSubmatch(answer)
		switch {
		case m != nil:
			f.Observed = q.prefix + clean(m[1])
			f = f.compared(compareVersion(parseVersion(q.want), cleaned(m[1]), true))
		case strings.Contains(answer, "ModuleNotFoundError") || strings.Contains(answer, "ImportError") || strings.Contains(answer, "No module named"):
			f.Observed = "not installed"
			f = f.compared(reading.Drifted, "this interpreter has no such module")
		case !answered || answer == "":
			f = f.unknown("the interpreter did not answer in time")
		default:
			f = f.unknown("the interpreter answered " + clean(lastLine(answer)))
		}
		f.Says = strings.TrimSuffix(f.Says+"; "+of, "; ")
		f.Says = strings.TrimPrefix(f.Says, "; ")
		rows = append(rows, f)
	}
	return rows
}

// noAppRows are the same when no interpreter could be asked.
func noAppRows(want plan.Guest, why string) []finding {
	var rows []finding
	for _, q := range [][2]string{{reading.RowFramework, want.Django}, {reading.RowLanguage, want.Python}, {reading.RowPip, want.Pip}} {
		f := finding{GuestRow: reading.GuestRow{Name: q[0], Expected: q[1], Command: "ps -eo pid,user,comm"}}
		rows = append(rows, f.unknown(why))
	}
	return rows
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}
