package main

// house_test.go: the rules of the house that a compiler does not know: who may
// import whom, where a package tells its story, what stands nowhere.

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// room is one package as `go list` sees it, without its tests.
type room struct {
	ImportPath, Name, Dir string
	Imports, Deps         []string
}

// path is the room's folder: "tasks/run", "" for main.
func (r room) path() string { return strings.TrimPrefix(strings.TrimPrefix(r.ImportPath, module), "/") }

const module = "tminus"

func house(t *testing.T) []room {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Name,Dir,Imports,Deps", "./...").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var rooms []room
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var r room
		switch err := dec.Decode(&r); {
		case errors.Is(err, io.EOF):
			if len(rooms) < 20 {
				t.Fatalf("go list names only %d packages", len(rooms))
			}
			return rooms
		case err != nil:
			t.Fatal(err)
		}
		rooms = append(rooms, r)
	}
}

// in reports whether a folder is one of those named, or inside one.
func in(path string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return path == f || strings.HasPrefix(path, f+"/") })
}

// reaches is which of our own packages each top-level folder may import.
func reaches() map[string][]string {
	return map[string][]string{
		"tasks":     {"tasks"},
		"awsops":    {"tasks"},
		"sshops":    {"tasks", "sshops"},
		"webops":    {"tasks", "webops"},
		"ui":        {"tasks", "ui"},
		"rehearsal": {"rehearsal"},
		"examples":  {},
		"":          {"tasks", "awsops", "sshops", "webops", "ui", "rehearsal", "examples"}, // main wires
	}
}

func TestImportsRunOneWay(t *testing.T) {
	for _, r := range house(t) {
		top, _, _ := strings.Cut(r.path(), "/")
		may, known := reaches()[top]
		if !known {
			t.Errorf("%s: the house has no such room; say in reaches whom it may import", top)
		}
		for _, imported := range r.Imports {
			ours, isOurs := strings.CutPrefix(imported, module+"/")
			if isOurs && !in(ours, may...) {
				t.Errorf("%s imports %s: it may import %v", r.ImportPath, imported, may)
			}
			if ours == "tasks/engine" && r.path() != "" {
				t.Errorf("%s imports %s: only main does; the screen reaches the engine by commands and snapshots", r.ImportPath, imported)
			}
			// The domain stands on plan, signals and readings alone; what is around it stands on the domain.
			if r.path() == "tasks" && isOurs && !in(ours, "tasks/plan", "tasks/signal", "tasks/reading") {
				t.Errorf("%s imports %s", r.ImportPath, imported)
			}
		}
	}
}

func TestWatcherCanChangeNothing(t *testing.T) {
	for _, r := range house(t) {
		if r.path() != "ui/watch" {
			continue
		}
		for _, dep := range r.Deps {
			ours := strings.TrimPrefix(dep, module+"/")
			if in(ours, "tasks/engine", "awsops", "sshops", "webops", "rehearsal") || strings.HasPrefix(dep, "github.com/aws/") {
				t.Fatalf("%s holds %s: a watcher must not be able to act", r.ImportPath, dep)
			}
		}
		return
	}
	t.Error("there is no ui/watch")
}

func TestForeignPackagesHaveOneDoor(t *testing.T) {
	rooms := house(t)
	for _, door := range []struct {
		foreign string
		rooms   []string
	}{
		{"github.com/aws/aws-sdk-go-v2", []string{"awsops"}},
		{"golang.org/x/crypto/ssh", []string{"sshops", "awsops", "rehearsal"}}, // awsops makes key pairs
		{"github.com/kevinburke/ssh_config", []string{"sshops"}},
		{"go.yaml.in/yaml", []string{"tasks/plan"}},
		{"charm.land", []string{"ui"}},
		{"github.com/spf13/cobra", []string{"ui/cli"}},
		{"net/http", []string{"webops", "awsops", "rehearsal", "tasks/plan"}}, // the plan knows methods and status codes
		{"os/exec", []string{"ui/cli", "webops"}},                             // to sign in, a person lends the terminal to aws; smoke tests may be run by hurl
		{"unsafe", nil},
	} {
		for _, r := range rooms {
			for _, imported := range r.Imports {
				if in(imported, door.foreign) && !in(r.path(), door.rooms...) {
					t.Errorf("%s imports %s: only %v may", r.ImportPath, imported, door.rooms)
				}
			}
		}
	}
}

func TestPackagesAreNamedForWhatTheyHold(t *testing.T) {
	vague := []string{"base", "common", "core", "helper", "helpers", "manager", "misc", "shared", "types", "util", "utils"}
	for _, r := range house(t) {
		if slices.Contains(vague, r.Name) || slices.ContainsFunc(strings.Split(r.path(), "/"), func(s string) bool { return slices.Contains(vague, s) }) {
			t.Errorf("%s: its name says nothing", r.ImportPath)
		}
		if _, err := os.Stat(filepath.Join(r.Dir, "doc.go")); err != nil && r.path() != "" {
			t.Errorf("%s has no doc.go to tell its story", r.ImportPath)
		}
	}
}

