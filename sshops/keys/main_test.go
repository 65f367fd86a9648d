package keys

// main_test.go: what all tests share: the leak check, key files, people who answer, tools.

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"tminus/tasks"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const passphrase = "correct horse"

// place copies a file of testdata, and what lies beside it, to where only we can read it.
func place(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	for _, end := range []string{"", ".pub", "-cert.pub"} {
		data, err := os.ReadFile(filepath.Join("testdata", name+end))
		if errors.Is(err, fs.ErrNotExist) && end != "" {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		write(t, path+end, data)
	}
	return path
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// person answers questions with what it was given, then declines.
type person struct {
	answers []string
	asked   []tasks.Question
}

func (p *person) ask(_ context.Context, q tasks.Question) (tasks.Secret, error) {
	p.asked = append(p.asked, q)
	if len(p.answers) < len(p.asked) {
		return tasks.Secret{}, tasks.ErrDeclined
	}
	return tasks.NewSecret(p.answers[len(p.asked)-1]), nil
}

func knows(answers ...string) *person { return &person{answers: answers} }

// tool is a program of the machine, or no test, and that loudly.
func tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("SKIPPED, not tested here: %s is not on this machine", name)
	}
	return path
}

// run runs a tool in a folder and returns what it printed.
func run(t testing.TB, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), tool(t, name), args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// signs proves that a key is one: what it signs, its public half verifies.
func signs(t testing.TB, k Key) {
	t.Helper()
	data := []byte("ground control")
	signature, err := k.Signer.Sign(rand.Reader, data)
	if err != nil {
		t.Fatalf("%s does not sign: %v", k.Info.Type, err)
	}
	if err := k.Signer.PublicKey().Verify(data, signature); err != nil {
		t.Fatalf("%s: %v", k.Info.Type, err)
	}
}
