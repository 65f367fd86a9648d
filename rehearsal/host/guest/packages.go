package guest

// packages.go: the installed software, as the plan's configuration table names it.

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"strings"

	"tminus/rehearsal/host/shell"
)

const osRelease = `NAME="Amazon Linux AMI"
VERSION="2018.03"
ID="amzn"
ID_LIKE="rhel fedora"
VERSION_ID="2018.03"
PRETTY_NAME="Amazon Linux AMI 2018.03"
ANSI_COLOR="0;33"
CPE_NAME="cpe:/o:amazon:linux:2018.03:ga"
HOME_URL="http://aws.amazon.com/amazon-linux-ami/"
`

// rpmPackage is one row of the package database. The release carries the
// distribution's tag, as in every real one: the plan writes 2.34, rpm 2.34.amzn1.
type rpmPackage struct{ name, epoch, version, release, arch string }

func (g *Guest) rpmPackages() []rpmPackage {
	return []rpmPackage{
		{"bash", "", "4.2.46", "30.39.amzn1", "x86_64"},
		{"curl", "", "7.53.1", "16.85.amzn1", "x86_64"},
		{"kernel", "", "4.14.97", "74.72.amzn1", "x86_64"},
		{"nginx", "1", g.nginxVersion(), "2.34.amzn1", "x86_64"},
		{"ntp", "", "4.2.6p5", "44.38.amzn1", "x86_64"},
		{"openssh-server", "", "7.4p1", "16.69.amzn1", "x86_64"},
		{"openssl", "1", "1.0.2k", "16.146.amzn1", "x86_64"},
		{"python36", "", "3.6.5", "1.9.amzn1", "x86_64"},
		{"python36-pip", "", "9.0.3", "1.26.amzn1", "noarch"},
		{"system-release", "", "2018.03", "0.0", "noarch"},
	}
}

func (g *Guest) nginxVersion() string {
	if g.o.Drifted {
		return "1.12.1"
	}
	return "1.14.1"
}

// field is the value of an rpm query tag. Without an epoch rpm prints (none).
func (r rpmPackage) field(tag string) string {
	switch tag {
	case "NAME":
		return r.name
	case "EPOCH":
		if r.epoch == "" {
			return "(none)"
		}
		return r.epoch
	case "EPOCHNUM":
		if r.epoch == "" {
			return "0"
		}
		return r.epoch
	case "VERSION":
		return r.version
	case "RELEASE":
		return r.release
	case "ARCH":
		return r.arch
	}
	return "(unknown tag)"
}

func (r rpmPackage) format(qf string) string {
	tag := regexp.MustCompile(`%\{(\w+)\}`)
	return shell.Unescape(tag.ReplaceAllStringFunc(qf, func(m string) string { return r.field(strings.ToUpper(m[2 : len(m)-1])) }))
}

// rpm is rpm -q [--qf FORMAT] NAME… and rpm -qa [--qf FORMAT].
func rpm(g *Guest, _ context.Context, p *shell.Process) int {
	qf, all, query := "%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}\n", false, false
	var names []string
	for args := p.Args[1:]; len(args) > 0; args = args[1:] {
		switch a := args[0]; {
		case a == "--qf" || a == "--queryformat":
			if len(args) == 1 {
				return complain(p, 1, "no format given")
			}
			args = args[1:]
			qf = args[0]
		case strings.HasPrefix(a, "--qf="), strings.HasPrefix(a, "--queryformat="):
			_, qf, _ = strings.Cut(a, "=")
		case a == "-q":
			query = true
		case a == "-qa":
			query, all = true, true
		case strings.HasPrefix(a, "-"):
			return complain(p, 1, "%.40s: unknown option", a)
		default:
			names = append(names, a)
		}
	}
	if !query || len(names) == 0 && !all {
		return complain(p, 1, "no arguments given for query")
	}
	if all {
		for _, r := range g.rpmPackages() {
			fmt.Fprint(p.Out, r.format(qf))
		}
		return 0
	}
	missing := 0
	for _, n := range names {
		found := false
		for _, r := range g.rpmPackages() {
			if r.name == n {
				found = true
				fmt.Fprint(p.Out, r.format(qf))
			}
		}
		if !found {
			missing++
			fmt.Fprintf(p.Out, "package %s is not installed\n", n)
		}
	}
	return missing
}