// goFile is one Go file.
type goFile struct {
	path string // from the root, with slashes
	file *ast.File
	set  *token.FileSet
}

func (s goFile) test() bool { return strings.HasSuffix(s.path, "_test.go") }

func (s goFile) at(n ast.Node) token.Position { return s.set.Position(n.Pos()) }

func goFiles(t *testing.T) []goFile {
	t.Helper()
	var all []goFile
	set := token.NewFileSet()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && path != "." && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		all = append(all, goFile{filepath.ToSlash(path), file, set})
		return err
	})
	if err != nil || len(all) < 100 {
		t.Fatalf("read %d files: %v", len(all), err)
	}
	return all
}

func TestNothingHalfDone(t *testing.T) {
	later := regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`)
	for _, s := range goFiles(t) {
		for _, group := range s.file.Comments {
			if word := later.FindString(group.Text()); word != "" {
				t.Errorf("%s: %s", s.at(group), word)
			}
		}
		if s.file.Doc != nil && !s.test() && !strings.HasSuffix(s.path, "/doc.go") && s.path != "main.go" {
			t.Errorf("%s: the package's story belongs in its doc.go", s.path)
		}
		for _, decl := range s.file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: an init works where nobody looks", s.at(f))
			}
		}
	}
}

// TestNoVariableOfAPackageChanges allows errors, patterns, and arrays, which are
// tables; a map, a slice or a variable without a value can be changed by anybody.
func TestNoVariableOfAPackageChanges(t *testing.T) {
	for _, s := range goFiles(t) {
		for _, decl := range s.file.Decls {
			g, ok := decl.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR || s.test() || s.path == "examples/embed.go" {
				continue
			}
			for _, spec := range g.Specs {
				if v := spec.(*ast.ValueSpec); !slices.ContainsFunc(v.Names, func(n *ast.Ident) bool { return n.Name == "_" }) && !fixed(v) {
					t.Errorf("%s: %s can be changed by anybody", s.at(v), v.Names[0])
				}
			}
		}
	}
}

func fixed(v *ast.ValueSpec) bool {
	if strings.HasPrefix(strings.ToLower(v.Names[0].Name), "err") && len(v.Values) > 0 {
		return true
	}
	return len(v.Values) > 0 && !slices.ContainsFunc(v.Values, func(value ast.Expr) bool {
		switch value := value.(type) {
		case *ast.CallExpr:
			return called(value) != "regexp.MustCompile"
		case *ast.CompositeLit:
			array, ok := value.Type.(*ast.ArrayType)
			return !ok || array.Len == nil
		}
		return true
	})
}

// called is "package.Function" of a call, "" when it is not written so.
func called(c *ast.CallExpr) string {
	if sel, ok := c.Fun.(*ast.SelectorExpr); ok {
		if pkg, ok := sel.X.(*ast.Ident); ok {
			return pkg.Name + "." + sel.Sel.Name
		}
	}
	return ""
}

// TestDomainAndScreenArePure: the fold and the frame are functions of what they
// are given. No clock, no files, no luck reaches them, and they start no goroutine.
func TestDomainAndScreenArePure(t *testing.T) {
	impure := []string{"time.Now", "time.Since", "time.Until", "time.Sleep", "time.After", "time.NewTimer", "time.NewTicker", "time.AfterFunc"}
	for _, s := range goFiles(t) {
		folder := strings.TrimSuffix(s.path, "/"+filepath.Base(s.path))
		if s.test() || folder != "tasks" && folder != "ui" {
			continue
		}
		for _, i := range s.file.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil || in(name, "os", "io/fs", "net", "math/rand", "crypto/rand", "log") || name == "sync" && folder == "tasks" {
				t.Errorf("%s: imports %s", s.at(i), i.Path.Value)
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if name := called(n); slices.Contains(impure, name) {
					t.Errorf("%s: %s: the time is given, not asked for", s.at(n), name)
				}
			case *ast.GoStmt:
				t.Errorf("%s: starts a goroutine", s.at(n))
			}
			return true
		})
	}
}

func TestNoHostKeyIsTakenOnTrust(t *testing.T) {
	for _, s := range goFiles(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "InsecureIgnoreHostKey" && !s.test() {
				t.Errorf("%s: accepts any host", s.at(n))
			}
			return true
		})
	}
}

// TestNothingOfTheWorkshopIsLeft: no path of the machine it was built on.
func TestNothingOfTheWorkshopIsLeft(t *testing.T) {
	workshop := regexp.MustCompile(`/(work|root)/[a-z]|\.\./shared\b`)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !slices.Contains([]string{".go", ".md", ".yaml", ".yml", ".txt", ".txtar", ".json", ".tape"}, filepath.Ext(path)) || path == "house_test.go" {
			return err
		}
		data, err := os.ReadFile(path)
		if found := workshop.Find(data); found != nil {
			t.Errorf("%s names %s", path, found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
