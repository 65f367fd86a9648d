package awsops

// call_test.go: the two doors, and what goes through them.

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// TestDoors reads the source: what looks goes through ask, what changes through
// tell, and nothing goes past them.
func TestDoors(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	inside, used := map[string]int{}, map[string]int{}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if door, ok := n.Fun.(*ast.Ident); ok && (door.Name == "ask" || door.Name == "see" || door.Name == "tell") {
					op := 3
					if door.Name == "see" { // ask, and a verdict
						op = 4
					}
					through := clientOf(n.Args[op])
					inside[through]++
					if (door.Name == "tell") != (through == "write") {
						t.Errorf("%s: %s is given a call of %s", path, door.Name, through)
					}
				}
			case *ast.SelectorExpr:
				if c := clientOf(n); c != "" {
					used[c]++
				}
			}
			return true
		})
	}
	for _, c := range []string{"read", "write"} {
		if used[c] != inside[c] || used[c] < 10 {
			t.Errorf("%d calls of %s, %d of them through a door", used[c], c, inside[c])
		}
	}
}

// clientOf says whether an expression is a method of the reading clients, a.read().ec2.X, or of the writing one, a.write().X.
func clientOf(e ast.Expr) string {
	method, ok := e.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	of, name := method.X, "write"
	if client, ok := of.(*ast.SelectorExpr); ok {
		of, name = client.X, "read"
	}
	if call, ok := of.(*ast.CallExpr); ok {
		if set, ok := call.Fun.(*ast.SelectorExpr); ok && set.Sel.Name == name {
			return name
		}
	}
	return ""
}

func TestPastTheDoors(t *testing.T) {
	a := New(Options{Endpoint: "http://127.0.0.1:1", Region: "ap-southeast-1"})
	defer a.Close()
	if r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1:1", nil); err != nil {
		t.Fatal(err)
	} else if _, err := a.live.Load().http.Do(r); err == nil || !strings.Contains(err.Error(), "past ask and tell") {
		t.Errorf("a call went past the doors: %v", err)
	}
	if proxy := a.live.Load().http.Transport.(wire).next.(*http.Transport).Proxy; proxy != nil {
		t.Error("a given endpoint is reached through a proxy")
	}
	if _, err := a.write().TerminateInstances(context.Background(), &ec2.TerminateInstancesInput{InstanceIds: []string{"i-1"}}); err == nil {
		t.Error("a change went out unseen")
	}
}

func TestCommandIsClean(t *testing.T) {
	a := &Account{opt: Options{Region: "ap-southeast-1"}}
	if got := a.command([]string{"ec2", "x\x1b[2J\u202e"}); strings.ContainsAny(got, "\x1b\u202e") {
		t.Errorf("%q can repaint a screen", got)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New(Options{Endpoint: "http://127.0.0.1:1", Region: "ap-southeast-1"})
	}
}