// wheels is what pip has installed for the application's interpreter.
func (g *Guest) wheels() map[string]string {
	django := "2.1.5"
	if g.o.Drifted {
		django = "2.2.28"
	}
	return map[string]string{"django": django, "gunicorn": "19.9.0", "pytz": "2018.9", "pip": "9.0.3", "setuptools": "36.2.7"}
}

// python answers for its version and for the versions of modules; it runs no
// other code, and says so.
func python(g *Guest, ctx context.Context, p *shell.Process) int {
	args := p.Args[1:]
	if len(args) > 0 && args[0] == "-B" { // there is nothing it could write
		args = args[1:]
	}
	if len(args) == 0 {
		return complain(p, 1, "this machine's interpreter only answers for versions")
	}
	switch {
	case args[0] == "-V" || args[0] == "--version":
		fmt.Fprintln(p.Out, "Python 3.6.5")
		return 0
	case args[0] == "-m" && len(args) > 1 && args[1] == "pip":
		inner := *p
		inner.Args = append([]string{"pip3"}, args[2:]...)
		return pip(g, ctx, &inner)
	case args[0] == "-m" && len(args) == 3 && args[1] == "django" && (args[2] == "--version" || args[2] == "version"):
		fmt.Fprintln(p.Out, g.wheels()["django"])
		return 0
	case args[0] == "-c" && len(args) > 1:
		return pythonCode(g, p, args[1])
	}
	return complain(p, 2, "can't open file '%.60s': [Errno 2] No such file or directory", args[0])
}

// pythonCode runs the one program monitors write: import a module, print its version.
func pythonCode(g *Guest, p *shell.Process, code string) int {
	ask := regexp.MustCompile(`^\s*import (\w+)\s*[;\n]\s*print\((\w+)\.(?:__version__|VERSION|get_version\(\))\)\s*$`)
	sys := regexp.MustCompile(`^\s*import (?:sys|platform)\s*[;\n]\s*print\((?:platform\.python_version\(\)|"?'?%d\.%d\.%d"?'? % sys\.version_info\[:3\])\)\s*$`)
	if sys.MatchString(code) {
		fmt.Fprintln(p.Out, "3.6.5")
		return 0
	}
	m := ask.FindStringSubmatch(code)
	if m == nil || m[1] != m[2] {
		return complain(p, 1, "this machine's interpreter only answers for versions")
	}
	version, ok := g.wheels()[m[1]]
	if !ok {
		fmt.Fprintf(p.Err, "Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\nModuleNotFoundError: No module named '%s'\n", m[1])
		return 1
	}
	fmt.Fprintln(p.Out, version)
	return 0
}

func pip(g *Guest, _ context.Context, p *shell.Process) int {
	installed := []string{"Django", "gunicorn", "pip", "pytz", "setuptools"}
	args := strings.Join(p.Args[1:], " ")
	switch args {
	case "--version", "-V":
		fmt.Fprintln(p.Out, "pip 9.0.3 from /usr/lib/python3.6/dist-packages (python 3.6)")
	case "list", "list --format=columns", "freeze", "list --format=freeze":
		for _, n := range installed {
			if v := g.wheels()[strings.ToLower(n)]; strings.Contains(args, "freeze") {
				fmt.Fprintf(p.Out, "%s==%s\n", n, v)
			} else {
				fmt.Fprintf(p.Out, "%s (%s)\n", n, v)
			}
		}
	default:
		return complain(p, 1, "ERROR: unknown command \"%.40s\"", args)
	}
	return 0
}

// nginx tells its version, on stderr as the real one does.
func nginx(g *Guest, _ context.Context, p *shell.Process) int {
	if len(p.Args) != 2 || p.Args[1] != "-v" && p.Args[1] != "-V" {
		return complain(p, 1, "[emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)")
	}
	fmt.Fprintln(p.Err, path.Base(p.Args[0])+" version: nginx/"+g.nginxVersion())
	return 0
}
